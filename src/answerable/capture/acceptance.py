"""Says by which act an agent's call was let through: from the mode that its hook told, and from its telemetry.

Nothing is made of the mere fact that a tool ran. Of two accounts the weaker one holds, a refusal beside a consent is
`unknown`, and what each said is kept word for word. A permission is not a code review.
"""

from __future__ import annotations

import os
import re
from dataclasses import dataclass

from answerable.capture.calls import Call
from answerable.capture.otlp_store import Decided, Decisions
from answerable.capture.payload.model import Kind as Act
from answerable.domain.acceptance import How

_STRENGTH = (How.UNKNOWN, How.AUTOMATIC, How.STANDING_GRANT, How.HUMAN_EXPLICIT)
# what each mode of a session lets through without asking; any other mode asks, and what was answered it does not say
_ALL = frozenset({"bypasspermissions", "auto", "dontask"})  # by configuration, by a classifier, by rules
_EDITS = frozenset({"acceptedits"})  # a person let all edits of the session through
_ODD = re.compile(r"[^ -~]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Accepted:
    """By which act, in the agent's own words, and when; `modified`: a person changed it before it was let through."""

    how: How = How.UNKNOWN
    source: str | None = None
    at: int | None = None  # ns since 1970
    modified: bool = False


def of(call: Call, path: bytes = b"", telemetry: Decisions | None = None) -> Accepted:
    """How one call was let through.

    Args:
        call: The call.
        path: The file that it changed; some agents tell only of files.
        telemetry: What `answerable collect` was told.
    """
    by_mode = _by_mode(call)
    told = told_of(call, path, telemetry) if telemetry else None
    if told is None:
        return by_mode
    how = told.how if by_mode.how is How.UNKNOWN else _weaker(told.how, by_mode.how)
    source = "; ".join(filter(None, (told.source, by_mode.source)))
    return Accepted(how=how, source=source[:1000], at=told.at, modified=bool(told.modified))


def told_of(call: Call, path: bytes, telemetry: Decisions) -> Decided | None:
    """What telemetry says of a call."""
    name = call.call or call.digest
    told = telemetry.of(call.session, name, agent=call.agent) if call.session and name else None
    if told is None and call.head and path:
        told = telemetry.of_file(call.head, os.fsdecode(path), agent=call.agent)
    return told


def _by_mode(call: Call) -> Accepted:
    """What the mode alone says."""
    mode = _ODD.sub("", call.permission or "")[:100]
    if not mode:
        return Accepted(at=call.at)
    plain = mode.lower().replace("_", "").replace("-", "")
    how = How.UNKNOWN
    if plain in _ALL:
        how = How.AUTOMATIC
    elif plain in _EDITS and call.act in (Act.EDIT, Act.WRITE):
        how = How.STANDING_GRANT
    return Accepted(how=how, source=f"permission_mode:{mode}", at=call.at)


def _weaker(one: How, other: How) -> How:
    if How.HUMAN_REJECT in (one, other):
        return one if one is other else How.UNKNOWN
    return min(one, other, key=_STRENGTH.index)
