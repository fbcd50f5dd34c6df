"""What the report says, before it has a form: headings, sentences and tables, the most important first.

Page one answers three questions: what is governed, what is not, and since when. What is wrong with the evidence itself
stands before all of them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from answerable.audit.facts.change import Change
from answerable.audit.facts.facts import Facts
from answerable.audit.framework.documents import doubts
from answerable.audit.framework.model import Assessed, Framework, Status
from answerable.audit.framework.status import summary
from answerable.audit.signal.groups import signals
from answerable.audit.signal.model import Measured

MOST = 50  # rows of a list; the files beside the report hold all
STATUS = {
    Status.MET: "met",
    Status.PARTLY: "partly",
    Status.NOT_MET: "not met",
    Status.CANNOT_BE_SHOWN: "cannot be shown",
    Status.NOT_APPLICABLE: "not applicable",
}


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading; level 1 begins a page."""

    text: str
    level: int = 2


@dataclass(frozen=True, slots=True)
class Text:
    """A paragraph; `kind` is plain, warning or good."""

    text: str
    kind: str = "plain"


@dataclass(frozen=True, slots=True)
class Rows:
    """A table."""

    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    more: int = 0  # rows that there are besides


Block = Heading | Text | Rows


Shown = Callable[[Change], bool]


def report(
    facts: Facts,
    assessed: Sequence[tuple[Framework, Sequence[Assessed]]],
    file: str,
    shown: Shown = lambda _change: True,
) -> tuple[Block, ...]:
    """Everything that is told, in order.

    Args:
        facts: Of the period.
        assessed: Frameworks with their controls.
        file: What the pack is called, for the last section.
        shown: Which changes may be named; all are counted.
    """
    return (
        *_first(facts, assessed, shown),
        *_unexplained(facts.changes, shown),
        *_emergencies(facts.changes, shown),
        *_signals(signals(facts.changes, facts.drills)),
        *(block for each, of in assessed for block in _framework(each, of)),
        *_verify(file),
    )


def _first(facts: Facts, assessed: Sequence[tuple[Framework, Sequence[Assessed]]], shown: Shown) -> Iterable[Block]:
    changes = facts.changes
    yield Heading(f"Code written with AI: evidence for {facts.period.words}", 1)
    yield Text(
        f"Every change that came into the main line of one repository, up to the commit {facts.head[:12]}, with what "
        f"was decided about it. {len(changes):,} changes, {sum(c.lines for c in changes):,} lines added."
    )
    wrong = [*doubts(facts), *facts.notes]
    if wrong:
        yield Heading("Read this first")
        for note in wrong:
            yield Text(f"{note[:1].upper()}{note[1:]}.", "warning")
    yield Heading("What is governed")
    yield Rows(("", "of", "share"), tuple(_governed(changes)))
    yield Heading("What is not")
    left = tuple(_left(changes, shown))
    yield Rows(("", "changes", ""), left) if left else Text("Nothing was found that is not.", "good")
    yield Heading("Since when")
    yield Rows(("", "without a break until the end of the period, since"), tuple(_since(changes)))
    yield Heading("Controls")
    words = [STATUS[status] for status in Status]
    rows = [(each.name, *(str(count or "-") for count in summary(of).values())) for each, of in assessed]
    yield Rows(("", *words), tuple(rows))


def _governed(changes: Sequence[Change]) -> Iterable[tuple[str, str, str]]:
    lines = sum(change.lines for change in changes)
    governed = [change for change in changes if change.governed_lines]
    counts = (
        ("lines whose origin is known", lines - sum(c.unknown_lines for c in changes), lines, "lines"),
        ("lines that AI wrote, alone or with a person",
         sum(c.ai_lines + c.mixed_lines for c in changes), lines, "lines"),
        ("changes that the gate judged", sum(c.gate is not None for c in changes), len(changes), "changes"),
        ("changes by AI or of unknown origin that somebody independent approved",
         sum(bool(c.approvals) for c in governed), len(governed), "changes"),
        ("lines by AI or of unknown origin in files that somebody owns", sum(c.owned_lines for c in changes),
         sum(c.governed_lines for c in changes), "lines"),
        ("changes about which nothing is unexplained",
         sum(not c.unexplained for c in changes), len(changes), "changes"),
    )  # fmt: skip
    for what, part, whole, unit in counts:
        yield what, f"{part:,} of {whole:,} {unit}", f"{part / whole:.0%}" if whole else "-"


def _left(changes: Sequence[Change], shown: Shown) -> Iterable[tuple[str, str, str]]:
    reasons = Counter(reason for change in changes for reason in change.unexplained)
    for reason, many in reasons.most_common():
        yield reason, f"{many:,}", _examples([c for c in changes if reason in c.unexplained], shown)
    found = (
        ("pushed straight to the main line", [c for c in changes if c.direct]),
        ("lines of unknown origin", [c for c in changes if c.unknown_lines]),
        ("sources contradict each other on who wrote lines", [c for c in changes if c.conflicting_lines]),
        ("the recorder was off, or has a gap", [c for c in changes if c.completeness in ("off", "gap")]),
        ("its lines could not be read in this clone", [c for c in changes if c.unreadable]),
    )
    for what, of in found:
        if of:
            yield what, f"{len(of):,}", _examples(of, shown)


