"""Who is named and means nobody: strangers, teams in a circle, people who left, and people nobody has seen for long.

People are told in the order of the file and never compared. Who is silent is told only where nobody else behind a duty
was seen either: the finding is about the duty.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import timedelta

from answerable.domain.fault import Position
from answerable.domain.verdict import Severity
from answerable.ownership.check.asked import Asked, Named, named
from answerable.ownership.check.finding import Finding, Kind
from answerable.ownership.model import Member, Team

SOON = timedelta(days=30)
_MOST = 5  # places named in one sentence


def strangers(asked: Asked) -> Iterator[Finding]:
    """Names that are no person and no team, of the owners file and, where that has a directory, of CODEOWNERS."""
    for each in named(asked.declared):
        if each.name not in asked.directory:
            what = f"{each.name} is named as {each.role}, and is no person and no team of the file"
            remedy = f"add {each.name} to people or teams, or name somebody who is there"
            yield asked.finding(Kind.UNKNOWN, Severity.ERROR, each.name, what, remedy, each.position)
    if not asked.declared.people or not asked.codeowners:
        return
    told: set[str] = set()
    for rule in asked.codeowners.rules:
        for name in rule.owners:
            if asked.directory.called(name) is None and name not in told:
                told.add(name)
                what = f"{name} is asked to review `{rule.pattern}`, and nobody in {asked.declared.source} is called so"
                remedy = "write the name under forge of a team or a person, or a mail address under git"
                at = Position(rule.line, 1)
                yield asked.finding(Kind.UNKNOWN, Severity.WARNING, name, what, remedy, at, file=asked.source)


def circles(asked: Asked) -> Iterator[Finding]:
    """Teams that are each other's parents, each circle once."""
    teams, walked = asked.directory.teams, set[str]()
    for team in asked.declared.teams:
        way: dict[str, int] = {}
        at: Team | None = team
        while at is not None and at.id not in way and at.id not in walked:
            way[at.id] = len(way)
            at = teams.get(at.parent) if at.parent else None
        walked.update(way)
        if at is None or at.id not in way:
            continue
        circle = list(way)[way[at.id] :]
        shown = [*circle[:_MOST], "…"] if len(circle) > _MOST else circle
        what = f"the teams {' → '.join([*shown, circle[0]])} are each other's parents: above them is nobody"
        yield asked.finding(
            Kind.TEAM_CYCLE, Severity.ERROR, at.id, what, "let one of them have no parent, or another", at.position
        )


def unmanned(asked: Asked) -> Iterator[Finding]:
    """Names behind which nobody is there, or soon will be, each with all that it is named for."""
    for name, places in _places(asked).items():
        first = places[0]
        until = asked.until(name)
        if until is None:
            why = "; ".join(asked.directory.here(name, asked.day)[1][:_MOST])
            what = f"nobody is there for {name}, {_roles(places)}: {why}"
            remedy = "name somebody who is there, or put people into the team"
            yield asked.finding(Kind.ORPHANED, Severity.ERROR, name, what, remedy, first.position)
        elif until < asked.day + SOON:
            what = f"after {until} nobody is there for {name}, {_roles(places)}"
            remedy = "name who takes over before that day"
            yield asked.finding(Kind.LEFT, Severity.WARNING, name, what, remedy, first.position)


def left(asked: Asked) -> Iterator[Finding]:
    """People who left and are still members of something; a duty that they had alone is told by `unmanned`."""
    for person in asked.declared.people:
        if person.until is None or person.until >= asked.day:
            continue
        teams = [team for team in asked.declared.teams if person.id in team.members]
        if teams:
            names = ", ".join(team.id for team in teams)
            what = f"{person.id} left on {person.until}, and is still a member of {names}"
            remedy = f"take {person.id} out of members; the entry under people may stay, for what was signed"
            yield asked.finding(Kind.LEFT, Severity.WARNING, person.id, what, remedy, teams[0].position)


def silent(asked: Asked) -> Iterator[Finding]:
    """Duties and reviews behind which nobody was seen in git; whose address there is not known is not told."""
    seen = asked.activity
    if seen is None or seen.newest is None or seen.since is None:
        return
    days = (seen.newest - seen.since).days
    for name, places in _places(asked).items():
        people = asked.directory.here(name, asked.day)[0]
        if not people or any(seen.of(person.git) or not person.git for person in people):
            continue
        who = _people(people)
        since = f"{seen.since:%Y-%m-%d} ({days} days)"
        what = f"nobody behind {name}, {_roles(places)}, was seen in git since {since}: {who}"
        remedy = "ask them whether they still answer; silence in git is no proof that somebody is away"
        yield asked.finding(Kind.SILENT, Severity.WARNING, name, what, remedy, places[0].position)
    for rule in asked.codeowners.rules if asked.codeowners else ():
        if rule.owners and all("@" in name[1:] for name in rule.owners) and not seen.of(rule.owners):
            since = f"{seen.since:%Y-%m-%d} ({days} days)"
            what = f"nobody who is asked to review `{rule.pattern}` was seen in git since {since}"
            remedy = "ask them whether they still review, or name a team"
            at = Position(rule.line, 1)
            yield asked.finding(Kind.SILENT, Severity.WARNING, rule.pattern, what, remedy, at, file=asked.source)


def _places(asked: Asked) -> dict[str, list[Named]]:
    """What each known name is there for; being a member or a parent is no duty."""
    found: dict[str, list[Named]] = {}
    for each in named(asked.declared):
        if each.name in asked.directory and not each.role.startswith(("a member of", "the parent of")):
            found.setdefault(each.name, []).append(each)
    return found


def _roles(places: Sequence[Named]) -> str:
    roles = list(dict.fromkeys(each.role for each in places))
    more = f" and {len(roles) - _MOST} more" if len(roles) > _MOST else ""
    return ", ".join(roles[:_MOST]) + more


def _people(people: Sequence[Member]) -> str:
    more = f" and {len(people) - _MOST} more" if len(people) > _MOST else ""
    return ", ".join(person.name for person in people[:_MOST]) + more
