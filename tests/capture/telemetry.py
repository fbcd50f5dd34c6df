"""Log records as agents' exporters send them (values from the vendors' documentation), in OTLP's JSON and protobuf."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from google.protobuf.message import Message
from opentelemetry.proto.collector.logs.v1.logs_service_pb2 import ExportLogsServiceRequest
from opentelemetry.proto.common.v1.common_pb2 import KeyValue

TRACE, SPAN = "5b8efff798038103d269b633813fc60c", "eee19b7ec3c1b174"
AT = 1_780_000_000_000_000_000
HEAD = "0123456789abcdef0123456789abcdef01234567"
Sent = Mapping[str, Any]  # service, body, event, at, observed, attributes, resource


def claude(decision: str = "accept", source: str = "user_temporary", **more: Any) -> Sent:
    """Claude Code's `tool_decision`: the long name is the body, the short one an attribute."""
    attributes = {
        "event.name": "tool_decision",
        "event.timestamp": "2026-05-28T20:26:40.000Z",
        "event.sequence": 7,
        "session.id": "3f2504e0-4f89-41d3-9a0c-0305e82c3301",
        "user.email": "ada@example.com",
        "tool_name": "Edit",
        "tool_use_id": "toolu_01A09q90qw90lq917835lq9",
        "decision": decision,
        "source": source,
    }
    return _sent("claude-code", {**attributes, **more}, body="claude_code.tool_decision", at=AT)


def codex(decision: str = "approved", source: str = "User", **more: Any) -> Sent:
    """Codex's: no body, no time of its own, capitalised sources."""
    attributes = {
        "event.name": "codex.tool_decision",
        "event.timestamp": "2026-05-28T20:26:40.000Z",
        "conversation.id": "0199a213-81a0-7800-8aa1-bbab2a035a53",
        "tool_name": "apply_patch",
        "call_id": "call_bH1BxM5UcVw7RkTfO5Sg7Gzq",
        "decision": decision,
        "source": source,
        "model": "gpt-5-codex",
    }
    return _sent("codex_cli_rs", {**attributes, **more}, at=0, observed=AT)


def gemini(decision: str = "accept", given: object = None, **more: Any) -> Sent:
    """Gemini CLI's `tool_call`: no call id, the arguments as JSON with line ends."""
    attributes = {
        "event.name": "gemini_cli.tool_call",
        "session.id": "9b2b7f6e-2c19-4d3b-8df0-6ad1b6d9d1a0",
        "function_name": "write_file",
        "function_args": json.dumps(given or {"file_path": "a.py", "content": "x = 1\n"}, indent=2, ensure_ascii=False),
        "duration_ms": 12,
        "success": True,
        "decision": decision,
        "prompt_id": "9b2b7f6e########0",
        "tool_type": "native",
    }
    return _sent("gemini-cli", {**attributes, **more}, body="Tool call: write_file.", at=AT)


def copilot(outcome: str = "accepted", event: str = "edit.feedback", **more: Any) -> Sent:
    """Copilot Chat's: a file instead of a call, the session on the resource."""
    attributes = {
        "event.name": f"copilot_chat.{event}",
        "outcome": outcome,
        "language_id": "python",
        "participant": "agent",
        "request_id": "0f0c9f2e-6f0a-4a58-9d68-8a3f9d5a7a11",
        "copilot_chat.file.relative_path": "src/pay.py",
        "github.copilot.git.commit_sha": HEAD,
    }
    sent = _sent("copilot-chat", {**attributes, **more}, body=f"copilot_chat.{event}: {outcome}", at=AT)
    return {**sent, "resource": {**sent["resource"], "session.id": "window-1"}}


def as_json(*records: Sent) -> bytes:
    """A request in JSON: ids in hex, 64-bit numbers as text."""
    return json.dumps({"resourceLogs": [_resource_logs(record) for record in records]}).encode()


def as_protobuf(*records: Sent) -> bytes:
    """The same request in protobuf."""
    request = ExportLogsServiceRequest()
    for record in records:
        logs = request.resource_logs.add()
        logs.resource.attributes.extend(_pairs(record["resource"]))
        row = logs.scope_logs.add().log_records.add()
        row.time_unix_nano, row.observed_time_unix_nano = record["at"], record["observed"]
        row.trace_id, row.span_id = bytes.fromhex(TRACE), bytes.fromhex(SPAN)
        row.event_name = record["event"]
        if record["body"] is not None:
            row.body.string_value = record["body"]
        row.attributes.extend(_pairs(record["attributes"]))
    return _bytes(request)


def _sent(service: str, attributes: Mapping[str, Any], *, body: str | None = None, at: int, observed: int = 0) -> Sent:
    resource = {"service.name": service, "service.version": "2.1.0"}
    kept = {key: value for key, value in attributes.items() if value is not None}
    return {"resource": resource, "attributes": kept, "body": body, "event": "", "at": at, "observed": observed}


def _resource_logs(record: Sent) -> dict[str, Any]:
    row = {
        "timeUnixNano": str(record["at"]),
        "observedTimeUnixNano": str(record["observed"]),
        "severityNumber": 9,
        "severityText": "INFO",
        "body": None if record["body"] is None else {"stringValue": record["body"]},
        "attributes": _listed(record["attributes"]),
        "traceId": TRACE,
        "spanId": SPAN,
    }
    if record["event"]:
        row["eventName"] = record["event"]
    return {"resource": {"attributes": _listed(record["resource"])}, "scopeLogs": [{"scope": {}, "logRecords": [row]}]}


def _listed(attributes: Mapping[str, Any]) -> list[dict[str, Any]]:
    return [{"key": key, "value": _value(value)} for key, value in attributes.items()]


def _value(value: object) -> dict[str, object]:
    if isinstance(value, bool):
        return {"boolValue": value}
    if isinstance(value, int):
        return {"intValue": str(value)}
    return {"doubleValue": value} if isinstance(value, float) else {"stringValue": value}


def _pairs(attributes: Mapping[str, Any]) -> Sequence[KeyValue]:
    found = []
    for key, value in attributes.items():
        pair = KeyValue(key=key)
        if isinstance(value, bool):
            pair.value.bool_value = value
        elif isinstance(value, int):
            pair.value.int_value = value
        elif isinstance(value, float):
            pair.value.double_value = value
        else:
            pair.value.string_value = value
        found.append(pair)
    return found


def _bytes(message: Message) -> bytes:
    return bytes(message.SerializeToString())
