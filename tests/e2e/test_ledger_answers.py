"""Answers that rest on the ledger: who accepted lines, who reviewed them, and what is shown where trust ends."""

from __future__ import annotations

import json
import os
from typing import Any

import pytest

from builders import RepoBuilder
from e2e.asking import ask
from e2e.ledgers import Someone, Team, done

ACCEPT = ("accept", "HEAD", "--how", "human_explicit", "--state", "as_is")
GENERATE = ("--tool", "claude-code", "--model", "claude-opus-4-8", "--session", "s1")


@pytest.fixture
def bo(team: Team) -> Someone:
    """Somebody else."""
    return team.add("bo")


def spans(repo: RepoBuilder, target: str = "a.py") -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = done("for", target, cwd=repo.root)["spans"]
    return found


def rows(repo: RepoBuilder, target: str = "a.py") -> list[tuple[int, int, str, str, str | None]]:
    """Spans as (start, end, origin, grade, who accepted them)."""
    return [
        (s["start"], s["end"], s["origin"], s["grade"], s["acceptance"]["by"] if s["acceptance"] else None)
        for s in spans(repo, target)
    ]


def question(repo: RepoBuilder, name: str, target: str = "a.py") -> dict[str, Any]:
    questions = done("for", target, cwd=repo.root)["questions"]
    return next(one for one in questions if one["id"] == name)


def defects(repo: RepoBuilder) -> set[str]:
    return {defect["kind"] for defect in done("for", "a.py", cwd=repo.root)["defects"]}


def by_service(team: Team, *options: str) -> None:
    """A service says what a tool wrote."""
    ci = team.add("ci", "--type", "service")
    given = ("--as", "service", "--on-behalf-of", team.ada.id, *GENERATE, *options)
    team.record(ci, "generate", "HEAD", *given)


def note(sha: str, prompter: str) -> str:
    """A git-ai note that names who prompted."""
    session = {"agent_id": {"tool": "claude", "id": "1", "model": "m"}, "human_author": prompter}
    sessions = {"s_0123456789abcd": session}
    meta = {"schema_version": "authorship/3.0.0", "base_commit_sha": sha, "prompts": {}, "sessions": sessions}
    return f"a.py\n  s_0123456789abcd::t_0123456789abcd 1-4\n---\n{json.dumps(meta)}"


def test_lines_of_a_service_are_recorded_and_attested_where_a_person_accepts_them(team: Team, bo: Someone) -> None:
    by_service(team, "--lines", "a.py:1-3")
    assert rows(team.repo)[0][:4] == (1, 3, "ai", "recorded")
    team.record(bo, *ACCEPT, "--lines", "a.py:1-2")
    first, second, third = spans(team.repo)
    assert (first["start"], first["end"], first["grade"]) == (1, 2, "attested")
    assert first["agent"] == {"tool": "claude-code", "tool_version": None, "model": "claude-opus-4-8", "session": "s1"}
    assert first["acceptance"]["how"] == "human_explicit"
    assert (first["acceptance"]["by"], first["acceptance"]["state"], first["acceptance"]["grade"]) == (
        bo.id,
        "as_is",
        "attested",
    )
    assert (second["grade"], second["agent"]["session"]) == ("recorded", "s1")
    assert third["origin"] == "unknown"
    assert any(bo.id in e["claim"] and e["ref"].startswith("ledger entry") for e in first["evidence"])


def test_a_countersign_answers_who_accepted_it(team: Team, bo: Someone) -> None:
    team.record(bo, "countersign", "HEAD", "--lines", "a.py:1-4", "--intent", "count to four")
    accepted = question(team.repo, "accepted")
    assert (accepted["answer"], accepted["grade"], accepted["gap"]) == (f"human explicit by {bo.id}", "attested", None)
    assert question(team.repo, "ai")["answer"] == "yes, all of it"


