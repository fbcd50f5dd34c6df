"""`answerable accept`: a person signs for exactly the AI-origin lines that were shown, and the gate believes it."""

from __future__ import annotations

import subprocess
from pathlib import Path
from typing import Any

import pytest

from builders import RepoBuilder
from e2e.accepting import CLAUDE, CODE, OUTSIDE, PAY, Change
from e2e.agents import Agent
from e2e.asking import ask_here
from e2e.ledgers import Someone
from e2e.recording import RecordedDesk

SECRET = "token = ghp_" + "a1B2c3D4e5F6g7H8i9J0k1L2m3N4o5P6q7R8"
BO = "bo@example.com"


def shown(change: Change, name: str) -> dict[str, Any]:
    """A decision as the ledger has it."""
    statement: dict[str, Any] = change.team.done("ledger", "show", name)["entries"][0]["statement"]
    return dict(statement["predicate"])


@pytest.fixture
def change(repo: RepoBuilder, tmp_path: Path) -> Change:
    return Change(repo, tmp_path)


def test_a_change_that_must_be_countersigned_passes_once_a_person_signed(change: Change) -> None:
    refused = change.gate()
    assert refused.code == 1
    assert "answerable accept" in refused.json["findings"][0]["remedy"]
    assert change.accept(change.range, "--intent", "Charge a card").code == 0
    assert change.gate().code == 0


def test_what_is_shown_is_each_hunk_with_its_layer_its_origin_every_line_and_what_to_ask_oneself(
    change: Change,
) -> None:
    said = change.accept(change.range, "--dry-run")
    assert said.code == 1
    assert f"{PAY}:1-6  6 lines\n  layer critical · unknown and ai (none, declared) · claude-code" in said.out
    assert "  5  def charge(card, amount):\n" in said.out
    assert "Does each call have a deadline" in said.out
    assert "7 lines in 2 hunks to sign for" in said.out
    assert change.team.size() == 2, "a dry run signs nothing"


def test_each_line_says_afterwards_who_accepted_it_and_nothing_new_of_who_wrote_it(change: Change) -> None:
    change.accept(change.range, "--intent", "Charge a card")
    assert change.lines() == [("unknown", "none", BO), *[("ai", "attested", BO)] * 5]
    assert change.lines("docs/pay.md") == [("unknown", "none", BO)]
    (span,) = ask_here("for", f"{PAY}:2", "--format", "json", cwd=change.root).json["spans"]
    assert span["agent"]["tool"] == "claude-code", "the tool that was shown is signed for, too"
    assert span["acceptance"]["how"] == "human_explicit"


def test_lines_are_bound_to_the_commits_that_wrote_them(change: Change) -> None:
    done = change.accepted(change.range, "--intent", "Charge a card")
    assert {one["commit"] for one in done["decisions"]} == {change.first, change.head}
    of_first = next(one for one in done["decisions"] if one["commit"] == change.first)
    (row,) = shown(change, of_first["id"])["details"]["lines"]
    assert (row["path"], row["start"], row["end"]) == (PAY, 1, 5), "as that commit left them"


def test_they_are_so_where_somebody_signed_for_a_part_at_the_head(change: Change) -> None:
    change.team.record(change.bo, "countersign", "HEAD", "--intent", "Three", "--lines", f"{PAY}:3-3")
    done = change.accepted(change.range, "--intent", "Charge a card", "--origin", "ai")
    assert [(one["start"], one["end"]) for one in done["hunks"]] == [(2, 2), (4, 6)]
    (only,) = done["decisions"]
    assert only["commit"] == change.first
    assert [(row["start"], row["end"]) for row in shown(change, only["id"])["details"]["lines"]] == [(1, 1), (3, 5)]


def test_one_revision_is_what_it_changed(change: Change) -> None:
    done = change.accepted("HEAD", "--intent", "Say who")
    assert [(one["path"], one["start"], one["end"]) for one in done["hunks"]] == [("docs/pay.md", 1, 1), (PAY, 1, 1)]
    assert change.accepted("--intent", "Say who")["lines"] == {"signed": 0, "left": 0, "signed_before": 2}


def test_what_was_signed_before_is_not_asked_again(change: Change) -> None:
    change.accept(change.first, "--intent", "Charge a card")
    done = change.accepted(change.range, "--dry-run")
    assert [(one["path"], one["start"], one["end"]) for one in done["hunks"]] == [("docs/pay.md", 1, 1), (PAY, 1, 1)]
    assert done["lines"] == {"signed": 0, "left": 2, "signed_before": 5}
    change.accept(change.range, "--intent", "Say who")
    said = change.accept(change.range, "--intent", "Again")
    assert (said.code, said.out) == (0, "nothing to accept: you signed for all 7 lines of it before\n")


