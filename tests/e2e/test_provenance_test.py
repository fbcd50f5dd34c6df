"""`answerable test`: a draw that anybody can repeat, six questions on each change, and what would raise the score."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest

from builders import RepoBuilder
from e2e.asking import ask
from e2e.shape import SHA, wrong

CLAUDE = "Co-Authored-By: Claude Opus 4.7 <noreply@anthropic.com>\n"
DAY = 86_400
START = 1_767_225_600  # 2026-01-01T00:00:00Z
IDS = ["ai", "tool", "accepted", "review", "owner", "running"]
TEST: dict[str, Any] = {
    "schema": "answerable/test/v1",
    "seed": int,
    "population": int,
    "changes": [
        {
            "id": str,
            "commit": SHA,
            "commits": [SHA],
            "answered": int,
            "asked": int,
            "elapsed_ms": int,
            "gaps": [{"question": "|".join(IDS), "gap": str, "remedy": str}],
        }
    ],
    "score": float,
    "next": [str],
    "elapsed_ms": int,
}


def tried(repo: RepoBuilder, *arguments: str) -> dict[str, Any]:
    said = ask("test", *arguments, "--format", "json", cwd=repo.root)
    assert (said.code, said.err) == (0, "")
    return said.json


def drawn(document: dict[str, Any]) -> list[str]:
    return [change["commit"] for change in document["changes"]]


@pytest.fixture
def line(repo: RepoBuilder) -> RepoBuilder:
    """A main line of thirteen commits, one a day: twelve direct ones and a merge of two that an agent wrote."""
    with repo.bulk():
        for day in range(12):
            repo.commit({"a.py": f"{day}\n", "CODEOWNERS": "* @org/web\n"}, when=START + day * DAY)
        repo.commit({"b.py": "1\n"}, f"One\n\n{CLAUDE}", branch="agent", parents=["main"], when=START + 12 * DAY)
        repo.commit({"b.py": "1\n2\n"}, f"Two\n\n{CLAUDE}", branch="agent", when=START + 13 * DAY)
        repo.commit(
            message="Merge pull request #5 from org/agent\n\nReviewed-by: Bo <bo@x.org>\n",
            parents=["main", "agent"],
            tree_of="agent",
            when=START + 14 * DAY,
        )
    return repo


def test_a_test_has_the_keys_and_types_of_the_contract(line: RepoBuilder) -> None:
    document = tried(line)
    assert wrong(document, TEST) == []
    assert len(document["changes"]) == 10
    assert document["population"] == 13
    asked, answered = (sum(change[key] for change in document["changes"]) for key in ("asked", "answered"))
    assert asked == 60
    assert document["score"] == round(answered / asked, 4)
    for change in document["changes"]:
        assert change["asked"] - change["answered"] <= len(change["gaps"]) <= change["asked"] == len(IDS)


def test_the_same_seed_draws_the_same_changes_and_another_draws_others(line: RepoBuilder) -> None:
    one, again, other = (tried(line, "--sample", "5", "--seed", seed) for seed in ("7", "7", "8"))
    assert drawn(one) == drawn(again)
    assert one["score"] == again["score"]
    assert drawn(one) != drawn(other)
    assert (one["seed"], other["seed"]) == (7, 8)
    assert len(set(drawn(one))) == 5


def test_without_a_seed_the_draw_follows_from_the_head(line: RepoBuilder) -> None:
    first = tried(line, "--sample", "3")
    assert first["seed"] == int(line.resolve("main")[:8], 16)
    assert drawn(tried(line, "--sample", "3")) == drawn(first)
    clone = line.clone()
    assert drawn(tried(clone, "--sample", "3")) == drawn(first)


def test_a_smaller_sample_is_the_beginning_of_a_larger_one(line: RepoBuilder) -> None:
    large = tried(line, "--seed", "1", "--sample", "20")
    assert sorted(drawn(large)) == sorted(line.git("rev-list", "--first-parent", "main").decode().split())
    assert drawn(tried(line, "--seed", "1", "--sample", "4")) == drawn(large)[:4]


def test_a_merged_change_is_its_commits_under_the_name_its_forge_gave_it(line: RepoBuilder) -> None:
    one, two, merge = line.commits[-3:]
    (change,) = tried(line, "--since", "2026-01-13T00:00:00Z")["changes"]
    assert (change["id"], change["commit"], sorted(change["commits"])) == ("#5", merge, sorted([merge, two, one]))
    assert change["answered"] == 5
    assert "running" in [gap["question"] for gap in change["gaps"]]


@pytest.mark.parametrize(("since", "population"), [("2026-01-11", 3), ("1970-01-01", 13), ("2030-01-01", 0)])
def test_since_draws_nothing_older(line: RepoBuilder, since: str, population: int) -> None:
    document = tried(line, "--since", since, "--sample", "1")
    assert document["population"] == population
    assert len(document["changes"]) == min(population, 1)


def test_where_there_is_nothing_to_draw_the_score_is_nought_and_the_shape_the_same(line: RepoBuilder) -> None:
    document = tried(line, "--since", "2030-01-01")
    assert wrong(document | {"score": 0.0}, TEST) == []
    assert (document["score"], document["changes"]) == (0, [])
    said = ask("test", "--since", "2030-01-01", cwd=line.root)
    assert said.code == 0
    assert "answerable for HEAD" in said.out


def test_a_change_that_adds_no_line_is_not_drawn(repo: RepoBuilder) -> None:
    repo.commit({"a": "1\n", "b": "1\n"})
    repo.commit({"a": None})
    repo.commit(message="empty\n")
    repo.commit({"c": b"\0"})
    document = tried(repo)
    assert drawn(document) == repo.commits[:1]
    assert document["population"] == 4


def test_a_shallow_clone_draws_nothing_at_its_end(line: RepoBuilder) -> None:
    line.commit({"a.py": "x\n"})
    clone = line.shallow_clone(1)
    document = tried(clone)
    assert (document["population"], document["changes"]) == (1, [])


def test_a_file_of_evidence_answers_too(repo: RepoBuilder) -> None:
    sha = repo.commit({"a.py": "1\n"})
    conversation = {"contributor": {"type": "ai"}, "ranges": [{"start_line": 1, "end_line": 1, "content_hash": "h"}]}
    files = [{"path": "a.py", "conversations": [conversation]}]
    trace = {"version": "0.1.0", "vcs": {"type": "git", "revision": sha}, "tool": {"name": "cursor"}, "files": files}
    (repo.root / "trace.json").write_text(json.dumps(trace))
    without, given = (tried(repo, *options)["changes"][0] for options in ([], ["--evidence", "trace.json"]))
    assert given["answered"] == without["answered"] + 2
    assert "ai" in {gap["question"] for gap in without["gaps"]} - {gap["question"] for gap in given["gaps"]}


def test_the_text_is_a_table_and_ends_with_three_commands_that_work(line: RepoBuilder) -> None:
    said = ask("test", "--seed", "3", "--sample", "20", cwd=line.root)
    rows = said.out.splitlines()
    assert rows[0] == "change        ai tool accepted review owner running"
    assert len([row for row in rows if re.search(r" of 6, [\d,]+ ms$", row)]) == 13
    (merged,) = [row for row in rows if row.startswith("#5 ")]
    assert merged.count("✓") == 5
    score = tried(line, "--seed", "3", "--sample", "20")["score"]
    assert any(row.startswith(f"score {score:.0%}: 13 of 13 changes drawn with seed 3, ") for row in rows)
    assert rows[-4] == "Try next:"
    commands = [row.strip() for row in rows[-3:]]
    assert commands[1:] == ["answerable scan", "answerable test --seed 4"]
    assert re.fullmatch(r"answerable for [0-9a-f]{12}", commands[0])
    for command in commands:
        assert ask(*command.split()[1:], cwd=line.root).code == 0


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["--sample", "0"], "usage"),
        (["--sample", "many"], "usage"),
        (["--seed", "x"], "usage"),
        (["HEAD"], "usage"),
        (["--since", "never"], "revision-not-found"),
    ],
)
def test_a_misused_test_is_an_error_document_and_nothing_else(
    line: RepoBuilder, arguments: list[str], code: str
) -> None:
    said = ask("test", *arguments, "--format", "json", cwd=line.root)
    assert (said.code, said.json["code"], said.err) == (2, code, "")
    assert set(said.json) == {"schema", "code", "message", "hint"}


def test_an_empty_repository_has_nothing_to_test(repo: RepoBuilder) -> None:
    assert ask("test", "--format", "json", cwd=repo.root).json["code"] == "repository-empty"
