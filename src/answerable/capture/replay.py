"""Replays the events of a work tree, in their order, into who wrote each line of each file that was seen.

- What changed between the hooks before and after one call is that agent's, as far as its payload says it, or, where its
  tool says nothing (a shell), where no other call was under way and nobody had the time to do it.
- What changed while no call was under way, nor a merge, a rebase or the like, is a person's: unless HEAD has it, or it
  was here before, or it stood in git's store before it stood in the file.
- All else is `unknown`, and by which rule. A first look at a file tells nothing about who wrote it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from hashlib import sha256
from typing import Any, TypeVar

from answerable.capture import spoken
from answerable.capture.calls import Calls
from answerable.capture.event import Event, Kind, Seen
from answerable.capture.lines.hand import Hand, Text, person, unknown
from answerable.capture.lines.hands import after
from answerable.capture.lines.likeness import weight
from answerable.capture.lines.memory import FAR_WEIGHT, Memory
from answerable.capture.windows import Window, Windows

FIRST_SEEN = "first-seen"
_DUPLICATES = 5_000
_NOTHING = sha256(b"").hexdigest()
_Key = TypeVar("_Key")


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """One conversation with an agent."""

    tool: str
    conversation: str
    model: str | None = None
    version: str | None = None
    driver: str | None = None  # who told the agent to work, where that is not who is at the keyboard
    observed: bool = True  # False: taken over from a note that another recorder wrote


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """A file as it was last seen, and whose its lines are."""

    text: Text
    content: bytes | None  # None: it is not there
    seq: int
    at: int
    head: str | None
    doing: str | None
    lost: str | None = None  # why nothing is known of it any more


@dataclass(frozen=True, slots=True, kw_only=True)
class Sources:
    """What replaying asks of git and of the spool."""

    content: Callable[[str], bytes | None]  # a snapshot, by its digest
    base: Callable[[str | None, bytes], bytes | None]  # a path as a commit has it
    restored: Callable[[bytes, int], bool]  # whether git had this content before a moment, in ns


@dataclass(slots=True)
class State:
    """All that is known after some events. `person` is who is at the keyboard."""

    person: str
    files: dict[bytes, Known] = field(default_factory=dict)
    sessions: dict[str, Session] = field(default_factory=dict)
    memory: Memory = field(default_factory=Memory)
    windows: Windows = field(default_factory=Windows)
    seen: dict[tuple[str, ...], int] = field(default_factory=dict)
    gaps: list[tuple[int, int]] = field(default_factory=list)
    last: int = 0  # the number of the last event
    taken: dict[int, int] = field(default_factory=dict)  # the last events, by number, and when they were
    head: str | None = None  # the last commit that was looked at
    moves: int = 0  # how many of HEAD's moves were looked at
    committed: int = 0  # the number of the last event before the last commit
    calls: Calls = field(default_factory=Calls)
    late: dict[str, dict[str, Any]] = field(default_factory=dict)  # commits whose calls telemetry may tell more about
    transcripts: dict[str, str] = field(default_factory=dict)  # files, by session
    off: list[list[int]] = field(default_factory=list)  # when the recorder was, in ns: first and last moment
    lost_read: int = 0  # how much was read of the notes on events that could not be counted, in bytes
    committed_at: int = 0  # when the last commit was made, in ns
    committed_to: dict[str, int] = field(default_factory=dict)  # how much of each was committed to, in bytes
    checked: int = 0  # the number of the last event that looked at all that is watched
    calm: dict[str, Any] | None = None  # `commit`, `seq`, `dirty`: which files were not as HEAD had them then


class Replay:
    """Takes events and keeps the state.

    Args:
        state: Where it stands.
        sources: Whom it asks.
    """

    def __init__(self, state: State, sources: Sources) -> None:
        self.state = state
        self._sources = sources
        self._left: list[Known] = []  # what the files of one event were before it

    def feed(self, event: Event) -> None:
        """Take the next event; one that was taken is passed over, a number that is missing is a gap."""
        state = self.state
        if state.taken.get(event.seq) == event.at:
            return
        if event.seq != state.last + 1:  # some are missing, or the count was begun anew
            self._gap(state.last + 1, max(event.seq - 1, state.last + 1))
        state.last = event.seq
        _bounded(state.taken, event.seq, event.at)
        mark = (*event.key, str(event.kind))
        if event.call and event.kind in (Kind.BEFORE, Kind.AFTER, Kind.FAILED) and mark in state.seen:
            self._again(event)
            return
        _bounded(state.seen, mark, 0)
        session = self._session(event)
        own = state.windows.take(event, session, trace_of(event))
        self._left = [state.files[seen.path] for seen in event.paths if seen.path in state.files]
        paths = [seen for seen in event.paths if not self._emptied(seen)]
        for seen in paths:
            self._take_out(seen)
        for seen in paths:
            self._observe(event, seen, own)
        self._left = []
        if event.checked:
            state.checked = event.seq

    def missed(self, last: int) -> None:
        """Take note that there were events up to this number, and that they are missing."""
        if last > self.state.last:
            self._gap(self.state.last + 1, last)
            self.state.last = last

    def lost(self) -> None:
        """Take note that events were lost about now that nobody could count."""
        self._gap(self.state.last, self.state.last)
        self.state.calm = None

    def text_at(self, path: bytes, content: bytes, *, seq: int, at: int, head: str | None, doing: str | None) -> Text:
        """Whose the lines of a content are that this file had at some moment, without taking it for what it holds now.

        Args:
            path: Of the file.
            content: What it held; what a commit holds, for example.
            seq: The number of the last event before that moment.
            at: When, in ns.
            head: The commit below.
            doing: What git was in the middle of.
        """
        event = Event(seq=seq + 1, at=at, kind=Kind.OTHER, head=head, doing=doing)
        return self._change(event, path, content, None)[0].text

    def base(self, head: str | None, path: bytes) -> bytes | None:
        """A file as a commit has it."""
        return self._sources.base(head, path)

    def knows(self, content: bytes) -> bool:
        """Whether some file held just this."""
        return self._twin(content) is not None

    def doubt(self, path: bytes) -> Callable[[bytes, Hand], str | None]:
        """Tells by which rule a line of a file is perhaps not whose it seems; None where nothing speaks for that."""
        return lambda line, by: self.state.memory.doubt(path, line, by)

    def _session(self, event: Event) -> str:
        conversation = event.session or f"unnamed-{event.agent}"
        name = session_id(event.agent, conversation)
        old = self.state.sessions.get(name)
        self.state.sessions[name] = Session(
            tool=event.agent,
            conversation=conversation,
            model=event.model or (old.model if old else None),
            version=event.version or (old.version if old else None),
        )
        return name

    def _gap(self, first: int, last: int) -> None:
        """Events are missing: whatever was done then, nobody can say whose it was."""
        self.state.gaps.append((first, last))
        for path, known in self.state.files.items():
            self.state.files[path] = replace(known, lost="gap")

    def _emptied(self, seen: Seen) -> bool:
        """Whether a file holds nothing that held something: it may be about to be written, and that is awaited."""
        old = self.state.files.get(seen.path)
        return seen.content == _NOTHING and old is not None and bool(old.content)

    def _again(self, event: Event) -> None:
        """A call is told of twice: where a file is not as it was the first time, nobody can say who changed it."""
        for seen in event.paths:
            old = self.state.files.get(seen.path)
            if old and not seen.skipped and seen.content != _digest(old.content):
                self.state.files[seen.path] = replace(old, lost="repeated")
                self._observe(event, seen, None)

    def _observe(self, event: Event, seen: Seen, own: Window | None) -> None:
        files = self.state.files
        content = self._sources.content(seen.content) if seen.content else None
        if seen.skipped or (seen.content and content is None):
            rule = seen.skipped or "lost"
            known = files.get(seen.path)
            if known:
                files[seen.path] = replace(known, lost=rule)
            return
        known, told = self._change(event, seen.path, content, own)
        for window in (*told, *([own] if own else [])):
            window.applied.add(seen.path)
        old = files.get(seen.path)
        self._remember(old, known)
        files[seen.path] = known
        if content is None and old and old.content is None and event.kind in (Kind.AFTER, Kind.FAILED):
            del files[seen.path]  # a word of a command that is no file

    def _change(
        self, event: Event, path: bytes, content: bytes | None, own: Window | None
    ) -> tuple[Known, list[Window]]:
        """What is known of a file once it is seen to hold this, and the calls whose words told it."""
        base = self._sources.base(event.head, path)
        old = self.state.files.get(path) or self._first(event, path, content, base)
        old = replace(old, seq=max(old.seq, self.state.checked))
        text, told = old.text, list[Window]()
        if not old.content and not old.lost and not self._spoken(old, event, path):
            twin = self._twin(content)
            if twin and sum(map(weight, twin.text.lines)) >= FAR_WEIGHT:
                return _known(event, twin.text, content), told
        if content != old.content:
            text, told = self._attributed(event, path, old, content or b"", base, own)
        return _known(event, text, content), told

    def _first(self, event: Event, path: bytes, content: bytes | None, base: bytes | None) -> Known:
        """A file that was not seen before: what HEAD has of it is HEAD's, and nothing is known of the rest."""
        calm = self._when_calm(event, path)
        if calm:
            return calm
        twin = self._twin(content)
        if twin:
            return twin
        text = Text.of(base or b"")
        if content is not None and content != base:
            text = after(text, content, unknown(FIRST_SEEN), base=base)
        elif content is None and base is None:
            text = Text()
        return _known(event, text, content)

    def _when_calm(self, event: Event, path: bytes) -> Known | None:
        """A file as it was when the last commit was looked at, where that is known: as HEAD has it, or not there."""
        calm = self.state.calm
        if (
            not calm
            or "at" not in calm
            or calm["commit"] != event.head
            or not was_watched(calm, path.decode("utf-8", "surrogateescape"))
        ):
            return None
        content = self._sources.base(event.head, path)
        since, at = int(calm["seq"]), int(calm["at"])
        if any(last > since for _, last in self.state.gaps):
            return None
        return Known(text=Text.of(content or b""), content=content, seq=since, at=at, head=event.head, doing=None)

    def _twin(self, content: bytes | None) -> Known | None:
        """A file under another name that held the very same: it was moved, or copied."""
        if not content:
            return None
        return next((known for known in (*self._left, *self.state.files.values()) if known.content == content), None)

    def _spoken(self, old: Known, event: Event, path: bytes) -> bool:
        """Whether a call said what it would write into a file."""
        return any(spoken.speaks(one.said(path)) for one in self.state.windows.over(old.seq, event.seq, path))

    def _attributed(
        self, event: Event, path: bytes, old: Known, content: bytes, base: bytes | None, own: Window | None
    ) -> tuple[Text, list[Window]]:
        text, before, told = old.text, old.content or b"", list[Window]()
        if old.lost:
            return after(text, content, unknown(old.lost), base=base), told
        doubt = self.doubt(path)
        over = self.state.windows.over(old.seq, event.seq, path)
        for window in over:
            edits = window.said(path)
            if path in window.applied or not spoken.speaks(edits):
                continue
            if (window is own and event.kind is not Kind.FAILED) or spoken.shows(content, edits):
                told.append(window)
                done = spoken.expected(before, edits)
                if done is None:
                    done = spoken.only(text.lines, content, spoken.said_lines(edits))
                text, before = after(text, done, window.hand, base=base, doubt=doubt), done
        rest = self._rest(event, path, old, content, over, own)
        return after(text, content, rest, base=base, doubt=doubt), told

    def _rest(
        self, event: Event, path: bytes, old: Known, content: bytes, over: list[Window], own: Window | None
    ) -> Hand:
        """Whose a change is that no payload tells."""
        doing = event.doing or old.doing
        if doing:
            return unknown(f"in-{doing}")
        if not over:
            restored = self._sources.restored(content, old.at)
            return unknown("restored") if restored else person(self.state.person)
        if len(over) > 1:
            return unknown("overlapping")
        window = over[0]
        if window is not own:
            return unknown("under-way")
        if spoken.speaks(window.said(path)):
            return unknown("beside")
        rule = window.wrote(path) or ("restored" if self._sources.restored(content, old.at) else None)
        return unknown(rule) if rule else window.hand

    def _take_out(self, seen: Seen) -> None:
        """Lines that are gone from one file, before any other is looked at in which they may stand now."""
        old = self.state.files.get(seen.path)
        content = self._sources.content(seen.content) if seen.content else None
        if old is None or seen.skipped or content == old.content:
            return
        gone = Counter(old.text.keys) - Counter(Text.of(content or b"").keys)
        pairs = zip(old.text.keys, old.text.hands, strict=True)
        self.state.memory.take_out(seen.path, [pair for pair in pairs if pair[0] in gone])

    def _remember(self, old: Known | None, new: Known) -> None:
        before = set(old.text.keys) if old else set()
        pairs = zip(new.text.keys, new.text.hands, strict=True)
        self.state.memory.wrote([pair for pair in pairs if pair[0] not in before])


