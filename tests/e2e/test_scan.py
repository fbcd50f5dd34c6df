"""`answerable scan`: counts that add up to what git shows, at the grade of their evidence, with what is missing."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest

from builders import RepoBuilder, random_history
from e2e.asking import ask
from e2e.shape import ANY, GRADES, ORIGINS, wrong
from git.test_added import shown

CLAUDE = "Co-Authored-By: Claude Opus 4.7 <noreply@anthropic.com>\n"
CODEX = "Co-authored-by: Codex <noreply@openai.com>\n"
SESSION = "s_0123456789abcd"
DAY = 86_400
COUNTS = {ANY: int}
SCAN: dict[str, Any] = {
    "schema": "answerable/scan/v1",
    "commits": {"total": int, "merges": int, "by_origin": COUNTS, "by_tool": COUNTS},
    "lines": {"added": int, "by_origin": COUNTS, "by_grade": COUNTS, "by_tool": COUNTS, "by_layer": COUNTS},
    "signals": {
        ANY: {"value": (float, None), "numerator": int, "denominator": int, "meaning": str, "limits": str},
    },
    "defects": COUNTS,
    "gaps": [{"id": str, "count": int, "of": int, "message": str, "remedy": str}],
    "next": [str],
    "elapsed_ms": int,
}


def scanned(repo: RepoBuilder, *arguments: str) -> dict[str, Any]:
    said = ask("scan", *arguments, "--format", "json", cwd=repo.root)
    assert (said.code, said.err) == (0, "")
    return said.json


def gaps(document: dict[str, Any]) -> dict[str, int]:
    return {gap["id"]: gap["count"] for gap in document["gaps"]}


def note(sha: str, lines: str) -> str:
    record = {"agent_id": {"tool": "claude", "id": "1-2", "model": "claude-opus-4-8"}}
    meta = {"schema_version": "authorship/3.0.0", "base_commit_sha": sha, "prompts": {}, "sessions": {SESSION: record}}
    return f"b.py\n  {SESSION}::t_0123456789abcd {lines}\n---\n{json.dumps(meta)}"


@pytest.fixture
def mixed(repo: RepoBuilder) -> RepoBuilder:
    """Six commits over five days: unmarked, declared, recorded, inferred, a merge, and a bot's that is reviewed."""
    start = 1_767_225_600  # 2026-01-01T00:00:00Z
    repo.commit({"a.py": "1\n2\n3\n", "CODEOWNERS": "* @org/web\n"}, when=start)
    repo.commit({"a.py": "1\n2\n3\n4\n"}, f"Four\n\n{CLAUDE}", when=start + DAY)
    sha = repo.commit({"b.py": "1\n2\n3\n"}, branch="codex/b", parents=["main"], when=start + 2 * DAY)
    repo.note("ai", sha, note(sha, "2-3"))
    repo.merge("codex/b", message="Merge pull request #3 from org/codex/b\n", when=start + 3 * DAY)
    bot = ("copilot-swe-agent[bot]", "198982749+Copilot@users.noreply.github.com")
    repo.commit({"a.py": "0\n1\n2\n3\n4\n"}, "Zero\n\nReviewed-by: Bo <bo@x.org>\n", author=bot, when=start + 4 * DAY)
    return repo


def test_a_scan_has_the_keys_and_types_of_the_contract(mixed: RepoBuilder) -> None:
    document = scanned(mixed)
    assert wrong(document, SCAN) == []
    assert set(document["lines"]["by_origin"]) | set(document["commits"]["by_origin"]) <= set(ORIGINS.split("|"))
    assert set(document["lines"]["by_grade"]) <= set(GRADES.split("|"))
    assert wrong(scanned(mixed, "main..main"), SCAN) == []


