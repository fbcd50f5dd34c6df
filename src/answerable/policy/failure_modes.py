"""Looks at a change for failure modes known of AI-written code, and lays what is found over the origin of its lines.

Content comes from git objects alone, never from a work tree.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from answerable.domain.grade import Grade
from answerable.domain.origin import Origin
from answerable.errors import AnalyserFailed
from answerable.git.changes import GITLINK
from answerable.git.repository import Repository
from answerable.git.tree import list_tree
from answerable.policy.change.facts import LineFacts, PathChange, What
from answerable.policy.change.laid import Laid, Whence, lay
from answerable.policy.judge.evaluate import Place
from answerable.provenance.gather import Gatherer
from answerable.review.failure_modes.look import look, report
from answerable.review.failure_modes.touched import Fault, Touched
from answerable.review.failure_modes.tree import Tree
from answerable.review.findings import Found, find
from answerable.review.result import Report

MOST_FILES = 5000
MOST_BYTES = 256 << 20
_FILE = b"100"
_NARROWER = "look at a smaller change"


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """A failure mode on lines, and what is known of these."""

    found: Found
    new: bool  # on a line that the change adds
    origin: Origin
    grade: Grade
    tool: str | None
    model: str | None
    layer: str | None


def faults(repository: Repository, head: str, changed: Sequence[PathChange], facts: Sequence[LineFacts]) -> list[Fault]:
    """All that is found in the files of a change as they are at its head, new and old.

    Raises:
        ExtraMissing: ast-grep is not installed.
        AnalyserFailed: it did not run to its end, or the change is too large.
    """
    files = _touched(repository, changed, facts)
    paths = {entry.path: entry.oid for entry in list_tree(repository.git, head) if entry.mode.startswith(_FILE)}
    return look(files, Tree(paths, repository.objects.blob))


def failure_report(
    repository: Repository, head: str, changed: Sequence[PathChange], facts: Sequence[LineFacts]
) -> Report:
    """What is new with a change, as a report that a gate takes.

    Raises:
        ExtraMissing: ast-grep is not installed.
        AnalyserFailed: it did not run to its end, or the change is too large.
    """
    return report([fault for fault in faults(repository, head, changed, facts) if fault.touched])


def seen(
    repository: Repository,
    head: str,
    told: Sequence[Fault],
    facts: Sequence[LineFacts],
    places: Mapping[bytes, Place],
    gatherer: Gatherer,
) -> list[Seen]:
    """Faults with what is known of their lines, in the order of paths and lines."""
    findings = find(repository, head, [report(told)])
    laying = lay(findings, facts)
    old = {id(found) for found in laying.untouched}
    whence = Whence(repository, head, [found.path for found in laying.untouched], gatherer) if old else None
    on = {id(laid.found): laid for laid in laying.laid}
    made = []
    for found in findings.found:
        place = places.get(found.path)
        layer = place.placed.layer.name if place else None
        if id(found) not in old:
            made.append(_new(found, on[id(found)], layer))
        elif whence is not None:
            origin, grade = whence.of(found)
            made.append(Seen(found=found, new=False, origin=origin, grade=grade, tool=None, model=None, layer=layer))
    return made


def _new(found: Found, laid: Laid, layer: str | None) -> Seen:
    """Told by the first of its lines that the change adds."""
    fact = next((one for one in laid.facts if one.what is What.ADDED), laid.facts[0])
    agent = fact.lines.agent
    return Seen(
        found=found,
        new=True,
        origin=fact.lines.origin,
        grade=fact.lines.grade,
        tool=agent.tool if agent else None,
        model=agent.model if agent else None,
        layer=layer,
    )


def _touched(repository: Repository, changed: Sequence[PathChange], facts: Sequence[LineFacts]) -> list[Touched]:
    if len(changed) > MOST_FILES:
        raise AnalyserFailed(
            f"the change has {len(changed):,} files, at most {MOST_FILES:,} are looked at", hint=_NARROWER
        )
    added: dict[bytes, list[tuple[int, int]]] = {}
    for fact in facts:
        if fact.what is What.ADDED:
            added.setdefault(fact.path, []).append((fact.start, fact.end))
    files, total = [], 0
    for change in changed:
        before = _content(repository, change.old_mode, change.old)
        after = _content(repository, change.new_mode, change.new)
        total += len(before or b"") + len(after or b"")
        if total > MOST_BYTES:
            raise AnalyserFailed(f"the files of the change have more than {MOST_BYTES:,} bytes", hint=_NARROWER)
        files.append(
            Touched(
                path=change.path,
                old_path=change.old_path if change.old_path != change.path else None,
                before=before,
                after=after,
                added=tuple(sorted(added.get(change.path, ()))),
            )
        )
    return files


def _content(repository: Repository, mode: bytes, oid: bytes) -> bytes | None:
    """The bytes of a regular file that has lines; None for every other."""
    if not mode.startswith(_FILE) or mode == GITLINK or not oid.strip(b"0"):
        return None
    data = repository.objects.blob(oid.decode())
    return None if data is None or b"\0" in data[:8000] else data
