"""Carries hands into commits one by one, in the order in which they were made, and says what it did.

It asks git about nothing where a commit was made anew, as most are.
"""

from __future__ import annotations

import types
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence

from answerable.capture.carry.attributed import Attributed
from answerable.capture.carry.elsewhere import Elsewhere
from answerable.capture.carry.lines import Kept as KeptLines
from answerable.capture.carry.lines import Version, carried
from answerable.capture.carry.moved_files import moved_files
from answerable.capture.carry.record import Carried, Dropped, Kept, Row, runs
from answerable.capture.carry.source import Rule, Source
from answerable.capture.carry.sources import Finder, Given
from answerable.capture.commit import Told
from answerable.capture.lines.hand import Hand, Kind, Text, unknown
from answerable.capture.note_read import spans_of
from answerable.capture.reflog import Move
from answerable.domain.commit import Commit
from answerable.domain.ranges import Ranges
from answerable.errors import GitFailed
from answerable.git.commits import read_commit
from answerable.git.repository import Repository

# guesses: told only where lines came
_QUIET = frozenset({Rule.REBASED, Rule.RESET, Rule.AUTHORSHIP, Rule.CONTENT, Rule.MERGED, Rule.MOVED})

_NOT_COMPARED = unknown("not-compared")


class Carrier:
    """Carries into the commits of one repository.

    Args:
        repository: Where.
        told: Whose the lines of commits are that this drain knows already; it grows while it goes on.
        moves: All moves of HEAD, oldest first.
        pairs: Old and new commits, as git told its hook.
        unsaid: Tells of a trace whether its call did not say what it wrote, as a command does not.
        given: Sources that somebody names: no others are looked for then that have nothing to do with the commit.
    """

    def __init__(
        self,
        repository: Repository,
        told: Mapping[str, Mapping[bytes, Told]],
        moves: Sequence[Move] = (),
        pairs: Iterable[tuple[str, str]] = (),
        unsaid: Callable[[str | None], bool] = lambda _: False,
        given: Given | None = None,
    ) -> None:
        self._repository = repository
        self._unsaid_call = unsaid
        self._searching = given is None
        self._many = {Rule.REBASED, *([Rule.GIVEN] if given and not given.whole else [])}  # of which few matter
        self._quiet = _QUIET if given is None or given.whole else _QUIET | {Rule.GIVEN}
        self._attributed = Attributed(repository, told)
        self._elsewhere = Elsewhere(repository, self._attributed.content, self._attributed.knows)
        known = [move.new for move in moves]
        self.finder = Finder(repository, moves, pairs, lambda: [*self._attributed.notes.by_commit, *known], given)

    def into(self, sha: str, own: dict[bytes, Told], move: Move | None = None) -> Carried:
        """Carry into one commit.

        Args:
            sha: The commit.
            own: The lines that it added, and whose they seem to be here.
            move: How HEAD came to it.
        """
        try:
            return self._into(sha, own, move)
        except GitFailed:  # objects are missing that would be compared: nothing is only what it seems then
            return Carried(told={path: tuple(self._not_compared(*one) for one in told) for path, told in own.items()})

    def _not_compared(self, span: tuple[int, int], hand: Hand) -> tuple[tuple[int, int], Hand]:
        return span, _NOT_COMPARED if self._seems(hand) and hand.kind is not Kind.UNKNOWN else hand

    def _into(self, sha: str, own: dict[bytes, Told], move: Move | None) -> Carried:
        commit = read_commit(self._repository.objects, sha)
        asked = self.finder.of(commit, move) if commit else []
        sources = [source for source in asked if source.rule not in self._many]
        brought = self.from_sources(sha, own, sources)
        wanted = self._unsaid(sha, brought)
        many = {source.sha: source for source in asked if source.rule in self._many}
        sources += [many[one] for one in self._elsewhere.choose(list(many), wanted)]
        moved = self._moved(commit, wanted) if commit else {}
        if commit and moved:
            sources.append(Source(sha=commit.parents[0], rule=Rule.MOVED, chain=len(asked)))
        if self._searching and not (move and move.doing):
            sources += self._elsewhere.of(sha, wanted, len(asked) + 1, self.finder.later(move) if move else ())
        return brought if len(sources) == len(brought.sources) else self.from_sources(sha, own, sources, moved)

    def _moved(self, commit: Commit, wanted: Mapping[bytes, frozenset[bytes]]) -> dict[bytes, bytes]:
        """What new files were called in the parent."""
        if len(commit.parents) != 1:
            return {}
        parent, content = commit.parents[0], self._attributed.content
        if all(content(parent, path) is not None for path, lines in wanted.items() if lines):
            return {}
        return moved_files(self._repository, parent, commit.sha, wanted, content)

    def _seems(self, hand: Hand) -> bool:
        """Whether a line is only somebody's as far as it seems: git may have brought it in."""
        if hand.kind is Kind.AGENT:
            return self._unsaid_call(hand.trace)
        return hand.kind in (Kind.PERSON, Kind.UNKNOWN)

    def _unsaid(self, sha: str, brought: Carried) -> dict[bytes, frozenset[bytes]]:
        """Lines that seem to be typed here, or that nobody knows of, and that came from no source."""
        found: dict[bytes, frozenset[bytes]] = {}
        for path, spans in brought.told.items():
            came = brought.lines.get(path, Ranges())
            lines = [
                line
                for (start, end), hand in spans
                if self._seems(hand)
                for line in range(start, end + 1)
                if line not in came
            ]
            keys = Text.of(self._attributed.content(sha, path) or b"").keys if lines else ()
            found[path] = frozenset(keys[line - 1] for line in lines if line <= len(keys))
        return found

    def from_sources(
        self,
        sha: str,
        own: dict[bytes, Told],
        sources: Sequence[Source],
        moved: Mapping[bytes, bytes] = types.MappingProxyType({}),
    ) -> Carried:
        """Carry into a commit from these, the one that counts most first; `moved`: what files were called below it."""
        if not sources:
            return Carried(told=own)
        names = {
            source.sha: moved if source.rule is Rule.MOVED else self._names(source.sha, sha, own) for source in sources
        }
        told: dict[bytes, Told] = {}
        came: dict[int, list[Kept]] = {}
        files: dict[bytes, KeptLines] = {}
        for path, spans in own.items():
            content = self._attributed.content(sha, path)
            if content is None:
                told[path] = spans
                continue
            versions = [self._version(source, path, names[source.sha]) for source in sources]
            same = {n for n, source in enumerate(sources) if source.rule is Rule.PATCH}
            kept = files[path] = carried(Text.of(content), _by_line(spans), versions, same=same, seems=self._seems)
            told[path] = spans_of(kept.hands)
            for n in range(len(sources)):
                pairs = [(new, old) for new, (at, old) in kept.from_.items() if at == n]
                old_path = names[sources[n].sha].get(path, path)
                came.setdefault(n, []).extend(Kept(path, start, end, old_path, old) for start, end, old in runs(pairs))
        rows = [self._row(source, sha, came.get(n, []), files, n, names) for n, source in enumerate(sources)]
        kept_rows = tuple(row for row in rows if row.kept or row.rule not in self._quiet)
        return Carried(told=told, rows=kept_rows, sessions=self._attributed.sessions, sources=frozenset(names))

    def _version(self, source: Source, new: bytes, names: Mapping[bytes, bytes]) -> Version:
        path = names.get(new, new)
        there = source.rule is not Rule.MOVED or new in names
        text = (self._attributed.text(source.sha, path) if there else None) or Text()

        def blamed(lines: Collection[int]) -> Mapping[int, Hand]:
            return self._attributed.blamed(source.sha, path, lines)

        return Version(text, source.chain, blamed, became=source.rule is Rule.MOVED)

    def _names(self, old: str, new: str, paths: Iterable[bytes]) -> dict[bytes, bytes]:
        """What files of the new commit were called in the old one, where that is another name."""
        if all(self._attributed.content(old, path) is not None for path in paths):
            return {}
        out = self._repository.quarantine.git.run("diff-tree", "-r", "-z", "--raw", "-M", "--no-abbrev", old, new)
        fields = out.split(b"\0")
        found: dict[bytes, bytes] = {}
        at = 0
        while at + 1 < len(fields):
            if fields[at].rpartition(b" ")[2][:1] == b"R":
                found[fields[at + 2]] = fields[at + 1]
                at += 1
            at += 2
        return found

    def _row(
        self,
        source: Source,
        new: str,
        kept: list[Kept],
        files: Mapping[bytes, KeptLines],
        n: int,
        names: Mapping[str, Mapping[bytes, bytes]],
    ) -> Row:
        """What came from one source, and what of its lines did not."""
        back = {names[source.sha].get(path, path): path for path in files}
        dropped: list[Dropped] = []
        told = self._attributed.files(source.sha) if source.rule is not Rule.MOVED else {}
        for path, spans in told.items():
            there = back.get(path)
            lines = files.get(there) if there is not None else None
            rules = _rules(lines, n) if lines else {}
            elsewhere = "gone" if lines or self._attributed.content(new, path) is None else "below"
            why: dict[int, str] = {}
            for (start, end), hand in spans:
                if hand.kind is not Kind.UNKNOWN:
                    why.update((line, rules.get(line, elsewhere)) for line in range(start, end + 1))
            dropped += [Dropped(path, *span) for span in _spans({k: v for k, v in why.items() if v})]
        return Row(old=source.sha, new=new, rule=source.rule, kept=tuple(sorted(kept)), dropped=tuple(sorted(dropped)))


