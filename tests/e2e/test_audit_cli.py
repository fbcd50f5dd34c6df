"""The commands of `audit` as a person runs them: every form of an answer, own questions and frameworks, bad input."""

from __future__ import annotations

import csv
import io
import json
import os
from pathlib import Path
from typing import Any

import pytest

from builders import RepoBuilder
from e2e.asking import Said, ask_here
from e2e.packs import PERIOD, Audited
from policy.gating import ADA

FRAMEWORK = """version: 1
id: ours
name: Our rules
source: Our handbook, second edition
controls:
  - id: R1
    title: Gate
    asks: Every change was judged.
    tests:
      - {none: "changes where gate is not known", of: changes, needs: ledger}
    limits: Shows that rules were asked.
"""
QUESTIONS = """version: 1
questions:
  - name: of-layer
    says: what came into the {layer} layer
    ask: changes where layer = {layer} show id, layer, commit
"""


@pytest.fixture
def team(repo: RepoBuilder, tmp_path: Path) -> Audited:
    return Audited(repo, tmp_path)


def audit(team: Audited, *arguments: str) -> Said:
    return ask_here("-C", os.fspath(team.root), "audit", *arguments, *PERIOD, cwd=team.root)


def in_json(team: Audited, *arguments: str) -> dict[str, Any]:
    said = audit(team, *arguments, "--format", "json")
    assert said.code == 0, said.err
    assert said.err == ""
    return said.json


ASKED = "changes where ai_lines > 0 and approvals = 0 show id, ai_lines, tools, layers, approvals"


def test_an_answer_in_every_form_says_the_same(team: Audited, tmp_path: Path) -> None:
    rows = in_json(team, "ask", ASKED)["rows"]
    (row,) = rows
    assert (row["id"], row["ai_lines"], row["tools"]) == (team.direct[:12], 2, ["claude-code"])
    said = audit(team, "ask", ASKED, "--format", "csv")
    (line,) = csv.DictReader(io.StringIO(said.out))
    assert (line["id"], line["ai_lines"], line["tools"], line["approvals"]) == (row["id"], "2", "claude-code", "")
    text = audit(team, "ask", ASKED)
    assert text.code == 0
    assert text.out.splitlines()[0] == ASKED
    assert text.out.splitlines()[-1] == "1 row"
    parquet = pytest.importorskip("pyarrow.parquet")
    file = tmp_path / "answer.parquet"
    assert audit(team, "ask", ASKED, "--format", "parquet", "-o", os.fspath(file)).code == 0
    (found,) = parquet.read_table(file).to_pylist()
    assert (found["id"], found["ai_lines"], found["tools"]) == (row["id"], 2.0, ["claude-code"])


@pytest.mark.parametrize("form", ["text", "json", "csv"])
def test_an_answer_goes_to_a_file_in_every_form(team: Audited, tmp_path: Path, form: str) -> None:
    file = tmp_path / "answer"
    plain = audit(team, "ask", ASKED, "--format", form)
    said = audit(team, "ask", ASKED, "--format", form, "-o", os.fspath(file))
    assert (said.code, said.out) == (0, "")
    if form == "json":
        assert json.loads(file.read_text())["rows"] == plain.json["rows"]
    else:
        assert file.read_bytes().replace(b"\r\n", b"\n") == plain.out.replace("\r\n", "\n").encode()


def test_a_file_that_cannot_be_written_is_one_line(team: Audited, tmp_path: Path) -> None:
    for form in ("text", "json", "csv"):
        said = audit(team, "ask", ASKED, "--format", form, "-o", os.fspath(tmp_path / "none" / "answer"))
        assert said.code in (2, 3), form
        assert "Traceback" not in said.err
        assert (said.out == "") or form == "json"


def test_a_saved_question_and_the_sentence_that_says_it(team: Audited) -> None:
    by_name = in_json(team, "ask", "--saved", "direct", "--set", "period=2000")
    assert by_name["question"].startswith("changes where direct")
    sentence = in_json(team, "ask", "What was pushed straight to the main line in 2000?")
    assert sentence["question"] == by_name["question"]
    listed = in_json(team, "ask", "--list")
    assert {"direct", "unexplained"} <= {one["name"] for one in listed["questions"]}
    assert set(in_json(team, "ask", "--columns")["tables"]) == {"changes", "decisions", "deployments"}


def test_questions_of_ones_own(team: Audited) -> None:
    team.repo.commit({".answerable/questions.yaml": QUESTIONS}, author=ADA)
    found = in_json(team, "ask", "what came into the critical layer?")
    assert {row["layer"] for row in found["rows"]} == {"critical"}
    assert found["rows"] == in_json(team, "ask", "--saved", "of-layer", "--set", "layer=critical")["rows"]
    harmless = in_json(team, "ask", "--saved", "of-layer", "--set", 'layer=x" or ai_lines >= 0 or layer = "y')
    assert harmless["rows"] == [], "a word is a text, and never a part of the language"
    team.repo.commit({".answerable/questions.yaml": "version: 1\nquestions: [{name: a}]\n"}, author=ADA)
    said = audit(team, "ask", "--list")
    assert (said.code, said.out) == (2, "")
    assert ".answerable/questions.yaml:2:" in said.err


def test_a_framework_of_ones_own(team: Audited) -> None:
    team.repo.commit({".answerable/frameworks/ours.yaml": FRAMEWORK}, author=ADA)
    found = in_json(team, "controls", "--framework", "ours")
    (framework,) = found["frameworks"]
    (control,) = framework["controls"]
    assert (framework["id"], control["id"], control["status"]) == ("ours", "R1", "partly")
    assert "ours" in [one["id"] for one in in_json(team, "controls", "--list")["frameworks"]]
    text = audit(team, "controls", "--framework", "ours")
    assert text.code == 0
    assert "R1" in text.out


