"""Looks up what reviewers of a change were asked and have answered: from signed decisions, and what a forge knows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from answerable.git.repository import Repository
from answerable.policy.change.authors import Authors
from answerable.policy.change.context import Context
from answerable.policy.checklists.open import PATH, Checklists, checklists
from answerable.policy.file.find import file_bytes
from answerable.policy.judge.evaluate import Place
from answerable.policy.model import Policy
from answerable.provenance.decisions import Vouched

if TYPE_CHECKING:
    from answerable.policy.gate import Known
    from answerable.review.checklist.question import Question


def look_up(
    repository: Repository,
    policy: Policy,
    known: Known,
    places: Mapping[bytes, Place],
    decisions: Sequence[Vouched],
    context: Context | None,
    authors: Authors,
    *,
    whole: bool = True,
) -> Checklists:
    """The checklists of a change.

    Args:
        repository: Where.
        policy: By whose layers questions are chosen, and beside which the organisation's stand.
        known: What is read of the change.
        places: The layer of each changed path.
        decisions: Those about its commits.
        context: What the forge knows.
        authors: Who made the change.
        whole: Say what is asked even where nobody answered anything; else there are no checklists then.

    Raises:
        PolicyInvalid: the organisation's questions have a fault.
        PolicyUnevaluable: content or questions are not in this clone.
    """
    head = known.span.head
    own = _own(repository, policy.commit or known.span.base)
    comments = (context.comments or ()) if context else ()
    if not whole and not decisions and not comments:
        return Checklists()
    from answerable.policy.checklists.given import answers_in, commented, counted, signed  # slow to load

    if not whole and not answers_in(decisions, comments):
        return Checklists()
    from answerable.policy.checklists.hunks import hunks_of
    from answerable.policy.checklists.remarks import remarks

    hunks = hunks_of(repository, known.changed, known.facts, places)
    given = [*signed(decisions, hunks, head), *commented(comments, hunks, head)]
    found = checklists(hunks, own, counted(given, head, authors))
    if context is None or context.comments is None:
        return found
    return replace(found, remarks=tuple(remarks(context.comments, found, known.span.commits, head, authors)))


def _own(repository: Repository, commit: str | None) -> tuple[Question, ...]:
    if commit is None or file_bytes(repository, commit, PATH) is None:
        return ()
    from answerable.policy.checklists.own import own_questions  # slow to load, and few have questions of their own

    return own_questions(repository, commit)
