"""Answers the six questions from spans, each with its grade; what is not known becomes a gap and a next step.

Nothing here guesses: a committer is not said to have read the code, a merge is not said to be a review, a tag is not
said to be a deployment.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

from answerable.domain.acceptance import How
from answerable.domain.agent import Agent
from answerable.domain.answer import Question, Span
from answerable.domain.grade import Grade
from answerable.domain.origin import Origin
from answerable.domain.owner import Owner
from answerable.incident import running
from answerable.incident.people import acts, somebody, whom
from answerable.provenance.table import UNKNOWN_TOOL

_RECORD = (
    "record it from now on: keep the tool's co-author trailer on, or let a line recorder such as git-ai write notes"
)
_ASK = "read both pieces of evidence below and ask the author"
_UNSHALLOW = "git fetch --unshallow"
_FETCH = "fetch the missing objects: git fetch --refetch --no-filter"
_OWNERS = "name an owner for it in .github/CODEOWNERS, or in .answerable/owners.yaml with who is called when"
_ESCALATE = "say who is called when the owner does not answer: its service and escalation in .answerable/owners.yaml"
_RESOLVE = "see all of it, and where it is written: answerable owners resolve PATH"
_REVIEW = (
    "put Reviewed-by: trailers on commits or merges, or let reviewers sign: "
    "answerable record review COMMIT --verdict approved"
)
_SIGN = "sign for it: answerable accept COMMIT"
_ACCEPT = f"ask them, and let whoever read it {_SIGN}"


def six_questions(spans: Sequence[Span]) -> tuple[Question, ...]:
    """The six questions about these spans, in their order."""
    if not spans:
        ids = ("ai", "tool", "accepted", "review", "owner", "running")
        gap, remedy = "there is no line to ask about", "ask about the lines it left: a file, or a later revision"
        return tuple(Question(id=name, answer=None, gap=gap, remedy=remedy) for name in ids)
    return (_ai(spans), _tool(spans), _accepted(spans), _review(spans), _owner(spans), running.question(spans))


def _ai(spans: Sequence[Span]) -> Question:
    lines: Counter[Origin] = Counter()
    for span in spans:
        lines[span.lines.origin] += span.end - span.start + 1
    total, unknown = sum(lines.values()), lines[Origin.UNKNOWN]
    gap, remedy = _origin_gap(spans, unknown, total) if unknown else (None, None)
    if not unknown and any(map(_disputed, spans)):
        gap, remedy = "a source of a lower grade says that AI wrote there", _ASK
    if unknown == total:
        return Question(id="ai", answer=None, gap=gap, remedy=remedy)
    grade = min(span.lines.grade for span in spans if span.lines.origin is not Origin.UNKNOWN)
    if total == lines[Origin.AI]:
        answer = "yes, all of it" if total > 1 else "yes"
    elif total == lines[Origin.HUMAN]:
        answer = "no, a person wrote it"
    elif total == lines[Origin.MIXED]:
        answer = "yes, together with a person"
    else:
        words = {Origin.AI: "AI", Origin.MIXED: "mixed", Origin.HUMAN: "human", Origin.UNKNOWN: "unknown"}
        answer = ", ".join(f"{lines[o]:,} of {total:,} lines {w}" for o, w in words.items() if lines[o])
    return Question(id="ai", answer=answer, grade=grade, gap=gap, remedy=remedy)


def _origin_gap(spans: Sequence[Span], unknown: int, total: int) -> tuple[str, str]:
    if any(span.boundary == "shallow" for span in spans):
        return "this clone is shallow: the history that wrote these lines is not here", _UNSHALLOW
    if any(span.boundary == "missing" for span in spans):
        return "objects are missing here: the history of these lines cannot be followed", _FETCH
    if any(_disputed(span) and span.lines.origin is Origin.UNKNOWN for span in spans):
        return (
            "sources of the same grade contradict each other",
            _ASK,
        )
    which = "nothing" if unknown == total else f"for {unknown:,} of {total:,} lines nothing"
    return f"{which} says whether a tool or a person wrote it; treated as AI", _RECORD


def _disputed(span: Span) -> bool:
    return any(conflict.about == "origin" for conflict in span.lines.conflicts)


def _tool(spans: Sequence[Span]) -> Question:
    if all(span.lines.origin is Origin.HUMAN for span in spans):
        return Question(id="tool", answer="none", grade=min(span.lines.grade for span in spans))
    written = [span for span in spans if span.lines.origin in (Origin.AI, Origin.MIXED)]
    agents = {at: span.lines.agent for at, span in enumerate(written) if span.lines.agent}
    named = {at: agent for at, agent in agents.items() if agent.tool != UNKNOWN_TOOL}
    if not named:
        gap = "AI wrote it, but nothing names the tool" if written else "no tool is named anywhere in the evidence"
        return Question(id="tool", answer=None, gap=gap, remedy=_RECORD)
    answer = _listed(map(_agent, named.values()))
    grade = min(written[at].lines.grade for at in named)
    if len(named) < len(written):
        gap = f"no tool is named for {len(written) - len(named)} of {len(written)} AI spans"
    elif all(agent.model for agent in named.values()):
        return Question(id="tool", answer=answer, grade=grade)
    else:
        gap = "the model is not recorded"
    return Question(id="tool", answer=answer, grade=grade, gap=gap, remedy=_RECORD)


def _agent(agent: Agent) -> str:
    version = f" {agent.tool_version}" if agent.tool_version else ""
    return f"{agent.tool}{version}, model {agent.model or 'not recorded'}"


def _accepted(spans: Sequence[Span]) -> Question:
    told = [s.lines.acceptance for s in spans if s.lines.acceptance and s.lines.acceptance.how is not How.UNKNOWN]
    if told:
        words = [f"{a.how.value.replace('_', ' ')} by {a.by or 'somebody unnamed'}" for a in told]
        return Question(id="accepted", answer=_listed(words), grade=min(a.grade for a in told))
    done = acts(spans)
    if not done:
        gap, remedy = _origin_gap(spans, len(spans), len(spans))
        return Question(id="accepted", answer=None, gap=gap, remedy=remedy)
    if not somebody(spans):
        return Question(
            id="accepted",
            answer=None,
            gap=f"no person is named: {_listed(done)}",
            remedy=f"let somebody read it and {_SIGN}",
        )
    gap = "how it was accepted (read, approved, automatic) is not recorded"
    return Question(id="accepted", answer=_listed(done), grade=Grade.INFERRED, gap=gap, remedy=_ACCEPT)


def _review(spans: Sequence[Span]) -> Question:
    marks = [span.review for span in spans if span.review]
    reviewers = [mark for review in marks for mark in (*review.independent_reviewers, *review.independent_acks)]
    changes = list(dict.fromkeys(review.change for review in marks if review.change))
    through = f"with change {_listed(changes)}" if changes else "without a change that git could name"
    if reviewers:
        names = _listed(f"{mark.mark}: {mark.person}" for mark in reviewers)
        grade = min(mark.grade for mark in reviewers)
        unseen = sum(not (r.independent_reviewers or r.independent_acks) for r in marks)
        gap = f"no reviewer is named for {unseen} of {len(marks)} spans" if unseen else None
        return Question(
            id="review", answer=f"{names}, {through}", grade=grade, gap=gap, remedy=_REVIEW if gap else None
        )
    if not marks:
        gap, remedy = _origin_gap(spans, len(spans), len(spans))
        return Question(id="review", answer=None, gap=gap, remedy=remedy)
    remedy = f"read change {_listed(changes)} on its forge; {_REVIEW}" if changes else _REVIEW
    gap = f"git names no independent reviewer: it came in {through}"
    return Question(id="review", answer=None, gap=gap, remedy=remedy)


def _owner(spans: Sequence[Span]) -> Question:
    owned = [span for span in spans if span.owner]
    if not owned:
        return Question(id="owner", answer=None, gap="nobody is declared as owner of this path", remedy=_OWNERS)
    owners = [span.owner for span in owned if span.owner]
    gaps, remedy = _duty_gaps(owners)
    if len(owned) < len(spans):
        gaps, remedy = [f"{len(spans) - len(owned)} of {len(spans)} spans have no owner", *gaps], _OWNERS
    return Question(
        id="owner",
        answer=_listed(map(_answers, owners)),
        grade=min(owner.duty.grade if owner.duty else Grade.DECLARED for owner in owners),
        gap=_listed(gaps) or None,
        remedy=remedy if gaps else None,
    )


def _duty_gaps(owners: Sequence[Owner]) -> tuple[list[str], str]:
    """What is not said of the response, and the step that closes it."""
    without = sum(not (owner.duty and owner.duty.escalates) for owner in owners)
    if without:
        told = [gap for owner in owners if owner.duty for gap in owner.duty.gaps if not gap.startswith("no escalation")]
        which = "it" if without == len(owners) else f"{without} of {len(owners)} spans"
        return [f"no escalation path is recorded for {which}", *told], _ESCALATE
    return [gap for owner in owners if owner.duty for gap in owner.duty.gaps], _RESOLVE


def _answers(owner: Owner) -> str:
    """Who owns it by which line, and who is called when."""
    told = f"{' '.join(owner.names)} ({owner.source})"
    steps, known = [], set[str]()
    for call in owner.duty.calls if owner.duty else ():
        steps.append(f"{whom(call, known)} {'at once' if not call.after else f'after {call.after} min'}")
        known.update(name for name, _ in call.people[:2])
    return f"{told}; call {', '.join(steps)}" if steps else told


def _listed(words: Iterable[str], most: int = 3) -> str:
    """The words without repetition, the most frequent first, and how many more there are."""
    counted = [word for word, _ in Counter(words).most_common()]
    more = f" and {len(counted) - most:,} more" if len(counted) > most else ""
    return "; ".join(counted[:most]) + more
