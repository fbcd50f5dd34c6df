"""What commits changed, and with which hunks: raw changes and patches of a few commits, from one `diff-tree`.

The hunks are those of `attribution.hunks.Differ` for the same blobs: the options are the same, and in a quarantine no
attribute reaches a path. Each is known by the ids of its blobs, which the patch itself names.
"""

from __future__ import annotations

import secrets
import subprocess
from array import array
from collections.abc import Iterator, Sequence
from contextlib import suppress

from answerable.git.attribution.hunks import NO_CONTEXT, Pair, numbers_of
from answerable.git.changes import Record, Step
from answerable.git.program import output_of
from answerable.git.quarantine import Quarantine

MOST = 30  # commits: what is asked at once fits into a pipe
_MOST_BYTES = 16 << 20
_FLAGS = ("diff-tree", "--stdin", "-z", "--always", "--raw", "--no-abbrev", "--full-index", "--root", *NO_CONTEXT, "--")

Hunks = dict[Pair, bytes]


class Patched:
    """A `diff-tree` that is started at once, and asked when it is known what about; none of its commits is a merge.

    Args:
        quarantine: Where.
    """

    def __init__(self, quarantine: Quarantine) -> None:
        self._empty = quarantine.empty_blob.encode()
        self._process = quarantine.git.popen(*_FLAGS, stdin=subprocess.PIPE)
        self._read = output_of(self._process).read1  # type: ignore[attr-defined]
        # a line that is no object id comes back as it is, flushed: the end of an answer, which no content can guess
        self._mark = b"end-" + secrets.token_hex(16).encode() + b"\n"
        self._rest = b""
        self.asked = False

    def ask(self, *walks: Sequence[Step]) -> None:
        """Ask about commits, each with its parent or none, once for all; `answer` then gives walk after walk."""
        self.asked = True
        text = b"".join(
            b"".join(b" ".join((step.commit, *step.parents)) + b"\n" for step in walk) + self._mark for walk in walks
        )
        if self._process.stdin:
            with suppress(BrokenPipeError):  # it died: its output ends, too
                self._process.stdin.write(text)
                self._process.stdin.close()

    def answer(self, walk: Sequence[Step]) -> tuple[list[Record], Hunks] | None:
        """What the commits did and the hunks of the blobs that they changed.

        Returns:
            None where objects are missing, or where there is more of it than should be held.
        """
        text = self._until_mark()
        if text is None:
            return None
        records: list[Record] = []
        hunks: Hunks = {}
        at = 0
        for step, following in zip(walk, [*walk[1:], None], strict=True):
            if not text.startswith(step.commit + b"\0", at):
                return None
            at += len(step.commit) + 1
            raw, at = _raw(text, at)
            end = _end(text, at, following.commit) if following else len(text)
            if end < at:
                return None
            hunks.update(self._hunks(text[at:end]))
            records.append(Record(step, raw, {}, opaque=False))
            at = end
        return records, hunks

    def close(self) -> None:
        """End the process."""
        self._process.kill()
        if self._process.stdin:
            with suppress(BrokenPipeError):
                self._process.stdin.close()
        output_of(self._process).close()
        self._process.wait()

    def _until_mark(self) -> bytes | None:
        blocks, size = [self._rest], len(self._rest)
        tail = self._rest
        while (found := tail.find(self._mark)) < 0:
            block = self._read(1 << 20)
            size += len(block)
            if not block or size > _MOST_BYTES:
                return None
            blocks.append(block)
            tail = tail[-len(self._mark) :] + block
        text = b"".join(blocks)
        end = size - len(tail) + found
        self._rest = text[end + len(self._mark) :]
        return text[:end]

    def _hunks(self, patch: bytes) -> Iterator[tuple[Pair, bytes]]:
        for section in (b"\n" + patch).split(b"\ndiff --git ")[1:]:
            header, *pieces = section.split(b"\n@@ -")
            ids = header.partition(b"\nindex ")[2]
            if not ids:
                continue  # another mode alone
            old, _, new = ids.partition(b"\n")[0].partition(b" ")[0].partition(b"..")
            numbers = array("I")
            for piece in pieces:
                numbers.extend(numbers_of(piece))
            yield (self._blob(old), self._blob(new)), numbers.tobytes()

    def _blob(self, oid: bytes) -> bytes:
        """What is not there is compared as if it were empty."""
        return oid if oid.strip(b"0") else self._empty


def _end(text: bytes, at: int, following: bytes) -> int:
    """Where a patch ends: a line of it begins with a sign or a word, so that none can look like the next commit."""
    begins = following + b"\0"
    return at if text.startswith(begins, at) else text.find(b"\n" + begins, at) + 1


def _raw(text: bytes, at: int) -> tuple[list[tuple[bytes, bytes]], int]:
    """The raw lines of one commit by path, and where its patch begins."""
    found = []
    while text[at : at + 1] == b":":
        middle = text.index(b"\0", at)
        end = text.index(b"\0", middle + 1)
        found.append((text[middle + 1 : end], text[at:middle]))
        at = end + 1
    return found, at + 1 if text[at : at + 1] == b"\0" else at
