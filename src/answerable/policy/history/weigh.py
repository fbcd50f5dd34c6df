"""What is kept of one judged change: small, and enough to say of every rule what it did there.

Forge approvals and checks are not in git. So a change is judged twice: as it is, and as if everything had been given
that reviewers and checks would be asked for. What is refused then, too, the rule would have stopped; what is not, would
have waited for somebody.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from answerable.domain.commit import Commit
from answerable.domain.verdict import Finding, Obligation, Outcome, Severity
from answerable.policy.history.replay import Replayed
from answerable.policy.judge.evaluate import Judged, evaluate
from answerable.policy.model import Policy

MOST_REASONS = 20  # of one change
_REVIEWS = ("humans", "team", "owners")


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit:
    """What one rule did to one change."""

    rule: str
    action: str
    refused: bool = False  # it fails the gate as the change is
    stopped: bool = False  # it does so whatever reviewers and checks say
    warned: bool = False  # it says something without failing the gate
    lines: int = 0  # of the head, in what it refused
    approvals: int = 0  # that are missing, at least: one may serve several rules
    who: tuple[str, ...] = ()  # the teams and owners that would have been asked
    checks: tuple[str, ...] = ()  # that would have had to run, reports of findings among them
    waived: int = 0  # lines that a waiver keeps from failing

    @property
    def asked(self) -> bool:
        """True where somebody would have been asked for something."""
        return bool(self.approvals or self.checks) or (self.refused and not self.stopped)

    @property
    def fired(self) -> bool:
        """True where the rule had anything to say."""
        return self.refused or self.warned or self.asked


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """Why a change is refused: findings that say the same, with the place of the first."""

    rule: str
    message: str
    findings: int
    lines: int
    path: bytes | None
    start: int | None
    end: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Weighed:
    """One change: what the gate says of it as it is, and what is left where all that is asked for is given."""

    head: str
    base: str | None
    commits: int
    subject: str
    outcome: Outcome
    left: Outcome
    hits: tuple[Hit, ...] = ()
    reasons: tuple[Reason, ...] = ()
    more_reasons: int = 0  # that are left out
    problem: str | None = None
    remedy: str | None = None

    @property
    def approvals(self) -> int:
        """How many approvals are missing at least."""
        return max((hit.approvals for hit in self.hits), default=0)


def weigh(replayed: Replayed, head: Commit | None) -> Weighed:
    """Keep what counts of a change.

    Args:
        replayed: The change, judged as it is.
        head: Its newest commit, where that can be read.
    """
    verdict, entered = replayed.verdict, replayed.entered
    hits: tuple[Hit, ...] = ()
    left, findings = verdict.outcome, verdict.findings
    if replayed.policy is not None and replayed.inputs is not None:
        given = evaluate(replayed.policy, replace(replayed.inputs, given=True))
        hits = tuple(_hits(replayed.policy, verdict.findings, verdict.obligations, given))
        left = given.outcome
        findings = given.findings if left is Outcome.FAIL else findings
    reasons = _reasons(_errors(findings))
    return Weighed(
        head=entered.head,
        base=entered.base,
        commits=len(entered.commits),
        subject=head.subject if head else "",
        outcome=verdict.outcome,
        left=left,
        hits=hits,
        reasons=tuple(reasons[:MOST_REASONS]),
        more_reasons=max(0, len(reasons) - MOST_REASONS),
        problem=verdict.problem,
        remedy=verdict.remedy,
    )


def _hits(
    policy: Policy, findings: Sequence[Finding], obligations: Sequence[Obligation], given: Judged
) -> Iterable[Hit]:
    by_rule: dict[str, list[Finding]] = {}
    for finding in findings:
        by_rule.setdefault(finding.rule, []).append(finding)
    owed: dict[str, list[Obligation]] = {}
    for obligation in obligations:
        if not obligation.met and obligation.kind:
            owed.setdefault(obligation.rule, []).append(obligation)
    stopped = {finding.rule for finding in _errors(given.findings)}
    about = set(given.about)
    for rule in policy.rules:
        if rule.name in about:
            mine, asks = by_rule.get(rule.name, []), owed.get(rule.name, [])
            yield _hit(rule.name, rule.action.value, mine, asks, stopped=rule.name in stopped)


def _hit(rule: str, action: str, findings: Sequence[Finding], owed: Sequence[Obligation], *, stopped: bool) -> Hit:
    errors = _errors(findings)
    reviews = [one for one in owed if one.kind in _REVIEWS]
    checks = [name for one in owed if one.kind == "check" for name in one.who]
    checks += [one.needs for one in owed if one.kind in ("findings", "mandate")]
    return Hit(
        rule=rule,
        action=action,
        refused=bool(errors),
        stopped=stopped,
        warned=not errors and any(finding.waived_by is None for finding in findings),
        lines=sum(map(_lines, errors)),
        approvals=max((one.missing for one in reviews), default=0),
        who=tuple(dict.fromkeys(name for one in reviews for name in one.who)),
        checks=tuple(dict.fromkeys(checks)),
        waived=sum(_lines(finding) for finding in findings if finding.waived_by is not None),
    )


def _errors(findings: Sequence[Finding]) -> list[Finding]:
    return [finding for finding in findings if finding.severity is Severity.ERROR]


def _lines(finding: Finding) -> int:
    """What has no lines at the head counts as one."""
    return finding.end - finding.start + 1 if finding.start and finding.end else 1


def _reasons(findings: Sequence[Finding]) -> list[Reason]:
    alike: dict[tuple[str, str], list[Finding]] = {}
    for finding in findings:
        alike.setdefault((finding.rule, finding.message), []).append(finding)
    return [
        Reason(
            rule=rule, message=message, findings=len(them), lines=sum(map(_lines, them)),
            path=them[0].path, start=them[0].start, end=them[0].end,
        )
        for (rule, message), them in alike.items()
    ]  # fmt: skip