def test_what_another_person_signed_is_still_mine_to_sign(change: Change) -> None:
    change.accept(change.range, "--intent", "Charge a card")
    assert change.accepted(change.range, "--intent", "I agree", by=change.team.ada)["lines"]["signed"] == 7
    (span,) = ask_here("for", f"{PAY}:2", "--format", "json", cwd=change.root).json["spans"]
    (first, *_) = span["evidence"]
    assert BO in first["claim"]
    assert "ada@example.com" in first["claim"]


def test_a_change_without_such_lines_says_so(change: Change) -> None:
    change.repo.commit({"docs/pay.md": ""}, "Remove")
    said = change.accept("HEAD", "--intent", "Nothing")
    assert (said.code, said.out) == (0, "nothing to accept: the change has no AI-origin lines\n")


def test_a_line_that_changes_is_not_covered_any_more(change: Change) -> None:
    change.accept(change.range, "--intent", "Charge a card")
    change.repo.commit({PAY: f"# Copyright\n{CODE}".replace("amount]", "amount, 1]")}, CLAUDE)
    (finding,) = change.gate().json["findings"]
    assert (finding["start"], finding["end"]) == (6, 6)
    assert change.accepted(change.range, "--dry-run")["lines"]["left"] == 1


def test_lines_stay_covered_where_others_are_added_above_and_the_file_is_renamed(change: Change) -> None:
    change.accept(change.range, "--intent", "Charge a card")
    new = "src/pay/card.py"
    change.repo.commit({PAY: None, new: f"# Copyright\n{CODE}"}, "Rename")
    assert change.gate().code == 0
    change.repo.commit({new: f"# 1\n# Copyright\n{CODE}"}, CLAUDE)
    (finding,) = change.gate().json["findings"]
    assert (finding["start"], finding["end"]) == (1, 1)


def test_lines_that_only_moved_to_where_more_is_at_stake_are_signed_for_as_they_stand_at_the_head(
    change: Change,
) -> None:
    change.repo.commit({"lib/tax.py": "rate = 7\n"}, CLAUDE)
    base = change.head = change.repo.resolve("main")
    change.repo.commit({"lib/tax.py": None, "src/pay/tax.py": "rate = 7\n"}, "Move")
    change.base = base
    assert change.gate().code == 1
    done = change.accepted(change.range, "--intent", "Tax")
    assert [one["commit"] for one in done["decisions"]] == [change.repo.resolve("main")]
    assert change.gate().code == 0


def test_only_a_part_can_be_signed_for(change: Change) -> None:
    done = change.accepted(change.range, "--intent", "Charge a card", "--layer", "critical", "--origin", "ai")
    assert [(one["path"], one["start"], one["end"]) for one in done["hunks"]] == [(PAY, 2, 6)]
    assert change.accepted(change.range, "--intent", "x", "--path", "docs")["lines"]["signed"] == 1
    assert change.accepted(change.range, "--dry-run", "--path", "src/pay/charge.py")["lines"]["left"] == 1


@pytest.mark.parametrize(
    ("more", "words"), [(("--path", "sorc"), "no AI-origin lines in sorc"), (("--layer", "x"), "no layer x")]
)
def test_a_part_that_is_not_there_is_no_silent_nothing(change: Change, more: tuple[str, ...], words: str) -> None:
    said = change.accept(change.range, "--intent", "x", *more)
    assert said.code == 2
    assert words in said.err


def test_that_ai_wrote_lines_of_unknown_origin_can_be_said(change: Change) -> None:
    change.accept(change.range, "--intent", "Charge a card", "--written-by-ai")
    assert change.lines() == [("ai", "attested", BO)] * 6


def test_a_range_that_begins_at_nothing_is_signed_for_whole(change: Change) -> None:
    root = change.repo.git("rev-list", "--max-parents=0", "HEAD").decode().strip()
    assert change.accepted(root, "--intent", "Begin")["lines"]["signed"] == 4


def test_it_travels_with_the_commits(change: Change) -> None:
    assert change.accepted(change.range, "--intent", "Charge a card")["noted"]
    for commit in (change.first, change.head):
        assert b"payload" in change.repo.git("notes", "--ref=answerable", "show", commit)


