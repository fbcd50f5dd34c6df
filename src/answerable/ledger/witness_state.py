"""Guarantees: a checkpoint that was remembered is never forgotten, halved or overtaken by an older one.

One plain file a log, holding the last checkpoint as a signed note. Whoever compares and replaces it holds a lock
against all threads and processes on the machine; a replacement is on the disk before it is reported, and a crash leaves
either the old note or the new one.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from answerable.errors import AnswerableError, CheckpointInvalid, LedgerDamaged, LedgerUnwritable
from answerable.ledger.checkpoint import Checkpoint
from answerable.ledger.note import Note


class Slot:
    """The place of one log's last checkpoint.

    Args:
        path: The file; it and its folder are made when first needed.
    """

    def __init__(self, path: Path) -> None:
        self.path = path

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Keep every other thread and process from comparing and replacing meanwhile.

        Raises:
            LedgerUnwritable: The folder cannot be made or written.
        """
        import fcntl  # absent on Windows, where the module must still load

        try:
            _make_folder(self.path.parent)
            lock = os.open(self._beside(".lock"), os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        except OSError as error:
            raise _unwritable(self.path, error) from None
        try:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield
        finally:
            os.close(lock)  # which also unlocks; killed processes leave no lock behind

    def latest(self) -> Note | None:
        """The note remembered last, or None where there never was one.

        Raises:
            LedgerDamaged: There is a file, and it is no note: it must not be taken for nothing.
        """
        try:
            return Note.parse(self.path.read_bytes())
        except FileNotFoundError:
            return None
        except (CheckpointInvalid, OSError) as error:
            raise _damaged(self.path, error) from None

    def checkpoint(self) -> Checkpoint | None:
        """The checkpoint remembered last, or None where there never was one.

        Raises:
            LedgerDamaged: There is a file, and it holds no checkpoint.
        """
        note = self.latest()
        try:
            return Checkpoint.parse(note.text) if note else None
        except CheckpointInvalid as error:
            raise _damaged(self.path, error) from None

    def replace(self, note: Note) -> None:
        """Remember a note; it survives a loss of power from the moment this returns.

        Raises:
            LedgerUnwritable: It could not be written; what was remembered before still is.
        """
        fresh = self._beside(".new")
        try:
            _write(fresh, note.encode().encode())
            fresh.replace(self.path)
            _sync(self.path.parent)
        except OSError as error:
            with suppress(OSError):
                fresh.unlink()
            raise _unwritable(self.path, error) from None

    def _beside(self, suffix: str) -> Path:
        return self.path.with_name(self.path.name + suffix)


def _write(path: Path, data: bytes) -> None:
    with path.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())


def _make_folder(folder: Path) -> None:
    """Make a folder that is still there after a loss of power."""
    if folder.is_dir():
        return
    _make_folder(folder.parent)
    folder.mkdir(exist_ok=True)
    _sync(folder.parent)


def _sync(folder: Path) -> None:
    """Make the names in a folder durable (POSIX says nothing of it; every common file system wants it)."""
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _damaged(path: Path, error: Exception) -> AnswerableError:
    return LedgerDamaged(
        f"the checkpoint remembered in {path} cannot be read: {error}",
        hint="restore the file from a copy; deleting it would let a rolled-back log pass",
    )


def _unwritable(path: Path, error: OSError) -> AnswerableError:
    return LedgerUnwritable(
        f"the checkpoint cannot be remembered in {path}: {error.strerror}",
        hint="make room or set the permissions, then ask again; nothing was signed",
    )
