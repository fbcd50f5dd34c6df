"""Guarantees: the demo's repository is the same on every machine, notes and incident included."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from answerable.demo.story import ADA, PLAN
from answerable.git.build import Builder, contents

NOTES = "refs/notes/ai"
AT_NIGHT = datetime(2026, 6, 11, 2, 13, 7, tzinfo=UTC)
"""When the log of the incident says that it began."""
_TOOL = {"tool": "claude", "model": "claude-opus-4-7"}
_FRAMES = (
    ("shop/http.py", "dispatch", "return handler(request)"),
    ("shop/auth/handlers.py", "refresh", 'token = SESSIONS.refresh(request["token"])'),
    ("shop/auth/sessions.py", "refresh", "del self._live[token]"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Shop:
    """The repository as built: commit ids by name, and what the log of the incident says."""

    folder: Path
    commits: Mapping[str, str]
    incident: str
    stripped: str  # PATH:START-END of lines whose every mark of an agent was removed


@dataclass(frozen=True, slots=True, kw_only=True)
class _Wrote:
    """Lines of a file that a session or a person wrote in one commit: from and to a line that holds these words."""

    path: str
    first: str
    last: str
    by_person: bool = False


# What git-ai observed in the two commits it was switched on for.
_NOTED = {
    "sessions": (
        "6f1c2a9e-0b7d-4f0e-9f63-2f6b1d0f7a11",
        (
            _Wrote(path="shop/auth/sessions.py", first='"""Sessions', last="return self.open(customer)"),
            _Wrote(path="shop/auth/errors.py", first='"""What may', last='"""The customer'),
            _Wrote(path="shop/auth/handlers.py", first='"""Signing', last="SESSIONS = Sessions()"),
            _Wrote(path="shop/auth/handlers.py", first="@route", last="return respond(200", by_person=True),
        ),
    ),
    "limit": (
        "c2b0d5f4-51aa-4b8c-8a54-90d7f8e3c702",
        (
            _Wrote(path="shop/auth/limit.py", first='"""At most', last="return len(seen)"),
            _Wrote(path="shop/auth/handlers.py", first="if not allowed", last="return respond(429"),
        ),
    ),
}


def build(folder: Path) -> Shop:
    """Make the shop in an empty folder."""
    builder = Builder(folder)
    commits = builder.commit(PLAN)
    files = contents(PLAN)
    notes = {commits[name]: _note(commits[name], *noted, files[name]) for name, noted in _NOTED.items()}
    builder.annotate(NOTES, notes, ADA, "2026-06-08T12:05:00+02:00")
    now = files[PLAN[-1].name]
    start, end = _lines(now["shop/money.py"], "def from_supplier", "return int(value")
    return Shop(folder=folder, commits=commits, incident=_incident(now), stripped=f"shop/money.py:{start}-{end}")


def _incident(now: Mapping[str, str]) -> str:
    rows = [f"{AT_NIGHT:%Y-%m-%dT%H:%M:%SZ} ERROR session/refresh failed", "Traceback (most recent call last):"]
    for path, function, source in _FRAMES:
        line, _ = _lines(now[path], source, source)
        rows += [f'  File "/srv/larkspur/{path}", line {line}, in {function}', f"    {source}"]
    return "\n".join([*rows, "KeyError: 'vJ8s1QmXo2'"]) + "\n"


def _note(sha: str, conversation: str, wrote: tuple[_Wrote, ...], files: Mapping[str, str]) -> str:
    """A git-ai authorship note, version 3.0.0."""
    session = "s_" + _digest(f"claude:{conversation}")
    person = "h_" + _digest(str(ADA))
    paths: dict[str, list[str]] = {}
    for one in wrote:
        start, end = _lines(files[one.path], one.first, one.last)
        key = person if one.by_person else f"{session}::t_{_digest(one.path + sha)}"
        paths.setdefault(one.path, []).append(f"  {key} {start}-{end}")
    meta = {
        "schema_version": "authorship/3.0.0",
        "git_ai_version": "1.6.7",
        "base_commit_sha": sha,
        "prompts": {},
        "humans": {person: {"author": str(ADA)}} if any(one.by_person for one in wrote) else {},
        "sessions": {session: {"agent_id": {**_TOOL, "id": conversation}, "human_author": str(ADA)}},
    }
    rows = [row for path, entries in paths.items() for row in (path, *entries)]
    return "\n".join([*rows, "---", json.dumps(meta, indent=2)]) + "\n"


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:14]


def _lines(text: str, first: str, last: str) -> tuple[int, int]:
    """The 1-based inclusive lines from the one that holds `first` to the next that holds `last`."""
    rows = text.split("\n")
    start = next(at for at, row in enumerate(rows, 1) if first in row)
    return start, next(at for at, row in enumerate(rows, 1) if at >= start and last in row)
