"""The lines of a change read from its own commits are those that attribution of its head finds."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path
from random import Random

from answerable.errors import PolicyUnevaluable
from answerable.git.commits import read_commits
from answerable.git.repository import Repository
from answerable.policy.change.facts import facts
from answerable.policy.gate import span_of
from answerable.provenance.gather import Gatherer
from builders import random_history


def test_facts_are_alike_however_the_lines_of_a_random_range_are_read(tmp_path: Path, seed: int) -> None:
    repo = random_history(seed + 93_000, tmp_path / "r", commits=30)
    rng = Random(seed)
    with Repository(repo.root) as repository:
        for _ in range(4):
            head = repo.resolve("main")
            try:
                span = span_of(repository, rng.choice(repo.commits), head)
            except PolicyUnevaluable:
                continue  # two roots
            commits = {one.sha: one for one in read_commits(repository.objects, span.commits)}
            with closing(Gatherer(repository, head)) as gatherer:
                alone = facts(repository, span.base, head, gatherer, bases=span.bases)
                own = facts(repository, span.base, head, gatherer, bases=span.bases, commits=commits)
            assert own == alone
