"""Rules that would have stood in the way of a change, from what is known of its lines; none asks who wrote them.

Each is written in two widths, where both can be: for the trust layer of the lines, and for their folder. Which of them
to take is for people: `measure` says what each would have stopped, and what else.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from answerable.domain.acceptance import How
from answerable.domain.answer import Span
from answerable.domain.grade import Grade
from answerable.domain.origin import Origin

Data = Mapping[str, object]


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """A rule as a policy file holds it, and why it is proposed."""

    name: str
    rule: Data
    why: str


def propose(incident: str, spans: Sequence[Span]) -> tuple[Proposal, ...]:
    """The rules that lines suggest; none where nothing is known that a rule could ask for.

    Args:
        incident: Its id, for names.
        spans: The lines that brought it in, as they came in.
    """
    if not spans:
        return ()
    wide = list(_widths(spans))
    asks = list(_asks(spans))
    return tuple(_proposal(incident, ask, width) for width in wide for ask in asks)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Ask:
    name: str
    require: Data | None  # None: such lines are not allowed
    match: Data
    message: str
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class _Width:
    name: str
    match: Data
    where: str


def _proposal(incident: str, ask: _Ask, width: _Width) -> Proposal:
    rule: dict[str, object] = {"name": f"incident-{incident}-{ask.name}-{width.name}"}
    rule["match"] = {**width.match, **ask.match}
    if ask.require is not None:
        rule["require"] = ask.require
    rule["action"] = "Deny"
    rule["message"] = f"{ask.message} (since incident {incident})"
    return Proposal(name=str(rule["name"]), rule=rule, why=f"{ask.why}, {width.where}")


def _widths(spans: Sequence[Span]) -> Iterator[_Width]:
    placed = [span.placed.layer for span in spans if span.placed]
    if placed:
        layer = min(placed, key=lambda one: one.rank)
        yield _Width(name="layer", match={"layers": (layer.name,)}, where=f"in the layer {layer.name}")
    count: Counter[bytes] = Counter()
    for span in spans:
        count[span.path.rpartition(b"/")[0]] += span.end - span.start + 1
    folder = min(count, key=lambda one: (-count[one], one))
    try:
        text = folder.decode("utf-8")
    except UnicodeDecodeError:
        return
    if text and text.isprintable() and not set(text) & set("*?[]\\ !#"):
        yield _Width(name="folder", match={"paths": (f"/{text}/",)}, where=f"below {text}/")


def _asks(spans: Sequence[Span]) -> Iterator[_Ask]:
    origins = {span.lines.origin for span in spans}
    governed = {"origins": _origins(origins)} if origins != {Origin.HUMAN} else {}
    seen = max((_reviewers(span) for span in spans), default=0)
    yield _Ask(
        name=f"review-{seen + 1}",
        require={"reviewers": {"humans": seen + 1}},
        match=governed,
        message=f"these lines need {seen + 1} independent reviewer{'s' if seen else ''}",
        why="no independent review is recorded" if not seen else f"it had {seen} independent reviewers",
    )
    if not governed:
        return
    if not any(span.lines.acceptance and span.lines.acceptance.how is How.HUMAN_EXPLICIT for span in spans):
        yield _Ask(
            name="countersign", require={"countersign": True}, match=governed,
            message="a person signs for what these lines are meant to do",
            why="nobody signed for its intent",
        )  # fmt: skip
    if min(span.lines.grade for span in spans) < Grade.RECORDED:
        yield _Ask(
            name="origin", require={"grade": Grade.RECORDED.word}, match=governed,
            message="where these lines come from must be recorded",
            why="where it came from was not recorded",
        )  # fmt: skip
    models = {span.lines.agent.model for span in spans if span.lines.agent and span.lines.agent.model}
    model = models.pop() if len(models) == 1 else ""
    if model and model.isprintable() and "*" not in model:  # a name from outside that would match any other
        yield _Ask(
            name="model", require=None, match={**governed, "models": (model,)},
            message=f"{model} writes no lines here",
            why=f"{model} wrote it",
        )  # fmt: skip


def _origins(found: set[Origin]) -> tuple[str, ...]:
    if Origin.UNKNOWN in found:
        return (Origin.AI.value, Origin.MIXED.value, Origin.UNKNOWN.value)
    return (Origin.AI.value, Origin.MIXED.value)


def _reviewers(span: Span) -> int:
    marks = (*span.review.independent_reviewers, *span.review.independent_acks) if span.review else ()
    return len({mark.person for mark in marks})
