"""The result of whole-tree attribution, and its compact form on disk.

A snapshot is written whole under another name and then renamed, and carries a checksum: a reader sees the old one, the
new one, or none, never a part. It is neither read nor written through a link.
"""

from __future__ import annotations

import os
import struct
import sys
import zlib
from array import array
from collections.abc import Collection, Container, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from answerable.git.attribution.pieces import End, Origin, Piece
from answerable.git.links import leads_away

_MAGIC = f"answerable snapshot 3 {sys.byteorder}\n".encode()


@dataclass(frozen=True, slots=True)
class FileLines:
    """One file's blob (hex) and its runs: unsigned 32-bit (origin, 0-based original line, count)."""

    blob: bytes
    runs: array[int]


@dataclass(slots=True)
class Attribution:
    """For every line of every text file at `commit`, where it began.

    `skipped` holds the blobs (hex) of files without lines: binary, missing or absurdly long; `absent` those of them
    that are missing.
    """

    commit: str
    origins: list[Origin] = field(default_factory=list)
    files: dict[bytes, FileLines] = field(default_factory=dict)
    skipped: dict[bytes, bytes] = field(default_factory=dict)
    absent: set[bytes] = field(default_factory=set)

    def pieces(self, path: bytes, wanted: Container[int] | None = None) -> Iterator[Piece]:
        """The lines of one file in order; of some origins, by their numbers, or of all."""
        runs, start = self.files[path].runs, 1
        for at in range(0, len(runs), 3):
            count = runs[at + 2]
            if wanted is None or runs[at] in wanted:
                yield Piece(start, count, self.origins[runs[at]], runs[at + 1] + 1)
            start += count

    def forget_doubtful(self, boundary: Collection[str], still_absent: Collection[bytes]) -> bool:
        """Forget files that a clone fetched more of since may tell more about; True if there were any.

        Args:
            boundary: Commits at which a shallow clone ends now.
            still_absent: Those of `absent` that are still missing.
        """
        ends = [(at, o) for at, o in enumerate(self.origins) if o.end is not End.BEGUN]
        doubtful = {at for at, o in ends if not (o.end is End.SHALLOW and o.commit.decode() in boundary)}
        gone = [p for p, f in self.files.items() if doubtful and not doubtful.isdisjoint(f.runs[0::3])]
        for path in gone:
            del self.files[path]
        arrived = [path for path, oid in self.skipped.items() if oid in self.absent and oid not in still_absent]
        for path in arrived:
            del self.skipped[path]
        self.absent.intersection_update(still_absent)
        return bool(gone or arrived)

    @property
    def lines(self) -> int:
        """How many lines are attributed."""
        return sum(sum(file.runs[2::3]) for file in self.files.values())


def save(attribution: Attribution, path: Path) -> None:
    """Write a snapshot; a folder that cannot be written to is not an error, the next run is only slower."""
    body = _pack(attribution)
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    with suppress(OSError):
        if leads_away(path.parent, path.name):
            return
        path.parent.mkdir(exist_ok=True)
        draft.unlink(missing_ok=True)  # a killed process had our number, or a link waits for one
        draft.write_bytes(_MAGIC + struct.pack(">I", zlib.crc32(body)) + body)
        draft.replace(path)


def load(path: Path) -> Attribution | None:
    """Read a snapshot, or None where there is none, it is of another version, or it is damaged."""
    try:
        if leads_away(path.parent, path.name):
            return None
        data = path.read_bytes()
    except OSError:
        return None
    head = len(_MAGIC) + 4
    body = memoryview(data)[head:]
    if data[: len(_MAGIC)] != _MAGIC or data[len(_MAGIC) : head] != struct.pack(">I", zlib.crc32(body)):
        return None
    try:
        return _unpack(body)
    except (struct.error, ValueError, IndexError):
        return None


def _pack(attribution: Attribution) -> bytes:
    names = list(dict.fromkeys([o.path for o in attribution.origins] + list(attribution.files)))
    skipped = attribution.skipped
    number = {name: at for at, name in enumerate(names)}
    origins = array("I", [x for o in attribution.origins for x in (number[o.path], o.end)])
    table = array("I", [x for p, f in attribution.files.items() for x in (number[p], len(f.runs))])
    parts = [
        attribution.commit.encode(),
        b"\0".join(names),
        b"".join(bytes.fromhex(o.commit.decode()) for o in attribution.origins),
        origins.tobytes(),
        b"".join(bytes.fromhex(f.blob.decode()) for f in attribution.files.values()),
        table.tobytes(),
        b"".join(f.runs.tobytes() for f in attribution.files.values()),
        b"\0".join(skipped),
        b"".join(bytes.fromhex(oid.decode()) for oid in skipped.values()),
        b"".join(bytes.fromhex(oid.decode()) for oid in sorted(attribution.absent)),
    ]
    return struct.pack(f">{len(parts)}Q", *map(len, parts)) + b"".join(parts)


def _unpack(body: memoryview) -> Attribution:
    sizes = struct.unpack(">10Q", body[:80])
    parts, at = [], 80
    for size in sizes:
        parts.append(body[at : at + size])
        at += size
    width = len(parts[0]) // 2
    names = bytes(parts[1]).split(b"\0")
    commits = bytes(parts[2]).hex().encode()
    origins = array("I", bytes(parts[3]))
    blobs = bytes(parts[4]).hex().encode()
    table = array("I", bytes(parts[5]))
    ends = list(End)
    attribution = Attribution(bytes(parts[0]).decode())
    skipped, oids = bytes(parts[7]).split(b"\0"), bytes(parts[8]).hex().encode()
    attribution.skipped = {path: oids[at * 2 * width : (at + 1) * 2 * width] for at, path in enumerate(skipped) if oids}
    absent = bytes(parts[9]).hex().encode()
    attribution.absent = {absent[at : at + 2 * width] for at in range(0, len(absent), 2 * width)}
    attribution.origins = [
        Origin(commits[at * 2 * width : (at + 1) * 2 * width], names[origins[2 * at]], ends[origins[2 * at + 1]])
        for at in range(len(origins) // 2)
    ]
    coded, begin = array("I", bytes(parts[6])), 0
    _check(attribution.origins, table, coded)
    for at in range(len(table) // 2):
        count = table[2 * at + 1]
        blob = blobs[at * 2 * width : (at + 1) * 2 * width]
        attribution.files[names[table[2 * at]]] = FileLines(blob, coded[begin : begin + count])
        begin += count
    return attribution


def _check(origins: Sequence[Origin], table: array[int], coded: array[int]) -> None:
    """A checksum shows that nothing changed, not that it made sense when it was written."""
    lengths = table[1::2]
    if any(length % 3 for length in lengths) or sum(lengths) != len(coded):
        raise ValueError("runs are no triples")
    if max(coded[0::3], default=-1) >= len(origins):
        raise ValueError("a run from an origin that is not there")
