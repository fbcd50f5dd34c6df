"""Cases are read as strictly as a policy and end as a change of such lines would."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from answerable.domain.verdict import Outcome
from answerable.errors import PolicyInvalid
from answerable.policy.cases import Case, Ended, run
from answerable.policy.file import read_case
from answerable.policy.file.read_case import read
from answerable.policy.file.source import load, preset
from policy.gating import LAYERS

POLICY = load(
    (
        LAYERS
        + """rules:
  - name: review
    match: {layers: [critical], origins: [ai]}
    require: {reviewers: {humans: 1, teams: [security], owners: true}, checks: [tests]}
  - name: evidence
    match: {layers: [critical]}
    require: {grade: recorded, acceptance: [human_explicit], countersign: true, tools: {allow: [codex]}}
    action: Warn
  - name: large
    match: {min_lines: 100}
    require: {countersign: true}
    emergency: allowed
  - name: titled
    when: change.title == "broken" && change.target == "main" && path.startsWith("/")
emergency: {who: [ada], review_within: 3d}
teams: {security: [bo@example.com]}
waivers:
  - {rule: large, paths: ["/docs/"], who: ada, why: moving, until: "2026-06-30"}
"""
    ).encode(),
    "policy.yaml",
)
AUTH = (
    "path: src/auth/a.py, origin: ai, grade: recorded, tool: codex, acceptance: human_explicit, countersigned_by: [cy]"
)


def text(lines: str = AUTH, expect: str = "{verdict: pass}", **more: str) -> str:
    rows = "".join(f"    {key}: {value}\n" for key, value in more.items())
    return f"version: 1\ncases:\n  - name: one\n    lines: [{{{lines}}}]\n    expect: {expect}\n{rows}"


def cases(data: str) -> tuple[Case, ...]:
    found, faults = read(data.encode(), "c", POLICY)
    assert faults == ()
    return found


def ended(lines: str = AUTH, expect: str = "{verdict: pass}", **more: str) -> Ended:
    (found,) = run(POLICY, cases(text(lines, expect, **more)))
    return found


def test_what_a_case_does_not_say_is_not_there() -> None:
    found = ended(
        "path: src/auth/a.py", "{verdict: fail, rules: [review, evidence], not_rules: [large], layer: critical}"
    )
    assert found.differences == ()
    words = " ".join(finding.message for finding in found.findings)
    for lack in (
        "1 independent approval",
        "team security",
        "owner",
        "check tests",
        "provenance is none",
        "acceptance",
        "tool",
        "countersigned",
    ):
        assert lack in words


APPROVED = {"approvals": "[{by: bo@example.com}]", "checks": "{tests: success}"}
OWNED = f"{AUTH}, owners: [bo@example.com]"


def test_a_case_that_has_all_that_is_asked_for_passes() -> None:
    found = ended(OWNED, "{verdict: pass, not_rules: [review, evidence, large]}", **APPROVED)
    assert (found.verdict, found.differences, found.findings) == (Outcome.PASS, (), ())


@pytest.mark.parametrize(
    ("lines", "changed"),
    [
        (OWNED, {"approvals": "[]"}),
        (OWNED, {"approvals": "[{by: bo@example.com, stale: true}]"}),
        (OWNED, {"approvals": "[{by: bo@example.com, kind: agent}]"}),
        (OWNED, {"authors": "[bo@example.com]"}),
        (OWNED, {"authors": "[Bo <bo@example.com>]"}),
        (OWNED, {"checks": "{tests: failure}"}),
        (OWNED, {"checks": "{lint: success}"}),
        (AUTH, {}),
        (OWNED.replace("codex", "cursor"), {"expect": "{not_rules: [evidence]}"}),
        (OWNED.replace("recorded", "declared"), {"expect": "{not_rules: [evidence]}"}),
        (OWNED.replace("human_explicit", "automatic"), {"expect": "{not_rules: [evidence]}"}),
        (OWNED.replace(", countersigned_by: [cy]", ""), {"expect": "{not_rules: [evidence]}"}),
    ],
)
def test_each_thing_that_is_missing_is_seen(lines: str, changed: dict[str, str]) -> None:
    more = {**APPROVED, **changed}
    expect = more.pop("expect", "{verdict: pass}")
    assert ended(lines, expect, **more).differences


def test_an_approver_is_of_the_teams_that_a_case_says() -> None:
    owned = f"{AUTH}, owners: [cy]"
    assert ended(owned, **{**APPROVED, "approvals": "[{by: cy}]"}).differences
    assert not ended(owned, **{**APPROVED, "approvals": "[{by: cy, teams: [security]}]"}).differences


LISTED = load(
    (LAYERS + "rules:\n  - {name: listed, match: {layers: [critical]}, require: {checklist: true}}\n").encode(), "p"
)


@pytest.mark.parametrize(
    ("checklist", "lack"),
    [("", "is not answered"), (", checklist: refused", "answered no"), (", checklist: answered", None)],
)
def test_a_case_says_what_reviewers_said_of_a_checklist(checklist: str, lack: str | None) -> None:
    told = text(f"path: src/auth/a.py, origin: ai{checklist}", "{rules: [listed]}" if lack else "{verdict: pass}")
    found, faults = read(told.encode(), "c", LISTED)
    assert faults == ()
    (one,) = run(LISTED, found)
    assert one.differences == ()
    assert [lack in finding.message for finding in one.findings] == ([True] if lack else [])


def test_answers_count_for_the_lines_that_they_are_said_of() -> None:
    rows = [
        "{path: src/auth/b.py, lines: 3, checklist: refused}",
        "{path: src/auth/a.py, lines: 3, checklist: answered}",
        "{path: src/auth/a.py, lines: 3}",
        "{path: src/auth/a.py, lines: 3, checklist: answered}",
        "{path: src/auth/c.py, what: removed, checklist: refused}",
    ]
    told = f"version: 1\ncases: [{{name: one, lines: [{', '.join(rows)}], expect: {{verdict: fail}}}}]\n"
    found, faults = read(told.encode(), "c", LISTED)
    assert faults == ()
    (one,) = run(LISTED, found)
    assert [(f.path, f.start, "is not answered" in f.message) for f in one.findings] == [
        (b"src/auth/a.py", 5, True),
        (b"src/auth/b.py", 1, False),
    ]


def test_an_unknown_word_for_a_checklist_is_a_fault() -> None:
    _, faults = read(text("path: a, checklist: open").encode(), "c", LISTED)
    assert [(fault.position.line, "answered, refused" in fault.fix) for fault in faults] == [(4, True)]


def test_sizes_waivers_and_days_count() -> None:
    assert not ended("path: a, lines: 99").differences
    assert ended("path: a, lines: 100").differences
    assert not ended("path: docs/a, lines: 100").differences
    assert ended("path: docs/a, lines: 100", today='"2026-07-01"').differences
    two = text("path: a, lines: 60").replace("lines: [", "lines: [{path: a, lines: 60}, ")
    assert run(POLICY, cases(two))[0].differences


def test_an_emergency_counts_as_it_does_for_the_gate() -> None:
    declared = "{by: ada, why: down, at: 2026-01-01T00:00:00Z}"
    assert not ended("path: a, lines: 100", emergency=declared).differences
    assert ended("path: a, lines: 100", emergency=declared.replace("ada", "bo")).differences
    assert ended("path: a, lines: 100", emergency=declared, today='"2026-02-01"').differences


def test_what_the_forge_calls_a_change_can_be_read() -> None:
    named = "{title: broken, target: main}"
    assert not ended("path: a", context=named).differences
    rooted = load(LAYERS.encode() + b"rules: [{name: titled, when: 'change.title == \"broken\"'}]\n", "p")
    (found,) = run(rooted, cases(text("path: a", "{verdict: fail}", context=named)))
    assert found.differences == ()


def test_a_path_that_was_in_a_more_severe_layer_stays_there() -> None:
    assert not ended("path: docs/a, old_path: src/auth/a", "{layer: critical}").differences
    assert ended("path: docs/a", "{layer: critical}").differences[0].found.startswith("peripheral: ")


def test_a_layer_can_go_by_what_the_file_holds() -> None:
    (found,) = run(
        preset("balanced"),
        read(
            b'version: 1\ncases:\n  - name: one\n    lines: [{path: tools/a.py, content: "import subprocess\\n'
            b'subprocess.run([1])\\n"}]\n    expect: {layer: sensitive}\n',
            "c",
            preset("balanced"),
        )[0],
    )
    assert found.differences == ()


def test_a_difference_says_what_was_expected_and_what_there_is() -> None:
    found = ended("path: src/auth/a.py", "{verdict: pass, rules: [large], not_rules: [review], layer: standard}")
    assert [(each.what, each.expected) for each in found.differences] == [
        ("verdict", "pass"),
        ("rules", "large finds something"),
        ("rules", "review finds nothing"),
        ("layer of src/auth/a.py", "standard"),
    ]
    assert found.differences[0].found.startswith("fail by review: needs 1 independent approval")
    assert found.differences[1].found == "found by: review, evidence"


def test_an_expression_that_gives_no_answer_is_an_error_that_can_be_expected() -> None:
    broken = load(LAYERS.encode() + b"rules: [{name: b, when: 'lines / (lines - lines) == 1'}]\n", "p")
    found, _ = read(text("path: a", "{verdict: error}").encode(), "c", broken)
    (one,) = run(broken, found)
    assert (one.verdict, one.differences) == (Outcome.ERROR, ())
    assert one.problem


@pytest.mark.parametrize(
    ("data", "where", "says"),
    [
        ("", "1:1", "the file is empty"),
        ("version: 1\n", "1:1", "needs cases"),
        ("version: 2\ncases: []\n", "1:10", "version"),
        ("version: 1\ncases: []\n", "2:8", "no cases"),
        ("version: 1\ncases: {}\n", "2:8", "must be a list"),
        (text(more="1"), "6:5", "a case has no key 'more'"),
        (text("path: a, lnes: 3"), "4:23", "no key 'lnes'"),
        (text("path: a, lines: 0"), "4:30", "at least 1"),
        (text("path: a, lines: many"), "4:30", "whole number"),
        (text("path: /a"), "4:20", "no path of a file"),
        (text("path: a/../b"), "4:20", "no path of a file"),
        (text("path: a, origin: robot"), "4:31", "origin cannot be 'robot'"),
        (text("path: a, model: m"), "4:30", "that of a tool"),
        (text("path: a, what: moved"), "4:13", "came from another path"),
        (text("path: a, content: [x]"), "4:32", "content must be a text"),
        (text("path: a", "{}"), "5:13", "nothing is expected"),
        (text("path: a", "{verdict: maybe}"), "5:23", "verdict cannot be 'maybe'"),
        (text("path: a", "{rules: [reviewed]}"), "5:22", "cannot be 'reviewed'"),
        (text("path: a", "{not_rules: [x]}"), "5:26", "cannot be 'x'"),
        (text("path: a", "{layer: top}"), "5:21", "layer cannot be 'top'"),
        (text(approvals="[{kind: human}]"), "6:17", "needs by"),
        (text(approvals="[{by: a, sha: x}]"), "6:25", "no key 'sha'"),
        (text(checks="[tests]"), "6:13", "must be a mapping"),
        (text(checks="{tests: ok}"), "6:21", "cannot be 'ok'"),
        (text(context="{head: x}"), "6:15", "no key 'head'"),
        (text(emergency="{by: a, why: b, at: today}"), "6:36", "must be a moment"),
        (text(today="tomorrow"), "6:12", "must be a date"),
        (
            text().replace("cases:", "cases:\n  - {name: one, lines: [{path: a}], expect: {verdict: pass}}"),
            "4:5",
            "twice",
        ),
    ],
)
def test_every_fault_is_named_with_its_place_and_what_to_write(data: str, where: str, says: str) -> None:
    found, faults = read(data.encode(), "c", POLICY)
    assert found == ()
    assert any(fault.where == f"c:{where}" and says in fault.message for fault in faults), faults
    assert all(fault.fix for fault in faults)
    with pytest.raises(PolicyInvalid, match=re.escape(faults[0].where)):
        read_case.load(data.encode(), "c", POLICY)


def test_all_faults_of_a_file_are_found_at_once_in_its_order() -> None:
    data = text("path: /a, lnes: 2", "{verdict: maybe}", authors="x")
    _, faults = read(data.encode(), "c", POLICY)
    assert [fault.position.line for fault in faults] == [4, 4, 5, 6]


@given(st.binary(max_size=300))
def test_any_bytes_are_cases_or_faults(data: bytes) -> None:
    found, faults = read(data, "c", POLICY)
    assert bool(found) != bool(faults)


_WORDS = st.sampled_from(
    ["a", "src/auth/a", "ai", "human", "pass", "fail", "review", "1", "true", "", "[", "{}", "- x", "é"]
)


@given(
    st.dictionaries(st.sampled_from([*read_case.CASE_KEYS, "odd"]), _WORDS),
    st.dictionaries(st.sampled_from(read_case.LINE_KEYS), _WORDS),
)
def test_any_keys_and_values_are_cases_that_can_be_judged_or_faults(
    case: dict[str, str], lines: dict[str, str]
) -> None:
    rows = "".join(f"    {key}: {value}\n" for key, value in case.items() if key not in ("name", "lines"))
    inner = "".join(f"        {key}: {value}\n" for key, value in lines.items() if key != "path")
    data = f"version: 1\ncases:\n  - name: a\n    lines:\n      - path: src/auth/b\n{inner}{rows}"
    found, faults = read(data.encode(), "c", POLICY)
    assert bool(found) != bool(faults)
    for one in run(POLICY, found):
        assert one.verdict in (Outcome.PASS, Outcome.FAIL)
