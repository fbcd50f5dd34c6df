"""Text from outside in characters that can be printed: nothing of it acts on a terminal, a page or a person's eye."""

from __future__ import annotations


def printable(text: str) -> str:
    """The same text, with control, bidirectional and invisible characters as escapes."""
    return "".join(ch if ch.isprintable() else repr(ch)[1:-1] for ch in text)
