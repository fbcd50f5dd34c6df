"""Guarantees: files of ours, and only those, are read and written: no link that lies in their place is followed."""

from __future__ import annotations

from pathlib import Path


def leads_away(folder: Path, *names: str) -> bool:
    """True where the folder, or one of these files in it, is a link; what lies above the folder may be.

    A clone brings no link there, an archive of one can. The links above, such as a `.git` that is one, are git's own.
    """
    return any(path.is_symlink() for path in (folder, *(folder / name for name in names)))