def _since(changes: Sequence[Change]) -> Iterable[tuple[str, str]]:
    """From when on something holds for every change until the end; changes are newest first."""
    governed = [change for change in changes if change.governed_lines]
    told = (
        ("the gate judged every change", [c.gate is not None for c in changes], changes),
        ("somebody independent approved every change by AI or of unknown origin",
         [bool(c.approvals) for c in governed], governed),
        ("the origin of every line is known", [not c.unknown_lines for c in changes], changes),
        ("the recorder was on for every change by AI or of unknown origin",
         [c.completeness == "on" for c in governed], governed),
    )  # fmt: skip
    for what, held, of in told:
        many = next((at for at, holds in enumerate(held) if not holds), len(held))
        yield what, of[many - 1].at[:10] if many else "not at the end of the period"


def _unexplained(changes: Sequence[Change], shown: Shown) -> Iterable[Block]:
    found = [change for change in changes if change.unexplained]
    yield Heading("What nothing in the ledger explains", 1)
    if not found:
        yield Text("There is no such change.", "good")
        return
    yield Text("The whole list is in unexplained.csv.")
    told = [change for change in found if shown(change)][:MOST]
    rows = tuple((c.id, c.at[:10], c.subject[:80], "; ".join(c.unexplained)) for c in told)
    yield Rows(("change", "on", "what", "why"), rows, len(found) - len(rows))


def _emergencies(changes: Sequence[Change], shown: Shown) -> Iterable[Block]:
    found = [change for change in changes if change.emergency or change.override]
    yield Heading("Emergencies, and verdicts that were set aside")
    if not found:
        yield Text("There is none.", "good")
        return
    rows = tuple(
        (c.id, c.at[:10], c.subject[:80], "reviewed" if c.review_done else f"not reviewed, due {c.review_due or '-'}")
        for c in [change for change in found if shown(change)][:MOST]
    )
    yield Rows(("change", "on", "what", "afterwards"), rows, len(found) - len(rows))


def _signals(measured: Iterable[Measured]) -> Iterable[Block]:
    yield Heading("Signals", 1)
    yield Text("An interval says between what a value would likely lie for other changes made in the same way (95 %).")
    rows = []
    for one in measured:
        reach = f"{one.low:.0%} to {one.high:.0%}" if one.low is not None and one.high is not None else "-"
        rows.append((one.definition.name, value(one), reach, one.definition.meaning, one.definition.limits))
    yield Rows(("signal", "value", "interval", "what it is", "what it cannot show"), tuple(rows))


def value(one: Measured) -> str:
    """A signal's value for people."""
    if one.value is None:
        return "nothing to measure"
    return f"{one.value:,.0f} ms" if one.definition.unit == "ms" else f"{one.value:.1%}"


def _framework(of: Framework, assessed: Iterable[Assessed]) -> Iterable[Block]:
    yield Heading(of.name, 1)
    yield Text(f"{of.source}. {of.limits}")
    rows = []
    for one in assessed:
        since = f", since {one.since[:10]}" if one.since else ""
        counts = "; ".join(_tested(test.found, test.population, test.expects, test.because) for test in one.tested)
        rows.append((one.control.id, one.control.asks, STATUS[one.status] + since, counts, one.control.limits))
    yield Rows(("control", "what it asks", "status", "evidence", "limits"), tuple(rows))


def _tested(found: int, population: int, expects: str, because: str) -> str:
    if because:
        return because
    if expects.startswith("none"):
        return f"{found:,} exceptions in {population:,}"
    return f"{found:,} of {population:,}" if expects.startswith("at least ") and "%" in expects else f"{found:,} found"


def _verify(file: str) -> Iterable[Block]:
    yield Heading("How to check this without trusting anybody", 1)
    yield Text(
        "The pack that this report came in holds every row, the samples that were drawn with your nonce, and proofs to "
        "a signed checkpoint. Verify it with one file and plain Python; take the log's key from whoever keeps the log:"
    )
    yield Text(f"python3 verify_pack.py {file} --vkey KEY --repository CLONE --older CHECKPOINT")
    yield Text(
        "What this cannot show: that a decision was a good one, that a tool which leaves no mark was not used, and "
        "what nobody ever recorded."
    )


def _examples(found: Sequence[Change], shown: Shown, most: int = 3) -> str:
    named = [change.id for change in found if shown(change)][:most]
    left = len(found) - len(named)
    return ", ".join(named) + (f" and {left:,} more" if named and left else f"{left:,} withheld" if left else "")
