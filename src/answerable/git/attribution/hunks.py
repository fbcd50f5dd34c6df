"""Diffs pairs of blobs with git's own xdiff, exactly those wanted and in few processes.

All pairs of a batch become two flat synthetic trees, so that one `git diff-tree` compares them. The options are those
of `git blame`: no context, common tail trimmed first, indent heuristic on, everything treated as text.
"""

from __future__ import annotations

from array import array
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import closing

from answerable.git.program import output_of
from answerable.git.quarantine import Quarantine

Pair = tuple[bytes, bytes]  # hex ids of the old and the new blob
BATCH = 2048
_FLAGS = ("-r", "-p", "-U0", "--no-renames", "--no-color", "--no-ext-diff", "--no-textconv")
_HEADER = b"\ndiff --git a/"
_LONGEST_HEADER = 256  # our entries' names have 8 characters; git cuts a section heading at 80


def key_of(pair: Pair) -> bytes:
    """The store's key for a pair: both ids, binary."""
    return bytes.fromhex((pair[0] + pair[1]).decode("ascii"))


def diff(quarantine: Quarantine, pairs: Sequence[Pair], *, binary: bool = True) -> Iterator[tuple[Pair, bytes]]:
    """Yield each pair with its packed hunks: unsigned 32-bit (old start, old count, new start, new count), 0-based.

    Ends early, without an error, at a pair one of whose blobs is missing.

    Args:
        quarantine: Where.
        pairs: What to compare.
        binary: Compare binary blobs as if they were text, as blame does; otherwise they are left out.
    """
    names = [b"%08x" % at for at in range(len(pairs))]
    sides = ([(name, pair[side].decode()) for name, pair in zip(names, pairs, strict=True)] for side in (0, 1))
    trees = [quarantine.write_tree([("100644", name, oid) for name, oid in side]) for side in sides]
    process = quarantine.git.popen("diff-tree", *_FLAGS, *(["--text"] if binary else []), *trees)
    pending: tuple[int, array[int]] | None = None
    try:
        with closing(parse(output_of(process).read1)) as found:  # type: ignore[attr-defined]
            for at, numbers in found:
                if pending:
                    yield pairs[pending[0]], pending[1].tobytes()
                pending = (at, numbers)
        if process.wait() == 0 and pending:  # where git failed, the last one may be cut short
            yield pairs[pending[0]], pending[1].tobytes()
    finally:
        output_of(process).close()
        process.kill()
        process.wait()


def parse(read: Callable[[int], bytes]) -> Generator[tuple[int, array[int]], None, None]:
    """Read `-p -U0` output of flat trees and yield (entry, hunk numbers), looking at header lines only.

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
                numbers.extend(_numbers(piece))
            header = piece.rfind(_HEADER)
            if header >= 0:
                if entry >= 0:
                    yield entry, numbers
                entry, numbers = int(piece[header + len(_HEADER) :][:8], 16), array("I")
    if entry >= 0:
        yield entry, numbers


def _numbers(piece: bytes) -> tuple[int, int, int, int]:
    old, new, _ = piece[:64].split(b" ", 2)
    old_start, _, old_count = old.partition(b",")
    new_start, _, new_count = new[1:].partition(b",")
    olds, news = int(old_count or 1), int(new_count or 1)
    # with a count of 0 git names the line before the gap; 0-based, that is the gap itself
    return int(old_start) - (olds > 0), olds, int(new_start) - (news > 0), news
