"""A folder of this person alone for what can be made again: of nothing that a repository or anybody else can write."""

from __future__ import annotations

import os
import stat
from contextlib import suppress
from pathlib import Path

_OTHERS = 0o022  # who may write, besides the owner


def own_folder() -> Path | None:
    """Where it is, or would be; None where nobody says."""
    named = os.environ.get("XDG_CACHE_HOME", "")
    base = named if Path(named).is_absolute() else os.path.expanduser("~/.cache")  # noqa: PTH111 - a home may be missing
    return Path(base) / "answerable" if Path(base).is_absolute() and hasattr(os, "geteuid") else None


def _is_ours(folder: Path) -> bool:
    found = folder.lstat()
    return stat.S_ISDIR(found.st_mode) and found.st_uid == os.geteuid() and not found.st_mode & _OTHERS


def read_own(path: Path, most: int) -> bytes | None:
    """A file of this folder, or None where it is not there, too long, or not of this person alone."""
    try:
        if not _is_ours(path.parent):
            return None
        with os.fdopen(os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC), "rb") as file:
            found = os.fstat(file.fileno())
            if not stat.S_ISREG(found.st_mode) or found.st_uid != os.geteuid() or found.st_mode & _OTHERS:
                return None
            data = file.read(most + 1)
    except OSError:
        return None
    return data if len(data) <= most else None


def write_own(path: Path, data: bytes) -> None:
    """Put a file in the place of what is there, whole or not at all; where it cannot be written, nothing happens."""
    beside = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        if not _is_ours(path.parent):
            return
        with os.fdopen(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600), "wb") as file:
            file.write(data)
        beside.replace(path)
    except OSError:
        with suppress(OSError):
            beside.unlink()
