"""Turns what hooks spooled into notes on commits. One at a time; killed at any point, the next begins where it stood.

Events are taken in their order, and the commits that HEAD came to among them: a commit was made after the last event
that had not seen it. Notes are written first, then what is known, and only then are events and snapshots removed, so
nothing is lost, and what is done twice comes out the same.
"""

from __future__ import annotations

import fcntl
import os
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, field, replace
from hashlib import sha256
from pathlib import Path

from answerable.capture import reflog, saved
from answerable.capture.commit import Committed, File, Told, hands
from answerable.capture.completeness import Completeness, completeness
from answerable.capture.event import Damaged, Event, read
from answerable.capture.lines.hand import Text
from answerable.capture.note import write as note_of
from answerable.capture.recording import pending
from answerable.capture.recording.place import Place, find
from answerable.capture.recording.snapshots import MOST_BYTES, keep, write
from answerable.capture.recording.spool import MOST_WATCHED, journal, stamp_of
from answerable.capture.reflog import Move
from answerable.capture.replay import Replay, State
from answerable.capture.sources import GitSources
from answerable.capture.transcript import model_in
from answerable.git.added import Added, added_lines
from answerable.git.attribution.store import Store
from answerable.git.changes import Step, against
from answerable.git.commits import read_commits
from answerable.git.identity import identity
from answerable.git.record import annotate
from answerable.git.repository import Repository

NOTES = "refs/notes/ai"
_YOUNG = 600  # seconds for which a snapshot is kept that nothing needs: its event may still be on its way


