"""Golden notes are named after the defect they show; every kind but the caller's own has one."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from answerable.domain.agent import Agent
from answerable.domain.evidence import Claim, Reading
from answerable.domain.grade import Grade
from answerable.domain.origin import Origin
from answerable.domain.ranges import Ranges
from answerable.provenance.git_ai import COMMIT_NOT_HERE, DEFECTS, read_note
from answerable.provenance.git_ai.note import OVERSIZED

GOLDEN = Path(__file__).parent / "golden"
SHA = "1" * 40
APP = b"src/app.py"
ADA = "Ada Person <ada@person.org>"
CLAUDE = Agent(tool="claude-code", model="claude-opus-4-8", session="11111111-2222-3333-4444-555555555555")
CURSOR = Agent(tool="cursor", model="gpt-5", session="conversation-1")
SEEN_BY_CALLER = {COMMIT_NOT_HERE, "oversized-note"}


def golden(name: str) -> Reading:
    return read_note((GOLDEN / f"{name}.note").read_bytes(), SHA)


def kinds(reading: Reading) -> set[str]:
    return {defect.kind for defect in reading.defects}


def by_line(reading: Reading, path: bytes = APP) -> dict[int, Claim]:
    return {
        line: claim
        for claim in reading.claims
        if claim.path == path and claim.lines is not None
        for start, end in claim.lines
        for line in range(start, end + 1)
    }


def said(reading: Reading) -> dict[int, tuple[Origin, Grade]]:
    return {line: (claim.origin, claim.grade) for line, claim in by_line(reading).items()}


@pytest.mark.parametrize("kind", sorted(DEFECTS.keys() - SEEN_BY_CALLER))
def test_every_kind_of_defect_has_a_golden_note_that_shows_it(kind: str) -> None:
    reading = golden(kind)
    assert kind in kinds(reading)
    assert all(defect.ref == f"refs/notes/ai {SHA}" for defect in reading.defects)


@pytest.mark.parametrize("file", sorted(GOLDEN.glob("*.note")), ids=lambda file: file.stem)
def test_every_golden_note_names_documented_defects_only(file: Path) -> None:
    assert kinds(read_note(file.read_bytes(), SHA)) <= DEFECTS.keys()


@pytest.mark.parametrize("name", ["clean", "clean-legacy-keys", "clean-seven-digits", "empty", "crlf"])
def test_a_note_as_the_specification_wants_it_has_no_defect(name: str) -> None:
    assert kinds(golden(name)) == set()


def test_a_session_is_one_claim_a_path_whatever_its_traces() -> None:
    reading = golden("clean")
    first, human, notes = reading.claims
    assert (first.path, first.lines, first.agent) == (APP, Ranges.of([(1, 4), (6, 6), (8, 8)]), CLAUDE)
    assert (first.origin, first.grade, first.person) == (Origin.AI, Grade.RECORDED, ADA)
    assert (human.origin, human.lines, human.person) == (Origin.HUMAN, Ranges.of([(10, 12)]), ADA)
    assert (notes.path, notes.lines) == (b"docs/my notes.md", Ranges.of([(1, 1)]))


def test_a_known_human_is_declared_because_leftovers_are_stamped_so_too() -> None:
    assert said(golden("clean"))[10] == (Origin.HUMAN, Grade.DECLARED)


def test_a_known_human_is_recorded_where_the_capture_says_it_was_observed() -> None:
    key = "h_fedcba98765432"
    record: dict[str, Any] = {"author": ADA, "custom_attributes": {"answerable.capture": "observed"}}
    reading = read_note(note({"a": {key: "1"}}, humans={key: record}), SHA)
    assert [(claim.origin, claim.grade) for claim in reading.claims] == [(Origin.HUMAN, Grade.RECORDED)]
    assert reading.defects == ()


def test_lines_no_key_covers_get_no_claim() -> None:
    assert by_line(golden("clean")).keys() == {1, 2, 3, 4, 6, 8, 10, 11, 12}


def test_a_dangling_key_proves_a_session_by_its_shape_and_never_a_person() -> None:
    reading = golden("dangling-key")
    assert said(reading) == {
        1: (Origin.AI, Grade.DECLARED),
        2: (Origin.AI, Grade.DECLARED),
        4: (Origin.AI, Grade.DECLARED),
        5: (Origin.AI, Grade.DECLARED),
        7: (Origin.AI, Grade.INFERRED),
        9: (Origin.UNKNOWN, Grade.NONE),
        11: (Origin.AI, Grade.RECORDED),
    }
    assert all(claim.agent is None for line, claim in by_line(reading).items() if line < 11)


def test_a_key_outside_the_grammar_counts_only_where_a_record_answers() -> None:
    assert said(golden("key-outside-grammar")) == {
        1: (Origin.AI, Grade.INFERRED),
        2: (Origin.UNKNOWN, Grade.NONE),
        3: (Origin.UNKNOWN, Grade.NONE),
        4: (Origin.AI, Grade.RECORDED),
        5: (Origin.AI, Grade.RECORDED),
    }


def test_ranges_in_any_order_lose_no_line() -> None:
    assert by_line(golden("unsorted-ranges")).keys() == {1, 3, 4, 5, 9}


def test_a_backward_range_names_the_same_lines_and_nonsense_names_none() -> None:
    assert by_line(golden("bad-range")).keys() == {1, 2, 5, 6, 7, 12}


def test_a_line_two_sessions_claim_is_in_both_claims() -> None:
    first, second = golden("double-claimed-line").claims
    assert first.lines is not None
    assert second.lines is not None
    assert 4 in first.lines
    assert 4 in second.lines
    assert (first.agent, second.agent) == (CLAUDE, CURSOR)


def test_two_traces_of_one_session_may_share_a_line() -> None:
    key = "s_0123456789abcd"
    session = {key: {"agent_id": {"tool": "claude", "id": "x", "model": "m"}}}
    lines = {"a": {f"{key}::t_aaaaaaaaaaaaaa": "1-3", f"{key}::t_bbbbbbbbbbbbbb": "3-4"}}
    assert read_note(note(lines, sessions=session), SHA).defects == ()


def test_lines_counted_in_another_commit_are_declared_here() -> None:
    assert set(said(golden("base-commit-mismatch")).values()) == {(Origin.AI, Grade.DECLARED)}


@pytest.mark.parametrize("name", ["unreadable", "no-divider", "line-without-path", "malformed-entry"])
def test_a_broken_part_does_not_hide_the_rest(name: str) -> None:
    assert by_line(golden(name)).keys() >= {1, 2, 3, 4, 6}
    assert {origin for origin, _ in said(golden(name)).values()} == {Origin.AI}


def test_a_test_harness_is_inferred_at_most_and_names_no_tool() -> None:
    claim = by_line(golden("synthetic-tool"))[1]
    assert (claim.grade, claim.agent) == (Grade.INFERRED, None)


def test_a_malformed_record_leaves_the_lines_and_names_nobody() -> None:
    reading = golden("malformed-record")
    assert said(reading) == {1: (Origin.AI, Grade.DECLARED), 3: (Origin.AI, Grade.DECLARED)}
    assert {claim.agent for claim in reading.claims} == {None}


def test_the_first_schema_names_tools_and_proves_no_person() -> None:
    reading = golden("older-version")
    assert said(reading)[1] == said(reading)[7] == (Origin.AI, Grade.DECLARED)
    assert by_line(reading)[1].agent == Agent(tool="claude-code")
    assert said(reading)[9] == (Origin.UNKNOWN, Grade.NONE)


def test_the_second_schema_is_read_through_its_prompts() -> None:
    reading = golden("older-version-2")
    assert by_line(reading)[1].agent == CURSOR
    assert said(reading)[9] == (Origin.UNKNOWN, Grade.NONE)


def test_paths_are_bytes_as_git_has_them() -> None:
    reading = golden("bytes-that-are-no-text")
    assert {claim.path for claim in reading.claims} == {b"caf\xe9/\xff.py"}
    assert by_line(reading, b"caf\xe9/\xff.py").keys() == {1, 2, 3, 4, 9}


@pytest.mark.parametrize(
    ("written", "path"),
    [
        (b'"a b.py"', b"a b.py"),
        (b'"caf\\303\\251.py"', b"caf\xc3\xa9.py"),
        (b'"a\\tb\\"c"', b'a\tb"c'),
        (b'"C:\\Users x"', b"C:\\Users x"),
        (b'"', b'"'),
        (b'""', b""),
        (b'"open', b'"open'),
        (b"it's.py", b"it's.py"),
    ],
)
def test_a_quoted_path_is_unquoted(written: bytes, path: bytes) -> None:
    reading = read_note(written + b"\n  9999999999999999 1\n---\n{}", SHA)
    assert [claim.path for claim in reading.claims] == [path]


def test_no_prompt_is_kept_or_shown() -> None:
    assert "SECRET" not in repr(golden("embedded-transcript"))
    assert kinds(golden("embedded-transcript")) == {"embedded-messages", "embedded-transcript"}


def test_an_empty_field_is_forbidden_too_but_holds_no_conversation() -> None:
    assert kinds(golden("embedded-messages")) == {"embedded-messages"}


def test_line_ends_of_another_system_are_no_part_of_a_path() -> None:
    assert {claim.path for claim in golden("crlf").claims} == {APP}


def test_a_megabyte_is_oversized_and_still_read() -> None:
    data = note({"a": {"9999999999999999": "1-4"}}) + b" " * OVERSIZED
    reading = read_note(data, SHA)
    assert "oversized-note" in kinds(reading)
    assert len(reading.claims) == 1


def test_a_defect_is_told_once_with_how_often() -> None:
    [defect] = [found for found in golden("dangling-key").defects if found.kind == "dangling-key"]
    assert defect.detail == "4 times, first: s_99999999999999"


@pytest.mark.parametrize(
    ("written", "tool"),
    [
        ("claude", "claude-code"),
        ("github-copilot", "copilot"),
        ("gemini", "gemini-cli"),
        ("new Tool!", "new-tool"),
    ],
)
def test_tools_get_their_canonical_names(written: str, tool: str) -> None:
    prompts = {"0123456789abcdef": {"agent_id": {"tool": written, "id": "x", "model": "unknown"}}}
    [claim] = read_note(note({"a": {"0123456789abcdef": "1"}}, prompts=prompts), SHA).claims
    assert claim.agent == Agent(tool=tool, session="x")


def note(lines: dict[str, dict[str, str]], **meta: Any) -> bytes:
    section = "".join(
        f"{path}\n" + "".join(f"  {key} {ranges}\n" for key, ranges in keys.items()) for path, keys in lines.items()
    )
    whole = {"schema_version": "authorship/3.0.0", "base_commit_sha": SHA, "prompts": {}, **meta}
    return f"{section}---\n{json.dumps(whole)}".encode()


@given(st.binary())
def test_no_bytes_are_fatal(data: bytes) -> None:
    for claim in read_note(data, SHA).claims:
        assert claim.path is not None
        assert claim.lines


FIELDS = st.sampled_from(
    [
        *(
            "schema_version",
            "base_commit_sha",
            "prompts",
            "sessions",
            "humans",
            "messages",
            "agent_id",
            "tool",
            "id",
        ),
        *("model", "author", "human_author", "custom_attributes", "files", "authors", "lines", "author_key"),
        *("prompt_session_id", "0123456789abcdef", "s_0123456789abcd", "h_0123456789abcd"),
    ]
)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(FIELDS, inner, max_size=4),
    max_leaves=12,
)


@given(JSON, st.lists(st.sampled_from(["a", '"b c"', "  0123456789abcdef 1-4", "  h_0123456789abcd 2", "  x"])))
def test_no_json_is_fatal_and_no_line_is_lost(meta: object, section: list[str]) -> None:
    reading = read_note(("\n".join(section) + "\n---\n" + json.dumps(meta)).encode(), SHA)
    if not (isinstance(meta, dict) and isinstance(meta.get("files"), dict)):
        where = None
        wanted = set()
        for line in section:
            where = line.strip('"').encode() if not line.startswith(" ") else where
            if where is not None and "1-4" in line:
                wanted |= {(where, number) for number in (1, 2, 3, 4)}
        got = {(c.path, n) for c in reading.claims if c.lines for a, b in c.lines for n in range(a, b + 1)}
        assert wanted <= got


@pytest.mark.parametrize(
    "meta",
    [
        {"schema_version": ["authorship/3.0.0"]},
        {"schema_version": {}, "base_commit_sha": []},
        {"files": {"a": [{"lines": [1], "author_key": ["a1"]}]}, "authors": {"a1": {}}},
        {"files": {"a": {"authors": [{"lines": [[1, True], [1], "1", None], "author": {}}]}}},
        {"prompts": {"0123456789abcdef": {"agent_id": {"tool": ["claude"], "id": {}, "model": []}}}},
        {"humans": {"h_0123456789abcd": {"author": [], "custom_attributes": []}}},
    ],
)
def test_a_field_of_any_other_type_is_survived(meta: dict[str, Any]) -> None:
    section = "a\n  0123456789abcdef 1\n  h_0123456789abcd 2\n---\n"
    assert kinds(read_note((section + json.dumps(meta)).encode(), SHA)) <= DEFECTS.keys()


@pytest.mark.parametrize(
    "data",
    [
        b"a\n  0123456789abcdef 1\n---\n" + b"[" * 100_000,
        b"---\n" + b'{"a":' * 100_000,
        b"---\n1" + b"0" * 5000,
    ],
)
def test_deep_and_long_json_is_unreadable_and_nothing_more(data: bytes) -> None:
    assert "unreadable" in kinds(read_note(data, SHA))


def test_a_person_is_never_claimed_above_declared_without_observation() -> None:
    for file in GOLDEN.glob("*.note"):
        for claim in read_note(file.read_bytes(), SHA).claims:
            assert claim.origin is not Origin.HUMAN or claim.grade <= Grade.DECLARED
