"""A request is read as it is, in JSON and in protobuf; one that is none is refused, and is never held in memory."""

from __future__ import annotations

import json
import sys
import tracemalloc
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from answerable.capture.otlp import parts, record
from answerable.capture.otlp.parts import Malformed, few
from answerable.capture.otlp.record import of_json, of_protobuf
from answerable.errors import ExtraMissing
from capture.telemetry import as_json, as_protobuf, claude, codex, copilot, gemini

ALL = (claude(), codex(), gemini(), copilot())


def within(*rows: Any) -> bytes:
    return json.dumps({"resourceLogs": [{"scopeLogs": [{"logRecords": list(rows)}]}]}).encode()


def message(number: int, content: bytes) -> bytes:
    length, size = len(content), b""
    while length > 127:
        size += bytes([length & 127 | 128])
        length >>= 7
    return bytes([number << 3 | 2]) + size + bytes([length]) + content


def test_json_and_protobuf_say_the_same_though_ids_are_hex_in_one_and_bytes_in_the_other() -> None:
    assert of_json(as_json(*ALL)).records == of_protobuf(as_protobuf(*ALL)).records
    assert len(of_json(as_json(*ALL)).records) == 4


def test_keys_of_json_are_taken_in_the_spelling_of_the_protocol_too() -> None:
    row = {"time_unix_nano": 5, "event_name": "e", "attributes": [{"key": "n", "value": {"int_value": "7"}}]}
    given = {"resource_logs": [{"scope_logs": [{"log_records": [row]}]}]}
    (found,) = of_json(json.dumps(given).encode()).records
    assert (found.at, found.event, found.attributes) == (5, "e", {"n": 7})


@pytest.mark.parametrize(
    "body", [b"", b"[]", b"null", b"\xff", b"{", b'{"resourceLogs":{}}', b"[" * 100_000, b"1" * 9999]
)
def test_what_is_no_request_in_json_is_refused(body: bytes) -> None:
    with pytest.raises(Malformed):
        of_json(body)


@pytest.mark.parametrize(
    "body", [b"\xff", b"\x0a\x05ab", b"\x0b", b"\x0a\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01", b"{}"]
)
def test_what_is_no_request_in_protobuf_is_refused(body: bytes) -> None:
    with pytest.raises(Malformed):
        of_protobuf(body)


def test_an_empty_request_holds_nothing() -> None:
    assert of_protobuf(b"").records == of_json(b"{}").records == []


@pytest.mark.parametrize("row", [1, None, [], {"attributes": {}}, {"attributes": [1]}, {"body": "text"},
                                 {"timeUnixNano": "x"}, {"timeUnixNano": 1.5}, {"timeUnixNano": "9" * 5000},
                                 {"attributes": [{"key": "a", "value": {"intValue": True}}]}])  # fmt: skip
def test_a_record_that_is_none_is_counted_and_hides_no_other(row: Any) -> None:
    sound = json.loads(as_json(claude()))["resourceLogs"][0]["scopeLogs"][0]["logRecords"][0]
    found = of_json(within(row, sound))
    assert (len(found.records), found.malformed) == (1, 1)


def test_resource_logs_that_are_none_are_counted_and_hide_no_others() -> None:
    given = json.loads(as_json(claude()))
    given["resourceLogs"][:0] = [7, {"scopeLogs": 7}, {"resource": {"attributes": 7}}]
    found = of_json(json.dumps(given).encode())
    assert (len(found.records), found.malformed) == (1, 3)


def test_values_that_are_no_scalars_are_left_out() -> None:
    values = [{"arrayValue": {"values": []}}, {"bytesValue": "AA=="}, {"stringValue": 7, "x": 1}, {}, None]
    rows = [{"key": f"k{n}", "value": value} for n, value in enumerate(values)]
    (found,) = of_json(within({"attributes": rows})).records
    assert found.attributes == {"k2": 7}


