"""A witness over real HTTP on loopback, hostile clients included."""

from __future__ import annotations

import http.client
import select
import socket
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path

import pytest

from answerable.ledger.checkpoint import cosignatures
from answerable.ledger.witness import LONGEST_REQUEST, Witness
from answerable.ledger.witness_server import WitnessServer
from ledger.serving import serving
from ledger.signers import FIRST, ORIGIN
from ledger.witnessed import NOW, OTHER_STORY, STORY, body, note, witness

SOON = 0.3  # seconds a client has in the tests of slow ones


@pytest.fixture
def known(tmp_path: Path) -> Witness:
    return witness(tmp_path)


@pytest.fixture
def url(known: Witness) -> Iterator[str]:
    """The address of a witness that has seen nothing yet."""
    with serving(WitnessServer(known, "127.0.0.1", 0)) as address:
        yield address


@pytest.fixture
def impatient(known: Witness) -> Iterator[str]:
    """The address of a witness that waits for a moment only, and for three clients at once."""
    with serving(WitnessServer(known, "127.0.0.1", 0, seconds=SOON, connections=3)) as address:
        yield address


def connect(url: str) -> socket.socket:
    host, port = url.removeprefix("http://").split(":")
    return socket.create_connection((host, int(port)), timeout=20)


def answered(connection: socket.socket) -> bytes:
    """All that the server sends until it closes."""
    pieces = []
    while piece := connection.recv(65_536):
        pieces.append(piece)
    return b"".join(pieces)


def say(url: str, text: bytes) -> bytes:
    """Send bytes and return all that comes back."""
    with connect(url) as connection:
        connection.sendall(text)
        connection.shutdown(socket.SHUT_WR)
        return answered(connection)


def post(url: str, request: bytes, path: str = "/add-checkpoint") -> tuple[int, str, bytes]:
    connection = http.client.HTTPConnection(url.removeprefix("http://"), timeout=20)
    try:
        connection.request("POST", path, request)
        response = connection.getresponse()
        return response.status, response.headers["Content-Type"], response.read()
    finally:
        connection.close()


def test_the_answers_of_the_witness_are_those_over_http(url: str) -> None:
    status, kind, lines = post(url, body(0, 8))
    assert (status, kind) == (200, "text/plain; charset=utf-8")
    assert cosignatures(note(8) + lines.decode(), [FIRST.vkey]) == [(FIRST.key.name, NOW)]
    assert post(url, body(0, 9)) == (409, "text/x.tlog.size", b"8\n")
    assert post(url, body(8, 9, OTHER_STORY))[0] == 422
    assert post(url, b"junk")[0] == 400


def test_one_connection_serves_many_requests(url: str) -> None:
    connection = http.client.HTTPConnection(url.removeprefix("http://"), timeout=20)
    connection.connect()
    kept = connection.sock
    for size in range(1, 9):
        connection.request("POST", "/add-checkpoint", body(size - 1, size))
        response = connection.getresponse()
        assert (response.status, response.read()[:3]) == (200, "—".encode())
        assert connection.sock is kept
    connection.close()


def test_two_submissions_at_once_get_one_cosignature_and_one_conflict(url: str) -> None:
    post(url, body(0, 1))
    with ThreadPoolExecutor(2) as pool:
        for size in range(2, len(STORY)):
            requests = [body(size - 1, size)] * 2
            statuses = [reply[0] for reply in pool.map(lambda request: post(url, request), requests)]
            assert sorted(statuses) == [200, 409]


@pytest.mark.parametrize("path", ["/", "/add-checkpoint/", "/add-checkpoint?x", "/sign-subtree", "*"])
def test_only_one_path_is_served(url: str, path: str) -> None:
    assert post(url, body(0, 8), path)[0] == 404


@pytest.mark.parametrize("method", ["GET", "HEAD", "PUT", "DELETE", "OPTIONS", "PATCH", "TRACE", "JUNK"])
def test_only_post_is_served(url: str, method: str) -> None:
    said = say(url, f"{method} /add-checkpoint HTTP/1.1\r\nHost: a\r\n\r\n".encode())
    assert said.startswith(b"HTTP/1.1 405 ")
    assert b"\r\nAllow: POST\r\n" in said


def test_a_body_as_long_as_allowed_is_read_and_a_longer_one_is_not_waited_for(url: str) -> None:
    assert post(url, b"x" * LONGEST_REQUEST)[0] == 400
    head = f"POST /add-checkpoint HTTP/1.1\r\nHost: a\r\nContent-Length: {LONGEST_REQUEST + 1}\r\n\r\n"
    with connect(url) as connection:
        connection.sendall(head.encode())
        assert answered(connection).startswith(b"HTTP/1.1 413 ")


