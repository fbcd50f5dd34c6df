"""Reads `teams` and `emergency`, and finds the names of teams that nobody knows."""

from __future__ import annotations

import re
from collections.abc import Collection
from functools import partial

from answerable.domain.fault import Fault
from answerable.policy.emergency import Emergency
from answerable.policy.model import Policy
from answerable.policy.team import Named, Team, plain, same
from answerable.strict_yaml.nodes import Mapping, Node, Scalar, Sequence
from answerable.strict_yaml.reading import Notes, instead

EMERGENCY_KEYS = ("who", "review_within", "needs")
NEED_KEYS = ("humans",)
MOST_HUMANS = 20
MOST_HOURS = 24 * 90
MOST_TEAMS = 1000
_NAME = re.compile(r"@?[a-z0-9][a-z0-9._/-]{0,199}", re.IGNORECASE)
_HOURS = re.compile("([1-9][0-9]{0,3})([hd])")


def teams(notes: Notes, node: Node | None) -> tuple[Team, ...]:
    """`teams`: a mapping of names to lists of members."""
    if node is None:
        return ()
    if not isinstance(node, Mapping):
        notes.add(node.at, "teams must be a mapping", "write `NAME: [ada@example.com, …]`")
        return ()
    if len(node.pairs) > MOST_TEAMS:
        notes.add(node.at, f"these are {len(node.pairs)} teams; {MOST_TEAMS} is the most", "leave some out")
        return ()
    found: list[Team] = []
    for key, value in node.pairs:
        if not _NAME.fullmatch(key.text):
            fix = "take letters, digits, dots, dashes and underscores, perhaps ORGANISATION/ before them"
            notes.add(key.at, f"the name of a team cannot be {key.text[:80]!r}", fix)
        if any(same(key.text, other.name) for other in found):
            notes.add(key.at, f"the team {key.text[:80]} is here twice", "keep one of them")
        members = tuple(dict.fromkeys(plain(name) for name in notes.texts(value, "the members of a team") if name))
        if not members and isinstance(value, Sequence) and not value.items:
            notes.add(value.at, f"the team {key.text[:80]} has no members", "name some, or remove the team")
        found.append(Team(name=plain(key.text), members=members, position=key.at))
    return tuple(found)


def emergency(notes: Notes, node: Node | None) -> Emergency | None:
    """`emergency`."""
    if node is None:
        return None
    keys = notes.keys(node, "emergency", *EMERGENCY_KEYS, needs=("who", "review_within"))
    needs = notes.keys(keys["needs"], "needs", *NEED_KEYS) if "needs" in keys else {}
    who = notes.texts(keys["who"], "who") if "who" in keys else ()
    if "who" in keys and not who:
        notes.add(keys["who"].at, "nobody may declare an emergency", "name people or teams, or remove emergency")
    return Emergency(
        who=who,
        review_within=_hours(notes, keys["review_within"]) if "review_within" in keys else 1,
        humans=notes.number(needs["humans"], "humans", MOST_HUMANS) if "humans" in needs else 0,
        position=node.at,
    )


def unknown(notes: Notes, named: tuple[Named, ...], known: tuple[Team, ...]) -> None:
    """Note each team that is asked for and that no `teams` of a policy that defines any has."""
    names = [team.name for team in known]
    for each in named if known else ():
        if each.what.startswith("reviewers.teams") and not any(same(each.name, name) for name in names):
            message = f"{each.what} names the team {each.name[:80]}, which teams does not define"
            notes.add(each.position, message, partial(instead, plain(each.name), names))


def unknown_names(policy: Policy, owners: Collection[str]) -> tuple[Fault, ...]:
    """Where a policy names teams or people that neither its teams nor CODEOWNERS have; nothing where neither has any.

    Args:
        policy: As read.
        owners: All names of CODEOWNERS, as written.
    """
    teams = [*(team.name for team in policy.teams), *owners]
    people = {plain(name) for team in policy.teams for name in team.members} | {plain(name) for name in owners}
    if not people:
        return ()
    strangers = (
        each for each in policy.named if plain(each.name) not in people and not any(same(each.name, t) for t in teams)
    )
    fix = "see whether it is spelled right; name it in teams, or in CODEOWNERS"
    return tuple(
        Fault(
            file=each.file, position=each.position, fix=fix,
            message=f"{each.what} names {each.name[:80]}, whom neither teams nor CODEOWNERS have",
        )
        for each in strangers
    )  # fmt: skip


def named(file: str, node: Node | None, what: str) -> list[Named]:
    """The texts of a list, each with its place."""
    items = node.items if isinstance(node, Sequence) else (node,) if isinstance(node, Scalar) else ()
    return [Named(file=file, name=item.text, what=what, position=item.at) for item in items if isinstance(item, Scalar)]


def _hours(notes: Notes, node: Node) -> int:
    found = _HOURS.fullmatch(node.text) if isinstance(node, Scalar) else None
    hours = int(found[1]) * (24 if found[2] == "d" else 1) if found else 0
    if not 0 < hours <= MOST_HOURS:
        notes.add(node.at, "review_within must be hours or days, 90 days at most", "write for example 72h, or 3d")
        return 1
    return hours
