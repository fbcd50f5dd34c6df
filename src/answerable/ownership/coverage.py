"""How much of what AI wrote has somebody who answers for it: lines alive in a tree, by the trust layer of their file.

A line of unknown origin weighs as one of AI: that nothing is recorded lowers no scrutiny. Three steps are told apart:
somebody is declared as owner; somebody of them is known by name and there; and an escalation says who is called when.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from answerable.domain.layer import Places
from answerable.domain.origin import Origin
from answerable.ownership.registry import Registry
from answerable.ownership.resolved import Resolved
from answerable.provenance.lines import LineSpan

UNPLACED = "(none)"
WEIGHED = frozenset({Origin.AI.value, Origin.MIXED.value, Origin.UNKNOWN.value})


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """Lines, and how many of them are answered for, each step a part of the one before."""

    lines: int = 0
    owned: int = 0  # an owner is declared
    named: int = 0  # a person is known by name, and there
    escalates: int = 0  # it is written who is called when

    def __add__(self, other: Share) -> Share:
        """The two together."""
        return Share(
            lines=self.lines + other.lines, owned=self.owned + other.owned, named=self.named + other.named,
            escalates=self.escalates + other.escalates,
        )  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Coverage:
    """Of lines that AI wrote or whose origin is not known, and of all lines; layers with the most severe first."""

    weighed: Share  # AI, mixed and unknown
    ai: Share  # AI and mixed alone
    every: Share
    by_layer: tuple[tuple[str, Share], ...]  # weighed lines


def coverage(spans: Iterable[LineSpan], registry: Registry, at: datetime, places: Places | None = None) -> Coverage:
    """How much is answered for.

    Args:
        spans: Every line of a tree.
        registry: Of the same commit.
        at: The moment, with its zone.
        places: Tells the layers of files; None: nothing is in a layer.
    """
    counted: dict[bytes, Counter[str]] = {}
    for span in spans:
        counted.setdefault(span.path, Counter())[span.origin] += span.end - span.start + 1
    paths = list(counted)
    resolved = registry.resolve_many(paths, at) if registry.declared else []
    answers = {one.path: _answered(one) for one in resolved}
    weighed = {path: _sum(count, WEIGHED) for path, count in counted.items()}
    return Coverage(
        weighed=_share(weighed, answers),
        ai=_share({path: _sum(count, WEIGHED - {Origin.UNKNOWN.value}) for path, count in counted.items()}, answers),
        every=_share({path: count.total() for path, count in counted.items()}, answers),
        by_layer=_layers(weighed, answers, places),
    )


def owned_lines(registry: Registry, lines: Mapping[bytes, int]) -> int:
    """How many of lines are in files for which an owner is declared; a file that is gone counts by its name.

    Args:
        registry: Of a commit.
        lines: How many, by path.
    """
    return sum(count for path, count in lines.items() if registry.owner(path)) if registry.declared else 0


def _layers(
    lines: Mapping[bytes, int], answers: Mapping[bytes, int], places: Places | None
) -> tuple[tuple[str, Share], ...]:
    wanted = [path for path, count in lines.items() if count]
    placed = places(wanted) if places else {}
    ranks: dict[str, int] = {}
    found: dict[str, Share] = {}
    for path in wanted:
        where = placed.get(path)
        name, rank = (where.layer.name, where.layer.rank) if where else (UNPLACED, 1 << 30)
        ranks[name] = rank
        found[name] = found.get(name, Share()) + _share({path: lines[path]}, answers)
    return tuple((name, found[name]) for name in sorted(found, key=ranks.__getitem__))


def _answered(one: Resolved) -> int:
    """How many of the three steps hold."""
    if one.owner is None:
        return 0
    if not one.response:
        return 1
    return 3 if one.escalation and any(call.people for call in one.calls) else 2


def _share(lines: Mapping[bytes, int], answers: Mapping[bytes, int]) -> Share:
    at_least = [sum(count for path, count in lines.items() if answers.get(path, 0) >= step) for step in range(4)]
    return Share(lines=at_least[0], owned=at_least[1], named=at_least[2], escalates=at_least[3])


def _sum(counts: Counter[str], origins: frozenset[str]) -> int:
    return sum(counts[origin] for origin in origins)
