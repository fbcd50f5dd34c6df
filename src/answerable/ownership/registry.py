"""Resolves the owner of a path from what the repository itself declares: its CODEOWNERS file, where there is one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from answerable.domain.owner import Owner
from answerable.git.repository import Repository

if TYPE_CHECKING:
    from answerable.ownership.codeowners import Codeowners

_LOCATIONS = (  # (path, forge that reads it), the first that is there counts
    (".github/CODEOWNERS", "github"),
    ("CODEOWNERS", "github"),
    ("docs/CODEOWNERS", "github"),
    (".gitlab/CODEOWNERS", "gitlab"),
)
FILES = frozenset(path.encode() for path, _ in _LOCATIONS)
"""Every path that could say who owns what."""


class Registry:
    """Owners as one commit of a repository declares them.

    Args:
        repository: Where.
        commit: Full commit id whose tree holds the declarations; None: nobody owns anything.
    """

    def __init__(self, repository: Repository, commit: str | None) -> None:
        self._source, self._codeowners = _read(repository, commit) if commit else ("", None)

    @property
    def declared(self) -> bool:
        """True where the repository says anything about owners."""
        return self._codeowners is not None

    @property
    def names(self) -> frozenset[str]:
        """Everybody whom a rule names, as written."""
        rules = self._codeowners.rules if self._codeowners else ()
        return frozenset(name for rule in rules for name in rule.owners)

    def owner(self, path: bytes) -> Owner | None:
        """The owners of a path, or None where no rule names any."""
        rule = self._codeowners.owners_of(path) if self._codeowners else None
        if rule is None or not rule.owners:
            return None
        teams = tuple(name for name in rule.owners if "/" in name)
        people = tuple(name for name in rule.owners if "/" not in name)
        return Owner(teams=teams, people=people, source=f"{self._source}:{rule.line}")


def _read(repository: Repository, commit: str) -> tuple[str, Codeowners | None]:
    for path, forge in _LOCATIONS:
        found = repository.objects.get(f"{commit}:{path}")
        if found is not None and found.kind == "blob":
            from answerable.ownership.codeowners import Dialect, parse  # slow to load: only where there is a file

            return path, parse(found.data, Dialect(forge))
    return "", None
