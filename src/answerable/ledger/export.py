"""A ledger as static files: the layout of C2SP tlog-tiles, which any web server serves and a stranger verifies.

Files are written under another name and then renamed, the checkpoint last: whoever reads while an export is under way
sees the log as it was or as it is. Full tiles never change, so the next export writes only what is new.
Source: https://c2sp.org/tlog-tiles.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

from answerable.errors import LedgerUnwritable
from answerable.ledger import tiles
from answerable.ledger.checkpoint import Checkpoint
from answerable.ledger.log import Ledger, read_note
from answerable.ledger.source import CHECKPOINT, OLDER, VKEY

Tick = Callable[[int, int], None]


def export(ledger: Ledger, folder: Path, tick: Tick = lambda _done, _of: None) -> Checkpoint:
    """Write a ledger as static files and return the checkpoint that it ends with.

    Args:
        ledger: What to write; a checkpoint of now is signed.
        folder: Where; an earlier export there is brought up to date.
        tick: Told how many tiles are done, and of how many.

    Raises:
        LedgerUnwritable: the folder cannot be written to.
    """
    note = ledger.checkpoint()
    checkpoint = read_note(note)
    try:
        todo = list(tiles.tiles_for(checkpoint.size))
        for done, (level, number, width) in enumerate(todo):
            _tile(ledger, folder, level, number, width)
            tick(done + 1, len(todo))
        for size, older in ledger.store.checkpoints():
            if size < checkpoint.size:
                _put(folder / OLDER / str(size), older.encode())
        _put(folder / VKEY, f"{ledger.vkey}\n".encode())
        _put(folder / CHECKPOINT, note.encode(), anew=True)
    except OSError as error:
        hint = "make it writable, or free some space; what was exported before is still whole"
        raise LedgerUnwritable(f"cannot export to {folder}: {error.strerror}", hint=hint) from error
    return checkpoint


def _tile(ledger: Ledger, folder: Path, level: int, number: int, width: int) -> None:
    file = folder / tiles.tile_path(level, number, width)
    if not file.exists():
        _put(file, b"".join(ledger.store.nodes(tiles.tile_nodes(level, number, width))))
    if level == 0:
        bundle = folder / tiles.tile_path("entries", number, width)
        if not bundle.exists():
            start = number * tiles.FULL
            _put(bundle, tiles.pack_entries(ledger.store.leaves(start, start + width)))


def _put(file: Path, data: bytes, *, anew: bool = False) -> None:
    if file.exists() and not anew:
        return
    file.parent.mkdir(parents=True, exist_ok=True)
    draft = file.with_name(f".{file.name}.{os.getpid()}")
    try:
        draft.write_bytes(data)
        draft.replace(file)
    finally:
        draft.unlink(missing_ok=True)
