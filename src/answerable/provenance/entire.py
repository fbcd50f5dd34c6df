"""Guarantees: Entire's trailers and checkpoint metadata are read as declarations about a whole commit,
nothing finer.

A checkpoint says that an agent's session was at work, not on which lines: grade ``declared``. Its attribution
is an estimate. Over 0% it tells `ai` from `mixed`; 0%, one record in three, says only that none of the
agent's own lines were recognised in the commit, which is no evidence of a person: such a record is `unknown`.

Where they are: trailers of the commit, and ``metadata.json`` on the branch ``entire/checkpoints/v1`` at
`folder_of(checkpoint)`, one for the checkpoint and one in a numbered folder for each session.
"""

from __future__ import annotations

import json
import re
from typing import Any

from answerable.domain.agent import Agent
from answerable.domain.commit import Commit
from answerable.domain.evidence import Claim, Defect, Evidence, Reading
from answerable.domain.grade import Grade
from answerable.domain.origin import Origin
from answerable.provenance.message import own_lines, shown
from answerable.provenance.table import UNKNOWN_TOOL, canonical

BRANCH = "refs/heads/entire/checkpoints/v1"
DEFECTS: dict[str, str] = {
    "unreadable": "the metadata is no JSON object",
    "malformed-record": "a field is not of the type Entire writes",
    "empty-attribution": "an attribution of 0%, which is no evidence of a person",
    "impossible-attribution": "an attribution outside 0 to 100%",
}

_NOTHING = Reading()
_TRAILER = re.compile(r"entire-(?P<key>checkpoint|session|agent):[ \t]*(?P<value>\S.{0,199})", re.IGNORECASE)
_CHECKPOINT = re.compile(r"[0-9a-f]{12}|[0-9A-HJKMNP-TV-Z]{26}")
_NAMELESS = frozenset({"agent", "unknown", ""})


def read(commit: Commit) -> Reading:
    """What Entire's trailers say about one commit."""
    if "ntire-" not in commit.message:
        return _NOTHING
    found: dict[str, list[str]] = {"checkpoint": [], "session": [], "agent": []}
    for line in own_lines(commit.message):
        trailer = _TRAILER.fullmatch(line)
        if trailer is not None:
            found[trailer["key"].lower()].append(trailer["value"].strip())
    if not any(found.values()):
        return _NOTHING
    tools = [tool for name in dict.fromkeys(found["agent"]) if (tool := _tool(name)) is not None]
    sessions = list(dict.fromkeys(found["session"]))
    agents = _agents(tools, sessions)
    words = "the message carries " + ", ".join(f"Entire-{key.title()}" for key, values in found.items() if values)
    ref = f"commit {commit.sha}"
    return Reading(claims=tuple(_claim(Origin.AI, agent, words, ref) for agent in agents))


def checkpoints_of(message: str) -> tuple[str, ...]:
    """The ids of the checkpoints a message names, in order."""
    if "ntire-" not in message:
        return ()
    found = (_TRAILER.fullmatch(line) for line in own_lines(message))
    ids = [trailer["value"].strip() for trailer in found if trailer and trailer["key"].lower() == "checkpoint"]
    return tuple(dict.fromkeys(one for one in ids if _CHECKPOINT.fullmatch(one)))


def folder_of(checkpoint: str) -> str:
    """The folder of a checkpoint on `BRANCH`, for example ``00/c9e2351016``."""
    return f"{checkpoint[:2]}/{checkpoint[2:]}"


def read_metadata(data: bytes, where: str) -> Reading:
    """What one ``metadata.json`` says about the commit its checkpoint belongs to.

    Args:
        data: The file, of a checkpoint or of one of its sessions.
        where: Where a stranger finds it, for example ``entire/checkpoints/v1:00/c9e2351016/0/metadata.json``.
    """
    try:
        meta = json.loads(data.decode("utf-8", "replace"))
    except (ValueError, RecursionError):
        meta = None
    if not isinstance(meta, dict):
        return Reading(defects=(Defect(kind="unreadable", ref=where, detail=DEFECTS["unreadable"]),))
    defects: list[Defect] = []
    percentage = _percentage(meta, where, defects)
    tool, session = _tool(meta.get("agent")), meta.get("session_id")
    sessions = [session] if isinstance(session, str) and session else []
    agent = _agents([tool] if tool else [], sessions)[0]
    if not sessions and not meta.get("sessions") and tool is None:
        return Reading(defects=tuple(defects))
    origin, words = _said(percentage)
    return Reading(claims=(_claim(origin, agent, words, where),), defects=tuple(defects))


def _said(percentage: float | None) -> tuple[Origin, str]:
    if percentage is None:
        return Origin.AI, "an agent's session made this checkpoint"
    if percentage == 0:
        return (
            Origin.UNKNOWN,
            "an agent's session made this checkpoint; an estimate recognised none of its lines",
        )
    origin = Origin.AI if percentage == 100 else Origin.MIXED
    return (
        origin,
        f"an agent's session made this checkpoint; an estimate gives it {percentage:.0f}% of the commit",
    )


def _percentage(meta: dict[str, Any], where: str, defects: list[Defect]) -> float | None:
    found = meta.get("initial_attribution")
    if found is None:
        return None
    value = found.get("agent_percentage") if isinstance(found, dict) else None
    if isinstance(value, bool) or not isinstance(value, int | float):
        defects.append(Defect(kind="malformed-record", ref=where, detail="agent_percentage is no number"))
        return None
    if not 0 <= value <= 100:
        defects.append(Defect(kind="impossible-attribution", ref=where, detail=f"{value}%"[:40]))
        return None
    if value == 0:
        defects.append(Defect(kind="empty-attribution", ref=where, detail=DEFECTS["empty-attribution"]))
    return float(value)


def _tool(name: object) -> str | None:
    if not isinstance(name, str) or name.strip().lower() in _NAMELESS:
        return None
    return canonical(name)


def _agents(tools: list[str], sessions: list[str]) -> list[Agent | None]:
    """One agent a tool; a session belongs to a tool only where there is one of each."""
    if not tools:
        return [Agent(tool=UNKNOWN_TOOL, session=session[:200]) for session in sessions] or [None]
    if len(tools) == 1 and sessions:
        return [Agent(tool=tools[0], session=session[:200]) for session in sessions]
    return [Agent(tool=tool) for tool in tools]


def _claim(origin: Origin, agent: Agent | None, words: str, ref: str) -> Claim:
    grade = Grade.NONE if origin is Origin.UNKNOWN else Grade.DECLARED
    evidence = Evidence(source="entire", ref=shown(ref), grade=grade, claim=words)
    return Claim(origin=origin, grade=grade, evidence=evidence, agent=agent)
