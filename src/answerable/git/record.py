"""Writes what Answerable itself keeps in a repository: lines in notes of its own ref.

A note here is a set of lines, one JSON document each: the order says nothing, so two people's notes on one commit merge
by taking both, and no merge conflicts (`git.exchange`).
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

from answerable.errors import LedgerUnwritable
from answerable.git.notes import Notes
from answerable.git.program import Git
from answerable.git.repository import Repository

NOTES = "refs/notes/answerable"
REMOTE_NOTES = "refs/notes/answerable-remote"  # what remotes have, below it by name of the remote
_NAME, _EMAIL = "Answerable", "answerable@localhost"


def read_lines(repository: Repository, sha: str, ref: str = NOTES) -> list[bytes]:
    """The lines of a commit's note, or none."""
    found = Notes(repository.git, repository.objects, ref).of(sha)
    return [line for line in found.split(b"\n") if line] if found else []


def add_lines(repository: Repository, wanted: Mapping[str, Iterable[bytes]]) -> int:
    """Add lines to the notes of commits, those that are there already excepted; return how many were new.

    Args:
        repository: Where.
        wanted: Lines (without ends) by full commit id.

    Raises:
        GitFailed: the notes could not be written.
    """
    return extend(repository, wanted, lambda sha, _: wanted[sha])


def add_line_to_blob(repository: Repository, blob: str, line: bytes) -> None:
    """Add a line to the note of a file's content, which fast-import gives to no note.

    Args:
        repository: Where.
        blob: Full id of the content.
        line: Without its end.

    Raises:
        GitFailed: the note could not be written.
    """
    with alone(repository):
        lines = sorted({line, *read_lines(repository, blob)})
        note = repository.git.run("hash-object", "-w", "--stdin", feed=b"\n".join(lines) + b"\n").decode().strip()
        as_us(repository.git).run("notes", f"--ref={NOTES}", "add", "-f", "-C", note, blob)


def extend(
    repository: Repository, shas: Iterable[str], lines: Callable[[str, Sequence[bytes]], Iterable[bytes]]
) -> int:
    """Add lines to the notes of commits that depend on what is there; all at once; return how many were new.

    Args:
        repository: Where.
        shas: Full commit ids.
        lines: The lines to add to a commit's note, from its id and the lines there; nobody else writes meanwhile.

    Raises:
        GitFailed: the notes could not be written.
    """
    added, notes = 0, dict[str, bytes]()
    with alone(repository):
        for sha in dict.fromkeys(shas):
            before = read_lines(repository, sha)
            new = {line for line in lines(sha, before) if line} - set(before)
            if new:
                notes[sha] = b"\n".join(sorted(new.union(before))) + b"\n"
                added += len(new)
        _write(repository, NOTES, notes)
    return added


def annotate(
    repository: Repository, ref: str, notes: Mapping[str, bytes], *, over: Callable[[str, bytes], bool] | None = None
) -> int:
    """Write notes of commits that have none under a ref, all at once; return how many were new.

    Args:
        repository: Where.
        ref: Of notes, in full.
        notes: What each says, by full commit id.
        over: Asked whether the note that a commit has may be replaced.

    Raises:
        GitFailed: they could not be written.
    """
    with alone(repository):
        there = Notes(repository.git, repository.objects, ref)
        old = {sha: there.of(sha) for sha in notes}
        new = {
            sha: note
            for sha, note in notes.items()
            if (was := old[sha]) is None or (was != note and over is not None and over(sha, was))
        }
        _write(repository, ref, new)
    return len(new)


def _write(repository: Repository, ref: str, notes: Mapping[str, bytes]) -> None:
    """Set notes under a ref: all of them or none; the others stay."""
    if not notes:
        return
    begins = repository.git.attempt("rev-parse", "--verify", "--quiet", ref)[1]
    rows = [
        f"commit {ref}\ncommitter {_NAME} <{_EMAIL}> {int(time.time())} +0000\n".encode(),
        b"data 0\n",
        f"from {ref}^0\n".encode() if begins else b"",
        *(b"N inline %s\ndata %d\n%s\n" % (sha.encode(), len(note), note) for sha, note in notes.items()),
    ]
    repository.git.run("fast-import", "--quiet", feed=b"".join(rows))


def as_us(git: Git) -> Git:
    """A commit of notes needs an author; which person ran the command is not what it says."""
    return git.configured(f"user.name={_NAME}", f"user.email={_EMAIL}", "commit.gpgSign=false")


@contextmanager
def alone(repository: Repository) -> Iterator[None]:
    """One writer at a time: git reads and writes a note in two steps."""
    import fcntl

    folder = repository.common_dir / "answerable"
    try:
        folder.mkdir(exist_ok=True)
        lock = os.open(folder / "notes.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    except OSError as error:
        hint = "make the folder writable, or free some space"
        raise LedgerUnwritable(f"cannot write in {Path(folder)}: {error.strerror}", hint=hint) from error
    try:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
    finally:
        with suppress(OSError):
            os.close(lock)
