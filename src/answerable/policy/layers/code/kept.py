"""Keeps what code uses between simulations, so that the same version of a file is read by its grammar once.

It is a cache in a folder of the person alone: of nothing that a repository or another person can write. What it says is
only used to try a policy on a history; no verdict that lets a change in does. It is keyed by content, and by everything
that reads it, may be deleted at any time, and begins again when it has grown too large. Where it cannot be opened, read
or written, code is read instead.
"""

from __future__ import annotations

import hashlib
import os
import sqlite3
import stat
import zlib
from contextlib import suppress
from functools import cache
from pathlib import Path

from answerable.policy.layers.code.apart import APART
from answerable.policy.layers.code.uses import Reads, Uses, packed, unpacked

MOST_BYTES = 256 << 20  # of the file; then it begins again
_MOST_VALUE = 32 << 20  # of one file of code, unpacked
_AT_A_TIME = 64  # rows that are written together
_SCHEMA = "CREATE TABLE IF NOT EXISTS uses (code BLOB PRIMARY KEY, uses BLOB NOT NULL) WITHOUT ROWID"
_NAME = "code-uses.sqlite"
_BESIDE = tuple(f"{_NAME}{suffix}" for suffix in ("", "-wal", "-shm", "-journal"))
_DAMAGED = (sqlite3.Error, OSError, UnicodeDecodeError)  # the last where SQLite's own message quotes the damage


def cache_folder() -> Path | None:
    """Where this person keeps what can be made again; None where nobody says."""
    named = os.environ.get("XDG_CACHE_HOME", "")
    base = named if Path(named).is_absolute() else os.path.expanduser("~/.cache")  # noqa: PTH111 - a home may be missing
    return Path(base) / "answerable" if Path(base).is_absolute() else None


class KeptUses:
    """Says what code uses, from what is kept or by reading it.

    Args:
        folder: Where it is kept; None keeps nothing.
        reads: Reads what is not kept.
    """

    def __init__(self, folder: Path | None, reads: Reads = APART.read) -> None:
        self._folder = folder
        self._reads = reads
        self._waiting: dict[bytes, bytes] = {}
        self._connection = self._open()

    def __call__(self, key: str, content: bytes) -> Uses | None:
        """What a file uses; as `Reads`."""
        if self._connection is None:
            return self._reads(key, content)
        asked = hashlib.sha256(b"%b %b %b" % (_version(), key.encode(), content)).digest()
        known = self._known(asked)
        if known is not None:
            return known
        found = self._reads(key, content)
        if found is not None:  # what could not be read may be read another time
            self._waiting[asked] = zlib.compress(packed(found), 1)
            if len(self._waiting) >= _AT_A_TIME:
                self._write()
        return found

    def close(self) -> None:
        """Write what is new, and close the file."""
        self._write()
        self._end()

    def _known(self, asked: bytes) -> Uses | None:
        try:
            row = (
                self._connection.execute("SELECT uses FROM uses WHERE code = ?", (asked,)) if self._connection else None
            )
            found = row.fetchone() if row else None
            return _unsealed(asked, found[0]) if found else None
        except _DAMAGED:
            self._end()
            return None

    def _write(self) -> None:
        rows = [(code, _sealed(code, value)) for code, value in self._waiting.items()]
        self._waiting.clear()
        if self._connection is None or self._folder is None or not rows:
            return
        try:
            if (self._folder / _NAME).stat().st_size > MOST_BYTES:
                return
            self._connection.execute("BEGIN IMMEDIATE")
            self._connection.executemany("INSERT OR REPLACE INTO uses VALUES (?, ?)", rows)
            self._connection.execute("COMMIT")
        except _DAMAGED:
            self._end()

    def _end(self) -> None:
        if self._connection:
            with suppress(sqlite3.Error):
                self._connection.close()
        self._connection = None

    def _open(self) -> sqlite3.Connection | None:
        if self._folder is None or not _is_ours(self._folder):
            return None
        path = self._folder / _NAME
        for _ in range(2):
            try:
                if path.exists() and path.stat().st_size > MOST_BYTES:
                    _remove(self._folder)
                connection = sqlite3.connect(path, timeout=5, isolation_level=None)
                connection.execute("PRAGMA journal_mode=WAL")
                connection.execute("PRAGMA synchronous=OFF")  # what is lost is read again
                connection.execute(_SCHEMA)
            except sqlite3.OperationalError:  # it is in use, or cannot be written
                return None
            except sqlite3.Error:
                _remove(self._folder)  # no database: begin again
            except OSError:
                return None
            else:
                return connection
        return None


def _is_ours(folder: Path) -> bool:
    """True where the folder is of this person, who alone can write to what is in it; it is made if need be."""
    if not hasattr(os, "geteuid"):
        return False  # nobody says who may write
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        top = folder.lstat()
        files = [path.lstat() for path in (folder / name for name in _BESIDE) if path.is_symlink() or path.exists()]
    except OSError:
        return False
    if not stat.S_ISDIR(top.st_mode) or not all(stat.S_ISREG(each.st_mode) for each in files):
        return False
    others = 0o022 if top.st_mode & 0o011 else 0  # who cannot enter the folder cannot write to a file in it
    mine = all(each.st_uid == os.geteuid() for each in (top, *files))
    return mine and not top.st_mode & 0o022 and not any(each.st_mode & others for each in files)


def _remove(folder: Path) -> None:
    for name in _BESIDE:
        with suppress(OSError):
            (folder / name).unlink()


@cache
def _version() -> bytes:
    """Of all that decides what code uses: this package and the grammars."""
    from importlib.metadata import distributions

    digest = hashlib.sha256()
    here = Path(__file__).parent
    for path in sorted([*here.glob("*.py"), here.parent / "text_patterns.py", here.parent / "kinds.py"]):
        digest.update(b"%b %b\0" % (path.name.encode(), path.read_bytes()))
    grammars = {
        f"{each.name} {each.version}"
        for each in distributions()
        if each.name.lower().replace("_", "-")[:11] == "tree-sitter"
    }
    digest.update("\n".join(sorted(grammars)).encode())
    return digest.digest()


def _sealed(code: bytes, value: bytes) -> bytes:
    return zlib.crc32(value, zlib.crc32(code)).to_bytes(4, "big") + value


def _unsealed(code: bytes, row: object) -> Uses | None:
    """What a row says; None where a disk has changed it."""
    if not isinstance(row, bytes) or row[:4] != zlib.crc32(row[4:], zlib.crc32(code)).to_bytes(4, "big"):
        return None
    unpacking = zlib.decompressobj()
    try:
        return unpacked(unpacking.decompress(row[4:], _MOST_VALUE))
    except (zlib.error, ValueError, TypeError, RecursionError):
        return None