@pytest.mark.parametrize(
    "headers",
    [
        *("", "Transfer-Encoding: chunked\r\n", "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n"),
        *("Content-Length: -1\r\n", "Content-Length: 5\r\nContent-Length: 6\r\n", "Content-Length: +5\r\n"),
        *("Content-Length: 0x5\r\n", "Content-Length: 5, 5\r\n", "Content-Length: " + "9" * 500 + "\r\n"),
    ],
)
def test_a_body_without_one_plain_length_is_refused(url: str, headers: str) -> None:
    smuggled = "POST /add-checkpoint HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n"
    said = say(url, f"POST /add-checkpoint HTTP/1.1\r\nHost: a\r\n{headers}\r\n{smuggled}".encode())
    assert said.startswith(b"HTTP/1.1 411 ")
    assert said.count(b"HTTP/1.1 ") == 1, "what follows must not be read as another request"


def test_a_body_that_ends_early_is_refused(url: str) -> None:
    request = body(0, 8)
    head = f"POST /add-checkpoint HTTP/1.1\r\nHost: a\r\nContent-Length: {len(request)}\r\n\r\n".encode()
    assert say(url, head + request[:-1]).startswith(b"HTTP/1.1 400 ")


@pytest.mark.parametrize(
    "junk",
    [
        *(b"", b"\r\n", b"\0" * 4000, b"GET\r\n\r\n", b"POST /add-checkpoint HTTP/9.9\r\n\r\n", b"\xff\xfe\r\n\r\n"),
        *(b"A" * 100_000, b"POST /add-checkpoint HTTP/1.1\r\n" + b"a: b\r\n" * 500 + b"\r\n"),
        *(b"POST /add-checkpoint HTTP/1.1\r\n" + b"a" * 100_000, b"POST /add-checkpoint HTTP/1.1\r\n: \r\n\r\n"),
    ],
    ids=range(10),
)
def test_junk_on_the_line_is_answered_or_dropped_and_harms_nobody(url: str, junk: bytes) -> None:
    with suppress(OSError):  # dropped while there was more to send
        assert b" 200 " not in say(url, junk)
    assert post(url, body(0, 8))[0] == 200


def test_no_answer_tells_what_the_server_is_made_of(url: str) -> None:
    assert b"Python" not in say(url, b"GET / HTTP/1.1\r\n\r\n")


@pytest.mark.parametrize(
    "begun",
    [b"", b"POST /add-ch", b"POST /add-checkpoint HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\nold"],
    ids=["nothing", "half a line", "half a body"],
)
def test_a_client_that_stops_is_dropped_when_its_time_is_over(impatient: str, begun: bytes) -> None:
    with connect(impatient) as connection:
        connection.sendall(begun)
        assert b" 200 " not in answered(connection)


@pytest.mark.parametrize("head", [b"", b"POST /add-checkpoint HTTP/1.1\r\nHost: a\r\nContent-Length: 90000\r\n\r\n"])
def test_a_client_that_drips_gains_nothing_by_it(impatient: str, head: bytes) -> None:
    """Each byte is in time; all of them together are not."""
    with connect(impatient) as connection:
        connection.sendall(head)
        for _ in range(2000):
            ready, _, _ = select.select([connection], [], [], SOON / 20)
            if ready:
                break
            connection.sendall(b"a")
        assert ready, "the server still listens"


def test_a_slow_client_does_not_keep_others_waiting(url: str) -> None:
    with connect(url) as slow:
        slow.sendall(b"POST /add-checkpoint HTTP/1.1\r\nContent-Length: 9\r\n\r\n")
        assert post(url, body(0, 8))[0] == 200


def test_more_connections_than_allowed_are_closed_and_a_place_is_free_again_later(impatient: str) -> None:
    held = [connect(impatient) for _ in range(3)]
    for connection in held:  # an answer proves that the server has taken it up
        connection.sendall(b"POST / HTTP/1.1\r\nContent-Length: 0\r\nConnection: keep-alive\r\n\r\n"[:10])
    with connect(impatient) as refused:
        assert refused.recv(10) == b""
    for connection in held:
        answered(connection)
        connection.close()
    assert post_until_taken(impatient) == 200


def post_until_taken(url: str) -> int:
    """A thread counts as free a moment after its client saw the end; each try is a real connection."""
    while True:
        try:
            return post(url, body(0, 8))[0]
        except (http.client.HTTPException, ConnectionError):
            continue


def test_a_state_that_cannot_be_used_is_an_error_of_the_server_that_tells_nothing(known: Witness, url: str) -> None:
    post(url, body(0, 8))
    known.slot(ORIGIN).path.write_text("junk")
    status, _, said = post(url, body(8, 9))
    assert status == 500
    assert b"/" not in said
