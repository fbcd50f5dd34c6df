"""Exports Backstage's catalogue: a User for each person, a Group for each team, a Component for each service.

Format: https://backstage.io/docs/features/software-catalog/descriptor-format. `spec.type` and `spec.lifecycle` are
needed there and said nowhere here: every component is a `service` in `production`.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from answerable.ownership.directory import is_here
from answerable.ownership.exporters import Exported, losses
from answerable.ownership.importers.imported import Left
from answerable.ownership.model import Member, Owners, Service, Team
from answerable.strict_yaml.writing import block

_API = "backstage.io/v1alpha1"
_LONGEST = 63  # characters of a name


def write(owners: Owners, day: date) -> Exported:
    """The documents of one file.

    Args:
        owners: What to export.
        day: Whoever has left by then is not among them.
    """
    here = [one for one in owners.people if is_here(one, day)]
    people, there = {one.id for one in owners.people}, {one.id for one in here}
    teams_of, below = dict[str, list[str]](), dict[str, list[str]]()
    for team in owners.teams:
        for member in team.members:
            teams_of.setdefault(member, []).append(team.id)
        below.setdefault(team.parent or "", []).append(team.id)
    documents = [_user(one, tuple(teams_of.get(one.id, ()))) for one in here]
    documents += [_group(one, tuple(below.get(one.id, ())), there) for one in owners.teams]
    documents += [_component(one, people) for one in owners.services]
    text = "---\n".join("\n".join(block(one)) + "\n" for one in documents)
    return Exported(text=text, left=tuple(_left(owners, day)))


def _user(one: Member, teams: tuple[str, ...]) -> Mapping[str, object]:
    profile = {"displayName": one.name, **({"email": one.git[0]} if one.git else {})}
    annotations = {"annotations": {"github.com/user-login": one.forge[0]}} if one.forge else {}
    return _entity("User", {"name": one.id, **annotations}, {"profile": profile, "memberOf": teams})


def _group(one: Team, children: tuple[str, ...], here: set[str]) -> Mapping[str, object]:
    annotations = {"annotations": {"github.com/team-slug": one.forge[0]}} if one.forge else {}
    profile = {"displayName": one.name, **({"email": one.contact} if one.contact else {})}
    parent = {"parent": one.parent} if one.parent else {}
    members = tuple(name for name in one.members if name in here)
    spec = {"type": "team", "profile": profile, **parent, "children": children, "members": members}
    return _entity("Group", {"name": one.id, **annotations}, spec)


def _component(one: Service, people: set[str]) -> Mapping[str, object]:
    links = {"links": [{"url": url, "title": name} for name, url in one.links]} if one.links else {}
    title = {"title": one.name} if one.name != one.id else {}
    owner = f"user:{one.owner}" if one.owner in people else one.owner
    spec = {"type": "service", "lifecycle": "production", "owner": owner}
    return _entity("Component", {"name": one.id, **title, **links}, spec)


def _entity(kind: str, metadata: Mapping[str, object], spec: Mapping[str, object]) -> Mapping[str, object]:
    return {"apiVersion": _API, "kind": kind, "metadata": metadata, "spec": spec}


def _left(owners: Owners, day: date) -> list[Left]:
    left = []
    for one in owners.people:
        where = f"people: {one.id}"
        if not is_here(one, day):
            left.append(Left(where=where, value=one.id, why=f"{one.id} left on {one.until}"))
            continue
        left += losses.of(where, git=one.git[1:], forge=one.forge[1:], sso=one.sso, pagerduty=one.pagerduty)
        left += losses.of(where, contact=one.contact, until=one.until)
    for team in owners.teams:
        left += losses.of(f"teams: {team.id}", forge=team.forge[1:])
    for service in owners.services:
        where = f"services: {service.id}"
        left += losses.of(where, paths=service.paths, jurisdictions=service.jurisdictions)
        left += losses.of(where, tier=None if service.tier is None else f"{service.tier} of 0 to 4")
        left += losses.of_duties(service)
    ids = [person.id for person in owners.people] + [team.id for team in owners.teams]
    ids += [service.id for service in owners.services]
    why = f"a name there has at most {_LONGEST} characters"
    left += [Left(where=name, value=name, why=why) for name in ids if len(name) > _LONGEST]
    left += losses.of("paths", rules=tuple(rule.pattern for rule in owners.paths))
    return left
