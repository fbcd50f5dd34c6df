"""Resolves the owner of a path from what the repository itself declares: its CODEOWNERS file, where there is one."""

from __future__ import annotations

from answerable.domain.owner import Owner
from answerable.git.repository import Repository
from answerable.ownership.codeowners import LOCATIONS, Codeowners, Dialect, parse


class Registry:
    """Owners as one commit of a repository declares them.

    Args:
        repository: Where.
        commit: Full commit id whose tree holds the declarations.
    """

    def __init__(self, repository: Repository, commit: str) -> None:
        self._source, self._codeowners = _read(repository, commit)

    @property
    def declared(self) -> bool:
        """True where the repository says anything about owners."""
        return self._codeowners is not None

    def owner(self, path: bytes) -> Owner | None:
        """The owners of a path, or None where no rule names any."""
        rule = self._codeowners.owners_of(path) if self._codeowners else None
        if rule is None or not rule.owners:
            return None
        teams = tuple(name for name in rule.owners if "/" in name)
        people = tuple(name for name in rule.owners if "/" not in name)
        return Owner(teams=teams, people=people, source=f"{self._source}:{rule.line}")


def _read(repository: Repository, commit: str) -> tuple[str, Codeowners | None]:
    for dialect in (Dialect.GITHUB, Dialect.GITLAB):
        for location in LOCATIONS[dialect]:
            path = location.decode()
            found = repository.objects.get(f"{commit}:{path}")
            if found is not None and found.kind == "blob":
                return path, parse(found.data, dialect)
    return "", None
