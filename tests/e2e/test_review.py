"""`answerable review` through the real program: asked, answered with a real key, judged by the gate."""

from __future__ import annotations

import json
import re
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from builders import RepoBuilder
from e2e.asking import Said, ask
from e2e.ledgers import Someone, Team
from review.sheets import POLICY, ticked

CODE = "import requests\n\n\ndef charge(card, amount):\n    return requests.post(URL, json=[card, amount])\n"
SECRET = "token = ghp_" + "a1B2c3D4e5F6g7H8i9J0k1L2m3N4o5P6q7R8"
CLAUDE = "Charge a card\n\nCo-Authored-By: Claude <noreply@anthropic.com>\n"


class Change:
    """A change by Ada with AI-origin lines in a critical layer; Bo, whose key is trusted, reviews it."""

    def __init__(self, repo: RepoBuilder, folder: Path) -> None:
        self.team = Team(repo, folder)
        self.repo = repo
        self.base = repo.commit({".answerable/policy.yaml": POLICY}, author=("Root", "root@example.com"))
        self.head = repo.commit({"src/pay/charge.py": CODE}, CLAUDE)
        repo.checkout()
        self.bo = self.team.add("bo")

    @property
    def range(self) -> str:
        return f"{self.base}..main"

    def sheet(self) -> str:
        return self.ask("checklist", self.range, "--format", "markdown").out

    def hunks(self) -> list[dict[str, Any]]:
        hunks: list[dict[str, Any]] = self.ask("checklist", self.range, "--format", "json").json["hunks"]
        return hunks

    def answer(self, who: Someone, sheet: str, *more: str) -> Said:
        return self.ask("answer", self.range, "--file", "-", *who.signing, *more, feed=sheet)

    def gate(self, *more: str) -> Said:
        return ask("gate", self.range, "--format", "json", *more, cwd=self.repo.root)

    def ask(self, *arguments: str, feed: str = "") -> Said:
        return ask("review", *arguments, cwd=self.repo.root, feed=feed)


@pytest.fixture
def change(repo: RepoBuilder, tmp_path: Path) -> Change:
    return Change(repo, tmp_path)


def test_what_is_asked_fits_the_layer_the_language_and_what_the_code_touches(change: Change) -> None:
    (hunk,) = change.hunks()
    assert (hunk["path"], hunk["start"], hunk["end"]) == ("src/pay/charge.py", 1, 5)
    assert (hunk["layer"], hunk["language"], hunk["touches"], hunk["origins"]) == (
        "critical", "python", ["network"], ["ai"],
    )  # fmt: skip
    ids = [question["id"] for question in hunk["questions"]]
    assert ids[:2] == ["network.retry-budget", "network.idempotency"]
    assert "python.event-loop" in ids
    assert "design.fit" in ids
    assert len(ids) <= 6


def test_a_change_fails_until_somebody_independent_has_answered(change: Change) -> None:
    refused = change.gate()
    assert refused.code == 1
    (finding,) = refused.json["findings"]
    assert "answered" in finding["message"]
    assert "answerable review checklist" in finding["remedy"]

    said = change.answer(change.bo, ticked(change.sheet()), "--format", "json")
    assert said.code == 0, said.out + said.err
    assert said.json["open"] == []
    assert change.gate().code == 0
    assert "Nothing is left" in change.sheet()


def test_a_no_is_a_finding(change: Change) -> None:
    said = change.answer(change.bo, ticked(change.sheet()).replace("idempotency: yes", "idempotency: no"))
    assert said.code == 1
    (finding,) = change.gate().json["findings"]
    assert "bo@example.com answered no to network.idempotency" in finding["message"]


def test_what_is_not_answered_stays_open(change: Change) -> None:
    sheet = re.sub(r"^- \[x\] design.fit: .*$", "- [ ] design.fit:", ticked(change.sheet()), flags=re.MULTILINE)
    said = change.answer(change.bo, sheet, "--format", "json")
    assert said.json["open"] == [{"hunk": change.hunks()[0]["id"], "questions": ["design.fit"]}]
    assert "1 of 6 questions of its checklist: design.fit" in change.gate().json["findings"][0]["message"]


def test_answers_cover_no_lines_that_changed_since(change: Change) -> None:
    assert change.answer(change.bo, ticked(change.sheet())).code == 0
    change.repo.commit({"src/pay/charge.py": CODE.replace("amount]", "amount, 1]")}, CLAUDE)
    assert change.gate().code == 1
    assert change.hunks()[0]["questions"][0]["answers"] == []


def test_answers_stay_where_only_other_files_changed_since(change: Change) -> None:
    assert change.answer(change.bo, ticked(change.sheet())).code == 0
    change.repo.commit({"README": "more\n"})
    assert change.gate().code == 0


def test_what_somebody_wrote_is_committed_to_and_not_shown(change: Change) -> None:
    said = change.answer(change.bo, ticked(change.sheet(), "yes, the gateway retries"), "--format", "json")
    (name,) = said.json["decisions"]
    shown = change.team.done("ledger", "show", name)
    assert "gateway" not in json.dumps(shown)
    assert '"checklist answers"' in json.dumps(shown)


def test_what_somebody_wrote_is_in_the_open_where_asked_for(change: Change) -> None:
    said = change.answer(
        change.bo, ticked(change.sheet(), "yes, the gateway retries"), "--open-text", "--format", "json"
    )
    assert "gateway" in json.dumps(change.team.done("ledger", "show", said.json["decisions"][0]))


