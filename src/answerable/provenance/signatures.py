"""Guarantees: the marks tools leave in a commit message are found anywhere in it, and prose about them is
not.

Marks are trailers (source ``trailer``) and whole lines such as session links (source ``message``); both are
what the commit says of itself: grade ``declared``. Cost is linear in the length of the message, and a message
without any mark is dismissed after one scan.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from answerable.domain.agent import Agent
from answerable.domain.commit import Commit
from answerable.domain.evidence import Claim, Evidence, Reading
from answerable.domain.grade import Grade
from answerable.domain.origin import Origin
from answerable.provenance.credit import Credit, read_credit, without_version
from answerable.provenance.message import own_lines, shown
from answerable.provenance.table import UNKNOWN_TOOL, Table, canonical, table

_NOTHING = Reading()
_NEEDLES = (
    "-authored-by",
    "-developed-by",
    "assisted-by",
    "generated",
    "-session",
    "made-with:",
    "amp-thread-id",
    "agent-logs-url",
    "replit-commit-",
    "](http",
)
"""Every message that carries a mark holds one of these, subjects aside; a test holds the table to it."""

_TRAILER = re.compile(
    r"(?P<key>co-(?:authored|developed)-by|(?:ai-)?assisted-by|generated-by|co-authored-by-ai)"
    r"[ \t]*:[ \t]*(?P<value>\S.*)",
    re.IGNORECASE,
)
_IDENTITY = re.compile(r"(?P<name>[^<>]*)<(?P<email>[^<>\s]{3,200})>")
_LINKED = re.compile(
    r"(?:[^\w\s\"'<>`]{1,4} ?)?[*_]{0,2}(?:generated|created|made|written) (?:with|by|using) "
    r"\[(?P<tool>[^\[\]]{1,40})\]\(https?://(?P<link>[^)\s]{1,200})\)"
    r"(?: via \[[^\[\]]{1,60}\]\([^)\s]{1,200}\))?[.*_]{0,3}",
    re.IGNORECASE,
)
_NEVER_A_PERSON = frozenset({"generated-by", "co-authored-by-ai"})
_NO = frozenset({"no", "none", "false", "n/a", "na", "-", "0"})
_YES = frozenset({"yes", "true", "1"})


@dataclass(frozen=True, slots=True, kw_only=True)
class _Mark:
    source: str
    agent: Agent | None
    origin: Origin = Origin.AI
    part: bool = False


def read(commit: Commit) -> Reading:
    """What the message of one commit says about how the commit came to be."""
    message = commit.message
    if not _may_hold_a_mark(message):
        return _NOTHING
    claims: dict[tuple[str, Agent | None, Origin, bool], Claim] = {}
    for mark, line in _marks(message, table()):
        key = (mark.source, mark.agent, mark.origin, mark.part)
        if key not in claims:
            claims[key] = _claim(mark, line, commit.sha)
    return Reading(claims=tuple(claims.values())) if claims else _NOTHING


def _may_hold_a_mark(message: str) -> bool:
    text = message.lower()
    return any(needle in text for needle in _NEEDLES) or any(
        pattern.regex.match(text.lstrip()) for pattern in table().subjects
    )


def _marks(message: str, tools: Table) -> Iterator[tuple[_Mark, str]]:
    subject = message.lstrip("\n").split("\n", 1)[0].strip()
    for pattern in tools.subjects:
        if pattern.regex.fullmatch(subject):
            yield _Mark(source="message", agent=Agent(tool=pattern.tool)), subject
    for line in own_lines(message):
        mark = _trailer(line, tools) or _line(line, tools)
        if mark is not None:
            yield mark, line


def _trailer(line: str, tools: Table) -> _Mark | None:
    found = _TRAILER.fullmatch(line)
    if found is None:
        return None
    key, value = found["key"].lower(), found["value"].strip()
    mark = _credited(key, value, tools)
    return replace(mark, part=key.endswith("assisted-by")) if mark else None


def _credited(key: str, value: str, tools: Table) -> _Mark | None:
    identity = _IDENTITY.match(value)
    if identity is not None:
        return _by_identity(identity["name"], identity["email"], tools)
    if key == "co-authored-by-ai":
        return _by_convention(value)
    credit = read_credit(value)
    if not credit or not (credit.sure or key in _NEVER_A_PERSON):
        return None
    return _Mark(source="trailer", agent=_agent(credit, credit.tool))


def _by_identity(name: str, email: str, tools: Table) -> _Mark | None:
    hit = tools.identity(name, email)
    if hit is None:
        return None
    credit = read_credit(name)
    # "Cline <noreply@anthropic.com>": name and address name two tools, so neither is believed
    disputed = credit.tool is not None and credit.sure and credit.tool != hit.tool
    return _Mark(source="trailer", agent=_agent(credit, None if disputed else hit.tool), origin=hit.origin)


def _by_convention(value: str) -> _Mark | None:
    """Co-authored-by-AI never names a person, so a tool that no row knows is taken at its word."""
    if value.lower() in _NO:
        return None
    if value.lower() in _YES:
        return _Mark(source="trailer", agent=None)
    credit = read_credit(value)
    if credit.tool is None and not (credit.model or "").startswith(value.partition("(")[0].strip()):
        name, version = without_version(value.partition("(")[0].strip())
        credit = Credit(tool=canonical(name), version=version, model=credit.model)
    return _Mark(source="trailer", agent=_agent(credit, credit.tool))


def _line(line: str, tools: Table) -> _Mark | None:
    linked = _LINKED.fullmatch(line)
    if linked is not None:
        tool = tools.tool_named(linked["tool"])
        if tool is None or not _leads_to(linked["link"].lower(), tools.links[tool]):
            return None
        return _Mark(source="message", agent=Agent(tool=tool))
    for pattern in tools.lines:
        found = pattern.regex.fullmatch(line)
        if found is not None:
            return _Mark(source="message", agent=Agent(tool=pattern.tool, session=found.groupdict().get("session")))
    return None


def _leads_to(link: str, places: tuple[str, ...]) -> bool:
    return any(link == place or link.startswith((place + "/", place + "?", place + "#")) for place in places)


def _agent(credit: Credit, tool: str | None) -> Agent | None:
    if tool is None and credit.model is None:
        return None
    return Agent(tool=tool or UNKNOWN_TOOL, tool_version=credit.version, model=credit.model)


def _claim(mark: _Mark, line: str, sha: str) -> Claim:
    what = "trailer" if mark.source == "trailer" else "line"
    evidence = Evidence(
        source=mark.source,
        ref=f"commit {sha}",
        grade=Grade.DECLARED,
        claim=f"the message carries the {what} “{shown(line)}”",
    )
    return Claim(origin=mark.origin, grade=Grade.DECLARED, evidence=evidence, agent=mark.agent, part=mark.part)
