"""Whatever comes in becomes an alert or one clear error; nothing of it is believed that is not of its type."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from answerable.errors import AlertInvalid
from answerable.incident.alerts import MOST_BYTES, alert, read_alert
from answerable.incident.alerts.trace import thrown

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=10), inner, max_size=4),
    max_leaves=15,
)
KNOWN = st.sampled_from([
    "event", "data", "event_id", "event_type", "exception", "values", "stacktrace", "frames", "tags", "alerts",
    "labels", "annotations", "startsAt", "receiver", "groupKey", "commonLabels", "title", "service", "priority",
    "summary", "type", "release", "environment", "datetime", "timestamp", "lineno", "filename", "abs_path", "level",
])  # fmt: skip
SHAPED = st.recursive(
    VALUES | st.just("incident.triggered"),
    lambda inner: st.dictionaries(KNOWN, inner, max_size=6) | st.lists(inner, max_size=4),
    max_leaves=25,
)


@given(st.dictionaries(KNOWN, SHAPED, max_size=6))
def test_no_json_is_too_odd_to_be_read(found: dict[str, Any]) -> None:
    read = read_alert(json.dumps(found).encode())
    assert all(frame.line is None or frame.line > 0 for frame in read.frames)
    assert read.at is None or read.at.endswith("Z")
    assert read.severity in (None, *alert.SEVERITIES)
    assert all(link.startswith(("http://", "https://")) for link in read.links)


@given(st.binary(min_size=1, max_size=300))
def test_no_bytes_are_too_odd_to_be_read(data: bytes) -> None:
    if data.strip():
        read_alert(data)


def test_json_lines_of_a_log_are_a_log() -> None:
    rows = [{"level": "error", "stack": "Error: x\n    at run (src/app.js:3:4)"}, {"level": "info"}]
    read = read_alert("\n".join(map(json.dumps, rows)).encode())
    assert (read.source, [frame.path for frame in read.frames]) == ("trace", ["src/app.js"])


def test_json_that_is_nested_too_deep_is_a_log_without_frames() -> None:
    assert read_alert(b'{"a":' * 50_000).frames == ()


@pytest.mark.parametrize("data", [b"", b" \n\t", b"x" * (MOST_BYTES + 1)], ids=["empty", "blank", "large"])
def test_what_holds_nothing_or_too_much_is_refused(data: bytes) -> None:
    with pytest.raises(AlertInvalid):
        read_alert(data)


@pytest.mark.parametrize(("text", "at"), [
    ("2026-06-11T02:13:07Z ERROR x", "2026-06-11T02:13:07Z"),
    ("x 2026-06-11 04:13:07,123+02:00 ERROR", "2026-06-11T02:13:07Z"),
    ("2026-06-11 02:13:07 ERROR no zone", None),
    ("2026-02-31T02:13:07Z no day", None),
])  # fmt: skip
def test_a_log_says_when_only_where_it_names_a_zone(text: str, at: str | None) -> None:
    assert read_alert(text.encode()).at == at


@pytest.mark.parametrize(("text", "kind"), [
    ("KeyError: 'vJ8s1QmXo2'", "KeyError"),
    ("java.lang.IllegalStateException: password=hunter2", "IllegalStateException"),
    ("Caused by: org.acme.db.PoolExhaustedException: x", "PoolExhaustedException"),
    ("PHP Fatal error: Uncaught App\\Db\\GoneException: x", "GoneException"),
    ("panic: runtime error: index out of range", "panic"),
    ("nothing of the kind", None),
])  # fmt: skip
def test_what_was_thrown_is_told_by_its_type_alone(text: str, kind: str | None) -> None:
    assert thrown(text) == kind


@pytest.mark.parametrize(
    "value", ["javascript:alert(1)", "https://a b", "https://a\n", 7, None, "//x", "https://" + "a" * 3000]
)
def test_an_address_that_is_none_is_no_link(value: object) -> None:
    assert alert.link(value) == ()


@pytest.mark.parametrize("value", [True, "3", 0, -1, 10**9, 1.5, None])
def test_a_line_that_is_none_is_no_line(value: object) -> None:
    assert alert.number(value) is None


@pytest.mark.parametrize("value", [True, 1e30, -1e30, float("inf"), "x", "2026-01-01T00:00:00", "0001-01-01T00:00:00Z"])
def test_a_moment_that_is_none_is_no_moment(value: object) -> None:
    assert alert.moment(value) is None
