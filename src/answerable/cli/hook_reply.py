"""Answers an agent's hook on the standard streams, without click: it is waited for at every edit.

Whatever goes wrong, the host gets an answer that it understands, and an edit is not broken by a fault of ours.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple, TextIO

from answerable.errors import AgentUnknown

if TYPE_CHECKING:
    from answerable.capture.payload.model import Adapter, Payload, Reply

_UNJUDGED = 1  # most hosts go on, and show a warning


class Asked(NamedTuple):
    """Arguments that ask for nothing but an answer."""

    folder: Path
    agent: str | None


def plain(arguments: Sequence[str]) -> Asked | None:
    """What ``[-C FOLDER] guard [AGENT]`` asks for; None for any other arguments, which click reads."""
    words = list(arguments)
    folder = words[1] if words[:1] == ["-C"] and len(words) > 1 else ""
    if folder:
        del words[:2]
    if words[:1] != ["guard"] or len(words) > 2 or any(word.startswith("-") for word in words):
        return None
    return Asked(Path(folder), words[1] if len(words) > 1 else None)


def answer(folder: Path, agent: str | None) -> int:
    """Read a payload on standard input, write the answer, and give the exit.

    Args:
        folder: Where the agent works, if the payload does not say it.
        agent: Its name; None: told by the payload.
    """
    try:
        reply = _answered(folder, agent)
    except AgentUnknown as error:
        _write(sys.stderr, f"answerable: {error.message}\n  {error.hint}\n  [{error.code}]\n")
        return _UNJUDGED
    _write(sys.stdout, reply.out)
    _write(sys.stderr, reply.err)
    return reply.code


def _answered(folder: Path, name: str | None) -> Reply:
    from answerable.capture.payload import registry
    from answerable.capture.payload.parse import MOST_BYTES

    adapter = registry.adapter(name) if name else None
    payload: Payload = {}
    try:
        read = registry.read(sys.stdin.buffer.read(MOST_BYTES + 1), name)
        adapter, payload = read.adapter, read.payload
        from answerable.policy.guarding import guarded

        return adapter.reply(payload, guarded(read.use, folder))
    except Exception as error:  # whatever it is
        return _failed(adapter, payload, error)


def _failed(adapter: Adapter | None, payload: Payload, error: Exception) -> Reply:
    from answerable.capture.payload.model import Reply
    from answerable.policy.guard_words import fault

    said = fault(error)
    if adapter is None:
        return Reply(err=f"answerable: {said.reason}\n")
    reply = adapter.reply(payload, said)
    return reply if reply.err else reply._replace(err=f"answerable: {said.reason}\n")


def _write(stream: TextIO, words: str) -> None:
    """To the host, which may have gone: that must not change the exit."""
    with suppress(OSError, ValueError):
        stream.write(words.encode("utf-8", "backslashreplace").decode())
        stream.flush()
