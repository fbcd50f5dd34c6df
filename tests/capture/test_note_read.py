"""A note that is read back says what it said, and nothing that it does not prove."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from answerable.capture.lines.hand import Kind
from answerable.capture.note import CARRIED, DECLARED, human_id, write
from answerable.capture.note_read import read_back, spans_of
from answerable.domain.grade import Grade
from answerable.domain.origin import Origin
from answerable.provenance.git_ai import read_note
from capture.test_note import ADA, BO, HANDS, ONE, SESSIONS, SHA, TRACES, TWO, spans

KEYS = {ONE: f"{ONE}::{TRACES[0]}", TWO: f"{TWO}::{TRACES[1]}"}


def record(tool="claude", conversation="conversation-1", **given) -> dict:
    return {"agent_id": {"tool": tool, "id": conversation, "model": "m"}, "human_author": ADA, **given}


def note(lines: str, **given) -> bytes:
    document = {"schema_version": "authorship/3.0.0", "base_commit_sha": SHA, "prompts": {}, **given}
    return f"{lines}---\n{json.dumps(document)}".encode()


def told(data: bytes, path=b"a.py") -> list[tuple[int, str]]:
    found = read_back(data).files.get(path, ())
    return [(line, hand.rule or hand.kind) for (start, end), hand in found for line in range(start, end + 1)]


@given(
    st.dictionaries(st.sampled_from([b"a.py", b"my file.py", b"\xff.py"]), st.lists(st.sampled_from(HANDS), max_size=9))
)
def test_what_is_written_is_read_back_with_sessions_traces_and_people(files) -> None:
    data = write(SHA, {path: spans(hands) for path, hands in files.items()}, SESSIONS, BO, empty=True)
    found = read_back(data)
    assert found.base == SHA
    for path, hands in files.items():
        lines = {line: hand for (start, end), hand in found.files.get(path, ()) for line in range(start, end + 1)}
        for line, hand in enumerate(hands, 1):
            if hand.kind is Kind.UNKNOWN:
                assert line not in lines
                continue
            back = lines[line]
            assert back.who == hand.who
            assert back.rule == CARRIED
            if hand.session:
                assert found.sessions[hand.session].conversation == SESSIONS[hand.session].conversation
                assert found.sessions[hand.session].driver == BO


@given(st.lists(st.sampled_from(HANDS), max_size=9))
def test_what_is_read_back_and_written_says_the_same_again(hands) -> None:
    first = write(SHA, {b"a.py": spans(hands)}, SESSIONS, BO, empty=True)
    found = read_back(first)
    again = write(SHA, found.files, found.sessions, "Somebody else <other@example.com>", empty=True)
    assert read_note(again, SHA) == read_note(first, SHA)


@given(st.binary(max_size=300))
def test_any_bytes_are_read(data) -> None:
    read_back(data)
    read_back(b"a.py\n  s_x 1\n---\n" + data)


@given(
    st.recursive(
        st.none() | st.integers() | st.text(max_size=5),
        lambda x: (
            st.lists(x)
            | st.dictionaries(
                st.sampled_from(["sessions", "humans", "prompts", "agent_id", "tool", "id", "custom_attributes", ONE]),
                x,
            )
        ),
    )
)
def test_any_document_is_read(document) -> None:
    if isinstance(document, dict):
        read_back(note(f"a.py\n  {KEYS[ONE]} 1\n  {human_id(ADA)} 2\n  {'a' * 16} 3\n", **document))


def test_a_person_whom_nobody_saw_stays_declared() -> None:
    data = note(f"a.py\n  {human_id(ADA)} 1-2\n", humans={human_id(ADA): {"author": ADA}})
    assert told(data) == [(1, DECLARED), (2, DECLARED)]
    again = write(SHA, read_back(data).files, {}, BO)
    (claim,) = read_note(again, SHA).claims
    assert (claim.origin, claim.grade, claim.person) == (Origin.HUMAN, Grade.DECLARED, ADA)


def test_a_person_who_was_seen_here_and_declared_there_is_two_entries() -> None:
    data = note(f"a.py\n  {human_id(ADA)} 2\n", humans={human_id(ADA): {"author": ADA}})
    files = {b"a.py": read_back(data).files[b"a.py"], b"b.py": spans([HANDS[3]])}
    grades = {claim.path: claim.grade for claim in read_note(write(SHA, files, {}, BO), SHA).claims}
    assert grades == {b"a.py": Grade.DECLARED, b"b.py": Grade.RECORDED}


@pytest.mark.parametrize(
    ("line", "records"),
    [
        (KEYS[ONE], {}),
        (KEYS[ONE], {"sessions": {ONE: {}}}),
        (KEYS[ONE], {"sessions": {ONE: {"agent_id": {"tool": "claude"}}}}),
        (KEYS[ONE], {"sessions": {ONE: {"agent_id": {"tool": 7, "id": "x"}}}}),
        (human_id(ADA), {}),
        (human_id(ADA), {"humans": {human_id(ADA): {"author": " "}}}),
        ("ai_agent", {}),
        ("human", {}),
        ("a" * 16, {}),
        ("a" * 7, {"prompts": {"a" * 7: record()}}),
    ],
)
def test_a_key_that_proves_nothing_is_unknown(line, records) -> None:
    assert told(note(f"a.py\n  {line} 1\n", **records)) == [(1, "not-proved")]


def test_a_line_that_two_claim_is_nobodys() -> None:
    records = {"sessions": {ONE: record(), TWO: record("cursor", "conversation-2")}}
    assert told(note(f"a.py\n  {KEYS[ONE]} 1-3\n  {KEYS[TWO]} 2\n", **records)) == [
        (1, CARRIED), (2, "claimed-twice"), (3, CARRIED)
    ]  # fmt: skip


def test_a_line_that_one_session_claims_twice_is_still_its() -> None:
    records = {"sessions": {ONE: record()}}
    data = note(f"a.py\n  {ONE}::{TRACES[0]} 1-3\n  {ONE}::{TRACES[1]} 2\n", **records)
    assert [rule for _, rule in told(data)] == [CARRIED] * 3


def test_a_prompt_of_older_notes_becomes_a_session() -> None:
    data = note(f"a.py\n  {'a' * 16} 1\n", prompts={"a" * 16: record()})
    (((_, hand),),) = read_back(data).files.values()
    assert hand.session == ONE
    (claim,) = read_note(write(SHA, read_back(data).files, read_back(data).sessions, BO), SHA).claims
    assert claim.agent is not None
    assert (claim.agent.tool, claim.agent.session) == ("claude-code", "conversation-1")


@pytest.mark.parametrize("version", ["authorship/2.0.0", "authorship/4.0.0", None, 3])
def test_a_note_of_another_version_says_nothing(version) -> None:
    data = note(f"a.py\n  {KEYS[ONE]} 1\n", sessions={ONE: record()}, schema_version=version)
    assert read_back(data).files == {}


def test_a_note_that_claims_too_much_to_hold_says_nothing() -> None:
    rows = "".join(f"f{n}.py\n  {KEYS[ONE]} 1-900000\n" for n in range(3))
    assert read_back(note(rows, sessions={ONE: record()})).files == {}


def test_spans_are_as_long_as_one_hand_is() -> None:
    one, two = HANDS[0], HANDS[3]
    assert spans_of({5: one, 1: one, 2: one, 3: two}) == (((1, 2), one), ((3, 3), two), ((5, 5), one))