def test_an_answer_holds_where_the_lines_move_to_and_ends_where_they_change(team: Team, bo: Someone) -> None:
    team.record(bo, *ACCEPT, "--lines", "a.py:1-4")
    team.repo.commit({"a.py": "zero\none\ntwo\nchanged\nfour\n"})
    assert [row[:4] for row in rows(team.repo)] == [
        (1, 1, "unknown", "none"),
        (2, 3, "ai", "attested"),
        (4, 4, "unknown", "none"),
        (5, 5, "ai", "attested"),
    ]


def test_a_decision_over_other_lines_claims_nothing_and_is_a_defect(team: Team, bo: Someone) -> None:
    digest = "sha256:" + "0" * 64
    lines = f'{{"lines":[{{"path":"a.py","start":1,"end":2,"digest":"{digest}"}}]}}'
    team.record(bo, "countersign", "HEAD", "--intent", "x", "--details", lines)
    assert rows(team.repo)[0][2:4] == ("unknown", "none")
    assert defects(team.repo) == {"decision-lines-changed"}


def test_without_a_ledger_a_note_declares_and_that_is_a_defect(team: Team, bo: Someone) -> None:
    team.record(bo, *ACCEPT, "--lines", "a.py:1-2")
    clone = team.repo.clone()
    clone.git("fetch", "-q", "origin", "refs/notes/*:refs/notes/*")
    assert rows(clone)[0] == (1, 2, "ai", "declared", bo.id)
    assert defects(clone) == {"decision-not-in-ledger"}


def test_a_note_that_was_moved_to_another_commit_says_nothing_there(team: Team, bo: Someone) -> None:
    team.record(bo, *ACCEPT, "--lines", "a.py:1-2")
    later = team.repo.commit({"a.py": "one\ntwo\nthree\nfour\nfive\n"})
    team.repo.git("notes", "--ref=answerable", "copy", team.sha, later)
    assert defects(team.repo) == {"decision-moved"}
    assert [row[3] for row in rows(team.repo)] == ["attested", "none", "none"]


def test_what_was_corrected_is_not_told(team: Team, bo: Someone) -> None:
    first = team.record(bo, *ACCEPT, "--lines", "a.py:1-4")["decision_id"]
    team.record(bo, *ACCEPT, "--lines", "a.py:1-2", "--supersedes", first)
    assert [row[3] for row in rows(team.repo)] == ["attested", "none"]


def test_a_stranger_attests_nothing(team: Team, tmp_path: Any) -> None:
    eve, file = team.stranger("eve"), tmp_path / "out.jsonl"
    team.record(eve, *ACCEPT, "--lines", "a.py:1-2", "-o", os.fspath(file))
    team.repo.note("answerable", team.sha, file.read_bytes())
    assert rows(team.repo)[0] == (1, 2, "ai", "declared", eve.id)
    assert defects(team.repo) == {"decision-not-in-ledger"}
    out = ask("for", "a.py", cwd=team.root).out
    assert eve.public.fingerprint in out
    assert "attested" not in out


def test_what_a_key_signed_before_it_was_revoked_stays_and_a_note_after_that_does_not(
    team: Team, bo: Someone, tmp_path: Any
) -> None:
    team.record(bo, *ACCEPT, "--lines", "a.py:1-2")
    team.record(bo, *ACCEPT, "--lines", "a.py:3-4", "-o", os.fspath(tmp_path / "later.jsonl"))
    team.done("ledger", "key", "revoke", bo.public.fingerprint, "--reason", "stolen", *team.ada.signing)
    note = team.repo.git("notes", "--ref=answerable", "show", team.sha)
    team.repo.note("answerable", team.sha, note + (tmp_path / "later.jsonl").read_bytes())
    assert [row[:4] for row in rows(team.repo)] == [(1, 2, "ai", "attested"), (3, 4, "ai", "declared")]
    assert "was revoked by entry" in ask("for", "a.py", cwd=team.root).out


def test_a_service_that_claims_a_persons_act_is_not_believed(team: Team) -> None:
    ci = team.add("ci", "--type", "service")
    team.record(ci, *ACCEPT, "--as", "service", "--on-behalf-of", team.ada.id, "--lines", "a.py:1-4")
    (span,) = spans(team.repo)
    assert (span["grade"], span["acceptance"]["how"], span["acceptance"]["grade"]) == (
        "recorded",
        "unknown",
        "recorded",
    )
    assert question(team.repo, "accepted")["gap"] is not None