def test_a_request_of_more_records_than_any_exporter_sends_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(record, "MOST_RECORDS", 3)
    assert len(of_json(as_json(*ALL[:3])).records) == len(of_protobuf(as_protobuf(*ALL[:3])).records) == 3
    for read, body in ((of_json, as_json(*ALL)), (of_protobuf, as_protobuf(*ALL))):
        with pytest.raises(Malformed):
            read(body)


_MANY = 3000


@pytest.mark.parametrize(
    "body",
    [
        b"\x0a\x00" * _MANY,
        message(1, message(2, b"\x12\x00" * _MANY)),
        message(1, message(2, message(2, b"\x32\x00" * _MANY))),
        message(1, message(1, b"\x0a\x00" * _MANY)),
        message(1, message(2, message(1, b"\x1a\x00" * _MANY))),
        message(1, message(2, message(2, message(5, message(5, b"\x0a\x00" * _MANY))))),
        message(1, message(2, message(2, message(6, message(2, message(6, b"\x0a\x00" * _MANY)))))),
        message(
            1, message(2, message(2, message(5, message(6, message(1, message(2, message(5, b"\x0a\x00" * _MANY)))))))
        ),
    ],
    ids=["resources", "records", "attributes", "of a resource", "of a scope", "in a list", "in a map", "deeper"],
)
def test_empty_messages_are_counted_wherever_they_stand(body: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parts, "MOST_PARTS", _MANY - 1)
    with pytest.raises(Malformed, match="too many parts"):
        of_protobuf(body)


def test_megabytes_of_empty_messages_are_refused_before_they_take_a_hundred_times_as_much() -> None:
    body = message(1, message(2, b"\x12\x00" * (10 << 20)))
    tracemalloc.start()
    try:
        with pytest.raises(Malformed, match="too many parts"):
            of_protobuf(body)
        assert tracemalloc.get_traced_memory()[1] < 1 << 20
    finally:
        tracemalloc.stop()


def test_millions_of_empty_objects_in_json_are_refused_before_they_are_made() -> None:
    with pytest.raises(Malformed, match="too many parts"):
        of_json(b'{"resourceLogs":[' + b"{}," * 2_500_000 + b"{}]}")


def test_a_request_as_large_as_exporters_send_has_room() -> None:
    body = as_protobuf(*ALL * 512)
    few(body)
    assert len(of_protobuf(body).records) == 2048


@given(st.binary(max_size=200))
def test_any_bytes_are_read_or_refused(body: bytes) -> None:
    for read in (of_json, of_protobuf):
        try:
            read(body)
        except Malformed:
            continue


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=True) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(
        st.sampled_from(["resourceLogs", "scopeLogs", "logRecords", "resource", "attributes", "key", "value", "body",
                         "stringValue", "intValue", "timeUnixNano", "eventName"]), inner, max_size=5,
    ),
    max_leaves=20,
)  # fmt: skip


@given(_JSON)
def test_any_json_of_such_keys_is_read_or_refused(value: Any) -> None:
    for body in (value, {"resourceLogs": value}, {"resourceLogs": [{"scopeLogs": [{"logRecords": value}]}]}):
        try:
            of_json(json.dumps(body).encode())
        except Malformed:
            continue


@given(st.data())
def test_a_request_with_a_byte_changed_is_read_or_refused(data: st.DataObject) -> None:
    body = bytearray(as_protobuf(*ALL))
    for _ in range(data.draw(st.integers(1, 4))):
        body[data.draw(st.integers(0, len(body) - 1))] = data.draw(st.integers(0, 255))
    try:
        of_protobuf(bytes(body))
    except Malformed:
        return


def test_without_the_extra_it_says_which_one_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "opentelemetry.proto.collector.logs.v1.logs_service_pb2", None)
    with pytest.raises(ExtraMissing) as error:
        of_protobuf(b"")
    assert error.value.hint == "pip install 'answerable[otlp]'"
    assert of_json(b"{}").records == []
