"""SARIF: the structure that SARIF 2.1.0 and code scanning ask for, whatever the verdict holds."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import jsonschema
import pytest
from hypothesis import given

from answerable.domain.verdict import Verdict
from answerable.policy.outputs import sarif
from policy.made_verdicts import ERROR, FAIL, FINDING, HOSTILE, PASS, VERDICTS, many

TEXT = {"type": "object", "required": ["text"], "properties": {"text": {"type": "string", "minLength": 1}}}
TEXT["additionalProperties"] = False  # type: ignore[assignment]


def closed(required: list[str], **properties: Any) -> dict[str, Any]:
    return {"type": "object", "required": required, "properties": properties, "additionalProperties": False}


URI = {"type": "string", "pattern": r"^(?![A-Za-z][\w+.-]*:)(?!/)[\w./%~+-]+$"}  # a relative reference

# What the standard (SARIF 2.1.0, OASIS) says of the parts that we write; a key it does not know is refused.
RESULT = closed(
    ["ruleId", "ruleIndex", "level", "message", "locations", "partialFingerprints", "properties"],
    ruleId={"type": "string"},
    ruleIndex={"type": "integer", "minimum": 0},
    level={"enum": ["none", "note", "warning", "error"]},
    message=TEXT,
    locations={
        "type": "array", "minItems": 1, "maxItems": 1,
        "items": closed(["physicalLocation"], physicalLocation=closed(
            ["artifactLocation", "region"],
            artifactLocation=closed(["uri"], uri=URI, uriBaseId={"type": "string"}),
            region=closed(["startLine"], startLine={"type": "integer", "minimum": 1},
                          endLine={"type": "integer", "minimum": 1}),
        )),
    },
    partialFingerprints={"type": "object", "additionalProperties": {"type": "string"}},
    properties={"type": "object", "required": ["origin", "grade", "layer"]},
    suppressions={"type": "array", "items": closed(
        ["kind"], kind={"enum": ["inSource", "external"]}, justification={"type": "string"})},
)  # fmt: skip
DRIVER = closed(
    ["name"], name={"const": "Answerable"}, version={"type": "string"},
    rules={"type": "array", "uniqueItems": True, "items": closed(
        ["id"], id={"type": "string"}, name={"type": "string"}, shortDescription=TEXT)},
)  # fmt: skip
INVOCATION = closed(
    ["executionSuccessful"], executionSuccessful={"type": "boolean"}, exitCode={"enum": [0, 1, 3]},
    toolExecutionNotifications={"type": "array", "items": closed(
        ["message"], message=TEXT, level={"enum": ["none", "note", "warning", "error"]})},
)  # fmt: skip
RUN = closed(
    ["tool", "results"],
    tool=closed(["driver"], driver=DRIVER),
    automationDetails=closed([], id={"type": "string"}),
    columnKind={"enum": ["utf16CodeUnits", "unicodeCodePoints"]},
    originalUriBaseIds={"type": "object", "additionalProperties": closed([], description=TEXT)},
    invocations={"type": "array", "items": INVOCATION},
    results={"type": "array", "items": RESULT},
    properties={"type": "object"},
)
LOG = {
    **closed(["version", "runs"], version={"const": "2.1.0"}),
    "$schema": "https://json-schema.org/draft/2020-12/schema",
}
LOG["properties"] |= {"$schema": {"type": "string", "format": "uri"}, "runs": {"type": "array", "items": RUN}}
CHECK = jsonschema.Draft202012Validator(LOG)


def run(verdict: Verdict) -> dict[str, Any]:
    """The only run of the log, which holds to the standard."""
    log = json.loads(sarif.render(verdict))
    CHECK.validate(log)
    found: dict[str, Any] = log["runs"][0]
    rules = found["tool"]["driver"]["rules"]
    assert all(rules[result["ruleIndex"]]["id"] == result["ruleId"] for result in found["results"])
    marks = [result["partialFingerprints"]["answerableFinding/v1"] for result in found["results"]]
    assert len(set(marks)) == len(marks)
    return found


@pytest.mark.parametrize("verdict", [PASS, FAIL, ERROR, HOSTILE], ids=["pass", "fail", "error", "hostile"])
def test_every_verdict_makes_a_log_that_holds_to_the_standard(verdict: Verdict) -> None:
    assert run(verdict)["properties"]["verdict"] == verdict.outcome.value


@given(VERDICTS)
def test_no_text_and_no_path_makes_a_log_that_does_not_hold_to_the_standard(verdict: Verdict) -> None:
    run(verdict)


def test_a_result_carries_origin_grade_and_layer_of_its_lines() -> None:
    result = run(FAIL)["results"][0]
    assert result["ruleId"] == "critical-four-eyes"
    assert {key: result["properties"][key] for key in ("origin", "grade", "layer")} == {
        "origin": "ai", "grade": "declared", "layer": "critical",
    }  # fmt: skip
    place = result["locations"][0]["physicalLocation"]
    assert place["artifactLocation"]["uri"] == "src/auth/token.py"
    assert place["region"] == {"startLine": 3, "endLine": 9}


def test_what_a_waiver_covers_is_a_suppressed_note() -> None:
    (result,) = [r for r in run(FAIL)["results"] if r["ruleId"] == "old-tool"]
    assert result["level"] == "note"
    assert result["suppressions"][0]["justification"].startswith("ada@example.com until")


def test_a_verdict_that_could_not_be_made_is_an_unsuccessful_run_that_says_why() -> None:
    found = run(ERROR)
    assert found["invocations"][0]["executionSuccessful"] is False
    assert "unknown key" in found["invocations"][0]["toolExecutionNotifications"][0]["message"]["text"]
    assert found["results"][0]["level"] == "error"


def test_odd_bytes_of_a_path_are_percent_encoded() -> None:
    hostile = replace(FAIL, findings=(replace(FINDING, path=b"http://x/\xff \n?#"),))
    place = run(hostile)["results"][0]["locations"][0]["physicalLocation"]
    assert place["artifactLocation"]["uri"] == "http%3A//x/%FF%20%0A%3F%23"


def test_the_worst_five_thousand_are_written_and_the_rest_is_counted() -> None:
    found = run(many(6000))
    assert len(found["results"]) == 5000
    assert found["results"][0]["level"] == "error"
    assert found["properties"]["resultsLeftOut"] == 1000
    assert "1,000 more" in found["invocations"][0]["toolExecutionNotifications"][0]["message"]["text"]


def test_a_fingerprint_stays_when_lines_move() -> None:
    moved = replace(FAIL, findings=(replace(FINDING, start=103, end=109),))
    before = run(replace(FAIL, findings=(FINDING,)))["results"][0]["partialFingerprints"]
    assert run(moved)["results"][0]["partialFingerprints"] == before
