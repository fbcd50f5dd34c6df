"""Walks history once for all files and finds every version of every file that lines at a revision may come from.

No blob is read. A version is one path at one commit whose content passed on unchanged until there; it either begins
at that commit or continues, changed, in versions of its parents. The rules are those of `git blame`: a merge passes a
path whole to the first parent that has the same blob, else to every parent in order; a path that a parent lacks may
have been renamed there.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import closing
from typing import NamedTuple

from answerable.git.attribution.pieces import End
from answerable.git.attribution.renames import Renames
from answerable.git.changes import Change, Merged, Record, Step, against, records
from answerable.git.program import Git

Held = dict[bytes, int]  # path -> version
_CHECK_EVERY = 256


class Edge(NamedTuple):
    """A version's older self in one parent, with both blobs."""

    version: int
    old: bytes
    new: bytes


class Node(NamedTuple):
    """A version that changed: where, and what it continues. No edges: every line not yet explained began here."""

    commit: bytes
    path: bytes
    edges: tuple[Edge, ...]
    end: End


class Lineage:
    """The graph of versions; `nodes` lists those that changed, newest first.

    Args:
        git: Where to ask (a quarantine).
        renames: Answers rename questions.
        boundary: Commits at which a shallow clone ends.
        want: Told which pairs of blobs (old, new) of a path must be compared.
    """

    def __init__(
        self,
        git: Git,
        renames: Renames,
        boundary: frozenset[str],
        want: Callable[[bytes, Sequence[tuple[bytes, bytes]]], None],
    ) -> None:
        self._git = git
        self._renames = renames
        self._boundary = frozenset(sha.encode() for sha in boundary)
        self._want = want
        self._alias: list[int] = []
        self._limited = False
        self.known: dict[int, bytes] = {}  # versions whose lines a snapshot holds, with their path there
        self.nodes: dict[int, Node] = {}
        self.pending: dict[bytes, Held] = {}

    def begin(self, commit: bytes, paths: Iterable[bytes], *, known: bool = False) -> Held:
        """Ask for these paths at this commit (or say that they are known) and return their versions."""
        held = {path: self._new() for path in paths}
        if known:
            self.known.update((version, path) for path, version in held.items())
        self._give(commit, dict(held))
        return held

    def walk(self, steps: Sequence[Step], paths: set[bytes] | None, tick: Callable[[int], None]) -> None:
        """Follow everything pending through these commits, children before parents.

        Args:
            steps: The commits.
            paths: Look at these paths only (grown by the renames found), or at all.
            tick: Called with the number of commits done.
        """
        self._limited = paths is not None
        at = 0
        while at < len(steps) and self.pending:
            grown: set[bytes] = set()
            with closing(records(self._git, steps[at:], tuple(paths or ()))) as stream:
                for record in stream:
                    at += 1
                    grown = self.take(record)
                    if not self.pending or (at % _CHECK_EVERY == 0 and self.known and self.settled()):
                        return
                    if at % _CHECK_EVERY == 0:
                        tick(at)
                    if paths is not None and not grown <= paths:
                        break
            if paths is not None:
                paths |= grown

    def take(self, record: Record) -> set[bytes]:
        """Follow what is pending at one commit to its parents; return the paths that renames added."""
        held = self.pending.pop(record.step.commit, None)
        return self._pass(record, held) if held else set()

    def settled(self) -> bool:
        """True once a snapshot answers everything that is still pending."""
        return all(self.find(v) in self.known for held in self.pending.values() for v in held.values())

    def unsettled(self) -> set[bytes]:
        """The pending paths that no snapshot answers."""
        every = ((path, v) for held in self.pending.values() for path, v in held.items())
        return {path for path, v in every if self.find(v) not in self.known}

    def keep_only(self, paths: set[bytes]) -> None:
        """Forget pending paths other than these: they are known, and nothing depends on them."""
        kept = {c: {p: v for p, v in held.items() if p in paths} for c, held in self.pending.items()}
        self.pending = {commit: held for commit, held in kept.items() if held}

    @property
    def versions(self) -> int:
        """How many versions there are; none is as large as that."""
        return len(self._alias)

    def find(self, version: int) -> int:
        """The version that stands for this one, after equal ones were joined."""
        alias = self._alias
        while alias[version] != version:
            alias[version] = alias[alias[version]]
            version = alias[version]
        return version

    def joined(self) -> dict[int, Node]:
        """Every version that changed, with the versions that stand for those that it continues."""
        find = self.find
        return {
            version: Node(commit, path, tuple([Edge(find(older), old, new) for older, old, new in edges]), end)
            for version, (commit, path, edges, end) in self.nodes.items()
        }

    def _new(self) -> int:
        self._alias.append(len(self._alias))
        return len(self._alias) - 1

    def _join(self, one: int, other: int) -> int:
        one, other = self.find(one), self.find(other)
        if one in self.known:
            one, other = other, one
        self._alias[one] = other
        return other

    def _put(self, held: Held, path: bytes, version: int) -> None:
        held[path] = self._join(version, held[path]) if path in held else version

    def _give(self, commit: bytes, held: Held) -> None:
        there = self.pending.get(commit)
        if there is None:
            self.pending[commit] = held
            return
        small, large = sorted((held, there), key=len)
        for path, version in small.items():
            self._put(large, path, version)
        self.pending[commit] = large

    def _finish(self, version: int, node: Node) -> None:
        version = self.find(version)
        if version not in self.known:
            self.nodes[version] = node
            self._want(node.path, [(edge.old, edge.new) for edge in node.edges])

    def _pass(self, record: Record, held: Held) -> set[bytes]:
        """Hand what one commit holds to its parents; return the paths that renames added."""
        commit, parents = record.step
        if record.opaque or not parents:
            end = End.MISSING if record.opaque else End.SHALLOW if commit in self._boundary else End.BEGUN
            for path, version in held.items():
                self._finish(version, Node(commit, path, (), end))
            return set()
        touched = [Change.of(path, raw) for path, raw in record.raw if path in held]
        touched = [c for c in touched if c.old != c.new or c.status != b"M"]  # a mode alone changes no line
        grown: set[bytes] = set()
        if touched:
            passing = _Passing(commit, parents, held, {parent: {} for parent in parents[1:]})
            grown = self._merge(passing, touched, record) if passing.others else self._single(passing, touched, record)
            for parent, given in passing.others.items():
                if given:
                    self._give(parent, given)
        if held:
            self._give(parents[0], held)
        return grown

    def _single(self, passing: _Passing, touched: Sequence[Change], record: Record) -> set[bytes]:
        commit, (parent,), held, _ = passing
        taken = [(change, held.pop(change.path)) for change in touched]
        added = [change for change, _ in taken if change.status == b"A"]
        moved = self._moved(commit, parent, added, record)
        for change, version in taken:
            source = change if change.status == b"M" else moved.get(change.path)
            if source is None:
                self._finish(version, Node(commit, change.path, (), self._begun(commit, change.path)))
            elif source.old == change.new:
                self._put(held, source.path, version)
            else:
                older = self._new()
                self._finish(version, Node(commit, change.path, (Edge(older, source.old, change.new),), End.BEGUN))
                self._put(held, source.path, older)
        return {source.path for source in moved.values()}

    def _moved(
        self, commit: bytes, parent: bytes, added: Sequence[Change], record: Record | None
    ) -> dict[bytes, Change]:
        if not added:
            return {}
        if record is None or self._limited:
            gone = [change for change in against(self._git, parent, commit) if change.status == b"D"]
        else:
            gone = [Change.of(path, raw) for path, raw in record.raw if raw.endswith(b"D")]
        return self._renames.sources((commit, parent), added, gone)

    def _merge(self, passing: _Passing, touched: Sequence[Change], record: Record) -> set[bytes]:
        held, others = passing.held, passing.others
        grown: set[bytes] = set()
        for change in touched:
            raw = record.merged.get(change.path)
            version = held.pop(change.path)
            if raw is None:
                self._put(others[self._same(passing, change)], change.path, version)
            else:
                origins, renamed = self._origins(passing, change, Merged.of(raw), record)
                grown |= renamed
                self._split(passing, change, version, origins)
        return grown

    def _same(self, passing: _Passing, change: Change) -> bytes:
        """The first other parent that has the very same path and blob; its mode may differ."""
        commit, parents, *_ = passing
        for parent in parents[1:-1]:
            here = [c for c in against(self._git, parent, commit) if c.path == change.path]
            if all(c.status == b"M" and c.old == c.new for c in here):
                return parent
        return parents[-1]

    def _origins(
        self, passing: _Passing, change: Change, merged: Merged, record: Record
    ) -> tuple[list[tuple[bytes, bytes, bytes]], set[bytes]]:
        """(parent, path, blob) wherever a merged path has an older self, in parent order; and the renamed paths."""
        commit, parents, *_ = passing
        found: dict[bytes, tuple[bytes, bytes, bytes]] = {}
        absent = []
        for parent, (mode, blob) in zip(parents, merged.parents, strict=True):
            if not blob.strip(b"0"):
                absent.append(parent)
            elif mode[:3] == merged.mode[:3]:
                found.setdefault(parent, (parent, change.path, blob))
                if blob == merged.blob:
                    return [found[parent]], set()
        renamed: set[bytes] = set()
        for parent in absent:
            added = Change(change.path, b"000000", merged.mode, b"", merged.blob, b"A")
            usable = record if parent == parents[0] else None
            source = self._moved(commit, parent, [added], usable).get(change.path)
            if source:
                renamed.add(source.path)
                found[parent] = (parent, source.path, source.old)
                if source.old == merged.blob:
                    return [found[parent]], renamed
        return [found[parent] for parent in dict.fromkeys(parents) if parent in found], renamed

    def _split(
        self, passing: _Passing, change: Change, version: int, origins: Sequence[tuple[bytes, bytes, bytes]]
    ) -> None:
        commit, parents, held, others = passing
        edges, seen = [], set()
        for parent, path, blob in origins:
            target = held if parent == parents[0] else others[parent]
            if blob == change.new:
                self._put(target, path, version)
                return
            if blob not in seen:
                seen.add(blob)
                older = self._new()
                edges.append(Edge(older, blob, change.new))
                self._put(target, path, older)
        self._finish(version, Node(commit, change.path, tuple(edges), self._begun(commit, change.path)))

    def _begun(self, commit: bytes, path: bytes) -> End:
        return End.MISSING if (commit, path) in self._renames.unsure else End.BEGUN


class _Passing(NamedTuple):
    """A commit handing on: what goes to its first parent (`held`) and what to each of the others."""

    commit: bytes
    parents: tuple[bytes, ...]
    held: Held
    others: dict[bytes, Held]


def groups(nodes: Mapping[int, Node], heads: Mapping[int, bytes]) -> list[list[int]]:
    """Versions that can share lines, newest first; joined wherever an edge leads.

    Args:
        nodes: As `Lineage.joined` gives them.
        heads: The versions that are asked about.
    """
    leader: dict[int, int] = {}

    def lead(version: int) -> int:
        while leader.setdefault(version, version) != version:
            leader[version] = leader[leader[version]]
            version = leader[version]
        return version

    for version, node in nodes.items():
        for edge in node.edges:
            leader[lead(version)] = lead(edge.version)
    found: dict[int, list[int]] = {}
    for version in [*nodes, *(v for v in heads if v not in nodes)]:
        found.setdefault(lead(version), []).append(version)
    return [group for group in found.values() if any(v in heads for v in group)]
