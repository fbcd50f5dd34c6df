"""A bot approves itself, an author reviews his own change, a tool acknowledges its own work.

Each is shown as what it is. None of it counts as an independent look, in no answer and in no count.
"""

from __future__ import annotations

from typing import Any

import pytest

from builders import RepoBuilder
from e2e.asking import ask_here

BOT = ("copilot-swe-agent[bot]", "198982749+Copilot@users.noreply.github.com")
ADA = ("Ada Marlow", "ada@example.com")
CLAUDE = "Co-authored-by: Claude <noreply@anthropic.com>"

NOT_INDEPENDENT = [
    (BOT, "copilot-swe-agent[bot] <198982749+Copilot@users.noreply.github.com>"),
    (BOT, "Copilot <175728472+Copilot@users.noreply.github.com>"),
    (ADA, "Ada Marlow <ada@example.com>"),
    (ADA, "ADA MARLOW <Ada@Example.com>"),
    (ADA, "Ada Marlow <ada@home.example>"),
    (ADA, "Somebody Else <ada@example.com>"),
    (ADA, "Claude <noreply@anthropic.com>"),
    (ADA, "claude[bot] <41898282+claude[bot]@users.noreply.github.com>"),
    (ADA, "OpenHands <openhands@all-hands.dev>"),
    (ADA, "Warp <oz-agent@warp.dev>"),
    (ADA, "Roo <roomote@roocode.com>"),
    (ADA, "Kiro <244629292+kiro-agent@users.noreply.github.com>"),
    (ADA, "My own tool <x@y.org>, claude-code <noreply@anthropic.com>"),
]


def review(repo: RepoBuilder) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    document = ask_here("for", "a.py", "--format", "json", cwd=repo.root).json
    question = next(q for q in document["questions"] if q["id"] == "review")
    return question, document["spans"][0]["review"]["approvals"]


def reviewed(repo: RepoBuilder) -> int:
    """How many commits a scan counts as reviewed."""
    scan = ask_here("scan", "--no-cache", "--format", "json", cwd=repo.root).json
    named = next((gap["count"] for gap in scan["gaps"] if gap["id"] == "review-unnamed"), 0)
    return int(scan["commits"]["total"] - scan["commits"]["merges"] - named)


@pytest.mark.parametrize(("author", "who"), NOT_INDEPENDENT[:-1], ids=lambda value: str(value)[:40])
def test_whoever_wrote_it_or_is_a_tool_is_no_reviewer(repo: RepoBuilder, author: tuple[str, str], who: str) -> None:
    repo.commit({"a.py": "1\n"}, f"Do it\n\n{CLAUDE}\nReviewed-by: {who}\nAcked-by: {who}\n", author=author)
    question, approvals = review(repo)
    assert question["answer"] is None
    assert "no independent reviewer" in question["gap"]
    assert [(mark["by"], mark["as"], mark["independent"]) for mark in approvals] == [
        (who, "reviewer", False),
        (who, "ack", False),
    ]


def test_a_scan_counts_none_of_them_as_a_reviewer(repo: RepoBuilder) -> None:
    for at, (author, who) in enumerate(NOT_INDEPENDENT[:-1]):
        repo.commit({"a.py": f"{at}\n"}, f"Do it\n\n{CLAUDE}\nReviewed-by: {who}\n", author=author)
    assert reviewed(repo) == 0


def test_no_mark_of_the_authors_own_counts_in_a_scan(repo: RepoBuilder) -> None:
    for mark in ("Acked-by", "Approved-by", "Reviewed-by"):
        repo.commit({"a.py": mark}, f"Do it\n\n{mark}: Ada Marlow <ada@example.com>\n", author=ADA)
    assert reviewed(repo) == 0


def test_an_independent_look_beside_them_counts(repo: RepoBuilder) -> None:
    marks = "".join(f"Reviewed-by: {who}\n" for _, who in NOT_INDEPENDENT)
    repo.commit({"a.py": "1\n"}, f"Do it\n\n{CLAUDE}\n{marks}Acked-by: Bo <bo@example.com>\n", author=ADA)
    question, approvals = review(repo)
    assert "Bo <bo@example.com>" in question["answer"]
    assert [mark["by"] for mark in approvals if mark["independent"]][-1] == "Bo <bo@example.com>"
    assert reviewed(repo) == 1


def test_merging_and_signing_off_ones_own_work_is_no_review(repo: RepoBuilder) -> None:
    repo.commit({"b.py": "1\n"}, "Start\n", author=("Bo", "bo@example.com"))
    repo.commit({"a.py": "1\n"}, "Do it\n\nSigned-off-by: Ada Marlow <ada@example.com>\n", branch="topic", author=ADA)
    repo.merge("topic", message="Merge pull request #3 from ada/topic\n", author=ADA)
    question, _ = review(repo)
    assert question["answer"] is None
    assert reviewed(repo) == 0


def test_a_bot_that_merges_its_own_work_accepts_nothing(repo: RepoBuilder) -> None:
    repo.commit({"b.py": "1\n"}, "Start\n")
    repo.commit({"a.py": "1\n"}, "Do it\n", branch="copilot/fix", author=BOT)
    repo.merge("copilot/fix", message="Merge pull request #3 from o/copilot/fix\n", author=BOT)
    document = ask_here("for", "a.py", "--format", "json", cwd=repo.root).json
    accepted = next(q for q in document["questions"] if q["id"] == "accepted")
    assert accepted["answer"] is None
    assert "no person is named" in accepted["gap"]
