"""Whether a person named in a message is independent of a change: no author, no co-author and no tool."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from answerable.domain.commit import Person
from answerable.provenance.table import identity as tool_account

_BOT = re.compile(r"\[bot\]|[-_ ]bot$|^bot[-_ ]", re.IGNORECASE)
_TOOLS = (
    r"claude(?:[ -]code)?(?: (?:opus|sonnet|haiku|fable)\b.*)?",  # a person may be called Claude Dupont
    r"(?:github[ -])?copilot(?:[ -].*)?",
    r"(?:openai[ -])?codex|chatgpt.*|gpt-.*",
    r"gemini(?:[ -](?:cli|code[ -]assist.*|.*pro|.*flash))?|google-labs-jules|jules",
    r"cursor(?:[ -]?agent)?|windsurf|cody|amp|sweep|greptile|ellipsis-dev|qodo.*",
    r"devin(?:[ -]ai.*)?|aider(?: .*)?|coderabbit(?:ai)?",
    r"dependabot|renovate|mergify",
)
_TOOL = re.compile(f"^@?(?:{'|'.join(_TOOLS)})$", re.IGNORECASE)
_TOOL_MAIL = re.compile(  # people work at these companies too: only the addresses of their tools count
    r"^(?:no-?reply|claude|codex|cursoragent|agent|aider)@"
    r"(?:anthropic\.com|cursor\.com|aider\.chat|openai\.com|devin\.ai|coderabbit\.ai)$|copilot@",
    re.IGNORECASE,
)
_LOGIN = re.compile(r"^(?:[0-9]+\+)?([^@+]+)@users\.noreply\.github\.com$", re.IGNORECASE)


def person(given: str) -> Person:
    """Read `Name <mail>`, a bare mail address, a bare name or a handle."""
    name, _, rest = given.partition("<")
    name, mail = name.strip(), rest.partition(">")[0].strip()
    if not mail and "@" in name[1:] and " " not in name:
        name, mail = "", name
    return Person(name=name, email=mail)


def identity(who: Person) -> str:
    """One text for one person within a message."""
    return (who.email or who.name.lstrip("@")).lower()


def dependence(
    who: Person,
    authors: Sequence[Person],
    coauthors: Sequence[Person],
    is_agent: Callable[[Person], bool] | None = None,
) -> str | None:
    """Why a person cannot stand for an independent look.

    Returns:
        ``author``, ``co-author`` or ``agent``; None where nothing known here speaks against the person.
    """
    if any(_names(who) & _names(a) for a in authors):
        return "author"
    if any(_names(who) & _names(c) for c in coauthors):
        return "co-author"
    texts = (who.name, who.email.partition("@")[0])
    if any(_BOT.search(t) for t in texts) or _TOOL.match(who.name) or _TOOL_MAIL.search(who.email):
        return "agent"
    if tool_account(who.name, who.email) is not None:
        return "agent"
    return "agent" if is_agent is not None and is_agent(who) else None


def _names(who: Person) -> set[str]:
    """What a person goes by: mail address, name, and login where a forge's address or a handle gives it."""
    known = {who.email.lower(), who.name.lower().lstrip("@")}
    login = _LOGIN.match(who.email)
    if login:
        known.add(login[1].lower())
    return known - {""}
