"""Rehearsals of the response, as the ledger has them: how long the answer took, and whether somebody was there."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from answerable.domain.decision import Kind
from answerable.policy.artifact.history import History


@dataclass(frozen=True, slots=True, kw_only=True)
class Drilled:
    """One rehearsal; times in milliseconds, None where it does not say or nobody acknowledged."""

    at: str  # RFC 3339 UTC, as its signer says
    questions_ms: int | None
    acknowledged_ms: int | None
    called: bool  # somebody was called; False: a dry run


def drills(history: History) -> list[Drilled]:
    """Every rehearsal that the ledger vouches for, in its order."""
    found = ((entry.decision, entry.decision.details.get("drill")) for entry in history.of(Kind.ATTEST))
    return [_one(decision.observed_at, drill) for decision, drill in found if isinstance(drill, dict)]


def _one(at: str, drill: dict[str, Any]) -> Drilled:
    acknowledged = drill.get("acknowledged")
    return Drilled(
        at=at,
        questions_ms=_number(drill.get("questions_ms")),
        acknowledged_ms=_number(acknowledged.get("elapsed_ms")) if isinstance(acknowledged, dict) else None,
        called=drill.get("dry_run") is False,
    )


def _number(found: object) -> int | None:
    return found if isinstance(found, int) and not isinstance(found, bool) and found >= 0 else None