def test_a_forged_copy_of_a_note_does_not_hide_it(team: Team, bo: Someone) -> None:
    team.record(bo, "countersign", "HEAD", "--lines", "a.py:1-4", "--intent", "x")
    note = team.repo.git("notes", "--ref=answerable", "show", team.sha).strip()
    at = note.index(b'"sig":"') + 60
    forged = note[:at] + (b"A" if note[at : at + 1] != b"A" else b"B") + note[at + 1 :]
    clone = team.repo.clone()
    zoe = team.stranger("zoe")
    done("init", *zoe.signing, cwd=clone.root)
    done("ledger", "key", "add", bo.public.line, "--for", bo.id, *zoe.signing, cwd=clone.root)
    for lines in ((forged, note), (note, forged)):
        clone.note("answerable", team.sha, b"\n".join(lines) + b"\n")
        assert rows(clone) == [(1, 4, "ai", "recorded", bo.id)]


def test_a_review_by_somebody_else_is_independent_and_attested(team: Team, bo: Someone) -> None:
    by_service(team)
    team.review(bo, "--change", "#12")
    found = question(team.repo, "review")
    assert (found["answer"], found["grade"], found["gap"]) == (
        f"signed: approved: {bo.id}, with change #12",
        "attested",
        None,
    )
    (approval,) = spans(team.repo)[0]["review"]["approvals"]
    assert (approval["by"], approval["as"], approval["independent"]) == (bo.id, "reviewer", True)


@pytest.mark.parametrize("who", ["author", "prompter", "prompter in a note", "agent", "co-author"])
def test_a_review_by_who_made_it_is_not_independent(team: Team, bo: Someone, who: str) -> None:
    if who == "prompter":
        team.record(bo, "generate", "HEAD", *GENERATE)
    if who == "prompter in a note":
        team.repo.note("ai", team.sha, note(team.sha, f"Bo <{bo.id}>"))
    if who == "co-author":
        team.repo.commit({"a.py": "five\n"}, f"Do it\n\nCo-authored-by: Bo <{bo.id}>\n")
    agent = team.add("claude", "--type", "agent") if who == "agent" else None
    reviewer = agent or (team.ada if who == "author" else bo)
    team.review(reviewer, *(("--as", "agent") if agent else ()))
    found = question(team.repo, "review")
    assert (found["answer"], "names no independent reviewer" in found["gap"]) == (None, True)
    (approval,) = spans(team.repo)[0]["review"]["approvals"]
    assert (approval["by"], approval["independent"]) == (reviewer.id, False)


def test_an_author_does_not_become_independent_by_correcting_who_generated_it(team: Team, bo: Someone) -> None:
    first = team.record(bo, "generate", "HEAD", *GENERATE)["decision_id"]
    team.record(team.ada, "generate", "HEAD", *GENERATE, "--supersedes", first)
    team.review(bo)
    assert question(team.repo, "review")["answer"] is None


def test_approvals_of_what_was_merged_are_found_through_the_merge(team: Team, bo: Someone) -> None:
    team.repo.commit({"b.py": "1\n"}, branch="topic")
    tip = team.repo.commit({"b.py": "1\n2\n"}, branch="topic")
    team.record(bo, "approve", tip, "--change", "#7")
    team.repo.commit({"a.py": "main goes on\n"})
    team.repo.merge("topic")
    for target in ("b.py:1", "b.py:2"):
        found = question(team.repo, "review", target)
        assert (found["answer"], found["grade"]) == (f"signed: approved: {bo.id}, with change #7", "attested")
    assert question(team.repo, "review", "a.py")["answer"] is None


def test_a_verdict_that_was_corrected_is_not_told(team: Team, bo: Someone) -> None:
    first = team.review(bo)["decision_id"]
    team.record(bo, "review", "HEAD", "--verdict", "changes_requested", "--supersedes", first)
    assert question(team.repo, "review")["answer"].startswith(f"signed: changes requested: {bo.id}")