@dataclass(slots=True, kw_only=True)
class Drained:
    """What a drain did: events taken, files of the spool that were none, and who wrote each commit's lines."""

    events: int = 0
    damaged: int = 0
    commits: dict[str, dict[bytes, Told]] = field(default_factory=dict)
    complete: dict[str, Completeness] = field(default_factory=dict)
    noted: int = 0


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
        self._stamp = pending.stamp(place)  # what comes from here on is for the next drain
        self._spool = folder / "spool"
        self._sources = GitSources(repository, folder / "snapshots")
        sources = self._sources.all
        self._person = _person(repository)
        state = saved.load(folder / "state.json", sources)
        self._new = state is None
        self._state = state or State(person=self._person)
        self._state.person = self._person
        self._replay = Replay(self._state, sources)
        self._done = Drained()

    def run(self) -> Drained:
        state = self._state
        events = list(self._events())
        if self._new and events:
            state.last = events[0].seq - 1
        moves = self._moves(events)
        added = self._added(moves)
        at = 0
        for event in events:
            if event.head is not None and event.head != state.head:
                ends = next((n for n in range(at, len(moves)) if moves[n].new == event.head), None)
                if ends is not None:
                    self._commits(moves[at : ends + 1], added, event.seq - 1)
                    at = ends + 1
            self._replay.feed(self._named(event))
            self._done.events += 1
        self._commits(moves[at:], added, state.last)
        self._write()
        self._calm()
        if self._keep():
            self._clear(events)
            pending.mark(self._place, self._stamp)
        return self._done

    def _events(self) -> Iterator[Event]:
        root = os.fsencode(self._repository.root.resolve())
        names = sorted(self._spool.glob("*.json")) if self._spool.is_dir() else []
        for path in names:
            try:
                yield read(path.read_bytes(), root)
            except (Damaged, OSError) as error:
                self._done.damaged += 1
                journal(os.fsencode(self._folder), f"{path.name}: {error}")
                path.unlink(missing_ok=True)

    def _named(self, event: Event) -> Event:
        """An event with its model, where only the transcript tells it."""
        if event.model is None and event.transcript and event.session:
            return replace(event, model=model_in(event.transcript))
        return event

    def _moves(self, events: Sequence[Event]) -> list[Move]:
        """Where HEAD went since the last drain; since the first event where there was none."""
        moves, state = reflog.read(self._repository.git_dir), self._state
        begins = state.moves
        if self._new:
            first = events[0] if events else None
            known = (n + 1 for n, move in enumerate(moves) if first and move.new == first.head and move.at <= first.at)
            begins = max(known, default=0 if first and first.head is None else len(moves))
        elif begins > len(moves) or (begins and moves[begins - 1].new != state.head):  # it was cut at its beginning
            begins = max((n + 1 for n, move in enumerate(moves) if move.new == state.head), default=0)
        state.moves = len(moves)
        return moves[begins:]

    def _added(self, moves: Sequence[Move]) -> dict[str, Added]:
        wanted = dict.fromkeys(move.new for move in moves if move.may_make)
        commits = read_commits(self._repository.objects, list(wanted))
        walk = [Step(one.sha.encode(), tuple(parent.encode() for parent in one.parents)) for one in commits]
        with closing(Store(None)) as store:
            return {one.step.commit.decode(): one for one in added_lines(self._repository.quarantine, store, walk)}

    def _commits(self, moves: Sequence[Move], added: dict[str, Added], seq: int) -> None:
        for move in moves:
            if move.new in added and move.may_make:
                self._commit(move, added[move.new], seq)
            self._state.head = move.new

    def _commit(self, move: Move, added: Added, seq: int) -> None:
        parents = tuple(parent.decode() for parent in added.step.parents)
        commit = Committed(sha=move.new, parents=parents, seq=seq, at=move.at, doing=move.doing)
        self._take_out(commit)
        told: dict[bytes, Told] = {}
        for path, spans in added.paths.items():
            content = self._sources.base(move.new, path)
            if content is not None:
                file = File(path=path, content=content, added=tuple(spans), calm=self._was_calm(commit, path))
                told[path] = hands(self._replay, commit, file)
        self._done.commits[move.new] = told
        self._done.complete[move.new] = completeness(self._state.committed, seq, self._state.gaps)
        self._state.committed = seq

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

    def _was_calm(self, commit: Committed, path: bytes) -> bool:
        calm = self._state.calm
        if not calm or calm["commit"] not in commit.parents or path.decode("utf-8", "surrogateescape") in calm["dirty"]:
            return False
        return not self._state.windows.over(int(calm["seq"]), commit.seq + 1, path)

    def _write(self) -> None:
        if (self._repository.common_dir / "ai").is_dir():  # git-ai is at work here, and its notes are its own
            return
        driver = self._person
        notes = {sha: note_of(sha, told, self._state.sessions, driver) for sha, told in self._done.commits.items()}
        said = {sha: note for sha, note in notes.items() if note is not None}
        self._done.noted = annotate(self._repository, NOTES, said) if said else 0

    def _calm(self) -> None:
        """Which files are not as HEAD has them, where nothing has happened since the last commit."""
        head = self._repository.try_resolve("HEAD")
        state = self._state
        state.head = state.head or head
        if head is None or head != state.head or (state.calm and state.calm["commit"] == head):
            return
        out = self._repository.git.run("status", "--porcelain=v1", "-z", "--no-renames", "--untracked-files=all")
        dirty = [os.fsdecode(row[3:]) for row in out.split(b"\0") if len(row) > 3]
        state.calm = {"commit": head, "seq": state.last, "dirty": dirty}

    def _keep(self) -> bool:
        """Keep what is known; False where it cannot be, and then nothing may be removed."""
        digests: dict[bytes, str] = {}
        whole = True
        snapshots = os.fsencode(self._folder / "snapshots")
        for path, known in self._state.files.items():
            if known.content is not None:
                digests[path] = sha256(known.content).hexdigest()
                whole = keep(snapshots, digests[path], known.content) and whole
        self._wanted = set(digests.values())
        kept = saved.save(self._folder / "state.json", self._state, digests)
        write(os.fsencode(self._folder / "watched"), b"\0".join(self._watched()))
        return kept and whole

    def _watched(self) -> Iterator[bytes]:
        """The files seen last, each with its stamp; one that is not as it was seen has none, and is looked at."""
        root = self._repository.root.resolve()
        files = sorted(self._state.files.items(), key=lambda item: -item[1].seq)
        for path, known in files[:MOST_WATCHED]:
            full = root / os.fsdecode(path)
            stamp = stamp_of(os.fsencode(full))
            try:
                same = known.content is not None and full.read_bytes() == known.content
            except OSError:
                same = known.content is None
            yield (stamp if same else b"?") + b" " + path

    def _clear(self, events: Sequence[Event]) -> None:
        for event in events:
            (self._spool / f"{event.seq:012d}.json").unlink(missing_ok=True)
        old = time.time() - _YOUNG
        for path in (self._folder / "snapshots").glob("*/*"):
            if path.name not in self._wanted and path.stat().st_mtime < old:
                path.unlink(missing_ok=True)


def _person(repository: Repository) -> str:
    who = identity(repository)
    return f"{who.name or 'unknown'} <{who.email or 'unknown'}>"


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    with (folder / "drain.lock").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
