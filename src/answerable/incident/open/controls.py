"""Which control let it pass, by the two sides of the contract: the person owns the intent, the organisation the rest.

The organisation's side comes first: the tools that it provides, the standards of its reviews, its gates. It is told
what was set aside, what was never there and what applied and let it pass all the same. For learning: nothing here says
that anybody did wrong.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from answerable.domain.acceptance import How
from answerable.domain.answer import Span
from answerable.domain.decision import Decision, Kind
from answerable.domain.origin import Origin
from answerable.incident.open.lineage import is_late, verdict_of
from answerable.incident.open.model import Control, Outcome, Side
from answerable.provenance.decisions import Vouched

_SIGN = "let people sign for the lines they take in: answerable accept"


@dataclass(frozen=True, slots=True, kw_only=True)
class Surroundings:
    """What was in force where the change came in."""

    policy: bool | None  # a policy was declared at the commit that it came in on; None: that commit is not here
    owner: str | None = None  # who owned the path then


def controls(span: Span, found: Sequence[Vouched], around: Surroundings) -> tuple[Control, ...]:
    """Everything that could have stopped these lines, the organisation's side first."""
    return (
        *_gate(span, found, around),
        *_tool(span),
        *_standard(span, found),
        *_ownership(around),
        *_intent(span, found),
        *_reviewer(span, found),
    )


def passed(found: Sequence[Control]) -> str:
    """One sentence: what let it pass."""
    order = (Outcome.SET_ASIDE, Outcome.ABSENT, Outcome.UNKNOWN, Outcome.APPLIED)
    ours = sorted((c for c in found if c.side is Side.ORGANISATION), key=lambda c: order.index(c.outcome))
    if not ours:
        return "Nothing is known of what could have stopped it."
    lead = ours[0]
    theirs = next((c for c in found if c.side is Side.PERSON and c.outcome is not Outcome.APPLIED), None)
    second = f"; {theirs.what}" if theirs else ""
    return f"{lead.what[:1].upper()}{lead.what[1:]}{second}."


def _gate(span: Span, found: Sequence[Vouched], around: Surroundings) -> Iterator[Control]:
    overrides = [one for one in found if one.decision.kind is Kind.OVERRIDE and not one.doubt]
    for one in overrides:
        why = (one.decision.rationale or "no reason given")[:300]
        yield _control("override", Outcome.SET_ASIDE, f"the gate was set aside: {why}", one.ref)
    told = [one for one in found if one.decision.kind is Kind.GATE]
    gates = [one for one in told if not one.doubt and not is_late(span, one.decision)]
    for one in told:
        if one.doubt:
            what = f"a verdict that nothing vouches for ({one.doubt})"
            yield _control("gate", Outcome.UNKNOWN, what, one.ref, "verify the ledger: answerable ledger verify")
        elif is_late(span, one.decision):
            what = f"{verdict_of(one.decision)}, only after it came in"
            yield _control("gate", Outcome.UNKNOWN, what, one.ref, "gate every change before it is merged")
    for one in gates:
        outcome = _verdict(one.decision)
        remedy = "read the rules that it was judged by: answerable policy explain PATH"
        what = verdict_of(one.decision)
        if outcome is Outcome.SET_ASIDE and not overrides and _said(one.decision) != "pass":
            what += ", and it was merged all the same"
        yield _control("gate", outcome, what, one.ref, remedy)
    if gates:
        return
    if around.policy:
        what, remedy = "a policy was declared, and no verdict of a gate is recorded for it", "gate every change in CI"
        yield _control("gate", Outcome.UNKNOWN, what, None, remedy)
    elif around.policy is None:
        yield _control("gate", Outcome.UNKNOWN, "where it came in is not in this clone", None, "git fetch --unshallow")
    else:
        what = "no policy was in force when it came in, so nothing could stop it"
        yield _control("gate", Outcome.ABSENT, what, None, "write one: docs/how-to/write-a-policy.md")


def _said(decision: Decision) -> str:
    return str((decision.policy and decision.policy.verdict) or decision.details.get("verdict", ""))


def _verdict(decision: Decision) -> Outcome:
    waived = decision.details.get("waived")
    emergency = decision.emergency is not None and decision.emergency.declared
    if _said(decision) != "pass" or emergency or (isinstance(waived, int) and waived):
        return Outcome.SET_ASIDE
    return Outcome.APPLIED


