"""The values that expressions may read about one run of lines (`judge.variables`)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from answerable.domain.acceptance import How
from answerable.domain.layer import Placed
from answerable.policy.change.line_facts import LineFacts, What
from answerable.policy.layers.kinds import kinds_of
from answerable.policy.services import Reach

if TYPE_CHECKING:
    from answerable.policy.judge.evaluate import Inputs


def of_the_change(inputs: Inputs) -> dict[str, object]:
    """What is the same for all lines of a change."""
    from answerable.policy.change.context import Change  # slow to load, and an edit before it is made has none

    change = inputs.context.change if inputs.context else Change()
    agents = (fact.lines.agent for fact in inputs.facts)
    teams = (team for approver in inputs.approvals.counted for team in approver.teams)
    return {
        "change.id": change.id,
        "change.title": change.title,
        "change.author": change.author,
        "change.target": change.target,
        "change.lines": sum(size_of(fact) for fact in inputs.facts if fact.what is not What.MOVED),
        "change.files": len({fact.path for fact in inputs.facts}),
        "tools": tuple(sorted({agent.tool for agent in agents if agent and agent.tool})),
        "approvals": len(inputs.approvals.counted),
        "teams": tuple(sorted({team.strip().lstrip("@").lower() for team in teams})),
    }


def of_lines(fact: LineFacts, placed: Placed, reach: Reach, size: int) -> dict[str, object]:
    """What is known of a run of lines.

    Args:
        fact: The run.
        placed: The layer of its path.
        reach: The services of its path.
        size: How many lines the rule is about.
    """
    agent, lines = fact.lines.agent, fact.lines
    return {
        "origin": lines.origin.value,
        "grade": lines.grade.word,
        "tool": agent.tool if agent else None,
        "model": agent.model if agent else None,
        "session": agent.session if agent else None,
        "layer": placed.layer.name,
        "path": fact.path.decode("utf-8", "surrogateescape"),
        "kinds": tuple(sorted(kinds_of(fact.path))),
        "what": fact.what.value,
        "lines": size,
        "acceptance": (lines.acceptance.vouched if lines.acceptance else How.UNKNOWN).value,
        "services": reach.services,
        "tier": -1 if reach.tier is None else reach.tier,
        "data": reach.data,
        "regions": reach.regions,
        "jurisdictions": reach.jurisdictions,
        "fleets": reach.fleets,
    }


def size_of(fact: LineFacts) -> int:
    """How many lines a fact counts as: those at the head, else its weight, at least one."""
    return fact.count or fact.weight or 1
