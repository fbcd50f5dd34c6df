"""The facts of a history: every change of its main line in a period, joined with what the ledger decided and what ran.

Facts are what the repository, its notes and its ledger show at one moment. They hold no opinion: signals, controls and
packs are functions of them alone, so that the same facts give the same answers.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from answerable.audit.facts.carried import Carries, Source
from answerable.audit.facts.change import Change
from answerable.audit.facts.decided import Decided, Standing
from answerable.audit.facts.deployed import Deployed, deployments, first_holding, logged
from answerable.audit.facts.drilled import Drilled, drills
from answerable.audit.facts.judged import Judging
from answerable.audit.facts.line import Placed, main_line, moment, within
from answerable.audit.facts.placed import Placement
from answerable.audit.facts.wrote import Wrote, wrote
from answerable.audit.period import Period
from answerable.audit.walking import Walk
from answerable.domain.decision import order
from answerable.domain.grade import Grade
from answerable.domain.origin import Origin
from answerable.git.commits import read_commits
from answerable.git.repository import Repository
from answerable.policy.change.authors import Author, authors_of, joined
from answerable.review import message

Progress = Callable[[str, int, int], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What happened. `changes` are newest first, `deployments` in the order of the ledger."""

    head: str
    period: Period
    changes: tuple[Change, ...]
    deployments: tuple[Deployed, ...]
    ledger: Standing
    drills: tuple[Drilled, ...] = ()  # rehearsals of the period, in the order of the ledger
    layers: tuple[str, ...] = ()  # of the policy in force at the head, most severe first
    policy: str | None = None  # its digest; None: there is none, or it cannot be read
    doubtful: tuple[Placed, ...] = ()  # commits of the period whose clock cannot have been right
    defects: Mapping[str, int] | None = None  # faults of the evidence, by kind
    notes: tuple[str, ...] = ()  # what could not be known, in sentences


def gather(
    repository: Repository,
    head: str,
    period: Period,
    decided: Decided,
    *,
    cache: Path | None = None,
    processes: int | None = None,
    progress: Progress = lambda _stage, _done, _of: None,
) -> Facts:
    """Join the facts of a period.

    Args:
        repository: Where.
        head: Full id of the newest commit of the main line.
        period: Which changes and deployments.
        decided: What the ledger says.
        cache: Folder of the hunk store, or None.
        processes: How many to use; all processors by default.
        progress: Told what is done.
    """
    line = main_line(repository, head)
    here = within(line, period)
    places = {one.sha: at for at, one in enumerate(line)}
    ran = deployments(repository, decided.history, places, head)
    rehearsed = tuple(one for one in drills(decided.history) if period.holds(one.at))
    if not here:
        return Facts(
            head=head, period=period, changes=(), deployments=_during(ran, period), ledger=decided.standing,
            drills=rehearsed,
            notes=("no change came in during the period",),
        )  # fmt: skip
    walk = Walk(repository, here[0].sha, cache=cache, processes=processes)
    walk.gatherer.verified = {entry.index: entry.decision for entry in decided.history.entries}
    oldest = places[here[-1].sha]
    base = line[oldest + 1].sha if oldest + 1 < len(line) else None
    carries = Carries(repository, decided.carried())
    sources: dict[str, list[Source]] = {}
    behind: dict[str, list[Author]] = {}  # by change, who made what it was made of: a squash forgets them
    with closing(walk.gatherer):
        steps, told = walk.steps(base), list[Wrote]()
        for window in walk.over(steps, wrote):
            told += window
            progress("reading commits", len(told), len(steps))
        for landed in (one.commit for one in told if one.commit.sha in places):
            for source in carries.of(landed):
                sources.setdefault(landed.sha, []).append(source)
                for commit in read_commits(repository.objects, carries.commits(source)):
                    behind.setdefault(landed.sha, []).extend(authors_of(commit, walk.gatherer))
    placement = Placement(repository, head, (sort.path for one in told for sort in one.lines), period)
    judging = Judging(decided.history, places, carries)
    by_change: dict[str, list[Wrote]] = {}
    for one in told:
        by_change.setdefault(one.merge or one.commit.sha, []).append(one)
    changes = [
        _change(at, by_change.get(at.sha, []), judging, placement, sources.get(at.sha, ()), behind.get(at.sha, ()))
        for at in here
    ]
    return Facts(
        head=head,
        period=period,
        changes=tuple(_with_deployments(changes, ran, places)),
        deployments=_during(ran, period),
        drills=rehearsed,
        ledger=decided.standing,
        layers=placement.layers,
        policy=placement.policy,
        doubtful=tuple(one for one in line if one.doubtful and (period.holds(moment(one.at)) or _said_in(one, period))),
        defects=dict(Counter(kind for one in told for kind in one.defects)),
        notes=tuple(placement.notes),
    )


