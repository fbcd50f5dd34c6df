"""Whether an owners file says the same of paths as the CODEOWNERS file that it was made of."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from answerable.ownership.codeowners import Codeowners, Dialect, parse
from answerable.ownership.importers.imported import Left
from answerable.ownership.model import Owners
from answerable.ownership.patterns import Index, github

MOST_TOLD = 100


def differing(dialect: str, data: bytes, owners: Owners, paths: Iterable[bytes]) -> list[Left]:
    """Every path of which the two say different owners, up to a bound.

    Args:
        dialect: `github` or `gitlab`.
        data: The CODEOWNERS file.
        owners: What was made of it: only `paths`, people and teams.
        paths: Of a tree.
    """
    found = list(_differing(parse(data, Dialect(dialect)), owners, paths))
    if len(found) > MOST_TOLD:
        more = Left(where="paths", value=f"{len(found) - MOST_TOLD:,} more", why="have other owners than before")
        return [*found[:MOST_TOLD], more]
    return found


def _differing(before: Codeowners, owners: Owners, paths: Iterable[bytes]) -> Iterator[Left]:
    names = {one.id: {*one.forge, *one.git} for one in (*owners.people,)} | {
        one.id: {*one.forge} for one in owners.teams
    }
    index = Index([github(rule.pattern) for rule in owners.paths])
    for path in paths:
        rule = before.owners_of(path)
        wanted = {name.lstrip("@").lower() for name in rule.owners} if rule else set()
        at = index.last(path.decode("utf-8", "surrogateescape"))
        now = {name.lower() for owner in (owners.paths[at].owners if at >= 0 else ()) for name in names.get(owner, ())}
        if wanted != now:
            told = f"{', '.join(sorted(wanted)) or 'nobody'} before, {', '.join(sorted(now)) or 'nobody'} now"
            yield Left(where=path.decode("utf-8", "replace"), value=told, why="it has other owners than before")
