"""Walks the commits that HEAD came to since the last drain, and says of each who wrote the lines that it added."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterable, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from answerable.capture import reflog
from answerable.capture.carry import pairs
from answerable.capture.carry.carrier import Carrier
from answerable.capture.carry.record import Carried
from answerable.capture.commit import Committed, File, Told, filled, hands
from answerable.capture.completeness import Completeness, completeness
from answerable.capture.event import Event
from answerable.capture.lines.hand import Text, unknown
from answerable.capture.off import was_off
from answerable.capture.recording.snapshots import MOST_BYTES
from answerable.capture.reflog import Move
from answerable.capture.renames import renames
from answerable.capture.replay import Replay
from answerable.capture.sources import GitSources
from answerable.domain.commit import Commit
from answerable.git.added import Added, added_lines
from answerable.git.attribution.store import Store
from answerable.git.changes import Step, against
from answerable.git.commits import read_commits
from answerable.git.repository import Repository

_Waiting = tuple[Committed, Move, dict[bytes, Told]]
_PLAIN = ("commit:", "commit (initial):", "commit (amend):")
_AT_ONCE = 60  # seconds between a commit and the move of HEAD to it, where it was made just there


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """A commit that HEAD came to, and what is known of it; `brought` says what of that came from other commits."""

    move: Move
    commit: Commit
    brought: Carried
    complete: Completeness
    at: int  # ns since 1970: what git says, but not before the last event below it, nor after the next

    @property
    def told(self) -> dict[bytes, Told]:
        """Who wrote the lines that it added."""
        return self.brought.told

    @property
    def carried(self) -> dict[str, object]:
        """What came from other commits, as members of a decision's details."""
        return self.brought.details()

    @property
    def here(self) -> bool:
        """True where it was made in this work tree, just then: not only fetched, or made before."""
        if "ast-forward" in self.move.why:
            return False
        made = datetime.fromisoformat(self.commit.committed_at).timestamp()
        return abs(made - self.move.at / 1e9) <= _AT_ONCE


