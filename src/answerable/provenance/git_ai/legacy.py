"""Guarantees: the two schemas before authorship/3.0.0, one JSON object each, are read as far as they prove
anything.

``authorship/0.0.1`` (refs/ai/authorship/<commit>) names an author a range and does not say whether that is a
person: a known tool's own name or a model is `ai`, `declared`; any other name may be a tool nobody knows, so
it proves nothing. ``authorship/2.0.0`` points from ranges to prompts, read like those of 3.0.0, or else to
authors, as above.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from answerable.domain.agent import Agent
from answerable.domain.grade import Grade
from answerable.domain.origin import Origin
from answerable.provenance.credit import read_credit
from answerable.provenance.findings import Findings
from answerable.provenance.git_ai.attestation import MAX_LINE_NUMBER, Attested
from answerable.provenance.git_ai.records import Meaning, Records
from answerable.provenance.message import shown
from answerable.provenance.table import UNKNOWN_TOOL

AUTHOR = "author:"
"""Prefix of the keys made up for entries that name an author only."""


def is_legacy(meta: dict[str, Any]) -> bool:
    """True for the object of a schema that keeps the lines inside the JSON."""
    return isinstance(meta.get("files"), dict)


def attested(meta: dict[str, Any], findings: Findings) -> Attested:
    """Path → key → ranges; a key is a prompt's, or `AUTHOR` and a name."""
    out: Attested = {}
    for path, entry in meta["files"].items():
        keys = out.setdefault(path.encode("utf-8", "surrogatepass"), {})
        entries = entry.get("authors") if isinstance(entry, dict) else entry
        for item in entries if isinstance(entries, list) else ():
            if not isinstance(item, dict):
                findings.add("malformed-entry", "an entry is no object")
                continue
            spans = _spans(item.get("lines"), findings)
            if spans:
                keys.setdefault(_key(item, meta), []).extend(spans)
    return out


def asking(records: Records) -> Callable[[str], Meaning]:
    """What any key of such a note says: its records answer for prompts, the names themselves for authors."""
    return lambda key: meaning(key) if key.startswith(AUTHOR) else records.meaning(key)


def meaning(key: str) -> Meaning:
    """What an entry says that names an author only."""
    name = key.removeprefix(AUTHOR)
    credit = read_credit(name)
    if credit:
        agent = Agent(tool=credit.tool or UNKNOWN_TOOL, model=credit.model)
        words = f"the note gives these lines to “{shown(name, 60)}”"
        return Meaning(session=key, origin=Origin.AI, grade=Grade.DECLARED, words=words, agent=agent)
    words = f"the note gives these lines to “{shown(name, 60)}” and does not say whether that is a person"
    return Meaning(session=key, origin=Origin.UNKNOWN, grade=Grade.NONE, words=words)


def _key(item: dict[str, Any], meta: dict[str, Any]) -> str:
    prompt = item.get("prompt_session_id")
    if isinstance(prompt, str):
        return prompt
    name = item.get("author")
    if not isinstance(name, str):
        authors = meta.get("authors")
        author = authors.get(str(item.get("author_key"))) if isinstance(authors, dict) else None
        name = author.get("username") if isinstance(author, dict) else None
    return AUTHOR + (name[:200] if isinstance(name, str) else "nobody")


def _spans(lines: object, findings: Findings) -> list[tuple[int, int]]:
    spans = []
    for item in lines if isinstance(lines, list) else ():
        pair = item if isinstance(item, list) and len(item) == 2 else [item, item]
        if all(isinstance(n, int) and 1 <= n <= MAX_LINE_NUMBER for n in pair):
            spans.append((min(pair), max(pair)))
        else:
            findings.add("bad-range", "an item of lines is no range")
    return spans
