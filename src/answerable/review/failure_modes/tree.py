"""The files of the commit that is looked at, by name; one is read when it is asked for."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import cached_property
from pathlib import PurePosixPath

LARGEST = 32 << 20  # bytes; a larger file is as if it were not there


class Tree:
    """All paths of a commit.

    Args:
        paths: Each with what `read` takes.
        read: Gives the bytes of one, None where it cannot.
    """

    def __init__(self, paths: Mapping[bytes, str], read: Callable[[str], bytes | None]) -> None:
        self._paths, self._read = paths, read
        self._kept: dict[bytes, str | None] = {}

    @cached_property
    def names(self) -> dict[str, list[bytes]]:
        """Paths by the last part of them."""
        found: dict[str, list[bytes]] = {}
        for path in self._paths:
            found.setdefault(path.rpartition(b"/")[2].decode("utf-8", "replace"), []).append(path)
        return found

    @cached_property
    def modules(self) -> frozenset[str]:
        """Names of files without their endings, and of folders: what code of the repository can be imported as."""
        found: set[str] = set()
        for path in self._paths:
            parts = PurePosixPath(path.decode("utf-8", "replace"))
            found.update(parts.parts[:-1])
            found.add(parts.name.partition(".")[0])
        return frozenset(found)

    def text(self, path: bytes) -> str | None:
        """The content of a file as text; None where it is not there."""
        if path not in self._kept:
            data = self._read(self._paths[path]) if path in self._paths else None
            fits = data is not None and len(data) <= LARGEST
            self._kept[path] = data.decode("utf-8", "replace") if data is not None and fits else None
        return self._kept[path]

    def beside(self, path: bytes, names: Iterable[str]) -> Iterable[bytes]:
        """Files of these names in the folder of a path, and in those above it."""
        folder = path.rpartition(b"/")[0]
        while True:
            for name in names:
                candidate = folder + b"/" + name.encode() if folder else name.encode()
                if candidate in self._paths:
                    yield candidate
            if not folder:
                return
            folder = folder.rpartition(b"/")[0]
