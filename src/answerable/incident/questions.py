"""Answers the six questions from spans, each with its grade; what is not known becomes a gap and a next step.

Nothing here guesses: a committer is not said to have read the code, a merge is not said to be a review, a tag is not
said to be a deployment.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

from answerable.domain.acceptance import How
from answerable.domain.answer import Question, Span
from answerable.domain.grade import Grade
from answerable.domain.origin import Origin

_RECORD = (
    "record it from now on: keep the tool's co-author trailer on, or let a line recorder such as git-ai write notes"
)
_UNSHALLOW = "git fetch --unshallow"
_FETCH = "fetch the missing objects: git fetch --refetch"
_OWNERS = "name an owner for this path in .github/CODEOWNERS"
_REVIEW = "put Reviewed-by: trailers on merges, or look the change up on its forge"
_DEPLOY = "tag what you deploy; a tag is the only record of a release that git carries"
_ACCEPT = "ask the committer; from now on, let the commit say it: Reviewed-by: or Signed-off-by: the person who read it"


def six_questions(spans: Sequence[Span]) -> tuple[Question, ...]:
    """The six questions about these spans, in their order."""
    return (_ai(spans), _tool(spans), _accepted(spans), _review(spans), _owner(spans), _running(spans))


def _ai(spans: Sequence[Span]) -> Question:
    lines: Counter[Origin] = Counter()
    for span in spans:
        lines[span.lines.origin] += span.end - span.start + 1
    total, unknown = sum(lines.values()), lines[Origin.UNKNOWN]
    gap, remedy = _origin_gap(spans, unknown, total) if unknown or not total else (None, None)
    if not total:
        return Question(id="ai", answer=None, gap="there is no line to ask about", remedy="ask about the lines it left")
    if unknown == total:
        return Question(id="ai", answer=None, gap=gap, remedy=remedy)
    grade = min(span.lines.grade for span in spans if span.lines.origin is not Origin.UNKNOWN)
    if total == lines[Origin.AI]:
        answer = "yes, all of it" if total > 1 else "yes"
    elif total == lines[Origin.HUMAN]:
        answer = "no, a person wrote it"
    else:
        words = {Origin.AI: "AI", Origin.MIXED: "mixed", Origin.HUMAN: "human", Origin.UNKNOWN: "unknown"}
        answer = ", ".join(f"{lines[o]:,} of {total:,} lines {w}" for o, w in words.items() if lines[o])
    return Question(id="ai", answer=answer, grade=grade, gap=gap, remedy=remedy)


def _origin_gap(spans: Sequence[Span], unknown: int, total: int) -> tuple[str, str]:
    if any(span.boundary == "shallow" for span in spans):
        return "this clone is shallow: the history that wrote these lines is not here", _UNSHALLOW
    if any(span.boundary == "missing" for span in spans):
        return "objects are missing here: the history of these lines cannot be followed", _FETCH
    if any(conflict.about == "origin" for span in spans for conflict in span.lines.conflicts):
        return (
            "sources of the same grade contradict each other",
            "read both pieces of evidence below and ask the author",
        )
    which = "nothing" if unknown == total else f"for {unknown:,} of {total:,} lines nothing"
    return f"{which} says whether a tool or a person wrote it; treated as AI", _RECORD


def _tool(spans: Sequence[Span]) -> Question:
    written = [span for span in spans if span.lines.origin in (Origin.AI, Origin.MIXED)]
    named = [span for span in written if span.lines.agent]
    if spans and all(span.lines.origin is Origin.HUMAN for span in spans):
        return Question(id="tool", answer="none", grade=min(span.lines.grade for span in spans))
    if not named:
        gap = "AI wrote it, but nothing names the tool" if written else "no tool is named anywhere in the evidence"
        return Question(id="tool", answer=None, gap=gap, remedy=_RECORD)
    agents = dict.fromkeys(span.lines.agent for span in named if span.lines.agent)
    words = [
        f"{a.tool}{f' {a.tool_version}' if a.tool_version else ''}, model {a.model or 'not recorded'}" for a in agents
    ]
    gap = None if all(a.model for a in agents) else "the model is not recorded"
    grade = min(span.lines.grade for span in named)
    return Question(id="tool", answer=_listed(words), grade=grade, gap=gap, remedy=_RECORD if gap else None)


def _accepted(spans: Sequence[Span]) -> Question:
    told = [s.lines.acceptance for s in spans if s.lines.acceptance and s.lines.acceptance.how is not How.UNKNOWN]
    if told:
        words = [f"{a.how.value.replace('_', ' ')} by {a.by or 'somebody unnamed'}" for a in told]
        return Question(id="accepted", answer=_listed(words), grade=min(a.grade for a in told))
    acts = [
        f"{span.lines.person or span.committer} committed it on {(span.committed_at or '')[:10]}"
        for span in spans
        if span.committer
    ]
    if not acts:
        gap, remedy = _origin_gap(spans, len(spans), len(spans))
        return Question(id="accepted", answer=None, gap=gap, remedy=remedy)
    gap = "how it was accepted (read, approved, automatic) is not recorded"
    return Question(id="accepted", answer=_listed(acts), grade=Grade.INFERRED, gap=gap, remedy=_ACCEPT)


def _review(spans: Sequence[Span]) -> Question:
    marks = [span.review for span in spans if span.review]
    reviewers = [mark for review in marks for mark in (*review.independent_reviewers, *review.acks)]
    changes = list(dict.fromkeys(review.change for review in marks if review.change))
    through = f"in change {_listed(changes)}" if changes else "outside any change"
    if reviewers:
        names = _listed(f"{mark.mark}: {mark.person}" for mark in reviewers)
        grade = min(mark.grade for mark in reviewers)
        unseen = sum(not (r.independent_reviewers or r.acks) for r in marks)
        gap = f"no reviewer is named for {unseen} of {len(marks)} spans" if unseen else None
        return Question(
            id="review", answer=f"{names}, {through}", grade=grade, gap=gap, remedy=_REVIEW if gap else None
        )
    merged = [f"{s.delivery.merged_by} merged it" for s in spans if s.delivery.merged_by]
    known = f"it came {through}{'; ' + _listed(merged) if merged else ''}" if marks else "its history is not here"
    return Question(id="review", answer=None, gap=f"git names no independent reviewer: {known}", remedy=_REVIEW)


def _owner(spans: Sequence[Span]) -> Question:
    owned = [span for span in spans if span.owner]
    if not owned:
        return Question(id="owner", answer=None, gap="nobody is declared as owner of this path", remedy=_OWNERS)
    words = [f"{' '.join(s.owner.names)} ({s.owner.source})" for s in owned if s.owner]
    gap = "no escalation path is recorded for it"
    remedy = "agree on who is called when the owner does not answer, and write it beside CODEOWNERS"
    if len(owned) < len(spans):
        gap, remedy = f"{len(spans) - len(owned)} of {len(spans)} spans have no owner; {gap}", _OWNERS
    return Question(id="owner", answer=_listed(words), grade=Grade.DECLARED, gap=gap, remedy=remedy)


def _running(spans: Sequence[Span]) -> Question:
    releases = [span.delivery.release for span in spans if span.delivery.release]
    gap = "no deployment is recorded, so where it runs is not known"
    if not releases:
        return Question(id="running", answer=None, gap=f"{gap}; no tag contains it either", remedy=_DEPLOY)
    answer = f"released with {_listed(releases)}"
    return Question(id="running", answer=answer, grade=Grade.INFERRED, gap=gap, remedy=_DEPLOY)


def _listed(words: Iterable[str], most: int = 3) -> str:
    """The words without repetition, the most frequent first, and how many more there are."""
    counted = [word for word, _ in Counter(words).most_common()]
    more = f" and {len(counted) - most:,} more" if len(counted) > most else ""
    return "; ".join(counted[:most]) + more
