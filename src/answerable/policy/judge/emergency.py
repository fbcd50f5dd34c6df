"""Whether a change passes as an emergency, and what is owed for it afterwards.

An emergency counts where the policy has terms for it, somebody who may declare one did so for exactly this head, the
people who are needed even then have approved, and its review is not overdue. It passes rules that say so, no others.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from answerable.domain.verdict import Excused, Obligation
from answerable.policy.change.emergency import Declaration
from answerable.policy.emergency import Emergency
from answerable.policy.model import Policy
from answerable.policy.rule import Authority, Rule
from answerable.policy.team import Team, plain, same

if TYPE_CHECKING:
    from answerable.policy.judge.evaluate import Inputs

RULE = "emergency"
"""The name under which the review that is owed is told."""


@dataclass(slots=True, kw_only=True)
class Granted:
    """An emergency that counts; `used` are the rules that it let pass."""

    declaration: Declaration
    due: datetime
    used: list[str] = field(default_factory=list)

    @property
    def words(self) -> str:
        """By whom and why, in one line."""
        return f"{self.declaration.by} declared: {self.declaration.why}; its review is due by {moment(self.due)}"


class Emergencies:
    """The emergencies of one change, under the terms of each policy that has rules."""

    def __init__(self, policy: Policy, inputs: Inputs) -> None:
        self._inputs = inputs
        self._refused: dict[str, None] = {}
        above = policy.above.emergency if policy.above else None
        highest = tuple(team for team in policy.teams if team.authority is Authority.ORGANISATION)
        self._above = self._grant(above, highest) if above else None
        own = policy.emergency
        self._own = self._above if own is None or own is above else self._grant(own, policy.teams)

    def granted(self, rule: Rule) -> Granted | None:
        """The emergency that a rule lets pass."""
        if not rule.emergency:
            return None
        return self._above if rule.authority is Authority.ORGANISATION else self._own

    def excused(self) -> Excused | None:
        """What was let pass, where anything was; the review that is due first counts."""
        used = self._used()
        if not used:
            return None
        first = min(used, key=lambda one: one.due)
        said = first.declaration
        rules = tuple(dict.fromkeys(rule for one in used for rule in one.used))
        return Excused(by=said.by, why=said.why, at=moment(said.at), review_due_by=moment(first.due), rules=rules)

    def obligations(self) -> list[Obligation]:
        """The review that is owed."""
        told = self.excused()
        if told is None:
            return []
        needs = f"a review of the emergency change by {told.review_due_by}"
        return [Obligation(rule=RULE, needs=needs, have="none yet", met=False)]

    def refused(self) -> tuple[str, ...]:
        """Why an emergency that was declared does not count."""
        return tuple(self._refused)

    def _used(self) -> list[Granted]:
        found = [one for one in (self._above, self._own) if one is not None and one.used]
        return list({id(one): one for one in found}.values())

    def _grant(self, terms: Emergency, teams: Sequence[Team]) -> Granted | None:
        for declaration in self._inputs.emergencies:
            due = declaration.at + timedelta(hours=terms.review_within)
            why = self._objection(terms, teams, declaration, due)
            if why is None:
                return Granted(declaration=declaration, due=due)
            self._refused[f"the emergency declared by {declaration.by} does not count: {why}"] = None
        return None

    def _objection(
        self, terms: Emergency, teams: Sequence[Team], declaration: Declaration, due: datetime
    ) -> str | None:
        inputs = self._inputs
        if declaration.sha != inputs.head:
            return "it does not name the present head"
        if not may_declare(terms, teams, declaration):
            return "the policy does not let them declare one"
        if declaration.at.date() > inputs.today + timedelta(days=1):
            return "it is declared for a time to come"
        if due.date() < inputs.today:
            return f"its review was due by {moment(due)}"
        missing = terms.humans - len(inputs.approvals.counted)
        return f"it needs {terms.humans} independent approvals even then" if missing > 0 else None


def may_declare(terms: Emergency, teams: Sequence[Team], declaration: Declaration) -> bool:
    """True for a person that the terms name, and for a member of a team that they name."""
    if {plain(name) for name in terms.who} & declaration.names:
        return True
    wanted = [team for team in teams if any(same(team.name, who) for who in terms.who)]
    if any(set(team.members) & declaration.names for team in wanted):
        return True
    return any(same(mine, who) for mine in declaration.teams for who in terms.who)


def moment(when: datetime) -> str:
    """A moment as decisions write it."""
    return when.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