def _rules(lines: KeptLines, n: int) -> dict[int, str]:
    """Why lines of a version did not come along; empty for those that did."""
    found: dict[int, str] = {}
    for new, olds in lines.placed[n].perhaps.items():
        found.update(dict.fromkeys((old + 1 for old in olds), "ambiguous" if new + 1 in lines.hands else "below"))
    for new, olds in lines.placed[n].certain.items():
        hand = lines.hands.get(new + 1)
        source = lines.from_.get(new + 1)
        if hand is None:
            why = "below"  # the commit below the new one has it already
        elif source:
            why = "" if source[0] == n else "another"  # it came, or came from a source that counts more
        else:
            why = "observed" if hand.kind is not Kind.UNKNOWN else hand.rule
        found.update(dict.fromkeys((old + 1 for old in olds), why))
    return found


def _spans(why: Mapping[int, str]) -> Iterable[tuple[int, int, str]]:
    start = end = 0
    rule = ""
    for line in sorted(why):
        if end and line == end + 1 and why[line] == rule:
            end = line
            continue
        if end:
            yield start, end, rule
        start, end, rule = line, line, why[line]
    if end:
        yield start, end, rule


def _by_line(told: Told) -> dict[int, Hand]:
    return {line: hand for (start, end), hand in told for line in range(start, end + 1)}
