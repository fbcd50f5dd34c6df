"""Who owns a path, and by which rule."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Owner:
    """Owners of a path as one rule names them; `teams` and `people` are as written, for example ``@org/web``."""

    teams: tuple[str, ...] = ()
    people: tuple[str, ...] = ()
    source: str = ""  # for example ".github/CODEOWNERS:12"

    @property
    def names(self) -> tuple[str, ...]:
        """Teams first, then people."""
        return (*self.teams, *self.people)
