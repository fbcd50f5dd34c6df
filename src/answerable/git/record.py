"""Writes what Answerable itself keeps in a repository: lines in notes of its own ref, and how those notes travel.

Only our ref and settings of our names are touched. A note here is a set of lines, one JSON document each: the order
says nothing, so two people's notes on one commit merge by taking both, and no merge conflicts.
"""

from __future__ import annotations

import os
import random
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

from answerable.errors import GitFailed, LedgerUnwritable, RepositoryUntrusted
from answerable.git.notes import Notes
from answerable.git.program import Git, failure
from answerable.git.repository import Repository

NOTES = "refs/notes/answerable"
REMOTE_NOTES = "refs/notes/answerable-remote"  # what remotes have, below it by name of the remote
_NAME, _EMAIL = "Answerable", "answerable@localhost"
_TRIES = 40
_PAUSE = 0.05  # seconds that the next try may wait at most, for each one before it
# nothing but the one ref, whatever is configured
_FETCHING = ("--quiet", "--no-tags", "--no-prune", "--no-recurse-submodules", "--no-write-fetch-head")
_PUSHING = ("--quiet", "--no-follow-tags", "--no-recurse-submodules", "--no-signed")
_RACE = (b"fetch first", b"non-fast-forward", b"stale info", b"cannot lock ref", b"failed to update ref",
         b"incorrect old value", b"reference already exists")  # fmt: skip


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
    with _alone(repository):
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
    with _alone(repository):
        there = Notes(repository.git, repository.objects, ref)
        old = {sha: there.of(sha) for sha in notes}
        new = {
            sha: note
            for sha, note in notes.items()
            if (was := old[sha]) is None or (was != note and over is not None and over(sha, was))
        }
        _write(repository, ref, new)
    return len(new)


def configure(repository: Repository) -> list[str]:
    """Let notes be fetched with each remote and be merged without conflict; return the settings that were new."""
    wanted = [("notes.answerable.mergeStrategy", "cat_sort_uniq")]
    remotes = _remotes(repository.git)
    # a pattern, because git fetch fails where a ref that is named in full is not there yet
    wanted += [(f"remote.{name}.fetch", f"+{NOTES}*:{_theirs(name)}*") for name in remotes]
    return [f"{key}={value}" for key, value in wanted if _set(repository.git, key, value)]


def sync(repository: Repository, remote: str) -> int:
    """Take a remote's notes in and push ours, until both have the same; return how many tries it took.

    Args:
        repository: Where.
        remote: Name of a remote.

    Raises:
        GitFailed: there is no such remote, it cannot be reached, or it refuses.
    """
    if remote not in _remotes(repository.git):
        hint = "see which there are: git remote -v; add one: git remote add NAME ADDRESS"
        raise GitFailed(f"{remote} is no remote of this repository", hint=hint)
    git, theirs = repository.git.online(), _theirs(remote)
    for tries in range(1, _TRIES + 1):
        code, _, err = git.attempt("fetch", *_FETCHING, "--end-of-options", remote, f"+{NOTES}:{theirs}")
        if code and b"couldn't find remote ref" not in err:
            raise _unreachable("fetch", remote, err)
        with _alone(repository):
            if code == 0:
                _merge(repository, theirs)
            if not repository.git.run("for-each-ref", "--count=1", NOTES):
                return tries
        code, _, err = git.attempt("push", *_PUSHING, "--end-of-options", remote, f"{NOTES}:{NOTES}")
        if code == 0:
            return tries
        if not any(words in err for words in _RACE):
            raise _unreachable("push", remote, err)
        time.sleep(random.uniform(0, _PAUSE * tries))  # noqa: S311 - so that two do not meet again
    raise GitFailed(f"the notes of {remote} changed again and again", hint="try again: answerable ledger sync")


def _remotes(git: Git) -> list[str]:
    return git.run("remote").decode("utf-8", "surrogateescape").splitlines()


def _theirs(remote: str) -> str:
    return f"{REMOTE_NOTES}/{remote}/{NOTES.rpartition('/')[2]}"


def _unreachable(verb: str, remote: str, err: bytes) -> GitFailed | RepositoryUntrusted:
    said = failure((verb,), err)
    if isinstance(said, RepositoryUntrusted):
        return said
    return GitFailed(said.message, hint=f"see that git itself reaches it, and may push: git ls-remote {remote}")


def _merge(repository: Repository, theirs: str) -> None:
    if not repository.git.run("for-each-ref", "--count=1", NOTES):
        repository.git.run("update-ref", NOTES, theirs)
        return
    _as_us(repository.git).run("notes", f"--ref={NOTES}", "merge", "--quiet", "-s", "cat_sort_uniq", theirs)


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


def _as_us(git: Git) -> Git:
    """A commit of notes needs an author; which person ran the command is not what it says."""
    return git.configured(f"user.name={_NAME}", f"user.email={_EMAIL}", "commit.gpgSign=false")


def _set(git: Git, key: str, value: str) -> bool:
    """Add a value to the repository's configuration; False where it is there."""
    _, out, _ = git.attempt("config", "--local", "-z", "--get-all", key)
    if value.encode() in out.split(b"\0"):
        return False
    git.run("config", "--local", "--add", key, value)
    return True


@contextmanager
def _alone(repository: Repository) -> Iterator[None]:
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
