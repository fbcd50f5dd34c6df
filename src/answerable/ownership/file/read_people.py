"""Reads `people` and `teams` of an owners file; whom they name is looked up later, by who resolves or checks."""

from __future__ import annotations

from answerable.ownership.file.words import COVER, FORGE, MAIL, all_formed, pairs, whom
from answerable.ownership.model import Member, Team
from answerable.strict_yaml.nodes import Node, Scalar
from answerable.strict_yaml.reading import Notes

PERSON_KEYS = ("name", "git", "forge", "sso", "pagerduty", "contact", "until")
TEAM_KEYS = ("name", "members", "parent", "forge", "contact")


def people(notes: Notes, node: Node | None) -> tuple[Member, ...]:
    """`people`: a mapping of ids to who they are."""
    return tuple(_person(notes, key, value) for key, value in pairs(notes, node, "people", "ID: {name: …}"))


def teams(notes: Notes, node: Node | None) -> tuple[Team, ...]:
    """`teams`: a mapping of ids to teams."""
    return tuple(_team(notes, key, value) for key, value in pairs(notes, node, "teams", "ID: {members: [ada]}"))


def apart(notes: Notes, members: tuple[Member, ...], groups: tuple[Team, ...]) -> None:
    """Note each team that has the id of a person: who is meant by it could not be told."""
    ids = {member.id for member in members}
    for team in groups:
        if team.id in ids and team.position:
            notes.add(team.position, f"{team.id} is a person and a team", "give one of them another id")


def _person(notes: Notes, key: Scalar, node: Node) -> Member:
    keys = notes.keys(node, "a person", *PERSON_KEYS, needs=("name",))
    return Member(
        id=_id(notes, key, "the id of a person"),
        name=notes.text(keys["name"], "name") if "name" in keys else "",
        git=all_formed(notes, keys.get("git"), "git", MAIL, "write mail addresses: [ada@example.com]"),
        forge=_forge(notes, keys.get("forge"), "logins: [ada]"),
        sso=_text(notes, keys, "sso"),
        pagerduty=_text(notes, keys, "pagerduty"),
        contact=_text(notes, keys, "contact"),
        until=notes.day(keys["until"], "until") if "until" in keys else None,
        position=key.at,
    )


def _team(notes: Notes, key: Scalar, node: Node) -> Team:
    keys = notes.keys(node, "a team", *TEAM_KEYS)
    named = _id(notes, key, "the id of a team")
    members = keys.get("members")
    found = notes.each(members, "members", lambda item: notes.name(item, "a member")) if members is not None else ()
    return Team(
        id=named,
        name=notes.text(keys["name"], "name") if "name" in keys else named,
        members=tuple(dict.fromkeys(name for name in found if name)),
        parent=whom(notes, keys.get("parent"), "parent"),
        forge=_forge(notes, keys.get("forge"), "names of teams: [organisation/team]"),
        contact=_text(notes, keys, "contact"),
        position=key.at,
    )


def _id(notes: Notes, key: Scalar, what: str) -> str:
    name = notes.name(key, what)
    if name == COVER:
        notes.add(key.at, f"{what} cannot be {COVER}: that means whoever covers the hour", "take another")
    return name


def _forge(notes: Notes, node: Node | None, write: str) -> tuple[str, ...]:
    found = all_formed(notes, node, "forge", FORGE, f"write {write}")
    return tuple(dict.fromkeys(name.lstrip("@") for name in found))


def _text(notes: Notes, keys: dict[str, Node], key: str) -> str | None:
    return (notes.text(keys[key], key) or None) if key in keys else None
