"""What code uses: the names it imports, refers to and calls, qualified where the file says of what.

Parts of a name are joined by dots, whatever the language writes (`a::b`, `a->b`); a part that only the running program
knows is `?`. Each name is here once, with its first line.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

UNKNOWN = "?"


class How(StrEnum):
    """In which way code uses a name."""

    IMPORTS = "imports"
    CALLS = "calls"
    NAMES = "names"


@dataclass(frozen=True, slots=True)
class Use:
    """A use of a name; the line counts from 1."""

    how: How
    name: str
    line: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Uses:
    """All of a file. Names to their first line."""

    imports: Mapping[str, int] = field(default_factory=dict)
    symbols: Mapping[str, int] = field(default_factory=dict)
    calls: Mapping[str, int] = field(default_factory=dict)
    texts: bytes = b""  # the file with all but the contents of its strings blanked out, line for line
    sound: bool = True  # False: the grammar does not read all of it, so names can be missing

    def of(self, how: How) -> Mapping[str, int]:
        """The names that are used in one way."""
        return self.imports if how is How.IMPORTS else self.calls if how is How.CALLS else self.symbols

    def all(self) -> Iterator[Use]:
        """Every use."""
        for how, names in ((How.IMPORTS, self.imports), (How.CALLS, self.calls), (How.NAMES, self.symbols)):
            for name, line in names.items():
                yield Use(how, name, line)
