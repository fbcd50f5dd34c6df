"""Agent Trace as published: its schema and its example, where the shared data is present."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from answerable.domain.grade import Grade
from answerable.domain.origin import Origin
from answerable.provenance.agent_trace import read_record

FOLDER = Path(__file__).parents[2].parent / "shared" / "conformance" / "agent-trace"


def data(name: str) -> bytes:
    file = FOLDER / name
    if not file.exists():
        pytest.skip(f"shared/conformance/agent-trace/{name}: public data this repository does not carry")
    return file.read_bytes()


def test_the_published_example_is_read_without_a_defect() -> None:
    trace = read_record(data("example.json"), "example.json")
    assert trace.defects == ()
    assert {(s.claim.origin, s.claim.grade) for s in trace.statements} == {(Origin.AI, Grade.RECORDED)}
    parser, helpers = trace.statements
    assert (parser.claim.path, parser.content_hash) == (b"src/utils/parser.ts", "murmur3:9f2e8a1b")
    assert parser.claim.agent is not None
    assert helpers.claim.agent is not None
    assert (parser.claim.agent.session, helpers.claim.agent.model) == (
        "https://api.cursor.com/v1/sessions/67890",
        "openai/gpt-4o",
    )


def test_what_the_schema_refuses_has_a_defect() -> None:
    jsonschema = pytest.importorskip("jsonschema")
    schema = json.loads(data("trace-record.schema.json"))
    example: dict[str, Any] = json.loads(data("example.json"))
    jsonschema.validate(example, schema)
    for change in (
        {"version": "1.0"},
        {"files": None},
        {"files": [{"path": "x", "conversations": [{"ranges": [{}]}]}]},
    ):
        broken = example | change
        with pytest.raises(jsonschema.ValidationError):
            jsonschema.validate(broken, schema)
        assert read_record(json.dumps(broken).encode(), "x").defects


def test_every_contributor_type_of_the_schema_is_an_origin() -> None:
    schema = json.loads(data("trace-record.schema.json"))
    assert set(schema["$defs"]["contributor"]["properties"]["type"]["enum"]) == {origin.value for origin in Origin}
