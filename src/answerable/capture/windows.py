"""Knows which calls of agents were under way when: only what happens while none is can be a person's doing."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from answerable.capture.event import Event, Kind
from answerable.capture.lines.hand import Hand, agent
from answerable.capture.payload.model import Edit
from answerable.capture.payload.model import Kind as Act
from answerable.capture.shell import says_that_it_writes
from answerable.capture.spoken import speaks

NAMED = 60 * 10**9  # ns that a command may take that says that it writes a file: longer, and a person may have typed
_OPEN = 2**62
_FORGOTTEN = 3600 * 10**9  # ns: an agent that says nothing for so long has died
_KEPT = 512


@dataclass(slots=True)
class Window:
    """One call of an agent, from the hook before it to the hook after it."""

    event: Event
    hand: Hand
    start: int  # the number of the event that began it
    end: int = _OPEN  # the number of the event that ended it
    until: int = 0  # when, in ns
    died: bool = False  # no hook after it was seen
    only: frozenset[bytes] | None = None  # the paths that it may have changed, where it changed no other
    applied: set[bytes] = field(default_factory=set)  # paths whose edits are done

    def said(self, path: bytes) -> Sequence[Edit]:
        """What its payload says of a path."""
        return self.event.said.get(path, ())

    @property
    def open(self) -> bool:
        """True where nothing has ended it."""
        return self.end == _OPEN

    def covers(self, path: bytes) -> bool:
        """Whether it may have changed a path."""
        return self.only is None or path in self.only

    def wrote(self, path: bytes) -> str | None:
        """Why a change of a file that no payload tells may not be its own, as a rule's name; None where it is."""
        if self.event.act not in (Act.SHELL, Act.EDIT, Act.WRITE):
            return "other-tool"
        if self.died or self.event.background:
            return "died" if self.died else "background"
        if self.event.act is Act.SHELL and not says_that_it_writes(self.event.command, path.decode("utf-8", "replace")):
            return "unnamed"
        return None if 0 <= self.until - self.event.at <= NAMED else "long"


class Windows:
    """The windows of one work tree."""

    def __init__(self) -> None:
        self.all: list[Window] = []
        """In the order in which they began to be known."""

    def take(self, event: Event, session: str, trace: str) -> Window | None:
        """Open the window that an event opens, or end those that it ends; the window of a call that has ended."""
        self._forget(event)
        if event.kind is Kind.BEFORE and event.act is not Act.READ:
            self.all.append(Window(event, agent(session, trace), event.seq, only=_only(event)))
        elif event.kind in (Kind.AFTER, Kind.FAILED) and event.act is not Act.READ:
            return self._end(event, session, trace)
        elif event.kind is Kind.TURN:
            for window in self._open():
                if window.event.key[:2] == event.key[:2]:
                    window.end, window.until, window.died = event.seq, event.at, True
        return None

    def over(self, since: int, until: int, path: bytes) -> list[Window]:
        """The windows that were open at any moment after one event and before another, and may have changed a path."""
        return [window for window in self.all if window.start < until and window.end > since and window.covers(path)]

    def ended_by(self, event: Event) -> bool:
        """Whether an event ends a call that is known to have begun."""
        return event.kind in (Kind.AFTER, Kind.FAILED) and any(one.event.key == event.key for one in self._open())

    def _end(self, event: Event, session: str, trace: str) -> Window:
        mine = [window for window in self._open() if window.event.key == event.key]
        within = [] if mine or event.call else [window for window in self._open() if _is_within(event, window)]
        if within:  # it tells of one file, and does not say of which call: that goes on
            return within[-1]
        if not mine:  # the hook before it was not seen: it may have begun at any time
            window = Window(event, agent(session, trace), 0, died=True, only=_only(event))
            self.all.append(window)
        else:
            window = mine[-1]
        window.end, window.until = event.seq, event.at
        return window

    def _open(self) -> Iterator[Window]:
        return (window for window in self.all if window.open)

    def _forget(self, event: Event) -> None:
        for window in self._open():
            if abs(event.at - window.event.at) > _FORGOTTEN:
                window.end, window.until, window.died = event.seq, event.at, True
        if len(self.all) > 2 * _KEPT:
            done = [window for window in self.all if not window.open]
            gone = set(map(id, done[:-_KEPT]))
            self.all = [window for window in self.all if id(window) not in gone]


def _only(event: Event) -> frozenset[bytes] | None:
    """The paths that a call may change: an editor that says what it does to its files changes no other."""
    if event.act not in (Act.EDIT, Act.WRITE) or not all(map(speaks, event.said.values())):
        return None
    if any(seen.skipped == "link" for seen in event.paths):
        return None  # what that leads to is another file
    return frozenset(event.said) or None


def _is_within(event: Event, window: Window) -> bool:
    same = event.key[:2] == window.event.key[:2] and window.event.act in (Act.EDIT, Act.WRITE)
    return same and bool(event.said) and event.said.keys() <= window.event.said.keys()