def test_it_travels_only_where_it_may(change: Change) -> None:
    assert not change.accepted(change.range, "--intent", "Me too", "--no-note")["noted"]
    assert b"refs/notes/answerable" not in change.repo.git("for-each-ref")


def test_very_many_hunks_are_several_decisions(change: Change) -> None:
    many = "".join(f"kept {n}\nnew {n}\n" for n in range(450))
    change.repo.commit({PAY: "".join(f"kept {n}\n" for n in range(450))}, "Keep")
    change.accept("HEAD", "--intent", "Keep")
    change.repo.commit({PAY: many}, CLAUDE)
    done = change.accepted("HEAD", "--intent", "Many")
    assert done["lines"]["signed"] == 450
    assert len(done["decisions"]) == 3
    assert change.accepted("HEAD", "--dry-run")["lines"] == {"signed": 0, "left": 0, "signed_before": 450}


@pytest.mark.parametrize("given", ["", "  \n", "x" * 2001])
def test_a_statement_says_something_and_not_too_much(change: Change, given: str) -> None:
    said = change.accept(change.range, "--intent", given)
    assert said.code == 2
    assert change.team.size() == 2


def test_a_secret_in_a_statement_is_refused_and_not_repeated(change: Change) -> None:
    said = change.accept(change.range, "--intent", f"use {SECRET}")
    assert said.code == 3
    assert "secret-found" in said.err
    assert "ghp_" not in said.out + said.err


@pytest.mark.parametrize("more", [(), ("--each",)])
def test_without_a_terminal_it_asks_for_words_and_signs_nothing(change: Change, more: tuple[str, ...]) -> None:
    said = change.accept(change.range, *more)
    assert said.code == 2
    assert "--intent" in said.err
    assert change.team.size() == 2


def test_without_a_ledger_it_says_how_to_begin_one(repo: RepoBuilder, change: Change, tmp_path: Path) -> None:
    said = change.accept(change.range, "--intent", "x", "--ledger", str(tmp_path / "none"))
    assert said.code == 3
    assert "answerable init" in said.err


@pytest.mark.parametrize(
    ("variable", "agent"),
    [
        ("CLAUDECODE", "claude-code"),
        ("CODEX_SANDBOX", "codex"),
        ("CURSOR_AGENT", "cursor"),
        ("GEMINI_CLI", "gemini-cli"),
    ],
)
def test_an_agent_that_holds_the_persons_key_does_not_sign_for_the_person(
    change: Change, variable: str, agent: str
) -> None:
    said = change.accept(change.range, "--intent", "Looks good", **{variable: "1"})
    assert said.code == 3
    assert f"this runs inside {agent}" in said.err
    assert "person-needed" in said.err
    assert change.team.size() == 2
    assert change.accept(change.range, "--dry-run", **{variable: "1"}).code == 1, "it may look"


def test_a_service_does_not_sign_as_a_person(change: Change) -> None:
    recorder = change.team.add("recorder", "--type", "service")
    said = change.accept(change.range, "--intent", "Fine", by=recorder)
    assert said.code == 3
    assert "is that of the service recorder@example.com, not of a person" in said.err


@pytest.mark.parametrize("name", ["dependabot[bot]@users.noreply.github.com", "noreply@anthropic.com", "review-bot"])
def test_the_account_of_a_tool_does_not_sign_even_where_the_ledger_has_it_as_a_person(
    change: Change, tmp_path: Path, name: str
) -> None:
    key = change.team.stranger("tool")
    public = str(key.key.with_suffix(".pub"))
    change.team.done("ledger", "key", "add", public, "--for", name, *change.team.ada.signing)
    said = change.accept(change.range, "--intent", "Fine", by=Someone(name, key.key))
    assert said.code == 3
    assert "person-needed" in said.err


def test_a_key_that_the_ledger_does_not_know_signs_nothing(change: Change) -> None:
    said = change.accept(change.range, "--intent", "Fine", by=change.team.stranger("eve"))
    assert said.code == 3
    assert "the ledger does not know the key" in said.err


def test_a_key_signs_only_as_whose_it_is_and_for_what_it_may(change: Change) -> None:
    said = change.accept(change.range, "--intent", "Fine", by=Someone("ada@example.com", change.bo.key))
    assert said.code == 3
    assert "--id bo@example.com" in said.err
    reviewer = change.team.add("cy", "--kind", "review")
    assert "may not be used for countersign" in change.accept(change.range, "--intent", "Fine", by=reviewer).err


