"""Deployments of a ledger as facts: which revision, where and when, and the newest change of the main line in it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from answerable.audit.facts.change import says
from answerable.audit.period import instant
from answerable.domain.decision import Kind, order
from answerable.git.repository import Repository
from answerable.policy.artifact.history import Entry, History

REPLACED = "replaced"


@dataclass(frozen=True, slots=True, kw_only=True)
class Deployed:
    """A deployment as a decision of the ledger says it; moments are RFC 3339 UTC."""

    entry: int = says("the entry of the ledger", 0)
    at: str = says("when it happened, as its signer says", "", moment=True)
    revision: str = says("full id of the commit that was deployed; empty where only an artifact is named", "")
    artifact: str | None = says("digest of the artifact")
    environment: str = says("where to", "")
    service: str | None = says("which of the repository's services")
    region: str | None = says("in which region")
    jurisdiction: str | None = says("in which jurisdiction")
    cohort: str | None = says("to which devices")
    wave: str | None = says("in which wave of a rollout")
    state: str = says(
        "active, rolled_back, superseded, removed or unreported; replaced, where a later record corrects this one",
        "active",
    )
    by: str = says("who recorded it", "")
    change: str | None = says("the commit of the main line that it brought into use")
    unexplained: tuple[str, ...] = says("what about it nothing explains", ())


def deployments(repository: Repository, history: History, places: Mapping[str, int], head: str) -> list[Deployed]:
    """Every deployment that the ledger vouches for, in its order.

    Args:
        repository: Where.
        history: The decisions.
        places: By commit of the main line, its place: 0 is the newest.
        head: The newest commit of the main line.
    """
    landed: dict[str, str | None] = {}
    stand = {entry.index for entry in history.of(Kind.DEPLOY)}
    found = (entry for entry in history.entries if entry.decision.kind is Kind.DEPLOY)
    return [
        one if one.entry in stand else replace(one, state=REPLACED)
        for one in (_one(repository, entry, places, head, landed) for entry in found)
    ]


def _one(
    repository: Repository, entry: Entry, places: Mapping[str, int], head: str, landed: dict[str, str | None]
) -> Deployed:
    decision, details = entry.decision, entry.decision.details
    revisions, artifacts = entry.about("gitCommit"), entry.about("sha256")
    revision = revisions[0] if revisions else ""
    wrong = []
    change = None
    if not revision:
        wrong.append("it names no commit: what was deployed is not known here")
    else:
        if revision not in landed:
            landed[revision] = _landed(repository, revision, places, head)
        change = landed[revision]
        if change is None:
            wrong.append("what was deployed is not of the main line")
        elif change != revision:
            wrong.append("it holds commits that are not of the main line")
    return Deployed(
        entry=entry.index,
        at=_when(details.get("at"), decision.observed_at),
        revision=revision,
        artifact=f"sha256:{artifacts[0]}" if artifacts else None,
        environment=str(details.get("environment", "")),
        **{name: _text(details.get(name)) for name in ("service", "region", "jurisdiction", "cohort", "wave")},
        state=str(details.get("state", "active")),
        by=decision.principal.id,
        change=change,
        unexplained=tuple(wrong),
    )


def _when(said: object, observed_at: str) -> str:
    """What details say of when it happened, if that is a moment; else when it was observed."""
    if not isinstance(said, str) or not said.endswith("Z"):
        return observed_at
    try:
        instant(said)
    except (ValueError, OverflowError):
        return observed_at
    return said


def _text(found: object) -> str | None:
    return str(found) if found is not None else None


def _landed(repository: Repository, revision: str, places: Mapping[str, int], head: str) -> str | None:
    """The newest commit of the main line that a revision holds."""
    if revision in places:
        return revision
    if repository.try_resolve(revision) != revision:
        return None
    code, out, _ = repository.quarantine.git.attempt("rev-list", "--first-parent", revision, f"^{head}")
    if code != 0:
        return None
    own = out.decode("ascii").split()
    base = repository.quarantine.git.attempt("rev-parse", "--verify", "--quiet", f"{own[-1]}^" if own else revision)
    found = base[1].decode("ascii").strip()
    return found if found in places else None


def first_holding(found: list[Deployed], places: Mapping[str, int]) -> list[tuple[int, Deployed]]:
    """Active deployments by the place of the newest change that each holds, the earliest moment first."""
    rows = [(places[one.change], one) for one in found if one.change is not None and one.state == "active"]
    return sorted(rows, key=lambda row: (order(row[1].at), row[1].entry))


def logged(found: list[Deployed], places: Mapping[str, int]) -> list[tuple[int, Deployed]]:
    """The same in the order of the log, with those that a later record replaced: nobody takes back that they were."""
    states = ("active", REPLACED)
    return [(places[one.change], one) for one in found if one.change is not None and one.state in states]
