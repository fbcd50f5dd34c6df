"""Imports Prow's OWNERS files and OWNERS_ALIASES: approvers own the folder, and so do those of the folders above it.

Format: https://www.kubernetes.dev/docs/guide/owners/. Reviewers have no place: who reviews is for CODEOWNERS.
"""

from __future__ import annotations

from collections.abc import Sequence

from answerable.ownership.importers.imported import File, Gathering, Imported
from answerable.ownership.importers.taking import Taking, yaml_documents

_ALIASES = "OWNERS_ALIASES"
_REVIEWERS = "who reviews is for CODEOWNERS; owners.yaml says who answers"


def read(files: Sequence[File]) -> Imported:
    """Read files; the folder of each is that of its path."""
    gathering = Gathering()
    teams: dict[str, str] = {}
    for file in files:
        if file.name.rpartition("/")[2] == _ALIASES:
            teams |= _aliases(file, gathering)
    found: dict[str, tuple[list[str], bool]] = {}
    for file in files:
        if file.name.rpartition("/")[2] != _ALIASES:
            for one in yaml_documents(file, gathering):
                found[file.name.rpartition("/")[0]] = _folder(one, gathering, teams)
    for folder in sorted(found, key=lambda path: (path.count("/") + bool(path), path)):
        owners = _with_those_above(folder, found)
        if owners:
            gathering.path(f"/{folder}/" if folder else "*", owners)
    return gathering.imported()


def _aliases(file: File, gathering: Gathering) -> dict[str, str]:
    found = {}
    for one in yaml_documents(file, gathering):
        within = one.inner("aliases")
        for name in within.keys():  # noqa: SIM118 - no mapping
            members = [who for login in within.texts(name) if (who := gathering.handle(within.where, login.lower()))]
            found[name.lower()] = gathering.team(name.lower(), title=name, members=members)
        one.rest()
    return found


def _folder(one: Taking, gathering: Gathering, teams: dict[str, str]) -> tuple[list[str], bool]:
    """Who approves there, and whether those above do not."""
    options = one.inner("options")
    alone = options.text("no_parent_owners") == "true"
    options.rest()
    approvers = _approvers(one, gathering, teams)
    filters = one.inner("filters")
    everything = filters.inner(".*")
    approvers += _approvers(everything, gathering, teams)
    everything.rest()
    filters.rest("it is about paths by a regular expression")
    for each in one.each("security_contacts"):
        login = each.text("github")
        if login:
            who = gathering.handle(each.where, login.lower())
            gathering.leave(each.where, login, "a duty for security issues has no place in owners.yaml")
            mail = gathering.mail(f"{each.where}: email", each.text("email"))
            if who and mail:
                gathering.person(login.lower(), git=mail)
        each.rest()
    one.rest()
    return list(dict.fromkeys(approvers)), alone


def _approvers(one: Taking, gathering: Gathering, teams: dict[str, str]) -> list[str]:
    found = []
    for name in one.texts("approvers"):
        who = teams.get(name.lower()) or gathering.handle(f"{one.where}: approvers", name.lower())
        found += [who] if who else []
    for name in one.texts("reviewers"):
        gathering.leave(f"{one.where}: reviewers", name, _REVIEWERS)
    return found


def _with_those_above(folder: str, found: dict[str, tuple[list[str], bool]]) -> list[str]:
    owners: list[str] = []
    at: str | None = folder
    while at is not None:
        mine, alone = found.get(at, ([], False))
        owners += mine
        at = None if alone or not at else at.rpartition("/")[0]
    return list(dict.fromkeys(owners))
