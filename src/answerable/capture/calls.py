"""Remembers agents' calls by the trace that their lines bear, so that it can be said later how each was let through."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from answerable.capture.event import Event, Kind
from answerable.capture.payload.model import Kind as Act

MOST = 20_000
KEPT = 1_000  # of which no line is known: the newest


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """One use of a tool by an agent, as its hook told it."""

    trace: str
    agent: str
    session: str | None
    call: str | None
    digest: str | None  # of what the tool was given
    act: Act
    permission: str | None  # the mode that the agent ran in
    head: str | None  # the commit that HEAD was at
    at: int  # ns since 1970


class Calls:
    """The calls of one work tree, the oldest first."""

    def __init__(self, known: Iterable[Call] = ()) -> None:
        self._known = {call.trace: call for call in known}

    def take(self, event: Event, trace: str) -> None:
        """Take in an event and its trace.

        Lines bear the trace of the hook before a call, or of the one after it where none was seen before: both are
        kept.
        """
        if event.kind not in (Kind.BEFORE, Kind.AFTER, Kind.FAILED) or event.act is Act.READ:
            return
        self._known[trace] = Call(
            trace=trace, agent=event.agent, session=event.session, call=event.call, digest=event.digest,
            act=event.act, permission=event.permission, head=event.head, at=event.at,
        )  # fmt: skip
        if len(self._known) > MOST:
            del self._known[next(iter(self._known))]

    def of(self, trace: str | None) -> Call | None:
        """The call of a trace; None where nothing is known of it any more."""
        return self._known.get(trace) if trace else None

    def needed(self, traces: set[str | None]) -> list[Call]:
        """Those that some line bears the trace of, and the newest."""
        newest = set(list(self._known)[-KEPT:])
        return [call for trace, call in self._known.items() if trace in traces or trace in newest]
