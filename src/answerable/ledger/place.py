"""Where the ledger of a repository is; loads nothing, so that asking costs nothing where there is none."""

from __future__ import annotations

import os
from pathlib import Path

DATABASE = "ledger.sqlite"
BY_KIND = "kind:"
"""Before the name of a kind: what the index of a ledger finds the entries of a kind by."""
ENVIRONMENT = "ANSWERABLE_LEDGER"
"""Names another ledger than the repository's own: a folder or the address of a database."""


def ledger_place(common_dir: Path) -> Path | str:
    """Where the ledger of a repository is, or would be: a folder or the address of a database.

    Args:
        common_dir: The git directory that all worktrees share.
    """
    named = os.environ.get(ENVIRONMENT)
    if named:
        return named if "://" in named else Path(named)
    return common_dir / "answerable" / "ledger"


def has_ledger(common_dir: Path) -> bool:
    """True where there is one to be read."""
    place = ledger_place(common_dir)
    return isinstance(place, str) or (place / DATABASE).is_file()
