"""One report of another system, before anybody signs it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any

from answerable.domain.deployment import State
from answerable.errors import DecisionInvalid
from answerable.git.commits import when

_MOST = 320  # characters of a name
FORMATS = (
    "a CDEvent of a service, a deployment_status event of GitHub, SLSA provenance v1, an OCI manifest with a revision, "
    "or what docker image inspect says"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What a file says of one deployment, or of what an artifact was made of.

    A report without revisions and artifacts takes out whatever runs in its place.
    """

    source: str  # the format, for people
    name: str  # of the event, where it has one: reported twice, it is one
    revisions: tuple[str, ...] = ()  # as written: ids, or names to be looked up
    artifacts: tuple[tuple[str | None, str], ...] = ()  # names, and SHA-256 in hex
    environment: str | None = None
    service: str | None = None
    state: State | None = None  # None: it says nothing of a deployment
    at: str | None = None  # RFC 3339 UTC
    deployment: str | None = None  # which one, as the other system counts them
    empties: bool = False  # it takes out what runs there, whatever that is


@dataclass(frozen=True, slots=True, kw_only=True)
class Passed:
    """An event that changes nothing of what runs, and why."""

    why: str


Found = Report | Passed


def event_name(*parts: str) -> str:
    """A name for an event that is the same wherever it is read."""
    return f"event:{sha256(chr(0).join(parts).encode('utf-8', 'surrogatepass')).hexdigest()}"


def member(found: Mapping[str, Any], *path: str) -> Any:
    """A value inside of objects, or None."""
    value: Any = found
    for name in path:
        value = value.get(name) if isinstance(value, Mapping) else None
    return value


def word(value: object, what: str) -> str | None:
    """A name as decisions may hold it, or None where there is none.

    Raises:
        DecisionInvalid: it is something else.
    """
    if value is None or value == "":
        return None
    if isinstance(value, str) and len(value) <= _MOST and value.isprintable() and value == value.strip():
        return value
    raise DecisionInvalid(f"{what} is no name of one line, up to {_MOST} characters", hint="look at what wrote it")


def moment(value: object, what: str) -> str | None:
    """A moment as decisions write it, or None where there is none.

    Raises:
        DecisionInvalid: it is something else.
    """
    if value is None:
        return None
    try:
        found = datetime.fromisoformat(value if isinstance(value, str) else "")
        return when(int((found if found.tzinfo else found.replace(tzinfo=UTC)).timestamp()))
    except (ValueError, OverflowError):
        raise DecisionInvalid(f"{what} is no moment", hint="it is written as RFC 3339 has it") from None


def hexes(values: Sequence[object], length: int) -> Iterator[str]:
    """Those that are lower-case hex digits of a length."""
    for value in values:
        if isinstance(value, str) and len(value) == length and not set(value) - set("0123456789abcdef"):
            yield value
