"""Cases that a policy must get right: lines as somebody tells them, judged by the very rules that judge a change.

Nothing is read but what a case says: no repository, no clock, no forge. So the same policy and the same cases always
end in the same way.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from answerable.domain.acceptance import Acceptance, How
from answerable.domain.agent import Agent
from answerable.domain.fault import Position
from answerable.domain.grade import Grade
from answerable.domain.line_origin import LineOrigin
from answerable.domain.origin import Origin
from answerable.domain.owner import Owner
from answerable.domain.verdict import Finding, Outcome, Severity
from answerable.errors import AnswerableError
from answerable.ownership.mandate.supposed import supposed
from answerable.policy.change.approvals import Approvals, count
from answerable.policy.change.authors import Author, Authors, People, names
from answerable.policy.change.context import Approval, Change, Check, Context
from answerable.policy.change.emergency import Declaration
from answerable.policy.change.facts import LineFacts, What
from answerable.policy.checklists.open import Checklist, Checklists
from answerable.policy.judge.evaluate import Inputs, Place, evaluate
from answerable.policy.layers.place import Layers
from answerable.policy.model import Policy
from answerable.review.answers import Word
from answerable.review.checklist.hunk import Hunk
from answerable.review.checklist.question import Question
from answerable.review.checklist.sheet import Asked
from answerable.review.people import person

HEAD = "1" * 40
"""The commit that cases are about: approvals name it, unless they are said to be stale."""
STALE = "0" * 39 + "1"
DAY = date(2026, 1, 1)
"""The day of a case that names none, so that no case ends differently tomorrow."""


class Checked(StrEnum):
    """What independent people said of the checklist of lines; where they said nothing, all of it is open."""

    ANSWERED = "answered"  # yes to every question
    REFUSED = "refused"  # no to one


@dataclass(frozen=True, slots=True, kw_only=True)
class Lines:
    """Lines of one file that came in together."""

    path: str
    old_path: str | None = None
    count: int = 1
    what: What = What.ADDED
    origin: Origin = Origin.UNKNOWN
    grade: Grade = Grade.NONE
    tool: str | None = None
    model: str | None = None
    acceptance: How | None = None
    countersigned_by: tuple[str, ...] = ()
    owners: tuple[str, ...] = ()
    content: str | None = None  # of the whole file: what it touches
    checklist: Checked | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Expected:
    """What must come of a case; None and empty: nothing is said about it."""

    verdict: Outcome | None = None
    rules: tuple[str, ...] = ()  # each must find something
    not_rules: tuple[str, ...] = ()  # none of them may
    layer: str | None = None  # of every path


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One case, and where it stands."""

    name: str
    lines: tuple[Lines, ...]
    expected: Expected
    authors: tuple[str, ...] = ()
    approvals: tuple[Approval, ...] = ()
    checks: tuple[Check, ...] = ()
    change: Change = field(default_factory=Change)
    emergency: Declaration | None = None
    mandate: tuple[str, ...] = ()  # the roles in which one is signed that is in force at the base; none: there is none
    today: date = DAY
    position: Position


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """Something that is not as expected."""

    what: str
    expected: str
    found: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Ended:
    """How a case ended; it is as expected where nothing differs."""

    case: Case
    verdict: Outcome
    findings: tuple[Finding, ...]
    layers: tuple[tuple[str, str, str], ...]  # path, layer and why
    differences: tuple[Difference, ...]
    problem: str | None = None


def run(policy: Policy, cases: Sequence[Case]) -> list[Ended]:
    """Judge cases by a policy."""
    layers = Layers(policy)
    return [_run(policy, layers, case) for case in cases]


def _run(policy: Policy, layers: Layers, case: Case) -> Ended:
    places = _places(layers, case.lines)
    layer_of = tuple(
        (path.decode("utf-8", "surrogateescape"), place.placed.layer.name, place.placed.because)
        for path, place in places.items()
    )
    try:
        judged = evaluate(policy, _inputs(case, places))
    except AnswerableError as error:
        told = _differences(case, Outcome.ERROR, (), layer_of)
        return Ended(
            case=case, verdict=Outcome.ERROR, findings=(), layers=layer_of, differences=told, problem=error.message
        )
    return Ended(
        case=case,
        verdict=judged.outcome,
        findings=judged.findings,
        layers=layer_of,
        differences=_differences(case, judged.outcome, judged.findings, layer_of),
    )


def _places(layers: Layers, every: Sequence[Lines]) -> dict[bytes, Place]:
    """As the gate places paths: by the most severe of what each was and what it is."""
    found = {}
    for path in dict.fromkeys(lines.path for lines in every):
        mine = [lines for lines in every if lines.path == path]
        text = next((lines.content for lines in mine if lines.content is not None), None)
        content = text.encode("utf-8", "surrogateescape") if text is not None else None
        names = [path, *(lines.old_path for lines in mine if lines.old_path is not None)]
        placed = [layers.place(_bytes(name), content) for name in names]
        above = [layers.above.place(_bytes(name), content) for name in names] if layers.above else []
        found[_bytes(path)] = Place(
            placed=min(placed, key=lambda one: one.layer.rank),
            moved=any(len({one.layer.rank for one in each}) > 1 for each in (placed, above)),
            above=min(above, key=lambda one: one.layer.rank, default=None),
        )
    return found


