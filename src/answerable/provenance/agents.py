"""Guarantees: the agent of an answer states only what no claim at the deciding grade contradicts.

Two tools, models or sessions there are a conflict each, and the agent keeps what all agree on. A model or
session that the deciding claims leave open is filled in from lower grades only where those speak of the same
tool and contradict nothing. A tool is never filled in from below: it would be guessed upward. One model under
two spellings (``claude-opus-4-5-20251101``, ``Claude Opus 4.5``) is no conflict.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from answerable.domain.agent import Agent
from answerable.domain.evidence import Claim, Conflict, Evidence
from answerable.provenance.table import UNKNOWN_TOOL

_PARTS = ("model", "session", "tool_version")
_SHOWN = frozenset({"model", "session"})  # a session that outlived an update has two versions and no contradiction
_NOT_A_WORD = re.compile(r"[^a-z0-9]+")
_DATED = re.compile(r"-20\d{6}$")


def agent_of(deciding: list[Claim], lower: list[Claim]) -> tuple[Agent | None, tuple[Conflict, ...]]:
    """The agent of lines that AI wrote, and what claims contradict about it.

    Args:
        deciding: The claims at the deciding grade, at least one.
        lower: Claims of lower grades that also say `ai` or `mixed`.
    """
    named = [claim for claim in deciding if claim.agent is not None]
    if not named:
        return None, ()
    naming = [claim for claim in named if _tool(claim) is not None]
    tools = sorted({claim.agent.tool for claim in naming if claim.agent is not None})
    conflicts = [_conflict("tool", naming)] if len(tools) > 1 else []
    tool = tools[0] if len(tools) == 1 else None
    parts: dict[str, str] = {}
    unsaid = []
    for part in _PARTS:
        stating = [claim for claim in named if _stated(claim, part)]
        if len({_key(part, claim) for claim in stating}) > 1:
            conflicts += [_conflict(part, stating)] if part in _SHOWN else []
        elif stating and _for_all(stating, named, tool):
            parts[part] = min(_stated(claim, part) for claim in stating)
        elif not stating:
            unsaid.append(part)
    if tool is not None:
        parts |= _filled(parts, unsaid, [claim for claim in lower if _tool(claim) == tool])
    agent = Agent(tool=tool or UNKNOWN_TOOL, **parts) if tool or parts else None
    return agent, tuple(conflicts)


def in_order(evidence: Iterable[Evidence]) -> tuple[Evidence, ...]:
    """Each piece once, the best first, whatever order the claims came in."""
    return tuple(sorted(set(evidence), key=lambda e: (-e.grade, e.source, e.ref, e.claim)))


def _for_all(stating: list[Claim], named: list[Claim], tool: str | None) -> bool:
    """True where the agent may carry what `stating` state: by its tool, or because all claims state it."""
    return any(_tool(claim) == tool for claim in stating) if tool else len(stating) == len(named)


def _filled(parts: dict[str, str], unsaid: list[str], lower: list[Claim]) -> dict[str, str]:
    """What lower grades add, the best grade that says anything first; nothing where it says two things."""
    fitting = [claim for claim in lower if all(_fits(claim, part, value) for part, value in parts.items())]
    out: dict[str, str] = {}
    for part in unsaid:
        stating = [claim for claim in fitting if _stated(claim, part)]
        best = [claim for claim in stating if claim.grade == max(other.grade for other in stating)]
        if len({_key(part, claim) for claim in best}) == 1:
            out[part] = min(_stated(claim, part) for claim in best)
    return out


def _fits(claim: Claim, part: str, value: str) -> bool:
    stated = _stated(claim, part)
    return not stated or _normal(part, stated) == _normal(part, value)


def _tool(claim: Claim) -> str | None:
    return None if claim.agent is None or claim.agent.tool == UNKNOWN_TOOL else claim.agent.tool


def _stated(claim: Claim, part: str) -> str:
    value: str | None = getattr(claim.agent, part, None)
    return value or ""


def _key(part: str, claim: Claim) -> str:
    return _normal(part, _stated(claim, part))


def _normal(part: str, value: str) -> str:
    """One model under its many spellings: without vendor, date, case and punctuation."""
    if part != "model":
        return value
    return _DATED.sub("", _NOT_A_WORD.sub("-", value.rpartition("/")[2].lower()).strip("-"))


def _conflict(about: str, claims: list[Claim]) -> Conflict:
    return Conflict(about=about, grade=claims[0].grade, claims=in_order(claim.evidence for claim in claims))