def test_every_line_counts_once_at_the_grade_of_its_evidence(mixed: RepoBuilder) -> None:
    document = scanned(mixed)
    assert document["commits"] == {
        "total": 5,
        "merges": 1,
        "by_origin": {"ai": 3, "unknown": 2},
        "by_tool": {"claude-code": 2, "copilot": 1, "codex": 1},
    }
    assert document["lines"] == {
        "added": 9,
        "by_origin": {"unknown": 4, "ai": 5},
        "by_grade": {"none": 4, "declared": 1, "recorded": 2, "inferred": 2},
        "by_tool": {"claude-code": 3, "codex": 1, "copilot": 1},
        "by_layer": {"critical": 1, "standard": 8},
    }
    signals = {name: (s["numerator"], s["denominator"]) for name, s in document["signals"].items()}
    assert signals == {
        "traceability_coverage": (3, 9),
        "recorded_coverage": (2, 9),
        "attribution_clarity": (5, 9),
        "ownership_coverage": (9, 9),
        "named_review": (1, 4),
    }


@pytest.mark.parametrize("number", [80_001, 80_002, 80_003])
def test_lines_are_conserved_and_are_those_git_shows(tmp_path: Path, number: int) -> None:
    repo = random_history(number, tmp_path / "r", commits=14)
    repo.commit({"new": "1\n2\n"}, f"New\n\n{CLAUDE}{CODEX}")
    shas = repo.git("rev-list", "main").decode().split()
    expected = sum(sum(counts.values()) for counts in shown(repo, shas).values())
    for arguments in ([], ["--no-cache"]):
        document = scanned(repo, *arguments)
        lines = document["lines"]
        assert sum(lines["by_origin"].values()) == sum(lines["by_grade"].values()) == lines["added"] == expected
        assert sum(document["commits"]["by_origin"].values()) == document["commits"]["total"] == len(shas)


def test_what_other_commands_kept_changes_no_count(repo: RepoBuilder) -> None:
    repo.commit({"a": b"\0\n1\n2\n"})
    repo.commit({"a": "1\n2\n3\n"})
    assert ask("lines", cwd=repo.root).code == 0
    assert scanned(repo)["lines"]["added"] == scanned(repo, "--no-cache")["lines"]["added"] == 0


def test_a_range_counts_what_one_side_has_and_the_other_has_not(mixed: RepoBuilder) -> None:
    documents = {given: scanned(mixed, given) for given in ("HEAD~1..HEAD", "HEAD~2..", "codex/b", "main...codex/b")}
    counts = {given: (found["commits"]["total"], found["lines"]["added"]) for given, found in documents.items()}
    assert counts == {
        "HEAD~1..HEAD": (1, 1),
        "HEAD~2..": (3, 4),
        "codex/b": (3, 8),
        "main...codex/b": (0, 0),
    }
    away = mixed.commit({"x": "1\n"}, branch="away", parents=["main~1"])
    assert scanned(mixed, f"main...{away}")["commits"]["total"] == 1


@pytest.mark.parametrize(
    ("since", "total"),
    [
        ("2026-01-02", 4),
        ("2026-01-02T00:00:01Z", 3),
        ("2026-01-05T01:00:00+01:00", 1),
        ("2030-01-01", 0),
        ("1970-01-01", 5),
        ("0001-01-01", 5),
    ],
)
def test_since_leaves_out_what_is_older(mixed: RepoBuilder, since: str, total: int) -> None:
    assert scanned(mixed, "--since", since)["commits"]["total"] == total


def test_defects_of_notes_are_counted_by_kind(mixed: RepoBuilder) -> None:
    assert scanned(mixed)["defects"] == {}
    mixed.note("ai", mixed.commits[0], "no divider")
    gone = mixed.commit({"z": "1\n"}, branch="gone", parents=["main"])
    mixed.note("ai", gone, note(gone, "1"))
    mixed.commit({"f" * 40: note("f" * 40, "1")}, branch="refs/notes/ai", parents=["refs/notes/ai"])
    document = scanned(mixed)
    assert document["defects"]["no-divider"] == 1
    assert document["defects"]["commit-not-here"] == 1
    assert gaps(document)["evidence-defects"] == sum(document["defects"].values())
    assert "commit-not-here" not in scanned(mixed, "main~1..main")["defects"]
    text = ask("scan", cwd=mixed.root).out
    assert "defects of the evidence\n" in text
    assert [row.split() for row in text.splitlines() if "no-divider" in row] == [["no-divider", "1"]]


