"""Where a ledger is read from when it is verified: a store, or a folder of static files in the layout of tlog-tiles.

A source gives what it holds and judges nothing. What cannot be read is a problem with a name, never an exception, so
that one bad file does not hide what the others say.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import count as count_up
from pathlib import Path
from typing import Protocol

from answerable.errors import AnswerableError, LedgerDamaged
from answerable.ledger import tiles
from answerable.ledger.merkle import HASH_SIZE
from answerable.ledger.store import Store
from answerable.ledger.tiles import Level

CHECKPOINT = "checkpoint"
VKEY = "vkey"
_HEIGHT = 8  # levels of the tree in one tile
OLDER = "checkpoints"  # folder of the checkpoints before the newest one, a file each


class Source(Protocol):
    """What a verifier needs."""

    @property
    def faults(self) -> list[tuple[int | None, str]]:
        """What could not be read: (first entry concerned, in words)."""

    def entries(self) -> Iterator[bytes | None]:
        """Every entry that is there, in order, whatever a checkpoint says; None for one that cannot be given back."""

    def hashes(self) -> list[bytes]:
        """The leaf hashes that are kept beside the entries; as many as there are."""

    def nodes(self, level: int, count: int) -> Sequence[bytes | None] | None:
        """The first hashes of perfect subtrees at a level above the leaves; None where no such level is kept."""

    def checkpoints(self) -> list[str]:
        """Signed checkpoints, the newest last."""

    def about(self, digest: str) -> list[int] | None:
        """Which entries an index says are about a digest; None where there is no index."""


class StoreSource:
    """A store as a source."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self.faults: list[tuple[int | None, str]] = []

    def entries(self) -> Iterator[bytes | None]:
        """Read to the end; what is damaged on the way is left out, one by one."""
        at, size = 0, self._size()
        if size is None:
            yield from self._store.salvage()
            return
        while at < size:
            try:
                for leaf in self._store.leaves(at, size):
                    yield leaf
                    at += 1
            except LedgerDamaged:
                yield None
                at += 1

    def hashes(self) -> list[bytes]:
        """The hash column of the entries, where all of it can be read."""
        try:
            return self._store.nodes([(0, index) for index in range(self._size() or 0)])
        except LedgerDamaged:
            return []

    def nodes(self, level: int, count: int) -> Sequence[bytes | None]:
        """The rows of a level; read one by one where a row among them is damaged."""
        wanted = [(level, index) for index in range(count)]
        try:
            return [*self._store.nodes(wanted)]
        except LedgerDamaged:
            return [self._node(level, index) for index in range(count)]

    def checkpoints(self) -> list[str]:
        """Every checkpoint that was signed here."""
        return [note for _, note in self._store.checkpoints()]

    def about(self, digest: str) -> list[int] | None:
        """What the ledger would find."""
        try:
            return self._store.about(digest)
        except LedgerDamaged as error:
            self.faults.append((None, error.message))
            return []

    def _size(self) -> int | None:
        try:
            return self._store.size()
        except LedgerDamaged as error:
            fault = (None, error.message)
            if fault not in self.faults:
                self.faults.append(fault)
            return None

    def _node(self, level: int, index: int) -> bytes | None:
        try:
            return self._store.nodes([(level, index)])[0]
        except LedgerDamaged:
            return None


class FolderSource:
    """An export: static files, as `answerable ledger export` writes them and any web server gives them."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.faults: list[tuple[int | None, str]] = []

    def entries(self) -> Iterator[bytes | None]:
        """Read bundle after bundle, full ones first, then the widest part."""
        for number in count_up():
            data = self._widest("entries", number)
            if data is None:
                return
            try:
                leaves = tiles.unpack_entries(data)
            except AnswerableError as error:
                self.faults.append((number * tiles.FULL, error.message))
                return
            yield from leaves
            if len(leaves) < tiles.FULL:
                return

    def hashes(self) -> list[bytes]:
        """The tiles of level 0."""
        return self._tiles(0)

    def nodes(self, level: int, count: int) -> Sequence[bytes | None] | None:
        """Tiles hold every eighth level."""
        if level % _HEIGHT:
            return None
        return self._tiles(level // _HEIGHT)[:count]

    def _tiles(self, level: int) -> list[bytes]:
        found: list[bytes] = []
        for number in count_up():
            data = self._widest(level, number)
            if data is None:
                break
            found += [data[at : at + HASH_SIZE] for at in range(0, len(data) // HASH_SIZE * HASH_SIZE, HASH_SIZE)]
            if len(data) < tiles.FULL * HASH_SIZE:
                break
        return found

    def checkpoints(self) -> list[str]:
        """The older ones by size, then the newest."""
        older = sorted((self._folder / OLDER).glob("*"), key=lambda file: (len(file.name), file.name))
        found = [self._text(file) for file in (*older, self._folder / CHECKPOINT)]
        if found[-1] is None:
            self.faults.append((None, "the newest checkpoint is not there"))
        return [text for text in found if text is not None]

    def about(self, digest: str) -> list[int] | None:  # noqa: ARG002 - files have no index
        """Files are read whole."""
        return None

    def vkey(self) -> str | None:
        """The log's key as the export itself names it: a claim, to be compared with one from elsewhere."""
        text = self._text(self._folder / VKEY)
        return text.strip() if text else None

    def _widest(self, level: Level, number: int) -> bytes | None:
        """The widest version of a tile; narrower ones, of earlier exports, must be its beginning."""
        found: bytes | None = None
        for width in (tiles.FULL, *self._parts(level, number)):
            try:
                data = (self._folder / tiles.tile_path(level, number, width)).read_bytes()
            except OSError:
                continue
            if not (found or data).startswith(data) or _count(level, data) != width:
                what = f"tile {number} of level {level}, {width} wide, is not what was exported"
                self.faults.append((number * tiles.FULL, what))
            found = data if found is None else found
        return found

    def _parts(self, level: Level, number: int) -> list[int]:
        full = self._folder / tiles.tile_path(level, number, tiles.FULL)
        names = (file.name for file in full.with_name(f"{full.name}.p").glob("*"))
        widths = (int(name) for name in names if name.isascii() and name.isdigit() and len(name) < 4)
        return sorted((width for width in widths if 0 < width < tiles.FULL), reverse=True)

    def _text(self, file: Path) -> str | None:
        try:
            return file.read_bytes().decode("utf-8", "replace")
        except OSError:
            return None


def _count(level: Level, data: bytes) -> int | None:
    """How wide a tile is by what is in it; None where that is no whole number."""
    if level != "entries":
        return None if len(data) % HASH_SIZE else len(data) // HASH_SIZE
    try:
        return len(tiles.unpack_entries(data))
    except AnswerableError:
        return None