def test_an_own_framework_cannot_stand_for_a_shipped_one_unseen(team: Audited) -> None:
    """A control that nobody tested must not be called SOC 2's."""
    easy = FRAMEWORK.replace("id: ours", "id: soc2").replace("gate is not known", "lines < 0").replace("R1", "CC8.1")
    team.repo.commit({".answerable/frameworks/soc2.yaml": easy}, author=ADA)
    said = audit(team, "controls", "--framework", "soc2")
    assert (said.code, said.out) == (2, "")
    assert "[framework-invalid]" in said.err
    assert "soc2" in said.err


def test_two_own_frameworks_of_one_name_are_an_error(team: Audited) -> None:
    files = {f".answerable/frameworks/{name}.yaml": FRAMEWORK for name in ("a", "b")}
    team.repo.commit(files, author=ADA)
    said = audit(team, "controls", "--framework", "ours")
    assert (said.code, "[framework-invalid]" in said.err) == (2, True)


def test_signals_by_and_over_time_and_of_nobody(team: Audited) -> None:
    found = in_json(team, "signals", "--by", "layer", "--trend")
    assert {group["name"] for group in found["groups"]} >= {"critical"}
    assert len(found["trend"]) > 1
    assert found["changes"] == sum(part["changes"] for part in found["trend"])
    for signal in found["signals"].values():
        assert {"meaning", "formula", "limits"} <= set(signal)
    assert "ada@example.com" not in json.dumps(found)
    for word in ("person", "author", "authors", "approvals"):
        said = audit(team, "signals", "--by", word)
        assert (said.code, said.out) == (2, "")


@pytest.mark.parametrize(
    ("arguments", "code", "word"),
    [
        (("ask",), 2, "question-invalid"),
        (("ask", "changes wherever"), 2, "question-invalid"),
        (("ask", "changes by authors"), 2, "question-invalid"),
        (("ask", "changes order approvals desc"), 2, "question-invalid"),
        (("ask", "changes where gate = "), 2, "question-invalid"),
        (("ask", "changes", "--saved", "direct"), 2, "question-invalid"),
        (("ask", "--saved", "nothing"), 2, "question-invalid"),
        (("ask", "--saved", "direct"), 2, "question-invalid"),
        (("ask", "--saved", "direct", "--set", "period"), 2, "question-invalid"),
        (("ask", "changes", "--rev", "nothing"), 2, ""),
        (("ask", "changes", "--ledger", "/nonexistent"), 3, "ledger-missing"),
        (("controls", "--framework", "soc3"), 2, "framework-invalid"),
        (("controls", "--framework", "soc2", "--control", "CC99"), 2, "framework-invalid"),
        (("controls", "--older", "/nonexistent"), 3, "checkpoint-invalid"),
    ],
)
def test_bad_input_is_one_line(team: Audited, arguments: tuple[str, ...], code: int, word: str) -> None:
    said = audit(team, *arguments)
    assert (said.code, said.out) == (code, ""), said.err
    assert word in said.err
    assert "Traceback" not in said.err
    told = audit(team, *arguments, "--format", "json")
    assert told.code == code
    assert told.json["schema"] == "answerable/error/v1", "JSON is on standard output, alone"


def test_a_period_that_is_none_is_one_line(team: Audited) -> None:
    for given in (("--from", "yesterday"), ("--to", "2026-13"), ("--from", "2027", "--to", "2026"), ("--from", "0000")):
        said = ask_here("-C", os.fspath(team.root), "audit", "ask", "changes", *given, cwd=team.root)
        assert (said.code, said.out) == (2, ""), said.err


def test_a_cell_is_never_a_formula(team: Audited) -> None:
    for at, subject in enumerate(("=HYPERLINK(1)", "+1", "-1", "@SUM(1)", "  =1+1", "\t=1")):
        team.repo.commit({"docs/n.md": f"{at}\n"}, message=subject, author=("=cmd|' /C calc'!A0", "=a@example.com"))
    said = audit(team, "ask", "changes show subject, authors, merged_by", "--format", "csv")
    for row in csv.reader(io.StringIO(said.out)):
        for value in row:
            assert not value.lstrip().startswith(("=", "+", "-", "@")), row


def test_control_characters_of_a_commit_do_not_reach_the_terminal(team: Audited) -> None:
    evil = "Nice\x1b]0;owned\x07\x1b[2J\x1b[1;1H\x9b31m \u202egnp.exe\u2066"
    team.repo.commit({"docs/n.md": "x\n"}, message=evil, author=("E\x1bvil", "e\x1b@example.com"))
    for arguments in (("ask", "changes show subject, authors, merged_by"), ("controls",), ("signals", "--by", "team")):
        said = audit(team, *arguments)
        assert said.code == 0
        for mark in ("\x1b", "\x07", "\x9b", "\u202e", "\u2066"):
            assert mark not in said.out, (arguments, mark)


def test_people_who_own_files_are_no_group(team: Audited) -> None:
    """Whoever owns a file alone would be measured by it."""
    owners = "* @acme/web\n/docs/ @zoe zoe@example.com\n/src/ @acme/auth @zoe\n"
    team.repo.commit({".github/CODEOWNERS": owners, "src/x.py": "x\n", "docs/y.md": "y\n"}, author=ADA)
    groups = in_json(team, "signals", "--by", "team")["groups"]
    assert {group["name"] for group in groups} >= {"@acme/web", "@acme/auth"}
    grouped = in_json(team, "ask", "changes by teams")["rows"]
    assert "zoe" not in json.dumps([groups, grouped])
    assert all(change["owned_lines"] for change in in_json(team, "ask", "changes show owned_lines limit 1")["rows"])
