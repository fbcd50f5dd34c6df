"""Reads the bytes of a payload as one JSON object: bounded, and as forgiving as the agents need.

Control characters inside texts are taken as they are, for some hosts do not escape them. Bytes that are no UTF-8 are
kept as escapes, so that a path keeps its name. Anything else that is no JSON object is `PayloadInvalid`.
"""

from __future__ import annotations

import json
import re
from typing import Any

from answerable.capture.payload.model import Payload
from answerable.errors import PayloadInvalid

MOST_BYTES = 16 << 20
_HALF = re.compile("[\ud800-\udc7f\udd00-\udfff]")  # of a pair; the others stand for bytes that are no UTF-8
_HINT = "call it from an agent's hook, which gives the payload on standard input"


def parse(data: bytes) -> Payload:
    """Read a payload.

    Raises:
        PayloadInvalid: it is too large, or no JSON object.
    """
    if len(data) > MOST_BYTES:
        raise PayloadInvalid(f"the payload has more than {MOST_BYTES >> 20} MiB", hint="write less in one tool use")
    try:
        found = json.loads(data.removeprefix(b"\xef\xbb\xbf").decode("utf-8", "surrogateescape"), strict=False)
    except (ValueError, RecursionError) as error:
        said = str(error) if isinstance(error, json.JSONDecodeError) else type(error).__name__
        raise PayloadInvalid(f"the payload is no JSON: {said[:200]}", hint=_HINT) from error
    if not isinstance(found, dict):
        raise PayloadInvalid("the payload is no JSON object", hint=_HINT)
    return dict(found)


def sound(value: Any) -> Any:
    """The same with every half of a surrogate pair replaced: nothing could write it."""
    if isinstance(value, str):
        return _HALF.sub("\ufffd", value) if not value.isascii() else value
    if isinstance(value, list):
        return [sound(item) for item in value]
    if isinstance(value, dict):
        return {sound(key): sound(item) for key, item in value.items()}
    return value
