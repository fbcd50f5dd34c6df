"""The documents of `answerable owners check` and `owners drill`: with every field filled, and with every one empty."""

from __future__ import annotations

from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

from answerable.cli.owners import check_document
from answerable.domain.answer import Question
from answerable.domain.fault import Position
from answerable.domain.owner import Owner
from answerable.domain.verdict import Severity
from answerable.incident.drill import drill, webhook
from answerable.incident.drill.draw import Drawn
from answerable.incident.drill.walk import Station, Walked
from answerable.ownership.check.cover import Covered, Gap
from answerable.ownership.check.finding import MEANINGS, Finding, Kind
from answerable.ownership.check.run import Checked
from answerable.ownership.coverage import Coverage, Share
from answerable.ownership.model import Member, Owners, Service
from answerable.ownership.resolved import Call, Resolved

_AT = datetime(2026, 1, 1, tzinfo=UTC)
_NAME = "NAME"


def check_documents() -> dict[str, list[dict[str, Any]]]:
    """Documents of the commands, by the command."""
    return {"owners check": _checks(), "owners drill": _drills()}


def call_documents() -> list[dict[str, Any]]:
    """What a drill sends."""
    ada = Member(id=_NAME, name=_NAME, contact=_NAME, pagerduty=_NAME, forge=(_NAME,))
    some = (Call(after=0, target=_NAME, people=(ada, Member(id=_NAME, name=_NAME)), contact=_NAME, covers=_NAME),)
    about = dict.fromkeys(("path", "commit", "layer", "service"), _NAME) | {"line": 1}
    bare = {**about, **dict.fromkeys(("commit", "layer", "service"))}
    none = (Call(after=0, target=_NAME, people=()),)
    return [
        webhook.call_document(_NAME, 1, some, about),
        webhook.call_document(_NAME, 1, none, bare),
        webhook.ask_document(_NAME),
    ]


def kinds() -> list[tuple[str, ...]]:
    """Every kind of finding, and what it means."""
    return [(f"`{kind.value}`", f"{MEANINGS[kind]}.") for kind in Kind]


def _checks() -> list[dict[str, Any]]:
    gap = Gap(start=_AT, end=_AT, opens=_NAME, closes=_NAME, times=1, seconds=1)
    found = Finding(
        kind=Kind.UNCOVERED, severity=Severity.ERROR, file=_NAME, position=Position(1, 1), about=_NAME, what=_NAME,
        remedy=_NAME, hours=(gap,),
    )  # fmt: skip
    year = Covered(start=_AT, end=_AT, seconds=1, by_region=((_NAME, 1),))
    full = Checked(findings=(found,), years={_NAME: year}, files=1, orphans=0)
    share, none = Share(lines=1, owned=1), Share()
    some = Coverage(weighed=share, ai=none, every=share, by_layer=((_NAME, share), (_NAME, none)))
    null = Coverage(weighed=none, ai=share, every=none, by_layer=())
    there = SimpleNamespace(owners=Owners(source=_NAME, digest=_NAME), commit=_NAME, codeowners=(_NAME, None))
    bare = SimpleNamespace(owners=None, commit=None, codeowners=("", None))
    rows = ((there, some, (_NAME,)), (there, null, ()), (bare, None, ()))
    return [check_document.document(full, each, registry, _AT, notes, 1) for registry, each, notes in rows]  # type: ignore[arg-type]


def _drills() -> list[dict[str, Any]]:
    ada = Member(id=_NAME, name=_NAME)
    calls = (Call(after=0, target=_NAME, people=(ada,), covers=_NAME), Call(after=0, target=_NAME, people=()))
    station = Station(after=0, calls=calls, called=True, waited_ms=1, told=(_NAME,))
    question = Question(id="ai", answer=_NAME, gap=_NAME)
    resolved = Resolved(
        path=b"NAME", owner=Owner(teams=(_NAME,)), service=Service(id=_NAME, name=_NAME, owner=_NAME), gaps=(_NAME,)
    )
    drawn = Drawn(path=b"NAME", line=1, origin="ai", layer=_NAME, population=1, note=_NAME)
    full = drill.Rehearsed(
        id=_NAME, seed=1, at=_AT, head=_NAME, drawn=drawn, commit=_NAME, questions=(question,), resolved=resolved,
        questions_ms=1,
    )  # fmt: skip
    bare = drill.Rehearsed(
        id=_NAME, seed=1, at=_AT, head=_NAME, commit=None, questions=(Question(id="ai", answer=None),), questions_ms=1,
        drawn=Drawn(path=b"NAME", line=1, origin="ai", layer=None, population=1),
        resolved=Resolved(path=b"NAME", owner=None),
    )  # fmt: skip
    walked = Walked(stations=(station,), by=ada, step=1, elapsed_ms=1)
    record = {"decision_id": _NAME, "index": 1, "by": _NAME, "at": _NAME}
    made = drill.Drill(rehearsed=full, walked=walked, via=_NAME, elapsed_ms=1)
    dry = drill.Drill(rehearsed=bare, walked=Walked(stations=()), via=None, elapsed_ms=1)
    return [drill.document(made, record, (_NAME,)), drill.document(dry)]