def was_watched(calm: Mapping[str, Any], path: str) -> bool:
    """Whether a file was as HEAD had it when all was calm, and its folder is watched since; or was not there at all."""
    there = {*calm["dirty"], *calm.get("there", ())}
    folders = set(calm.get("folders", ()))
    folder, name = path.rpartition("/")[0], path
    while name not in there:
        if folder + "/" in folders or not folder:
            return folder + "/" in folders or "" in folders
        folder, name = folder.rpartition("/")[0], folder
    return False


def _bounded(known: dict[_Key, int], key: _Key, value: int) -> None:
    known[key] = value
    if len(known) > _DUPLICATES:
        del known[next(iter(known))]


def _known(event: Event, text: Text, content: bytes | None) -> Known:
    return Known(text=text, content=content, seq=event.seq, at=event.at, head=event.head, doing=event.doing)


def _digest(content: bytes | None) -> str | None:
    return None if content is None else sha256(content).hexdigest()


def session_id(tool: str, conversation: str) -> str:
    """The id of a session, as git-ai's standard 3.0.0 makes it (section 1.2.3.1)."""
    return "s_" + sha256(f"{git_ai_tool(tool)}:{conversation}".encode("utf-8", "surrogateescape")).hexdigest()[:14]


def trace_of(event: Event) -> str:
    """The id of one call: the same whenever the event is replayed."""
    said = f"{event.agent}:{event.session}:{event.call}:{event.seq}:{event.at}"
    return "t_" + sha256(said.encode("utf-8", "surrogateescape")).hexdigest()[:14]


_GIT_AI = {"claude-code": "claude", "gemini-cli": "gemini", "copilot": "github-copilot"}


def git_ai_tool(tool: str) -> str:
    """What git-ai calls a tool."""
    return _GIT_AI.get(tool, tool)
