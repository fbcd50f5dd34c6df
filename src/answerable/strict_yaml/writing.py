"""Values as YAML that every reader takes for the same: what is written here and read by `reading` is equal.

Texts stand plain where no reader could take them for anything else, and in double quotes otherwise.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from answerable.strict_yaml.reading import means_text

_PLAIN = re.compile(r"[A-Za-z][A-Za-z0-9_./-]*")
_ESCAPES = {'"': '\\"', "\\": "\\\\", "\n": "\\n", "\t": "\\t", "\r": "\\r"}


def block(data: Mapping[str, object], indent: str = "") -> Iterator[str]:
    """The lines of a mapping: mappings and lists (of mappings, as `list`) below their keys, anything else beside them.

    Args:
        data: Texts, numbers, truth values, mappings of these, tuples of texts or numbers, lists of mappings.
        indent: What every line begins with.
    """
    for key, value in data.items():
        if isinstance(value, Mapping):
            yield f"{indent}{text(key)}:"
            yield from block(value, f"{indent}  ")
        elif isinstance(value, list):
            yield f"{indent}{text(key)}:" + ("" if value else " []")
            for item in value:
                first, *rest = block(item, f"{indent}    ")
                yield f"{indent}  - {first.lstrip()}"
                yield from rest
        else:
            yield f"{indent}{text(key)}: {flow(value)}"


def flow(value: object) -> str:
    """A value in one line."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value)
    if isinstance(value, Mapping):
        return f"{{{', '.join(f'{text(key)}: {flow(item)}' for key, item in value.items())}}}"
    if isinstance(value, Sequence) and not isinstance(value, str):
        return f"[{', '.join(flow(item) for item in value)}]"
    return text(str(value))


def text(given: str) -> str:
    """A text, quoted where it must be."""
    if _PLAIN.fullmatch(given) and means_text(given):
        return given
    return f'"{"".join(_ESCAPES.get(ch) or (ch if ch == " " or ch.isprintable() else _escaped(ch)) for ch in given)}"'


def _escaped(ch: str) -> str:
    number = ord(ch)
    return f"\\x{number:02x}" if number < 0x100 else f"\\u{number:04x}" if number < 0x10000 else f"\\U{number:08x}"
