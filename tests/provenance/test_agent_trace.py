from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from answerable.domain.agent import Agent
from answerable.domain.grade import Grade
from answerable.domain.origin import Origin
from answerable.domain.ranges import Ranges
from answerable.provenance.agent_trace import (
    DEFECTS,
    REVISION_BEFORE_COMMIT,
    Statement,
    Trace,
    read_record,
    read_records,
)

SHA = "1" * 40
AI = {"type": "ai", "model_id": "anthropic/claude-opus-4-5"}


def record(*ranges: Any, path: Any = "src/app.py", **changes: Any) -> dict[str, Any]:
    conversation = {"url": "https://x.org/c/1", "contributor": AI, "ranges": list(ranges)}
    whole = {
        "version": "0.1.0",
        "id": "550e8400-e29b-41d4-a716-446655440000",
        "timestamp": "2026-08-01T00:00:00Z",
        "vcs": {"type": "git", "revision": SHA},
        "tool": {"name": "Cursor", "version": "2.4.0"},
        "files": [{"path": path, "conversations": [conversation]}],
    }
    return {key: value for key, value in (whole | changes).items() if value is not ...}


def span(start: Any = 42, end: Any = 67, **more: Any) -> dict[str, Any]:
    return {"start_line": start, "end_line": end, **more}


def read(found: object) -> Trace:
    return read_record(json.dumps(found).encode(), "traces.jsonl")


def only(found: object) -> Statement:
    [statement] = read(found).statements
    return statement


def kinds(trace: Trace) -> set[str]:
    return {defect.kind for defect in trace.defects}


def test_a_range_of_a_proper_record_is_recorded() -> None:
    statement = only(record(span(content_hash="murmur3:9f2e8a1b")))
    claim = statement.claim
    assert (statement.revision, statement.content_hash) == (SHA, "murmur3:9f2e8a1b")
    assert (claim.origin, claim.grade, claim.path) == (Origin.AI, Grade.RECORDED, b"src/app.py")
    assert claim.lines == Ranges.of([(42, 67)])
    assert claim.agent == Agent(
        tool="cursor", tool_version="2.4.0", model="anthropic/claude-opus-4-5", session="https://x.org/c/1"
    )
    assert read(record(span())).defects == ()


def test_claims_are_asked_for_by_commit() -> None:
    trace = read(record(span()))
    assert len(trace.claims_at(SHA)) == 1
    assert trace.claims_at("2" * 40) == ()


def test_the_reference_tools_own_version_is_declared_because_its_revision_is_the_parent() -> None:
    trace = read(record(span(), version="1.0"))
    assert [s.claim.grade for s in trace.statements] == [Grade.DECLARED]
    assert kinds(trace) == {"loose-version"}
    assert (trace.claims_at(SHA, loose=False), len(trace.claims_at(SHA, loose=True))) == ((), 1)
    assert REVISION_BEFORE_COMMIT in DEFECTS


def test_lines_one_to_n_without_a_hash_are_declared_because_the_edit_may_be_anywhere() -> None:
    trace = read(record(span(1, 9)))
    assert [s.claim.grade for s in trace.statements] == [Grade.DECLARED]
    assert kinds(trace) == {"unplaced-range"}
    assert only(record(span(1, 9, content_hash="sha256:1"))).claim.grade is Grade.RECORDED


@pytest.mark.parametrize("vcs", [..., None, {}, {"type": "git"}, {"type": "git", "revision": "HEAD"}, "x"])
def test_without_a_git_revision_a_line_is_declared_and_of_no_commit(vcs: Any) -> None:
    statement = only(record(span(), vcs=vcs))
    assert (statement.revision, statement.claim.grade) == (None, Grade.DECLARED)


def test_a_revision_of_another_system_is_no_commit() -> None:
    trace = read(record(span(), vcs={"type": "jj", "revision": SHA}))
    assert kinds(trace) == {"foreign-vcs"}
    assert trace.claims_at(SHA) == ()


@pytest.mark.parametrize("path", [".sessions", ".shell-history", ".sessions/1"])
def test_pseudo_files_hold_no_line(path: str) -> None:
    trace = read(record(span(), path=path))
    assert (trace.statements, kinds(trace)) == ((), {"pseudo-file"})


