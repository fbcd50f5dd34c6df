"""Which commits another was made of: asked of git's logs, of authors and of messages, in real repositories."""

from __future__ import annotations

from pathlib import Path

import pytest

from answerable.capture import reflog
from answerable.capture.carry.source import Rule, Source
from answerable.capture.carry.sources import Finder, Given
from answerable.git.commits import read_commit
from answerable.git.repository import Repository
from e2e.working import Desk


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    desk = Desk(tmp_path / "repo")
    desk.types("a.py", "base = 1\n")
    desk.commit("Base")
    return desk


def made(desk: Desk, message: str) -> str:
    """A commit at noon, like all the others."""
    desk.types("a.py", (desk.root / "a.py").read_text() + f"{message} = 1\n")
    desk.git("commit", "-qam", message, "--date", "2026-03-01T12:00:00Z")
    return desk.git("rev-parse", "HEAD")


def found(desk: Desk, revision: str = "HEAD", *, noted=(), given: Given | None = None) -> dict[str, Source]:
    with Repository(desk.root) as repository:
        commit = read_commit(repository.objects, repository.resolve(revision))
        assert commit is not None
        moves = reflog.read(repository.git_dir)
        move = next((one for one in reversed(moves) if one.new == commit.sha and one.may_make), None)
        return {one.sha: one for one in Finder(repository, moves, (), lambda: noted, given).of(commit, move)}


def test_an_amended_commit_takes_the_place_of_the_one_before(desk: Desk) -> None:
    old = made(desk, "one")
    desk.git("commit", "-q", "--amend", "-m", "Better")
    assert {sha: one.rule for sha, one in found(desk).items()} == {old: Rule.REFLOG}


def test_a_commit_made_anew_has_no_source(desk: Desk) -> None:
    other = made(desk, "one")
    desk.types("a.py", "anew = 1\n")
    desk.commit("Anew")
    assert found(desk, noted=[other]) == {}


def test_of_several_commits_of_one_author_at_one_moment_the_one_with_the_message(desk: Desk) -> None:
    desk.git("checkout", "-qb", "side")
    one, two = made(desk, "one"), made(desk, "two")
    desk.git("checkout", "-q", "main")
    desk.types("b.py", "b = 1\n")
    desk.commit("Elsewhere")
    desk.git("cherry-pick", "-X", "theirs", one)
    assert {sha: each.rule for sha, each in found(desk, noted=[one, two]).items()} == {one: Rule.AUTHORSHIP}
    desk.git("commit", "-q", "--amend", "-m", "In other words")
    kept = found(desk, noted=[one, two])
    assert {kept[one].rule, kept[two].rule} == {Rule.AUTHORSHIP}


def test_what_a_rebase_picks_is_not_what_head_was_at_and_each_of_the_branch_stands_alone(desk: Desk) -> None:
    desk.git("checkout", "-qb", "side")
    one, two = made(desk, "one"), made(desk, "two")
    desk.git("checkout", "-q", "main")
    desk.types("b.py", "b = 1\n")
    desk.commit("Elsewhere")
    desk.git("rebase", "-q", "main", "side")
    sources = found(desk)
    assert {sha: each.rule for sha, each in sources.items()} == dict.fromkeys((two, one), Rule.REBASED)
    assert sources[one].chain != sources[two].chain


def test_commits_that_stand_one_on_another_are_one_chain(desk: Desk) -> None:
    base = desk.git("rev-parse", "HEAD")
    one, two = made(desk, "one"), made(desk, "two")
    desk.git("reset", "-q", "--soft", base)
    desk.commit("All")
    sources = found(desk)
    assert list(sources) == [two, one]
    assert sources[one].chain == sources[two].chain
    assert {each.rule for each in sources.values()} == {Rule.RESET}


def test_what_is_given_counts_and_what_is_below_does_not(desk: Desk) -> None:
    desk.git("checkout", "-qb", "side")
    one, two = made(desk, "one"), made(desk, "two")
    desk.git("checkout", "-q", "main")
    desk.git("merge", "-q", "--squash", "side")
    desk.commit("All")
    below = desk.git("rev-parse", "HEAD~1")
    for whole in (True, False):
        sources = found(desk, given=Given(lambda commit: [two, one, below], whole))
        assert list(sources) == [two, one]
        assert (sources[one].chain == sources[two].chain) == whole


def test_what_was_made_after_a_move_is_later_and_what_was_there_before_is_not(desk: Desk) -> None:
    one = made(desk, "one")
    two = made(desk, "two")
    desk.git("reset", "-q", "--hard", one)
    three = made(desk, "three")
    desk.git("reset", "-q", "--hard", two)
    desk.git("cherry-pick", "--ff", two, check=False)
    with Repository(desk.root) as repository:
        moves = reflog.read(repository.git_dir)
        finder = Finder(repository, moves, (), list)
        later = {one: finder.later(move) for move in moves if (one := move.new) in (two, three) and move.may_make}
    assert later == {two: {three}, three: set()}


def test_a_message_that_names_what_is_not_here_names_nothing(desk: Desk) -> None:
    made(desk, "one")
    text = f"x\n\nThis reverts commit {'1' * 40}.\n\n(cherry picked from commit {'2' * 40})\n"
    desk.types("a.py", "anew = 1\n")
    desk.commit(text + "Squashed commit of the following:\n\ncommit " + "3" * 40)
    assert found(desk) == {}
