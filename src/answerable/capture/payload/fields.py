"""Takes values out of a payload; one that is missing or of another type is None or empty, never an error."""

from __future__ import annotations

import json
from typing import Any

from answerable.capture.payload.model import Payload

MOST_NAME = 500  # characters of a name, a model, a session


def text(payload: Payload, *keys: str) -> str | None:
    """The first of these keys that holds a text with something in it."""
    for key in keys:
        value = payload.get(key)
        if isinstance(value, str) and value:
            return value
    return None


def name(payload: Payload, *keys: str) -> str | None:
    """The same, where it is short enough to be a name."""
    found = text(payload, *keys)
    return found if found is not None and len(found) <= MOST_NAME else None


def mapping(payload: Payload, *keys: str) -> Payload:
    """The first of these keys that holds an object, or a text that is one in JSON."""
    for key in keys:
        value = payload.get(key)
        if isinstance(value, str) and value.lstrip()[:1] == "{":
            value = _decoded(value)
        if isinstance(value, dict):
            return value
    return {}


def given(payload: Payload, *keys: str) -> Payload:
    """The input of a tool; one that is a text alone, or a list of texts, stands under the key `input`."""
    found = mapping(payload, *keys)
    if found:
        return found
    value = next((payload[key] for key in keys if payload.get(key)), None)
    return {"input": value} if isinstance(value, str | list) else {}


def first(payload: Payload, key: str) -> str | None:
    """The first text of a list."""
    value = payload.get(key)
    return next((item for item in value if isinstance(item, str) and item), None) if isinstance(value, list) else None


def digest(value: object) -> str | None:
    """``sha256:`` and hex over a value as JSON with sorted keys; None where there is none."""
    if not value:
        return None
    import hashlib  # 4 ms, and not every payload has an input

    raw = json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=True).encode()
    return f"sha256:{hashlib.sha256(raw).hexdigest()}"


def _decoded(value: str) -> Any:
    try:
        return json.loads(value, strict=False)
    except (ValueError, RecursionError):
        return None
