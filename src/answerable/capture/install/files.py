"""Looks at settings files and writes them: whole or not at all, through links of the person's, as private as they were.

What is not a plain file of the person, may not be written, or would lead out of the repository, is refused.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

MOST_BYTES = 8 << 20


class Refused(Exception):
    """A file is not touched, and why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """A file as it is: `data` None where it is not there."""

    path: Path  # without links
    data: bytes | None
    mode: int | None = None

    @property
    def digest(self) -> str | None:
        """Of what it holds."""
        return digest(self.data)


def digest(data: bytes | None) -> str | None:
    """The digest of what a file holds; None where it is not there."""
    return None if data is None else sha256(data).hexdigest()


def look(path: Path, within: Path | None = None) -> Found:
    """Look at a file that may be written.

    Args:
        path: Absolute.
        within: A folder, without links, out of which it must not lead; None: links are the person's own.

    Raises:
        Refused: it may not, or is no file.
    """
    try:
        real = path.resolve()
        about = real.lstat()
    except (FileNotFoundError, NotADirectoryError):
        _may_be_made(real, within)
        return Found(path=real, data=None)
    except (OSError, RuntimeError) as error:
        raise Refused(f"it cannot be looked at: {getattr(error, 'strerror', None) or error}") from error
    _inside(real, within)
    if not stat.S_ISREG(about.st_mode):
        raise Refused("it is no file")
    if about.st_uid != os.geteuid():
        raise Refused("it is another user's")
    if not about.st_mode & 0o200 or not os.access(real, os.W_OK):
        raise Refused("it may only be read")
    if about.st_size > MOST_BYTES:
        raise Refused(f"it has more than {MOST_BYTES >> 20} MiB")
    try:
        return Found(path=real, data=real.read_bytes(), mode=stat.S_IMODE(about.st_mode))
    except OSError as error:
        raise Refused(f"it cannot be read: {error.strerror}") from error


def write(found: Found, data: bytes, mode: int | None = None) -> None:
    """Write a file in place of what was found; folders that are not there are made.

    Args:
        found: As it was looked at; another content by now is not overwritten.
        data: What it is to hold.
        mode: Its permissions; None: as they were, or as a new file's.

    Raises:
        Refused: it cannot be written, or was changed meanwhile.
    """
    path, mode = found.path, mode if mode is not None else found.mode
    part = part_of(path)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        part.unlink(missing_ok=True)  # of a run that was killed; there is one at a time
        handle = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC, 0o666)
        with os.fdopen(handle, "wb") as out:
            out.write(data)
            if mode is not None:
                os.fchmod(handle, mode)
            out.flush()
            os.fsync(handle)
        if _now(path) != found.data:
            raise Refused("it was changed meanwhile; run it again")
        part.replace(path)
    except OSError as error:
        raise Refused(f"it cannot be written: {error.strerror}") from error
    finally:
        with suppress(OSError):
            part.unlink()


def part_of(path: Path) -> Path:
    """Where a file is written before it takes its place."""
    return path.with_name(f".{path.name}.answerable-part")


def missing(path: Path) -> list[str]:
    """The folders that are not there for a file, the uppermost last."""
    found = []
    while not (path := path.parent).is_dir():
        found.append(os.fspath(path))
    return found


def remove(found: Found) -> None:
    """Remove a file.

    Raises:
        Refused: it cannot be removed.
    """
    try:
        found.path.unlink(missing_ok=True)
    except OSError as error:
        raise Refused(f"it cannot be removed: {error.strerror}") from error


def remove_folders(folders: Iterable[str]) -> None:
    """Remove folders that are empty."""
    for folder in sorted(folders, key=len, reverse=True):
        with suppress(OSError):
            Path(folder).rmdir()


def _may_be_made(real: Path, within: Path | None) -> None:
    _inside(real, within)
    above = real.parent
    while not above.exists():
        above = above.parent
    if not above.is_dir():
        raise Refused(f"{above} is no folder")
    about = above.stat()
    if about.st_uid != os.geteuid() or not about.st_mode & 0o200 or not os.access(above, os.W_OK):
        raise Refused(f"{above} may not be written")


def _inside(real: Path, within: Path | None) -> None:
    if within is None:
        return
    if not real.is_relative_to(within):
        raise Refused("a link leads out of the repository")
    if ".git" in {part.lower() for part in real.relative_to(within).parts}:
        raise Refused("a link leads into git's own folder")


def _now(path: Path) -> bytes | None:
    try:
        return path.read_bytes()
    except FileNotFoundError:
        return None
