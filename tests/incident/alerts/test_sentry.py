"""Sentry's events. Values and shapes are those of docs.sentry.io (Webhooks, Issue Alerts) and develop.sentry.dev."""

from __future__ import annotations

import json
from typing import Any

import pytest

from answerable.incident.alerts import read_alert

FRAMES = [
    {"filename": "http.py", "abs_path": "/srv/shop/http.py", "function": "dispatch", "lineno": 24, "in_app": True},
    {"filename": "json/encoder.py", "abs_path": "/usr/lib/python3.11/json/encoder.py", "lineno": 9, "in_app": False},
    {"filename": "auth/sessions.py", "abs_path": "/srv/shop/auth/sessions.py", "lineno": 29, "in_app": True},
]
EVENT = {
    "_ref": 1,
    "culprit": "shop.auth.sessions in refresh",
    "datetime": "2019-08-19T21:06:17.396Z",
    "environment": "production",
    "event_id": "e4874d664c3540c1a32eab185f12c5ab",
    "exception": {"values": [{"type": "KeyError", "value": "'secret token'", "stacktrace": {"frames": FRAMES}}]},
    "issue_id": "1170820242",
    "level": "error",
    "platform": "python",
    "release": "shop@1.1+3f2a",
    "tags": [["region", "eu-north-1"], ["service", "sign-in"]],
    "timestamp": 1566248777.396,
    "title": "KeyError: a key",
    "web_url": "https://sentry.io/organizations/test-org/issues/1170820242/events/e4874d664c3540c1a32eab185f12c5ab/",
}
WEBHOOK = {"action": "triggered", "actor": {"id": "sentry", "type": "application"}, "data": {"event": EVENT}}


def read(found: Any) -> Any:
    return read_alert(json.dumps(found).encode())


@pytest.mark.parametrize("found", [WEBHOOK, EVENT, {"project": "shop", "event": EVENT}], ids=["hook", "event", "old"])
def test_an_event_says_where_and_when_it_failed_in_every_wrapping(found: dict[str, Any]) -> None:
    alert = read(found)
    assert (alert.source, alert.kind, alert.at) == ("sentry", "KeyError", "2019-08-19T21:06:17Z")
    assert (alert.environment, alert.release, alert.region) == ("production", "shop@1.1+3f2a", "eu-north-1")
    assert (alert.severity, alert.services) == ("high", ("sign-in",))
    assert alert.links == (EVENT["web_url"],)


def test_frames_go_from_where_it_failed_outwards_and_leave_out_what_is_not_ours() -> None:
    alert = read(WEBHOOK)
    assert [(f.path, f.line, f.position) for f in alert.frames] == [
        ("/srv/shop/auth/sessions.py", 29, 0),
        ("/srv/shop/http.py", 24, 1),
    ]
    assert {frame.language for frame in alert.frames} == {"python"}


def test_where_no_frame_is_marked_as_ours_all_of_them_count() -> None:
    frames = [{**frame, "in_app": False} for frame in FRAMES]
    alert = read({**EVENT, "exception": {"values": [{"type": "E", "stacktrace": {"frames": frames}}]}})
    assert len(alert.frames) == 3


def test_of_chained_exceptions_the_root_cause_comes_first() -> None:
    """They are sorted from the oldest to the newest (develop.sentry.dev, Exception Interface)."""
    values = [
        {"type": "KeyError", "stacktrace": {"frames": [{"filename": "a.py", "lineno": 1}]}},
        {"type": "RuntimeError", "stacktrace": {"frames": [{"filename": "b.py", "lineno": 2}]}},
    ]
    alert = read({**EVENT, "exception": {"values": values}})
    assert alert.kind == "KeyError"
    assert [frame.path for frame in alert.frames] == ["a.py", "b.py"]


def test_a_minified_script_is_taken_by_the_name_that_a_source_map_gave_it() -> None:
    frame = {"filename": "./src/app.js", "abs_path": "webpack:///./src/app.js", "lineno": 7, "colno": 3}
    stack = {"frames": [frame, {"filename": "?", "abs_path": "https://a.example/x.js"}]}
    alert = read({**EVENT, "platform": "javascript", "exception": {"values": [{"type": "E", "stacktrace": stack}]}})
    assert [(frame.path, frame.line) for frame in alert.frames] == [("./src/app.js", 7)]


def test_frames_that_name_no_line_are_said_to_be_lost() -> None:
    frames = [{"instruction_addr": "0x7fff5bf3456c"}, {"filename": "a.c", "function": "f"}]
    alert = read({**EVENT, "exception": {"values": [{"type": "E", "stacktrace": {"frames": frames}}]}})
    assert alert.frames == ()
    assert alert.notes == ("1 of its 1 frames name no line (stripped or minified)",)


def test_a_class_of_java_is_told_by_its_module() -> None:
    frame = {"filename": "Cart.java", "module": "com.larkspur.shop.Cart", "function": "total", "lineno": 12}
    alert = read({**EVENT, "platform": "java", "exception": {"values": [{"stacktrace": {"frames": [frame]}}]}})
    assert (alert.frames[0].path, alert.frames[0].function) == ("Cart.java", "com.larkspur.shop.Cart.total")


def test_the_message_of_the_exception_goes_nowhere() -> None:
    assert "secret token" not in repr(read(WEBHOOK))


@pytest.mark.parametrize("tags", [{"region": "x"}, [{"key": "region", "value": "x"}], [["region", "x"], "odd", [1]]])
def test_tags_are_read_in_every_form_they_come_in(tags: object) -> None:
    assert read({**EVENT, "tags": tags}).region == "x"
