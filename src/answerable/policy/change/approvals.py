"""Who looked at a change independently: humans who approved exactly its head and had no part in making it, each once.

Everybody else who approved is kept with the reason why that does not count.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from answerable.domain.decision import Kind, PrincipalType, order
from answerable.domain.review import CHECKLIST
from answerable.policy.change.authors import Authors, is_service, names
from answerable.policy.change.context import Approval
from answerable.provenance.decisions import Vouched, current

_ROLES = {
    "author": "wrote a commit of it",
    "committer": "committed it",
    "co-author": "is a co-author of it",
    "prompted": "prompted the agent that wrote it",
    "opened": "opened the change",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Approver:
    """One independent person: as the first approval names them, with all names and teams that are known."""

    by: str
    names: frozenset[str]
    teams: tuple[str, ...] = ()
    moments: tuple[str, ...] = ()  # when they approved the head, as far as that is said
    opened_files: tuple[str, ...] | None = None  # what they are known to have opened; None: nothing tells


@dataclass(frozen=True, slots=True, kw_only=True)
class Approvals:
    """Who counts, and who does not and why: pairs of a name and the reason."""

    counted: tuple[Approver, ...] = ()
    refused: tuple[tuple[str, str], ...] = ()


def signed_approvals(found: Iterable[Vouched], head: str) -> Iterator[Approval]:
    """Approvals that were signed as decisions and that the ledger's keys vouch for; the newest word of each counts.

    Args:
        found: All decisions about the head.
        head: Full id.
    """
    newest: dict[str, Vouched] = {}
    for one in sorted(current(list(found)), key=lambda each: order(each.decision.observed_at)):
        if one.decision.kind in (Kind.REVIEW, Kind.APPROVE) and not one.doubt and not _only_answers(one):
            newest[one.decision.principal.id.lower()] = one
    for one in newest.values():
        decision = one.decision
        said = decision.details.get("verdict", "approved" if decision.kind is Kind.APPROVE else "")
        if said == "approved":
            kind = decision.principal.type.value if decision.principal.type is PrincipalType.HUMAN else "agent"
            sha = str(decision.details.get("sha", head))
            yield Approval(by=decision.principal.id, sha=sha, kind=kind, at=decision.observed_at)


def _only_answers(one: Vouched) -> bool:
    """True for answers to a checklist: they say nothing for or against the change, and take no approval back."""
    return CHECKLIST in one.decision.details and one.decision.details.get("verdict") == "commented"


def count(approvals: Sequence[Approval], head: str, authors: Authors) -> Approvals:
    """Part those that count from those that do not.

    Args:
        approvals: All that are known.
        head: Full id of the commit that must have been approved.
        authors: Who made the change; learns which names belong together.
    """
    for approval in approvals:
        known = [who for who in approval.people if not is_service(who)]
        authors.people.learn(sorted({name for who in known for name in names(who)}))
    counted: list[Approver] = []
    refused: list[tuple[str, str]] = []
    for approval in approvals:
        mine = frozenset(name for who in approval.people for name in names(who))
        why = _objection(approval, mine, head, authors)
        if why:
            refused.append((approval.by, why))
            continue
        at = next((at for at, other in enumerate(counted) if _same(other.names, mine, authors)), None)
        if at is None:
            counted.append(_joined(Approver(by=approval.by, names=mine), approval, mine))
        else:
            counted[at] = _joined(counted[at], approval, mine)
            if approval.by != counted[at].by:
                refused.append((approval.by, f"is {counted[at].by} under another name"))
    return Approvals(counted=tuple(counted), refused=tuple(dict.fromkeys(refused)))


def _joined(known: Approver, approval: Approval, mine: frozenset[str]) -> Approver:
    """A person with what one more approval of theirs says."""
    opened = known.opened_files
    if approval.opened_files is not None:
        opened = tuple(dict.fromkeys((*(opened or ()), *approval.opened_files)))
    return Approver(
        by=known.by,
        names=known.names | mine,
        teams=tuple(dict.fromkeys((*known.teams, *approval.teams))),
        moments=(*known.moments, *([approval.at] if approval.at else [])),
        opened_files=opened,
    )


def _objection(approval: Approval, mine: frozenset[str], head: str, authors: Authors) -> str | None:
    if approval.kind != "human":
        return f"is no person but {'an agent' if approval.kind == 'agent' else 'a service'}"
    if any(is_service(who) for who in approval.people):
        return "is a bot, a tool or a service"
    role = authors.role(mine)
    if role:
        return _ROLES[role]
    if approval.sha != head:
        return f"approved {approval.sha[:12]}, not the head {head[:12]}: pushed to since, or another change"
    return None


def _same(one: frozenset[str], other: frozenset[str], authors: Authors) -> bool:
    """A handle alone is taken for whoever has it before the @ of an address."""
    if authors.people.same(one, other):
        return True
    return bool(_handles(one) & _locals(other) or _handles(other) & _locals(one))


def _handles(known: frozenset[str]) -> set[str]:
    return set() if any("@" in name for name in known) else {name for name in known if " " not in name}


def _locals(known: frozenset[str]) -> set[str]:
    return {name.partition("@")[0] for name in known if "@" in name}
