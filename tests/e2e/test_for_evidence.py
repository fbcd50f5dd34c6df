"""`answerable for`: evidence of every source reaches the answer at its own grade, and none is taken for a person."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest

from builders import RepoBuilder
from e2e.asking import ask

CLAUDE = "Co-Authored-By: Claude <noreply@anthropic.com>\n"
SESSION = "s_0123456789abcd"
PERSON = "h_0123456789abcd"


def said(repo: RepoBuilder, target: str = "a.py", *options: str) -> list[tuple[int, int, str, str, str | None]]:
    """Spans as (start, end, origin, grade, tool)."""
    document = ask("for", target, "--format", "json", *options, cwd=repo.root).json
    return [_row(span) for span in document["spans"]]


def _row(span: dict[str, Any]) -> tuple[int, int, str, str, str | None]:
    tool = span["agent"]["tool"] if span["agent"] else None
    return span["start"], span["end"], span["origin"], span["grade"], tool


def note(sha: str, *entries: str) -> str:
    """A git-ai note of version 3.0.0 for `a.py`."""
    record = {
        "agent_id": {"tool": "claude", "id": "1-2", "model": "claude-opus-4-8"},
        "human_author": "Ada <ada@x.org>",
    }
    meta = {
        "schema_version": "authorship/3.0.0",
        "base_commit_sha": sha,
        "prompts": {},
        "sessions": {SESSION: record},
        "humans": {PERSON: {"author": "Bo <bo@x.org>"}},
    }
    return "\n".join(["a.py", *(f"  {entry}" for entry in entries), "---", json.dumps(meta)])


def trace(revision: str, kind: str = "ai", start: int = 1, end: int = 2, version: str = "0.1.0") -> dict[str, Any]:
    """An Agent Trace record for `a.py`."""
    lines = {"start_line": start, "end_line": end, "content_hash": "murmur3:1"}
    contributor = {"type": kind, "model_id": "anthropic/claude-opus-4-8"}
    return {
        "version": version,
        "id": "1",
        "timestamp": "2026-01-01T00:00:00Z",
        "vcs": {"type": "git", "revision": revision},
        "tool": {"name": "cursor", "version": "2.4"},
        "files": [{"path": "a.py", "conversations": [{"contributor": contributor, "ranges": [lines]}]}],
    }


def test_a_trailer_declares_the_whole_commit(repo: RepoBuilder) -> None:
    repo.commit({"a.py": "1\n2\n"}, f"Do it\n\n{CLAUDE}")
    assert said(repo) == [(1, 2, "ai", "declared", "claude-code")]


def test_a_tools_own_account_is_inferred(repo: RepoBuilder) -> None:
    bot = ("copilot-swe-agent[bot]", "198982749+Copilot@users.noreply.github.com")
    repo.commit({"a.py": "1\n"}, author=bot)
    assert said(repo) == [(1, 1, "ai", "inferred", "copilot")]
    questions = ask("for", "a.py", "--format", "json", cwd=repo.root).json["questions"]
    accepted = next(question for question in questions if question["id"] == "accepted")
    assert accepted["answer"] is None
    assert "no person is named" in accepted["gap"]


def test_a_git_ai_note_records_its_lines_and_no_others(repo: RepoBuilder) -> None:
    sha = repo.commit({"a.py": "1\n2\n3\n4\n"})
    repo.note("ai", sha, note(sha, f"{SESSION}::t_0123456789abcd 2-3"))
    assert said(repo) == [
        (1, 1, "unknown", "none", None),
        (2, 3, "ai", "recorded", "claude-code"),
        (4, 4, "unknown", "none", None),
    ]


def test_a_noted_line_keeps_its_origin_where_it_moves_to(repo: RepoBuilder) -> None:
    sha = repo.commit({"a.py": "1\n2\n3\n"})
    repo.note("ai", sha, note(sha, f"{SESSION}::t_0123456789abcd 2"))
    repo.commit({"a.py": "0\n0\n1\n2\n3\n"})
    assert said(repo, "a.py:4") == [(4, 4, "ai", "recorded", "claude-code")]


def test_a_note_found_under_a_remotes_notes_counts_as_well(repo: RepoBuilder) -> None:
    sha = repo.commit({"a.py": "1\n"})
    repo.note("ai-remote/origin", sha, note(sha, f"{SESSION}::t_0123456789abcd 1"), fanout=1)
    assert said(repo) == [(1, 1, "ai", "recorded", "claude-code")]


def test_a_person_is_named_by_a_note_only_as_declared(repo: RepoBuilder) -> None:
    sha = repo.commit({"a.py": "1\n2\n"})
    repo.note("ai", sha, note(sha, f"{PERSON} 1"))
    assert said(repo) == [(1, 1, "human", "declared", None), (2, 2, "unknown", "none", None)]
    headline = ask("for", "a.py:1", cwd=repo.root).out.splitlines()[1]
    assert headline.startswith("A person wrote this line (declared). Bo wrote it, Ada committed it on ")


def test_a_branch_of_a_tool_is_inferred_on_the_commits_its_merge_brought(repo: RepoBuilder) -> None:
    repo.commit({"a.py": "1\n"})
    repo.commit({"a.py": "1\n2\n"}, branch="codex/two", parents=["main"])
    repo.merge("codex/two", message="Merge pull request #3 from org/codex/two\n")
    assert said(repo) == [(1, 1, "unknown", "none", None), (2, 2, "ai", "inferred", "codex")]


def test_a_trailer_that_was_taken_off_leaves_unknown_and_never_a_person(repo: RepoBuilder) -> None:
    marked = repo.commit({"a.py": "1\n"}, f"Do it\n\n{CLAUDE}")
    stripped = repo.commit({"a.py": "1\n"}, "Do it\n", parents=[], branch="stripped")
    assert said(repo, "a.py", "--at", marked) == [(1, 1, "ai", "declared", "claude-code")]
    assert said(repo, "a.py", "--at", stripped) == [(1, 1, "unknown", "none", None)]


def test_an_agent_trace_in_its_folder_records_the_lines_of_the_commit_it_names(repo: RepoBuilder) -> None:
    sha = repo.commit({"a.py": "1\n2\n3\n"})
    repo.commit({".agent-trace/traces.jsonl": json.dumps(trace(sha)) + "\n"})
    assert said(repo) == [(1, 2, "ai", "recorded", "cursor"), (3, 3, "unknown", "none", None)]


def test_an_agent_trace_in_a_note_records_as_well(repo: RepoBuilder) -> None:
    sha = repo.commit({"a.py": "1\n2\n3\n"})
    repo.note("agent-trace", sha, json.dumps(trace(sha, start=3, end=3)))
    assert said(repo) == [(1, 2, "unknown", "none", None), (3, 3, "ai", "recorded", "cursor")]


def test_an_agent_trace_in_a_file_that_is_given_records_as_well(repo: RepoBuilder, tmp_path: Path) -> None:
    sha = repo.commit({"a.py": "1\n2\n3\n"})
    file = tmp_path / "my trace.json"
    file.write_text(json.dumps(trace(sha, kind="mixed"), indent=2))
    assert said(repo, "a.py", "--evidence", os.fspath(file)) == [
        (1, 2, "mixed", "recorded", "cursor"),
        (3, 3, "unknown", "none", None),
    ]
    assert said(repo) == [(1, 3, "unknown", "none", None)]


def test_a_trace_of_the_reference_tool_speaks_of_the_next_commit_and_only_declares(repo: RepoBuilder) -> None:
    parent = repo.commit({"a.py": "1\n"})
    repo.commit({"a.py": "0\n1\n"})
    repo.note("agent-trace", "HEAD", json.dumps(trace(parent, start=1, end=1, version="1.0")))
    assert said(repo) == [(1, 1, "ai", "declared", "cursor"), (2, 2, "unknown", "none", None)]


@pytest.mark.parametrize(("percentage", "origin"), [(100, "ai"), (40, "mixed")])
def test_a_checkpoint_of_entire_declares_what_its_estimate_says(
    repo: RepoBuilder, percentage: int, origin: str
) -> None:
    repo.commit({"a.py": "1\n"}, "Do it\n\nEntire-Checkpoint: 0123456789ab\n")
    meta = {
        "checkpoint_id": "0123456789ab",
        "session_id": "2026-01-01-x",
        "agent": "Claude Code",
        "initial_attribution": {"agent_percentage": percentage},
    }
    checkpoints = {"01/23456789ab/metadata.json": json.dumps(meta)}
    repo.commit(checkpoints, "Checkpoint\n", branch="entire/checkpoints/v1", parents=[])
    document = ask("for", "a.py", "--format", "json", cwd=repo.root).json
    (span,) = document["spans"]
    assert (span["origin"], span["grade"], span["agent"]["tool"]) == (origin, "declared", "claude-code")
    assert {e["source"] for e in span["evidence"]} == {"entire"}
    assert any("01/23456789ab/metadata.json" in e["ref"] for e in span["evidence"])


def test_a_checkpoint_is_declared_by_its_trailer_alone_where_its_branch_is_not_here(repo: RepoBuilder) -> None:
    repo.commit({"a.py": "1\n"}, "Do it\n\nEntire-Checkpoint: 0123456789ab\n")
    assert said(repo) == [(1, 1, "ai", "declared", None)]
    gap = ask("for", "a.py", "--format", "json", cwd=repo.root).json["questions"][1]["gap"]
    assert gap == "AI wrote it, but nothing names the tool"


def test_two_sources_of_one_grade_that_contradict_each_other_are_shown_as_a_conflict(repo: RepoBuilder) -> None:
    sha = repo.commit({"a.py": "1\n"}, "Do it\n\nEntire-Agent: Claude Code\n")
    repo.commit({".agent-trace/t.json": json.dumps(trace(sha, kind="human", end=1))})
    document = ask("for", "a.py", "--format", "json", cwd=repo.root).json
    (span,) = document["spans"]
    assert (span["origin"], span["grade"]) == ("unknown", "none")
    assert [(c["about"], c["grade"], len(c["claims"])) for c in span["conflicts"]] == [("origin", "declared", 2)]
    out = ask("for", "a.py", cwd=repo.root).out
    assert "The evidence contradicts itself on who wrote this line: treat it as AI." in out
    assert "conflict about the origin, both declared: “" in out


def test_a_higher_grade_is_never_overruled_by_a_lower_one(repo: RepoBuilder) -> None:
    sha = repo.commit({"a.py": "1\n"}, "Do it\n\nCo-authored-by: Codex <noreply@openai.com>\n")
    repo.note("ai", sha, note(sha, f"{SESSION}::t_0123456789abcd 1"))
    (span,) = ask("for", "a.py", "--format", "json", cwd=repo.root).json["spans"]
    assert (span["agent"]["tool"], span["grade"]) == ("claude-code", "recorded")
    assert [e["grade"] for e in span["evidence"]] == ["recorded", "declared"]
