"""Keeps what a replay knows between two drains: JSON, written whole or not at all; one that is damaged is begun anew.

What files held is not in it, only under which digest the snapshots have it.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from itertools import groupby
from pathlib import Path
from typing import Any

from answerable.capture import late
from answerable.capture.calls import Call, Calls
from answerable.capture.event import Event, Kind
from answerable.capture.lines.hand import Hand, Text
from answerable.capture.lines.hand import Kind as Whose
from answerable.capture.payload.model import Edit
from answerable.capture.payload.model import Kind as Act
from answerable.capture.recording.snapshots import write
from answerable.capture.replay import Known, Session, Sources, State
from answerable.capture.windows import Window

VERSION = 1


def save(path: Path, state: State, digests: Mapping[bytes, str]) -> bool:
    """Write a state; False where it cannot be.

    Args:
        path: Where.
        state: What is known.
        digests: Under which digest the snapshots have each file's content.
    """
    table = _Hands()
    document = {
        "v": VERSION,
        "person": state.person,
        "last": state.last,
        "taken": list(state.taken.items()),
        "head": state.head,
        "moves": state.moves,
        "committed": state.committed,
        "checked": state.checked,
        "calm": state.calm,
        "gaps": state.gaps[-100:],
        "seen": [list(mark) for mark in state.seen],
        "sessions": {
            name: [one.tool, one.conversation, one.model, one.version] for name, one in state.sessions.items()
        },
        "gone": {str(number): table.number(hand) for number, hand in state.memory.gone.items()},
        "written": {str(number): table.number(hand) for number, hand in state.memory.written.items()},
        "typed": {str(number): table.number(hand) for number, hand in state.memory.typed.items()},
        "files": {_text(name): _file(known, digests.get(name), table) for name, known in state.files.items()},
        "windows": [_window(window, table) for window in state.windows.all],
        "hands": table.rows,
        "calls": list(
            map(_call, state.calls.needed({trace for _, _, trace, *_ in table.rows} | late.traces(state.late)))
        ),
        "late": state.late,
        "transcripts": state.transcripts,
        "off": state.off,
        "lost_read": state.lost_read,
        "committed_at": state.committed_at,
        "committed_to": state.committed_to,
    }
    return write(bytes(path), json.dumps(document, separators=(",", ":")).encode())


def load(path: Path, sources: Sources) -> State | None:
    """Read a state; None where there is none that can be read."""
    try:
        given = json.loads(path.read_bytes())
        return _state(given, sources) if given["v"] == VERSION else None
    except (OSError, ValueError, KeyError, TypeError, IndexError, AttributeError, RecursionError):
        return None


def _state(given: Mapping[str, Any], sources: Sources) -> State:
    hands = [
        Hand(kind=Whose(kind), session=session, trace=trace, person=person, rule=rule)
        for kind, session, trace, person, rule in given["hands"]
    ]
    state = State(person=str(given["person"]), last=int(given["last"]), head=given["head"], calm=given["calm"])
    state.moves = int(given["moves"])
    state.committed = int(given["committed"])
    state.checked = int(given.get("checked", 0))
    state.gaps = [(int(first), int(last)) for first, last in given["gaps"]]
    state.seen = {tuple(map(str, mark)): 0 for mark in given["seen"]}
    state.taken = {int(number): int(at) for number, at in given["taken"]}
    for name, (tool, conversation, model, version) in given["sessions"].items():
        state.sessions[name] = Session(tool=tool, conversation=conversation, model=model, version=version)
    state.memory.gone = {int(number): hands[at] for number, at in given["gone"].items()}
    state.memory.written = {int(number): hands[at] for number, at in given["written"].items()}
    state.memory.typed = {int(number): hands[at] for number, at in given.get("typed", {}).items()}
    for name, row in given["files"].items():
        known = _known(row, hands, sources)
        if known:
            state.files[_bytes(name)] = known
    state.windows.all = [_opened(row, hands) for row in given["windows"]]
    state.calls = Calls(map(_called, given.get("calls", ())))
    state.late = late.read(given.get("late", {}))
    state.transcripts = {str(name): str(path) for name, path in given.get("transcripts", {}).items()}
    state.lost_read = int(given.get("lost_read", 0))
    state.off = [[int(first), int(last)] for first, last in given.get("off", ())]
    state.committed_at = int(given.get("committed_at", 0))
    state.committed_to = {str(name): int(end) for name, end in given.get("committed_to", {}).items()}
    return state


class _Hands:
    """Numbers hands, so that each is written once."""

    def __init__(self) -> None:
        self.rows: list[list[str | None]] = []
        self._numbers: dict[Hand, int] = {}

    def number(self, hand: Hand | None) -> int:
        if hand is None:
            return -1
        if hand not in self._numbers:
            self._numbers[hand] = len(self.rows)
            self.rows.append([str(hand.kind), hand.session, hand.trace, hand.person, hand.rule])
        return self._numbers[hand]


def _file(known: Known, digest: str | None, table: _Hands) -> list[Any]:
    runs = [[number, len(list(run))] for number, run in groupby(map(table.number, known.text.hands))]
    there = known.content is not None
    return [there, digest, runs, known.seq, known.at, known.head, known.doing, known.lost]


def _known(row: list[Any], hands: list[Hand], sources: Sources) -> Known | None:
    """A file; None where its snapshot is lost, so that the next look at it is a first one."""
    there, digest, runs, seq, at, head, doing, lost = row
    content = sources.content(digest) if digest else None
    if there and content is None:
        return None
    lines = Text.of(content or b"").lines
    whose = tuple(hands[number] if number >= 0 else None for number, many in runs for _ in range(many))
    if len(whose) != len(lines):
        return None
    return Known(text=Text(lines, whose), content=content, seq=seq, at=at, head=head, doing=doing, lost=lost)


def _window(window: Window, table: _Hands) -> dict[str, Any]:
    event = window.event
    return {
        "seq": event.seq, "at": event.at, "act": str(event.act), "agent": event.agent, "session": event.session,
        "call": event.call, "digest": event.digest, "tool": event.tool, "command": event.command[:4096],
        "background": event.background,
        "said": {_text(path): list(map(list, edits)) for path, edits in event.said.items()} if window.open else {},
        "hand": table.number(window.hand), "start": window.start, "end": window.end, "until": window.until,
        "died": window.died, "applied": sorted(map(_text, window.applied)),
        "only": None if window.only is None else sorted(map(_text, window.only)),
    }  # fmt: skip


def _opened(row: Mapping[str, Any], hands: list[Hand]) -> Window:
    event = Event(
        seq=row["seq"], at=row["at"], kind=Kind.BEFORE, act=Act(row["act"]), agent=row["agent"], session=row["session"],
        call=row["call"], digest=row.get("digest"), tool=row["tool"], command=row["command"],
        background=row["background"],
        said={_bytes(path): tuple(Edit(*edit) for edit in edits) for path, edits in row["said"].items()},
    )  # fmt: skip
    only = None if row.get("only") is None else frozenset(map(_bytes, row["only"]))
    applied = set(map(_bytes, row["applied"]))
    hand = hands[row["hand"]]
    return Window(event, hand, row["start"], row["end"], row["until"], row["died"], only, applied)


def _call(call: Call) -> list[Any]:
    return [
        call.trace, call.agent, call.session, call.call, call.digest, str(call.act), call.permission, call.head,
        call.at,
    ]  # fmt: skip


def _called(row: list[Any]) -> Call:
    trace, agent, session, call, digest, act, permission, head, at = row
    return Call(
        trace=trace, agent=agent, session=session, call=call, digest=digest, act=Act(act), permission=permission,
        head=head, at=int(at),
    )  # fmt: skip


def _text(path: bytes) -> str:
    return path.decode("utf-8", "surrogateescape")


def _bytes(path: str) -> bytes:
    return path.encode("utf-8", "surrogateescape")
