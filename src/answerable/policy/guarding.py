"""Answers for a tool use of an agent, before it happens, by the policy of every repository that it would change.

The policy is that of the branch which the work is to go into (`in_force`), not the file of the work tree. Where nobody
wrote one, nothing is said. The guard is advice: the gate judges the change, and an agent with a shell can go around the
guard. So what it cannot judge it asks about, and never says that something is allowed which it did not look at.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from answerable.capture.payload.model import Answer, Event, Kind, ToolUse
from answerable.errors import NotARepository, PolicyUnevaluable
from answerable.git.repository import Repository
from answerable.policy.in_force import policy_for
from answerable.policy.whereabouts import Place, Work, roots, whereabouts

if TYPE_CHECKING:
    from answerable.policy.guard import Ruling
    from answerable.policy.model import Policy

MOST_REPOSITORIES = 8  # that one tool use may be about


def guarded(use: ToolUse, folder: Path, today: date | None = None) -> Answer:
    """What to say of a tool use.

    Args:
        use: What the agent is about to do.
        folder: Where it works, if it does not say so itself.
        today: The day on which waivers must hold; that of now in UTC by default.

    Raises:
        PolicyInvalid: a policy in force has a fault.
        PolicyUnevaluable: it cannot be read or applied.
    """
    if use.event is not Event.BEFORE or not (use.kind.changes_files or use.kind is Kind.SHELL):
        return Answer()
    base = use.cwd if use.cwd and os.path.isabs(use.cwd) and "\0" not in use.cwd else os.fspath(folder.resolve())  # noqa: PTH117
    places = [Place(edit, whereabouts(edit.path, base)) for edit in use.edits]
    here = roots(base)
    unplaced = use.kind is Kind.SHELL or not places or any(place.where.odd for place in places)
    found = [*(here if unplaced else []), *(inside.root for place in places for inside in place.where.inside)]
    concerned = list(dict.fromkeys(found))
    if len(concerned) > MOST_REPOSITORIES:
        raise PolicyUnevaluable(f"this is about {len(concerned)} repositories", hint="change one repository at a time")
    day = today or datetime.now(UTC).date()
    rulings = [_in(root, use, places, root in here, day) for root in concerned]
    said = [each for each in rulings if each]
    if not any(ruling.refusals or ruling.told or ruling.free for ruling, _ in said):
        return Answer()
    from answerable.policy.guard_words import answer_of  # only where there is something to say

    return answer_of(said, use.agent)


def _in(root: str, use: ToolUse, places: Sequence[Place], home: bool, today: date) -> tuple[Ruling, Policy] | None:
    """What the policy of one repository says; None where there is none."""
    mine = [(place, inside) for place in places for inside in place.where.inside if inside.root == root]
    try:
        with Repository(Path(root)) as repository:
            if os.fspath(repository.root) != root:  # something that only looks like a repository: another one counts
                return None
            policy = policy_for(repository, [name for _, inside in mine for name in inside.names])
            if policy is None:
                return None
            from answerable.policy.guard_work import ruling_on

            return ruling_on(repository, policy, Work(use, places, mine, home), today), policy
    except NotARepository:
        return None
