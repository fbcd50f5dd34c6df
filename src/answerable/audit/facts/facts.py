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

from answerable.audit.facts.change import Change
from answerable.audit.facts.decided import Decided, Standing
from answerable.audit.facts.deployed import Deployed, deployments, first_holding
from answerable.audit.facts.judged import Judging
from answerable.audit.facts.line import Placed, main_line, moment, within
from answerable.audit.facts.placed import Placement
from answerable.audit.facts.wrote import Wrote, wrote
from answerable.audit.period import Period
from answerable.audit.walking import Walk
from answerable.domain.grade import Grade
from answerable.domain.origin import Origin
from answerable.git.repository import Repository
from answerable.policy.change.authors import joined
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
    if not here:
        return Facts(
            head=head, period=period, changes=(), deployments=_during(ran, period), ledger=decided.standing,
            notes=("no change came in during the period",),
        )  # fmt: skip
    walk = Walk(repository, here[0].sha, cache=cache, processes=processes)
    walk.gatherer.verified = {entry.index: entry.decision for entry in decided.history.entries}
    oldest = places[here[-1].sha]
    base = line[oldest + 1].sha if oldest + 1 < len(line) else None
    with closing(walk.gatherer):
        steps, told = walk.steps(base), list[Wrote]()
        for window in walk.over(steps, wrote):
            told += window
            progress("reading commits", len(told), len(steps))
    placement = Placement(repository, head, (sort.path for one in told for sort in one.lines), period)
    judging = Judging(decided.history, places, decided.carried())
    by_change: dict[str, list[Wrote]] = {}
    for one in told:
        by_change.setdefault(one.merge or one.commit.sha, []).append(one)
    changes = [_change(at, by_change.get(at.sha, []), judging, placement) for at in here]
    return Facts(
        head=head,
        period=period,
        changes=tuple(_with_deployments(changes, ran, places)),
        deployments=_during(ran, period),
        ledger=decided.standing,
        layers=placement.layers,
        policy=placement.policy,
        doubtful=tuple(one for one in line if one.doubtful and (period.holds(moment(one.at)) or _said_in(one, period))),
        defects=dict(Counter(kind for one in told for kind in one.defects)),
        notes=tuple(placement.notes),
    )


def _change(at: Placed, brought: Sequence[Wrote], judging: Judging, placement: Placement) -> Change:
    by_sha = {one.commit.sha: one for one in brought}
    landed = by_sha.get(at.sha)
    if landed is None:
        return Change(commit=at.sha, id=at.sha[:12], at=moment(at.at), said_at=moment(at.said), unreadable=True)
    made_by = joined(author for one in brought for author in one.authors)
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
        **judging.of(landed.commit, [one.commit for one in brought], made_by, own),
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
    newest: list[int] = []  # the places that active deployments reached, each nearer to the head than the one before
    since: list[str] = []
    reached: dict[str, int] = {}
    for place, one in first_holding(ran, places):
        reached[one.environment] = min(place, reached.get(one.environment, place))
        if not newest or place < -newest[-1]:
            newest.append(-place)
            since.append(one.at)
    for change in changes:
        place = places[change.commit]
        at = bisect_left(newest, -place)
        if at < len(newest):
            where = tuple(name for name, nearest in reached.items() if nearest <= place)
            yield replace(change, deployed_at=since[at], environments=where)
        else:
            yield change