@pytest.mark.parametrize("path", ["/etc/passwd", "../x", "a/../../x", "C:\\x", "a\\..\\x"])
def test_a_path_that_leads_out_is_left_out(path: str) -> None:
    trace = read(record(span(), path=path))
    assert (trace.statements, kinds(trace)) == ((), {"path-outside"})


@pytest.mark.parametrize(
    ("contributor", "origin", "grade"),
    [
        ({"type": "ai"}, Origin.AI, Grade.RECORDED),
        ({"type": "mixed"}, Origin.MIXED, Grade.RECORDED),
        ({"type": "human"}, Origin.HUMAN, Grade.DECLARED),
        ({"type": "unknown"}, Origin.UNKNOWN, Grade.NONE),
        ({"type": "robot"}, Origin.UNKNOWN, Grade.NONE),
        ({}, Origin.UNKNOWN, Grade.NONE),
        (None, Origin.UNKNOWN, Grade.NONE),
    ],
)
def test_the_contributor_of_a_range_overrides_the_conversations(contributor: Any, origin: Origin, grade: Grade) -> None:
    claim = only(record(span(contributor=contributor))).claim
    assert (claim.origin, claim.grade) == (origin, grade)


def test_a_person_gets_no_agent() -> None:
    assert only(record(span(contributor={"type": "human"}))).claim.agent is None


@pytest.mark.parametrize(
    "bad", [span(5, 4), span(0, 1), span("1", 2), span(True, 2), span(1.5, 2), {}, span(1, 10**12)]
)
def test_what_is_no_range_is_named_and_the_others_are_kept(bad: Any) -> None:
    trace = read(record(bad, span()))
    assert len(trace.statements) == 1
    assert kinds(trace) == {"bad-range"}


def test_a_session_is_the_related_address_before_the_conversations() -> None:
    found = record(span())
    found["files"][0]["conversations"][0]["related"] = [{"type": "session", "url": "https://x.org/s/1"}]
    agent = only(found).claim.agent
    assert agent is not None
    assert agent.session == "https://x.org/s/1"


def test_a_file_of_records_is_read_line_by_line_and_a_broken_line_hides_no_other() -> None:
    good = json.dumps(record(span()))
    trace = read_records(f"{good}\n\n{{broken\n{good}\r\n".encode(), "traces.jsonl")
    assert len(trace.statements) == 2
    assert [(defect.kind, defect.ref) for defect in trace.defects] == [("unreadable", "traces.jsonl:3")]
    assert trace.statements[1].claim.evidence.ref == "traces.jsonl:4"


def test_one_record_over_many_lines_is_read_too() -> None:
    assert len(read_records(json.dumps(record(span()), indent=2).encode(), "trace.json").statements) == 1


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=4),
    lambda inner: st.lists(inner, max_size=3),
    max_leaves=6,
)
TALK = ("files", 0, "conversations", 0)
PLACES = st.sampled_from(
    [
        *(("version",), ("vcs",), ("vcs", "revision"), ("vcs", "type")),
        *(("tool",), ("tool", "name"), ("tool", "version")),
        *(("files",), ("files", 0), ("files", 0, "path"), ("files", 0, "conversations"), TALK),
        *((*TALK, "ranges"), (*TALK, "ranges", 0), (*TALK, "url"), (*TALK, "related")),
        *((*TALK, "contributor"), (*TALK, "contributor", "type"), (*TALK, "contributor", "model_id")),
    ]
)


@given(PLACES, JSON)
def test_anything_anywhere_in_a_record_is_survived_and_its_defects_are_documented(
    place: tuple[Any, ...], value: object
) -> None:
    found: Any = record(span())
    inner = found
    for step in place[:-1]:
        inner = inner[step]
    inner[place[-1]] = value
    assert kinds(read(found)) <= DEFECTS.keys()


@given(st.binary())
def test_no_bytes_are_fatal(data: bytes) -> None:
    read_record(data, "x")
    read_records(data, "x")