def _inputs(case: Case, places: dict[bytes, Place]) -> Inputs:
    at: dict[str, int] = {}
    facts, lists = [], []
    for lines in case.lines:
        start = at.get(lines.path, 1)
        facts.append(_fact(lines, start))
        if lines.checklist is not None and facts[-1].start:
            lists.append(_checklist(facts[-1], lines.checklist))
        at[lines.path] = start + lines.count + 1  # apart from the next, as lines that came in apart are
    owners = {_bytes(lines.path): _owner(lines.owners) for lines in case.lines if lines.owners}
    context = Context(change=case.change, approvals=case.approvals, checks=case.checks)
    return Inputs(
        head=HEAD,
        facts=sorted(facts, key=lambda fact: (fact.path, fact.start, fact.end)),
        places=places,
        approvals=_approvals(case),
        context=context,
        owners=owners,
        today=case.today,
        emergencies=(case.emergency,) if case.emergency else (),
        checklists=Checklists(all=tuple(sorted(lists, key=_place_of))) if lists else None,
        mandate=supposed(case.mandate, case.today),
    )


def _checklist(fact: LineFacts, said: Checked) -> Checklist:
    """One question stands for all: a case is about the answers, not about what is asked."""
    hunk = Hunk(path=fact.path, start=fact.start, end=fact.end, digest="the case")
    question = Question(id="the.checklist", text="Is it as it has to be?", why="A case says it.")
    word = Word.YES if said is Checked.ANSWERED else Word.NO
    return Checklist(asked=Asked(hunk=hunk, questions=(question,)), words={question.id: {"a reviewer": word}})


def _place_of(each: Checklist) -> tuple[bytes, int]:
    return each.asked.hunk.path, each.asked.hunk.start


def _fact(lines: Lines, start: int) -> LineFacts:
    here = lines.what in (What.ADDED, What.MOVED)
    first, last = (start, start + lines.count - 1) if here else (0, 0)
    agent = Agent(tool=lines.tool, model=lines.model) if lines.tool is not None else None
    how = lines.acceptance  # a case says what is so, not how well that is evidenced
    acceptance = Acceptance(how=how, grade=Grade.RECORDED) if how is not None else None
    origin = LineOrigin(
        start=first, end=last, origin=lines.origin, grade=lines.grade, agent=agent, acceptance=acceptance
    )
    return LineFacts(
        path=_bytes(lines.path),
        start=first,
        end=last,
        what=lines.what,
        lines=origin,
        commit=HEAD if lines.what is What.ADDED else None,
        old_path=_bytes(lines.old_path) if lines.old_path is not None else None,
        countersigned=lines.countersigned_by,
        weight=0 if here else lines.count,
    )


def _approvals(case: Case) -> Approvals:
    people = People()
    made = [Author(who=person(name), role="author") for name in case.authors]
    for author in made:
        people.learn(sorted(names(author.who)))
    return count(case.approvals, HEAD, Authors(tuple(made), people))


def _owner(named: Sequence[str]) -> Owner:
    teams = tuple(name for name in named if "/" in name)
    return Owner(teams=teams, people=tuple(name for name in named if "/" not in name), source="the case")


def _differences(
    case: Case, verdict: Outcome, findings: Sequence[Finding], layers: Sequence[tuple[str, str, str]]
) -> tuple[Difference, ...]:
    expected = case.expected
    found = tuple(dict.fromkeys(finding.rule for finding in findings if finding.waived_by is None))
    told = []
    if expected.verdict is not None and expected.verdict is not verdict:
        by = dict.fromkeys(f"{f.rule}: {f.message}" for f in findings if f.severity is Severity.ERROR)
        words = f"{verdict.value}{' by ' if by else ''}{'; '.join(by)}"
        told.append(Difference(what="verdict", expected=expected.verdict.value, found=words))
    said = ", ".join(found) or "none"
    told += [
        Difference(what="rules", expected=f"{rule} finds something", found=f"found by: {said}")
        for rule in expected.rules
        if rule not in found
    ]
    told += [
        Difference(what="rules", expected=f"{rule} finds nothing", found=message)
        for rule, message in {one.rule: one.message for one in findings if one.waived_by is None}.items()
        if rule in expected.not_rules
    ]
    told += [
        Difference(what=f"layer of {path}", expected=expected.layer, found=f"{layer}: {because}")
        for path, layer, because in layers
        if expected.layer is not None and layer != expected.layer
    ]
    return tuple(told)


def _bytes(path: str) -> bytes:
    return path.encode("utf-8", "surrogateescape")
