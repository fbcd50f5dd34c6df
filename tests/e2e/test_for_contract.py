"""The JSON of `answerable for` has the contract's keys and types, whatever it is asked about."""

from __future__ import annotations

import re
from typing import Any

import pytest

from builders import RepoBuilder
from e2e.asking import ask
from e2e.deploying import RUNNING
from e2e.shape import GRADES, TIME, wrong

CLAUDE = "Co-Authored-By: Claude Opus 4.7 <noreply@anthropic.com>\n"
IDS = ["ai", "tool", "accepted", "review", "owner", "running"]

PERSON = {"name": str, "email": str}
EVIDENCE = {"source": str, "ref": str, "grade": GRADES, "claim": str}
SPAN: dict[str, Any] = {
    "path": str,
    "start": int,
    "end": int,
    "commit": (str, None),
    "orig_path": str,
    "orig_start": int,
    "origin": "ai|human|mixed|unknown",
    "grade": GRADES,
    "agent": ({"tool": str, "tool_version": (str, None), "model": (str, None), "session": (str, None)}, None),
    "author": (PERSON, None),
    "committed_at": (TIME, None),
    "subject": (str, None),
    "acceptance": (
        {
            "how": "human_explicit|standing_grant|automatic|human_reject|unknown",
            "state": "as_is|modified|unknown",
            "by": (str, None),
            "at": (TIME, None),
            "grade": GRADES,
        },
        None,
    ),
    "review": (
        {
            "change": (str, None),
            "approvals": [{"by": str, "as": str, "mark": str, "grade": GRADES, "independent": bool}],
            "depth": None,
            "verdict": None,
            "merge": (str, None),
            "merged_by": (PERSON, None),
            "merged_at": (TIME, None),
        },
        None,
    ),
    "layer": (str, None),
    "owner": (
        {
            "team": (str, None),
            "people": [str],
            "escalation": None,
            "source": str,
            "service": None,
            "response": [str],
            "signed": [str],
        },
        None,
    ),
    "running": [RUNNING],
    "released": (str, None),
    "evidence": [EVIDENCE],
    "conflicts": [{"about": str, "grade": GRADES, "claims": [EVIDENCE]}],
    "behind": ({"commit": str, "path": str, "start": int, "author": PERSON}, None),
    "boundary": ("shallow|missing", None),
}
ANSWER: dict[str, Any] = {
    "schema": "answerable/answer/v1",
    "target": {"kind": "lines|path|commit|range|change|trace|artifact|incident", "given": str},
    "repository": {"root": str, "head": re.compile("[0-9a-f]{40}|[0-9a-f]{64}")},
    "headline": str,
    "elapsed_ms": int,
    "spans": [SPAN],
    "questions": [
        {
            "id": "ai|tool|accepted|review|owner|running",
            "answer": (str, None),
            "grade": GRADES,
            "gap": (str, None),
            "remedy": (str, None),
        }
    ],
    "answered": int,
    "asked": int,
    "notes": [str],
    "defects": [{"kind": str, "ref": str, "detail": str}],
}
TRACE = ANSWER | {
    "frames": [
        {
            "text": str,
            "path": (str, None),
            "line": (int, None),
            "score": float,
            "why": str,
            "others": [str],
        }
    ]
}


@pytest.fixture
def rich(repo: RepoBuilder) -> RepoBuilder:
    """A history in which every key has something to say."""
    repo.commit({"a.py": "one\ntwo\n", "CODEOWNERS": "*.py @org/web @ada\n"}, "Start\n")
    repo.commit({"a.py": "one\ntwo\nthree\n"}, f"Third\n\n{CLAUDE}", branch="claude/work", parents=["main"])
    repo.merge(
        "claude/work", message="Merge pull request #7 from org/claude/work\n\nReviewed-by: Bo <bo@example.com>\n"
    )
    repo.tag("v1")
    repo.commit({"a.py": " one\ntwo\nthree\n"}, "Reformat\n\nCo-authored-by: Codex <noreply@openai.com>\n" + CLAUDE)
    repo.commit({".git-blame-ignore-revs": repo.commits[-1] + "\n"}, "Look through it\n")
    repo.note("ai", "HEAD", "a.py\n  zzz 1-2\n---\n{}\n")
    return repo


@pytest.mark.parametrize("target", ["a.py", "a.py:3", "a.py:1-2", "HEAD", "HEAD~2..HEAD", "change:7"])
def test_an_answer_has_the_keys_and_types_of_the_contract(rich: RepoBuilder, target: str) -> None:
    document = ask("for", target, "--format", "json", cwd=rich.root).json
    assert wrong(document, ANSWER) == []
    assert [question["id"] for question in document["questions"]] == IDS
    assert document["asked"] == 6
    assert document["answered"] == sum(question["answer"] is not None for question in document["questions"])


def test_an_answer_about_a_trace_adds_its_frames(rich: RepoBuilder) -> None:
    document = ask("for", "-", "--format", "json", cwd=rich.root, feed="a.py:1\n/other/b.py:3\n").json
    assert wrong(document, TRACE) == []


def test_a_shallow_clone_answers_in_the_same_shape(rich: RepoBuilder) -> None:
    document = ask("for", "a.py", "--format", "json", cwd=rich.shallow_clone(1).root).json
    assert wrong(document, ANSWER) == []
    assert document["spans"][0]["boundary"] == "shallow"


def test_all_that_the_fixture_has_to_say_is_said(rich: RepoBuilder) -> None:
    first, second, third = ask("for", "a.py", "--format", "json", cwd=rich.root).json["spans"]
    assert first["behind"]["commit"] == rich.commits[0]
    assert [conflict["about"] for conflict in first["conflicts"]] == ["tool"]
    assert second["released"] == third["released"] == "v1"
    assert third["agent"] == {"tool": "claude-code", "tool_version": None, "model": "Claude Opus 4.7", "session": None}
    assert third["review"]["change"] == "#7"
    assert [(a["by"], a["as"]) for a in third["review"]["approvals"]] == [("Bo <bo@example.com>", "reviewer")]
    assert third["owner"] == {
        "team": "@org/web", "people": ["@ada"], "escalation": None, "source": "CODEOWNERS:1", "service": None,
        "response": [], "signed": [],
    }  # fmt: skip
