"""Looks through everything that says who owns what, and tells what of it would not hold in an incident."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from answerable.domain.fault import Position
from answerable.domain.layer import Places
from answerable.domain.verdict import Severity
from answerable.git.activity import activity
from answerable.git.changes import GITLINK
from answerable.git.repository import Repository
from answerable.git.tree import list_tree
from answerable.ownership.check import escalation, people, uncovered
from answerable.ownership.check.asked import Asked
from answerable.ownership.check.cover import Covered
from answerable.ownership.check.files import Files
from answerable.ownership.check.finding import Finding, Kind
from answerable.ownership.registry import CODEOWNERS, Registry

SILENT = 90
"""Days after which somebody who was not seen in git counts as silent."""
_ORDER = tuple(Severity)


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """What was found, the worst first, then by kind, then as the file has it; and the year of each service."""

    findings: tuple[Finding, ...]
    years: Mapping[str, Covered]
    files: int
    orphans: int
    notes: tuple[str, ...] = ()

    @property
    def holds(self) -> bool:
        """True where nothing of it is an error."""
        return not any(finding.severity is Severity.ERROR for finding in self.findings)


def check(
    repository: Repository, registry: Registry, at: datetime, *, silent: int = SILENT, places: Places | None = None
) -> Checked:
    """Look through the owners of a commit.

    Args:
        repository: Where.
        registry: Of a commit.
        at: The moment asked about, with its zone: who has left then, and whose year begins.
        silent: Days without a trace in git; 0: do not look.
        places: Tells the layers of files that nobody owns; None: not looked at.
    """
    asked = _asked(repository, registry, at, silent)
    files = Files(asked)
    if places and files.orphans:
        asked = replace(asked, placed=places(files.orphans))
        files.asked = asked
    years = uncovered.years(asked)
    notes = tuple(_notes(asked, silent))
    return Checked(
        findings=look(asked, files, years), years=years, files=len(asked.files), orphans=len(files.orphans), notes=notes
    )


def look(asked: Asked, files: Files, years: Mapping[str, Covered]) -> tuple[Finding, ...]:
    """Every finding, the worst first, then by kind, then as the file has it."""
    findings = [*_read(asked), *_all(asked, files), *escalation.paths(asked, years), *uncovered.uncovered(asked, years)]
    kinds = list(Kind)
    return tuple(sorted(findings, key=lambda one: (_ORDER.index(one.severity), kinds.index(one.kind))))


def _asked(repository: Repository, registry: Registry, at: datetime, silent: int) -> Asked:
    source, codeowners = registry.codeowners
    commit = registry.commit
    tree = list_tree(repository.git, commit) if commit else []
    owners = registry.owners
    known = any(one.git for one in owners.people) if owners else False
    look = silent and commit and (known or any("@" in name[1:] for name in registry.names))
    cut = bool(look and repository.boundary)  # whoever was seen before the history begins would seem silent
    return Asked(
        owners=owners,
        codeowners=codeowners,
        source=source,
        files=[entry.path for entry in tree if entry.mode != GITLINK],
        at=at,
        faults=registry.faults,
        activity=activity(repository, commit, at, silent) if look and commit and not cut else None,
        cut=cut,
        ignored=_ignored(source, {entry.path.decode("utf-8", "replace"): entry.oid for entry in tree}),
    )


def _ignored(source: str, oids: Mapping[str, str]) -> tuple[str, ...]:
    """Other CODEOWNERS files that say something else than the one that counts."""
    return tuple(path for path in CODEOWNERS if source and path in oids and oids[path] != oids.get(source))


def _all(asked: Asked, files: Files) -> Iterator[Finding]:
    looks: Sequence[Callable[[Asked], Iterator[Finding]]] = (
        people.strangers, people.circles, people.unmanned, people.left, people.silent, escalation.duties,
    )  # fmt: skip
    for look in looks:
        yield from look(asked)
    for found in (files.orphaned, files.broad, files.unused, files.contradictory):
        yield from found()


def _read(asked: Asked) -> Iterator[Finding]:
    """What of the files themselves cannot be read."""
    for fault in asked.faults:
        yield Finding(
            kind=Kind.UNREADABLE, severity=Severity.ERROR, file=fault.file, position=fault.position, about=fault.file,
            what=fault.message, remedy=fault.fix,
        )  # fmt: skip
    for each in asked.codeowners.errors if asked.codeowners else ():
        yield Finding(
            kind=Kind.UNREADABLE, severity=Severity.WARNING, file=asked.source, position=Position(each.line, 1),
            about=asked.source, what=each.message, remedy="write the line as its forge reads it",
        )  # fmt: skip


def _notes(asked: Asked, silent: int) -> Iterator[str]:
    """What could not be looked at."""
    seen = asked.activity
    if asked.cut:
        yield "this clone is shallow: who was silent cannot be told; git fetch --unshallow"
    if seen and seen.newest and (asked.at - seen.newest).days >= silent:
        yield (
            f"nothing was committed since {seen.newest:%Y-%m-%d}: who was silent is told for the {silent} days before"
        )
    unseen = sum(not one.git for one in asked.declared.people)
    if seen and unseen:
        yield f"{unseen} of {len(asked.declared.people)} people have no address in git: nobody can see their silence"
