"""Guarantees: from the words that credit a tool come its name, version and model, or nothing at all.

The words are free text: ``Claude Opus 4.7 (1M context)``, ``aider (gpt-4o)``, ``AI (Pi/GPT-5.5)``, ``codex
(GPT-5.4)``, ``Claude Code 2.1.133 / Claude Opus 4.7``, ``claude-code:claude-opus-4-8 [sparse]``, ``Jane
Doe``. Read precisely: what is no known alias and no known kind of model is nobody's tool.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from answerable.provenance.table import Table, folded, table

_PAREN = re.compile(r"^(?P<head>[^()]*?)\s*\((?P<inner>[^()]{1,120})\)\s*\.?$")
_VERSION = re.compile(r"^(?P<head>.*?)[ /@]v?(?P<version>\d+(?:\.\d+)+[\w.-]*)$")
_LABEL = re.compile(r"^model[ :]+(?=.)", re.IGNORECASE)
_VENDOR = re.compile(r"^(?:openai|anthropic|google|xai|github)[ :/]+(?=.)", re.IGNORECASE)
_PART = re.compile(r"\s+/\s+|/(?=[A-Z])|\s+via\s+|\s+with\s+|\s*[·|]\s*")
_AGENT_MODEL = re.compile(r"^(?P<agent>[A-Za-z][\w. +-]{0,40}?):\s?(?P<model>[\w][\w./:+-]{1,100})(?:\s.*)?$")
_IDENTIFIER = re.compile(r"(?=.*[\d/-])[\w][\w./:+-]{2,100}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Credit:
    """What the words say; `sure` is False where the only hint is a word that is also a person's name."""

    tool: str | None = None
    version: str | None = None
    model: str | None = None
    sure: bool = False

    def __bool__(self) -> bool:
        return self.tool is not None or self.model is not None


def read_credit(text: str) -> Credit:
    """Read the words before a mail address, or the whole value of a trailer without one."""
    tools = table()
    text = text.strip().rstrip(".").strip("\"'`*💘🤖 ")[:300]
    direct = tools.tool_named(text)
    if direct is not None:
        return Credit(tool=direct, sure=folded(text) not in tools.ambiguous)
    return _agent_and_model(text, tools) or _in_parts(text, tools)


def _agent_and_model(text: str, tools: Table) -> Credit | None:
    """The kernel's AGENT:MODEL [TOOL…]; an agent nobody knows counts only beside a known kind of model."""
    found = _AGENT_MODEL.match(text)
    if found is None:
        return None
    tool = tools.tool_named(found["agent"])
    if tool is None and not tools.model.fullmatch(found["model"]):
        return None
    return Credit(tool=tool, model=found["model"], sure=True)


def _in_parts(text: str, tools: Table) -> Credit:
    """``Tool version (model)``, ``Tool / model`` and ``model via Tool``, each part optional."""
    paren = _PAREN.match(text)
    parts = [paren["head"], *_PART.split(paren["inner"])] if paren else [text]
    parts = [*_PART.split(parts[0]), *parts[1:]] if parts else []
    credit = Credit()
    for index, part in enumerate(parts):
        credit = _with_part(credit, part.strip(), tools, inner=paren is not None and index > 0)
    return credit


def _with_part(credit: Credit, part: str, tools: Table, *, inner: bool) -> Credit:
    name, version = without_version(part)
    tool, versioned = tools.tool_named(part), tools.tool_named(name)
    if credit.tool is None and (tool or versioned):
        sure = version is not None if tool is None else folded(part) not in tools.ambiguous
        return Credit(
            tool=tool or versioned,
            version=credit.version or (None if tool else version),
            model=credit.model,
            sure=credit.sure or sure or credit.model is not None,
        )
    model = _model(part, tools, free=inner and credit.tool is not None)
    if model is None or credit.model is not None:
        return credit
    return Credit(tool=credit.tool, version=credit.version, model=model, sure=True)


def without_version(part: str) -> tuple[str, str | None]:
    """``IBM Bob 1.0.0`` as its name and its version."""
    found = _VERSION.match(part)
    return (found["head"], found["version"]) if found else (part, None)


def _model(part: str, tools: Table, *, free: bool) -> str | None:
    stated = _LABEL.sub("", part).strip()
    if free and _IDENTIFIER.fullmatch(stated):
        return stated
    bare = _VENDOR.sub("", stated).strip()
    return bare if tools.model.fullmatch(bare) else None
