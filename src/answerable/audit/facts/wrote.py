"""What one commit wrote, told apart by file, origin, grade, tool, model, session and how it was accepted."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from answerable.audit.walking import Walked
from answerable.domain.commit import Commit
from answerable.domain.line_origin import LineOrigin
from answerable.git.added import Spans
from answerable.policy.change.authors import Author, authors_of
from answerable.provenance.origins import Origins
from answerable.provenance.table import UNKNOWN_TOOL


class Sort(NamedTuple):
    """Lines that are alike in all that is known of them."""

    path: bytes
    origin: str
    grade: str
    tool: str | None
    model: str | None
    session: str | None
    accepted: str | None  # how, as far as somebody vouches for it
    conflicting: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Wrote:
    """A commit and how many lines of each sort it added."""

    commit: Commit
    merge: str | None  # full id of the merge that brought it in
    lines: Mapping[Sort, int]
    authors: tuple[Author, ...]
    defects: tuple[str, ...]  # kinds of fault in the evidence about it
    unreadable: bool  # its lines could not be counted: cut off, or with missing objects


def wrote(window: Iterable[Walked], origins: Origins) -> list[Wrote]:
    """The commits of a window, in order."""
    return [_one(walked, origins) for walked in window]


def _one(walked: Walked, origins: Origins) -> Wrote:
    commit, added, merge, cut = walked
    defects = [defect.kind for defect in origins.defects]
    origins.defects.clear()
    lines: Counter[Sort] = Counter()
    paths: Mapping[bytes, Spans] = {} if cut else added.paths
    for path, spans in paths.items():
        whole = origins.whole(commit.sha, path)
        for start, end in spans:
            for part in (whole.at(start, end),) if whole else origins.of(commit.sha, path, start, end):
                lines[_sort(path, part)] += part.end - part.start + 1
    return Wrote(
        commit=commit,
        merge=merge.sha if merge else None,
        lines=dict(lines),
        authors=tuple(dict.fromkeys(authors_of(commit, origins.gatherer))),
        defects=tuple(defects),
        unreadable=bool(added.opaque or cut),
    )


def _sort(path: bytes, part: LineOrigin) -> Sort:
    agent = part.agent if part.agent and part.agent.tool != UNKNOWN_TOOL else None
    return Sort(
        path,
        part.origin.value,
        part.grade.word,
        agent.tool if agent else None,
        agent.model if agent else None,
        agent.session if agent else None,
        part.acceptance.vouched.value if part.acceptance else None,
        any(conflict.about == "origin" for conflict in part.conflicts),
    )
