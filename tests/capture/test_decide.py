"""What is signed about any commit: it covers just what agents wrote, fits into entries, and claims nothing more."""

from __future__ import annotations

import json
from collections.abc import Mapping

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from hypothesis import given
from hypothesis import strategies as st

from answerable.capture.acceptance import Accepted
from answerable.capture.commit import Told
from answerable.capture.completeness import MOST_GAPS, completeness
from answerable.capture.decide import About, decisions, fitted, moment, plain
from answerable.capture.lines.hand import Hand, agent, mixed, person, unknown
from answerable.capture.recorder import Recorder
from answerable.capture.replay import Session, session_id
from answerable.capture.rows import MOST_BYTES, MOST_ROWS, Row, rows
from answerable.domain.acceptance import How
from answerable.domain.decision import Decision, Kind, PrincipalType
from answerable.git.quoting import quoted, unquoted
from answerable.ledger.admission import check
from answerable.ledger.envelope import decode, sign
from answerable.ledger.keys import load_signer
from answerable.ledger.statement import read_statement
from answerable.provenance.digests import digest_of_lines

SHA = "a" * 40
ADA, BO = "Ada <ada@example.com>", "Bo <bo@example.com>"
SESSIONS = {
    session_id(tool, name): Session(tool=tool, conversation=name, model="opus 4.7", version="2.1")
    for tool, name in (("claude-code", "one"), ("codex", "two"))
}
FIRST, SECOND = SESSIONS
ON = completeness(0, 3, ())


