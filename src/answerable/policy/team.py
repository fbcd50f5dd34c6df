"""Teams as a policy defines them: who can review for a team where the forge does not say who is in it."""

from __future__ import annotations

from dataclasses import dataclass, field

from answerable.domain.fault import Position
from answerable.policy.rule import Authority


@dataclass(frozen=True, slots=True, kw_only=True)
class Team:
    """A team and its members: addresses or logins, in lower case and without `@` before them."""

    name: str
    members: tuple[str, ...]
    position: Position | None = field(default=None, compare=False)
    authority: Authority = field(default=Authority.REPOSITORY, compare=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Named:
    """A place of a policy file that names a team or a person, to be looked up by who knows them."""

    file: str
    name: str
    what: str  # in words, such as `reviewers.teams of the rule eyes`
    position: Position


def plain(name: str) -> str:
    """A name of a team or a person as it is compared."""
    return name.strip().lstrip("@").lower()


def same(one: str, other: str) -> bool:
    """True for two names of a team; one without its organisation is any organisation's team of that name."""
    mine, wanted = plain(one), plain(other)
    if "/" in mine and "/" in wanted:
        return mine == wanted
    return mine.rpartition("/")[2] == wanted.rpartition("/")[2]
