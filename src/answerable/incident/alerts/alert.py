"""What an alert says, in our words; texts in it come from outside and are for a person only after they were cleaned."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from answerable.domain.frame import Frame

SEVERITIES = ("low", "medium", "high", "critical")
MOST_TEXT = 300  # characters of a text that is kept
_MOST_LISTED = 20

# What systems call it. Prometheus has no fixed words, these are the usual ones.
_WORDS = {
    **dict.fromkeys(("critical", "fatal", "page", "p1", "sev1", "sev-1", "disaster", "emergency"), "critical"),
    **dict.fromkeys(("high", "error", "major", "p2", "sev2", "sev-2"), "high"),
    **dict.fromkeys(("medium", "warning", "warn", "minor", "p3", "sev3", "sev-3"), "medium"),
    **dict.fromkeys(("low", "info", "informational", "debug", "notice", "none", "p4", "p5"), "low"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Alert:
    """One alert. Moments are RFC 3339 UTC; what the system does not say is None or empty."""

    source: str  # trace | sentry | pagerduty | alertmanager
    frames: tuple[Frame, ...] = ()
    kind: str | None = None  # the type of the exception, never its message
    title: str | None = None
    at: str | None = None  # when it failed, or when the alert began
    environment: str | None = None
    release: str | None = None
    region: str | None = None
    cohort: str | None = None
    severity: str | None = None  # one of SEVERITIES
    services: tuple[str, ...] = ()
    links: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()  # what of it could not be used, in words


def severity(word: object) -> str | None:
    """A system's own word for how bad it is, as one of ours."""
    return _WORDS.get(word.strip().casefold()) if isinstance(word, str) else None


def text(value: object, most: int = MOST_TEXT) -> str | None:
    """A text in one line and of bounded length; anything else is None."""
    if not isinstance(value, str):
        return None
    words = " ".join(value[: most * 4].split())
    return (words if len(words) <= most else words[: most - 1] + "…") or None


def mapping(value: object) -> Mapping[str, Any]:
    """A JSON object; anything else is an empty one."""
    return value if isinstance(value, dict) else {}


def objects(value: object, most: int = 10_000) -> Iterator[Mapping[str, Any]]:
    """The objects in a JSON array, the first so many."""
    for one in (value if isinstance(value, list) else [])[:most]:
        if isinstance(one, dict):
            yield one


def link(value: object) -> tuple[str, ...]:
    """An address that a person may follow; anything else is none."""
    if isinstance(value, str) and value.startswith(("https://", "http://")) and len(value) <= 2_000:
        return (value,) if value.isprintable() and " " not in value else ()
    return ()


def number(value: object) -> int | None:
    """A line number; anything else is None."""
    return value if isinstance(value, int) and not isinstance(value, bool) and 0 < value < 10**9 else None


def moment(value: object) -> str | None:
    """A moment with a zone, or seconds since 1970, as RFC 3339 UTC to the second; anything else is None."""
    try:
        if isinstance(value, int | float) and not isinstance(value, bool):
            found = datetime.fromtimestamp(value, UTC)
        elif isinstance(value, str) and len(value) <= 40:
            found = datetime.fromisoformat(value)
        else:
            return None
        if found.tzinfo is None or found.year < 1971:  # Go writes "never" as year 1
            return None
        return found.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    except (ValueError, OverflowError, OSError):
        return None


def labelled(labels: Mapping[str, Any], *names: str) -> str | None:
    """The first of some labels that is there."""
    return next((found for name in names if (found := text(labels.get(name)))), None)


def some(values: Iterator[str | None] | tuple[str | None, ...]) -> tuple[str, ...]:
    """Those that are there, each once, the first so many."""
    return tuple(dict.fromkeys(value for value in values if value))[:_MOST_LISTED]
