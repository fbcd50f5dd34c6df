"""Answers for an incident by its id: the same places at the same revision, from what is known of them today.

The places come from the clone's own document, else from the decision that opened it. What the ledger does not vouch
for is not followed: a forged decision could lead anywhere.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import closing, suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from answerable.errors import IncidentUnknown, RevisionNotFound
from answerable.git.quoting import unquoted
from answerable.git.repository import Repository
from answerable.incident.spans import Blamer
from answerable.incident.store import ID, Incidents
from answerable.incident.target import Kind, Target
from answerable.ledger.place import has_ledger, ledger_place

if TYPE_CHECKING:
    from answerable.domain.answer import Answer
    from answerable.incident.answer import Answerer

PREFIX = "incident:"


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What is recorded of an incident that answering again needs."""

    id: str
    title: str
    state: str
    revision: str
    places: tuple[tuple[bytes, tuple[int, int]], ...]
    source: str  # where that stands, in words


def answer_incident(answerer: Answerer, given: str) -> Answer:
    """Answer for an incident.

    Raises:
        IncidentUnknown: neither the clone nor its ledger has it.
        RevisionNotFound: the revision that it is about is not in this clone.
    """
    repository = answerer.records.repository
    known = find(repository, given.removeprefix(PREFIX))
    if repository.try_resolve(known.revision) is None:
        hint = "fetch it: git fetch --tags, or from where it was deployed"
        raise RevisionNotFound(f"the incident is about {known.revision[:12]}, which is not in this clone", hint=hint)
    with closing(answerer.at(known.revision)) as there:
        spans = [span for found in Blamer(there.records).spans(known.places) for span in found]
        notes = [f"incident {known.id} ({known.state}): {known.title}; {known.source}"]
        return there.reply(Target(kind=Kind.INCIDENT, given=given), spans, notes=notes)


def find(repository: Repository, name: str) -> Known:
    """An incident by its id.

    Raises:
        IncidentUnknown: neither the clone nor its ledger has it.
    """
    with suppress(IncidentUnknown):
        return _kept(Incidents(repository).load(name))
    known = _decided(repository, name) if ID.fullmatch(name) else None
    if known is None:
        Incidents(repository).load(name)  # says what there is
        raise IncidentUnknown(f"no incident {name[:60]!r} is known here", hint="answerable incident show")
    return known


def _kept(found: Mapping[str, Any]) -> Known:
    places = [(str(one["path"]), int(one["start"]), int(one["end"])) for one in found["candidates"]]
    return Known(
        id=str(found["id"]),
        title=str(found["title"]),
        state=str(found["state"]),
        revision=str(found["revision"]["commit"]),
        places=tuple((path.encode("utf-8", "surrogateescape"), (start, end)) for path, start, end in places),
        source="the lines that were ranked when it was opened",
    )


def _decided(repository: Repository, name: str) -> Known | None:
    if not has_ledger(repository.common_dir):
        return None
    from answerable.incident.decided import digest_of_name
    from answerable.ledger.log import Ledger

    with Ledger(ledger_place(repository.common_dir), readonly=True) as ledger:
        entries = ledger.about(digest_of_name(name))
        sound = [
            entry
            for entry in entries
            if entry.decision.details.get("incident") == name
            and not ledger.trust.doubts(entry.index, entry.decision, entry.envelope)
        ]
    opened = next((one for one in sound if one.decision.details.get("action") == "opened"), None)
    if opened is None:
        return None
    details = opened.decision.details
    closed = any(one.decision.details.get("action") == "closed" for one in sound)
    return Known(
        id=name,
        title=str(details.get("title", "")),
        state="closed" if closed else "open",
        revision=str(details.get("revision", "")),
        places=tuple(_places(details.get("candidates", ()))),
        source=f"the lines that entry {opened.index} of the ledger names",
    )


def _places(rows: Sequence[Mapping[str, Any]]) -> list[tuple[bytes, tuple[int, int]]]:
    found = []
    for row in rows:
        path = unquoted(str(row["path"]).encode("utf-8", "surrogateescape"))
        found.append((path, (int(row["start"]), int(row["end"]))))
    return found
