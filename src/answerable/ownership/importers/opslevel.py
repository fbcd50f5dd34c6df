"""Imports OpsLevel's `opslevel.yml`: a service (or component), or who owns the repository.

Format: https://docs.opslevel.com/docs/opslevel-yml.
"""

from __future__ import annotations

from collections.abc import Sequence

from answerable.ownership.importers.imported import File, Gathering, Imported
from answerable.ownership.importers.taking import Taking, yaml_documents


def read(files: Sequence[File]) -> Imported:
    """Read files."""
    gathering = Gathering()
    for file in files:
        for one in yaml_documents(file, gathering):
            version = one.text("version")
            if version not in (None, "1", "1.0"):
                gathering.leave(f"{one.where}: version", version, "version 1 is read")
            for key in ("service", "component"):
                _service(one.inner(key), gathering, file)
            _repository(one.inner("repository"), gathering)
            one.rest()
    return gathering.imported()


def _service(one: Taking, gathering: Gathering, file: File) -> None:
    name = one.text("name")
    if name is None:
        one.rest("it has no name")
        return
    owner = one.text("owner")
    links = []
    for tool in one.each("tools"):
        title, category, url = tool.text("name"), tool.text("category"), tool.text("url")
        tool.rest()
        links.append((title or category or "tool", url or ""))
    paths = []
    for each in one.each("repositories"):
        below = (each.text("path") or "").strip("/")
        each.rest()
        paths.append(f"/{below}/" if below else "*")
    gathering.service(
        one.where, name, gathering.team(owner) if owner else None, paths=paths or (file.folder,),
        tier=gathering.tier(f"{one.where}: tier", one.text("tier")), links=links,
    )  # fmt: skip
    one.rest()


def _repository(one: Taking, gathering: Gathering) -> None:
    owner = one.text("owner")
    if owner:
        gathering.path("*", (gathering.team(owner),))
    one.rest()
