"""Guarantees: what is known about coding tools is data (signatures.toml), loaded once, on first use.

Look-ups are exact. An identity is a tool's only by an address, a GitHub App slug, or a shared address under
one of the tool's own names; never by a domain, a bare number or a first name.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from answerable.domain.origin import Origin

UNKNOWN_TOOL = "unknown"
"""The tool of an agent of which only the model or session is known; `combine` takes it as no statement."""

_APP = re.compile(r"(?:\d+\+)?([a-z0-9-]{1,100}\[bot\])@users\.noreply\.github\.com")
_SPACE = re.compile(r"[\s_]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit:
    """A tool found under an exact entry, and the origin that entry claims."""

    tool: str
    origin: Origin


@dataclass(frozen=True, slots=True, kw_only=True)
class Pattern:
    """A full-match pattern of one tool."""

    tool: str
    regex: re.Pattern[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """All rows, turned into look-ups. `rows` keeps the examples for tests and documentation."""

    rows: tuple[dict[str, Any], ...]
    aliases: dict[str, str]
    ambiguous: frozenset[str]
    emails: dict[str, Hit]
    apps: dict[str, Hit]
    shared: dict[str, tuple[Hit, ...]]
    links: dict[str, tuple[str, ...]]
    lines: tuple[Pattern, ...]
    subjects: tuple[Pattern, ...]
    suffixes: tuple[tuple[str, str], ...]
    branches: tuple[Pattern, ...]
    model: re.Pattern[str]

    def tool_named(self, text: str) -> str | None:
        """The canonical tool of an alias, in any case and spacing, or None."""
        return self.aliases.get(folded(text))

    def identity(self, name: str, email: str) -> Hit | None:
        """The tool behind a name and mail address, or None."""
        address = email.strip().lower()
        hit = self.emails.get(address)
        if hit is not None or "@" not in address:
            return hit
        app = _APP.fullmatch(address) if "[bot]@" in address else None
        if app is not None and (hit := self.apps.get(app[1])):
            return hit
        others = self.shared.get(address)
        return next((h for h in others if self._is_called(name, h.tool)), None) if others else None

    def _is_called(self, name: str, tool: str) -> bool:
        return self.tool_named(name.partition("(")[0]) == tool


def folded(text: str) -> str:
    """Lower case with single spaces: the form aliases are kept in."""
    return _SPACE.sub(" ", text).strip().lower()


def canonical(name: str) -> str:
    """The canonical name of a tool; one that no row knows keeps its own, as a short slug.

    Args:
        name: What a record calls the tool, for example ``Claude Code`` or ``github-copilot``.
    """
    known = table().tool_named(name)
    if known is not None:
        return known
    slug = re.sub(r"[^a-z0-9._-]+", "-", name.strip().lower()[:60]).strip("-._")
    return slug or UNKNOWN_TOOL


def identity(name: str, email: str) -> Hit | None:
    """The tool behind a name and mail address, or None; the table is read only where it may know the address."""
    address = email.strip().lower()
    known = "[bot]@" in address or (address != "" and address in _text())
    return table().identity(name, email) if known else None


@cache
def _text() -> str:
    return Path(__file__).with_name("signatures.toml").read_text(encoding="utf-8")


@cache
def table() -> Table:
    """The table of tools, read from signatures.toml beside this file."""
    import tomllib  # most commits carry no mark, and then the table is never read

    data = tomllib.loads(_text())
    rows: list[dict[str, Any]] = data["tool"]
    return Table(
        rows=tuple(rows),
        aliases=_aliases(rows),
        ambiguous=frozenset(folded(word) for row in rows for word in row.get("ambiguous", ())),
        emails=_hits(rows, "emails"),
        apps=_hits(rows, "apps"),
        shared=_shared(rows),
        links={row["name"]: tuple(row.get("links", ())) for row in rows},
        lines=_patterns(rows, "lines"),
        subjects=_patterns(rows, "subjects"),
        suffixes=tuple((suffix, row["name"]) for row in rows for suffix in row.get("suffixes", ())),
        branches=_patterns(rows, "branches"),
        model=re.compile(rf"(?<![\w/.-])(?:{'|'.join(data['models']['patterns'])})(?!\w)", re.IGNORECASE),
    )


def _aliases(rows: list[dict[str, Any]]) -> dict[str, str]:
    """A row's own name is no alias unless listed: ``codegen`` is also what any code generator is called."""
    keys = ("aliases", "ambiguous")
    return {folded(word): row["name"] for row in rows for key in keys for word in row.get(key, ())}


def _hit(row: dict[str, Any], entry: str) -> Hit:
    return Hit(tool=row["name"], origin=Origin.MIXED if entry in row.get("assist", ()) else Origin.AI)


def _hits(rows: list[dict[str, Any]], key: str) -> dict[str, Hit]:
    return {entry: _hit(row, entry) for row in rows for entry in row.get(key, ())}


def _shared(rows: list[dict[str, Any]]) -> dict[str, tuple[Hit, ...]]:
    out: dict[str, tuple[Hit, ...]] = {}
    for row in rows:
        for entry in row.get("shared", ()):
            out[entry] = (*out.get(entry, ()), _hit(row, entry))
    return out


def _patterns(rows: list[dict[str, Any]], key: str) -> tuple[Pattern, ...]:
    found = [(row["name"], pattern) for row in rows for pattern in row.get(key, ())]
    return tuple(Pattern(tool=tool, regex=re.compile(pattern, re.IGNORECASE)) for tool, pattern in found)
