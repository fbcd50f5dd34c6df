"""Turns what hooks spooled into notes on commits. One at a time; killed at any point, the next begins where it stood.

Events are taken in their order, and the commits that HEAD came to among them: a commit was made after the last event
that had not seen it. Notes are written first, then what is known, and only then are events and snapshots removed, so
nothing is lost, and what is done twice comes out the same.
"""

from __future__ import annotations

import fcntl
import os
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path

from answerable.capture import off, reflog, saved
from answerable.capture.assisting import forget
from answerable.capture.carry.copied import Copied
from answerable.capture.commit import Told
from answerable.capture.completeness import Completeness
from answerable.capture.deciding import Deciding
from answerable.capture.event import Damaged, Event, read
from answerable.capture.keeping import Keeping
from answerable.capture.lost import since as lost_since
from answerable.capture.note import write as note_of
from answerable.capture.recording import pending
from answerable.capture.recording.place import Place, find
from answerable.capture.recording.spool import counted, journal
from answerable.capture.reflog import Move
from answerable.capture.replay import Replay, State, session_id, trace_of
from answerable.capture.sources import GitSources
from answerable.capture.transcript import model_in
from answerable.capture.walk import Walk
from answerable.errors import LedgerUnwritable
from answerable.git.identity import identity
from answerable.git.notes import Notes
from answerable.git.record import annotate
from answerable.git.repository import Repository
from answerable.provenance.bound import NOTES

_PATIENCE = 60  # seconds
_LOOKS = 20  # at what waits, while HEAD moves on


@dataclass(slots=True, kw_only=True)
class Drained:
    """What a drain did: events taken, those that could not be taken, and who wrote each commit's lines."""

    events: int = 0
    damaged: int = 0
    commits: dict[str, dict[bytes, Told]] = field(default_factory=dict)
    complete: dict[str, Completeness] = field(default_factory=dict)
    noted: int = 0
    signed: int = 0


def drain(repository: Repository) -> Drained:
    """Take all that is spooled in a work tree.

    Args:
        repository: The work tree's.

    Raises:
        GitFailed: notes could not be written; all that was spooled is still there.
    """
    place = None if repository.bare else find(os.fsencode(repository.root.resolve()))
    folder = Path(os.fsdecode(place.folder)) if place else None
    if place is None or folder is None or not folder.is_dir():
        return Drained()
    with _alone(folder):
        return _Drain(repository, place).run() if pending.waits(place) else Drained()


class _Drain:
    def __init__(self, repository: Repository, place: Place) -> None:
        self._repository = repository
        self._place = place
        self._folder = folder = Path(os.fsdecode(place.folder))
        self._stamp = b""
        self._person = _person(repository)
        self._sources = sources = GitSources(repository, folder / "snapshots")
        state = saved.load(folder / "state.json", sources.all)
        self._new = state is None
        self._state = state or State(person=self._person)
        self._state.person = self._person
        off.looked(repository.common_dir, self._state.off, time.time_ns())
        self._replay = Replay(self._state, sources.all)
        self._walk = Walk(repository, self._replay, sources, folder)
        self._done = Drained()

    def run(self) -> Drained:
        counted_to, moves, events = self._waiting()
        if self._new:
            self._state.last = events[0].seq - 1 if events else counted_to
        self._walk.begin(events, moves, new=self._new)
        lost, self._state.lost_read = lost_since(self._folder, self._state.lost_read)
        for event in events:
            due, lost = [at for at in lost if at <= event.at], [at for at in lost if at > event.at]
            self._lost(due)
            seen = self._walk.up_to(event)
            self._lost(due)
            self._feed(seen)
            self._walk.after(event)
        self._lost(lost)
        self._replay.missed(counted_to)
        self._walk.end()
        self._lost(lost)
        self._write()
        keeping = Keeping(self._repository, self._place, self._state)
        keeping.calm()
        if keeping.keep():
            keeping.clear(events)
            forget(self._place, self._state, partial(self._sources.base, self._state.head))
            pending.mark(self._place, self._stamp)
        return self._done

    def _waiting(self) -> tuple[int, list[Move], list[Event]]:
        """What waits at one moment: up to which number, where HEAD went, the events; the rest is for the next drain.

        A commit that is made while the spool is listed is not taken without the events before it.
        """
        for _ in range(_LOOKS):
            self._stamp = pending.stamp(self._place)
            counted_to = counted(self._place.folder)
            moves, events = reflog.read(self._repository.git_dir), list(self._events())
            if pending.stamp(self._place) == self._stamp:
                break
        return counted_to, moves, events

    def _lost(self, moments: Sequence[int]) -> None:
        """Events were lost about now: before or after the commits that are taken, and so at both."""
        if moments:
            self._replay.lost()

    def _events(self) -> Iterator[Event]:
        root = os.fsencode(self._repository.root.resolve())
        spool = self._folder / "spool"
        names = sorted(spool.glob("*.json")) if spool.is_dir() else []
        for path in names:
            try:
                yield read(path.read_bytes(), root)
            except Exception as error:  # one event that cannot be read must not keep all others from being taken
                self._fault(path.name, error)
                path.unlink(missing_ok=True)

    def _feed(self, event: Event) -> None:
        """Take an event, with its model where only the transcript tells it."""
        if event.model is None and event.transcript and event.session:
            event = replace(event, model=model_in(event.transcript))
        self._state.calls.take(event, trace_of(event))
        if event.transcript and event.session:
            self._state.transcripts[session_id(event.agent, event.session)] = event.transcript
        try:
            self._replay.feed(event)
        except Exception as error:  # nor one that cannot be understood; what it was about is nobody's
            self._fault(f"event {event.seq}", error)
            self._replay.lost()
        self._done.events += 1

    def _fault(self, what: str, error: Exception) -> None:
        kind = "" if isinstance(error, Damaged) else f"{type(error).__name__}: "
        self._done.damaged += 1
        journal(os.fsencode(self._folder), f"{what}: {kind}{error}")

    def _write(self) -> None:
        made, done = self._walk.made, self._done
        done.commits = {sha: one.told for sha, one in made.items()}
        done.complete = {sha: one.complete for sha, one in made.items()}
        notes: dict[str, bytes] = {}
        if not (self._repository.common_dir / "ai").is_dir():  # where git-ai is at work, the notes are its own
            there = Notes(self._repository.git, self._repository.objects, NOTES)
            copied = Copied(there, {sha: one.brought.sources for sha, one in made.items()})
            for sha, one in made.items():
                note = note_of(sha, one.told, self._state.sessions, self._person, empty=copied.stands(sha))
                notes |= {sha: note} if note is not None else {}
            done.noted = annotate(self._repository, NOTES, notes, over=copied.is_one) if notes else 0
        done.signed = Deciding(self._repository, self._folder, self._state).sign(made, notes)


def _person(repository: Repository) -> str:
    who = identity(repository)
    return f"{who.name or 'unknown'} <{who.email or 'unknown'}>"


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """One drain at a time; whoever waits for an answer does not wait for ever for one that hangs."""
    until = time.monotonic() + _PATIENCE
    with (folder / "drain.lock").open("a") as lock:
        while True:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                if time.monotonic() > until:
                    hint = "see which processes of answerable are running, and end the one that hangs"
                    raise LedgerUnwritable("another drain has been at work for a minute", hint=hint) from None
                time.sleep(0.01)
        yield