@pytest.fixture(scope="module")
def recorder(tmp_path_factory: pytest.TempPathFactory) -> Recorder:
    file = tmp_path_factory.mktemp("keys") / "recorder"
    file.touch(0o600)
    private = Ed25519PrivateKey.generate()
    file.write_bytes(private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    signer = load_signer(file)
    return Recorder(signer, signer.public)


def about(told: Mapping[bytes, Told], contents: Mapping[bytes, bytes], **more: object) -> About:
    said = {
        "sha": SHA, "at": 1_700_000_000 * 10**9, "told": told, "complete": ON, "blob": contents.get,
        "sessions": SESSIONS, "person": ADA, "accepted": lambda _: Accepted(),
    }  # fmt: skip
    return About(**(said | more))  # type: ignore[arg-type]


def through(recorder: Recorder, found: list[Decision]) -> list[Decision]:
    """The decisions as a stranger reads them, and as a ledger takes them."""
    read = []
    for one in found:
        data = sign(one, [recorder.signer]).encode()
        check(one, data)
        read.append(read_statement(decode(data).payload))
    assert read == found
    return read


TRACES = ("t_" + "1" * 14, "t_" + "2" * 14, "t_" + "3" * 14)
HANDS = st.sampled_from(
    [
        *(agent(name, trace) for name in SESSIONS for trace in TRACES),
        *(mixed(agent(name, TRACES[0]), person(who)) for name in SESSIONS for who in (ADA, BO)),
        person(ADA),
        unknown("first-seen"),
        Hand(kind=agent("x").kind, rule="no-session"),
    ]
)
PATHS = st.sampled_from([b"a.py", b"src/b c.py", b'"quoted".py', b"\xff\xfe.bin", "größe.py".encode(), b"c\x07.py"])
FILES = st.dictionaries(PATHS, st.lists(HANDS, min_size=1, max_size=12), max_size=4)


def _told(files: dict[bytes, list[Hand]]) -> tuple[dict[bytes, Told], dict[bytes, bytes]]:
    told = {path: tuple(((n, n), hand) for n, hand in enumerate(hands, 1)) for path, hands in files.items()}
    contents = {path: b"".join(b"line %d\n" % n for n in range(len(hands))) for path, hands in files.items()}
    return told, contents


def _covered(found: list[Decision], kind: Kind) -> list[tuple[bytes, int, str, str | None]]:
    lines = []
    for one in found:
        if one.kind is kind:
            assert one.agent is not None
            for row in one.details["lines"]:
                path = unquoted(row["path"].encode("utf-8", "surrogateescape"))
                said = str(one.agent.session)
                lines += [(path, n, said, row.get("changedBy")) for n in range(row["start"], row["end"] + 1)]
    return sorted(lines, key=str)


@given(files=FILES, data=st.data())
def test_every_line_of_an_agent_is_signed_once_and_no_other(
    recorder: Recorder, files: dict[bytes, list[Hand]], data: st.DataObject
) -> None:
    told, contents = _told(files)
    known = {
        trace: Accepted(how=how, source=source, at=at)
        for trace in TRACES
        for how, source, at in [
            data.draw(
                st.tuples(
                    st.sampled_from(How), st.sampled_from([None, "x", "tool_decision:accept"]), st.integers(1, 10**19)
                )
            )
        ]
    }
    found = through(recorder, decisions(about(told, contents, accepted=lambda row: known[row.trace]), recorder))
    expected = sorted(
        (
            (
                path,
                n,
                SESSIONS[hand.session].conversation,
                None if hand.person is None else hand.person[4:-1].strip("<"),
            )
            for path, hands in files.items()
            for n, hand in enumerate(hands, 1)
            if hand.session in SESSIONS
        ),
        key=str,
    )
    assert _covered(found, Kind.GENERATE) == _covered(found, Kind.ACCEPT) == expected
    for one in found:
        assert one.principal.type is PrincipalType.SERVICE
        if one.kind is Kind.ACCEPT:
            changed = {"changedBy" in row for row in one.details["lines"]}
            assert changed == {one.details["state"] == "modified"}
        for row in one.details.get("lines", ()):
            path = unquoted(row["path"].encode("utf-8", "surrogateescape"))
            assert row["digest"] == digest_of_lines(contents[path], row["start"], row["end"])
    assert sum(one.kind is Kind.ATTEST for one in found) == (not expected)


@given(files=FILES)
def test_a_person_is_named_only_where_a_person_decided(recorder: Recorder, files: dict[bytes, list[Hand]]) -> None:
    told, contents = _told(files)
    for how in How:
        found = decisions(about(told, contents, accepted=lambda _, how=how: Accepted(how=how)), recorder)
        for one in found:
            if one.kind is Kind.ACCEPT:
                decided = how in (How.HUMAN_EXPLICIT, How.STANDING_GRANT, How.HUMAN_REJECT)
                assert (one.principal.on_behalf_of is not None) == decided


def test_what_a_person_changed_before_it_was_let_in_is_modified(recorder: Recorder) -> None:
    told: dict[bytes, Told] = {b"a": (((1, 1), agent(FIRST)),)}
    found = decisions(about(told, {b"a": b"x\n"}, accepted=lambda _: Accepted(modified=True)), recorder)
    assert [one.details["state"] for one in found if one.kind is Kind.ACCEPT] == ["modified"]


def test_however_much_it_is_each_decision_fits(recorder: Recorder) -> None:
    long = b"a" * 900
    told: dict[bytes, Told] = {
        b"%s/%04d.py" % (long, n): tuple(((line, line), agent(FIRST, TRACES[0])) for line in range(1, 12, 2))
        for n in range(60)
    }
    found = decisions(about(told, dict.fromkeys(told, b"x\n" * 20)), recorder)
    through(recorder, found)
    parts = [one.details for one in found if one.kind is Kind.GENERATE]
    assert [one["part"]["number"] for one in parts] == list(range(1, len(parts) + 1))
    assert sum(len(one["lines"]) for one in parts) == 360
    assert all(len(one["lines"]) <= MOST_ROWS for one in parts)
    assert all(len(json.dumps(one["lines"])) <= MOST_BYTES + 2_000 for one in parts)


def test_lines_beside_each_other_are_one_row_whatever_call_wrote_them(recorder: Recorder) -> None:
    told: dict[bytes, Told] = {b"a.py": tuple(((n, n), agent(FIRST, TRACES[n % 3])) for n in range(1, 10))}
    (made, accept) = decisions(about(told, {b"a.py": b"x\n" * 9}), recorder)
    assert [(row["start"], row["end"]) for row in made.details["lines"]] == [(1, 9)]
    assert [(row["start"], row["end"]) for row in accept.details["lines"]] == [(1, 9)]
    assert "part" not in made.details


def test_lines_that_are_not_in_the_commit_are_not_signed(recorder: Recorder) -> None:
    told: dict[bytes, Told] = {
        b"a.py": (((1, 1), agent(FIRST)), ((9, 9), agent(FIRST))),
        b"b.py": (((1, 1), agent(FIRST)),),
    }
    made = decisions(about(told, {b"a.py": b"x\n"}), recorder)[0]
    assert [(row["path"], row["start"]) for row in made.details["lines"]] == [("a.py", 1)]


def test_of_a_session_that_nothing_is_known_of_the_tool_is_unknown(recorder: Recorder) -> None:
    (made, _) = through(recorder, decisions(about({b"a": (((1, 1), agent("s_x")),)}, {b"a": b"x\n"}), recorder))
    assert made.agent is not None
    assert made.agent.tool == "unknown"


@pytest.mark.parametrize(
    ("given_words", "read"),
    [
        ("opus 4.7", "opus 4.7"),
        ("a\nb\x00c", "abc"),
        ("  ", None),
        (None, None),
        ("", None),
        ("x" * 500, "x" * 200),
        ("ghp_" + "aB3dE6gH9jK2mN5pQ8sT1vW4yZ7bC0dF3gJ6", None),
        ("\ud800x", "x"),
    ],
)
def test_names_that_agents_give_are_made_plain(given_words: str | None, read: str | None) -> None:
    assert plain(given_words) == read


@pytest.mark.parametrize("at", [-1, 0, 1, 10**18, 2**70])
def test_no_moment_is_to_come_or_before_time_began(at: int) -> None:
    assert "1970-01-01T00:00:00Z" <= moment(at) <= "2100"


def test_what_was_carried_is_cut_until_it_fits_and_counted(recorder: Recorder) -> None:
    row = {"path": "x" * 200, "start": 1, "end": 2, "rule": "gone"}
    kept = {"path": "x" * 200, "start": 1, "end": 2, "from": {"start": 1}}
    carry = {"from": "b" * 40, "to": SHA, "rule": "amended", "kept": [kept] * 300, "dropped": [row] * 300}
    carried = {"carry": [carry] * 3, "unknown": [row] * 300}
    cut = fitted(carried)
    (only,) = through(recorder, decisions(about({}, {}, carried=carried), recorder))
    assert only.details.items() >= cut.items()
    assert len(json.dumps(cut)) <= MOST_BYTES
    assert cut["more"] + len(cut["unknown"]) == 300
    for one in cut["carry"]:
        assert one["more"] + len(one["kept"]) + len(one["dropped"]) == 600
    whole = {"carry": [{**carry, "kept": [kept], "dropped": []}], "unknown": []}
    assert fitted(whole) == whole
    assert fitted({}) == {}


def test_a_commit_that_was_not_made_here_is_not_attested(recorder: Recorder) -> None:
    assert decisions(about({}, {}, made_here=False), recorder) == []
    assert decisions(about({}, {}, complete=completeness(0, 3, (), on=False)), recorder) == []
    (only,) = decisions(about({}, {}, complete=completeness(0, 3, [(2, 2)]), no_note=True), recorder)
    assert only.details["completeness"]["recorder"] == "gap"
    assert only.details["note"] == "none"


def test_too_many_gaps_are_told_as_more_than_there_are(recorder: Recorder) -> None:
    gaps = [(n, n) for n in range(2, 900, 3)]
    complete = completeness(0, 1_000, gaps)
    (only,) = through(recorder, decisions(about({}, {}, complete=complete), recorder))
    missing = only.details["completeness"]["events"]["missing"]
    assert len(missing) == MOST_GAPS
    told = {n for one in missing for n in range(one["first"], one["last"] + 1)}
    assert told >= {n for n, _ in gaps}


def test_the_rows_of_a_path_that_looks_like_a_secret_are_left_out() -> None:
    name = b"ghp_" + b"aB3dE6gH9jK2mN5pQ8sT1vW4yZ7bC0dF3gJ6"
    told: dict[bytes, Told] = {name: (((1, 1), agent(FIRST)),), b"a": (((1, 2), agent(FIRST, "t")),)}
    assert rows(told) == [Row(path=b"a", start=1, end=2, session=FIRST, trace="t")]


def test_a_path_is_written_as_it_is_read() -> None:
    for path in (b"a.py", b'"a".py', b"\xff", b'"'):
        assert unquoted(quoted(path).encode("utf-8", "surrogateescape")) == path
