"""`answerable for`: every kind of target, asked as a person asks."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from builders import RepoBuilder
from e2e.asking import ask

CLAUDE = "Co-Authored-By: Claude Opus 4.7 <noreply@anthropic.com>\n"
GRACE = ("Grace Okafor", "grace@example.com")
SUBMITTED = ("Linnea", "linnea@example.com")


def spans(document: dict[str, Any]) -> list[tuple[str, int, int, str]]:
    return [(s["path"], s["start"], s["end"], s["origin"]) for s in document["spans"]]


def about(document: dict[str, Any]) -> dict[str, str | None]:
    return {question["id"]: question["answer"] for question in document["questions"]}


@pytest.fixture
def shop(repo: RepoBuilder) -> RepoBuilder:
    """Three lines of a person's commit, one of them replaced and two added by an agent's; checked out."""
    repo.commit({"src/app.py": "one\ntwo\nthree\n", "lib/util.py": "help\n", ".github/CODEOWNERS": "/src/ @org/app\n"})
    repo.commit({"src/app.py": "one\nTWO\nthree\nfour\nfive\n"}, f"Do it better\n\n{CLAUDE}", author=GRACE)
    repo.checkout()
    return repo


# -- what a responder reads ------------------------------------------------------------------------------------------


def test_the_first_lines_say_who_wrote_it_who_committed_it_and_who_owns_it(shop: RepoBuilder) -> None:
    said = ask("for", "src/app.py:2", cwd=shop.root)
    assert said.code == 0
    first, second, *_ = said.out.splitlines()
    assert first == f"lines src/app.py:2 at {shop.commits[1][:12]}"
    assert second == (
        "AI wrote this line (claude-code, Claude Opus 4.7, declared). "
        "Grace Okafor committed it on 2023-11-14. Owner: @org/app."
    )


def test_the_text_shows_all_six_questions_their_gaps_and_each_remedy_once(shop: RepoBuilder) -> None:
    out = ask("for", "src/app.py:1", cwd=shop.root).out
    titles = ["AI-generated", "tool and model", "accepted by", "review", "owner now", "where it runs"]
    assert [row.split("  ")[0] for row in out.splitlines() if row.startswith(tuple(titles))] == titles
    assert "not known: nothing says whether a tool or a person wrote it; treated as AI" in out
    assert out.count("record it from now on") == 1
    assert "2 of 6 questions answered" in out


def test_an_unmarked_line_is_unknown_and_governed_as_ai(shop: RepoBuilder) -> None:
    out = ask("for", "src/app.py:1", cwd=shop.root).out
    assert "Nothing says whether AI or a person wrote this line: treat it as AI." in out


def test_text_from_a_repository_cannot_act_on_the_terminal(repo: RepoBuilder) -> None:
    repo.commit({"a.py": "x\n"}, "\x1b[2J[bold]gone\n", author=("E\x1b[31mve", "e@example.com"))
    out = ask("for", "a.py:1", cwd=repo.root).out
    assert "\x1b" not in out
    assert "[bold]gone" in out


# -- targets ---------------------------------------------------------------------------------------------------------


def test_a_path_is_answered_whole(shop: RepoBuilder) -> None:
    document = ask("for", "src/app.py", "--format", "json", cwd=shop.root).json
    assert document["target"] == {"kind": "path", "given": "src/app.py"}
    assert spans(document) == [
        ("src/app.py", 1, 1, "unknown"),
        ("src/app.py", 2, 2, "ai"),
        ("src/app.py", 3, 3, "unknown"),
        ("src/app.py", 4, 5, "ai"),
    ]
    assert about(document)["ai"] == "3 of 5 lines AI, 2 of 5 lines unknown"


def test_a_range_of_lines_is_cut_to_what_was_asked(shop: RepoBuilder) -> None:
    document = ask("for", "src/app.py:3-4", "--format", "json", cwd=shop.root).json
    assert document["target"]["kind"] == "lines"
    assert spans(document) == [("src/app.py", 3, 3, "unknown"), ("src/app.py", 4, 4, "ai")]
    assert [s["commit"] for s in document["spans"]] == shop.commits


def test_a_revision_is_answered_by_the_lines_it_wrote(shop: RepoBuilder) -> None:
    document = ask("for", "HEAD", "--format", "json", cwd=shop.root).json
    assert document["target"] == {"kind": "commit", "given": "HEAD"}
    assert spans(document) == [("src/app.py", 2, 2, "ai"), ("src/app.py", 4, 5, "ai")]


def test_a_commit_that_only_removes_lines_has_none_to_ask_about(shop: RepoBuilder) -> None:
    shop.commit({"lib/util.py": None}, "Remove it\n")
    document = ask("for", "HEAD", "--format", "json", cwd=shop.root).json
    assert (document["spans"], document["answered"]) == ([], 0)
    assert document["notes"] == ["no line of it is there: it only removes lines, or changes nothing"]
    assert "There is no line to ask about." in ask("for", "HEAD", cwd=shop.root).out


def test_two_dots_ask_about_what_came_between(shop: RepoBuilder) -> None:
    shop.commit({"lib/util.py": "help\nmore\n"}, "More\n")
    document = ask("for", "HEAD~2..HEAD", "--format", "json", cwd=shop.root).json
    assert document["target"]["kind"] == "range"
    assert [s[:3] for s in spans(document)] == [("lib/util.py", 2, 2), ("src/app.py", 2, 2), ("src/app.py", 4, 5)]


def test_an_open_range_ends_at_head(shop: RepoBuilder) -> None:
    document = ask("for", "HEAD~1..", "--format", "json", cwd=shop.root).json
    assert [s[:3] for s in spans(document)] == [("src/app.py", 2, 2), ("src/app.py", 4, 5)]


def test_three_dots_ask_from_where_two_lines_of_work_parted(shop: RepoBuilder) -> None:
    shop.commit({"new.py": "x\n"}, "On a branch\n", branch="work", parents=["main"])
    shop.commit({"src/app.py": "one\n"}, "On main\n")
    document = ask("for", "main...work", "--format", "json", cwd=shop.root).json
    assert [s[:3] for s in spans(document)] == [("new.py", 1, 1)]


def test_histories_without_a_common_commit_have_no_range(shop: RepoBuilder) -> None:
    shop.commit({"x": "x\n"}, branch="alone", parents=[])
    said = ask("for", "main...alone", "--format", "json", cwd=shop.root)
    assert (said.code, said.json["code"]) == (2, "revision-not-found")


# -- changes ---------------------------------------------------------------------------------------------------------


def merged(repo: RepoBuilder, message: str, branch: str = "work") -> str:
    """Two commits of a branch, merged; another commit on main meanwhile."""
    repo.commit({"a.py": "a\n"}, "First\n", branch=branch, parents=["main"])
    repo.commit({"b.py": "b\n"}, "Second\n", branch=branch)
    repo.commit({"main.py": "m\n"}, "Meanwhile\n")
    return repo.merge(branch, message=message, author=GRACE)


def changed(repo: RepoBuilder, target: str) -> list[str]:
    return [s["path"] for s in ask("for", target, "--format", "json", cwd=repo.root).json["spans"]]


@pytest.mark.parametrize("target", ["change:12", "pr:12", "change:#12"])
def test_a_change_that_github_merged_is_its_commits(shop: RepoBuilder, target: str) -> None:
    merged(shop, "Merge pull request #12 from org/work\n\nDo the work\n")
    shop.commit({"later.py": "see #12\n"}, "Follow up on #12\n\nAfter (#12)\n")
    document = ask("for", target, "--format", "json", cwd=shop.root).json
    assert document["target"] == {"kind": "change", "given": target}
    assert [s[:3] for s in spans(document)] == [("a.py", 1, 1), ("b.py", 1, 1)]
    review = document["spans"][0]["review"]
    assert (review["change"], review["merged_by"]["name"]) == ("#12", "Grace Okafor")


def test_a_change_that_github_squashed_is_its_one_commit(shop: RepoBuilder) -> None:
    shop.commit({"a.py": "a\n"}, "Do the work (#12)\n\n* First\n* Second\n")
    shop.commit({"b.py": "b\n"}, 'Revert "Do the work (#12)" (#13)\n')
    assert changed(shop, "change:12") == ["a.py"]
    assert changed(shop, "change:13") == ["b.py"]


def test_a_change_that_gitlab_merged_is_its_commits(shop: RepoBuilder) -> None:
    merged(shop, "Merge branch 'work' into 'main'\n\nDo the work\n\nSee merge request g/p!34\n")
    assert changed(shop, "change:34") == ["a.py", "b.py"]
    assert changed(shop, "change:!34") == ["a.py", "b.py"]


def test_a_change_that_was_rebased_under_its_address_is_all_its_commits(shop: RepoBuilder) -> None:
    part = "\nPart-of: <https://gitlab.example.com/g/p/-/merge_requests/34>\n"
    shop.commit({"a.py": "a\n"}, f"First\n{part}")
    shop.commit({"b.py": "b\n"}, f"Second\n{part}")
    shop.commit({"c.py": "c\n"}, "Third\n")
    assert changed(shop, "change:34") == ["a.py", "b.py"]


@pytest.mark.parametrize(
    "message", ["Fix issue #12\n", "See https://example.com/issues/12\n", "Call f(12)\n", "(#123)\n"]
)
def test_a_mere_mention_of_a_number_is_no_change(shop: RepoBuilder, message: str) -> None:
    shop.commit({"a.py": "a\n"}, message)
    said = ask("for", "change:12", "--format", "json", cwd=shop.root)
    assert (said.code, said.json["code"]) == (2, "revision-not-found")


# -- several, elsewhere, at another time -----------------------------------------------------------------------------


def test_several_targets_are_answered_in_order(shop: RepoBuilder) -> None:
    documents = ask("for", "lib/util.py", "src/app.py:2", "HEAD", "--format", "json", cwd=shop.root).documents
    assert [d["target"]["kind"] for d in documents] == ["path", "lines", "commit"]


def test_at_asks_about_another_revision(shop: RepoBuilder) -> None:
    document = ask("for", "src/app.py:2", "--at", "HEAD~1", "--format", "json", cwd=shop.root).json
    assert document["repository"]["head"] == shop.commits[0]
    assert spans(document) == [("src/app.py", 2, 2, "unknown")]


def test_as_of_asks_as_things_stood_on_a_day(repo: RepoBuilder) -> None:
    repo.commit({"a": "1\n"}, when="1767225600 +0000")  # 2026-01-01
    repo.commit({"a": "2\n"}, when="1769904000 +0000")  # 2026-02-01
    heads = {
        day: ask("for", "a", "--as-of", day, "--format", "json", cwd=repo.root).json["repository"]["head"]
        for day in ("2026-01-15", "2026-02-01", "2026-02-01T00:00:00Z")
    }
    assert list(heads.values()) == [repo.commits[0], repo.commits[1], repo.commits[1]]
    said = ask("for", "a", "--as-of", "2025-12-31", "--format", "json", cwd=repo.root)
    assert (said.code, said.json["code"]) == (2, "revision-not-found")


def test_another_folder_is_named_with_a_capital_c(shop: RepoBuilder, tmp_path: Path) -> None:
    said = ask("-C", str(shop.root), "for", "src/app.py:2", "--format", "json", cwd=tmp_path)
    assert spans(said.json) == [("src/app.py", 2, 2, "ai")]


def test_in_a_folder_paths_mean_what_they_mean_there_or_from_the_root(shop: RepoBuilder) -> None:
    for folder, given in (
        ("src", "app.py:2"),
        ("src", "src/app.py:2"),
        ("lib", "../src/app.py:2"),
        ("src", "./app.py:2"),
    ):
        said = ask("for", given, "--format", "json", cwd=shop.root / folder)
        assert spans(said.json) == [("src/app.py", 2, 2, "ai")], given


def test_an_absolute_path_is_understood(shop: RepoBuilder) -> None:
    said = ask("for", f"{shop.root.resolve()}/src/app.py:2", "--format", "json", cwd=shop.root)
    assert spans(said.json) == [("src/app.py", 2, 2, "ai")]


def test_a_bare_repository_answers_too(new_repo: Callable[..., RepoBuilder]) -> None:
    bare = new_repo("bare.git", bare=True)
    bare.commit({"a.py": "a\n"})
    assert ask("for", "a.py:1", cwd=bare.root).code == 0


@pytest.mark.parametrize(
    "name", [b"with space.py", b"caf\xe9.py", "größe.py".encode(), b"new\nline.py", b"a:1", b'quo"te.py']
)
def test_a_path_may_hold_any_byte(repo: RepoBuilder, name: bytes) -> None:
    repo.commit({name: "x\ny\n"})
    said = ask("for", name + b":2", "--format", "json", cwd=repo.root)
    (span,) = said.json["spans"]
    assert span["path"].encode("utf-8", "surrogateescape") == name
    assert (span["start"], span["end"]) == (2, 2)
    text = ask("for", name, cwd=repo.root)
    assert text.code == 0
    assert "\n".join(text.out.splitlines()[:1]).startswith("path ")


def test_a_path_wins_over_a_revision_of_its_name(repo: RepoBuilder) -> None:
    repo.commit({"main": "x\n"})
    assert ask("for", "main", "--format", "json", cwd=repo.root).json["target"]["kind"] == "path"


def test_json_is_one_document_and_nothing_else(shop: RepoBuilder) -> None:
    said = ask("for", "src/app.py", "--format=json", cwd=shop.root)
    assert said.err == ""
    assert json.loads(said.out)["schema"] == "answerable/answer/v1"
