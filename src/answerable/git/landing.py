"""How commits landed: the merge that brought each into the main line, and the first release that holds it.

A few commits are asked about one by one, each with a walk that ends near the commit; many are answered from one
reading of the whole graph.
"""

from __future__ import annotations

import os
from bisect import bisect_left
from collections.abc import Collection, Mapping, Sequence
from typing import NamedTuple

from answerable.git.program import git_date
from answerable.git.quarantine import Quarantine
from answerable.git.tags import Tag

MANY = 6  # commits from which on reading the whole graph is faster than asking about each
_LINE = ("--first-parent", "--timestamp")
_STRIDES = (64, 1024)  # commits of the main line that are looked at first
_TRIES = 3  # tags looked at, the oldest first
_DAY = 86_400  # clocks differ


class Landing(NamedTuple):
    """The merge (full id; None where the commit is on the main line itself) and the name of a release."""

    merge: str | None
    release: str | None


class Line:
    """The whole main line, being read by a process of its own.

    Args:
        quarantine: Where.
        head: Full commit id.
    """

    def __init__(self, quarantine: Quarantine, head: str) -> None:
        # into a file, since a full pipe would hold the process
        self._out = (quarantine.folder / f"main-line-{head}").open("w+b")
        self._process = quarantine.git.popen("rev-list", *_LINE, head, stdout=self._out)

    def read(self, since: int) -> tuple[bytes, bool] | None:
        """As much as reaches back to a moment, and whether that is all of it; None where git could not say.

        Args:
            since: Seconds since 1970.
        """
        if self._process.poll() is None:
            rows = self._so_far().rpartition(b"\n")[0]
            oldest = rows.rpartition(b"\n")[2].split(b" ")[0]
            if oldest.isdigit() and int(oldest) < since:
                return rows, False
        return (self._so_far(), True) if self._process.wait() == 0 else None

    def _so_far(self) -> bytes:
        """What git has written by now; the place where it goes on writing stays."""
        return os.pread(self._out.fileno(), os.fstat(self._out.fileno()).st_size, 0)

    def close(self) -> None:
        """End it."""
        if self._process.poll() is None:
            self._process.kill()
            self._process.wait()
        self._out.close()


