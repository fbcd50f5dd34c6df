"""The page of the audit: what can be asked, every signal, every control, every file of a pack; and its documents."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from answerable.audit.ask.parse import PEOPLE, parse
from answerable.audit.ask.run import SHOWN
from answerable.audit.ask.saved import PATH, Saved, shipped
from answerable.audit.attestation import LEVELS
from answerable.audit.facts import judged
from answerable.audit.facts.change import Change
from answerable.audit.facts.decided import Decided, Standing
from answerable.audit.facts.facts import Facts
from answerable.audit.framework import read as frameworks
from answerable.audit.framework.model import Assessed, Control, Expects, Framework, Status, Test, Tested
from answerable.audit.framework.read import CONTROL_KEYS, FRAMEWORK_KEYS, OWN, TEST_KEYS, framework
from answerable.audit.pack.assemble import Asked, assemble
from answerable.audit.period import period
from answerable.audit.signal.definitions import DEFINITIONS, REHEARSED
from answerable.audit.signal.groups import BY, Group, signals
from answerable.audit.table import Table, columns_of
from answerable.audit.tables import COLUMNS
from answerable.cli.audit import ask_, controls_, pack_, signals_, verify_
from answerable.ledger.trust import Trust
from answerable.policy.artifact.history import History

Rows = Callable[[Sequence[str], list[tuple[str, ...]]], str]
N = "NAME"


def sections(words: Mapping[str, Any], rows: Rows) -> list[str]:
    """The sections of the page.

    Args:
        words: What the code cannot say.
        rows: Writes a table.
    """
    intro = words["intro"]
    saved = rows(("name", "what people say", "question"), list(_saved()))
    measured = rows(("signal", "what it measures", "formula", "what it cannot show"), list(_signals()))
    reasons = rows(("reason",), [(text,) for text in _reasons()])
    held = rows(("file", "what it holds"), [(f"`{name}`", text) for name, text in words["pack"].items()])
    levels = rows(("level", "a revision has it where"), [(f"`{name}`", text) for name, (text, _) in LEVELS.items()])
    return [
        f"## Periods\n\n{intro['audit-periods']}",
        f"## Questions\n\n{intro['audit-questions']}",
        *(_table(name, rows) for name in COLUMNS),
        f"### Saved questions\n\n{intro['audit-saved']}\n{saved}",
        f"## Signals\n\n{intro['audit-signals']}\n{measured}",
        f"## Controls\n\n{intro['audit-controls']}\n{rows(('key', 'meaning'), list(_keys(words)))}",
        *(_framework(name, rows) for name in frameworks.shipped()),
        f"## What is unexplained\n\n{intro['audit-unexplained']}\n{reasons}",
        f"## Evidence packs\n\n{intro['audit-packs']}\n{held}",
        f"## Verification summaries\n\n{intro['audit-levels']}\n{levels}",
    ]


def _table(name: str, rows: Rows) -> str:
    shown = ", ".join(f"`{column}`" for column in SHOWN[name])
    cells: list[tuple[str, ...]] = [
        (f"`{column.name}`", column.type + (", people" if column.name in PEOPLE else ""), f"{column.meaning}.")
        for column in COLUMNS[name].values()
    ]
    return (
        f"### `{name}`\n\nShown where a question does not say: {shown}.\n\n{rows(('column', 'type', 'meaning'), cells)}"
    )


def _saved() -> Iterator[tuple[str, ...]]:
    for one in shipped():
        yield f"`{one.name}`", f"{one.says}?", f"`{one.ask}`"


def _signals() -> Iterator[tuple[str, ...]]:
    for one in (*DEFINITIONS, *REHEARSED):
        yield f"`{one.name}`", f"{one.meaning}.", f"{one.formula}.", f"{one.limits}."


def _keys(words: Mapping[str, Any]) -> Iterator[tuple[str, ...]]:
    for above, keys in (("", FRAMEWORK_KEYS), ("controls[].", CONTROL_KEYS), ("controls[].tests[].", TEST_KEYS)):
        for key in keys:
            yield f"`{above}{key}`", words["framework"][f"{above}{key}"]


def _framework(name: str, rows: Rows) -> str:
    found = framework(name)
    cells: list[tuple[str, ...]] = [
        (one.id, one.asks, "; ".join(f"{_expects(test)}: `{test.question.text}`" for test in one.tests), one.limits)
        for one in found.controls
    ]
    head = ("control", "what it asks", "test", "what it does not show")
    return f"### `{found.id}`: {found.name}\n\n{found.source}. {found.limits}\n\n{rows(head, cells)}"


def _expects(test: Test) -> str:
    if test.expects is Expects.SHARE:
        return f"at least {test.share:.0%}"
    return "none" if test.expects is Expects.NONE else "at least one"


def _reasons() -> list[str]:
    return [judged.NO_VERDICT, judged.PART_ONLY, judged.OWN_LINES, judged.NOT_PASSED, judged.NOT_REVIEWED]


def audit_documents() -> dict[str, list[dict[str, Any]]]:
    """Documents of the commands of `answerable audit`, by the command."""
    change = Change(
        commit=N, id=N, at="2026-01-01T00:00:00Z", lines=1, ai_lines=1, grades={N: 1}, layers={N: 1}, tools=(N,)
    )
    facts = Facts(
        head=N, period=period("2026", "2026"), changes=(change, replace(change, approvals=(N,))), deployments=(),
        ledger=Standing(), layers=(N,), notes=(N,),
    )  # fmt: skip
    question = parse("changes", COLUMNS)
    columns = columns_of(Change)
    answer = Table(N, columns, ({column.name: getattr(change, column.name) for column in columns},))
    answered = ask_.document(question, answer, 1)
    answered["rows"] = [{N: N}]
    whole = signals(facts.changes)
    group = Group(N, 1, whole)
    measured = signals_.document(facts, whole[:1], (group,), (group,), 1)
    test = Test(question=question, expects=Expects.NONE)
    control = Control(id=N, title=N, asks=N, tests=(test,), limits=N)
    of = Framework(id=N, name=N, source=N, controls=(control,), limits=N)
    tested = Tested(question=N, expects=N, status=Status.MET, population=1, found=0, examples=(N,), since=N)
    assessed = [
        Assessed(control=control, status=Status.MET, since=since, tested=(replace(tested, since=since),))
        for since in (N, None)
    ]
    packed = pack_.document(N, 1, facts, {N: dict.fromkeys((status.value for status in Status), 0)}, 1)
    saved = Saved(name=N, says=N, ask=f"changes where layer = {{{N.lower()}}}")
    return {
        "audit ask": [answered],
        "audit ask --list": [ask_.questions_document([saved])],
        "audit ask --columns": [{**ask_.columns_document(), "tables": {N: [_column()]}}],
        "audit signals": [{**measured, "signals": {N: next(iter(measured["signals"].values()))},
                           "groups": [_one(row) for row in measured["groups"]],
                           "trend": [_one(row) for row in measured["trend"]]}],
        "audit controls": [controls_.document(facts, [(of, assessed)], 1)],
        "audit controls --list": [controls_.list_document([of])],
        "audit pack": [packed],
        "audit verify": [verify_.document([N], [N], [N], [N])],
    }  # fmt: skip


def manifests() -> list[dict[str, Any]]:
    """The manifest of a pack: of a whole one, and of one that withholds rows."""
    facts = Facts(
        head=N, period=period("2026", "2026"), changes=(Change(commit=N, id=N, at="2026-01-01T00:00:00Z"),),
        deployments=(), ledger=Standing(origin=N), policy=N, notes=(N,),
    )  # fmt: skip
    decided = Decided(History((), Trust()), facts.ledger)
    made = [
        assemble(facts, decided, None, Asked(frameworks=(), nonce=N, shown=shown, why=N))
        for shown in (None, lambda _row: True)
    ]
    return [{**(found := json.loads(one.manifest)), "files": found["files"][:1]} for one in made]


def _one(group: Mapping[str, Any]) -> dict[str, Any]:
    return {**group, "signals": {N: next(iter(group["signals"].values()))}}


def _column() -> dict[str, str]:
    return {"name": N, "type": "text", "meaning": N}


PLACES = {PATH: "questions", f"{OWN}/": "frameworks"}
"""Files of a repository that the audit reads."""
GROUPS = tuple(BY)
