"""The spellings of a log's texts: every value has exactly one, and whatever is spelled otherwise is no value.

Two spellings of one thing would be two texts with one meaning: a signature over one, and a reader shown the other.
"""

from __future__ import annotations

import re
from base64 import b64decode, b64encode
from binascii import Error as NotBase64

LONGEST_TEXT = 1_000_000
"""How many bytes a note or a proof may have; a hundred post-quantum signatures fit."""

_DECIMAL = re.compile(r"0|[1-9][0-9]{0,18}")
_CONTROL = re.compile(r"[\x00-\x09\x0b-\x1f]")


def text_of(data: str | bytes) -> str | None:
    """Return a text that is UTF-8 without control characters but newlines and no longer than allowed, or None."""
    if len(data) > LONGEST_TEXT:
        return None
    try:
        text = data.decode() if isinstance(data, bytes) else data
        size = len(text.encode())  # a lone surrogate is no text
    except UnicodeError:
        return None
    return None if size > LONGEST_TEXT or _CONTROL.search(text) else text


def is_line(text: str) -> bool:
    """Whether a text can stand as a line of its own that is not empty."""
    return bool(text) and "\n" not in text and text_of(text) is not None


def number_of(text: str) -> int | None:
    """Return a decimal number below 2**63 without sign, spaces or leading zeros, or None."""
    if not _DECIMAL.fullmatch(text):
        return None
    number = int(text)
    return number if number < 2**63 else None


def base64_of(data: bytes) -> str:
    """Encode with the standard alphabet and padding (RFC 4648, section 4)."""
    return b64encode(data).decode("ascii")


def bytes_of(text: str) -> bytes | None:
    """Return what a text encodes in canonical base64 (RFC 4648, sections 3.5 and 4), or None."""
    try:
        data = b64decode(text, validate=True)
    except (NotBase64, ValueError):
        return None
    return data if base64_of(data) == text else None