def test_a_sheet_of_another_head_is_not_taken(change: Change) -> None:
    sheet = ticked(change.sheet())
    change.repo.commit({"README": "more\n"})
    said = change.answer(change.bo, sheet)
    assert said.code == 2
    assert "answers-invalid" in said.err
    assert "not of the head" in said.err


def test_answers_and_an_approval_in_one_step(change: Change) -> None:
    assert change.answer(change.bo, ticked(change.sheet()), "--verdict", "approved").code == 0
    depth = change.ask("depth", change.range, "--format", "json").json
    assert depth["approvals"] == 1
    assert depth["answered"] == depth["asked"] == 6


def test_to_answer_takes_no_approval_back(change: Change) -> None:
    change.team.record(change.bo, "review", "main", "--verdict", "approved")
    assert change.answer(change.bo, ticked(change.sheet())).code == 0
    assert change.ask("depth", change.range, "--format", "json").json["approvals"] == 1


def test_depth_shows_its_parts_in_text(change: Change) -> None:
    said = change.ask("depth", change.range)
    assert said.code == 0
    assert "not known" in said.out
    assert "weight 0.35" in said.out


def test_for_tells_the_depth_that_signed_answers_show(change: Change) -> None:
    def depth() -> Any:
        return ask("for", "src/pay/charge.py", "--format", "json", cwd=change.repo.root).json["spans"][0]["review"][
            "depth"
        ]

    assert depth() is None
    sheet = re.sub(r"^- \[x\] design.fit: .*$", "- [ ] design.fit:", ticked(change.sheet()), flags=re.MULTILINE)
    assert change.answer(change.bo, sheet).code == 0
    assert depth() == round(5 / 6, 4)


def test_for_tells_no_depth_by_what_the_author_answered(change: Change) -> None:
    assert change.answer(change.team.ada, ticked(change.sheet())).code == 0
    told = ask("for", "src/pay/charge.py", "--format", "json", cwd=change.repo.root).json
    assert told["spans"][0]["review"]["depth"] is None


def test_the_most_severe_layer_comes_first_and_others_can_be_left_out(change: Change) -> None:
    change.repo.commit({"src/a.py": CODE}, CLAUDE)
    said = change.ask("checklist", change.range)
    assert said.out.index("src/pay/charge.py") < said.out.index("src/a.py")
    assert "src/a.py" not in change.ask("checklist", change.range, "--layer", "critical").out
    unknown = change.ask("checklist", change.range, "--layer", "crucial")
    assert unknown.code == 2
    assert "critical, standard" in unknown.err


def test_an_answered_comment_in_the_context_lets_the_change_pass(change: Change, tmp_path: Path) -> None:
    body = f"Looked at it on the train.\n\n{ticked(change.sheet())}"
    comment = {"by": "cy@example.com", "kind": "human", "sha": change.head, "body": body, "at": "2026-03-01T12:00:00Z"}
    context = tmp_path / "context.json"
    context.write_text(json.dumps({"change": {"head": change.head}, "comments": [comment]}))
    assert change.gate("--context", str(context)).code == 0
    shown = change.ask("checklist", change.range, "--context", str(context), "--all", "--format", "json").json
    assert shown["open"] == 0
    assert shown["hunks"][0]["questions"][0]["answers"] == [{"by": "cy@example.com", "answer": "yes"}]
    author = context.with_name("author.json")
    author.write_text(json.dumps({"comments": [{**comment, "by": "ada@example.com"}]}))
    refused = change.gate("--context", str(author))
    assert refused.code == 1
    assert "the answers of ada@example.com do not count: ada@example.com wrote a commit of it" in refused.json["notes"]


def test_what_is_wrong_with_answers_is_told_with_its_line_and_nothing_is_recorded(change: Change) -> None:
    sheet = change.sheet()
    before = change.team.size()
    for text, said in (
        (sheet, "there is no answer in it"),
        (ticked(sheet, "fine"), "neither yes, no nor not applicable"),
        (ticked(sheet).replace("design.fit", "design.fitting"), "is not asked of the hunk"),
    ):
        found = change.answer(change.bo, text)
        assert found.code == 2, text
        assert said in found.err
        assert "answers-invalid" in found.err
    assert change.answer(change.bo, "not a sheet").code == 2
    assert change.answer(change.bo, ticked(sheet).replace("hunk `", "hunk `0")).code == 2
    assert change.team.size() == before


def test_a_secret_in_an_answer_is_refused_and_nothing_is_kept(change: Change) -> None:
    before = change.team.size()
    found = change.answer(change.bo, ticked(change.sheet(), f"yes, with {SECRET}"))
    assert found.code == 3, found.out
    assert "secret-found" in found.err
    assert change.team.size() == before


def contents(team: Team) -> int:
    """How many contents are kept beside the ledger."""
    with closing(sqlite3.connect(team.repo.git_dir / "answerable" / "ledger" / "ledger.sqlite")) as database:
        return int(database.execute("SELECT count(*) FROM contents").fetchone()[0])


def test_a_stranger_cannot_answer_and_nothing_of_it_is_kept(change: Change) -> None:
    found = change.answer(change.team.stranger("eve"), ticked(change.sheet()))
    assert found.code == 3
    assert "key-untrusted" in found.err
    assert contents(change.team) == 0
    assert change.hunks()[0]["questions"][0]["answers"] == []


@pytest.mark.parametrize("command", ["checklist", "answer", "depth"])
def test_what_is_no_range_is_a_wrong_question(change: Change, command: str) -> None:
    assert change.ask(command, "main").code == 2
    assert change.ask(command, "main..nothing").code == 2
