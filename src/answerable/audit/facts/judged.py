"""What the ledger decided about one change: the gate's verdict, approvals that count, emergencies, countersigns."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from answerable.audit.facts.carried import Carries, Source
from answerable.domain.commit import Commit
from answerable.domain.decision import Kind, PrincipalType, order
from answerable.policy.artifact.history import Entry, History
from answerable.policy.change.approvals import count, signed_approvals
from answerable.policy.change.authors import Authors, names
from answerable.provenance.decisions import Vouched
from answerable.review.people import person

NO_VERDICT = "no verdict of the gate is in the ledger for it"
PART_ONLY = "the verdict in the ledger is about a part of it only"
OWN_LINES = "the merge adds lines of its own that no verdict is about"
NOT_PASSED = "it came in although the gate did not let it pass, and nobody independent signed for that"
_WORST = ("gap", "off", "on")  # what a recorder says of its record
NOT_REVIEWED = "it passed as an emergency, and the review that it owes is not in the ledger"


class Judging:
    """Answers about changes from the decisions of one ledger.

    Args:
        history: The decisions.
        places: By commit of the main line, its place: 0 is the newest.
        carries: Tells which commits a change was made of.
    """

    def __init__(self, history: History, places: Mapping[str, int], carries: Carries) -> None:
        self._history = history
        self._places = places
        self._carries = carries

    def of(
        self,
        landed: Commit,
        commits: Sequence[Commit],
        made_by: Authors,
        own_lines: int,
        sources: Sequence[Source] = (),
    ) -> dict[str, Any]:
        """The columns of a change that decisions fill.

        Args:
            landed: The commit of the main line.
            commits: All that it brought in, itself included.
            made_by: Who made them.
            own_lines: Lines that a merge added by its own hand.
            sources: What it was made of, held to what they change.
        """
        heads = [*_heads(landed), *(source.tip for source in sources)]
        every = dict.fromkeys([*heads, *(commit.sha for commit in commits), *self._behind(commits)])
        about = {entry.index: entry for sha in every for entry in self._history.about("gitCommit", sha)}
        found = [about[at] for at in sorted(about)]
        gate = self._gate(heads)
        row: dict[str, Any] = {"decisions": tuple(sorted(about)), **self._approved(heads, gate, made_by)}
        if own_lines:  # who approved the branch did not see what the merge adds
            row.update(self._of_the_merge(landed, gate, made_by, row["approvals"]))
        row["countersigned"] = any(entry.decision.kind is Kind.COUNTERSIGN for entry in found)
        row["override"] = any(self._set_aside(heads, made_by))
        row["incidents"] = _incidents(found)
        row["completeness"] = self._completeness(commits, found)
        row["unexplained"] = tuple(self._unexplained(landed, sources, gate, own_lines, row))
        passed = [entry for entry in self._gates(heads) if entry.decision.details.get("verdict") == "pass"]
        row["passed_entry"] = min((entry.index for entry in passed), default=None)
        row["passed_at"] = min((entry.decision.observed_at for entry in passed), key=order, default=None)
        whole = not {PART_ONLY, OWN_LINES} & set(row["unexplained"])
        return {**row, **_verdict(gate), **({} if whole else {"gate": None, "gate_at": None})}

    def _of_the_merge(
        self, landed: Commit, gate: Entry | None, made_by: Authors, branch: Iterable[str]
    ) -> dict[str, Any]:
        """The columns about approvals of a merge with lines of its own: only those of the merge itself count."""
        row = self._approved([landed.sha], gate, made_by)
        why = f"approved what the merge {landed.sha[:12]} brings, which adds lines of its own"
        left = [f"{who}: {why}" for who in branch if who not in row["approvals"]]
        return {**row, "refused": (*row["refused"], *left)}

    def _behind(self, commits: Iterable[Commit]) -> list[str]:
        """Commits that records say these were made of: what was decided about them is told, and explains nothing."""
        return [old for commit in commits for old in self._carries.said(commit.sha)]

    def _gates(self, heads: Iterable[str]) -> list[Entry]:
        return [entry for head in heads for entry in self._history.about("gitCommit", head, Kind.GATE)]

    def _gate(self, heads: Iterable[str]) -> Entry | None:
        return max(self._gates(heads), key=lambda entry: entry.index, default=None)

    def _set_aside(self, heads: Iterable[str], made_by: Authors) -> Iterator[bool]:
        """Of each decision to override about the change: whether a person made it who had no part in the change."""
        for head in heads:
            for entry in self._history.about("gitCommit", head, Kind.OVERRIDE):
                who = entry.decision.principal
                yield who.type is PrincipalType.HUMAN and made_by.role(names(person(who.id))) is None

    def _approved(self, heads: Sequence[str], gate: Entry | None, made_by: Authors) -> dict[str, Any]:
        counted: dict[str, str] = {}
        good: list[Entry] = []  # approvals by people who count
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
            people = {one.by.lower() for one in result.counted}
            good += [one for one in about if one.decision.principal.id.lower() in people and _approves(one)]
            late = {entry.decision.principal.id for entry in about if gate is not None and entry.index > gate.index}
            after |= {one.by for one in result.counted if one.by in late}
            overrides = self._history.about("gitCommit", head, Kind.OVERRIDE)
            declared |= {name for one in overrides for name in names(person(one.decision.principal.id))}
        moments = [moment for moment in counted.values() if moment]
        return {
            "approvals": tuple(counted),
            "approved_at": max(moments, key=order) if moments else None,
            "approved_entry": min((one.index for one in good), default=None),
            "approved_first": min((one.decision.observed_at for one in good), key=order, default=None),
            "refused": tuple(refused),
            "review_done": any(not names(person(by)) & declared for by in after),
        }

    def _unexplained(
        self, landed: Commit, sources: Sequence[Source], gate: Entry | None, own_lines: int, row: Mapping[str, Any]
    ) -> Iterable[str]:
        if gate is None:
            yield NO_VERDICT
            return
        said, details = gate.decision.emergency, gate.decision.details
        about = gate.about("gitCommit")
        heads = _heads(landed)
        source = next((one for one in sources if one.tip in about and not set(heads) & set(about)), None)
        if not self._covers(details.get("base"), landed, source):
            yield PART_ONLY
        if own_lines and landed.sha not in about:
            yield OWN_LINES
        if details.get("verdict") != "pass" and not row["override"]:
            yield NOT_PASSED
        if said is not None and said.declared and not row["review_done"]:
            yield NOT_REVIEWED

    def _covers(self, base: object, landed: Commit, source: Source | None) -> bool:
        if not landed.parents or not isinstance(base, str) or not base.strip("0"):
            return True
        if source:
            return self._carries.covers(base, source)
        return base in self._places and self._places[base] >= self._places.get(landed.parents[0], -1)

    def _completeness(self, commits: Sequence[Commit], found: Iterable[Entry]) -> str | None:
        """The worst that recorders said of their own record; a gap, too, where one is silent of some commits only."""
        spoke: dict[str, str] = {}
        for entry in found:
            if entry.decision.kind in (Kind.ATTEST, Kind.GENERATE):
                told = entry.decision.details.get("completeness")
                word = str(told.get("recorder", "")) if isinstance(told, Mapping) else ""
                spoke.update((sha, word) for sha in entry.about("gitCommit") if word in _WORST)
        plain = [commit.sha for commit in commits if not commit.is_merge]
        silent = any(not {sha, *self._carries.said(sha)} & spoke.keys() for sha in plain)
        words = {*spoke.values(), *(["gap"] if spoke and silent else [])}
        return next((word for word in _WORST if word in words), None)


def _heads(landed: Commit) -> list[str]:
    """Commits a verdict about which is one about all of the change: of several branches none is all of them."""
    others = landed.parents[1:]
    return [landed.sha, *(others if len(others) == 1 else ())]


def _approves(entry: Entry) -> bool:
    said = entry.decision.details.get("verdict")
    return said == "approved" or (said is None and entry.decision.kind is Kind.APPROVE)


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
        "rules": tuple(map(str, rules)) if isinstance(rules := details.get("rules"), list | tuple) else (),
        "waived": _number(details.get("waived")) or 0,
        "policy": decision.policy.digest if decision.policy else None,
        "emergency": emergency,
        "review_due": said.review_due_by if said and emergency else None,
        **({} if emergency else {"review_done": False}),
    }


def _number(found: object) -> int | None:
    return found if isinstance(found, int) and not isinstance(found, bool) else None


def _incidents(found: Iterable[Entry]) -> tuple[str, ...]:
    """Incidents in which one of its commits failed, or was found to be a cause."""
    about = [entry.decision for entry in found if entry.decision.kind is Kind.INCIDENT]
    return tuple(dict.fromkeys(str(one.details.get("incident", one.decision_id)) for one in about))
