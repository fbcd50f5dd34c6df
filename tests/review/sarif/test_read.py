"""What a report says is read as SARIF 2.1.0 means it; what cannot be relied on is refused with its place."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from answerable.domain.level import Level
from answerable.errors import SarifInvalid
from answerable.review.result import Silenced
from answerable.review.sarif import node, read
from review.sarif.making import HEAD, ROOT, log, place, report, result, run

WARNING = {"defaultConfiguration": {"level": "warning"}}


def refused(data: bytes) -> SarifInvalid:
    with pytest.raises(SarifInvalid) as caught:
        read.read(data, "a.sarif", HEAD, ROOT)
    assert caught.value.message.startswith("a.sarif: ")
    assert caught.value.hint
    return caught.value


@pytest.mark.parametrize(
    ("more", "rules", "level"),
    [
        ({}, (), "warning"),
        ({"level": "error"}, (), "error"),
        ({}, ({"id": "R1", "defaultConfiguration": {"level": "error"}},), "error"),
        ({"level": "note"}, ({"id": "R1", "defaultConfiguration": {"level": "error"}},), "note"),
        ({"level": "none"}, (), "note"),
        ({"kind": "informational"}, ({"id": "R1", "defaultConfiguration": {"level": "error"}},), "note"),
        ({"kind": "open", "level": "none"}, (), "warning"),
        ({"kind": "review", "level": "none"}, ({"id": "R1", "defaultConfiguration": {"level": "error"}},), "error"),
        ({"level": "note", "properties": {"security-severity": "7.0"}}, (), "error"),
        ({"level": "note", "properties": {"security-severity": 4.0}}, (), "warning"),
        ({"level": "error", "properties": {"security-severity": "0.1"}}, (), "error"),
        ({"level": "note"}, ({"id": "R1", "properties": {"security-severity": "9.8"}},), "error"),
        ({"properties": {"security-severity": "high"}}, (), "warning"),
    ],
)
def test_the_level_is_what_the_result_says_else_its_rule(
    more: dict[str, Any], rules: tuple[dict[str, Any], ...], level: str
) -> None:
    (found,) = report(result(place("a.py", 1), **more), rules=rules).results
    assert found.level.value == level


@pytest.mark.parametrize("more", [{"kind": "pass"}, {"kind": "notApplicable"}, {"baselineState": "absent"}])
def test_what_is_no_finding_is_left_out(more: dict[str, Any]) -> None:
    assert report(result(place("a.py", 1), **more)).results == ()


@pytest.mark.parametrize("state", ["unchanged", "updated", "new"])
def test_what_a_baseline_says_is_not_believed(state: str) -> None:
    assert len(report(result(place("a.py", 1), baselineState=state)).results) == 1


def test_the_rule_is_found_by_number_by_name_and_in_extensions() -> None:
    rules = ({"id": "A"}, {"id": "R1", "defaultConfiguration": {"level": "error"}})
    by_index = report({"ruleIndex": 1, "message": {"text": "x"}, "locations": [place("a.py", 1)]}, rules=rules)
    assert (by_index.results[0].rule, by_index.results[0].level) == ("R1", Level.ERROR)
    part = report(result(place("a.py", 1), ruleId="R1/2"), rules=rules)
    assert (part.results[0].rule, part.results[0].level) == ("R1/2", Level.ERROR)
    wrong = report(result(place("a.py", 1), ruleIndex=0), rules=rules)
    assert wrong.results[0].level is Level.ERROR, "the name goes before a number that is another rule's"
    tool = {"driver": {"name": "T"}, "extensions": [{"name": "x", "rules": [{"id": "R1", **WARNING}]}]}
    named = {"rule": {"id": "R1", "toolComponent": {"name": "x"}}, "message": {"text": "x"}}
    assert report(named, tool=tool).results[0].rule == "R1"


def test_messages_are_put_together_and_made_harmless() -> None:
    rules = ({"id": "R1", "messageStrings": {"m": {"text": "{0} is not {1} {9}"}}},)
    told = {"message": {"id": "m", "arguments": ["a\x1b[2J", "\u202eb\n::error::c"]}}
    (found,) = report(result(place("a.py", 1), **told), rules=rules).results
    assert found.message == "a[2J is not b ::error::c"
    (long,) = report(result(place("a.py", 1), message={"text": "x" * 10_000})).results
    assert len(long.message) <= 500
    (bare,) = report(result(place("a.py", 1), message={"markdown": "**b**"})).results
    assert bare.message == "**b**"


@pytest.mark.parametrize(
    ("suppressions", "silenced"),
    [
        ([], None),
        ([{"kind": "inSource"}], Silenced.SOURCE),
        ([{"kind": "external"}], Silenced.ELSEWHERE),
        ([{"kind": "external", "status": "underReview"}], None),
        ([{"kind": "external", "status": "accepted"}, {"kind": "external", "status": "rejected"}], None),
        ([{"kind": "inSource"}, {"kind": "external", "status": "accepted"}], Silenced.ELSEWHERE),
        ([{"kind": "inSource"}, {"kind": "inSource", "status": "rejected"}], None),
        ([{}], Silenced.SOURCE),
    ],
)
def test_only_accepted_suppressions_silence(suppressions: list[dict[str, str]], silenced: Silenced | None) -> None:
    (found,) = report(result(place("a.py", 1), suppressions=suppressions)).results
    assert found.silenced is silenced


@pytest.mark.parametrize(
    ("region", "lines"),
    [
        ({"startLine": 3}, (3, 3)),
        ({"startLine": 3, "endLine": 5}, (3, 5)),
        ({"startLine": 3, "endLine": 5, "endColumn": 1}, (3, 4)),
        ({"startLine": 3, "endLine": 3, "endColumn": 1}, (3, 3)),
        ({"startLine": 3.0}, (3, 3)),
        ({"startLine": 0}, (0, 0)),
        ({"charOffset": 5}, (0, 0)),
        ({}, (0, 0)),
    ],
)
def test_the_lines_of_a_region_are_whole_lines(region: dict[str, Any], lines: tuple[int, int]) -> None:
    where = {"physicalLocation": {"artifactLocation": {"uri": "a.py"}, "region": region}}
    (found,) = report(result(where)).results
    assert (found.where[0].start, found.where[0].end) == lines


def test_the_same_result_twice_is_one_and_several_places_are_kept() -> None:
    twice = result(place("a.py", 1), place("b.py", 2))
    (found,) = report(twice, twice).results
    assert [where.paths[0] for where in found.where] == [b"a.py", b"b.py"]


def test_it_may_begin_with_a_byte_order_mark_and_its_digest_is_that_of_its_bytes() -> None:
    data = b"\xef\xbb\xbf" + log(run())
    found = read.read(data, "a.sarif", HEAD, ROOT)
    assert found.digest.startswith("sha256:")
    assert found.digest != read.read(log(run()), "a.sarif", HEAD, ROOT).digest


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "line 1, column 1: no JSON"),
        (b'{"version": "2.1.0",\n  "runs": [', "line 2, column 12: no JSON: Expecting value (the file ends too early)"),
        (b'{"version": "2.1.0" "runs"}', "line 1, column 21"),
        (b"[]", "the document: a list where an object belongs"),
        (b"{}", "no version"),
        (b'{"version": "2.0.0", "runs": []}', "version 2.0.0, where 2.1.0 belongs"),
        (b'{"version": "2.1.0", "version": "2.1.0"}', "the key 'version' stands twice"),
        (b'{"version": "2.1.0"}', "it has no runs"),
        (b'{"version": "2.1.0", "runs": []}', "0 runs"),
        (b'{"version": "2.1.0", "runs": [NaN]}', "NaN is no JSON"),
        (b'{"version": "2.1.0", "runs": [7]}', "runs[0]: a number where an object belongs"),
        (b'{"a": ' + b"9" * 5000 + b"}", "is too large"),
        (b"[" * 100_000, "nested too deep"),
        (b'{"a":' * 100_000, "nested too deep"),
        ('{"version": "2.1.0"}'.encode("utf-16"), "UTF-16"),
        (b'{"version": "\xff"}', "byte 13 is no UTF-8"),
    ],
)
def test_what_cannot_be_read_is_refused_with_its_place(data: bytes, said: str) -> None:
    assert said in refused(data).message


@pytest.mark.parametrize(
    ("made", "said"),
    [
        ({"tool": {"driver": {}}}, "runs[0].tool.driver: the tool has no name"),
        ({"tool": {"driver": {"name": 7}}}, "runs[0].tool.driver.name: a number where a text belongs"),
        ({"results": None}, "runs[0]: there is no list of results"),
        ({"results": {}}, "runs[0].results: an object where a list belongs"),
        ({"invocations": [{"executionSuccessful": False}]}, "runs[0].invocations[0]: Tool says that it failed"),
        ({"invocations": [{"executionSuccessful": "no"}]}, "runs[0].invocations[0].executionSuccessful: a text"),
        ({"externalPropertyFileReferences": {"results": [{}]}}, "its results are in other files"),
        ({"versionControlProvenance": [{"revisionId": "f" * 40}]}, "it is about the commit ffff"),
        ({"versionControlProvenance": [{"revisionId": "main"}]}, "it is about the commit main"),
        ({"versionControlProvenance": [{"revisionId": HEAD[:6]}]}, "it is about the commit"),
        ({"results": [result(place("a.py", -1))]}, "runs[0].results[0].locations[0].physicalLocation.region: lines -1"),
        ({"results": [result(place("a.py", 5, 3))]}, "lines 5 to 3"),
        ({"results": [result(place("a.py", True))]}, "region.startLine: true or false where a whole number"),
        ({"results": [result(level="fatal")]}, "runs[0].results[0].level: 'fatal' is no level"),
        ({"results": [{"ruleIndex": 7, "message": {}}]}, "there is no rule 7"),
        ({"results": [result(place("", index=3))]}, ""),
        ({"results": [{"message": {"text": 1}}]}, "runs[0].results[0].message.text"),
    ],
)
def test_a_run_that_cannot_be_relied_on_is_refused(made: dict[str, Any], said: str) -> None:
    data = log({**run(), **made})
    if said:
        assert said in refused(data).message
    else:
        assert read.read(data, "a.sarif", HEAD, ROOT).results


def test_a_report_of_the_very_commit_is_taken_without_a_note_and_another_with_one() -> None:
    own = run(versionControlProvenance=[{"revisionId": HEAD.upper()}, {"revisionId": "e" * 40}])
    assert read.read(log(own), "a.sarif", HEAD, ROOT).notes == ()
    assert "does not say which commit" in read.read(log(run()), "a.sarif", HEAD, ROOT).notes[0]


def test_no_results_are_believed_of_a_tool_that_says_it_succeeded() -> None:
    made = {**run(), "results": None, "invocations": [{"executionSuccessful": True}]}
    assert read.read(log(made), "a.sarif", HEAD, ROOT).tools == ("Tool",)


def test_size_and_number_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(node, "LARGEST", 1000)
    assert "more than the 1,000 bytes allowed" in refused(b" " * 1001).message
    monkeypatch.setattr(read, "MOST_RESULTS", 3)
    few = log(run(*[{"message": {}}] * 2), run(*[{"message": {}}] * 2))
    assert "runs[1].results: more than 3 results" in refused(few).message


def test_a_file_that_is_not_there_is_one_clear_error(tmp_path: Path) -> None:
    with pytest.raises(SarifInvalid, match="No such file"):
        read.read_file(tmp_path / "none.sarif", HEAD, ROOT)


def test_messages_of_errors_hold_no_control_characters() -> None:
    data = json.dumps({"version": "2.1.0\x1b[2J", "runs": []}).encode()
    assert refused(data).message.isprintable()
