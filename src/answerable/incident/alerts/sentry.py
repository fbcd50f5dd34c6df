"""Sentry: an event as its webhook for issue alerts sends it, or the event alone.

Frames stand from the oldest call to the newest, chained exceptions from the root cause outwards. Sources:
docs.sentry.io, Integration Platform, Webhooks, Issue Alerts; develop.sentry.dev, Event Payloads, Exception and Stack
Trace Interface.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from answerable.domain.frame import Frame
from answerable.incident.alerts import alert
from answerable.incident.alerts.alert import Alert

_MOST_FRAMES = 1_000
_LANGUAGES = {  # Sentry's platforms, as the parsers of traces call languages
    "python": "python", "java": "java", "kotlin": "kotlin", "javascript": "javascript", "node": "javascript",
    "go": "go", "rust": "rust", "csharp": "csharp", "ruby": "ruby", "php": "php", "c": "c", "native": "c",
    "cocoa": "c", "objc": "c",
}  # fmt: skip
_BARE = frozenset(("?", "<anonymous>", "<unknown>", "<string>"))


def read(found: dict[str, Any]) -> Alert | None:
    """An event of Sentry, or None where it is something else."""
    event = alert.mapping(alert.mapping(found.get("data")).get("event"))
    event = event or alert.mapping(found.get("event")) or found
    values = list(_exceptions(event))
    if not (values or "event_id" in event) or "alerts" in found:
        return None
    tags = _tags(event.get("tags"))
    frames = tuple(_frames(event, values))
    usable = [frame for frame in frames if frame.line]
    kind = next((k for value in values if (k := alert.text(value.get("type"), 100))), None)
    lost = len(frames) - len(usable)
    return Alert(
        source="sentry",
        frames=tuple(usable),
        kind=kind,
        title=alert.text(event.get("title")) or kind,
        at=alert.moment(event.get("datetime")) or alert.moment(event.get("timestamp")),
        environment=alert.text(event.get("environment")) or tags.get("environment"),
        release=alert.text(event.get("release")) or tags.get("release"),
        region=tags.get("region"),
        cohort=tags.get("cohort"),
        severity=alert.severity(event.get("level")) or alert.severity(tags.get("level")),
        services=alert.some((tags.get("service"),)),
        links=alert.some((*alert.link(event.get("web_url")), *alert.link(event.get("issue_url")))),
        notes=(f"{lost} of its {len(frames)} frames name no line (stripped or minified)",) if lost else (),
    )


def _exceptions(event: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """The root cause first."""
    found = event.get("exception") or event.get("sentry.interfaces.Exception")
    yield from alert.objects(alert.mapping(found).get("values") if isinstance(found, dict) else found, 50)


def _frames(event: Mapping[str, Any], values: list[Mapping[str, Any]]) -> Iterator[Frame]:
    """From where it failed outwards, one trace an exception; the stack of a message that is no exception, else."""
    stacks = [alert.mapping(value.get("stacktrace") or value.get("raw_stacktrace")) for value in values]
    if not any(stack.get("frames") for stack in stacks):
        threads = alert.objects(alert.mapping(event.get("threads")).get("values"), 100)
        stacks = [alert.mapping(one.get("stacktrace")) for one in threads if one.get("crashed")]
        stacks = stacks or [alert.mapping(event.get("stacktrace") or event.get("sentry.interfaces.Stacktrace"))]
    position = 0
    for stack in stacks:
        rows = list(alert.objects(stack.get("frames")))[-_MOST_FRAMES:]
        ours = [row for row in rows if row.get("in_app") is not False] or rows
        for row in reversed(ours):
            frame = _frame(row, event, position)
            if frame:
                yield frame
                position += 1


def _frame(row: Mapping[str, Any], event: Mapping[str, Any], position: int) -> Frame | None:
    names = (alert.text(row.get(key), 2_000) for key in ("abs_path", "filename"))
    absolute, short = (name if name not in _BARE else None for name in names)
    path = short if absolute is None or (short and absolute.startswith(("http", "app:", "webpack"))) else absolute
    if not path:
        return None
    platform = alert.text(row.get("platform")) or alert.text(event.get("platform")) or ""
    function = alert.text(row.get("function"))
    module = alert.text(row.get("module"), 1_000)
    language = _LANGUAGES.get(platform, "plain")
    if language in ("java", "kotlin") and module and function:
        path, function = path.rpartition("/")[2], f"{module}.{function}"  # a file's name; the package is the module's
    return Frame(
        path=path, language=language, line=alert.number(row.get("lineno")), column=alert.number(row.get("colno")),
        function=function, position=position,
    )  # fmt: skip


def _tags(value: object) -> dict[str, str]:
    """Tags are pairs in the webhook, objects in the API, a mapping in events as SDKs send them."""
    if isinstance(value, dict):
        pairs: list[Any] = list(value.items())
    else:
        rows = value if isinstance(value, list) else []
        pairs = [(row.get("key"), row.get("value")) if isinstance(row, dict) else row for row in rows]
    return {
        pair[0]: words
        for pair in pairs
        if isinstance(pair, list | tuple) and len(pair) == 2 and isinstance(pair[0], str)
        if (words := alert.text(pair[1]))
    }
