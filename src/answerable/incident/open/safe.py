"""Guarantees: a text from outside that is kept holds no secret that we know how to find, and no control character."""

from __future__ import annotations

from answerable.domain.printable import printable
from answerable.ledger import secrets


def safe(text: str) -> str:
    """A text with every secret in it replaced by the name of the rule that knows it."""
    for found in reversed(secrets.find(text)):
        text = f"{text[: found.start]}[{found.rule}]{text[found.end :]}"
    return printable(text)
