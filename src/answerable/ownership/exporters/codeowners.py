"""Exports CODEOWNERS for GitHub: whoever owns a path is asked to review it, and the last match wins, as in the file.

A team or a person who has no name on the forge cannot be asked: the path then has no owner there, which is told.
Format: https://docs.github.com/repositories/managing-your-repositorys-settings-and-features/customizing-your-repository/about-code-owners.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from answerable.ownership.directory import Directory, is_here
from answerable.ownership.exporters import Exported, losses
from answerable.ownership.importers.imported import Left
from answerable.ownership.model import Owners

_HEAD = "# Written by `answerable owners export codeowners` from .answerable/owners.yaml: edit that.\n"


def write(owners: Owners, day: date) -> Exported:
    """The file.

    Args:
        owners: What to export.
        day: Whoever has left by then is not named.
    """
    directory, lines, left = Directory(owners), [_HEAD], list[Left]()
    rows = [(f"paths: {rule.pattern}", rule.pattern, rule.owners) for rule in owners.paths]
    for service in owners.services:  # services decide before paths, so they come after them
        rows += [(f"services: {service.id}", pattern, (service.owner,)) for pattern in service.paths]
        left += losses.of_duties(service)
        left += losses.of(f"services: {service.id}", tier=service.tier, jurisdictions=service.jurisdictions)
    for where, pattern, names in rows:
        handles = []
        for name in names:
            found = _handles(directory, name, day)
            handles += found
            if not found:
                left.append(Left(where=where, value=name, why="it has no name on the forge, and no mail address"))
        lines.append(" ".join((_escaped(pattern), *dict.fromkeys(handles))) + "\n")
    return Exported(text="".join(lines), left=tuple(left))


def _handles(directory: Directory, name: str, day: date) -> list[str]:
    """By what the forge knows a team or a person; of a team without a name there, its members."""
    team = directory.teams.get(name)
    if team is not None and team.forge:
        return [f"@{team.forge[0]}"]
    members = team.members if team else (name,)
    return list(_people(directory, members, day))


def _people(directory: Directory, members: tuple[str, ...], day: date) -> Iterator[str]:
    for member in members:
        one = directory.people.get(member)
        if one is not None and is_here(one, day) and (one.forge or one.git):
            yield f"@{one.forge[0]}" if one.forge else one.git[0]


def _escaped(pattern: str) -> str:
    """A space would end the pattern."""
    return pattern.replace(" ", "\\ ")
