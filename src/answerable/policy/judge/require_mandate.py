"""What a change lacks where a rule asks that a mandate be in force: where its base has none, nobody decided.

The mandate is that of the base, whatever the change itself says, and signed by the day of the verdict. What was not
looked up is not there.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from answerable.domain.verdict import Obligation
from answerable.policy.judge.lack import Lack
from answerable.policy.rule import Require

if TYPE_CHECKING:
    from answerable.policy.judge.evaluate import Inputs

_LOOK = "see how it stands: answerable mandate verify"


def owed(rule: str, require: Require, inputs: Inputs) -> Iterator[tuple[Obligation, Lack]]:
    """The mandate that a rule asks for, met or not.

    Args:
        rule: Its name.
        require: What it asks.
        inputs: What is known of the change.
    """
    if require.mandate is None:
        return
    needs = f"a mandate in force at the base, signed as {' and '.join(require.mandate)}"
    if inputs.mandate is None:
        told = Obligation(rule=rule, needs=needs, have="it was not looked up", who=(), met=False, kind="mandate")
        yield told, Lack("whether a mandate is in force is not known", _LOOK)
        return
    standing = inputs.mandate.standing(require.mandate)
    problems = standing.problems
    have = "; ".join(problem.what for problem in problems) or f"in force until {standing.until}"
    who = tuple(dict.fromkeys(name for role in standing.roles if role.signed is None for name in role.people))
    told = Obligation(
        rule=rule, needs=needs, have=have, who=who, met=standing.in_force, kind="mandate", missing=len(problems)
    )
    remedy = "; ".join(dict.fromkeys(problem.remedy for problem in problems))
    yield told, Lack(f"no mandate is in force: {have}", remedy or _LOOK)
