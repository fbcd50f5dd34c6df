"""Imports Datadog's service definitions of version 2.2.

Format: https://github.com/DataDog/schema/blob/main/service-catalog/v2.2/schema.json. A service has the paths of the
folder in which its file lies, where that file holds one service.
"""

from __future__ import annotations

from collections.abc import Sequence

from answerable.ownership.importers.imported import File, Gathering, Imported
from answerable.ownership.importers.taking import Taking, yaml_documents

VERSION = "v2.2"


def read(files: Sequence[File]) -> Imported:
    """Read files, each with one service or several documents."""
    gathering = Gathering()
    for file in files:
        found = yaml_documents(file, gathering)
        for one in found:
            _service(one, gathering, (file.folder,) if len(found) == 1 else ())
    return gathering.imported()


def _service(one: Taking, gathering: Gathering, paths: tuple[str, ...]) -> None:
    version = one.text("schema-version")
    name = one.text("dd-service")
    if version != VERSION or name is None:
        what = f"its version is {version}, {VERSION} is read" if version != VERSION else "it has no dd-service"
        gathering.leave(one.where, name or "", what)
        one.rest(what)
        return
    team = one.text("team")
    contacts = [_contact(each) for each in one.each("contacts")]
    told = [contact for contact in contacts if contact]
    owner = gathering.team(team, contact=told[0] if told else None) if team else None
    for more in told[1:] if team else told:
        gathering.leave(f"{one.where}: contacts", more, "a team has one contact")
    if not paths:
        gathering.leave(one.where, name, "which paths belong to it is not said: several services are in one file")
    links = [*_links(one), *_integrations(one)]
    gathering.service(
        one.where, name, owner, paths=paths, tier=gathering.tier(f"{one.where}: tier", one.text("tier")), links=links
    )
    one.rest()


def _contact(each: Taking) -> str | None:
    found = each.text("contact")
    each.drop("type")  # the contact itself shows what it is
    each.rest()
    return found


def _links(one: Taking) -> list[tuple[str, str]]:
    found = []
    for each in one.each("links"):
        name, kind, url = each.text("name"), each.text("type"), each.text("url")
        each.rest()
        found.append((name or kind or "link", url or ""))
    return found


def _integrations(one: Taking) -> list[tuple[str, str]]:
    within = one.inner("integrations")
    found = []
    for name in ("pagerduty", "opsgenie"):
        inner = within.inner(name)
        url = inner.text("service-url")
        if url:
            found.append((name, url if "://" in url else f"https://{url}"))
        inner.rest()
    within.rest()
    return found