class Walk:
    """Goes through the moves of HEAD.

    Args:
        repository: Of the work tree.
        replay: What is known; it goes on as events are fed between two commits.
        sources: Reads files of commits.
        folder: Where capture keeps what belongs to the work tree.
    """

    def __init__(self, repository: Repository, replay: Replay, sources: GitSources, folder: Path) -> None:
        self._repository = repository
        self._folder = folder
        self._replay = replay
        self._state = replay.state
        self._sources = sources
        self.made: dict[str, Made] = {}
        self._told: dict[str, dict[bytes, Told]] = {}
        self._carrier: Carrier | None = None
        self._moves: Sequence[Move] = []
        self._commits: dict[str, Commit] = {}
        self._added: dict[str, Added] = {}
        self._renames: dict[str, dict[bytes, bytes]] = {}
        self._waiting: list[_Waiting] = []
        self._at = 0
        self._seen = 0  # when the last event was, in ns: git's moments are whatever its environment says
        self._next = 0  # and the next one, or this moment where there is none

    def begin(self, events: Sequence[Event], moves: Sequence[Move], *, new: bool) -> None:
        """Begin where the last drain ended; with the first of the events where nothing was known before.

        Args:
            events: All that are to be taken.
            moves: All of HEAD, as they were when there were just these events.
            new: Whether nothing was known before.
        """
        self._moves = self._since(events, moves, new=new)
        wanted = dict.fromkeys(move.new for move in self._moves if move.may_make)
        self._commits = {one.sha: one for one in read_commits(self._repository.objects, list(wanted))}
        walk = [Step(sha.encode(), tuple(map(str.encode, one.parents))) for sha, one in self._commits.items()]
        self._renames = renames(self._repository.git, walk)
        with closing(Store(None)) as store:
            for one in added_lines(self._repository.quarantine, store, walk):
                self._added[one.step.commit.decode()] = one

    def up_to(self, event: Event) -> Event:
        """Take the commits that were made before an event: it has seen the last of them.

        Those that a call made, which only this event ends, are for `after`; what that call wrote, it wrote above the
        commit that was HEAD when it began, so the event that is to be taken says that one.
        """
        self._seen, self._next = self._next, event.at
        if event.head is None or event.head == self._state.head:
            return event
        ends = next((n for n in range(self._at, len(self._moves)) if self._moves[n].new == event.head), None)
        if ends is None:
            return event
        within, moves = self._state.windows.ended_by(event), self._moves[self._at : ends + 1]
        self._take(ends + 1, event.seq - 1, self._waiting if within else None)
        plain = within and all(move.why.startswith(_PLAIN) for move in moves)
        return replace(event, head=moves[0].old if moves[0].old.strip("0") else None) if plain else event

    def after(self, event: Event) -> None:
        """Take the commits that were made within the call that this event has ended: what it did is known now."""
        for commit, move, told in self._waiting:
            later = self._hands(replace(commit, seq=event.seq), self._added[move.new])
            self._commit(commit, move, {path: filled(one, later[path]) for path, one in told.items()})
        if self._waiting:
            self._state.committed_at = event.at
        self._waiting.clear()

    def end(self) -> None:
        """Take the rest."""
        self._seen, self._next = self._next, time.time_ns()
        self._take(len(self._moves), self._state.last)

    def _take(self, end: int, seq: int, waiting: list[_Waiting] | None = None) -> None:
        for move in self._moves[self._at : end]:
            if move.new in self._added and move.may_make and move.new not in self.made:
                added = self._added[move.new]
                parents = tuple(parent.decode() for parent in added.step.parents)
                commit = Committed(sha=move.new, parents=parents, seq=seq, at=move.at, doing=move.doing)
                self._take_out(commit)
                told = self._hands(commit, added)
                if waiting is None:
                    self._commit(commit, move, told)
                else:
                    waiting.append((commit, move, told))
            self._state.head = move.new
        if waiting is None and end > self._at:
            self._state.committed_at = self._next
        self._at = end

    def _since(self, events: Sequence[Event], moves: Sequence[Move], *, new: bool) -> Sequence[Move]:
        state = self._state
        begins = state.moves
        if new:
            first = events[0] if events else None
            known = (n + 1 for n, move in enumerate(moves) if first and move.new == first.head and move.at <= first.at)
            begins = max(known, default=0 if first and first.head is None else len(moves))
            state.head = moves[begins - 1].new if begins else None  # not what HEAD is by now
        elif begins > len(moves) or (begins and moves[begins - 1].new != state.head):  # it was cut at its beginning
            begins = max((n + 1 for n, move in enumerate(moves) if move.new == state.head), default=0)
        state.moves = len(moves)
        return moves[begins:]

    def _hands(self, commit: Committed, added: Added) -> dict[bytes, Told]:
        found: dict[bytes, Told] = {}
        for path, spans in added.paths.items():
            content = self._sources.base(commit.sha, path)
            if content is not None:
                source, calm = self._renames.get(commit.sha, {}).get(path), self._was_calm(commit, path, content)
                file = File(path=path, content=content, added=tuple(spans), source=source, calm=calm)
                found[path] = hands(self._replay, commit, file)
        return found

    def _commit(self, commit: Committed, move: Move, told: dict[bytes, Told]) -> None:
        off = was_off(self._state.off, self._state.committed_at or self._seen or self._next, self._next)
        if off:
            told = {path: _unseen(span for span, _ in one) for path, one in told.items()}
        complete = completeness(self._state.committed, commit.seq, self._state.gaps, on=not off)
        brought = self._carry().into(move.new, told, move)
        self._told[move.new] = brought.told
        for name, session in brought.sessions.items():
            self._state.sessions.setdefault(name, session)
        at = max(min(move.at, self._next), self._seen)
        self.made[move.new] = Made(move=move, commit=self._commits[move.new], brought=brought, complete=complete, at=at)
        self._state.committed = commit.seq

    def _carry(self) -> Carrier:
        if self._carrier is None:
            all_moves = reflog.read(self._repository.git_dir)
            rewritten = pairs.read(self._folder)
            self._carrier = Carrier(self._repository, self._told, all_moves, rewritten, unsaid=self._unsaid)
        return self._carrier

    def _unsaid(self, trace: str | None) -> bool:
        """Whether a call is one of which only the outcome is known: a command, that git may have been run in."""
        call = self._state.calls.of(trace)
        return call is not None and not call.act.changes_files

    def _take_out(self, commit: Committed) -> None:
        """Lines that the commit took out of files that nobody looked at: where they stand now, they were moved to."""
        if len(commit.parents) != 1:
            return
        for change in against(self._repository.git, commit.parents[0].encode(), commit.sha.encode()):
            old = None if change.path in self._state.files else self._repository.objects.blob(change.old.decode())
            if old and len(old) <= MOST_BYTES:
                new = self._repository.objects.blob(change.new.decode()) or b""
                gone = Counter(Text.of(old).keys) - Counter(Text.of(new).keys)
                self._state.memory.take_out(change.path, [(line, None) for line in gone])

    def _was_calm(self, commit: Committed, path: bytes, content: bytes) -> bool:
        calm = self._state.calm
        if not calm or calm["commit"] not in commit.parents or path.decode("utf-8", "surrogateescape") in calm["dirty"]:
            return False
        since = int(calm["seq"])
        if any(first <= commit.seq and last > since for first, last in self._state.gaps):
            return False  # what is missing may have been an agent's
        if self._state.windows.over(since, commit.seq + 1, path):
            return False
        return not self._sources.restored(content, int(calm.get("at", 0)))  # git had it: it was stashed, or on a branch


def _unseen(spans: Iterable[tuple[int, int]]) -> Told:
    """Lines that came while the recorder was off: nobody's."""
    return tuple((span, unknown("off")) for span in spans)
