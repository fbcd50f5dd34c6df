"""Resolves paths by an owners file and CODEOWNERS: services before `paths`, and of each the last that matches.

Of two files that disagree the owners file decides who answers, CODEOWNERS who reviews; that they disagree is said. What
is the same for many paths is worked out once, so that a whole tree is resolved in a moment.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime
from typing import Any

from answerable.domain.grade import Grade
from answerable.domain.owner import Owner
from answerable.ownership.codeowners import Codeowners, Rule
from answerable.ownership.directory import Directory
from answerable.ownership.escalation import Walk
from answerable.ownership.model import Duties, Member, Owners, PathRule, Service
from answerable.ownership.patterns import Index, github
from answerable.ownership.resolved import Resolved, Signed

NOBODY = "nobody is declared as owner of this path"
_NO_FILE = "no escalation path is recorded for it: there is no owners file"
_Signatures = Callable[[datetime], tuple[tuple[Signed, ...], Grade, str | None]]


class Resolver:
    """The owners of one commit, ready to be asked.

    Args:
        owners: The owners file, where there is one.
        codeowners: CODEOWNERS, where there is one.
        source: How answers name CODEOWNERS.
        signatures: Who signed for the owners file up to a moment, and what that makes of it.
    """

    def __init__(
        self, owners: Owners | None, codeowners: Codeowners | None, source: str, signatures: _Signatures
    ) -> None:
        self._owners = owners or Owners()
        self._there = owners is not None
        self._codeowners, self._source, self._signatures = codeowners, source, signatures
        self.directory = Directory(self._owners)
        services = [(pattern, each) for each in self._owners.services for pattern in each.paths]
        self._entries: list[tuple[str, Service | PathRule]] = [
            *((rule.pattern, rule) for rule in self._owners.paths), *services,
        ]  # fmt: skip
        self._index = Index([github(pattern) for pattern, _ in self._entries])
        self._kept: dict[tuple[int, int | None, datetime], dict[str, Any]] = {}
        self._owned: dict[int, Owner | None] = {}

    def resolve(self, path: bytes, at: datetime) -> Resolved:
        """Who is answerable for one path at a moment, and which other entries it matches."""
        (found,) = self.resolve_many([path], at)
        lost = self._lost(path)
        if not lost:
            return found
        return Resolved(**{**_fields(found), "why": (*found.why, *lost)})

    def resolve_many(self, paths: Iterable[bytes], at: datetime) -> list[Resolved]:
        """The same for many; entries that match and do not decide are not told."""
        at = at.astimezone(UTC)
        last, kept, owned = self._index.last, self._kept, self._codeowners
        found = []
        for path in paths:
            number = last(path.decode("utf-8", "surrogateescape")) if self._entries else -1
            rule = owned.owners_of(path) if owned else None
            key = (number, rule.line if rule else None, at)
            same = kept.get(key)
            if same is None:
                if len(kept) > 100_000:
                    kept.clear()
                same = kept[key] = self._work_out(number, rule, at)
            found.append(Resolved(path=path, **same))
        return found

    def owner(self, path: bytes) -> Owner | None:
        """Whose a path is."""
        number = self._index.last(path.decode("utf-8", "surrogateescape")) if self._entries else -1
        if number >= 0:
            return self._owner(number)
        return self.reviewer(path)

    def reviewer(self, path: bytes) -> Owner | None:
        """Whom CODEOWNERS asks to review a path."""
        return self._named(self._codeowners.owners_of(path)) if self._codeowners else None

    def _work_out(self, number: int, rule: Rule | None, at: datetime) -> dict[str, Any]:
        """Everything about an entry and a rule of CODEOWNERS but the path."""
        entry = self._entries[number][1] if number >= 0 else None
        service = entry if isinstance(entry, Service) else None
        duties = service.duties if service else Duties()
        asked = self._named(rule)
        owner = self._owner(number) if entry else asked
        names = self._ids(number) if entry else self._directed(asked)
        walk = Walk(self.directory, duties, [duties.response] if duties.response else names, at)
        response, missing = self._people([duties.response] if duties.response else names, at)
        communication, unsaid = self._people([duties.communication] if duties.communication else [], at)
        signed, grade, unread = self._signatures(at) if entry else ((), Grade.DECLARED, None)
        gaps = [*([] if owner else [NOBODY]), *missing, *unsaid]
        gaps += walk.gaps if self._there else [_NO_FILE] if owner else []
        if service and not duties.communication:
            gaps.append("nobody is named who speaks to those outside")
        gaps += [unread] if unread else []
        return {
            "owner": owner,
            "service": service,
            "response": response,
            "communication": communication,
            "escalation": tuple(sorted(duties.escalation, key=lambda step: step.after)),
            "calls": walk.calls,
            "clocks": duties.clocks,
            "templates": duties.templates,
            "signed": signed,
            "grade": grade if owner else Grade.NONE,
            "why": tuple(self._why(number, rule, asked, names)),
            "gaps": tuple(dict.fromkeys(gaps)),
        }

    def _ids(self, number: int) -> tuple[str, ...]:
        entry = self._entries[number][1]
        return (entry.owner,) if isinstance(entry, Service) else entry.owners

    def _owner(self, number: int) -> Owner | None:
        if number not in self._owned:
            self._owned[number] = self._made(number)
        return self._owned[number]

    def _made(self, number: int) -> Owner | None:
        names = self._ids(number)
        people = tuple(name for name in names if name in self.directory.people)
        teams = tuple(name for name in names if name not in self.directory.people)
        return Owner(teams=teams, people=people, source=self._where(number)) if names else None

    def _named(self, rule: Rule | None) -> Owner | None:
        if rule is None or not rule.owners:
            return None
        teams = tuple(name for name in rule.owners if "/" in name)
        people = tuple(name for name in rule.owners if "/" not in name)
        return Owner(teams=teams, people=people, source=f"{self._source}:{rule.line}")

    def _directed(self, owner: Owner | None) -> tuple[str, ...]:
        """The ids of those whom CODEOWNERS names, as far as the owners file knows them."""
        found = (self.directory.called(name) for name in (owner.names if owner else ()))
        return tuple(name for name in found if name)

    def _people(self, names: Sequence[str], at: datetime) -> tuple[tuple[Member, ...], list[str]]:
        found: dict[str, Member] = {}
        gaps: list[str] = []
        for name in names:
            people, missing = self.directory.here(name, at.date())
            found.update((member.id, member) for member in people)
            gaps += missing
        return tuple(found.values()), gaps

    def _where(self, number: int) -> str:
        position = self._entries[number][1].position
        return f"{self._owners.source}:{position.line}" if position else self._owners.source

    def _why(self, number: int, rule: Rule | None, asked: Owner | None, names: Sequence[str]) -> Iterable[str]:
        if number >= 0:
            yield self._claim(number)
            yield from self._disagreement(rule, asked, names)
        elif asked:
            yield f"{asked.source} names {' '.join(asked.names)}: `{rule.pattern if rule else ''}`"
        elif rule:
            yield f"{self._source}:{rule.line} says that nobody owns it: `{rule.pattern}`"

    def _claim(self, number: int) -> str:
        pattern, entry = self._entries[number]
        if isinstance(entry, Service):
            return f"the service {entry.id} claims `{pattern}`, and is owned by {entry.owner}: {self._where(number)}"
        told = f"owned by {' '.join(entry.owners)}" if entry.owners else "owned by nobody, as is said there"
        return f"`{pattern}` is {told}: {self._where(number)}"

    def _disagreement(self, rule: Rule | None, asked: Owner | None, names: Sequence[str]) -> Iterable[str]:
        """Where CODEOWNERS names others, or nobody; who is in a team that the other file names agrees with it."""
        if rule is None:
            return
        if asked is None:
            if names:
                yield f"{self._source}:{rule.line} says that nobody owns it; for the response {names[0]} counts"
            return
        known = self._directed(asked)
        ours = {one for name in names for one in self.directory.within(name)}
        theirs = {one for name in known for one in self.directory.within(name)}
        if ours.isdisjoint(theirs):
            counts = " ".join(names) or "nobody"
            yield (
                f"the two files disagree: {asked.source} names {' '.join(asked.names)}, who are asked for review; "
                f"for the response {counts} counts"
            )

    def _lost(self, path: bytes) -> list[str]:
        """Sentences about the entries that match as well and do not decide, one a service."""
        if not self._entries:
            return []
        numbers = sorted(set(self._index.matching(path.decode("utf-8", "surrogateescape"))), reverse=True)
        found: dict[str, str] = {}
        decided = self._where(numbers[0]) if numbers else ""
        for number in numbers[1:]:
            pattern, entry = self._entries[number]
            where = self._where(number)
            if where != decided:
                what = f"the service {entry.id}" if isinstance(entry, Service) else f"`{pattern}`"
                found.setdefault(where, f"{what} matches as well and does not decide: {where}")
        return list(found.values())


def _fields(found: Resolved) -> dict[str, Any]:
    return {name: getattr(found, name) for name in Resolved.__slots__}
