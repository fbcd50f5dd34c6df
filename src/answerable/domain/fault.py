"""Where something in a file that people write is not taken, and what to write instead."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, order=True)
class Position:
    """Where something stands in a file; both count from 1."""

    line: int
    column: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """Something in a file that is not taken: where, what, and what to write instead."""

    file: str
    position: Position
    message: str
    fix: str

    @property
    def where(self) -> str:
        """File, line and column as editors and compilers write them."""
        return f"{self.file}:{self.position.line}:{self.position.column}"
