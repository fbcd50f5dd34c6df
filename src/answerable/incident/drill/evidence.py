"""A rehearsal as evidence: one signed `attest` with all that was measured, and no way to reach anybody in it."""

from __future__ import annotations

from hashlib import sha256
from typing import Any

from answerable.domain.decision import Decision, Kind, Principal, Subject, new_id, now
from answerable.incident.drill.drill import Drill, facts
from answerable.incident.open.safe import safe
from answerable.ownership.model import Owners

SOURCE = "answerable owners drill"
_MOST = 100  # entries of one list


def decision(drill: Drill, who: Principal, owners: Owners | None) -> Decision:
    """The decision that keeps a rehearsal, about the rehearsal itself, the commit, and the owners file as it was."""
    found = drill.rehearsed
    name = f"drill:{found.id}"
    subjects = [
        Subject(name=name, digest={"sha256": sha256(name.encode()).hexdigest()}),
        Subject(digest={"gitCommit": found.head}),
    ]
    if owners and owners.digest:
        subjects.append(Subject(name=owners.source, digest={"sha256": owners.digest.removeprefix("sha256:")}))
    told = facts(drill)
    return Decision(
        decision_id=new_id(),
        kind=Kind.ATTEST,
        subjects=tuple(subjects),
        principal=who,
        observed_at=now(),
        details={"source": SOURCE, "claim": claim(drill), "drill": _bounded(told)},
    )


def claim(drill: Drill) -> str:
    """What came of it in one sentence."""
    walked, first = drill.walked, drill.walked.first
    if walked.by and walked.step:
        after = walked.stations[walked.step - 1].after
        return (
            f"{walked.by.name} acknowledged at step {walked.step} ({after} min by the file), "
            f"{(walked.elapsed_ms or 0) / 1000:.1f} s after the first call"
        )
    if first is None:
        return "nobody would be called by name"
    if drill.via is None:
        return f"dry run: {first[1].name} would be called first, after {first[0]} min"
    return f"nobody acknowledged in {len(walked.stations)} steps"


def _bounded(value: Any) -> Any:
    """The same without secrets and control characters, and with an end to every list."""
    if isinstance(value, dict):
        return {key: _bounded(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_bounded(item) for item in value[:_MOST]]
    return safe(value) if isinstance(value, str) else value
