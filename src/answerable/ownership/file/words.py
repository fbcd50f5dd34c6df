"""The words and forms that an owners file knows; the published schema says the same (a test holds them together)."""

from __future__ import annotations

import re

from answerable.ownership.model import DAYS
from answerable.strict_yaml.nodes import Mapping, Node, Scalar
from answerable.strict_yaml.reading import MOST_PATTERN, Notes

SEVERITIES = ("low", "medium", "high", "critical")
WEEK = {day: day for day in DAYS}
MOST_MINUTES = 7 * 24 * 60
MOST_HOURS = 366 * 24
MOST_TIER = 4
COVER = "cover"
"""In `notify`: whoever covers the hour. No person and no team can have this id."""

MAIL = re.compile(r"[^\s@<>]{1,200}@[^\s@<>]{1,200}")
FORGE = re.compile(r"@{0,2}[A-Za-z0-9_][A-Za-z0-9_./\[\]-]{0,199}")
PLACE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")
ZONE = re.compile(r"[A-Za-z][A-Za-z0-9+_-]{0,31}(?:/[A-Za-z0-9][A-Za-z0-9+_-]{0,31}){0,2}")
ADDRESS = re.compile(r"(?:https?://|mailto:)[^\s]+|[^\s:]+")
TIME = re.compile("(?:[01][0-9]|2[0-3]):[0-5][0-9]|24:00")


def pairs(notes: Notes, node: Node | None, what: str, write: str) -> tuple[tuple[Scalar, Node], ...]:
    """The keys and values of a mapping whose keys the file chooses; none where there is no node."""
    if node is None:
        return ()
    if isinstance(node, Mapping):
        return node.pairs
    notes.add(node.at, f"{what} must be a mapping", f"write `{write}`")
    return ()


def formed(notes: Notes, node: Node, what: str, form: re.Pattern[str], fix: str) -> str:
    """A text of one form; empty, and a fault, where it is none."""
    text = notes.text(node, what)
    if text and not form.fullmatch(text):
        notes.add(node.at, f"{what} cannot be {text[:80]!r}", fix)
        return ""
    return text


def all_formed(notes: Notes, node: Node | None, what: str, form: re.Pattern[str], fix: str) -> tuple[str, ...]:
    """A list of texts of one form, each once; none where there is no node."""
    if node is None:
        return ()
    found = notes.each(node, what, lambda item: formed(notes, item, f"an entry of {what}", form, fix))
    return tuple(dict.fromkeys(text for text in found if text))


def pattern(notes: Notes, node: Node) -> str:
    """A pattern with the meaning of CODEOWNERS on GitHub."""
    text = notes.text(node, "a path")
    if text.startswith(("!", "\\#")):
        notes.add(node.at, f"the pattern {text[:80]} cannot work", "name what is meant; a later entry decides")
    elif len(text) > MOST_PATTERN:
        notes.add(node.at, f"the pattern has {len(text)} characters; {MOST_PATTERN} is the most", "make it shorter")
    return text


def severities(notes: Notes, keys: dict[str, Node]) -> tuple[str, ...]:
    """`severity`: some of the four; none where it is not said."""
    return notes.some(keys["severity"], "severity", {word: word for word in SEVERITIES}) if "severity" in keys else ()


def jurisdictions(notes: Notes, node: Node | None, what: str) -> tuple[str, ...]:
    """A list of jurisdictions."""
    return all_formed(notes, node, what, PLACE, "write it as EU, US-CA or the like")


def whom(notes: Notes, node: Node | None, what: str) -> str | None:
    """The id of a team or a person; None where there is no node."""
    return None if node is None else notes.name(node, what) or None
