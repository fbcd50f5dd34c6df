"""What the ledger decided about one change: the gate's verdict, approvals that count, emergencies, countersigns."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from answerable.domain.commit import Commit
from answerable.domain.decision import Kind, order
from answerable.policy.artifact.history import Entry, History
from answerable.policy.change.approvals import count, signed_approvals
from answerable.policy.change.authors import Authors, names
from answerable.provenance.decisions import Vouched
from answerable.review.people import person

NO_VERDICT = "no verdict of the gate is in the ledger for it"
PART_ONLY = "the verdict in the ledger is about a part of it only"
OWN_LINES = "the merge adds lines of its own that no verdict is about"
NOT_PASSED = "it came in although the gate did not let it pass, and nobody signed for that"
NOT_REVIEWED = "it passed as an emergency, and the review that it owes is not in the ledger"


class Judging:
    """Answers about changes from the decisions of one ledger.

    Args:
        history: The decisions.
        places: By commit of the main line, its place: 0 is the newest.
        carried: By commit, the commits that it was made of.
    """

    def __init__(self, history: History, places: Mapping[str, int], carried: Mapping[str, Sequence[str]]) -> None:
        self._history = history
        self._places = places
        self._carried = carried

    def of(self, landed: Commit, commits: Sequence[Commit], made_by: Authors, own_lines: int) -> dict[str, Any]:
        """The columns of a change that decisions fill.

        Args:
            landed: The commit of the main line.
            commits: All that it brought in, itself included.
            made_by: Who made them.
            own_lines: Lines that a merge added by its own hand.
        """
        heads = self._heads(landed)
        every = [*heads, *(commit.sha for commit in commits if commit.sha not in heads)]
        about = {entry.index: entry for sha in every for entry in self._history.about("gitCommit", sha)}
        found = [about[at] for at in sorted(about)]
        gate = self._gate(heads)
        row: dict[str, Any] = {"decisions": tuple(about), **self._approved(heads, gate, made_by)}
        row["countersigned"] = any(entry.decision.kind is Kind.COUNTERSIGN for entry in found)
        row["override"] = any(entry.decision.kind is Kind.OVERRIDE for entry in found)
        row["incidents"] = _incidents(found)
        row["completeness"] = _completeness(found)
        row["unexplained"] = tuple(self._unexplained(landed, heads, gate, own_lines, row))
        return {**row, **_verdict(gate)}

    def _heads(self, landed: Commit) -> list[str]:
        """Commits a verdict about which is one about all of the change."""
        heads = [landed.sha, *landed.parents[1:2]]
        return heads + [old for head in heads for old in self._carried.get(head, ()) if old not in heads]

    def _gate(self, heads: Iterable[str]) -> Entry | None:
        found = [entry for head in heads for entry in self._history.about("gitCommit", head, Kind.GATE)]
        return max(found, key=lambda entry: entry.index, default=None)

    def _approved(self, heads: Sequence[str], gate: Entry | None, made_by: Authors) -> dict[str, Any]:
        counted: dict[str, str] = {}
        refused: dict[str, None] = {}
        after: set[str] = set()
        declared: set[str] = set()
        for head in heads:
            about = self._history.about("gitCommit", head, Kind.REVIEW, Kind.APPROVE)
            vouched = [Vouched(decision=one.decision, ref=f"entry {one.index}", in_ledger=True) for one in about]
            result = count(list(signed_approvals(vouched, head)), head, made_by)
            refused.update((f"{who}: {why}", None) for who, why in result.refused)
            for one in result.counted:
                last = max(one.moments, key=order, default="")
                counted[one.by] = max(counted.get(one.by, ""), last, key=order)
            late = {entry.decision.principal.id for entry in about if gate is not None and entry.index > gate.index}
            after |= {one.by for one in result.counted if one.by in late}
            overrides = self._history.about("gitCommit", head, Kind.OVERRIDE)
            declared |= {name for one in overrides for name in names(person(one.decision.principal.id))}
        moments = [moment for moment in counted.values() if moment]
        return {
            "approvals": tuple(counted),
            "approved_at": max(moments, key=order) if moments else None,
            "refused": tuple(refused),
            "review_done": any(not names(person(by)) & declared for by in after),
        }

    def _unexplained(
        self, landed: Commit, heads: Sequence[str], gate: Entry | None, own_lines: int, row: Mapping[str, Any]
    ) -> Iterable[str]:
        if gate is None:
            yield NO_VERDICT
            return
        said, details = gate.decision.emergency, gate.decision.details
        base = details.get("base")
        first = landed.parents[0] if landed.parents else None
        if first and gate.about("gitCommit")[0] in heads[:2] and not self._covers(base, first):
            yield PART_ONLY
        if own_lines and landed.sha not in gate.about("gitCommit"):
            yield OWN_LINES
        if details.get("verdict") != "pass" and not row["override"]:
            yield NOT_PASSED
        if said is not None and said.declared and not row["review_done"]:
            yield NOT_REVIEWED

    def _covers(self, base: object, first: str) -> bool:
        if not isinstance(base, str) or not base.strip("0"):
            return True
        return base in self._places and self._places[base] >= self._places.get(first, -1)


def _verdict(gate: Entry | None) -> dict[str, Any]:
    if gate is None:
        return {"emergency": False, "review_done": False}
    decision = gate.decision
    said, details = decision.emergency, decision.details
    emergency = bool(said and said.declared)
    return {
        "gate": str(details.get("verdict", "error")),
        "gate_at": decision.observed_at,
        "gate_ms": _number(details.get("elapsedMs")),
        "rules": tuple(map(str, details.get("rules", ()))),
        "waived": _number(details.get("waived")) or 0,
        "policy": decision.policy.digest if decision.policy else None,
        "emergency": emergency,
        "review_due": said.review_due_by if said and emergency else None,
        **({} if emergency else {"review_done": False}),
    }


def _number(found: object) -> int | None:
    return found if isinstance(found, int) and not isinstance(found, bool) else None


def _completeness(found: Iterable[Entry]) -> str | None:
    """The worst that a recorder said of its own record."""
    said = {
        str(entry.decision.details.get("completeness", {}).get("recorder", ""))
        for entry in found
        if entry.decision.kind in (Kind.ATTEST, Kind.GENERATE)
    }
    return next((word for word in ("gap", "off", "on") if word in said), None)


def _incidents(found: Iterable[Entry]) -> tuple[str, ...]:
    """Incidents in which one of its commits failed, or was found to be a cause."""
    about = [entry.decision for entry in found if entry.decision.kind is Kind.INCIDENT]
    return tuple(dict.fromkeys(str(one.details.get("incident", one.decision_id)) for one in about))