def test_an_error_is_a_document_where_documents_are_asked_for(change: Change) -> None:
    said = change.accept(change.range, "--format", "json")
    assert said.code == 2
    assert said.json["schema"] == "answerable/error/v1"


def test_the_document_says_what_was_signed(change: Change) -> None:
    done = change.accepted(change.range, "--intent", "Charge a card", "--path", "src")
    (hunk,) = done["hunks"]
    assert (hunk["layer"], hunk["signed"], hunk["intent"]) == ("critical", True, "Charge a card")
    assert done["range"] == {"base": change.base, "head": change.head}
    assert done["by"] == BO
    assert {shown(change, one["id"])["details"].get("origin") for one in done["decisions"]} == {None, "unknown"}


def test_where_the_clone_ends_at_the_commit_it_does_not_take_all_that_is_there_for_its_change(
    change: Change, tmp_path: Path
) -> None:
    shallow = tmp_path / "shallow"
    subprocess.run(["git", "clone", "-q", "--depth=1", change.root.as_uri(), shallow], check=True)
    said = ask_here("accept", "--dry-run", cwd=shallow)
    assert said.code == 3
    assert "policy-unevaluable" in said.err


def test_a_merge_is_what_it_brought_in(change: Change) -> None:
    change.repo.commit({"src/pay/more.py": "x = 1\n"}, CLAUDE, branch="side", parents=[change.head])
    change.repo.merge("side", message="Merge side")
    done = change.accepted("HEAD", "--intent", "More")
    assert [(one["path"], one["start"]) for one in done["hunks"]] == [("src/pay/more.py", 1)]
    assert change.lines("src/pay/more.py") == [("ai", "attested", BO)]


def test_where_nothing_was_committed_or_there_is_no_repository_it_says_so(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    subprocess.run(["git", "init", "-q"], cwd=tmp_path / "empty", check=True)
    assert "repository-empty" in ask_here("accept", "--dry-run", cwd=tmp_path / "empty").err
    assert "not-a-repository" in ask_here("accept", "--dry-run", cwd=tmp_path).err


def test_a_file_that_is_in_a_folder_is_named_from_there(change: Change) -> None:
    change.repo.checkout()
    said = ask_here("accept", change.range, "--dry-run", "--path", "charge.py", cwd=change.root / "src" / "pay")
    assert f"{PAY}:1-6" in said.out
    assert "docs" not in said.out


def test_what_hooks_recorded_is_taken_in_before_it_is_shown(change: Change) -> None:
    change.repo.checkout()
    Agent(change.root, "gemini-cli").writes("src/pay/new.py", "x = 1\n")
    change.repo.git("add", "-A")
    change.repo.git("-c", "user.name=Ada", "-c", "user.email=ada@example.com", "commit", "-qm", "New")
    (hunk,) = change.accepted("HEAD", "--intent", "Be new")["hunks"]
    assert (hunk["origins"], hunk["grades"], hunk["tools"]) == (["ai"], ["recorded"], ["gemini-cli"])
    assert change.lines("src/pay/new.py") == [("ai", "attested", BO)]


def test_what_the_recorder_signed_is_attested_by_the_person_and_the_act_is_then_theirs(tmp_path: Path) -> None:
    desk = RecordedDesk(tmp_path / "repo")
    desk.types("README", "read me\n")
    desk.commit("Begin")
    desk.mode = "bypassPermissions"
    desk.writes("a.py", "one = 1\ntwo = 2\n")
    desk.types("a.py", "one = 1\ntwo = 2\nada = 3\n")
    desk.commit()
    desk.drain()
    before = ask_here("for", "a.py:1", "--format", "json", cwd=desk.root).json["spans"][0]
    assert (before["grade"], before["acceptance"]["how"]) == ("recorded", "automatic")
    said = ask_here("accept", "--intent", "Count", "--origin", "ai", *desk.ada.signing, cwd=desk.root, **OUTSIDE)
    assert said.code == 0, said.out + said.err
    after = ask_here("for", "a.py:1", "--format", "json", cwd=desk.root).json["spans"][0]
    assert (after["origin"], after["grade"]) == ("ai", "attested")
    assert (after["agent"]["tool"], after["agent"]["session"]) == ("claude-code", before["agent"]["session"])
    assert (after["acceptance"]["how"], after["acceptance"]["by"]) == ("human_explicit", "ada@example.com")
    assert desk.origins("a.py")[2] == "human recorded", "her own line is not signed for as an agent's"
