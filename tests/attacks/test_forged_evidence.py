"""Evidence is stripped, moved, overstated or forged, to make AI lines look like a person's.

Taking evidence away gains nothing: lines become `unknown`, which is governed as AI. A forged claim of a person never
silently overrules what another source says: beside an equal one the origin is `unknown`, and above a weaker one the
conflict is shown.
"""

from __future__ import annotations

import json
from typing import Any

import pytest

from attacks.hostile import CLAUDE
from builders import RepoBuilder
from e2e.asking import ask_here

SESSION = "s_0123456789abcd::t_0123456789abcd"
PERSON = "h_0123456789abcd"


def note(sha: str, *entries: str, path: str = "a.py", observed: bool = False) -> str:
    """A git-ai note about one file; `observed` forges the mark of our own capture on the person."""
    capture = {"answerable.capture": "observed"} if observed else {}
    meta = {
        "schema_version": "authorship/3.0.0",
        "base_commit_sha": sha,
        "prompts": {},
        "sessions": {"s_0123456789abcd": {"agent_id": {"tool": "claude", "id": "1", "model": "claude-opus-4-8"}}},
        "humans": {PERSON: {"author": "Eve", "custom_attributes": capture}},
    }
    return "\n".join([path, *(f"  {entry}" for entry in entries), "---", json.dumps(meta)])


def trace(revision: str, kind: str, path: str = "a.py") -> str:
    """An Agent Trace record about lines 1 and 2."""
    span = {"start_line": 1, "end_line": 2, "content_hash": "murmur3:1"}
    files = [{"path": path, "conversations": [{"contributor": {"type": kind}, "ranges": [span]}]}]
    return json.dumps(
        {"version": "0.1.0", "vcs": {"type": "git", "revision": revision}, "tool": {"name": "cursor"}, "files": files}
    )


def answer(repo: RepoBuilder, target: str = "a.py") -> dict[str, Any]:
    return ask_here("for", target, "--format", "json", cwd=repo.root).json


def origins(repo: RepoBuilder, target: str = "a.py") -> list[tuple[int, int, str, str]]:
    return [(s["start"], s["end"], s["origin"], s["grade"]) for s in answer(repo, target)["spans"]]


def counted(repo: RepoBuilder) -> dict[str, int]:
    by_origin: dict[str, int] = ask_here("scan", "--no-cache", "--format", "json", cwd=repo.root).json["lines"][
        "by_origin"
    ]
    return by_origin


def test_stripping_a_trailer_makes_lines_unknown_and_never_human(repo: RepoBuilder) -> None:
    repo.commit({"a.py": "1\n2\n"}, "Stripped\n", author=("Ada", "ada@example.com"))
    assert origins(repo) == [(1, 2, "unknown", "none")]
    assert counted(repo) == {"unknown": 2}
    assert "treat them as AI" in answer(repo)["headline"]


def test_removing_a_note_makes_lines_unknown_and_never_human(repo: RepoBuilder) -> None:
    sha = repo.commit({"a.py": "1\n2\n"})
    repo.note("ai", sha, note(sha, f"{SESSION} 1-2"))
    assert origins(repo) == [(1, 2, "ai", "recorded")]
    repo.note("ai", sha, None)
    assert origins(repo) == [(1, 2, "unknown", "none")]


def test_a_rebase_leaves_lines_unknown_and_never_human(repo: RepoBuilder) -> None:
    repo.commit({"b.py": "base\n"})
    sha = repo.commit({"a.py": "1\n2\n"}, branch="topic")
    repo.note("ai", sha, note(sha, f"{SESSION} 1-2"))
    repo.commit({"a.py": "1\n2\n"}, "Rebased\n")
    assert origins(repo) == [(1, 2, "unknown", "none")]


def test_a_note_moved_from_another_commit_is_declared_at_most_and_named(repo: RepoBuilder) -> None:
    first = repo.commit({"b.py": "1\n2\n"})
    second = repo.commit({"a.py": "1\n2\n"})
    repo.note("ai", second, note(first, f"{PERSON} 1-2", observed=True))
    assert origins(repo) == [(1, 2, "human", "declared")]
    assert "base-commit-mismatch" in {defect["kind"] for defect in answer(repo)["defects"]}