def test_a_file_of_evidence_counts_too(mixed: RepoBuilder, tmp_path: Path) -> None:
    lines = {"start_line": 1, "end_line": 3, "content_hash": "murmur3:1"}
    conversation = {"contributor": {"type": "ai"}, "ranges": [lines]}
    trace = {
        "version": "0.1.0",
        "vcs": {"type": "git", "revision": mixed.commits[0]},
        "tool": {"name": "cursor"},
        "files": [{"path": "a.py", "conversations": [conversation]}],
    }
    file = tmp_path / "trace.json"
    file.write_text(json.dumps(trace))
    assert scanned(mixed, "--evidence", os.fspath(file))["lines"]["by_tool"]["cursor"] == 3


def test_gaps_are_those_that_are_there(mixed: RepoBuilder, new_repo: Any) -> None:
    assert gaps(scanned(mixed)) == {"origin-unknown": 4, "review-unnamed": 3}
    bare = new_repo("bare.git", bare=True)
    bare.commit({"a": "1\n"}, "Do\n\nGenerated with AI\n")
    assert {"notes-absent", "owners-absent"} <= gaps(scanned(bare)).keys()
    mixed.git("replace", mixed.commits[1], mixed.commits[0])
    document = scanned(mixed)
    assert gaps(document)["history-replaced"] == 1
    assert document["lines"]["added"] == 9


def test_a_shallow_clone_counts_no_line_from_before_it_and_says_what_to_fetch(mixed: RepoBuilder) -> None:
    document = scanned(mixed.shallow_clone(2))
    assert document["lines"]["added"] == 1
    cut = next(gap for gap in document["gaps"] if gap["id"] == "history-cut")
    assert cut["count"] == 1
    assert "git fetch --unshallow" in cut["remedy"]


def test_a_partial_clone_says_which_part_could_not_be_read(mixed: RepoBuilder) -> None:
    document = scanned(mixed.partial_clone())
    assert (document["commits"]["total"], document["lines"]["added"]) == (5, 0)
    assert gaps(document)["history-cut"] == 4
    assert "git fetch --refetch --no-filter" in ask("scan", cwd=mixed.root.with_name("repo-partial")).out


def test_the_text_ends_with_three_commands_that_work(mixed: RepoBuilder) -> None:
    said = ask("scan", cwd=mixed.root)
    rows = said.out.splitlines()
    assert rows[0] == "5 commits (1 merges) added 9 lines"
    assert rows[-4].endswith(" ms. Try next:")
    commands = [row.strip() for row in rows[-3:]]
    assert commands == scanned(mixed)["next"]
    assert commands == [
        f"answerable for {mixed.commits[-1][:12]}",
        "answerable recall --tool claude-code",
        "answerable test",
    ]
    for command in commands:
        assert ask(*command.split()[1:], cwd=mixed.root).code == 0


@pytest.mark.parametrize(
    ("arguments", "exit_code", "code"),
    [
        (["none"], 2, "revision-not-found"),
        (["HEAD..none"], 2, "revision-not-found"),
        (["main...lonely"], 2, "revision-not-found"),
        (["--since", "yesterday"], 2, "revision-not-found"),
        (["a", "b"], 2, "usage"),
        (["--evidence", "none"], 3, "evidence-unreadable"),
    ],
)
def test_what_cannot_be_scanned_is_an_error_document_and_nothing_else(
    mixed: RepoBuilder, arguments: list[str], exit_code: int, code: str
) -> None:
    mixed.commit({"x": "1\n"}, branch="lonely", parents=[])
    said = ask("scan", *arguments, "--format", "json", cwd=mixed.root)
    assert (said.code, said.json["code"], said.err) == (exit_code, code, "")
    assert set(said.json) == {"schema", "code", "message", "hint"}


def test_an_error_in_words_goes_to_standard_error(mixed: RepoBuilder) -> None:
    said = ask("scan", "none", cwd=mixed.root)
    assert (said.code, said.out) == (2, "")
    assert said.err.endswith("[revision-not-found]\n")


def test_an_empty_repository_has_nothing_to_scan(repo: RepoBuilder) -> None:
    assert ask("scan", "--format", "json", cwd=repo.root).json["code"] == "repository-empty"