def _change(
    at: Placed,
    brought: Sequence[Wrote],
    judging: Judging,
    placement: Placement,
    sources: Sequence[Source],
    behind: Sequence[Author],
) -> Change:
    by_sha = {one.commit.sha: one for one in brought}
    landed = by_sha.get(at.sha)
    if landed is None:
        return Change(commit=at.sha, id=at.sha[:12], at=moment(at.at), said_at=moment(at.said), unreadable=True)
    made_by = joined([*(author for one in brought for author in one.authors), *behind])
    tip = by_sha.get(next(iter(landed.commit.parents[1:2]), ""), landed).commit
    marks = message.read(tip, landed.commit if landed.commit is not tip else None)
    named = [mark.person for mark in (*marks.independent_reviewers, *marks.independent_acks)]
    own = sum(landed.lines.values()) if landed.commit.is_merge else 0
    return Change(
        commit=at.sha,
        id=marks.change or at.sha[:12],
        at=moment(at.at),
        said_at=moment(at.said),
        subject=tip.subject,
        direct=marks.change is None and not landed.commit.is_merge,
        commits=len(brought),
        authors=tuple(dict.fromkeys(str(author.who) for author in made_by.all)),
        merged_by=str(landed.commit.committer),
        reviewers=tuple(dict.fromkeys(named)),
        unreadable=any(one.unreadable for one in brought),
        **_lines(brought),
        **placement.of(brought),
        **judging.of(landed.commit, [one.commit for one in brought], made_by, own, sources),
    )


def _lines(brought: Iterable[Wrote]) -> dict[str, Any]:
    """The columns that counts of lines fill."""
    counts: Counter[str] = Counter()
    grades: Counter[str] = Counter()
    words: dict[str, dict[str, None]] = {name: {} for name in ("tools", "models", "sessions", "accepted")}
    least: dict[bool, Grade] = {}
    conflicting = 0
    for one in brought:
        for sort, many in one.lines.items():
            counts[sort.origin] += many
            grades[sort.grade] += many
            conflicting += many * sort.conflicting
            grade, human = Grade[sort.grade.upper()], sort.origin == Origin.HUMAN.value
            least[human] = min(grade, least.get(human, grade))
            told = {"tools": sort.tool, "models": sort.model, "sessions": sort.session, "accepted": sort.accepted}
            for name, word in told.items():
                if word:
                    words[name][word] = None
    return {
        "lines": counts.total(),
        "ai_lines": counts[Origin.AI.value],
        "mixed_lines": counts[Origin.MIXED.value],
        "human_lines": counts[Origin.HUMAN.value],
        "unknown_lines": counts[Origin.UNKNOWN.value],
        "conflicting_lines": conflicting,
        "origin": _origin(counts),
        "grade": least.get(False, least.get(True, Grade.NONE)).word,
        "grades": dict(sorted(grades.items())),
        **{name: tuple(sorted(found)) for name, found in words.items()},
    }


def _origin(counts: Mapping[str, int]) -> str:
    """With any line of a tool a change is the tool's, or mixed where a person is known to have written others."""
    if counts[Origin.AI.value] + counts[Origin.MIXED.value]:
        return Origin.MIXED.value if counts[Origin.MIXED.value] + counts[Origin.HUMAN.value] else Origin.AI.value
    return (
        Origin.UNKNOWN.value if counts[Origin.UNKNOWN.value] or not counts[Origin.HUMAN.value] else Origin.HUMAN.value
    )


def _said_in(one: Placed, period: Period) -> bool:
    """True where a commit says that it is of the period."""
    return period.holds(moment(one.said))


def _during(ran: Iterable[Deployed], period: Period) -> tuple[Deployed, ...]:
    return tuple(one for one in ran if period.holds(one.at))


def _with_deployments(changes: Iterable[Change], ran: list[Deployed], places: Mapping[str, int]) -> Iterable[Change]:
    """Changes with the first deployment that holds each, and the environments it reached."""
    held = first_holding(ran, places)
    by_moment, by_entry = _Reach(held), _Reach(logged(ran, places))
    reached: dict[str, int] = {}
    for place, one in held:
        reached[one.environment] = min(place, reached.get(one.environment, place))
    for change in changes:
        place = places[change.commit]
        first, earliest = by_moment.first(place), by_entry.first(place)
        if first and earliest:
            where = tuple(name for name, nearest in reached.items() if nearest <= place)
            late = _late(change, first.at, earliest.entry)
            yield replace(change, deployed_at=first.at, environments=where, late=late)
        else:
            yield change


def _late(change: Change, deployed_at: str, entry: int) -> bool:
    """By what was said, or by the log, which nobody can date back."""
    moments = [moment for moment in (change.approved_first, change.passed_at) if moment]
    entries = [at for at in (change.approved_entry, change.passed_entry) if at is not None]
    return any(order(moment) > order(deployed_at) for moment in moments) or any(at > entry for at in entries)


class _Reach:
    """The first deployment, in an order, that holds a change at a place.

    Args:
        rows: Places that deployments reached, in order.
    """

    def __init__(self, rows: Iterable[tuple[int, Deployed]]) -> None:
        self._places: list[int] = []  # below zero, each nearer to the head than the one before
        self._found: list[Deployed] = []
        for place, one in rows:
            if not self._places or -place > self._places[-1]:
                self._places.append(-place)
                self._found.append(one)

    def first(self, place: int) -> Deployed | None:
        """The first that holds it, or None."""
        at = bisect_left(self._places, -place)
        return self._found[at] if at < len(self._found) else None