@pytest.mark.parametrize("observed", [False, True])
def test_a_note_of_a_person_over_a_tools_trailer_is_never_silently_believed(repo: RepoBuilder, observed: bool) -> None:
    """A declared one leaves the origin unknown. A forged recorded one decides, as recorded lines may in a mixed commit;
    both are shown as a conflict (SECURITY.md: note pusher)."""
    sha = repo.commit({"a.py": "1\n2\n"}, f"Do\n\n{CLAUDE}")
    repo.note("ai", sha, note(sha, f"{PERSON} 1-2", observed=observed))
    document = answer(repo)
    (span,) = document["spans"]
    assert {evidence["source"] for evidence in span["evidence"]} == {"trailer", "git-ai"}
    assert (span["origin"], span["grade"]) == (("human", "recorded") if observed else ("unknown", "none"))
    (conflict,) = span["conflicts"]
    assert (conflict["about"], conflict["grade"]) == ("origin", "recorded" if observed else "declared")
    assert {claim["source"] for claim in conflict["claims"]} == {"trailer", "git-ai"}
    assert "contradict" in document["questions"][0]["gap"] or observed
    out = ask_here("for", "a.py", cwd=repo.root).out
    assert "conflict about the origin: “" in out if observed else "conflict about the origin, both declared: “" in out
    scan = ask_here("scan", "--no-cache", "--format", "json", cwd=repo.root).json
    assert scan["lines"]["by_origin"] == {"human" if observed else "unknown": 2}
    assert [gap["count"] for gap in scan["gaps"] if gap["id"] == "origin-conflict"] == [2]


def test_two_recorders_that_contradict_each_other_leave_lines_unknown(repo: RepoBuilder) -> None:
    sha = repo.commit({"a.py": "1\n2\n"})
    repo.note("ai", sha, note(sha, f"{PERSON} 1-2", observed=True))
    repo.note("ai-remote/origin", sha, note(sha, f"{SESSION} 1-2"))
    (span,) = answer(repo)["spans"]
    assert (span["origin"], span["grade"], len(span["conflicts"])) == ("unknown", "none", 1)


def test_a_note_for_lines_past_the_end_says_nothing_about_lines_that_are_there(repo: RepoBuilder) -> None:
    sha = repo.commit({"a.py": "1\n2\n"})
    repo.note("ai", sha, note(sha, f"{PERSON} 3-1000", f"{SESSION} 5000"))
    assert origins(repo) == [(1, 2, "unknown", "none")]
    assert counted(repo) == {"unknown": 2}


def test_a_note_holds_only_for_lines_that_its_commit_left(repo: RepoBuilder) -> None:
    old = repo.commit({"a.py": "1\n2\n"})
    new = repo.commit({"a.py": "1\n2\n3\n"})
    repo.note("ai", new, note(new, f"{PERSON} 1-3", observed=True))
    assert origins(repo) == [(1, 2, "unknown", "none"), (3, 3, "human", "recorded")]
    assert [span["commit"] for span in answer(repo)["spans"]] == [old, new]


@pytest.mark.parametrize("path", ["../a.py", "/etc/passwd", "src/../../a.py", "C:\\a.py", "..\\a.py", "a.py/../../x"])
def test_a_trace_of_a_path_outside_is_a_defect_and_no_claim(repo: RepoBuilder, path: str) -> None:
    sha = repo.commit({"a.py": "1\n2\n"})
    repo.note("agent-trace", sha, trace(sha, "human", path))
    assert origins(repo) == [(1, 2, "unknown", "none")]
    assert "path-outside" in {defect["kind"] for defect in answer(repo)["defects"]}


def test_a_trace_of_a_person_is_declared_at_most(repo: RepoBuilder) -> None:
    sha = repo.commit({"a.py": "1\n2\n"}, f"Do\n\n{CLAUDE}")
    repo.note("agent-trace", sha, trace(sha, "human"))
    (span,) = answer(repo)["spans"]
    assert (span["origin"], len(span["conflicts"])) == ("unknown", 1)


@pytest.mark.parametrize(
    ("message", "origin"),
    [
        (f"Do\n\n{CLAUDE}\nA last paragraph, so that git sees no trailer.\n", "ai"),
        (f"Squash\n\n* One\n\n  {CLAUDE}\n* Two\n", "ai"),
        (f"Quote\n\n> {CLAUDE}\n", "unknown"),
        (f"Code\n\n```\n{CLAUDE}```\n", "unknown"),
        ("Co-authored-by: Ada Human <ada@example.com>\n", "unknown"),
        ("Human-written: yes\n\nNo-AI: true\nAssisted-by: none\n", "unknown"),
    ],
)
def test_a_trailer_counts_where_it_speaks_for_the_commit(repo: RepoBuilder, message: str, origin: str) -> None:
    repo.commit({"a.py": "1\n2\n"}, message)
    assert [found[2] for found in origins(repo)] == [origin]