def _tool(span: Span) -> Iterator[Control]:
    """What the environment let a tool do."""
    lines = span.lines
    if lines.origin is Origin.HUMAN:
        return
    told = lines.acceptance
    if lines.origin is Origin.UNKNOWN:
        what = "nothing records whether a tool wrote it, so no rule for tools could apply"
        yield _control("tool", Outcome.ABSENT, what, None, "record who writes lines: answerable init")
    elif told and told.how in (How.STANDING_GRANT, How.AUTOMATIC):
        asked = "an earlier permission" if told.how is How.STANDING_GRANT else "its configuration"
        what = f"the tool could write here on {asked}, without asking"
        yield _control("tool", Outcome.APPLIED, what, None, "narrow what it may do there: answerable guard")
    else:
        what = "what the tool was allowed to do is not recorded"
        yield _control("tool", Outcome.UNKNOWN, what, None, "collect it: docs/how-to/collect-acceptance.md")


def _standard(span: Span, found: Sequence[Vouched]) -> Iterator[Control]:
    """The standard of reviews."""
    if span.placed is None:
        what = "no trust layer was defined for the path, so it was held to no standard of its own"
        yield _control("layer", Outcome.ABSENT, what, None, "define layers: docs/how-to/write-a-policy.md")
    else:
        what = f"the path is in the layer {span.placed.layer.name} ({span.placed.because})"
        yield _control("layer", Outcome.APPLIED, what)
    depth = span.review.depth if span.review else None
    if depth is not None:
        yield _control("review depth", Outcome.APPLIED, f"the review was {depth:.2f} deep, of 1")
    elif any(one.decision.kind in (Kind.REVIEW, Kind.APPROVE) for one in found):
        what = "how deep the review went is not recorded"
        yield _control("review depth", Outcome.UNKNOWN, what, None, "ask reviewers: answerable review checklist")


def _ownership(around: Surroundings) -> Iterator[Control]:
    if around.owner:
        yield _control("ownership", Outcome.APPLIED, f"the path was owned by {around.owner} when it came in")
    elif around.policy is not None:
        what = "nobody was declared as owner of the path when it came in"
        yield _control("ownership", Outcome.ABSENT, what, None, "name one in .answerable/owners.yaml")


def _intent(span: Span, found: Sequence[Vouched]) -> Iterator[Control]:
    signed = [one for one in found if one.decision.kind is Kind.COUNTERSIGN]
    told = span.lines.acceptance
    if signed:
        who = ", ".join(dict.fromkeys(one.decision.principal.id for one in signed))
        yield _person("intent", Outcome.APPLIED, f"{who} signed for what lines of it are meant to do", signed[0].ref)
    elif told and told.how is How.HUMAN_EXPLICIT:
        who = told.by or "somebody"
        yield _person("intent", Outcome.APPLIED, f"{who} took it in by an act of their own ({told.grade.word})")
    elif span.lines.origin is Origin.HUMAN:
        yield _person("intent", Outcome.APPLIED, "a person wrote it")
    else:
        yield _person("intent", Outcome.ABSENT, "nobody signed for its intent", None, _SIGN)


def _reviewer(span: Span, found: Sequence[Vouched]) -> Iterator[Control]:
    every = (*span.review.independent_reviewers, *span.review.independent_acks) if span.review else ()
    signed = [one.decision for one in found if one.decision.kind in (Kind.REVIEW, Kind.APPROVE)]
    early = {one.principal.id for one in signed if not is_late(span, one)}
    late = {one.principal.id for one in signed} - early
    marks = [mark for mark in every if mark.person not in late]
    if every and not marks:
        what = f"reviewed only after it came in: {', '.join(dict.fromkeys(mark.person for mark in every))}"
        yield _person("review", Outcome.UNKNOWN, what, None, "ask for a review before a change is merged")
        return
    if marks:
        who = ", ".join(dict.fromkeys(mark.person for mark in marks))
        yield _person("review", Outcome.APPLIED, f"independent review: {who}")
        return
    remedy = "let reviewers sign: answerable record review COMMIT --verdict approved"
    yield _person("review", Outcome.UNKNOWN, "no independent review is recorded", None, remedy)


def _control(name: str, outcome: Outcome, what: str, ref: str | None = None, remedy: str | None = None) -> Control:
    return Control(side=Side.ORGANISATION, name=name, outcome=outcome, what=what, ref=ref, remedy=remedy)


def _person(name: str, outcome: Outcome, what: str, ref: str | None = None, remedy: str | None = None) -> Control:
    return Control(side=Side.PERSON, name=name, outcome=outcome, what=what, ref=ref, remedy=remedy)
