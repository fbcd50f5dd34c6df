"""Reads events as the spool holds them: strictly, bounded, each a whole or a `Damaged` that says what is wrong.

An event of a hook holds the agent's payload, which is understood here, by its adapter: the hook itself has no time. Any
other event says in members of its own what happened.

    {"v": 1, "seq": 7, "at": ns, "kind": "hook", "host": "claude-code", "cwd": "/repo", "payload": {…},
     "head": "<commit>" | null, "doing": "merge" | … | null, "checked": true where all that is watched was looked at,
     "paths": [{"path", "content": "<sha256>" | null, "size", "skipped": "too-large" | … | null}]}
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from answerable.capture.payload import registry
from answerable.capture.payload.model import Edit, ToolUse
from answerable.capture.payload.model import Event as When
from answerable.capture.payload.model import Kind as Act
from answerable.capture.payload.parse import sound
from answerable.capture.recording.commands import command_of, inputs_of
from answerable.errors import AnswerableError

MOST_BYTES = 40 << 20
_DIGEST = re.compile(r"[0-9a-f]{64}")
_COMMIT = re.compile(r"[0-9a-f]{40}(?:[0-9a-f]{24})?")
_SKIPPED = frozenset({"too-large", "binary", "link", "outside", "unreadable", "lost"})
_OPERATIONS = frozenset({"merge", "rebase", "cherry-pick", "revert", "am"})
_TURNS = frozenset({"stop", "sessionend", "userpromptsubmit", "sessionstart", "afteragent", "beforeagent", "agentstop"})
_BACKGROUND = ("run_in_background", "runInBackground", "is_background", "isBackground")


class Damaged(ValueError):
    """A file of the spool is no event."""


class Kind(StrEnum):
    """What an event is."""

    BEFORE = "before"
    AFTER = "after"
    FAILED = "failed"
    TURN = "turn"  # a session begins, ends, or is told something: none of its calls goes on
    OTHER = "other"


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """What a file held; `content` None and nothing skipped: it was not there."""

    path: bytes
    content: str | None
    size: int = 0
    skipped: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """One moment of one agent's work in one work tree."""

    seq: int
    at: int
    kind: Kind
    act: Act = Act.OTHER
    agent: str = ""
    version: str | None = None
    session: str | None = None
    model: str | None = None
    call: str | None = None
    digest: str | None = None  # of what the tool was given
    tool: str = ""
    permission: str | None = None
    transcript: str | None = None
    command: str = ""  # what a shell was told
    background: bool = False  # what it started may go on after it
    head: str | None = None
    doing: str | None = None
    checked: bool = False  # all that is watched was looked at: what is not among its paths has not changed
    paths: tuple[Seen, ...] = ()
    said: Mapping[bytes, tuple[Edit, ...]] = field(default_factory=dict)

    @property
    def key(self) -> tuple[str, str, str]:
        """Which call of which session it belongs to."""
        return self.agent, self.session or "", self.call or self.digest or self.tool


def read(data: bytes, root: bytes) -> Event:
    """Read an event.

    Args:
        data: As the spool holds it.
        root: The work tree's root.

    Raises:
        Damaged: it is none, and why.
    """
    if len(data) > MOST_BYTES:
        raise Damaged("an event is too large")
    try:
        given = sound(json.loads(data))
    except (RecursionError, ValueError) as error:
        raise Damaged("an event is no JSON") from error
    if not isinstance(given, dict) or given.get("v") != 1 or given.get("kind") != "hook":
        raise Damaged("an event is of no version or kind that is known here")
    payload = given.get("payload")
    if not isinstance(payload, dict) or not isinstance(given.get("cwd"), str):
        raise Damaged("an event holds no payload")
    try:
        use = registry.read(json.dumps(payload).encode(), _name(given.get("host"))).use
    except AnswerableError as error:
        raise Damaged(error.message) from error
    seen = given.get("paths")
    if not isinstance(seen, list):
        raise Damaged("an event names no list of paths")
    return Event(
        seq=_whole(given, "seq"),
        at=_whole(given, "at"),
        kind=_kind(use, payload),
        act=use.kind,
        agent=use.agent or _name(given.get("host")) or "unknown",
        version=use.version,
        session=use.session,
        model=use.model,
        call=use.call,
        digest=use.digest,
        tool=use.tool,
        permission=_name(payload.get("permission_mode")),
        transcript=use.transcript,
        command=_blanked(_command(payload)),
        background=_background(payload),
        head=_matching(given.get("head"), _COMMIT),
        doing=_one_of(given.get("doing"), _OPERATIONS),
        checked=given.get("checked") is True,
        paths=tuple(map(_seen, seen)),
        said=_said(use, given["cwd"], root),
    )


