"""Workflow commands, read back as the runner of GitHub Actions reads a line of a step's output."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import NamedTuple

from hypothesis import given

from answerable.domain.verdict import Verdict
from answerable.policy.outputs import github
from policy.made_verdicts import ERROR, FAIL, FINDING, HOSTILE, PASS, VERDICTS, many

_COMMAND = re.compile(r"::(?P<name>\w+) (?P<given>[^:]*)::(?P<data>.*)")


class Command(NamedTuple):
    """A command as the runner unescapes it."""

    name: str
    given: dict[str, str]
    data: str


def commands(verdict: Verdict) -> list[Command]:
    """Every line; one that is not a command of ours, whole and alone, is a fault."""
    output = github.render(verdict)
    assert output.endswith("\n")
    rows = output[:-1].split("\n")
    assert len(rows) == len(output.splitlines()), "another program would see more lines"
    return [_command(row) for row in rows]


def _command(row: str) -> Command:
    found = _COMMAND.fullmatch(row)
    assert found, row
    assert found["name"] in {"error", "warning", "notice"}
    pairs = (pair.partition("=") for pair in found["given"].split(","))
    given = {key: _unescaped(value, more={"%3A": ":", "%2C": ","}) for key, _, value in pairs}
    assert set(given) <= {"file", "line", "endLine", "title"}
    return Command(found["name"], given, _unescaped(found["data"]))


def _unescaped(text: str, more: dict[str, str] | None = None) -> str:
    for code, char in {"%0D": "\r", "%0A": "\n", **(more or {}), "%25": "%"}.items():
        text = text.replace(code, char)
    return text


def test_a_finding_becomes_an_annotation_of_its_lines() -> None:
    first = commands(FAIL)[0]
    assert first.name == "error"
    assert first.given == {"file": "src/auth/token.py", "line": "3", "endLine": "9", "title": "critical-four-eyes"}
    assert first.data == (
        "2 independent people must approve this head, 1 has | Next: ask someone of @larkspur/security"
        " (layer critical, origin ai, grade declared)"
    )


def test_what_is_owed_and_what_a_waiver_covers_is_annotated_too() -> None:
    found = {command.given["title"]: command for command in commands(FAIL)}
    assert found["two-people"].data == "needs 2 of security; there is 1; can be met by grace@example.com"
    assert found["old-tool"].name == "notice"


def test_the_last_line_is_the_verdict() -> None:
    assert commands(PASS)[-1] == Command("notice", {"title": "Answerable"}, "pass: 0 failing, 0 warning, 0 noted")
    assert commands(ERROR)[-1].name == "error"
    assert "unknown key 'layer'" in commands(ERROR)[0].data


def test_notes_are_notices_and_a_policy_that_only_reports_is_named() -> None:
    found = commands(replace(PASS, notes=("the approval of bot does not count",), reports=True))
    assert [command.data for command in found] == [
        "the approval of bot does not count",
        "pass: 0 failing, 0 warning, 0 noted; the policy only reports",
    ]


@given(VERDICTS)
def test_no_text_and_no_path_makes_a_line_that_is_no_command_of_ours(verdict: Verdict) -> None:
    for command in commands(verdict):
        assert command.data.isprintable()
        assert all(value.isprintable() for value in command.given.values())


def test_properties_come_back_as_they_were() -> None:
    odd = replace(FAIL, findings=(replace(FINDING, path=b"a,b:c%2C%25.py", rule="x::y,z=%0A"),), obligations=())
    assert commands(odd)[0].given["file"] == "a,b:c%2C%25.py"
    assert commands(odd)[0].given["title"] == "x::y,z=%0A"


def test_a_hostile_verdict_is_ten_annotations_of_a_kind_at_most_and_the_rest_is_counted() -> None:
    for verdict in (HOSTILE, many(6000)):
        found = commands(verdict)
        assert max(sum(c.name == name for c in found) for name in ("error", "warning", "notice")) <= 10
        assert re.search(r"; [\d,]+ more are not shown here", found[-1].data)
        assert max(len(c.data.encode()) for c in found) < 30_000


def test_a_line_is_never_taken_for_a_command_of_the_old_form() -> None:
    """The runner looks for `##[…]` only in a line that is no command of the new form; all of ours are."""
    assert all(row.startswith("::") for row in github.render(HOSTILE).splitlines())


def test_the_step_summary_is_markdown_well_below_a_mebibyte() -> None:
    assert github.step_summary(FAIL).startswith("## Answerable: fail\n")
    assert len(github.step_summary(many(6000)).encode()) < 1 << 20
