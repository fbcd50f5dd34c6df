"""Finds the model in an agent's transcript, where its payloads do not name it: the last one that answered.

A transcript may lag behind the hook, and is the agent's own word. Only its end is read, and nothing of it is kept.
"""

from __future__ import annotations

import json
import os
import stat

MOST_READ = 512 << 10  # bytes from its end


def model_in(path: str) -> str | None:
    """The model that the last message of a transcript in JSON lines names; None where none does.

    Args:
        path: The file.
    """
    try:
        with open(os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC), "rb") as file:  # noqa: PTH123
            about = os.fstat(file.fileno())
            if not stat.S_ISREG(about.st_mode):
                return None
            file.seek(max(0, about.st_size - MOST_READ))
            rows = file.read(MOST_READ).splitlines()
    except (OSError, ValueError):
        return None
    return next((found for row in reversed(rows) if b'"model"' in row and (found := _model(row))), None)


def _model(row: bytes) -> str | None:
    try:
        entry = json.loads(row)
    except (ValueError, RecursionError):
        return None
    message = entry.get("message") if isinstance(entry, dict) else None
    found = message.get("model") if isinstance(message, dict) else None
    plain = isinstance(found, str) and 0 < len(found) <= 200 and not found.startswith("<")  # `<synthetic>` is no model
    return found if plain else None
