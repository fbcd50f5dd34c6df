"""The rules of decisions that no schema can say: moments exist, ranges do not end before they start, roots can act.

Each fault is a place below the predicate and a sentence; nothing is raised here and nothing is repaired.
"""

from __future__ import annotations

import binascii
from base64 import b64decode
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from answerable.domain.decision import Decision, Kind, order
from answerable.domain.sigstore_identity import WORD, SigstoreIdentity

Fault = tuple[str, str]  # place, for example "details.lines[0]", and what is wrong there


def faults(decision: Decision) -> Iterator[Fault]:
    """Everything wrong with a decision whose shape is right, in reading order."""
    yield from _moment("observedAt", decision.observed_at)
    if decision.emergency is not None and decision.emergency.review_due_by is not None:
        yield from _moment("emergency.reviewDueBy", decision.emergency.review_due_by)
    if decision.decision_id in decision.supersedes:
        yield "supersedes", "names the decision itself"
    if decision.kind is Kind.KEY:
        yield from _keys(decision.details)
    elif decision.kind in (Kind.GENERATE, Kind.ACCEPT, Kind.COUNTERSIGN):
        yield from _lines(decision.details)
    elif decision.kind is Kind.DEPLOY:
        yield from _deploy(decision.details)


def _deploy(details: Mapping[str, Any]) -> Iterator[Fault]:
    yield from _moment("details.at", details.get("at", "2000-01-01T00:00:00Z"))
    if details.get("reported", 0) > details.get("devices", details.get("reported", 0)):
        yield "details.reported", "is more than there are devices"


def _moment(place: str, text: str) -> Iterator[Fault]:
    try:
        datetime.fromisoformat(text[:19])
    except ValueError:
        yield place, "is no moment of the calendar"


def _lines(details: Mapping[str, Any]) -> Iterator[Fault]:
    for at, lines in enumerate(details.get("lines", ())):
        if lines["end"] < lines["start"]:
            yield f"details.lines[{at}]", "ends before it starts"


def _keys(details: Mapping[str, Any]) -> Iterator[Fault]:
    keys = details.get("keys", ())
    for at, entry in enumerate(keys):
        yield from _key(f"details.keys[{at}]", entry)
    if len({entry["key"] for entry in keys}) < len(keys):
        yield "details.keys", "names one key twice"
    admins = {entry["principal"]["id"] for entry in keys if entry.get("admin")}
    if details["action"] == "root" and details["threshold"] > len(admins):
        yield (
            "details.threshold",
            f"asks for more administrators than the {len(admins)} named: nothing could ever change",
        )


def _key(place: str, entry: Mapping[str, Any]) -> Iterator[Fault]:
    if not _is_key(entry["key"]):
        yield f"{place}.key", "is no public key of the type it names"
    yield from _moment(f"{place}.validAfter", entry.get("validAfter", "2000-01-01T00:00:00Z"))
    yield from _moment(f"{place}.validBefore", entry.get("validBefore", "2000-01-01T00:00:00Z"))
    if "validAfter" in entry and "validBefore" in entry and order(entry["validBefore"]) <= order(entry["validAfter"]):
        yield place, "ends to be valid before it begins"


def _is_key(line: str) -> bool:
    """Whether the blob names the type that stands before it; whether it can be used is for who uses it."""
    name, _, text = line.partition(" ")
    if name == WORD:
        return SigstoreIdentity.parse(line) is not None
    try:
        blob = b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        return False
    return blob.startswith(len(name).to_bytes(4, "big") + name.encode())
