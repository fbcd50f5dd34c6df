"""Reads git objects through one `cat-file --batch` that stays open: by id in 50 microseconds, not 4 milliseconds."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Iterable, Iterator
from contextlib import suppress
from typing import IO, NamedTuple

from answerable.errors import GitFailed
from answerable.git.program import Git, output_of, spooled

_BY_ID = re.compile(rb"(?:[0-9a-f]{40}|[0-9a-f]{64})(?::.*)?", re.DOTALL)  # an object, or a path in one
_DAMAGED = "run 'git fsck' to see whether the repository is damaged"


class GitObject(NamedTuple):
    """One object: its id, its type (commit, tree, blob, tag) and its bytes."""

    oid: str
    kind: str
    data: bytes


class Objects:
    """Looks objects up by any name git understands; a missing one is None, never an exception.

    Args:
        git: Where to ask.
        ids_only: In a partial clone, where to read by id: git itself ends where it may not fetch what it misses.
    """

    def __init__(self, git: Git, ids_only: Git | None = None) -> None:
        self._names = git if ids_only else None
        self._git = ids_only or git
        self._process: subprocess.Popen[bytes] | None = None

    def get(self, name: str | bytes) -> GitObject | None:
        """Return the object that `name` (an id or a revision expression) stands for, or None.

        A name that holds a newline or a NUL names nothing: it could otherwise ask a second question, or be cut short.
        """
        wanted = name.encode("utf-8", "surrogateescape") if isinstance(name, str) else name
        if b"\n" in wanted or b"\0" in wanted or not wanted:
            return None
        if self._names and not _BY_ID.fullmatch(wanted):
            code, out, _ = self._names.attempt("rev-parse", "--verify", "--quiet", "--end-of-options", wanted)
            wanted = out.strip()
            if code or not wanted:
                return None
        stdin, stdout = self._pipes()
        try:
            stdin.write(wanted + b"\n")
            stdin.flush()
            return _read_one(stdout)
        except BrokenPipeError as error:
            raise GitFailed("git cat-file ended early", hint=_DAMAGED) from error

    def blob(self, oid: str) -> bytes | None:
        """The bytes of a blob, or None where it is missing or no blob."""
        found = self.get(oid)
        return found.data if found and found.kind == "blob" else None

    def stream(self, oids: Iterable[str]) -> Iterator[GitObject | None]:
        """Yield the objects of many ids in order (None where missing), about 100,000 a second for small ones."""
        wanted = [oid.encode() for oid in oids]
        with spooled(wanted) as feed:
            process = self._git.popen("cat-file", "--batch", "--buffer", stdin=feed)
        stdout = output_of(process)
        try:
            for _ in wanted:
                yield _read_one(stdout)
        finally:
            stdout.close()
            process.kill()
            process.wait()

    def missing(self, oids: Iterable[str]) -> set[str]:
        """Which of these ids this repository does not hold."""
        feed = b"".join(oid.encode("utf-8", "surrogateescape") + b"\n" for oid in oids)
        out = self._git.run("cat-file", "--batch-check=%(objecttype)", "--buffer", feed=feed)
        return {
            line[: -len(b" missing")].decode("utf-8", "surrogateescape")
            for line in out.splitlines()
            if line.endswith(b" missing")
        }

    def close(self) -> None:
        """End the process that is kept open."""
        process, self._process = self._process, None
        if process and process.stdin and process.stdout:
            with suppress(BrokenPipeError):  # git has ended already, and whoever asked was told
                process.stdin.close()
            process.stdout.close()
            process.wait()

    def _pipes(self) -> tuple[IO[bytes], IO[bytes]]:
        if self._process is None:
            self._process = self._git.popen("cat-file", "--batch", stdin=subprocess.PIPE)
        if self._process.stdin is None or self._process.stdout is None:  # pragma: no cover
            raise GitFailed("git cat-file has no pipes")
        return self._process.stdin, self._process.stdout


def _read_one(pipe: IO[bytes]) -> GitObject | None:
    header = pipe.readline()
    if not header:
        raise GitFailed("git cat-file ended early", hint=_DAMAGED)
    parts = header.split()
    if len(parts) != 3 or not parts[2].isdigit():
        return None  # "<name> missing", "<name> ambiguous", whatever the name holds
    data, end = pipe.read(int(parts[2])), pipe.read(1)
    if not end:
        raise GitFailed(f"git cat-file ended in the middle of {parts[0].decode()}", hint=_DAMAGED)
    return GitObject(parts[0].decode(), parts[1].decode(), data)
