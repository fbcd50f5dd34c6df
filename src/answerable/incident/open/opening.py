"""Opens incidents of one repository: each trace or alert becomes the full answer, as of the revision that ran.

What many incidents share (the tree, commits, blamed lines, owners) is looked up once, so that one process answers for
thousands. Nothing is written here.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property
from secrets import token_hex

from answerable.domain.answer import Span
from answerable.domain.decision import now
from answerable.domain.layer import Places
from answerable.git.attribution.engine import cache_folder
from answerable.git.repository import Repository
from answerable.git.tree import entry_at
from answerable.incident.alerts import Alert
from answerable.incident.deployments import Deployments
from answerable.incident.open import blast, duties
from answerable.incident.open.at_revision import Revision
from answerable.incident.open.controls import Surroundings, controls
from answerable.incident.open.lineage import lineage
from answerable.incident.open.model import Incident, Notice, Ranked, Reach
from answerable.incident.open.revision import Asked, History, revision
from answerable.incident.open.safe import safe
from answerable.incident.questions import six_questions
from answerable.incident.rank import Candidate, rank
from answerable.ownership.registry import FILES, Registry

_POLICY = b".answerable/policy.yaml"  # as in policy, which is above
_MOST_RANKED = 5

PlacesAt = Callable[[Repository, str], Places]
"""Makes what tells the layers of files at a commit."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What a person says besides the alert; each counts before what the alert says."""

    revision: str | None = None
    release: str | None = None
    environment: str | None = None
    cohort: str | None = None
    severity: str | None = None
    title: str | None = None
    failed_at: str | None = None  # RFC 3339 UTC, as the next
    aware_at: str | None = None


