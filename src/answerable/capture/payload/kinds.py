"""Tells by a tool's name what it does, where its agent's own table does not: a name that may mean a change does."""

from __future__ import annotations

import re

from answerable.capture.payload.model import Kind


def words(text: str) -> frozenset[str]:
    """The words of a text."""
    return frozenset(text.split())


_PARTS = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+")
_CHANGES = words(
    "edit edits editor write replace create patch delete remove rename move insert append update notebook refactor "
    "overwrite save undo upsert copy restore"
)
_WRITES = words("write create overwrite save")
_SHELLS = words("bash shell terminal powershell exec execute command commands run cmd")
_READS = words("read view list glob grep search fetch find cat ls get show open web")
_ABOUT_ELSE = words("todo todos memory issue task tasks plan branch pull comment")  # not about files


def kind_of(tool: str, table: dict[str, Kind] | None = None) -> Kind:
    """What a tool does.

    Args:
        tool: Its name; of a tool behind `mcp__server__tool` only the last part counts.
        table: Names that are known, in small letters.
    """
    known = (table or {}).get(tool.lower())
    if known is not None:
        return known
    found = {word.lower() for word in _PARTS.findall(re.split(r"__|[./:]", tool[:200])[-1])}
    if found & _ABOUT_ELSE:
        return Kind.OTHER
    if found & _CHANGES:
        return Kind.WRITE if found & _WRITES and not found & (_CHANGES - _WRITES) else Kind.EDIT
    if found & _READS:
        return Kind.READ
    return Kind.SHELL if found & _SHELLS else Kind.OTHER
