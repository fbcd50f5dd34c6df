"""A webhook may be anything: what it answers is bounded in time and in bytes, and acknowledges nothing by accident."""

from __future__ import annotations

import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from threading import Event, Thread
from typing import Any

import pytest

from answerable.errors import UsageError
from answerable.incident.drill.webhook import Webhook
from incident.drill.pager import acknowledges, pager
from incident.drill.test_walk import ADA, CALLS
from ledger.serving import answering, reply

ABOUT = {"path": "shop/auth/limit.py", "line": 7}


def said(answer: bytes) -> Any:
    with answering(answer) as url:
        return Webhook(url, ABOUT, seconds=5).call("c-1", 1, CALLS[:1])


def test_those_called_are_told_what_it_is_about_and_that_it_is_a_drill() -> None:
    heard: list[dict[str, Any]] = []
    with pager(acknowledges("ada", asked=1), heard) as url:
        hook = Webhook(url, ABOUT)
        assert (hook.call("c-1", 1, CALLS[1:3]).by, hook.ask("c-1").by) == (None, "ada")
    call, ask = heard
    assert (call["schema"], call["event"], call["drill"], call["call"]) == (
        "answerable/drill-call/v1", "call", True, "c-1",
    )  # fmt: skip
    assert [one["target"] for one in call["notify"]] == ["identity", "shop"]
    assert call["notify"][0]["people"][0] == {
        "id": "ada", "name": "Ada Marlow", "contact": None, "pagerduty": "P1", "forge": ["ada-m"],
    }  # fmt: skip
    assert (call["about"], call["after"]) == (ABOUT, 15)
    assert ask == {"schema": "answerable/drill-call/v1", "event": "ask", "drill": True, "call": "c-1"}


def test_an_empty_answer_takes_the_call() -> None:
    assert said(reply(204, b"")).taken
    assert said(reply(200, b"null")).taken
    assert said(reply(200, b'{"acknowledged": null}')).problem is None


@pytest.mark.parametrize("status", [100, 199, 301, 302, 307, 401, 404, 429, 500, 503])
def test_any_other_status_does_not(status: int) -> None:
    body = b'{"acknowledged": {"by": "ada", "call": "c-1"}}'
    found = said(reply(status, body, more="Location: http://127.0.0.1:9/\r\n"))
    assert (found.taken, found.by) == (False, None)
    assert found.problem


@pytest.mark.parametrize(
    "body",
    [
        b"ok", b"{", b"\xff\xfe", b"[" * 100_000, b'{"acknowledged": true}', b'{"acknowledged": "ada"}',
        b'"acknowledged"', b'{"acknowledged": {"by": "ada"}}', b'{"acknowledged": {"by": 1, "call": "c-1"}}',
        b'{"acknowledged": {"by": " ", "call": "c-1"}}', b'{"acknowledged": {"by": ["ada"], "call": "c-1"}}',
        b'{"acknowledged": [{"by": "ada", "call": "c-1"}]}',
    ],
)  # fmt: skip
def test_what_does_not_say_who_and_which_call_acknowledges_nothing(body: bytes) -> None:
    found = said(reply(200, body, "application/json"))
    assert found.by is None


def test_an_answer_without_end_ends() -> None:
    found = said(b"HTTP/1.1 200 OK\r\nContent-Length: 99999999\r\n\r\n" + b"x" * 300_000)
    assert not found.taken
    assert "more than" in found.problem


def test_what_is_no_http_is_no_answer() -> None:
    found = said(b"220 smtp ready\r\n")
    assert not found.taken
    assert found.problem


@contextmanager
def dripping() -> Iterator[str]:
    """A service whose headers come a byte at a time and never end."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(5)
        over = Event()

        def drip() -> None:
            with suppress(OSError):
                client, _ = server.accept()
                with client:
                    client.sendall(b"HTTP/1.1 200 OK\r\nX: ")
                    while not over.wait(0.01):
                        client.sendall(b"x")

        thread = Thread(target=drip)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.getsockname()[1]}"
        finally:
            over.set()
            thread.join()


def test_headers_that_drip_are_not_waited_for() -> None:
    with dripping() as url:
        began = time.monotonic()
        found = Webhook(url, ABOUT, seconds=0.3).call("c-1", 1, CALLS[:1])
        assert time.monotonic() - began < 4
    assert (found.taken, found.problem) == (False, "127.0.0.1 took longer than 0.3 seconds")


def test_nobody_there_is_a_call_that_is_not_taken() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    found = Webhook(f"http://127.0.0.1:{port}", ABOUT).call("c-1", 1, CALLS[:1])
    assert not found.taken


@pytest.mark.parametrize(
    "url",
    [
        "http://pager.example/x", "ftp://127.0.0.1/x", "file:///etc/passwd", "pager", "", "http://", "http://[::1",
        "http://127.0.0.1.pager.example/", "http://10.0.0.1/", "http://0.0.0.0/", "javascript:alert(1)",
        "https://ada:secret@pager.example/",
    ],
)  # fmt: skip
def test_names_of_people_go_out_in_clear_to_this_machine_alone(url: str) -> None:
    with pytest.raises(UsageError):
        Webhook(url, ABOUT)


def test_only_the_host_of_an_address_is_ever_told() -> None:
    hook = Webhook("https://pager.example/T0/B0/secret?key=secret", ABOUT)
    assert hook.host == "pager.example"
    assert ADA.name
