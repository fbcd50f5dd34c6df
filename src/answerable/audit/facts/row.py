"""One decision of the ledger as a row: who did what to which subject, when, with what outcome."""

from __future__ import annotations

from dataclasses import dataclass

from answerable.audit.facts.change import says
from answerable.audit.period import Period
from answerable.domain.decision import Kind
from answerable.policy.artifact.history import Entry, History


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A decision that the ledger's keys vouch for; moments are RFC 3339 UTC as the signer says them."""

    entry: int = says("its entry in the ledger", 0)
    decision: str = says("its id", "")
    kind: str = says("what it does, such as review, gate or deploy", "")
    at: str = says("when it happened, as its signer says", "", moment=True)
    by: str = says("who decided", "")
    type: str = says("human, agent or service", "")
    on_behalf_of: str | None = says("the person for whom an agent or a service acted")
    commits: tuple[str, ...] = says("commits that it is about", ())
    artifacts: tuple[str, ...] = says("artifacts that it is about, by SHA-256", ())
    about: tuple[str, ...] = says("names of what it is about", ())
    verdict: str | None = says("the outcome, where its kind has one: of a gate, a review or an approval")
    tool: str | None = says("the tool that was at work")
    model: str | None = says("its model")
    session: str | None = says("its session")
    policy: str | None = says("digest of the policy that it was made under")
    rationale: str | None = says("why, in words")
    emergency: bool = says("true where normal rules were set aside", default=False)
    environment: str | None = says("where a deployment went")
    replaced: bool = says("true where a later decision took its place", default=False)


def rows(history: History, period: Period | None) -> list[Row]:
    """The decisions of a period, or of all time, in the order of the ledger, replaced ones too."""
    stand = {entry.index for kind in Kind for entry in history.of(kind)}
    return [
        row(entry, replaced=entry.index not in stand)
        for entry in history.entries
        if period is None or period.holds(entry.decision.observed_at)
    ]


def row(entry: Entry, *, replaced: bool) -> Row:
    """The row of a decision."""
    one = entry.decision
    details = one.details
    verdict = details.get("verdict")
    environment = details.get("environment")
    return Row(
        entry=entry.index,
        decision=one.decision_id,
        kind=one.kind.value,
        at=one.observed_at,
        by=one.principal.id,
        type=one.principal.type.value,
        on_behalf_of=one.principal.on_behalf_of,
        commits=entry.about("gitCommit"),
        artifacts=tuple(f"sha256:{digest}" for digest in entry.about("sha256")),
        about=tuple(dict.fromkeys(subject.name for subject in one.subjects if subject.name)),
        verdict=str(verdict) if verdict is not None else None,
        tool=one.agent.tool if one.agent else None,
        model=one.agent.model if one.agent else None,
        session=one.agent.session if one.agent else None,
        policy=one.policy.digest if one.policy else None,
        rationale=one.rationale,
        emergency=bool(one.emergency and one.emergency.declared),
        environment=str(environment) if environment is not None else None,
        replaced=replaced,
    )
