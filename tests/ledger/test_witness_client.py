"""The log's side of the witness protocol, against a real witness and against services that lie."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from answerable.errors import UsageError, WitnessRefused
from answerable.ledger.checkpoint import cosignatures
from answerable.ledger.http_post import LONGEST_ANSWER
from answerable.ledger.witness import Witness
from answerable.ledger.witness_client import SizeConflict, cosign
from answerable.ledger.witness_client import witness as ask
from answerable.ledger.witness_server import WitnessServer
from ledger.serving import answering, reply, serving
from ledger.signers import FIRST, ORIGIN, SECOND
from ledger.witnessed import NOW, OTHER_STORY, note, proof, witness

SOON = 0.3  # seconds a witness has in the test of a silent one


@pytest.fixture
def known(tmp_path: Path) -> Witness:
    return witness(tmp_path)


@pytest.fixture
def url(known: Witness) -> Iterator[str]:
    """The address of a witness that has seen nothing yet."""
    with serving(WitnessServer(known, "127.0.0.1", 0)) as address:
        yield address


def test_a_witness_that_knows_nothing_cosigns_at_the_first_question(url: str) -> None:
    (line,) = ask(url, note(8), [FIRST.vkey], lambda old: proof(old, 8))
    assert cosignatures(note(8) + line, [FIRST.vkey]) == [(FIRST.key.name, NOW)]


def test_a_witness_that_is_behind_is_given_the_proof_it_needs(url: str) -> None:
    ask(url, note(3), [FIRST.vkey], lambda old: proof(old, 3))
    for known_size in (0, 3, 5):
        assert ask(url, note(8), [FIRST.vkey], lambda old: proof(old, 8), old_size=known_size)


def test_a_slash_after_the_address_makes_no_difference(url: str) -> None:
    assert cosign(url + "/", note(8), 0, [])


def test_the_size_of_the_witness_is_told(url: str) -> None:
    cosign(url, note(8), 0, [])
    with pytest.raises(SizeConflict) as caught:
        cosign(url, note(12), 3, proof(3, 12))
    assert caught.value.size == 8


def test_a_rolled_back_log_is_told_so(url: str) -> None:
    cosign(url, note(8), 0, [])
    with pytest.raises(WitnessRefused, match="has cosigned 8 entries of this log, which now has 5: the log was rolled"):
        ask(url, note(5), [FIRST.vkey], lambda old: proof(old, 5))


def test_a_forked_log_is_refused(url: str) -> None:
    cosign(url, note(8), 0, [])
    with pytest.raises(WitnessRefused, match="answered 422"):
        ask(url, note(12, OTHER_STORY), [FIRST.vkey], lambda old: proof(old, 12, OTHER_STORY))


def test_a_cosignature_by_another_key_than_asked_for_is_dropped(url: str) -> None:
    with pytest.raises(WitnessRefused, match="a key that is not known"):
        ask(url, note(8), [SECOND.vkey], lambda old: proof(old, 8))


LINE = FIRST.sign("log.example/other\n", NOW).line.encode()  # good, but over another text


@pytest.mark.parametrize(
    "answer",
    [
        *(b"", b"junk", b"HTTP/1.1 200 OK\r\n\r\n", reply(200, b""), reply(200, b"junk\n"), reply(200, LINE)),
        *(reply(200, b"\xff\n"), reply(200, LINE[:-1]), reply(200, LINE * 200), reply(204, b""), reply(500, b"oh\n")),
        *(reply(200, b"x" * (LONGEST_ANSWER + 1)), reply(404, b"\x1b[31mred\n"), reply(403, b"no\n")),
        reply(200, LINE).replace(b"Content-Length: ", b"Content-Length: 9"),
        reply(409, b"8\n"),
        *(reply(409, size, "text/x.tlog.size") for size in (b"", b"8", b"08\n", b"-8\n", b"8\n8\n", b"\xd9\xa8\n")),
    ],
    ids=range(22),
)
def test_whatever_a_witness_answers_no_cosignature_is_made_of_it(answer: bytes) -> None:
    with answering(answer) as url, pytest.raises(WitnessRefused) as caught:
        ask(url, note(8), [FIRST.vkey], lambda old: proof(old, 8), seconds=5)
    assert not isinstance(caught.value, SizeConflict)
    assert "\x1b" not in str(caught.value)


def test_a_witness_that_changes_its_mind_forever_is_asked_twice() -> None:
    heard: list[bytes] = []
    with answering(reply(409, b"3\n", "text/x.tlog.size"), heard) as url, pytest.raises(SizeConflict):
        ask(url, note(8), [FIRST.vkey], lambda old: proof(old, 8))
    assert [request.partition(b"\n")[0] for request in heard] == [b"old 0", b"old 3"]


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_is_not_followed(url: str, known: Witness, status: int) -> None:
    answer = reply(status, b"", more=f"Location: {url}/add-checkpoint\r\n")
    with answering(answer) as elsewhere, pytest.raises(WitnessRefused, match=f"answered {status}"):
        cosign(elsewhere, note(8), 0, [])
    assert known.slot(ORIGIN).checkpoint() is None


def test_an_answer_without_end_is_cut_off() -> None:
    endless = b"HTTP/1.1 200 OK\r\n\r\n" + b"x" * (LONGEST_ANSWER * 4)
    with answering(endless) as url, pytest.raises(WitnessRefused, match="more than"):
        cosign(url, note(8), 0, [])


def test_an_answer_that_breaks_off_is_not_used() -> None:
    longer = reply(200, LINE).replace(b"Content-Length: ", b"Content-Length: 9")
    with answering(longer) as url, pytest.raises(WitnessRefused, match="ended early"):
        cosign(url, note(8), 0, [])


def test_a_witness_that_never_answers_is_given_up() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent, pytest.raises(WitnessRefused, match="timed out"):
        cosign(f"http://127.0.0.1:{silent.getsockname()[1]}", note(8), 0, [], seconds=SOON)


def test_a_witness_that_is_not_there_is_said_so() -> None:
    with socket.create_server(("127.0.0.1", 0)) as gone:
        port = gone.getsockname()[1]
    with pytest.raises(WitnessRefused, match=r"no usable answer from 127\.0\.0\.1"):
        cosign(f"http://127.0.0.1:{port}", note(8), 0, [])


@pytest.mark.parametrize(
    "address",
    [
        *("file:///etc/passwd", "ftp://a.example", "data:,x", "gopher://a", "javascript:1", "", "a.example", "//a"),
        *("http://", "http:///x", "http://a b", "http://a\r\nX: y", "http://[::1", "http://a:x", "http://ä.example"),
    ],
)
def test_only_an_http_address_is_asked(address: str) -> None:
    with pytest.raises(UsageError, match="http"):
        cosign(address, note(8), 0, [])


def test_a_note_that_is_cosigned_already_can_be_sent_to_a_witness(url: str) -> None:
    (line,) = ask(url, note(8), [FIRST.vkey], lambda old: proof(old, 8))
    assert cosign(url, note(8) + line, 8, [])
