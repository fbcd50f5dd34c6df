"""Where an artifact of some revision runs: environment, region, cohort and wave, since when, and how surely."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from answerable.domain.grade import Grade


class State(StrEnum):
    """What became of a deployment."""

    ACTIVE = "active"
    ROLLED_BACK = "rolled_back"  # the one before it runs again
    SUPERSEDED = "superseded"  # a later one took its place
    UNREPORTED = "unreported"  # devices that have not been heard of since: they may run it still


@dataclass(frozen=True, slots=True, kw_only=True)
class Running:
    """One place where a revision runs or may run."""

    environment: str
    revision: str  # full commit id
    since: str  # RFC 3339 UTC
    state: State = State.ACTIVE
    region: str | None = None
    jurisdiction: str | None = None
    cohort: str | None = None  # of devices
    wave: str | None = None  # of a rollout
    percent: int | None = None  # of the cohort, or of the traffic; None: not said, taken as all
    devices: int | None = None  # how many
    artifact: str | None = None  # "sha256:" and hex
    grade: Grade = Grade.DECLARED
    decision: str | None = None  # the decision that says so
