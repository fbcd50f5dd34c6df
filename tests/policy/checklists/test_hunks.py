"""Hunks: every AI-origin line of a change is in exactly one, and no other line is in any."""

from __future__ import annotations

import random
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from itertools import pairwise

import pytest

from answerable.domain.grade import Grade
from answerable.domain.origin import Origin
from answerable.git.repository import Repository
from answerable.policy.change.facts import LineFacts, changes, facts
from answerable.policy.checklists.hunks import hunks_of, language_of
from answerable.policy.file.source import load
from answerable.policy.judge.places import places
from answerable.policy.layers.look import Look
from answerable.policy.layers.place import Layers
from answerable.provenance.decisions import digest_of_lines
from answerable.provenance.gather import Gatherer
from answerable.review.checklist.hunk import Hunk
from builders import RepoBuilder
from policy.gating import ADA, BO, CLAUDE, LAYERS

Change = Callable[[LineFacts], LineFacts]


def hunks(repo: RepoBuilder, base: str, head: str = "main", told: Change = lambda fact: fact) -> list[Hunk]:
    tip, start = repo.resolve(head), repo.resolve(base)
    with Repository(repo.root) as repository, closing(Gatherer(repository, tip)) as gatherer:
        changed = changes(repository, start, tip)
        found = [told(fact) for fact in facts(repository, start, tip, gatherer, changed=changed)]
        return hunks_of(repository, changed, found, places(repository, Layers(load(LAYERS.encode(), "x")), changed))


def test_adjacent_lines_of_several_commits_are_one_hunk(repo: RepoBuilder) -> None:
    base = repo.commit({"a.py": "1\n"})
    one = repo.commit({"a.py": "1\n2\n"}, f"x\n\n{CLAUDE}\n", author=ADA)
    two = repo.commit({"a.py": "1\n2\n3\n"}, author=BO)
    (found,) = hunks(repo, base)
    assert (found.start, found.end, found.commits) == (2, 3, (one, two))
    assert found.origins == ("ai", "unknown")
    assert found.tools == ("claude-code",)


def test_lines_apart_are_hunks_apart(repo: RepoBuilder) -> None:
    base = repo.commit({"a.py": "a\nb\nc\n"})
    repo.commit({"a.py": "a\nX\nb\nY\nc\n"})
    assert [(one.start, one.end) for one in hunks(repo, base)] == [(2, 2), (4, 4)]


def test_equal_hunks_of_one_file_have_ids_of_their_own(repo: RepoBuilder) -> None:
    base = repo.commit({"a.py": "a\nb\nc\n"})
    repo.commit({"a.py": "a\nX\nb\nX\nc\n"})
    first, second = hunks(repo, base)
    assert first.digest == second.digest
    assert first.id != second.id


def test_the_id_stays_where_lines_come_above(repo: RepoBuilder) -> None:
    base = repo.commit({"a.py": "a\nb\n"})
    repo.commit({"a.py": "a\nb\nX\n"})
    (before,) = hunks(repo, base)
    repo.commit({"a.py": "new\na\nb\nX\n"})
    assert before.id == hunks(repo, base)[1].id


def written_by_a_person(grade: Grade) -> Change:
    """Makes every second line one that somebody says to have written."""

    def told(fact: LineFacts) -> LineFacts:
        mine = fact.start % 2 == 0
        return replace(fact, lines=replace(fact.lines, origin=Origin.HUMAN, grade=grade)) if mine else fact

    return told


def test_what_a_person_signed_to_have_written_is_in_no_hunk(repo: RepoBuilder) -> None:
    base = repo.commit({"b": "x"})
    for rows in range(1, 5):
        repo.commit({"a.py": "".join(f"{at}\n" for at in range(rows))})
    found = hunks(repo, base, told=written_by_a_person(Grade.ATTESTED))
    assert [(one.start, one.end) for one in found] == [(1, 1), (3, 3)]


def test_what_only_a_note_says_a_person_wrote_is_unknown(repo: RepoBuilder) -> None:
    base = repo.commit({"b": "x"})
    for rows in range(1, 5):
        repo.commit({"a.py": "".join(f"{at}\n" for at in range(rows))}, f"x\n\n{CLAUDE}\n")
    (found,) = hunks(repo, base, told=written_by_a_person(Grade.RECORDED))
    assert (found.start, found.end, found.origins) == (1, 4, ("ai", "unknown"))


def test_what_is_taken_out_asks_nothing(repo: RepoBuilder) -> None:
    base = repo.commit({"a.py": "a\nb\n", "b.py": "x\n"})
    repo.commit({"a.py": "a\n", "b.py": None})
    assert hunks(repo, base) == []


def test_lines_that_moved_ask_where_more_is_at_stake(repo: RepoBuilder) -> None:
    text = "".join(f"line {at}\n" for at in range(20))
    base = repo.commit({"src/x.py": text, "docs/y.py": text + "other\n"})
    repo.commit({"src/x.py": None, "src/z.py": text, "docs/y.py": None, "src/auth/y.py": text + "other\n"})
    (found,) = hunks(repo, base)
    assert (found.path, found.start, found.end, found.layer) == (b"src/auth/y.py", 1, 21, "critical")


@pytest.mark.parametrize("ending", ["\n", "\r\n", ""])
def test_the_digest_is_over_the_exact_lines(repo: RepoBuilder, ending: str) -> None:
    base = repo.commit({"b": "x"})
    content = f"1\r\n2\n3{ending}"
    repo.commit({"a.py": content})
    (found,) = hunks(repo, base)
    assert found.digest == digest_of_lines(content.encode(), 1, 3)


def test_every_added_line_is_in_one_hunk(repo: RepoBuilder, seed: int) -> None:
    chance = random.Random(seed)
    rows = [f"row {at}" for at in range(30)]
    base = repo.commit({"a.py": "\n".join(rows) + "\n"})
    for _ in range(4):
        at = chance.randrange(len(rows))
        rows[at : at + chance.randrange(3)] = [f"new {chance.randrange(5)}" for _ in range(chance.randrange(4))]
        repo.commit({"a.py": "\n".join(rows) + "\n"})
    diff = repo.git("diff", "--unified=0", "--no-color", base, "main").decode().split("\n")
    added = sum(line.startswith("+") and not line.startswith("+++") for line in diff)
    found = hunks(repo, base)
    assert sum(one.count for one in found) == added
    assert len({one.id for one in found}) == len(found)
    assert all(one.end + 1 < other.start for one, other in pairwise(found))


@pytest.mark.parametrize(
    ("path", "language"),
    [("a.py", "python"), ("a.tsx", "typescript"), ("a.mjs", "javascript"), ("a.h", "cpp"), ("a.c", "c"),
     ("a.sql", "sql"), ("a.tf", "terraform"), ("a.kt", "kotlin"), ("a.sh", "shell"), ("a.lua", "other"),
     ("a.yaml", None), ("Rakefile", "ruby"), ("a", None)],
)  # fmt: skip
def test_a_language_is_told_by_the_name(path: str, language: str | None) -> None:
    assert language_of(Look(path.encode(), b"")) == language


def test_a_language_is_told_by_the_first_line() -> None:
    assert language_of(Look(b"run", b"#!/usr/bin/env python3\n")) == "python"
    assert language_of(Look(b"run", b"#!/bin/sh\n")) == "other"
