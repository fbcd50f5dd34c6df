"""`answerable review` through the real program: asked, answered with a real key, judged by the gate."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from builders import RepoBuilder
from e2e.asking import Said, ask
from e2e.ledgers import Someone, Team

POLICY = """version: 1
layers:
  - {name: critical, paths: ["/src/pay/"]}
  - {name: standard}
rules:
  - name: asked
    match: {layers: [critical], origins: [ai]}
    require: {checklist: true}
"""
CODE = "import requests\n\n\ndef charge(card, amount):\n    return requests.post(URL, json=[card, amount])\n"
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


def ticked(sheet: str, word: str = "yes, I looked") -> str:
    return re.sub(r"^- \[ \] (\S+):$", rf"- [x] \1: {word}", sheet, flags=re.MULTILINE)


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
