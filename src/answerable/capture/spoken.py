"""Follows what an agent said that it would write into a file: its own words are the evidence that lines are its own.

Between the hooks before and after an edit a person may wait for minutes, be asked, and change the file too. So a change
in that time is an agent's only as far as its payload says it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from answerable.capture.lines.align import align
from answerable.capture.lines.hand import split
from answerable.capture.lines.likeness import form, key
from answerable.capture.payload.model import Edit


def speaks(edits: Sequence[Edit]) -> bool:
    """True where a payload says what comes in, or that something is only taken out."""
    return any(edit.new is not None or edit.old is not None or edit.gone for edit in edits)


def expected(before: bytes, edits: Sequence[Edit]) -> bytes | None:
    """The file after these edits; None where that cannot be told."""
    text = before
    for edit in edits:
        new = (edit.new or "").encode("utf-8", "surrogateescape")
        if edit.whole or not (edit.old or text):  # what is put into an empty file is all that it holds
            text = new
        elif edit.old and (old := edit.old.encode("utf-8", "surrogateescape")) in text:
            text = text.replace(old, new, 1)
        elif edit.old and old.replace(b"\n", b"\r\n") in text:
            text = text.replace(old.replace(b"\n", b"\r\n"), new.replace(b"\n", b"\r\n"), 1)
        else:
            return None
    return text


def said_lines(edits: Sequence[Edit]) -> set[bytes]:
    """The lines that come in, as they are compared."""
    new = [edit.new.encode("utf-8", "surrogateescape") for edit in edits if edit.new]
    return {form(key(line)) for text in new for line in split(text)}


def only(before: Sequence[bytes], now: bytes, said: set[bytes]) -> bytes:
    """What the file would hold had nothing come in but what was said; it may have lost more than was said.

    Args:
        before: The lines before.
        now: What the file holds now.
        said: From `said_lines`.
    """
    lines = split(now)
    old, new = [*map(key, before)], [*map(key, lines)]
    kept = set(range(len(new)))
    for _, _, at, to in align(old, new).gaps(len(old), len(new)):
        kept -= {j for j in range(at, to) if form(new[j]) not in said}
    return b"".join(line + b"\n" for j, line in enumerate(lines) if j in kept)


def shows(now: bytes, edits: Sequence[Edit]) -> bool:
    """True where all that was said to come in is there, and something was said."""
    wanted = Counter(line for line in said_lines(edits) if line)
    return bool(wanted) and not wanted.keys() - {form(key(line)) for line in split(now)}
