"""Stack traces of any language, in any wrapping, become frames; no input raises, and time grows linearly.

A new language is one module with a `Language` and one entry in `LANGUAGES`, the stricter before the lenient.
"""

from __future__ import annotations

from collections.abc import Sequence

from answerable.domain.frame import Frame
from answerable.incident.frames import csharp, go, java, javascript, native, php, plain, python, ruby, rust
from answerable.incident.frames.clean import lines_of
from answerable.incident.frames.core import Assembler, Language

LANGUAGES: tuple[Language, ...] = (
    python.TRACEBACK,
    python.FAULT,
    java.LANGUAGE,
    csharp.LANGUAGE,
    go.LANGUAGE,
    rust.LANGUAGE,
    php.LANGUAGE,
    ruby.LANGUAGE,
    native.LANGUAGE,
    javascript.LANGUAGE,
)

__all__ = ["LANGUAGES", "Frame", "parse_trace"]


def parse_trace(text: str) -> list[Frame]:
    """Find every frame in a text.

    Args:
        text: A trace, a log, a mail with a trace in it, or a list of `path:line` targets.

    Returns:
        Frames, traces in the order of the text and each from where it failed outwards (see `Frame`). The
        plain form `path:line` counts only where no runtime's own form is found. Empty where nothing names a
        place.
    """
    lines = list(lines_of(text))
    return _read(lines, LANGUAGES) or _read(lines, (plain.LANGUAGE,))


def _read(lines: Sequence[str], languages: Sequence[Language]) -> list[Frame]:
    assembler = Assembler()
    readers = [(language, language.read) for language in languages]
    before = ""
    for line in lines:
        if not line or line.isspace():
            continue
        for language, read in readers:
            step = read(line, before)
            if step is not None:
                assembler.take(language, step, line)
                break
        else:
            assembler.skip()
        before = line
    return assembler.frames()
