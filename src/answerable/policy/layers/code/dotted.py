"""The name that an expression writes, from its last part to its first; never deeper than a name can be."""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING

from answerable.policy.layers.code.language import child_of
from answerable.policy.layers.code.uses import UNKNOWN

if TYPE_CHECKING:
    from tree_sitter import Node

    from answerable.policy.layers.code.language import Language, Reading

MOST_PARTS = 12
MOST_STEPS = 100  # brackets and the like count as well
MOST_LETTERS = 200

_TYPES = re.compile(r"<.*>", re.DOTALL)


def dotted(reading: Reading, language: Language, node: Node | None) -> str:
    """The name of an expression, its parts joined by dots; `?` stands for what is no name."""
    parts: list[str] = []
    for _ in range(MOST_STEPS):
        if node is None or len(parts) >= MOST_PARTS:
            break
        kind = node.type
        if kind in language.names:
            parts.append(_clean(reading.text(node)))
            return ".".join(reversed(parts))
        special = language.special(node, reading)
        if isinstance(special, str):
            parts.append(special)
            return ".".join(reversed(parts))
        if special is not None:
            node, part = special
            parts.append(part)
        elif kind in language.members:
            before, last = language.members[kind]
            part_node = node.child_by_field_name(last)
            parts.append(_clean(reading.text(part_node)) if part_node is not None else UNKNOWN)
            node = node.child_by_field_name(before)
            if node is None:
                return ".".join(reversed(parts))
        elif kind in language.through:
            node = node.child_by_field_name(language.through[kind]) or child_of(node, 0)
        else:
            break
    return ".".join([UNKNOWN, *reversed(parts)])


def _clean(text: str) -> str:
    """A part as it is compared: without types given to it, and in the form that equal names share."""
    if "<" in text:
        text = _TYPES.sub("", text)
    if not text.isascii():
        text = unicodedata.normalize("NFKC", text)
    return re.sub(r"\s", "", text).replace("::", ".").lstrip("@:.")[:MOST_LETTERS] or UNKNOWN
