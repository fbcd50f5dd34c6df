"""The document of `answerable carry`."""

from __future__ import annotations

from typing import Any

from answerable.capture.carry.explicit import Into
from answerable.capture.carry.record import Carried, Dropped, Row
from answerable.capture.carry.record import Kept as KeptLines
from answerable.capture.carry.source import Rule
from answerable.capture.lines.hand import unknown
from answerable.cli.carry.keep import Kept
from answerable.cli.carry.outcome import Outcome, document
from answerable.domain.commit import Commit, Person


def carry_documents() -> dict[str, list[dict[str, Any]]]:
    """Documents of `answerable carry`, by the command."""
    who = Person(name="NAME", email="NAME")
    commit = Commit(
        sha="NAME", parents=(), author=who, authored_at="NAME", committer=who, committed_at="NAME", message="NAME"
    )
    row = Row(
        old="NAME",
        new="NAME",
        rule=Rule.GIVEN,
        kept=(KeptLines(b"NAME", 1, 1, b"OLD", 1),),
        dropped=(Dropped(b"NAME", 1, 1, "NAME"),),
    )
    carried = Carried(told={b"NAME": (((1, 1), unknown("NAME")),)}, rows=(row, row))
    into = [
        Into(commit=commit, carried=carried, note=b"", noted=False),
        Into(commit=commit, carried=Carried(told={}), note=None, noted=True),
    ]
    kept = Kept(frozenset({"NAME"}), {"NAME": "NAME"}, 1)
    return {"carry": [document(Outcome(into, kept, False), 1), document(Outcome(into, None, True), 1)]}