def _kind(use: ToolUse, payload: Mapping[str, Any]) -> Kind:
    name = str(payload.get("hook_event_name") or payload.get("hookEventName") or payload.get("event") or "").lower()
    plain = name.replace("_", "").replace("-", "")
    if use.event is When.BEFORE:
        return Kind.BEFORE
    if use.event is When.AFTER:
        return Kind.FAILED if "fail" in plain else Kind.AFTER
    if "denied" in plain:
        return Kind.FAILED
    return Kind.TURN if plain in _TURNS else Kind.OTHER


def _command(payload: Mapping[str, Any]) -> str:
    return command_of(dict(payload))[0]


def _blanked(command: str) -> str:
    """A command without secrets: what is known of a call is kept for long."""
    if not command:
        return ""
    from answerable.ledger.secrets import find  # its rules are slow to load

    parts, at = [], 0
    for secret in find(command):
        parts += [command[at : secret.start], "***"]
        at = secret.end
    return "".join([*parts, command[at:]])


def _background(payload: Mapping[str, Any]) -> bool:
    """Whether a command was started that may go on when the call has ended."""
    if any(given.get(key) is True for given in inputs_of(dict(payload)) for key in _BACKGROUND):
        return True
    return bool(re.search(r"(?<![&>|<0-9])&(?![&>0-9])|\bnohup\b|\bsetsid\b|\bdisown\b", _command(payload)))


def _said(use: ToolUse, cwd: str, root: bytes) -> dict[bytes, tuple[Edit, ...]]:
    """What a payload says of each path below the root."""
    found: dict[bytes, list[Edit]] = {}
    for edit in use.edits:
        if "\0" in edit.path or "\0" in cwd:
            continue  # names no file
        full = os.path.normpath(os.fsencode(cwd) + b"/" + edit.path.encode("utf-8", "surrogateescape"))
        if edit.path.startswith("/"):
            full = os.path.normpath(edit.path.encode("utf-8", "surrogateescape"))
        above, last = os.path.split(full)
        path = os.path.relpath(os.path.realpath(above) + b"/" + last, root)
        if not path.startswith(b"../"):
            found.setdefault(path, []).append(edit)
    return {path: tuple(edits) for path, edits in found.items()}


def _seen(given: Any) -> Seen:
    if not isinstance(given, dict) or not isinstance(given.get("path"), str):
        raise Damaged("a path is none")
    path = given["path"].encode("utf-8", "surrogateescape")
    if not path or path.startswith(b"/") or b".." in path.split(b"/") or b"\0" in path:
        raise Damaged("a path leads out of the work tree")
    return Seen(
        path=path,
        content=_matching(given.get("content"), _DIGEST),
        size=_whole(given, "size"),
        skipped=_one_of(given.get("skipped"), _SKIPPED),
    )


def _whole(given: Mapping[str, Any], key: str) -> int:
    value = given.get(key)
    if not isinstance(value, int) or isinstance(value, bool) or value < 0:
        raise Damaged(f"{key} is no number")
    return value


def _name(value: object) -> str | None:
    return value if isinstance(value, str) and 0 < len(value) <= 500 else None


def _matching(value: object, pattern: re.Pattern[str]) -> str | None:
    if value is None:
        return None
    if not isinstance(value, str) or not pattern.fullmatch(value):
        raise Damaged("a digest is none")
    return value


def _one_of(value: object, words: frozenset[str]) -> str | None:
    if value is None:
        return None
    if not isinstance(value, str) or value not in words:
        raise Damaged("a word is not known here")
    return value
