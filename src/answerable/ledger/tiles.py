"""A log as static files: where its tiles and bundles lie, and what is in them (c2sp.org/tlog-tiles v0.1.0).

What a `TileReader` returns is what the files say. It is proven only by a root computed from it that equals the one of
a checkpoint that is trusted.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence

from answerable.errors import DecisionTooLarge, ProofInvalid
from answerable.ledger.merkle import HASH_SIZE, MAX_SIZE, Node, node_hash

Level = int | str
"""The level of a tile of hashes, or "entries"."""

Tile = tuple[Level, int, int]
"""(level, n, width): the n-th tile of a level, 256 wide, or narrower at the right edge of the tree."""

FULL = 256
LONGEST_ENTRY = 65_535
_HEIGHT = 8  # levels of the tree in one tile
_LEVELS = frozenset(["entries", *range(64)])
_PATH = re.compile(r"tile/(entries|[0-9]|[1-5][0-9]|6[0-3])/((?:x[0-9]{3}/)*[0-9]{3})(?:\.p/([1-9][0-9]{0,2}))?")


def tile_path(level: Level, n: int, width: int) -> str:
    """Return the path of a tile, or of the bundle of entries below a tile of level 0, under the prefix of the log.

    Raises:
        ProofInvalid: There is no such tile.
    """
    if level not in _LEVELS or not 0 <= n <= MAX_SIZE or not 1 <= width <= FULL:
        raise ProofInvalid("no log has a tile of this level, number and width")
    digits = str(n)
    digits = digits.zfill(-(-len(digits) // 3) * 3)
    parts = [digits[at : at + 3] for at in range(0, len(digits), 3)]
    folder = "".join(f"x{part}/" for part in parts[:-1])
    return f"tile/{level}/{folder}{parts[-1]}" + (f".p/{width}" if width < FULL else "")


def parse_tile_path(path: str) -> Tile:
    """Return the level, number and width of the tile at a path.

    Raises:
        ProofInvalid: The path is not the one spelling of a tile's path.
    """
    found = _PATH.fullmatch(path) if len(path) <= 60 else None
    if not found:
        raise ProofInvalid("a path that is no path of a tile")
    level = "entries" if found[1] == "entries" else int(found[1])
    n, width = int(found[2].replace("x", "").replace("/", "")), int(found[3] or FULL)
    if tile_path(level, n, width) != path:
        raise ProofInvalid("a path that is no path of a tile")
    return level, n, width


def tiles_for(size: int) -> Iterator[tuple[int, int, int]]:
    """Yield (level, n, width) of every tile of hashes of a tree; each one of level 0 has a bundle of entries too.

    Raises:
        ProofInvalid: No tree has this size.
    """
    if not 0 <= size <= MAX_SIZE:
        raise ProofInvalid("no tree has that many leaves")
    level, hashes = 0, size
    while hashes:
        for n in range(-(-hashes // FULL)):
            yield level, n, min(FULL, hashes - n * FULL)
        level, hashes = level + 1, hashes >> _HEIGHT


def tile_nodes(level: int, n: int, width: int) -> list[Node]:
    """Return the perfect subtrees whose hashes, joined in this order, are the tile."""
    return [(level * _HEIGHT, n * FULL + at) for at in range(width)]


def pack_entries(entries: Iterable[bytes]) -> bytes:
    """Join entries into a bundle, each after its length in two bytes, the higher one first.

    Raises:
        DecisionTooLarge: An entry is longer than two bytes can say.
    """
    packed = []
    for entry in entries:
        if len(entry) > LONGEST_ENTRY:
            raise DecisionTooLarge(
                f"an entry of {len(entry):,} bytes: the ledger holds at most {LONGEST_ENTRY:,}",
                hint="put a commitment to long content into the decision, not the content",
            )
        packed += [len(entry).to_bytes(2, "big"), entry]
    return b"".join(packed)


def unpack_entries(data: bytes) -> list[bytes]:
    """Return the entries of a bundle.

    Raises:
        ProofInvalid: The bundle ends in the middle of an entry.
    """
    entries, at = [], 0
    while at < len(data):
        start = at + 2
        at = start + int.from_bytes(data[at:start], "big")
        if at > len(data):
            raise ProofInvalid("a bundle of entries that ends in the middle of one")
        entries.append(data[start:at])
    return entries


class TileReader:
    """Reads the hashes of perfect subtrees (a `merkle.Reader`) out of tiles, each fetched once a call.

    Args:
        fetch: Returns the bytes of the file at a path. For a partial tile it may return the full one: the log need
            not keep the partial one once the full one is there.
        size: The size of the tree of a trusted checkpoint; it says which tiles are partial.
    """

    def __init__(self, fetch: Callable[[str], bytes], size: int) -> None:
        self._fetch = fetch
        self._size = size

    def __call__(self, nodes: Sequence[Node]) -> list[bytes]:
        """Return the hash of each node.

        Raises:
            ProofInvalid: A node is not in the tree, or a tile is not as long as it must be.
        """
        tiles: dict[tuple[int, int], bytes] = {}
        return [self._hash(node, tiles) for node in nodes]

    def _hash(self, node: Node, tiles: dict[tuple[int, int], bytes]) -> bytes:
        level, index = node
        if level < 0 or index < 0 or level > 63 or (index + 1) << level > self._size:
            raise ProofInvalid("a tree this small has no such subtree")
        tile_level, above = divmod(level, _HEIGHT)
        n, first = divmod(index << above, FULL)
        if (tile_level, n) not in tiles:
            tiles[tile_level, n] = self._tile(tile_level, n)
        start, end = first * HASH_SIZE, (first + (1 << above)) * HASH_SIZE
        return _perfect(tiles[tile_level, n][start:end])

    def _tile(self, level: int, n: int) -> bytes:
        width = min(FULL, (self._size >> level * _HEIGHT) - n * FULL)
        path = tile_path(level, n, width)
        data = self._fetch(path)
        if len(data) not in {width * HASH_SIZE, FULL * HASH_SIZE}:
            raise ProofInvalid(f"{path} has {len(data)} bytes, not {width * HASH_SIZE}")
        return data


def _perfect(hashes: bytes) -> bytes:
    """The root over hashes whose number is a power of two."""
    row = [hashes[at : at + HASH_SIZE] for at in range(0, len(hashes), HASH_SIZE)]
    while len(row) > 1:
        row = [node_hash(left, right) for left, right in zip(row[::2], row[1::2], strict=True)]
    return row[0]
