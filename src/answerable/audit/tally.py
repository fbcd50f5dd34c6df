"""Counts of what entered a repository: by origin, grade and tool. Counts add up, so they can be made in parts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field

from answerable.domain.commit import Commit
from answerable.domain.line_origin import LineOrigin
from answerable.domain.origin import Origin
from answerable.git.added import Added, Spans
from answerable.provenance.origins import Origins
from answerable.provenance.table import UNKNOWN_TOOL
from answerable.review import message


@dataclass(slots=True)
class Tally:
    """What a set of commits added. Never by person."""

    commits: int = 0
    merges: int = 0
    reviewed: int = 0  # commits, merges apart, for which they or their merge name an independent reviewer
    unreadable: int = 0  # commits whose lines could not be counted: cut off or with missing objects
    conflicting: int = 0  # lines that one source says AI wrote and another a person
    nameless: int = 0  # lines of AI origin for which no tool is named
    commits_by_origin: Counter[str] = field(default_factory=Counter)
    commits_by_tool: Counter[str] = field(default_factory=Counter)
    lines_by_origin: Counter[str] = field(default_factory=Counter)
    lines_by_grade: Counter[str] = field(default_factory=Counter)
    lines_by_tool: Counter[str] = field(default_factory=Counter)
    lines_by_path: Counter[bytes] = field(default_factory=Counter)
    weighed_by_path: Counter[bytes] = field(default_factory=Counter)  # of AI, mixed or unknown origin
    defects: Counter[str] = field(default_factory=Counter)
    newest_ai: str | None = None  # the newest commit with lines of AI origin

    @property
    def lines(self) -> int:
        """How many lines were added."""
        return sum(self.lines_by_origin.values())

    def take(
        self, commit: Commit, added: Added, origins: Origins, *, merge: Commit | None = None, cut: bool = False
    ) -> None:
        """Count one commit.

        Args:
            commit: The commit.
            added: What it added.
            origins: Has read the evidence about it.
            merge: The merge that brought it in, whose message may name reviewers.
            cut: History ends here, so what it seems to add came from before.
        """
        self.commits += 1
        self.merges += commit.is_merge
        if not commit.is_merge:
            marks = message.read(commit, merge)
            self.reviewed += bool(marks.independent_reviewers or marks.independent_acks)
        if added.opaque or cut:
            self.unreadable += 1
        paths: Mapping[bytes, Spans] = {} if cut else added.paths
        found: Counter[Origin] = Counter()
        tools: set[str] = set()
        for path, spans in paths.items():
            whole = origins.whole(commit.sha, path)
            for start, end in spans:
                self.lines_by_path[path] += end - start + 1
                for part in (whole.at(start, end),) if whole else origins.of(commit.sha, path, start, end):
                    self._lines(part, found, tools)
                    if part.origin is not Origin.HUMAN:
                        self.weighed_by_path[path] += part.end - part.start + 1
        origin = _of_commit(found, None if found else origins.whole(commit.sha, b""))
        self.commits_by_origin[origin.value] += 1
        self.commits_by_tool.update(tools)
        if self.newest_ai is None and found[Origin.AI] + found[Origin.MIXED]:
            self.newest_ai = commit.sha

    def add(self, other: Tally) -> None:
        """Add counts made elsewhere of older commits."""
        for name in ("commits", "merges", "reviewed", "unreadable", "conflicting", "nameless"):
            setattr(self, name, getattr(self, name) + getattr(other, name))
        for name in ("commits_by_origin", "commits_by_tool", "lines_by_origin", "lines_by_grade", "lines_by_tool"):
            getattr(self, name).update(getattr(other, name))
        self.lines_by_path.update(other.lines_by_path)
        self.weighed_by_path.update(other.weighed_by_path)
        self.defects.update(other.defects)
        self.newest_ai = self.newest_ai or other.newest_ai

    def _lines(self, part: LineOrigin, found: Counter[Origin], tools: set[str]) -> None:
        count = part.end - part.start + 1
        found[part.origin] += count
        self.lines_by_origin[part.origin.value] += count
        self.lines_by_grade[part.grade.word] += count
        self.conflicting += count * any(conflict.about == "origin" for conflict in part.conflicts)
        if part.agent and part.agent.tool != UNKNOWN_TOOL:
            self.lines_by_tool[part.agent.tool] += count
            tools.add(part.agent.tool)
        elif part.origin in (Origin.AI, Origin.MIXED):
            self.nameless += count


def _of_commit(lines: Counter[Origin], whole: LineOrigin | None) -> Origin:
    """A commit with any AI line counts as AI, or as mixed where a person is known to have written others."""
    if not lines:
        return whole.origin if whole else Origin.UNKNOWN
    written = lines[Origin.AI] + lines[Origin.MIXED]
    if written:
        return Origin.MIXED if lines[Origin.MIXED] + lines[Origin.HUMAN] else Origin.AI
    return Origin.HUMAN if set(+lines) == {Origin.HUMAN} else Origin.UNKNOWN