class Opening:
    """Opens incidents; close it when done.

    Args:
        repository: Where.
        head: Full id of the commit whose owners answer now.
        places: Makes what tells the layers at a commit; None: nothing is in a layer.
        deployed: What is recorded of deployments.
    """

    def __init__(
        self,
        repository: Repository,
        head: str,
        places: PlacesAt | None = None,
        deployed: Deployments | None = None,
    ) -> None:
        self.repository, self.head = repository, head
        self._places, self._deployed = places, deployed
        self._stack = ExitStack()
        self._known: dict[str, Revision] = {}
        self._grounds: dict[str, blast.Ground] = {}
        self._owners: dict[tuple[str | None, ...], Registry] = {}

    def open(self, alert: Alert, wish: Wish | None = None, *, wide: bool = True) -> Incident:
        """The full answer for one alert.

        Args:
            alert: What it begins with.
            wish: What a person says besides.
            wide: With how far the session and the model reach, for which the whole tree is looked at.
        """
        wish, opened_at = wish or Wish(), now()
        failed_at = wish.failed_at or alert.at
        asked = Asked(
            revision=wish.revision, release=wish.release or alert.release,
            environment=wish.environment or alert.environment, cohort=wish.cohort or alert.cohort, moment=failed_at,
        )  # fmt: skip
        at, notes = revision(self.repository, self.head, asked, self._deployed, self._history)
        here = self._revision(at.commit)
        spans, places, said = here.spans(alert)
        answer = here.answer(spans, places, said)
        candidates = rank(here.answerer.records, spans, failed_at)[:_MOST_RANKED]
        ranked = tuple(self._ranked(here, candidate, failed_at) for candidate in candidates)
        aware = datetime.fromisoformat(wish.aware_at or opened_at)
        severity = wish.severity or alert.severity
        path = candidates[0].path if candidates else None
        found = duties.resolved_for(self._registry, path, alert.services, datetime.fromisoformat(opened_at))
        reach = (blast.line_reach(candidates[0], self._deployed),) if candidates else ()
        jurisdictions = self._jurisdictions(reach, found.service.jurisdictions if found and found.service else ())
        incident = Incident(
            id=_id(failed_at or opened_at),
            title=safe(wish.title or _title(alert, candidates)),
            severity=severity,
            opened_at=opened_at,
            aware_at=wish.aware_at or opened_at,
            failed_at=failed_at,
            source=alert.source,
            environment=safe(asked.environment) if asked.environment else None,
            kind=alert.kind,
            links=tuple(map(safe, alert.links)),
            at=replace(at, why=safe(at.why)),
            answer=answer,
            ranked=ranked,
            response=duties.response(found, path, tuple(map(safe, alert.services))),
            dues=duties.dues(found, severity, jurisdictions, aware, self._registry.owners),
            messages=duties.messages(found, severity, jurisdictions, failed_at or opened_at),
            reach=reach,
            notes=tuple(map(safe, (*notes, *alert.notes, *said))),
        )
        return self.widened(incident) if wide else incident

    def widened(self, incident: Incident) -> Incident:
        """The same with how far the session and the model of its first candidate reach."""
        if not incident.ranked:
            return incident
        if incident.ranked[0].candidate.span.lines.agent is None:  # the tree need not be read to know that
            return replace(incident, reach=(*incident.reach, blast.nameless()))
        reaches, notices = self._wider(incident.ranked[0].candidate, incident.at.commit)
        return replace(incident, reach=(*incident.reach, *reaches), notices=notices)

    def close(self) -> None:
        """End what runs in the background."""
        self._stack.close()

    def _revision(self, commit: str) -> Revision:
        if commit not in self._known:
            places = self._places(self.repository, commit) if self._places else None
            whole = (cache_folder(self.repository) / "snapshot").is_file()
            self._known[commit] = Revision(self.repository, commit, places, whole=whole)
            self._stack.callback(self._known[commit].answerer.close)
        return self._known[commit]

    def _ranked(self, here: Revision, candidate: Candidate, failed_at: str | None) -> Ranked:
        span = candidate.span
        found = here.decisions(span)
        running = self._deployed.of(span.commit) if self._deployed and span.commit else ()
        return Ranked(
            candidate=candidate,
            questions=six_questions((span,)),
            lineage=lineage(span, found, running, failed_at, self._history.tags, here.commit(candidate.commit)),
            controls=controls(span, found, self._around(span)),
        )

    def _around(self, span: Span) -> Surroundings:
        """What was in force at the commit that the lines came in on top of."""
        landed = span.delivery.merge or span.commit
        commit = self.repository.objects.get(landed) if landed else None
        base = _first_parent(commit.data) if commit is not None and commit.kind == "commit" else None
        if landed is None or (base is not None and self.repository.try_resolve(base) is None):
            return Surroundings(policy=None)
        if base is None:
            return Surroundings(policy=False)
        declared = entry_at(self.repository.objects, base, _POLICY) is not None
        owner = self._owners_at(base).owner(span.orig_path)
        return Surroundings(policy=declared, owner=" ".join(owner.names) if owner else None)

    def _owners_at(self, commit: str) -> Registry:
        """Owners as a commit declares them; commits that say the same share them."""
        found = (entry_at(self.repository.objects, commit, path) for path in FILES)
        said = tuple(entry.oid if entry else None for entry in found)
        if said not in self._owners:
            self._owners[said] = Registry(self.repository, commit)
        return self._owners[said]

    def _jurisdictions(self, reach: Sequence[Reach], service: Sequence[str]) -> tuple[str, ...]:
        running = [place.jurisdiction for one in reach for place in one.running if place.jurisdiction]
        return tuple(dict.fromkeys([*running, *service]))

    def _wider(self, candidate: Candidate, commit: str) -> tuple[tuple[Reach, ...], tuple[Notice, ...]]:
        if commit not in self._grounds:
            here = self._revision(commit)
            self._grounds[commit] = blast.Ground(
                repository=self.repository, gatherer=here.answerer.records.gatherer, attribution=here.attribution,
                deployed=self._deployed, places=here.places,
            )  # fmt: skip
        return self._grounds[commit].wider(candidate)

    @cached_property
    def _registry(self) -> Registry:
        return Registry(self.repository, self.head)

    @cached_property
    def _history(self) -> History:
        return History(self.repository, self.head)


def _first_parent(data: bytes) -> str | None:
    """The first parent that the bytes of a commit name."""
    for row in data.partition(b"\n\n")[0].split(b"\n"):
        if row.startswith(b"parent "):
            return row[7:].decode("ascii", "replace")
    return None


def _id(moment: str) -> str:
    """A name for people to say: the day, and what nobody else has."""
    return f"{moment[:10]}-{token_hex(3)}"


def _title(alert: Alert, candidates: Sequence[Candidate]) -> str:
    """What the alert calls itself; else the type of what was thrown and where, never the message of a trace."""
    if alert.title:
        return alert.title
    where = f"{candidates[0].path.decode('utf-8', 'replace')}:{candidates[0].start}" if candidates else None
    return " in ".join(filter(None, (alert.kind or "A failure", where)))
