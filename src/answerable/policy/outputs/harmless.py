"""Makes text from outside harmless in every output: nothing of it acts on a terminal, a page, a log or a person's eye.

What comes out is one line of printable characters. Whoever puts it into Markdown, XML or a workflow command still has
to escape what those languages read as their own.
"""

from __future__ import annotations

from urllib.parse import quote

from answerable.domain.printable import printable

_BREAKS = str.maketrans(dict.fromkeys("\t\n\v\f\r\x85\u2028\u2029", " "))
_LONGEST_PATH = 500


def visible(text: str, most: int = 1000) -> str:
    """Text in one line: control, bidirectional and invisible characters show as escapes; what is too long is cut.

    Args:
        text: Anything.
        most: How many characters are kept; what is left out is said.
    """
    line = " ".join(printable(text[:most].translate(_BREAKS)).split())
    if len(text) <= most and len(line) <= most:
        return line
    return f"{line[:most]}… (cut: {len(text):,} characters in all)"


def located(path: bytes) -> str:
    """A path as a platform looks it up: itself where that is harmless, else as git quotes it, in double quotes."""
    try:
        text = path.decode()
    except UnicodeDecodeError:
        text = '"'
    if text.isprintable() and not text.startswith('"'):
        return text
    return '"' + "".join(chr(b) if 32 <= b < 127 and b not in b'"\\' else f"\\{b:03o}" for b in path) + '"'


def shown(path: bytes) -> str:
    """A path for a person, cut in the middle where it is very long: its end says more than its length."""
    text = located(path)
    half = _LONGEST_PATH // 2
    return text if len(text) <= _LONGEST_PATH else f"{text[:half]}…{text[-half:]}"


def uri(path: bytes) -> str:
    """A path as a relative reference (RFC 3986): no byte of it can be a scheme, a host, a query or a fragment."""
    text = quote(path, safe="/")
    return "%2F" + text[1:] if text.startswith("/") else text
