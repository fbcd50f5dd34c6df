"""Diffs pairs of blobs with git's own xdiff, exactly those wanted, in one process that stays open.

All pairs of a batch become two flat synthetic trees, so that one line asks `git diff-tree` to compare them. The options
are those of `git blame`: no context, common tail trimmed first, indent heuristic on, everything treated as text.
"""

from __future__ import annotations

import secrets
import subprocess
from array import array
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import suppress

from answerable.git.attribution.store import Store
from answerable.git.objects import Objects
from answerable.git.program import output_of
from answerable.git.quarantine import Quarantine

Pair = tuple[bytes, bytes]  # hex ids of the old and the new blob
BATCH = 1024
NO_CONTEXT = ("-r", "-p", "-U0", "--no-renames", "--no-color", "--no-ext-diff", "--no-textconv")
_HEADER = b"\ndiff --git a/"
_LONGEST_HEADER = 256  # our entries' names have 8 characters; git cuts a section heading at 80


def key_of(pair: Pair, *, binary: bool = True) -> bytes:
    """The store's key for a pair: both ids as bytes, and a mark where binary blobs have no hunks."""
    return bytes.fromhex((pair[0] + pair[1]).decode("ascii")) + (b"" if binary else b"t")


class Differ:
    """A `git diff-tree` that is started with the first question and keeps what it has unpacked for the next.

    Hunks are packed as unsigned 32-bit (old start, old count, new start, new count), 0-based.

    Args:
        quarantine: Where.
        binary: Compare binary blobs as if they were text, as blame does; otherwise they have no hunks.
    """

    def __init__(self, quarantine: Quarantine, *, binary: bool = True) -> None:
        self._quarantine = quarantine
        self._binary = binary
        self._flags = (*NO_CONTEXT, *(["--text"] if binary else []))
        self._process: subprocess.Popen[bytes] | None = None
        # a line that is no object id comes back as it is, flushed: the end of an answer, which no content can guess
        self._mark = b"end-" + secrets.token_hex(16).encode() + b"\n"

    def hunks(self, pairs: Sequence[Pair], store: Store) -> dict[Pair, bytes]:
        """The hunks of all these pairs, from the store or from git; a pair with a missing blob is left out."""
        keys = {pair: key_of(pair, binary=self._binary) for pair in pairs}
        known = store.hunks(keys.values())
        found = {pair: known[key] for pair, key in keys.items() if key in known}
        todo = [pair for pair in keys if pair not in found]
        absent: set[bytes] | None = None
        while todo:
            batch, todo = todo[:BATCH], todo[BATCH:]
            fresh = dict(self.diff(batch))
            store.add_hunks({keys[pair]: packed for pair, packed in fresh.items()})
            found.update(fresh)
            if len(fresh) < len(batch):  # git stopped at a blob that is not here: go on without those
                rest = [pair for pair in batch if pair not in fresh]
                if absent is None:
                    oids = {oid.decode() for pair in (*rest, *todo) for oid in pair}
                    absent = {oid.encode() for oid in Objects(self._quarantine.git).missing(oids)}
                else:
                    rest = rest[1:]  # unreadable, though it seems to be here
                todo = [pair for pair in (*rest, *todo) if absent.isdisjoint(pair)]
        return found

    def diff(self, pairs: Sequence[Pair]) -> Iterator[tuple[Pair, bytes]]:
        """Yield each pair with its hunks; end early, without an error, at a pair one of whose blobs is missing."""
        if not pairs:
            return
        names = [b"%08x" % at for at in range(len(pairs))]
        sides = ([(name, pair[side].decode()) for name, pair in zip(names, pairs, strict=True)] for side in (0, 1))
        trees = [self._quarantine.write_tree([("100644", name, oid) for name, oid in side]) for side in sides]
        answer = _Answer(self._ask(trees), self._mark)
        seen, pending = set(), None
        try:
            for at, numbers in parse(answer.read):
                if pending:
                    yield pairs[pending[0]], pending[1].tobytes()
                pending = (at, numbers)
                seen.add(at)
            if answer.whole:  # where git died, the last one may be cut short
                if pending:
                    yield pairs[pending[0]], pending[1].tobytes()
                yield from ((pair, b"") for at, pair in enumerate(pairs) if at not in seen)  # they are binary
        finally:
            if not answer.whole:
                self.close()

    def close(self) -> None:
        """End the process; the next question starts another."""
        if self._process and self._process.stdin:
            self._process.kill()
            with suppress(BrokenPipeError):
                self._process.stdin.close()
            output_of(self._process).close()
            self._process.wait()
        self._process = None

    def _ask(self, trees: Sequence[str]) -> Callable[[int], bytes]:
        if self._process is None:
            flags = ("diff-tree", "--stdin", *self._flags)
            self._process = self._quarantine.git.popen(*flags, stdin=subprocess.PIPE)
        if self._process.stdin:
            with suppress(BrokenPipeError):  # it died: its output ends, too
                self._process.stdin.write(" ".join(trees).encode() + b"\n" + self._mark)
                self._process.stdin.flush()
        read: Callable[[int], bytes] = output_of(self._process).read1  # type: ignore[attr-defined]
        return read


class _Answer:
    """The output of one question: ends with the mark, or with the process."""

    def __init__(self, read1: Callable[[int], bytes], mark: bytes) -> None:
        self._read1 = read1
        self._mark = mark
        self._tail = b""
        self.whole = False

    def read(self, size: int) -> bytes:
        if self.whole:
            return b""
        block = self._read1(size)
        self._tail = (self._tail + block[-len(self._mark) :])[-len(self._mark) :]
        self.whole = self._tail == self._mark
        return block


def parse(read: Callable[[int], bytes]) -> Generator[tuple[int, array[int]], None, None]:
    """Read `-p -U0` output of flat trees and yield (entry, hunk numbers), looking at header lines only.

    An entry without hunks may be left out.

    Lines of content begin with ``+``, ``-`` or a backslash, so no content can look like a header.
    """
    rest = b"\n"
    entry, numbers = -1, array("I")
    while block := read(1 << 20):
        text = rest + block
        cut = text.rfind(b"\n")
        rest = text[cut : cut + _LONGEST_HEADER]  # a line of content may be endless: only its start matters
        pieces = text[:cut].split(b"\n@@ -")
        for at, piece in enumerate(pieces):
            if at:
                numbers.extend(numbers_of(piece))
            header = piece.rfind(_HEADER)
            if header >= 0:
                if entry >= 0:
                    yield entry, numbers
                entry, numbers = int(piece[header + len(_HEADER) :][:8], 16), array("I")
    if entry >= 0:
        yield entry, numbers


def numbers_of(piece: bytes) -> tuple[int, int, int, int]:
    """The numbers of a hunk, from what follows ``@@ -``."""
    old, new, _ = piece[:64].split(b" ", 2)
    old_start, _, old_count = old.partition(b",")
    new_start, _, new_count = new[1:].partition(b",")
    olds, news = int(old_count or 1), int(new_count or 1)
    # with a count of 0 git names the line before the gap; 0-based, that is the gap itself
    return int(old_start) - (olds > 0), olds, int(new_start) - (news > 0), news
