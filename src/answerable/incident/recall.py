"""Everything still alive in a tree that a tool, a model or a session wrote, with who owns it now."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from answerable.domain.commit import Commit
from answerable.domain.deployment import Running, Whereabouts
from answerable.domain.layer import Placed, Places
from answerable.domain.origin import Origin
from answerable.domain.owner import Owner
from answerable.git.attribution.snapshot import Attribution
from answerable.git.repository import Repository
from answerable.ownership.registry import Registry
from answerable.provenance.gather import Gatherer
from answerable.provenance.lines import LineSpan, line_spans, origins_of_tree
from answerable.provenance.table import canonical

if TYPE_CHECKING:
    from answerable.incident.deployments import Deployments

NOBODY = "(nobody)"


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What to recall: every part that is given must hold. Texts match without regard to case.

    `tool` is a canonical name or one of its other names; `model` and `session` match anywhere in what is recorded;
    `since` and `until` are RFC 3339 UTC, inclusive, against the commit's date; `layer` is the name of a trust layer.
    """

    tool: str | None = None
    model: str | None = None
    session: str | None = None
    since: str | None = None
    until: str | None = None
    layer: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Recalled:
    """Consecutive lines to look at."""

    lines: LineSpan
    commit: Commit | None
    owner: Owner | None
    placed: Placed | None = None
    whereabouts: Whereabouts = field(default_factory=Whereabouts)


@dataclass(frozen=True, slots=True, kw_only=True)
class Recall:
    """All of them, and how many lines each owner has to look at."""

    spans: tuple[Recalled, ...]
    by_owner: Counter[str]
    by_tool: Counter[str]
    by_layer: Counter[str]

    @property
    def lines(self) -> int:
        """How many lines are recalled."""
        return sum(found.lines.end - found.lines.start + 1 for found in self.spans)

    @property
    def running(self) -> Sequence[tuple[Running, int]]:
        """Everywhere that some of it runs, and how many of its lines, the most first."""
        counts: Counter[Running] = Counter()
        for found in self.spans:
            for place in found.whereabouts.places:
                counts[place] += found.lines.end - found.lines.start + 1
        return counts.most_common()

    @property
    def absent(self) -> Sequence[str]:
        """Revisions that run and are not in this clone."""
        return self.spans[0].whereabouts.absent if self.spans else ()


def recall(
    repository: Repository,
    attribution: Attribution,
    gatherer: Gatherer,
    wanted: Wanted,
    places: Places | None = None,
    deployments: Deployments | None = None,
    cache: Path | None = None,
) -> Recall:
    """Find what still lives of something that may have gone wrong.

    Args:
        repository: Where.
        attribution: Of the tree asked about.
        gatherer: Of evidence about its commits.
        wanted: What to look for.
        places: Tells the layers of files; None: nothing is in a layer.
        deployments: Tells where commits run; None: nothing is recorded.
        cache: Folder in which is kept which commits say nothing of who wrote them, or None.
    """
    origins = origins_of_tree(repository, attribution, gatherer, cache)
    registry = Registry(repository, attribution.commit)
    by_owner: Counter[str] = Counter()
    by_tool: Counter[str] = Counter()
    by_layer: Counter[str] = Counter()
    spans = []
    told = line_spans(attribution, origins, lambda sha: origins.may_be(sha, Origin.AI, Origin.MIXED))
    matching = list(_matching(told, wanted, origins.commits))
    placed = places(list(dict.fromkeys(span.path for span in matching))) if places else {}
    if deployments:
        deployments.learn(dict.fromkeys(span.commit for span in matching))
    for span in matching:
        where = placed.get(span.path)
        if wanted.layer is not None and (where is None or where.layer.name != wanted.layer):
            continue
        owner = registry.owner(span.path)
        count = span.end - span.start + 1
        by_tool[span.tool or "(not named)"] += count
        for name in owner.names if owner else (NOBODY,):
            by_owner[name] += count
        if where is not None:
            by_layer[where.layer.name] += count
        spans.append(
            Recalled(
                lines=span, commit=origins.commits.get(span.commit), owner=owner, placed=where,
                whereabouts=deployments.whereabouts(span.commit) if deployments else Whereabouts(),
            )
        )  # fmt: skip
    return Recall(spans=tuple(spans), by_owner=by_owner, by_tool=by_tool, by_layer=by_layer)


def _matching(spans: Iterator[LineSpan], wanted: Wanted, commits: dict[str, Commit]) -> Iterator[LineSpan]:
    tool = canonical(wanted.tool) if wanted.tool else None
    for span in spans:
        if span.origin not in (Origin.AI.value, Origin.MIXED.value):
            continue
        if tool and span.tool != tool:
            continue
        if not (_holds(wanted.model, span.model) and _holds(wanted.session, span.session)):
            continue
        commit = commits.get(span.commit)
        at = commit.committed_at if commit else ""
        if (wanted.since and at < wanted.since) or (wanted.until and at > wanted.until):
            continue
        yield span


def _holds(asked: str | None, recorded: str | None) -> bool:
    return asked is None or (recorded is not None and asked.casefold() in recorded.casefold())
