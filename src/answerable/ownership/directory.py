"""Who is meant by a name of an owners file, and who of them is here on a day; names that mean nobody are told.

A team in which nobody is left is answered for by its parent, and so on upwards; a circle of teams ends where it began.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from answerable.ownership.model import Member, Owners, Team

MOST_ABOVE = 64
"""Parents that are asked one after the other; no organisation has more, and a file that has would take its time."""

People = tuple[tuple[Member, ...], tuple[str, ...]]
"""People, and what could not be said of them, in sentences."""


class Directory:
    """The people and teams of one owners file, by every name that they have."""

    def __init__(self, owners: Owners) -> None:
        self.people = {member.id: member for member in owners.people}
        self.teams = {team.id: team for team in owners.teams}
        self._named: dict[str, str] = {}  # names elsewhere, in lower case, to ids; the first in the file has a name
        for team in owners.teams:
            self._learn(team.id, team.forge)
        for member in owners.people:
            self._learn(member.id, (*member.forge, *member.git))
        self._known: dict[tuple[str, date], People] = {}

    def _learn(self, name: str, others: Iterable[str]) -> None:
        for other in others:
            self._named.setdefault(other.lower(), name)

    def __contains__(self, name: str) -> bool:
        return name in self.people or name in self.teams

    def called(self, written: str) -> str | None:
        """The id of whom CODEOWNERS or a commit names, such as `@org/web`, `@ada` or `ada@example.com`.

        A team that has no names on the forge is known there by its id, whatever the organisation.
        """
        name = written.lstrip("@").lower()
        found = self._named.get(name)
        if found is None and "/" in name:
            team = self.teams.get(name.rpartition("/")[2])
            found = team.id if team and not team.forge else None
        return found

    def contact(self, name: str) -> str | None:
        """How a team or a person is reached."""
        found: Team | Member | None = self.teams.get(name) or self.people.get(name)
        return found.contact if found else None

    def here(self, name: str, day: date) -> People:
        """The people behind the id of a team or a person who are there on a day."""
        key = (name, day)
        if key not in self._known:
            self._known[key] = self._person(name, day) if name in self.people else self._team(name, day)
        return self._known[key]

    def within(self, name: str) -> frozenset[str]:
        """An id, and those of the members where it is that of a team."""
        team = self.teams.get(name)
        return frozenset((name, *team.members)) if team else frozenset((name,))

    def _person(self, name: str, day: date) -> People:
        member = self.people[name]
        if is_here(member, day):
            return (member,), ()
        return (), (f"{name} left on {member.until}",)

    def _team(self, name: str, day: date) -> People:
        gaps: list[str] = []
        seen: list[str] = []
        at: str | None = name
        while at is not None:
            team = self.teams.get(at)
            if team is None:
                gaps.append(f"{at} is named, and is no team or person of the file")
                return (), tuple(gaps)
            if len(seen) >= MOST_ABOVE:
                gaps.append(f"more than {MOST_ABOVE} teams are above {name}, and nobody is in them")
                return (), tuple(gaps)
            if at in seen:
                gaps.append(f"the teams {', '.join(seen[seen.index(at) :])} are each other's parents")
                return (), tuple(gaps)
            seen.append(at)
            strangers = [one for one in team.members if one not in self.people]
            gaps += [f"{one}, a member of {at}, is in no directory" for one in strangers]
            found = tuple(self.people[one] for one in team.members if one in self.people)
            present = tuple(member for member in found if is_here(member, day))
            if present:
                return present, tuple(gaps)
            then = f": its parent {team.parent} answers" if team.parent else ""
            gaps.append(f"nobody of {at} is there on {day}{then}")
            at = team.parent
        return (), tuple(gaps)


def is_here(member: Member, day: date) -> bool:
    """True up to the last day that a person is there."""
    return member.until is None or day <= member.until
