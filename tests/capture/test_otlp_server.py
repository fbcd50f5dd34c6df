"""A real collector on loopback: exporters are answered in kind, pages of a browser are not, none holds up others."""

from __future__ import annotations

import gzip
import json
import os
import socket
import sqlite3
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from http.client import HTTPConnection, HTTPResponse
from pathlib import Path
from threading import Event, Lock
from typing import Any

import pytest
from google.protobuf.message import Message
from opentelemetry.proto.collector.logs.v1.logs_service_pb2 import ExportLogsServiceResponse
from opentelemetry.proto.collector.metrics.v1.metrics_service_pb2 import (
    ExportMetricsServiceRequest,
    ExportMetricsServiceResponse,
)
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceResponse

from answerable.capture.otlp import server as module
from answerable.capture.otlp.server import JSON, PROTOBUF, Collector
from answerable.capture.otlp_store import Decisions, of
from answerable.domain.acceptance import How
from capture.telemetry import as_json, as_protobuf, claude, codex, copilot, gemini
from ledger.serving import serving

ALL = (claude(), codex(), gemini(), copilot())
SESSION, CALL = "3f2504e0-4f89-41d3-9a0c-0305e82c3301", "toolu_01A09q90qw90lq917835lq9"


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Decisions]:
    monkeypatch.setenv("XDG_STATE_HOME", os.fspath(tmp_path))
    with Decisions(write=True) as made:
        yield made


@pytest.fixture
def collector(store: Decisions) -> Iterator[Collector]:
    made = Collector(store, port=0, seconds=2.0)
    with serving(made):
        yield made


def post(
    collector: Collector, body: bytes, kind: str = JSON, path: str = "/v1/logs", **more: str
) -> tuple[HTTPResponse, bytes]:
    connection = HTTPConnection("127.0.0.1", collector.server_port, timeout=10)
    try:
        named = {name.replace("_", "-"): value for name, value in more.items()}
        connection.request("POST", path, body, {"Content-Type": kind, **named})
        answer = connection.getresponse()
        return answer, answer.read()
    finally:
        connection.close()


@pytest.mark.parametrize(
    ("body", "kind", "answer"),
    [
        (as_json(*ALL), JSON, b"{}"),
        (as_json(*ALL), f"{JSON}; charset=utf-8", b"{}"),
        (as_protobuf(*ALL), PROTOBUF, b""),
    ],
)
@pytest.mark.parametrize("packed", [False, True])
def test_logs_are_taken_and_answered_in_kind(
    collector: Collector, body: bytes, kind: str, answer: bytes, packed: bool
) -> None:
    more = {"Content_Encoding": "gzip"} if packed else {}
    found, said = post(collector, gzip.compress(body) if packed else body, kind, **more)
    assert (found.status, found.headers["Content-Type"], said) == (200, kind.partition(";")[0], answer)
    decided = of(SESSION, CALL)
    assert decided is not None
    assert decided.how is How.HUMAN_EXPLICIT
    counts = collector.counts
    assert (counts.requests, counts.records, counts.decisions, counts.kept, counts.malformed) == (1, 4, 4, 4, 0)


def test_a_body_that_an_exporter_packs_while_it_sends_is_taken(collector: Collector) -> None:
    connection = HTTPConnection("127.0.0.1", collector.server_port, timeout=10)
    packed = gzip.compress(as_protobuf(*ALL))
    pieces = iter([packed[:10], packed[10:50], packed[50:]])
    connection.request(
        "POST", "/v1/logs", pieces, {"Content-Type": PROTOBUF, "Content-Encoding": "gzip"}, encode_chunked=True
    )
    assert connection.getresponse().status == 200
    connection.close()
    assert collector.counts.kept == 4


def test_one_connection_serves_many_requests_and_what_is_sent_again_is_kept_once(collector: Collector) -> None:
    connection = HTTPConnection("127.0.0.1", collector.server_port, timeout=10)
    for _ in range(3):
        connection.request("POST", "/v1/logs", as_json(claude()), {"Content-Type": JSON})
        answer = connection.getresponse()
        assert (answer.status, answer.read()) == (200, b"{}")
    connection.close()
    assert (collector.counts.decisions, collector.counts.kept) == (3, 1)


@pytest.mark.parametrize(
    ("path", "shape"),
    [("/v1/metrics", ExportMetricsServiceResponse()), ("/v1/traces", ExportTraceServiceResponse())],
)
def test_metrics_and_traces_are_taken_and_dropped(collector: Collector, path: str, shape: Message) -> None:
    request = ExportMetricsServiceRequest().SerializeToString()
    found, said = post(collector, request, PROTOBUF, path)
    assert found.status == 200
    shape.ParseFromString(said)
    assert post(collector, b'{"resourceSpans":[]}', JSON, path)[1] == b"{}"
    assert collector.counts.records == 0


def test_records_that_are_none_are_told_and_the_others_are_kept(collector: Collector) -> None:
    given: Any = json.loads(as_json(claude()))
    given["resourceLogs"][0]["scopeLogs"][0]["logRecords"].append(7)
    found, said = post(collector, json.dumps(given).encode())
    assert found.status == 200
    assert json.loads(said)["partialSuccess"]["rejectedLogRecords"] == "1"
    assert collector.counts.kept == 1


