"""Writes git objects byte for byte, without starting git: the id is known at once, the file comes later.

Few objects become loose files; many become one pack, so that both kinds of storage are met in tests.
"""

from __future__ import annotations

import hashlib
import struct
import zlib
from collections.abc import Callable, Mapping
from pathlib import Path

from builders.entries import FOLDER, SUBMODULE

_PACK_FROM = 32
_PACK_KINDS = {"commit": 1, "tree": 2, "blob": 3, "tag": 4}

Snapshot = dict[bytes, tuple[bytes, str]]
"""Path to (mode, object id): a whole tree, flat."""


class ObjectWriter:
    """Objects of one repository, held back until `flush`.

    Args:
        objects: The object folder.
        algorithm: ``sha1`` or ``sha256``.
        index_pack: Stores a pack given as bytes, for example by running ``git index-pack --stdin``.
    """

    def __init__(self, objects: Path, algorithm: str, index_pack: Callable[[bytes], object]) -> None:
        self._objects = objects
        self._algorithm = algorithm
        self._index_pack = index_pack
        self._known: set[str] = set()
        self._pending: dict[str, tuple[str, bytes]] = {}

    def add(self, kind: str, data: bytes) -> str:
        """Hold the object back and return its id in hexadecimal."""
        whole = b"%s %d\0%s" % (kind.encode(), len(data), data)
        name = hashlib.new(self._algorithm, whole, usedforsecurity=False).hexdigest()
        if name not in self._known:
            self._known.add(name)
            self._pending[name] = (kind, data)
        return name

    def add_tree(self, files: Mapping[bytes, tuple[bytes, str]]) -> str:
        """Write all trees of a flat snapshot and return the root's id. No name is refused, not even a dot."""
        folders: dict[bytes, Snapshot] = {}
        rows: list[tuple[bytes, bytes, bytes, str]] = []
        for path, (mode, name) in files.items():
            head, slash, rest = path.partition(b"/")
            if slash:
                folders.setdefault(head, {})[rest] = (mode, name)
            else:
                rows.append((head, head, mode, name))
        for head, inner in folders.items():
            rows.append((head + b"/", head, FOLDER, self.add_tree(inner)))
        rows.sort()
        return self.add("tree", b"".join(b"%s %s\0%s" % (m, n, bytes.fromhex(i)) for _, n, m, i in rows))

    def flush(self) -> None:
        """Put everything held back where git finds it."""
        pending, self._pending = self._pending, {}
        if len(pending) >= _PACK_FROM:
            self._index_pack(self._pack(pending))
            return
        for name, (kind, data) in pending.items():
            file = self._objects / name[:2] / name[2:]
            if not file.exists():
                file.parent.mkdir(exist_ok=True)
                file.write_bytes(zlib.compress(b"%s %d\0%s" % (kind.encode(), len(data), data), 1))

    def _pack(self, pending: Mapping[str, tuple[str, bytes]]) -> bytes:
        parts = [struct.pack(">4sLL", b"PACK", 2, len(pending))]
        for kind, data in pending.values():
            size, rest = len(data) & 15, len(data) >> 4
            head = bytearray([_PACK_KINDS[kind] << 4 | size])
            while rest:
                head[-1] |= 0x80
                head.append(rest & 0x7F)
                rest >>= 7
            parts += [bytes(head), zlib.compress(data, 1)]
        body = b"".join(parts)
        return body + hashlib.new(self._algorithm, body, usedforsecurity=False).digest()


def place(files: Snapshot, path: bytes, mode: bytes, name: str) -> None:
    """Put one path into a snapshot; a file in the way of a folder, or a folder in the way of a file, goes."""
    parts = path.split(b"/")
    for depth in range(1, len(parts)):
        files.pop(b"/".join(parts[:depth]), None)
    for inner in [p for p in files if p.startswith(path + b"/")]:
        del files[inner]
    files[path] = (mode, name)


def is_submodule(mode: bytes) -> bool:
    """True for a gitlink, which has no object of its own."""
    return mode == SUBMODULE
