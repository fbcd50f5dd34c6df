"""Imports Cortex's entity descriptors: `x-cortex-owners`, links, and teams.

Format: https://docs.cortex.io/ingesting-data-into-cortex/entities/yaml.
"""

from __future__ import annotations

from collections.abc import Sequence

from answerable.ownership.file.words import FORGE
from answerable.ownership.importers.imported import File, Gathering, Imported
from answerable.ownership.importers.taking import Taking, yaml_documents


def read(files: Sequence[File]) -> Imported:
    """Read files."""
    gathering = Gathering()
    for file in files:
        for one in yaml_documents(file, gathering):
            one.drop("openapi")
            info = one.inner("info")
            (_team if info.text("x-cortex-type") == "team" else _entity)(info, gathering, file)
            info.rest()
            one.rest()
    return gathering.imported()


def _team(info: Taking, gathering: Gathering, _: File) -> None:
    tag = info.text("x-cortex-tag")
    if tag is None:
        gathering.leave(info.where, info.text("title") or "", "it has no x-cortex-tag")
        return
    within = info.inner("x-cortex-team")
    members = []
    for each in within.each("members"):
        name, mail = each.text("name"), gathering.mail(f"{each.where}: email", each.text("email"))
        if name or mail:
            members.append(gathering.person(mail[0] if mail else name or "", title=name, git=mail))
        each.rest()
    gathering.team(tag, title=info.text("title"), members=members)
    within.rest()


def _entity(info: Taking, gathering: Gathering, file: File) -> None:
    tag = info.text("x-cortex-tag")
    if tag is None:
        info.rest("it has no x-cortex-tag")
        return
    teams, people = _owners(info, gathering)
    owner = teams[0] if teams else people[0] if len(people) == 1 else None
    for more in teams[1:]:
        gathering.leave(f"{info.where}: x-cortex-owners", more, "a service has one owner: the first team")
    if not teams and len(people) > 1:
        owner = gathering.team(f"{tag}-owners", members=people)
        gathering.leave(info.where, f"{tag}-owners", "several people own it: this team of them was made")
    elif teams and people:
        for person in people:
            gathering.leave(f"{info.where}: x-cortex-owners", person, "a service has one owner: the first team")
    links = []
    for each in info.each("x-cortex-link"):
        name, kind, url = each.text("name"), each.text("type"), each.text("url")
        each.rest()
        links.append((name or kind or "link", url or ""))
    title = info.text("title")
    gathering.service(info.where, tag, owner, title=title, paths=(_path(info) or file.folder,), links=links)


def _owners(info: Taking, gathering: Gathering) -> tuple[list[str], list[str]]:
    teams, people = [], []
    for each in info.each("x-cortex-owners"):
        kind, name, provider = (each.text(key) for key in ("type", "name", "provider"))
        mail = gathering.mail(f"{each.where}: email", each.text("email"))
        where = each.where
        if mail:
            people.append(gathering.person(mail[0], title=mail[0].partition("@")[0], git=mail))
            for more in filter(None, (name, provider)):
                gathering.leave(where, more, "this owner is known by the mail address")
        elif name and kind != "email":
            forge = (name,) if provider in ("GITHUB", "GITLAB") and FORGE.fullmatch(name) and "/" in name else ()
            teams.append(gathering.team(name, forge=forge))
            if provider and not forge:
                gathering.leave(f"{where}: provider", provider, "where a team is kept has no place in owners.yaml")
        else:
            for more in filter(None, (name, provider)):
                gathering.leave(where, more, "it names nobody")
        each.rest()
    return teams, people


def _path(info: Taking) -> str | None:
    within = info.inner("x-cortex-git")
    found = None
    for name in ("github", "gitlab", "azure", "bitbucket"):
        inner = within.inner(name)
        below = (inner.text("basepath") or "").strip("/")
        if below and found:
            inner.gathering.leave(inner.where, below, "the folder is said above already")
        found = found or (f"/{below}/" if below else None)
        inner.rest()
    within.rest()
    return found