def test_what_is_told_in_protobuf_of_records_that_are_none_is_what_exporters_read() -> None:
    shape = ExportLogsServiceResponse.FromString(module._success(PROTOBUF, 300).body)
    assert shape.partial_success.rejected_log_records == 300
    assert shape.partial_success.error_message


@pytest.mark.parametrize(
    ("body", "kind", "more", "status"),
    [
        (b"{", JSON, {}, 400),
        (b"\xff", PROTOBUF, {}, 400),
        (b"x", JSON, {"Content_Encoding": "gzip"}, 400),
        (b"x", JSON, {"Content_Encoding": "br"}, 415),
        (b"{}", "text/plain", {}, 415),
        (b"{}", "", {}, 415),
        (b"{}", JSON, {"Origin": "https://example.com"}, 403),
        (b"{}", JSON, {"Origin": "null"}, 403),
        (gzip.compress(bytes((20 << 20) + 1)), PROTOBUF, {"Content_Encoding": "gzip"}, 413),
        (b"", JSON, {"Content_Length": str((20 << 20) + 1)}, 413),
    ],
)
def test_what_cannot_be_taken_is_refused_for_good(
    collector: Collector, body: bytes, kind: str, more: dict[str, str], status: int
) -> None:
    found, said = post(collector, body, kind, **more)
    assert found.status == status
    assert found.headers["Retry-After"] is None
    if found.headers["Content-Type"] == JSON:
        assert json.loads(said)["message"]
    assert collector.counts.kept == 0


def test_the_largest_body_that_is_taken_is_taken(collector: Collector) -> None:
    body = as_json(claude()) + b" " * ((20 << 20) - len(as_json(claude())))
    assert post(collector, gzip.compress(body), JSON, Content_Encoding="gzip")[0].status == 200
    assert collector.counts.kept == 1


def test_another_path_and_another_method_are_not_served(collector: Collector) -> None:
    assert post(collector, b"{}", path="/v1/logs/../x")[0].status == 404
    for method in ("GET", "OPTIONS", "PUT"):
        connection = HTTPConnection("127.0.0.1", collector.server_port, timeout=10)
        connection.request(method, "/v1/logs")
        answer = connection.getresponse()
        assert answer.status == 405
        assert "Access-Control-Allow-Origin" not in answer.headers
        connection.close()


def test_what_cannot_be_kept_now_is_to_be_sent_again(collector: Collector, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> int:
        raise sqlite3.OperationalError("database or disk is full")

    monkeypatch.setattr(Decisions, "add", full)
    for body, kind in ((as_json(*ALL), JSON), (as_protobuf(*ALL), PROTOBUF)):
        found, said = post(collector, body, kind)
        assert (found.status, found.headers["Retry-After"]) == (503, "5")
        assert b"cannot be kept now" in said


def test_clients_that_send_nothing_hold_up_no_other(collector: Collector) -> None:
    slow = [socket.create_connection(("127.0.0.1", collector.server_port)) for _ in range(8)]
    try:
        for one in slow:
            one.sendall(b"POST /v1/logs HTTP/1.1\r\nContent-Type: application/json\r\nContent-Length: 9\r\n\r\n{")
        assert post(collector, as_json(claude()))[0].status == 200
    finally:
        for one in slow:
            one.close()


def test_few_bodies_are_read_at_once(collector: Collector, monkeypatch: pytest.MonkeyPatch) -> None:
    at_once, most, go, lock = [0], [0], Event(), Lock()

    def take(*_: object) -> int:
        with lock:
            at_once[0] += 1
            most[0] = max(most[0], at_once[0])
            if at_once[0] == 2:
                go.set()
        go.wait(5)
        with lock:
            at_once[0] -= 1
        return 0

    monkeypatch.setattr(collector, "take", take)
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: post(collector, b"{}")[0].status, range(8)))
    assert answers == [200] * 8
    assert most[0] == 2


def test_a_collector_that_ended_writes_no_more(store: Decisions) -> None:
    made = Collector(store, port=0)
    made.server_close()
    with pytest.raises(sqlite3.OperationalError):
        made.take("/v1/logs", JSON, as_json(claude()))
    assert of(SESSION, CALL) is None


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
        b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
        b"POST /v1/logs HTTP/1.1\r\n" + b"X: y\r\n" * 200 + b"\r\n",
        b"POST /v1/logs HTTP/1.1\r\nContent-Type: " + b"a" * 100_000,
        b"POST /v1/logs HTTP/9.9\r\n\r\n",
        b"POST\r\n\r\n",
        b"POST /v1/logs HTTP/1.1\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\nffffffff\r\n",
        b"POST /v1/logs HTTP/1.1\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}GET / HTTP/1.1",
        bytes(range(256)) * 50,
    ],
)
def test_whatever_comes_to_the_port_the_next_is_served(collector: Collector, raw: bytes) -> None:
    address = ("127.0.0.1", collector.server_port)
    with socket.create_connection(address, timeout=10) as one, suppress(OSError):  # it may have had enough
        one.sendall(raw)
        one.shutdown(socket.SHUT_WR)
        while one.recv(65536):
            pass
    assert post(collector, as_json(claude()))[0].status == 200
    assert collector.counts.kept == 1
