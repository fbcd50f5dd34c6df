"""Resolves the owner of a path from what the repository itself declares: its owners file, and its CODEOWNERS file.

Nothing is loaded that is not there: where a repository has no owners file, asking costs one look into its tree.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime
from functools import cached_property
from typing import TYPE_CHECKING

from answerable.domain.owner import Owner
from answerable.git.program import git_date
from answerable.git.repository import Repository

if TYPE_CHECKING:
    from answerable.domain.fault import Fault
    from answerable.ownership.codeowners import Codeowners
    from answerable.ownership.model import Owners
    from answerable.ownership.resolve import Resolver
    from answerable.ownership.resolved import Resolved

OWNERS = ".answerable/owners.yaml"  # as in ownership.model, which takes longer to load than most answers
_LOCATIONS = (  # (path, forge that reads it), the first that is there counts
    (".github/CODEOWNERS", "github"),
    ("CODEOWNERS", "github"),
    ("docs/CODEOWNERS", "github"),
    (".gitlab/CODEOWNERS", "gitlab"),
)
CODEOWNERS = tuple(path for path, _ in _LOCATIONS)
"""Where CODEOWNERS can be, the first that is there counts."""
FILES = frozenset(path.encode() for path in (OWNERS, *(path for path, _ in _LOCATIONS)))
"""Every path that could say who owns what."""


class Registry:
    """Owners as one commit of a repository declares them.

    Args:
        repository: Where.
        commit: Full commit id whose tree holds the declarations; None: nobody owns anything.
    """

    def __init__(self, repository: Repository, commit: str | None) -> None:
        self._repository = repository
        self.commit = commit
        self._source, self._codeowners = _read(repository, commit) if commit else ("", None)
        self._file = repository.objects.get(f"{commit}:{OWNERS}") if commit else None
        if self._file is not None and self._file.kind != "blob":
            self._file = None

    @classmethod
    def at(cls, repository: Repository, rev: str, moment: datetime) -> Registry:
        """Owners as the last commit of a line before a moment declares them.

        Args:
            repository: Where.
            rev: A revision whose first parents are that line.
            moment: UTC where it says no zone.

        Raises:
            RevisionNotFound: there is no such revision.
        """
        seconds = int((moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp())
        asked = ("rev-list", "--first-parent", "-n1", f"--before={git_date(seconds)}", repository.resolve(rev))
        return cls(repository, repository.quarantine.git.run(*asked).decode().strip() or None)

    @property
    def declared(self) -> bool:
        """True where the repository says anything about owners."""
        return self._codeowners is not None or self._file is not None

    @property
    def codeowners(self) -> tuple[str, Codeowners | None]:
        """How answers name the CODEOWNERS file that counts, and what it says; None where there is none."""
        return self._source, self._codeowners

    @property
    def names(self) -> frozenset[str]:
        """Everybody whom a file names, as written, and by every name that the owners file has for them."""
        rules = self._codeowners.rules if self._codeowners else ()
        found = {name for rule in rules for name in rule.owners}
        if self.owners:
            found.update(name for team in self.owners.teams for name in (team.id, *team.forge))
            found.update(name for one in self.owners.people for name in (one.id, *one.forge, *one.git))
        return frozenset(found)

    @property
    def owners(self) -> Owners | None:
        """The owners file, or None where there is none that can be read; `faults` then says why."""
        return self._parsed[0]

    @property
    def faults(self) -> tuple[Fault, ...]:
        """What is wrong with an owners file that is there and cannot be read."""
        return self._parsed[1]

    def owner(self, path: bytes) -> Owner | None:
        """Whose a path is, or None where nobody is named: by the owners file, and for want of that by CODEOWNERS."""
        if self.owners:
            return self._resolver.owner(path)
        return self._asked(path)

    def reviewers(self, path: bytes, day: date) -> Owner | None:
        """Who is asked to review a path: by CODEOWNERS, and where no rule of it matches by the owners file.

        Args:
            path: Of the tree.
            day: Who has left by then is not asked.
        """
        rule = self._codeowners.owners_of(path) if self._codeowners else None
        if rule is not None or not self.owners:
            return self._asked(path)
        owner = self._resolver.owner(path)
        asked = self._on_the_forge(owner, day) if owner else None
        return asked if asked and asked.names else None

    def resolve(self, path: bytes, at: datetime) -> Resolved:
        """Who is answerable for a path at a moment, and why.

        Args:
            path: Of the tree; it need not be there.
            at: UTC where it says no zone.
        """
        return self._resolver.resolve(path, at if at.tzinfo else at.replace(tzinfo=UTC))

    def resolve_many(self, paths: Iterable[bytes], at: datetime) -> list[Resolved]:
        """The same for many paths; `why` then leaves out the entries that match and do not decide."""
        return self._resolver.resolve_many(paths, at if at.tzinfo else at.replace(tzinfo=UTC))

    def _asked(self, path: bytes) -> Owner | None:
        rule = self._codeowners.owners_of(path) if self._codeowners else None
        if rule is None or not rule.owners:
            return None
        teams = tuple(name for name in rule.owners if "/" in name)
        people = tuple(name for name in rule.owners if "/" not in name)
        return Owner(teams=teams, people=people, source=f"{self._source}:{rule.line}")

    def _on_the_forge(self, owner: Owner, day: date) -> Owner:
        """An owner by the names that a forge and git have for them."""
        directory = self._resolver.directory
        teams = [name for team in owner.teams if team in directory.teams for name in directory.teams[team].forge]
        people = {one.id: one for name in owner.names for one in directory.here(name, day)[0]}
        logins = [name for one in people.values() for name in (*(f"@{login}" for login in one.forge), *one.git)]
        return Owner(teams=tuple(f"@{name}" for name in teams), people=tuple(logins), source=owner.source)

    @cached_property
    def _parsed(self) -> tuple[Owners | None, tuple[Fault, ...]]:
        if self._file is None:
            return None, ()
        from answerable.ownership.file.read import read  # YAML is slow to load: only where there is a file

        return read(self._file.data, OWNERS)

    @cached_property
    def _resolver(self) -> Resolver:
        from answerable.ownership.resolve import Resolver
        from answerable.ownership.signatures import Signatures, unsigned

        owners = self.owners
        signatures = Signatures(self._repository, owners.digest, self._file.oid) if owners and self._file else None
        return Resolver(owners, self._codeowners, self._source, signatures.until if signatures else unsigned)


def _read(repository: Repository, commit: str) -> tuple[str, Codeowners | None]:
    for path, forge in _LOCATIONS:
        found = repository.objects.get(f"{commit}:{path}")
        if found is not None and found.kind == "blob":
            from answerable.ownership.codeowners import Dialect, parse  # slow to load: only where there is a file

            return path, parse(found.data, Dialect(forge))
    return "", None
