"""What a policy would have done to a history: what each rule would have stopped and cost, and which are noise.

Every change that entered the line is judged as the gate would have judged it, on the evidence that git and the ledger
hold. What a forge knows is in neither: so an approval, or a check, that a rule asks for counts as asked for, never as a
refusal that would have stood. What a rule refuses even where all of that is given, it would have stopped.

A rule fires on a change where it refuses it, says anything about it, or asks for anything that is not there. It is
noisy where it fires on more than a quarter of the changes that were judged, and on at least five: then what it says is
about how the place works, and no longer about a change. Memory holds each commit of the range, and of each change that
is not passed a few findings.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path

from answerable.domain.verdict import Outcome
from answerable.git.repository import Repository
from answerable.policy.file.find import policy_at
from answerable.policy.history.line import entered
from answerable.policy.history.pool import Terms, weighed
from answerable.policy.history.weigh import Hit, Weighed
from answerable.policy.model import Mode, Policy

NOISY = 0.25  # of the changes judged
NOISY_FROM = 5  # changes

Progress = Callable[[str, int, int], None]  # stage, done, of


@dataclass(slots=True, kw_only=True)
class RuleTally:
    """One rule over all changes; counts are of changes where nothing else is said."""

    name: str
    action: str
    about: int = 0  # it was about lines of them
    refused: int = 0  # as they are
    stopped: int = 0  # of those, whatever reviewers and checks say
    alone: int = 0  # of those refused, by no other rule
    warned: int = 0  # it said something, and refused nothing
    asked: int = 0  # it would have asked for an approval or a check
    fired: int = 0  # any of these
    lines: int = 0  # lines, in what it refused
    approvals: int = 0  # approvals that it would have asked for, at least
    who: Counter[str] = field(default_factory=Counter)  # changes in which a team or owner would have been asked
    checks: Counter[str] = field(default_factory=Counter)
    waived: int = 0
    waived_lines: int = 0

    def add(self, hit: Hit, *, alone: bool) -> None:
        """Count one change that the rule is about."""
        self.about += 1
        self.refused += hit.refused
        self.stopped += hit.stopped
        self.alone += alone
        self.warned += hit.warned
        self.asked += hit.asked
        self.fired += hit.fired
        self.lines += hit.lines
        self.approvals += hit.approvals
        self.who.update(hit.who)
        self.checks.update(hit.checks)
        self.waived += hit.waived > 0
        self.waived_lines += hit.waived

    def share(self, judged: int) -> float:
        """On how much of all changes it fires, 0 to 1."""
        return self.fired / judged if judged else 0.0

    def noisy(self, judged: int) -> bool:
        """True where it fires too often to say anything about a change."""
        return self.fired >= NOISY_FROM and self.share(judged) > NOISY


@dataclass(slots=True, kw_only=True)
class Simulation:
    """A policy over a history."""

    base: str | None
    head: str
    policy: Policy | None  # None: each change by that of its base
    today: date
    found: int = 0  # changes in the range, or as many as were asked for
    judged: int = 0
    passed: int = 0
    asked: int = 0  # nothing is against them but that somebody was to be asked
    stopped: int = 0
    errors: int = 0  # could not be evaluated
    approvals: int = 0  # approvals that would have been asked for, at least: one may serve several rules
    reports: bool = False  # the policy only reports: nothing would have been refused
    rules: dict[str, RuleTally] = field(default_factory=dict)
    refused: list[tuple[int, Weighed]] = field(default_factory=list)  # those not passed, by their place in the range

    def add(self, place: int, change: Weighed) -> None:
        """Count one change.

        Args:
            place: How many newer ones there are.
            change: As it was judged.
        """
        self.judged += 1
        self.approvals += change.approvals
        self.errors += change.outcome is Outcome.ERROR
        self.passed += change.outcome is Outcome.PASS
        failed = change.outcome is Outcome.FAIL
        self.stopped += failed and change.left is not Outcome.PASS
        self.asked += failed and change.left is Outcome.PASS
        by = [hit.rule for hit in change.hits if hit.refused]
        for hit in change.hits:
            tally = self.rules.setdefault(hit.rule, RuleTally(name=hit.rule, action=hit.action))
            tally.add(hit, alone=by == [hit.rule])
        if change.outcome is not Outcome.PASS:
            self.refused.append((place, change))

    def failing(self, *, assume_approved: bool = False) -> list[Weighed]:
        """The changes that are not passed, the newest first.

        Args:
            assume_approved: Leave out those that only somebody was to be asked about.
        """
        every = (change for _, change in sorted(self.refused, key=lambda one: one[0]))
        return [change for change in every if not assume_approved or change.left is not Outcome.PASS]


def simulate(
    repository: Repository,
    base: str | None,
    head: str,
    policy: Policy | None = None,
    *,
    each: bool = False,
    limit: int | None = None,
    enforce: bool = False,
    organisation: Path | None = None,
    today: date | None = None,
    processes: int | None = None,
    cache: Path | None = None,
    progress: Progress = lambda _stage, _done, _of: None,
) -> Simulation:
    """Judge the changes of a range by a policy.

    Args:
        repository: Where.
        base: Full id of a commit: what it has already is left out; None: nothing is.
        head: Full id of the newest commit of the line.
        policy: Judge by this one; by default by that of the head.
        each: Judge each change by the policy of its own base instead.
        limit: How many of the newest changes at most.
        enforce: Judge as if a policy that only reports enforced its rules.
        organisation: The file of the policy above those of commits.
        today: The day on which waivers must hold; that of now in UTC by default.
        processes: How many to use; all processors by default.
        cache: A folder of the person, where what code uses is kept between runs; None keeps nothing.
        progress: Told how many changes are done.

    Raises:
        PolicyInvalid: the policy has a fault.
        PolicyUnevaluable: this clone ends inside the line.
    """
    day = today or datetime.now(UTC).date()
    if policy is None and not each:
        policy = policy_at(repository, head, organisation)
    changes = entered(repository, base, head, limit)
    terms = Terms(head=head, policy=policy, organisation=organisation, today=day, enforce=enforce, cache=cache)
    found = Simulation(base=base, head=head, policy=policy, today=day, found=len(changes))
    found.reports = policy is not None and policy.mode is Mode.REPORT and not enforce
    for rule in policy.rules if policy else ():
        found.rules[rule.name] = RuleTally(name=rule.name, action=rule.action.value)
    for place, change in weighed(repository, changes, terms, processes):
        found.add(place, change)
        progress("judging changes", found.judged, len(changes))
    return found


def most(counts: Counter[str], many: int = 3) -> Iterable[tuple[str, int]]:
    """Those named most, equals by name."""
    ordered: Sequence[tuple[str, int]] = sorted(counts.items(), key=lambda one: (-one[1], one[0]))
    return ordered[:many]
