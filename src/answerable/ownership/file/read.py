"""Reads an owners file: what comes out is complete and without a fault, or it is an error that says where.

That a name means somebody is not asked here: a file that names a person in no directory, or teams in a circle, is still
read, because at night half of the answer is better than none. `check` finds those, and `resolve` says them as gaps.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable

from answerable.domain.fault import Fault
from answerable.errors import OwnersInvalid
from answerable.ownership.file import read_people, read_service
from answerable.ownership.file.words import pattern
from answerable.ownership.model import PATH, Owners, PathRule, Service
from answerable.strict_yaml.nodes import Node, Scalar, Unreadable, compose
from answerable.strict_yaml.reading import Notes

__all__ = ["KEYS", "MOST_BYTES", "PATH", "load", "read"]

KEYS = ("version", "people", "teams", "services", "paths")
RULE_KEYS = ("match", "owners")
MOST_BYTES = 1 << 20  # a large organisation imports its whole catalogue


def load(data: bytes, name: str) -> Owners:
    """Read an owners file.

    Args:
        data: The bytes of the file; any.
        name: What it is called in errors and in `Owners.source`.

    Raises:
        OwnersInvalid: names file, line, column and the fix of the first fault; `read` gives all.
    """
    owners, faults = read(data, name)
    if owners is None:
        first, more = faults[0], len(faults) - 1
        also = f" (and {more} more)" if more else ""
        raise OwnersInvalid(f"{first.where}: {first.message}{also}", hint=first.fix)
    return owners


def read(data: bytes, name: str) -> tuple[Owners | None, tuple[Fault, ...]]:
    """Read an owners file, or all of its faults in the order of the file: one of the two is empty."""
    notes = Notes(name)
    try:
        node = compose(data, name, most=MOST_BYTES)
    except Unreadable as error:
        return None, (error.fault,)
    owners = _owners(notes, node, data)
    if notes.faults:
        return None, tuple(sorted(notes.faults, key=lambda fault: fault.position))
    return owners, ()


def _owners(notes: Notes, node: Node, data: bytes) -> Owners:
    keys = notes.keys(node, "an owners file", *KEYS, needs=("version",))
    _version(notes, keys.get("version"))
    people = read_people.people(notes, keys.get("people"))
    teams = read_people.teams(notes, keys.get("teams"))
    read_people.apart(notes, people, teams)
    services = tuple(read_service.service(notes, each) for each in _each(notes, keys, "services"))
    _unique(notes, services)
    return Owners(
        people=people,
        teams=teams,
        services=services,
        paths=tuple(_rule(notes, each) for each in _each(notes, keys, "paths")),
        source=notes.file,
        digest=f"sha256:{hashlib.sha256(data).hexdigest()}",
    )


def _version(notes: Notes, node: Node | None) -> None:
    if node is not None and (not isinstance(node, Scalar) or node.style or node.text != "1"):
        notes.add(node.at, "this version of the format is not known", "write `version: 1`")


def _each(notes: Notes, keys: dict[str, Node], key: str) -> tuple[Node, ...]:
    return notes.each(keys[key], key, lambda item: item) if key in keys else ()


def _unique(notes: Notes, services: Iterable[Service]) -> None:
    first: dict[str, Service] = {}
    for each in services:
        before = first.setdefault(each.id, each)
        if each.id and before is not each and each.position and before.position:
            message = f"the service {each.id} is here twice, first at line {before.position.line}"
            notes.add(each.position, message, "keep one of them, or rename one")


def _rule(notes: Notes, node: Node) -> PathRule:
    keys = notes.keys(node, "an entry of paths", *RULE_KEYS, needs=("match", "owners"))
    found = notes.each(keys["owners"], "owners", lambda item: notes.name(item, "an owner")) if "owners" in keys else ()
    return PathRule(
        pattern=pattern(notes, keys["match"]) if "match" in keys else "",
        owners=tuple(dict.fromkeys(name for name in found if name)),
        position=node.at,
    )
