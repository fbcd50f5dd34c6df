"""The provenance test: draw changes that were merged, and try the six questions on each.

A change is a commit of the main line: a merge with what it brought in, or a commit made there directly. The draw is
seeded, so that anybody can repeat it.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass

from answerable.domain.answer import Question
from answerable.git.program import git_date
from answerable.git.repository import Repository
from answerable.incident.answer import Answerer
from answerable.incident.questions import six_questions

SAMPLE = 10
Progress = Callable[[str, int, int], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Tried:
    """One change and how its questions went; `commits` are full ids, newest first."""

    id: str
    commit: str
    commits: tuple[str, ...]
    questions: tuple[Question, ...]
    elapsed_ms: int

    @property
    def answered(self) -> int:
        """How many of the questions have an answer."""
        return sum(question.answer is not None for question in self.questions)


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """A whole test. `score` is answered over asked, in 0..1; 0 where there was nothing to draw."""

    seed: int
    population: int
    tried: tuple[Tried, ...]

    @property
    def score(self) -> float:
        """Questions answered over questions asked."""
        asked = sum(len(change.questions) for change in self.tried)
        return round(sum(change.answered for change in self.tried) / asked, 4) if asked else 0.0


def provenance_test(
    repository: Repository,
    head: str,
    *,
    sample: int = SAMPLE,
    seed: int | None = None,
    since: int | None = None,
    evidence: Mapping[str, bytes] | None = None,
    progress: Progress = lambda _stage, _done, _of: None,
) -> Result:
    """Draw up to `sample` changes of the main line and ask about each.

    Args:
        repository: Where.
        head: Full id of the newest commit.
        sample: How many changes to draw.
        seed: Of the draw; by default it follows from the head, so the same history gives the same draw.
        since: Draw no change older than this, in seconds since 1970.
        evidence: Agent Trace files given by the caller, by name.
        progress: Told how many changes are done.
    """
    chosen = int(head[:8], 16) if seed is None else seed
    limits = [f"--since={git_date(since)}"] if since is not None else []
    asked = ("rev-list", "--first-parent", "--parents", *limits, head)
    links = [line.split() for line in repository.quarantine.git.run(*asked).decode("ascii").splitlines()]
    drawn = random.Random(chosen).sample(links, len(links)) if links else []  # noqa: S311 - a draw to be repeated
    tried: list[Tried] = []
    with closing(Answerer(repository, head, evidence)) as answerer:
        for change in _asked(repository, answerer, drawn):
            tried.append(change)
            progress("asking about changes", len(tried), sample)
            if len(tried) >= sample:
                break
    return Result(seed=chosen, population=len(links), tried=tuple(tried))


def _asked(repository: Repository, answerer: Answerer, drawn: Sequence[Sequence[str]]) -> Iterator[Tried]:
    for commit, *parents in drawn:
        if commit in repository.boundary:
            continue
        began = time.monotonic()
        # a merge's own commits are those of its second parent; the merge itself only joins them
        spans = answerer.change_spans(parents[0] if parents else "", commit)
        if not spans:
            continue  # it only removed lines: there is nothing to be answerable for
        limits = [f"^{parents[0]}"] if parents else []
        commits = repository.quarantine.git.run("rev-list", commit, *limits).decode("ascii").split()
        found = answerer.records.commit(commit)
        name = answerer.records.delivery(found).change if found else None
        elapsed = round((time.monotonic() - began) * 1000)
        yield Tried(
            id=name or commit[:12], commit=commit, commits=tuple(commits), questions=six_questions(spans),
            elapsed_ms=elapsed,
        )  # fmt: skip
