"""What the facts of a period make of a control: computed from rows that can be shown, never from anybody's word.

Where none is expected, a control is met if the population is there and no row of it is an exception; partly, if some
are; not, if all are. A population without rows makes a control not applicable, which is said, and is not the same as
met. What needs a ledger cannot be shown without one.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from answerable.audit.ask.question import Question
from answerable.audit.ask.run import selected
from answerable.audit.facts.facts import Facts
from answerable.audit.framework.model import Assessed, Control, Expects, Framework, Status, Test, Tested
from answerable.audit.tables import Tables

MOST = 20  # examples
_WORST = tuple(Status)
_MISSING = {
    "ledger": "there is no ledger, so nothing that was decided can be shown",
    "deployments": "no deployment is in the ledger",
}


def assess(framework: Framework, facts: Facts, tables: Tables) -> tuple[Assessed, ...]:
    """Every control of a framework, in its order."""
    return tuple(_control(control, facts, tables) for control in framework.controls)


def _control(control: Control, facts: Facts, tables: Tables) -> Assessed:
    tested = tuple(_test(test, facts, tables) for test in control.tests)
    applying = [one for one in tested if one.status is not Status.NOT_APPLICABLE] or list(tested)
    status = min((one.status for one in applying), key=_WORST.index, default=Status.CANNOT_BE_SHOWN)
    if status is Status.NOT_MET and any(one.status in (Status.MET, Status.PARTLY) for one in applying):
        status = Status.PARTLY
    since = [one.since for one in applying if one.since]
    holds = status is Status.MET and len(since) == len(applying)
    return Assessed(control=control, status=status, since=max(since) if holds else None, tested=tested)


def _test(test: Test, facts: Facts, tables: Tables) -> Tested:
    table = tables.of(test.question.table, ever=test.ever)
    missing = _missing(test, facts)
    found = () if missing else selected(test.question, table)
    every: Sequence[Mapping[str, Any]] = found
    if not missing and test.expects is not Expects.SOME:
        every = selected(test.of, tables.of(test.of.table)) if test.of else table.rows
    status, since, because = _status(test, found, every, facts)
    return Tested(
        question=test.question.text,
        expects=_words(test),
        status=Status.CANNOT_BE_SHOWN if missing else status,
        population=len(every),
        found=len(found),
        examples=tuple(_name(row) for row in found[:MOST]),
        since=None if missing else since,
        because=_MISSING[missing] if missing else because,
    )


def _status(
    test: Test, found: Sequence[Mapping[str, Any]], every: Sequence[Mapping[str, Any]], facts: Facts
) -> tuple[Status, str | None, str]:
    if test.expects is Expects.SOME:
        first = min((row["at"] for row in found), default=None)
        return (Status.MET, first, "") if found else (Status.NOT_MET, None, "")
    if not every:
        return Status.NOT_APPLICABLE, None, "nothing of that kind happened in the period"
    if test.expects is Expects.NONE:
        last = max((row["at"] for row in found), default=None)
        begun = last or min(row["at"] for row in every)
        share = len(found) / len(every)
        return (Status.MET if not found else Status.NOT_MET if share >= 1 else Status.PARTLY), begun, ""
    share = len(found) / len(every)
    begun = facts.period.start.strftime("%Y-%m-%dT%H:%M:%SZ")
    return (Status.MET if share >= test.share else Status.PARTLY if found else Status.NOT_MET), begun, ""


def _missing(test: Test, facts: Facts) -> str:
    if test.needs and not facts.ledger.size:
        return "ledger"
    return "deployments" if test.needs == "deployments" and not facts.deployments else ""


def _words(test: Test) -> str:
    if test.expects is Expects.SHARE:
        return f"at least {test.share:.0%}{_of(test.of)}"
    return f"none{_of(test.of)}" if test.expects is Expects.NONE else "at least one"


def _of(population: Question | None) -> str:
    return f" of {population.text}" if population else ""


def _name(row: Mapping[str, Any]) -> str:
    if "id" in row:
        return str(row["id"])
    return f"entry {row['entry']}"


def summary(assessed: Iterable[Assessed]) -> dict[str, int]:
    """How many controls there are of each status."""
    counts = dict.fromkeys((status.value for status in Status), 0)
    for one in assessed:
        counts[one.status.value] += 1
    return counts
