"""Guarantees: a key of a note is turned into what it honestly proves: whose lines, by which agent, at which
grade.

- A session or prompt key with its record: `ai`, `recorded`. A hook of the tool wrote it line by line.
- The same key without its record (dangling): the shape says an AI session wrote the lines, and nothing else
  can be checked. `ai`, `declared` for ``s_`` and 16 hex digits; 7 hex digits, before 1.0, could be anything:
  `inferred`. The agent stays open, so a trailer of the same commit may name it.
- ``h_`` with its record: `human`, `declared` only, since git-ai also stamps leftovers so; `recorded` where
  the record's custom attribute ``answerable.capture`` is ``observed``, which our own capture sets for
  keystrokes it saw. Without its record nobody is named: `unknown`.
- A session key whose trace the record's custom attribute ``answerable.modified`` pairs with a person's key
  (``t_…:h_…``, by commas): our own capture saw that person change the agent's lines, or the reverse. `mixed`,
  `recorded`, with both named; without the person's record `ai`, as the key alone says.
- A key outside the grammar counts where a record answers to it. ``ai_agent`` says AI and nothing more:
  `inferred`. ``human`` was the mark of whatever no session had claimed, so it is absence of evidence:
  `unknown`, like all the rest.
- A record of a test harness (mock_ai, test-agent): `inferred`, no tool named. It proves a program ran, not
  which.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from answerable.domain.agent import Agent
from answerable.domain.grade import Grade
from answerable.domain.origin import Origin
from answerable.provenance.findings import Findings
from answerable.provenance.message import shown
from answerable.provenance.table import canonical

SYNTHETIC = frozenset({"mock_ai", "mock-ai", "mock_agent", "test-agent", "test_agent", "mock_known_human"})
_NO_MODEL = frozenset({"", "unknown", "default", "<synthetic>", "none", "null", "auto"})
_SESSION = re.compile(r"(s_[0-9a-f]{14})::(t_[0-9a-f]{14})")
_BARE_SESSION = re.compile(r"s_[0-9a-f]{14}")
_HUMAN = re.compile(r"h_[0-9a-f]{14}")
_PROMPT = re.compile(r"[0-9a-f]{16}")
_OLD_PROMPT = re.compile(r"[0-9a-f]{7}")
_TOP = frozenset({"schema_version", "git_ai_version", "base_commit_sha", "prompts", "sessions", "humans", "messages"})
_AGENT = frozenset({"tool", "id", "model"})
_IN_SESSION = frozenset({"agent_id", "human_author", "custom_attributes", "messages"})
_IN_PROMPT = _IN_SESSION | {
    "messages_url",
    "total_additions",
    "total_deletions",
    "accepted_lines",
    "overriden_lines",
}
_IN_HUMAN = frozenset({"author", "custom_attributes"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Meaning:
    """What one key says of its lines. `session` tells apart keys that may not share a line."""

    session: str
    origin: Origin
    grade: Grade
    words: str
    agent: Agent | None = None
    person: str | None = None


class Records:
    """The records of one note, checked once, then asked key by key."""

    def __init__(self, meta: dict[str, Any], findings: Findings, *, grade: Grade = Grade.RECORDED) -> None:
        """`grade` is the most that any line of this note can have."""
        self._findings = findings
        self._limit = grade
        self._prompts = self._map(meta, "prompts", _IN_PROMPT)
        self._sessions = self._map(meta, "sessions", _IN_SESSION)
        self._humans = self._map(meta, "humans", _IN_HUMAN)
        self._meanings: dict[str, Meaning] = {}
        self._both: dict[str, dict[str, str]] = {}
        for field in meta.keys() - _TOP:
            findings.add("undocumented-field", field)
        if "messages" in meta:
            self._messages(meta["messages"], "the note")

    def meaning(self, key: str) -> Meaning:
        """What the key says; the trace in a session's key makes a difference only where a person changed its lines."""
        session = _SESSION.fullmatch(key)
        name = session[1] if session else key
        if session and (person := self._modified(name).get(session[2])):
            return self._of_both(name, person)
        return self._alone(name, documented=session is not None)

    def _alone(self, name: str, *, documented: bool) -> Meaning:
        known = self._meanings.get(name)
        if known is None:
            known = self._meanings[name] = self._read(name, documented=documented)
        return known

    def _modified(self, session: str) -> dict[str, str]:
        """The traces of a session whose lines a person changed too, each with that person."""
        known = self._both.get(session)
        if known is None:
            extra = self._sessions.get(session, {}).get("custom_attributes")
            said = extra.get("answerable.modified") if isinstance(extra, dict) else None
            pairs = (pair.partition(":") for pair in said.split(",")) if isinstance(said, str) else ()
            found = {trace: self._author(human) for trace, _, human in pairs}
            known = self._both[session] = {trace: author for trace, author in found.items() if author}
        return known

    def _of_both(self, session: str, person: str) -> Meaning:
        """Lines that an agent and a person wrote together."""
        key = f"{session} {person}"
        if key not in self._meanings:
            alone = self._alone(session, documented=True)
            words = f"{alone.words}, and says that {shown(person, 80)} changed them, or the reverse"
            self._meanings[key] = replace(alone, session=key, origin=Origin.MIXED, words=words, person=person)
        return self._meanings[key]

    def _author(self, human: str) -> str | None:
        return _text(self._humans.get(human, {}).get("author"))

    def _map(self, meta: dict[str, Any], field: str, documented: frozenset[str]) -> dict[str, dict[str, Any]]:
        found = meta.get(field)
        if found is None:
            return {}
        if not isinstance(found, dict):
            self._findings.add("malformed-record", f"{field} is no object")
            return {}
        whole = {key: record for key, record in found.items() if isinstance(record, dict)}
        if len(whole) < len(found):
            self._findings.add("malformed-record", f"a record of {field} is no object", len(found) - len(whole))
        for record in whole.values():
            self._check(record, documented, field)
        return whole

    def _check(self, record: dict[str, Any], documented: frozenset[str], where: str) -> None:
        agent = record.get("agent_id")
        for field in _surplus(record, documented, agent):
            self._findings.add("undocumented-field", f"{field} in {where}")
        if "messages" in record:
            self._messages(record["messages"], where)

    def _messages(self, messages: object, where: str) -> None:
        self._findings.add("embedded-messages", f"in {where}")
        if messages:
            self._findings.add("embedded-transcript", f"in {where}")

    def _read(self, key: str, *, documented: bool) -> Meaning:
        record = self._sessions.get(key) if documented else self._prompts.get(key, self._sessions.get(key))
        if not (documented or _PROMPT.fullmatch(key) or _OLD_PROMPT.fullmatch(key) or _HUMAN.fullmatch(key)):
            self._findings.add("key-outside-grammar", key[:60])
        if record is not None:
            return self._of_session(key, record)
        if _HUMAN.fullmatch(key):
            return self._of_person(key)
        return self._dangling(key)

    def _of_session(self, key: str, record: dict[str, Any]) -> Meaning:
        found = record.get("agent_id")
        agent_id: dict[str, Any] = found if isinstance(found, dict) else {}
        tool, person = _text(agent_id.get("tool")), _text(record.get("human_author"))
        if tool is None:
            self._findings.add("malformed-record", "a record that names no tool")
            return self._ai(key, Grade.DECLARED, "a session whose record names no tool", None, person)
        if tool.lower() in SYNTHETIC:
            self._findings.add("synthetic-tool", tool)
            return self._ai(key, Grade.INFERRED, f"the test harness {shown(tool, 40)}", None, person)
        agent = Agent(tool=canonical(tool), model=_model(agent_id.get("model")), session=_text(agent_id.get("id")))
        return self._ai(
            key, Grade.RECORDED, f"{agent.tool}{f' with {agent.model}' if agent.model else ''}", agent, person
        )

    def _of_person(self, key: str) -> Meaning:
        record = self._humans.get(key, {})
        author = self._author(key)
        if author is None:
            self._findings.add("dangling-key", key)
            return _unknown(key, "a person, but the record that would name them is missing")
        extra = record.get("custom_attributes")
        observed = isinstance(extra, dict) and extra.get("answerable.capture") == "observed"
        grade = min(Grade.RECORDED if observed else Grade.DECLARED, self._limit)
        words = "was seen typing these lines" if observed else "wrote these lines, or was given what no session claimed"
        return Meaning(
            session=key, origin=Origin.HUMAN, grade=grade, words=f"{shown(author, 80)} {words}", person=author
        )

    def _dangling(self, key: str) -> Meaning:
        if key == "ai_agent":
            return self._ai(key, Grade.INFERRED, "an AI agent it does not name", None, None)
        shape = _PROMPT.fullmatch(key) or _BARE_SESSION.fullmatch(key)
        if shape or _OLD_PROMPT.fullmatch(key):
            self._findings.add("dangling-key", key)
            grade = Grade.DECLARED if shape else Grade.INFERRED
            return self._ai(key, grade, "an AI session whose record is missing", None, None)
        return _unknown(key, f"“{shown(key, 40)}”, which says nothing that can be relied on")

    def _ai(self, key: str, grade: Grade, words: str, agent: Agent | None, person: str | None) -> Meaning:
        return Meaning(
            session=key,
            origin=Origin.AI,
            grade=min(grade, self._limit),
            words=f"the note gives these lines to {words}",
            agent=agent,
            person=person,
        )


def _unknown(key: str, words: str) -> Meaning:
    return Meaning(session=key, origin=Origin.UNKNOWN, grade=Grade.NONE, words=f"the note gives these lines to {words}")


def _surplus(record: dict[str, Any], documented: frozenset[str], agent: object) -> Iterator[str]:
    for field in record.keys() - documented:
        yield field[:60]
    if isinstance(agent, dict):
        for field in agent.keys() - _AGENT:
            yield f"agent_id.{field[:60]}"


def _text(value: object) -> str | None:
    return value[:200] if isinstance(value, str) and value.strip() else None


def _model(value: object) -> str | None:
    text = (_text(value) or "").strip().strip("\"'")
    return None if text.lower() in _NO_MODEL else text
