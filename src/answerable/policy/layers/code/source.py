"""The bytes of a file of code as its compiler sees them: in UTF-8, with line ends that every reader takes for such."""

from __future__ import annotations

import codecs

_MARKS = (
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_SAMPLE = 400


def plain(content: bytes) -> bytes:
    """The same text in UTF-8, its lines ended by newlines alone."""
    content = _decoded(content).removeprefix(codecs.BOM_UTF8)
    if b"\r" in content:
        content = content.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
    return content


def _decoded(content: bytes) -> bytes:
    for mark, name in _MARKS:
        if content.startswith(mark):
            return content.decode(name, "replace").encode("utf-8", "replace")
    sample = content[:_SAMPLE]
    if sample.count(0) * 3 > len(sample) >= 4:  # no mark, but every other byte is a zero
        order = "le" if sample[1::2].count(0) > sample[0::2].count(0) else "be"
        return content.decode(f"utf-16-{order}", "replace").encode("utf-8", "replace")
    return content
