"""What code uses: the names it imports, refers to and calls, qualified where the file says of what.

Parts of a name are joined by dots, whatever the language writes (`a::b`, `a->b`); a part that only the running program
knows is `?`. Each name is here once, with its first line.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
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
    statement: tuple[int, str] | None = None  # the first one to a database in the text of its strings, with its line
    sound: bool = True  # False: the grammar does not read all of it, so names can be missing

    def of(self, how: How) -> Mapping[str, int]:
        """The names that are used in one way."""
        return self.imports if how is How.IMPORTS else self.calls if how is How.CALLS else self.symbols

    def all(self) -> Iterator[Use]:
        """Every use."""
        for how, names in ((How.IMPORTS, self.imports), (How.CALLS, self.calls), (How.NAMES, self.symbols)):
            for name, line in names.items():
                yield Use(how, name, line)


Reads = Callable[[str, bytes], Uses | None]
"""Says what a file uses, by the key of its language and its prepared bytes; None where it cannot be read."""


def packed(uses: Uses | None) -> bytes:
    """The same as bytes."""
    if uses is None:
        return b"null"
    found = (uses.imports, uses.symbols, uses.calls, uses.statement, uses.sound)
    return json.dumps(found, separators=(",", ":")).encode()


def unpacked(data: bytes) -> Uses | None:
    """What was packed.

    Raises:
        ValueError: it was not.
    """
    found = json.loads(data)
    if found is None:
        return None
    if not isinstance(found, list) or len(found) != 5:
        raise ValueError("not what a file uses")
    *names, statement, sound = found
    if not all(map(_are_names, names)) or not isinstance(sound, bool):
        raise ValueError("no names of a file")
    if statement is not None:
        line, words = statement
        if type(line) is not int or not isinstance(words, str):
            raise ValueError("no statement of a file")
        statement = line, words
    return Uses(imports=names[0], symbols=names[1], calls=names[2], statement=statement, sound=sound)


def _are_names(found: object) -> bool:
    return isinstance(found, dict) and set(map(type, found.values())) <= {int}
