"""Imports Backstage's catalogue: Component, Group and User of `catalog-info.yaml`.

Format: https://backstage.io/docs/features/software-catalog/descriptor-format. A component has the paths of the folder
in which its file lies, or those that its `backstage.io/source-location` names.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

from answerable.ownership.importers.imported import File, Gathering, Imported
from answerable.ownership.importers.taking import Taking, yaml_documents

_REFERENCE = re.compile(r"(?:([A-Za-z]+):)?(?:([\w.-]+)/)?([\w.-]+)")
_LOCATION = re.compile(r"url:https?://[^\s]+?/(?:-/)?(?:tree|blob)/[^/\s]+(/[^\s]*)?")
_OTHERS = "owners.yaml has people, teams and services; this is none of them"


def read(files: Sequence[File]) -> Imported:
    """Read files; people and teams first, wherever they stand."""
    gathering = Gathering()
    found = [(file, one, one.text("kind")) for file in files for one in yaml_documents(file, gathering)]
    for kind, take in (("User", _user), ("Group", _group)):
        for _, one, named in found:
            if named == kind:
                take(one, gathering)
    components = Counter(file.name for file, _, kind in found if kind == "Component")
    for file, one, named in found:
        if named == "Component":
            _component(one, gathering, file.folder if components[file.name] == 1 else None)
        elif named not in ("User", "Group"):
            gathering.leave(one.where, named or "", _OTHERS if named else "it says no kind")
            one.rest(_OTHERS)
    return gathering.imported()


def _user(one: Taking, gathering: Gathering) -> None:
    metadata, spec, name = _begin(one, gathering)
    if name is None:
        return
    profile, annotations = spec.inner("profile"), metadata.inner("annotations")
    login = gathering.login(annotations.where, annotations.text("github.com/user-login"))
    mail = gathering.mail(f"{profile.where}: email", profile.text("email"))
    title = profile.text("displayName") or metadata.text("title")
    person = gathering.person(name, title=title, git=mail, forge=login)
    for group in spec.texts("memberOf"):
        if (team := _named(group, spec.where, gathering, "group")) is not None:
            gathering.team(team, members=(person,))
    _end(one, metadata, spec, profile, annotations)


def _group(one: Taking, gathering: Gathering) -> None:
    metadata, spec, name = _begin(one, gathering)
    if name is None:
        return
    profile, annotations = spec.inner("profile"), metadata.inner("annotations")
    slug = gathering.login(annotations.where, annotations.text("github.com/team-slug"))
    members = [who for text in spec.texts("members") if (who := _person(text, spec.where, gathering))]
    parent = spec.text("parent")
    above = gathering.team(found) if parent and (found := _named(parent, spec.where, gathering, "group")) else None
    team = gathering.team(
        name,
        title=profile.text("displayName") or metadata.text("title"),
        members=members,
        parent=above,
        forge=slug,
        contact=profile.text("email"),
    )
    for child in spec.texts("children"):
        if (below := _named(child, spec.where, gathering, "group")) is not None:
            gathering.team(below, parent=team)
    _end(one, metadata, spec, profile, annotations)


def _component(one: Taking, gathering: Gathering, folder: str | None) -> None:
    metadata, spec, name = _begin(one, gathering)
    if name is None:
        return
    annotations = metadata.inner("annotations")
    links = _links(metadata)
    owner = spec.text("owner")
    paths = _paths(annotations, gathering, folder)
    if not paths:
        gathering.leave(one.where, name, "which paths belong to it is not said: several components are in one file")
    gathering.service(
        one.where, name, _owner(owner, spec.where, gathering) if owner else None,
        title=metadata.text("title"), paths=paths, links=links,
    )  # fmt: skip
    _end(one, metadata, spec, annotations)


def _links(metadata: Taking) -> list[tuple[str, str]]:
    found = []
    for each in metadata.each("links"):
        title, url = each.text("title"), each.text("url")
        found.append((title or each.text("type") or "link", url or ""))
        each.rest()
    return found


def _paths(annotations: Taking, gathering: Gathering, folder: str | None) -> tuple[str, ...]:
    location = annotations.text("backstage.io/source-location")
    found = _LOCATION.fullmatch(location or "")
    if location and not found:
        gathering.leave(f"{annotations.where}: backstage.io/source-location", location, "it names no folder of a tree")
    if found:
        below = (found[1] or "/").rstrip("/")
        return (f"{below}/" if below else "*",)
    return (folder,) if folder else ()


def _begin(one: Taking, gathering: Gathering) -> tuple[Taking, Taking, str | None]:
    metadata, spec = one.inner("metadata"), one.inner("spec")
    one.drop("apiVersion")
    name = metadata.text("name")
    namespace = metadata.text("namespace")
    if namespace and namespace != "default":
        gathering.leave(f"{metadata.where}: namespace", namespace, "ids of owners.yaml have no namespace")
    if name is None:
        for each in (metadata, spec, one):
            each.rest("it has no name")
    return metadata, spec, name


def _end(*taken: Taking) -> None:
    for each in taken:
        each.rest()


def _named(reference: str, where: str, gathering: Gathering, usual: str) -> str | None:
    """The name in a reference `[kind:][namespace/]name` of the usual kind."""
    found = _REFERENCE.fullmatch(reference)
    if found is None or (found[1] or usual).lower() != usual:
        gathering.leave(where, reference, f"this names no {usual}")
        return None
    return found[3]


def _person(reference: str, where: str, gathering: Gathering) -> str | None:
    name = _named(reference, where, gathering, "user")
    return gathering.person(name) if name else None


def _owner(reference: str, where: str, gathering: Gathering) -> str | None:
    if reference.lower().startswith("user:"):
        return _person(reference, where, gathering)
    name = _named(reference, where, gathering, "group")
    return gathering.team(name) if name else None
