from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from answerable.domain.grade import Grade
from answerable.domain.origin import Origin
from answerable.provenance.branches import branch_of, claim_for


@pytest.mark.parametrize(
    ("message", "branch"),
    [
        ("Merge pull request #1 from org/claude/x\n\nA title", "claude/x"),
        ("Merge pull request #12 from claude/patch-1", "patch-1"),
        ("Merge pull request 'A title' (#3) from codex/y into main", "codex/y"),
        ("Merge pull request 'It''s' (#3) from fork:codex/y into main", "codex/y"),
        ("Merge branch 'claude/x' into 'main'\n\nSee merge request a/b!3", "claude/x"),
        ("Merge branch 'codex/y'", "codex/y"),
        ("Merge branch 'codex/y' into dev", "codex/y"),
        ("Merge branch 'codex/y' of https://github.com/a/b", "codex/y"),
        ("Merge remote-tracking branch 'origin/devin/1775438423-x'", "devin/1775438423-x"),
        ("Merge remote-tracking branch 'origin/cursor/x' into main", "cursor/x"),
        ("Merge remote-tracking branch 'claude/x'", "x"),
        ("Merged in claude/x (pull request #3)\n\nA title", "claude/x"),
        ("Merge branch 'main' into claude/x", "main"),
        ("\nMerge branch 'codex/y'", "codex/y"),
    ],
)
def test_the_branch_is_read_as_each_forge_words_it(message: str, branch: str) -> None:
    assert branch_of(message) == branch


@pytest.mark.parametrize(
    "message",
    [
        "",
        "Merge",
        "Merge branches 'a' and 'b'",
        "Merge pull request 5 from a/b",
        "Merge the claude/x branch",
        "Fix it\n\nMerge branch 'claude/x'",
        "Merge commit '1a2b3c'",
        "Merge tag 'v1'",
    ],
)
def test_a_merge_that_does_not_name_one_branch_gives_none(message: str) -> None:
    assert branch_of(message) is None


def test_the_owner_of_a_fork_is_not_part_of_the_branch() -> None:
    branch = branch_of("Merge pull request #12 from claude/patch-1")
    assert branch is not None
    assert claim_for(branch, "2" * 40) is None


def test_a_tools_branch_is_inferred_and_points_at_the_merge() -> None:
    claim = claim_for("codex/fix", "2" * 40)
    assert claim is not None
    assert (claim.origin, claim.grade, claim.evidence.source) == (Origin.AI, Grade.INFERRED, "branch")
    assert "2" * 40 in claim.evidence.ref


@pytest.mark.parametrize("branch", ["main", "feature/claude", "claude", "claude/", "devin/fix-login", "xcodex/a"])
def test_another_branch_is_nobodys(branch: str) -> None:
    assert claim_for(branch, "2" * 40) is None


@given(st.text())
def test_no_message_and_no_branch_is_fatal(text: str) -> None:
    branch_of(text)
    branch_of("Merge branch '" + text)
    claim_for(text, "2" * 40)
