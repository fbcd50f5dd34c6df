"""An incident begins with a trace, a log, or the JSON of an alert; every form becomes one `Alert`.

Read leniently, as all that comes from another system must be: a member that is missing or of another type says nothing,
and never stops the others from being read. Sizes are bounded. A new system is one module with a `read` and one entry in
`SYSTEMS`.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from answerable.errors import AlertInvalid
from answerable.incident.alerts import alertmanager, pagerduty, sentry
from answerable.incident.alerts.alert import Alert
from answerable.incident.alerts.trace import read_trace

__all__ = ["MOST_BYTES", "SYSTEMS", "Alert", "read_alert"]

MOST_BYTES = 8 * 1024 * 1024
"""A trace of an error tracker is far below a megabyte."""

SYSTEMS: dict[str, Callable[[dict[str, Any]], Alert | None]] = {
    "sentry": sentry.read,
    "pagerduty": pagerduty.read,
    "alertmanager": alertmanager.read,
}


def read_alert(data: bytes) -> Alert:
    """Understand what an incident begins with.

    Args:
        data: A stack trace, a log, or the JSON that Sentry, PagerDuty or Alertmanager sends.

    Raises:
        AlertInvalid: it is empty or too large.
    """
    if len(data) > MOST_BYTES:
        hint = "give the trace alone: the lines from the first frame to the last"
        raise AlertInvalid(f"the input has {len(data):,} bytes, more than {MOST_BYTES:,}", hint=hint)
    if not data.strip():
        raise AlertInvalid("the input is empty", hint="pipe a stack trace or the JSON of an alert")
    found = _object(data)
    for read in SYSTEMS.values() if found is not None else ():
        alert = read(found or {})
        if alert is not None:
            return alert
    return read_trace(data.decode("utf-8", "surrogateescape"))


def _object(data: bytes) -> dict[str, Any] | None:
    """The one JSON object that the input is; a log of JSON lines is none."""
    if not data.lstrip().startswith((b"{", b"\xef\xbb\xbf{")):
        return None
    try:
        found = json.loads(data.decode("utf-8-sig"))
    except (ValueError, RecursionError):
        return None
    return found if isinstance(found, dict) else None
