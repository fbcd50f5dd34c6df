"""Writes who wrote a commit's lines as a git-ai note (standard 3.0.0), for git-ai's own reader and for ours.

A person's lines are only written where they were observed, and say so (`answerable.capture`). Lines of both stand under
the agent's session, with a trace of their own that the session's `answerable.modified` pairs with the person. Lines
that nobody knows the writer of are left out: for every reader they are then unknown.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from hashlib import sha256

from answerable.capture.commit import Told
from answerable.capture.lines.hand import Hand, Kind
from answerable.capture.replay import Session, git_ai_tool
from answerable.domain.ranges import Ranges

VERSION = "authorship/3.0.0"
CARRIED = "carried"  # rule of a hand that another commit's note told
DECLARED = "declared"  # and of a person who was not seen writing, as git-ai's notes have it
_CAPTURE = {"answerable.capture": "observed"}


def write(
    commit: str, files: Mapping[bytes, Told], sessions: Mapping[str, Session], driver: str, *, empty: bool = False
) -> bytes | None:
    """The note of a commit; None where it would say nothing.

    Args:
        commit: Its id.
        files: Who wrote the lines that it added, by path.
        sessions: The agents' sessions by id.
        driver: The person who told the agents to work, as "Name <mail>".
        empty: Write it even so, in place of one that says what is not so.
    """
    rows: list[bytes] = []
    said: list[Hand] = []
    for path in sorted(files):
        by_key: dict[str, list[tuple[int, int]]] = {}
        for span, hand in files[path]:
            key = _key(hand)
            if key:
                by_key.setdefault(key, []).append(span)
                said.append(hand)
        if by_key:
            rows.append(quoted(path))
            rows += [f"  {key} {_ranges(spans)}".encode() for key, spans in sorted(by_key.items())]
    if not rows and not empty:
        return None
    document: dict[str, object] = {"schema_version": VERSION, "base_commit_sha": commit, "prompts": {}}
    people = sorted({(hand.person, hand.rule == DECLARED) for hand in said if hand.person})
    if people:
        document["humans"] = {_person_id(name, declared): _human(name, declared) for name, declared in people}
    names = sorted({hand.session for hand in said if hand.session})
    if names:
        document["sessions"] = {name: _session(sessions[name], name, said, driver) for name in names}
    return b"".join(row + b"\n" for row in rows) + b"---\n" + json.dumps(document, indent=2).encode()


def human_id(identity: str) -> str:
    """A person's id, as section 1.2.3.1 of the standard makes it."""
    return "h_" + sha256(identity.encode("utf-8", "surrogateescape")).hexdigest()[:14]


def _person_id(name: str, declared: bool) -> str:
    """A person who is only declared is another entry of a note than the same one who was seen."""
    return human_id(f"{name}\0{DECLARED}" if declared else name)


def _human(name: str, declared: bool) -> dict[str, object]:
    return {"author": name} if declared else {"author": name, "custom_attributes": _CAPTURE}


def quoted(path: bytes) -> bytes:
    """A path as a note has it: in quotes where it holds white space, with git's escapes where it would break a line."""
    try:
        text = path.decode()
    except UnicodeDecodeError:
        text = "\n"
    odd = any((not char.isprintable() and not char.isspace()) or char in '"\n\r\v\f\x85\u2028\u2029' for char in text)
    if odd or ("\\" in text and any(map(str.isspace, text))):
        plain = b'"\\'
        return b'"' + b"".join(b"%c" % b if 32 <= b < 127 and b not in plain else b"\\%03o" % b for b in path) + b'"'
    return b'"' + path + b'"' if any(map(str.isspace, text)) or text == "---" else path


def _key(hand: Hand) -> str | None:
    if hand.kind is Kind.PERSON and hand.person:
        return _person_id(hand.person, hand.rule == DECLARED)
    if hand.kind in (Kind.AGENT, Kind.MIXED) and hand.session:
        return f"{hand.session}::{_trace(hand)}"
    return None


def _trace(hand: Hand) -> str:
    trace = hand.trace or "t_" + sha256(str(hand.session).encode()).hexdigest()[:14]
    if hand.kind is not Kind.MIXED or hand.rule == CARRIED:
        return trace
    return "t_" + sha256(f"{trace}:{hand.person}".encode("utf-8", "surrogateescape")).hexdigest()[:14]


def _session(session: Session, name: str, said: list[Hand], driver: str) -> dict[str, object]:
    attributes = dict(_CAPTURE if session.observed else {})
    changed = {_trace(hand): human_id(hand.person) for hand in said if _is_mixed(hand, name) and hand.person}
    if changed:
        attributes["answerable.modified"] = ",".join(f"{trace}:{who}" for trace, who in sorted(changed.items()))
    if session.version:
        attributes["answerable.tool_version"] = session.version
    return {
        "agent_id": {
            "tool": git_ai_tool(session.tool),
            "id": session.conversation,
            "model": session.model or "unknown",
        },
        "human_author": session.driver or driver,
        **({"custom_attributes": attributes} if attributes else {}),
    }


def _is_mixed(hand: Hand, session: str) -> bool:
    return hand.kind is Kind.MIXED and hand.session == session


def _ranges(spans: list[tuple[int, int]]) -> str:
    return ",".join(_parts(Ranges.of(spans)))


def _parts(ranges: Ranges) -> Iterator[str]:
    for start, end in ranges:
        yield str(start) if start == end else f"{start}-{end}"
