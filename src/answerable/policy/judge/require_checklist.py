"""What lines lack where a rule asks that their checklist be answered; what is not known is not answered."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from answerable.policy.change.facts import LineFacts, What
from answerable.policy.judge.lack import Lack
from answerable.policy.judge.telling import quantity
from answerable.policy.rule import Require

if TYPE_CHECKING:
    from answerable.policy.judge.evaluate import Inputs

_SHOWN = 3


def lacks(require: Require, fact: LineFacts, inputs: Inputs) -> Iterator[Lack]:
    """What is missing of lines that are alike.

    Lines that a person signed to have written are in no checklist; what has no lines has none either.

    Args:
        require: What the rule asks.
        fact: The lines.
        inputs: What is known of the change.
    """
    if not require.checklist or fact.human or fact.what in (What.REMOVED, What.CHANGED):
        return
    step = f"answer it: answerable review checklist BASE..{inputs.head[:12]}, then answerable review answer"
    found = inputs.checklists.of(fact.path, fact.start) if inputs.checklists else None
    if found is None:
        yield Lack("its checklist is not answered", step)
        return
    asked = found.asked
    if asked.open:
        names = [question.id for question in asked.questions if question.id in asked.open]
        more = f" and {len(names) - _SHOWN} more" if len(names) > _SHOWN else ""
        many = f"{len(names)} of {quantity(len(asked.questions), 'question', 'questions')}"
        what = f"no independent person answered {many} of its checklist: {', '.join(names[:_SHOWN])}{more}"
        yield Lack(what, step)
    for who, question in found.refusals[:_SHOWN]:
        step = "change the lines so that the answer is yes, or have whoever said no answer again"
        yield Lack(f"{who} answered no to {question}", step)
