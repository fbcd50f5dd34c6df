"""Every line of a tree as spans: where `git blame` says it began, and what evidence says of its origin."""

from __future__ import annotations

from collections.abc import Callable, Container, Iterator
from pathlib import Path
from typing import NamedTuple

from answerable.domain.commit import Commit
from answerable.git.attribution.pieces import End
from answerable.git.attribution.snapshot import Attribution
from answerable.git.repository import Repository
from answerable.provenance import speaking
from answerable.provenance.combine import UNKNOWN
from answerable.provenance.gather import Gatherer
from answerable.provenance.origins import Origins


class LineSpan(NamedTuple):
    """Consecutive lines, 1-based and inclusive, that began together; `boundary` says where history is cut off."""

    path: bytes
    start: int
    end: int
    commit: str
    orig_path: bytes
    orig_start: int
    origin: str
    grade: str
    tool: str | None
    model: str | None
    session: str | None
    boundary: str | None


def origins_of_tree(
    repository: Repository, attribution: Attribution, gatherer: Gatherer, cache: Path | None = None
) -> Origins:
    """Read the evidence about every commit that wrote a line of the tree.

    Args:
        repository: Where.
        attribution: Of the tree.
        gatherer: Of evidence.
        cache: Folder in which is kept which commits say nothing themselves, or None.
    """
    owners = list(dict.fromkeys(o.commit.decode() for o in attribution.origins if o.end is End.BEGUN))
    origins = Origins(repository, gatherer)
    kept = speaking.load(cache, repository, attribution.commit) if cache else None
    if kept:
        gatherer.prepare(kept.merges)
        elsewhere = gatherer.spoken_of(owners)
        if elsewhere is not None:
            origins.learn([sha for sha in owners if sha in kept.commits or sha in elsewhere], keep=True)
            return origins
    merges = repository.quarantine.git.run("rev-list", "--merges", attribution.commit).decode("ascii").split()
    gatherer.prepare(merges)
    origins.learn(owners, keep=True)
    if cache and gatherer.spoken_of(()) is not None:
        said = {sha for sha, commit in origins.commits.items() if _speaks(gatherer, commit)}
        whole = len(origins.commits) == len(owners)  # nothing is missing here that could yet speak
        speaking.save(cache, repository, attribution.commit, said if whole else owners, gatherer.telling)
    return origins


def _speaks(gatherer: Gatherer, commit: Commit) -> bool:
    reading = gatherer.reading(commit)
    return bool(reading.claims or reading.defects or speaking.LATER in commit.message)


def line_spans(
    attribution: Attribution, origins: Origins, only: Callable[[str], bool] | None = None
) -> Iterator[LineSpan]:
    """Yield the spans of all attributed files, in path and line order.

    Args:
        attribution: Of a tree.
        origins: What evidence says.
        only: Says of which commits lines are wanted; None: of all, and those whose history is cut off.
    """
    wanted = None
    if only is not None:
        begun = ((at, one.commit.decode()) for at, one in enumerate(attribution.origins) if one.end is End.BEGUN)
        wanted = {at for at, sha in begun if only(sha)}
    for path in sorted(attribution.files):
        yield from _of_file(attribution, origins, path, wanted)


def _of_file(
    attribution: Attribution, origins: Origins, path: bytes, wanted: Container[int] | None
) -> Iterator[LineSpan]:
    for start, count, (commit, orig_path, end), orig_start in attribution.pieces(path, wanted):
        sha, last = commit.decode(), start + count - 1
        if end is not End.BEGUN:
            boundary = end.name.lower()
            yield LineSpan(
                path, start, last, sha, orig_path, orig_start, UNKNOWN.origin.value, UNKNOWN.grade.word,
                None, None, None, boundary,
            )  # fmt: skip
            continue
        for found in origins.of(sha, orig_path, orig_start, orig_start + count - 1):
            agent = found.agent
            yield LineSpan(
                path, start + found.start - orig_start, start + found.end - orig_start, sha, orig_path, found.start,
                found.origin.value, found.grade.word, agent.tool if agent else None,
                agent.model if agent else None, agent.session if agent else None, None,
            )  # fmt: skip
