"""How bad a finding of an analyser is, in the words of SARIF."""

from __future__ import annotations

from enum import StrEnum


class Level(StrEnum):
    """Levels in order: `error` is the most."""

    NOTE = "note"
    WARNING = "warning"
    ERROR = "error"

    @property
    def strength(self) -> int:
        """An order: `error` is the most."""
        return tuple(Level).index(self)