class Landings:
    """Answers for one head.

    Args:
        quarantine: Where.
        head: Full commit id; its first-parent history is the main line.
        tags: Every tag, the oldest first.
        line: The main line, where it is being read already.
    """

    def __init__(self, quarantine: Quarantine, head: str, tags: list[Tag], line: Line | None = None) -> None:
        self._git = quarantine.git
        self._head = head
        self._tags = tags
        self._whole = line
        self._since: int | None = None
        self._line: list[str] = []  # newest first, each at its place
        self._times: list[str] = []  # seconds, of each of them
        self._places: dict[str, int] = {}
        self._merges: dict[str, str] | None = None  # of every commit, once the graph was read
        self._known: dict[str, Landing] = {}

    def learn(self, commits: Mapping[str, int]) -> None:
        """Find out about many commits (id, seconds since 1970) at once."""
        new = [sha for sha in commits if sha not in self._known]
        if not new:
            return
        self._read_line(min(commits[sha] for sha in new) - _DAY)
        if self._merges is None and len(new) >= MANY:
            self._merges = self._read_graph()
        for sha in new:
            self.of(sha, commits[sha])

    def of(self, sha: str, seconds: int) -> Landing:
        """How one commit landed.

        Args:
            sha: Full commit id.
            seconds: When it was committed, since 1970.
        """
        if sha not in self._known:
            self._read_line(seconds - _DAY)
            self._known[sha] = self._find(sha, seconds)
        return self._known[sha]

    def holding(self, sha: str, seconds: int, tips: Collection[str]) -> tuple[set[str], set[str]]:
        """Those of some commits that are known to have a commit in their history; and those that are not told apart.

        Commits of the main line are told apart without a look at the history: what landed there is in all that follows.

        Args:
            sha: Full commit id.
            seconds: When it was committed, since 1970.
            tips: Full ids.
        """
        merge = self.of(sha, seconds).merge
        place = self._places.get(sha, self._places.get(merge or ""))
        if place is None:
            return set(), set(tips)
        if any(tip not in self._places for tip in tips):
            self._read_line(0)
            place = self._places.get(sha, self._places.get(merge or "", place))
        placed = {tip: self._places[tip] for tip in tips if tip in self._places}
        return {tip for tip, at in placed.items() if at <= place}, set(tips) - placed.keys()

    def _find(self, sha: str, seconds: int) -> Landing:
        first = bisect_left(self._tags, (seconds, "", ""))
        tags = self._tags[first : first + _TRIES]
        if sha in self._places:
            holding = self._holding(sha, seconds, self._unplaced(tags))
            return Landing(None, self._release(self._places[sha], first, holding))
        if self._merges is not None:
            merge = self._merges.get(sha)
            return Landing(merge, self._release(self._places[merge], first, set()) if merge else None)
        oldest = min(bisect_left(self._times, -seconds, key=lambda time: -int(time)), len(self._line))
        tips = [self._line[at] for at in (oldest - stride for stride in _STRIDES) if at > 0]
        asked = self._unplaced(tags)
        holding = set[str]()
        for tip in (*tips, self._head):  # most commits land soon; the nearer a tip, the less there is to read
            holding |= self._holding(sha, seconds, [tip, *asked])
            if places := [self._places[one] for one in holding if one in self._places]:
                return Landing(self._line[max(places)], self._release(max(places), first, holding))
            asked = []
        return Landing(None, None)  # not in the head's history

    def _release(self, place: int, first: int, holding: Collection[str]) -> str | None:
        """The oldest tag that holds a place of the main line, or that is known to hold the commit."""
        for _, oid, name in self._tags[first:]:
            if oid in holding or self._places.get(oid, place + 1) <= place:
                return name
        return None

    def _unplaced(self, tags: Collection[Tag]) -> list[str]:
        """The tags that must be asked about: those before the first that the main line answers for."""
        found = []
        for tag in tags:
            if tag[1] in self._places:
                break
            found.append(tag[1])
        return found

    def _holding(self, sha: str, seconds: int, tips: Collection[str]) -> set[str]:
        """Every commit up to these tips that has `sha` in its past, and itself where it is in theirs.

        Only commits of its time and later are read: older ones cannot hold it, unless a clock was wrong. Where it is
        not found so, git follows it in full.
        """
        if not tips:
            return set()
        code, out, _ = self._git.attempt("rev-list", "--parents", f"--since={git_date(seconds - _DAY)}", *tips)
        rows = [row.split() for row in out.decode("ascii", "replace").splitlines()] if code == 0 else []
        if any(row[0] == sha for row in rows):
            children: dict[str, list[str]] = {}
            for child, *parents in rows:
                for parent in parents:
                    children.setdefault(parent, []).append(child)
            return _reached(sha, children)
        code, out, _ = self._git.attempt("rev-list", "--ancestry-path", *tips, f"^{sha}")
        found = set(out.decode("ascii", "replace").split()) if code == 0 else set()
        return found | ({sha} & set(tips))

    def _read_line(self, since: int) -> None:
        if self._since is not None and self._since <= since:
            return
        read = self._whole.read(since) if self._whole else None
        out, whole = read or (self._git.run("rev-list", *_LINE, f"--since={git_date(since)}", self._head), False)
        self._since = 0 if whole else since
        words = out.decode("ascii", "replace").split()
        self._times, self._line = words[0::2], words[1::2]
        self._places = dict(zip(self._line, range(len(self._line)), strict=True))

    def _read_graph(self) -> dict[str, str]:
        """The merge of every commit that is not on the main line."""
        self._read_line(0)
        out = self._git.run("rev-list", "--parents", self._head).decode("ascii", "replace")
        rows = (row.split() for row in out.splitlines())
        return merges_of({sha: parents for sha, *parents in rows}, self._head)


def _reached(start: str, onward: Mapping[str, Sequence[str]]) -> set[str]:
    found, todo = {start}, [start]
    while todo:
        for after in onward.get(todo.pop(), ()):
            if after not in found:
                found.add(after)
                todo.append(after)
    return found


def merges_of(parents: Mapping[str, Sequence[str]], head: str) -> dict[str, str]:
    """The merge of the head's main line that first brought in each commit that is not on it.

    Args:
        parents: The parents of every commit concerned.
        head: Full commit id.
    """
    line = [head]
    while parents.get(line[-1]):
        line.append(parents[line[-1]][0])
    places = set(line)
    merges: dict[str, str] = {}
    for link in reversed(line):  # oldest first: a commit belongs to the first merge that reaches it
        todo = list(parents.get(link, ())[1:])
        while todo:
            sha = todo.pop()
            if sha not in merges and sha not in places:
                merges[sha] = link
                todo += parents.get(sha, ())
    return merges
