"""Comments of independent people on AI-origin lines of a change, and on which of them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from answerable.policy.change.approvals import count
from answerable.policy.change.authors import Authors
from answerable.policy.change.context import Approval, Comment
from answerable.policy.checklists.open import Checklists
from answerable.review.depth import Remark


def remarks(
    comments: Iterable[Comment], checklists: Checklists, commits: Sequence[str], head: str, authors: Authors
) -> Iterator[Remark]:
    """Those that are on an AI-origin hunk of the head, or in a file with one as it was earlier in the change.

    Args:
        comments: All that the forge knows.
        checklists: Those of the change.
        commits: Full ids of its commits.
        head: Full id.
        authors: Who made the change.
    """
    paths = {each.asked.hunk.path for each in checklists.all}
    for comment in comments:
        place = _place(comment, checklists, paths, commits, head)
        if place is not None and _independent(comment, head, authors):
            yield Remark(place=place, text=comment.body)


def _place(
    comment: Comment, checklists: Checklists, paths: set[bytes], commits: Sequence[str], head: str
) -> str | None:
    path = (comment.path or "").encode("utf-8", "surrogateescape")
    if path not in paths:
        return None
    if comment.sha in (None, head):
        found = checklists.of(path, comment.line) if comment.line else None
        return found.asked.hunk.id if found else None
    return comment.path if comment.sha in commits else None  # lines of before have other numbers


def _independent(comment: Comment, head: str, authors: Authors) -> bool:
    who = Approval(by=comment.by, sha=head, kind=comment.kind, identities=comment.identities)
    return bool(count([who], head, authors).counted)
