"""Who owns a path, by which rule, and what an owner has taken on."""

from __future__ import annotations

from dataclasses import dataclass

from answerable.domain.grade import Grade


@dataclass(frozen=True, slots=True, kw_only=True)
class Called:
    """Somebody to call: after how many minutes without an acknowledgement, who by name, how they are reached."""

    after: int
    target: str  # the team or person, as the file names it
    people: tuple[tuple[str, str | None], ...] = ()  # names, and how each is reached
    contact: str | None = None  # how the team is reached
    region: str | None = None  # whose hours it is


@dataclass(frozen=True, slots=True, kw_only=True)
class Duty:
    """What a repository says of the response beyond a name: who answers at a moment, and who is called after them."""

    service: str | None = None
    response: tuple[str, ...] = ()  # names of people
    calls: tuple[Called, ...] = ()
    escalates: bool = False  # an escalation path is written
    grade: Grade = Grade.DECLARED
    signed: tuple[str, ...] = ()  # who signed for it, and when
    why: tuple[str, ...] = ()
    gaps: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Owner:
    """Owners of a path as one rule names them; `teams` and `people` are as written, for example ``@org/web``."""

    teams: tuple[str, ...] = ()
    people: tuple[str, ...] = ()
    source: str = ""  # for example ".github/CODEOWNERS:12"
    duty: Duty | None = None  # where an owners file says more

    @property
    def names(self) -> tuple[str, ...]:
        """Teams first, then people."""
        return (*self.teams, *self.people)
