import hashlib
import json
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from answerable.capture.lines.hand import Hand, Kind, agent, person, unknown
from answerable.capture.note import human_id, quoted, write
from answerable.capture.replay import Session, session_id
from answerable.domain.grade import Grade
from answerable.domain.origin import Origin
from answerable.provenance.git_ai import read_note

SHA = "1" * 40
ADA, BO = "Ada <ada@example.com>", "Bo <bo@example.com>"
SESSIONS = {
    session_id("claude-code", "conversation-1"): Session(
        tool="claude-code", conversation="conversation-1", model="claude-opus-4-8", version="2.1"
    ),
    session_id("cursor", "conversation-2"): Session(tool="cursor", conversation="conversation-2"),
}
ONE, TWO = SESSIONS
TRACES = ("t_" + "a" * 14, "t_" + "b" * 14)
HANDS = [
    agent(ONE, TRACES[0]), agent(ONE, TRACES[1]), agent(TWO, TRACES[0]), person(ADA), person(BO), unknown("long"),
    Hand(kind=Kind.MIXED, session=ONE, trace=TRACES[0], person=ADA, rule="changed"),
    Hand(kind=Kind.MIXED, session=ONE, trace=TRACES[0], person=BO, rule="changed"),
    Hand(kind=Kind.MIXED, session=TWO, trace=TRACES[1], person=BO, rule="changed"),
]  # fmt: skip


def spans(hands):
    return tuple(((n, n), hand) for n, hand in enumerate(hands, 1))


def read_back(note: bytes) -> dict[tuple[bytes, int], tuple]:
    reading = read_note(note, SHA)
    assert reading.defects == ()
    found = {}
    for claim in reading.claims:
        for start, end in claim.lines:
            for line in range(start, end + 1):
                assert (claim.path, line) not in found
                named = claim.agent and (claim.agent.tool, claim.agent.session)
                found[claim.path, line] = (claim.origin, claim.grade, named, claim.person)
    return found


def meant(hand: Hand) -> tuple | None:
    session = SESSIONS.get(hand.session or "")
    named = session and (session.tool, session.conversation)
    if hand.kind is Kind.AGENT:
        return Origin.AI, Grade.RECORDED, named, ADA
    if hand.kind is Kind.PERSON:
        return Origin.HUMAN, Grade.RECORDED, None, hand.person
    return (Origin.MIXED, Grade.RECORDED, named, hand.person) if hand.kind is Kind.MIXED else None


path = st.one_of(
    st.binary(min_size=1, max_size=12).filter(lambda data: b"\0" not in data),
    st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), min_size=1, max_size=12).map(str.encode),
    st.sampled_from(
        [b"---", b'"quoted"', b"a b", b" a", b"a ", b"a\\101 b", b"a\\101", b"\xc2\xa0", b"caf\xe9", b"a\r"]
    ),
)


@given(st.dictionaries(path, st.lists(st.sampled_from(HANDS), max_size=12).map(spans), max_size=4))
def test_what_is_written_is_what_is_read(files):
    note = write(SHA, files, SESSIONS, ADA)
    wanted = {(name, n): meant(hand) for name, told in files.items() for (n, _), hand in told if meant(hand)}
    assert (read_back(note) if note else {}) == wanted


@given(st.dictionaries(path, st.lists(st.sampled_from(HANDS), max_size=12).map(spans), max_size=4))
def test_git_ais_own_reader_takes_it(files):
    note = write(SHA, files, SESSIONS, ADA)
    if note:
        as_git_ai(note)


def as_git_ai(note: bytes) -> dict[str, dict[str, list[int]]]:
    """Reads as `authorship_log_serialization.rs` and its types demand, and what the standard's section 1.2 says."""
    text = note.decode()
    lines = re.split(r"\r?\n", text)
    divider = lines.index("---")
    found: dict[str, dict[str, list[int]]] = {}
    for line in (line.rstrip() for line in lines[:divider]):
        assert line
        if not line.startswith("  "):
            assert not line[0].isspace()
            path = line[1:-1] if line.startswith('"') and line.endswith('"') else line
            entries = found.setdefault(path, {})
            continue
        key, ranges = line[2:].split(" ", 1)
        assert re.fullmatch(r"s_[0-9a-f]{14}::t_[0-9a-f]{14}|h_[0-9a-f]{14}", key)
        numbers = [int(part) for span in ranges.split(",") for part in span.split("-")]
        assert numbers == sorted(numbers)
        assert key not in entries
        entries[key] = numbers
    assert all(found.values())
    meta = json.loads("\n".join(lines[divider + 1 :]))
    assert meta["schema_version"] == "authorship/3.0.0"
    assert isinstance(meta["base_commit_sha"], str)
    assert meta["prompts"] == {}
    for record in meta.get("sessions", {}).values():
        assert {type(record["agent_id"][field]) for field in ("tool", "id", "model")} == {str}
        assert all(isinstance(value, str) for value in record["custom_attributes"].values())
    keys = {key.split("::")[0] for entries in found.values() for key in entries}
    assert {key for key in keys if key.startswith("s_")} == meta.get("sessions", {}).keys()
    assert {key for key in keys if key.startswith("h_")} <= meta.get("humans", {}).keys()
    return found


def test_ids_are_those_of_the_standard():
    digest = hashlib.sha256(b"Alice Smith <alice@example.com>").hexdigest()
    assert human_id("Alice Smith <alice@example.com>") == f"h_{digest[:14]}"
    assert session_id("claude-code", "x") == f"s_{hashlib.sha256(b'claude:x').hexdigest()[:14]}"


def test_a_note_that_would_say_nothing_is_none():
    assert write(SHA, {b"a": spans([unknown("long")])}, SESSIONS, ADA) is None
    assert write(SHA, {}, SESSIONS, ADA) is None


@pytest.mark.parametrize(
    "said", ["", ",", ":", "t_" + "0" * 14, f"t_{'0' * 14}:h_{'0' * 14}", "x" * 100, f"{TRACES[0]}:{human_id(BO)}"]
)
def test_a_mark_of_changed_lines_that_names_nobody_changes_nothing(said):
    note = write(SHA, {b"a": spans(HANDS[:1])}, SESSIONS, ADA)
    marked = note.replace(b'"answerable.capture": "observed"', b'"answerable.modified": ' + json.dumps(said).encode())
    assert marked != note
    assert read_back(marked)[b"a", 1] == (Origin.AI, Grade.RECORDED, ("claude-code", "conversation-1"), ADA)


def test_a_path_is_plain_where_it_can_be():
    assert quoted(b"src/app.py") == b"src/app.py"
    assert quoted("src/größe.py".encode()) == "src/größe.py".encode()
    assert quoted(b"my file.py") == b'"my file.py"'
    assert quoted(b'a"b') == b'"a\\042b"'
