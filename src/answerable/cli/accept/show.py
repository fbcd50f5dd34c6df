"""A hunk as a person reads it before signing: where it is, what is known of it, every line, and what to ask oneself.

Nothing is left out: what is signed for was shown. Characters that act on a terminal, or hide, are shown as escapes.
"""

from __future__ import annotations

from collections.abc import Iterator

import click

from answerable.cli.options import clean
from answerable.review.checklist.sheet import about, where
from answerable.review.countersign import Portion

_TAB = 4


def heading(portion: Portion) -> Iterator[str]:
    """Where it is and what is known of it."""
    lines = "1 line" if portion.count == 1 else f"{portion.count:,} lines"
    yield f"{click.style(where(portion.hunk), bold=True)}  {lines}"
    yield f"  {clean(about(portion.hunk))}"


def whole(portion: Portion, content: bytes) -> Iterator[str]:
    """All of it.

    Args:
        portion: What is to be signed for.
        content: The file at the head.
    """
    yield from heading(portion)
    hunk = portion.hunk
    width = len(str(hunk.end))
    for number, line in enumerate(content.split(b"\n")[hunk.start - 1 : hunk.end], hunk.start):
        yield f"  {number:>{width}}  {_text(line)}"
    if portion.questions:
        yield "  Ask yourself:"
    for question in portion.questions:
        yield f"  - {clean(question.text)} {click.style(clean(question.why), dim=True)}"


def _text(line: bytes) -> str:
    """One line; the end of one in the style of DOS is no text."""
    return clean(line.removesuffix(b"\r").decode("utf-8", "replace").expandtabs(_TAB))
