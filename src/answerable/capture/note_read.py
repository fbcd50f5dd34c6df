"""Reads a git-ai note back into whose each line is, so that a commit made from this one can keep it; never more.

What a note does not prove line by line is `unknown` here: a key without its record, a line that two claim, a note that
was made for another commit. A person whom git-ai gave leftovers stays as declared as they were.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from answerable.capture.commit import Told
from answerable.capture.lines.hand import Hand, Kind, unknown
from answerable.capture.note import CARRIED, DECLARED, VERSION
from answerable.capture.replay import Session, session_id
from answerable.provenance.findings import Findings
from answerable.provenance.git_ai.attestation import read, split
from answerable.provenance.table import canonical

MOST_BYTES = 16 << 20
_MOST_LINES = 1_000_000  # of one note: it does not make us fill memory
_SESSION = re.compile(r"(s_[0-9a-f]{14})::(t_[0-9a-f]{14})")
_PROMPT = re.compile(r"[0-9a-f]{16}")
_TWICE = unknown("claimed-twice")
_NOT_PROVED = unknown("not-proved")


@dataclass(frozen=True, slots=True)
class Noted:
    """What a note says: whose lines by path, the sessions by id, and for which commit it was made."""

    files: Mapping[bytes, Told] = field(default_factory=dict)
    sessions: Mapping[str, Session] = field(default_factory=dict)
    base: str | None = None


def read_back(data: bytes) -> Noted:
    """What a note says of whose each line is; nothing where it cannot be read.

    Args:
        data: The note's blob.
    """
    findings = Findings("")
    section, text = split(data, findings)
    try:
        meta = json.loads(text or b"") if len(data) <= MOST_BYTES else None
    except (ValueError, RecursionError):
        meta = None
    if not isinstance(meta, dict) or meta.get("schema_version") != VERSION:
        return Noted()
    keys = _Keys(meta)
    files: dict[bytes, Told] = {}
    attested = read(section, findings)
    if sum(end - start + 1 for of in attested.values() for spans in of.values() for start, end in spans) > _MOST_LINES:
        return Noted()
    for path, claims in attested.items():
        files[path] = _told({key: spans for key, spans in claims.items() if spans}, keys)
    base = meta.get("base_commit_sha")
    return Noted(files, keys.sessions, base if isinstance(base, str) else None)


def _told(claims: Mapping[str, list[tuple[int, int]]], keys: _Keys) -> Told:
    whose: dict[int, Hand] = {}
    for key, spans in claims.items():
        hand = keys.hand(key)
        for start, end in spans:
            for line in range(start, end + 1):
                other = whose.get(line)
                whose[line] = hand if other is None or other.who == hand.who else _TWICE
    return spans_of(whose)


def spans_of(whose: Mapping[int, Hand]) -> Told:
    """Lines and their hands as spans, in order."""
    found: list[tuple[tuple[int, int], Hand]] = []
    for line in sorted(whose):
        if found and found[-1][0][1] == line - 1 and found[-1][1] == whose[line]:
            found[-1] = ((found[-1][0][0], line), whose[line])
        else:
            found.append(((line, line), whose[line]))
    return tuple(found)


class _Keys:
    """What the keys of one note stand for."""

    def __init__(self, meta: Mapping[str, Any]) -> None:
        self._records = {name: _objects(meta.get(name)) for name in ("sessions", "prompts", "humans")}
        self.sessions: dict[str, Session] = {}
        self._known: dict[str, Hand] = {}
        self._both: dict[str, dict[str, str]] = {}

    def hand(self, key: str) -> Hand:
        if key not in self._known:
            self._known[key] = self._read(key)
        return self._known[key]

    def _read(self, key: str) -> Hand:
        parts = _SESSION.fullmatch(key)
        if parts:
            return self._agent(parts[1], parts[2], self._records["sessions"].get(parts[1]))
        if _PROMPT.fullmatch(key):
            return self._agent(None, None, self._records["prompts"].get(key))
        return self._person(key)

    def _agent(self, name: str | None, trace: str | None, record: Mapping[str, Any] | None) -> Hand:
        about = _objects(record).get("agent_id") or {} if record else {}
        tool, conversation = _text(about.get("tool")), _text(about.get("id"))
        if not record or not tool or not conversation:
            return _NOT_PROVED
        name = name or session_id(canonical(tool), conversation)
        extra = record.get("custom_attributes")
        extra = extra if isinstance(extra, dict) else {}
        self.sessions[name] = Session(
            tool=canonical(tool),
            conversation=conversation,
            model=_text(about.get("model")),
            version=_text(extra.get("answerable.tool_version")),
            driver=_text(record.get("human_author")),
            observed=extra.get("answerable.capture") == "observed",
        )
        who = self._changed(name, extra).get(trace or "")
        kind = Kind.MIXED if who else Kind.AGENT
        return Hand(kind=kind, session=name, trace=trace, person=who, rule=CARRIED)

    def _changed(self, name: str, extra: Mapping[str, Any]) -> dict[str, str]:
        """The traces of a session whose lines a person changed too."""
        if name not in self._both:
            said = _text(extra.get("answerable.modified"), 1 << 20) or ""
            pairs = (pair.partition(":") for pair in said.split(","))
            found = {trace: self._author(human) for trace, _, human in pairs}
            self._both[name] = {trace: author for trace, author in found.items() if author}
        return self._both[name]

    def _person(self, key: str) -> Hand:
        author = self._author(key)
        if author is None:
            return _NOT_PROVED
        extra = self._records["humans"][key].get("custom_attributes")
        observed = isinstance(extra, dict) and extra.get("answerable.capture") == "observed"
        return Hand(kind=Kind.PERSON, person=author, rule=CARRIED if observed else DECLARED)

    def _author(self, key: str) -> str | None:
        return _text(self._records["humans"].get(key, {}).get("author"))


def _objects(value: object) -> dict[str, dict[str, Any]]:
    return {k: v for k, v in value.items() if isinstance(v, dict)} if isinstance(value, dict) else {}


def _text(value: object, most: int = 500) -> str | None:
    return value if isinstance(value, str) and 0 < len(value) <= most and value.strip() else None
