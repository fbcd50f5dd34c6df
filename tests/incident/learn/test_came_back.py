"""What a fix did, and whether it still holds."""

from __future__ import annotations

from pathlib import Path

import pytest

from answerable.git.repository import Repository
from answerable.incident.learn.came_back import Back, came_back
from builders import RepoBuilder

BAD = "def refresh(token):\n    del live[token]\n    return open_session(token)\n"
GOOD = "def refresh(token):\n    live.pop(token, None)\n    return open_session(token)\n"


def looked(repo: RepoBuilder, fix: str) -> list[Back]:
    with Repository(repo.root) as repository:
        return came_back(repository, fix, repository.resolve("main"))


@pytest.fixture(name="repo")
def repo_(tmp_path: Path) -> RepoBuilder:
    repo = RepoBuilder(tmp_path / "repo")
    repo.commit({"auth.py": BAD})
    return repo


def test_a_fix_that_holds_has_nothing_against_it(repo: RepoBuilder) -> None:
    fix = repo.commit({"auth.py": GOOD})
    repo.commit({"auth.py": GOOD + "\n\ndef close(token):\n    live.pop(token)\n"})
    assert looked(repo, fix) == []


def test_lines_that_the_fix_took_away_are_told_where_they_are_there_again(repo: RepoBuilder) -> None:
    fix = repo.commit({"auth.py": GOOD})
    repo.commit({"auth.py": "# sessions\n" + BAD})
    back = looked(repo, fix)
    assert [one.kind for one in back] == ["returned", "lost"]
    assert (back[0].path, back[0].line) == (b"auth.py", 3)


def test_another_indentation_is_the_same_line(repo: RepoBuilder) -> None:
    fix = repo.commit({"auth.py": GOOD})
    repo.commit({"auth.py": GOOD.replace("    live.pop(token, None)", "    if token:\n        del live[token]")})
    assert "returned" in [one.kind for one in looked(repo, fix)]


def test_a_check_that_the_fix_put_in_is_told_where_it_is_gone(repo: RepoBuilder) -> None:
    guarded = BAD.replace("    del", "    if token not in live:\n        raise InvalidToken(token)\n    del")
    fix = repo.commit({"auth.py": guarded})
    assert looked(repo, fix) == []
    repo.commit({"auth.py": BAD})
    assert [one.kind for one in looked(repo, fix)] == ["lost"]


def test_a_fix_on_another_branch_is_told_as_absent(repo: RepoBuilder) -> None:
    fix = repo.commit({"auth.py": GOOD}, branch="fixes")
    assert [one.kind for one in looked(repo, fix)] == ["absent"]


def test_comments_tests_and_brackets_say_nothing(repo: RepoBuilder) -> None:
    old, new = "def test_refresh():\n    assert fails('token')\n", "def test_refresh():\n    assert refresh('token')\n"
    repo.commit({"tests/test_auth.py": old})
    fix = repo.commit({"auth.py": GOOD, "tests/test_auth.py": new})
    repo.commit({"auth.py": GOOD + "\n# del live[token]\n)\n", "tests/test_auth.py": old})
    assert looked(repo, fix) == []


def test_a_file_that_was_taken_away_since_has_nothing_to_come_back_in(repo: RepoBuilder) -> None:
    fix = repo.commit({"auth.py": GOOD})
    repo.commit({"auth.py": None})
    assert looked(repo, fix) == []
