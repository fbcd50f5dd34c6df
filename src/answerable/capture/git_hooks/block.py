"""Puts lines of ours into a shell script that is another's hook, and takes them out again to the byte.

They come right after the first line, so that no `exit` or `exec` of the script keeps them from running; what they run
can neither end the script nor take its standard input.
"""

from __future__ import annotations

import re

from answerable.capture.git_hooks.script import TAKES_INPUT

BEGIN = b"# answerable: begin; `answerable uninit` takes these lines away\n"
END = b"# answerable: end\n"
_FOLDER = rb"(?:/[\w./-]*/)?"
_SHELL = re.compile(rb"#! ?%s(?:env +(?:-S +)?)?%s(?:sh|bash|dash|ash|ksh|zsh)(?: +-[\w-]+)*\n" % (_FOLDER, _FOLDER))


def fits(content: bytes) -> bool:
    """Whether lines of ours may be put into this script: one for a shell like sh, in text."""
    return bool(_SHELL.match(content)) and b"\0" not in content and b"\r\n" not in content


def put(content: bytes, name: str, ours: str) -> bytes:
    """A script with our lines, once.

    Args:
        content: The script.
        name: Which hook it is.
        ours: A shell word that names our hook.
    """
    first, _, rest = taken(content).partition(b"\n")
    return first + b"\n" + BEGIN + _lines(name, ours).encode("utf-8", "surrogateescape") + END + rest


def taken(content: bytes) -> bytes:
    """A script without our lines."""
    before, begin, rest = content.partition(BEGIN)
    _, end, after = rest.partition(END)
    return before + after if begin and end else content


def _lines(name: str, ours: str) -> str:
    if name not in TAKES_INPUT:
        return f'if [ -x {ours} ]; then {ours} "$@" || :; fi\n'
    return (
        f"if [ -x {ours} ]; then\n"
        "\tanswerable_input=$(cat)\n"
        f'\tprintf \'%s\\n\' "$answerable_input" | {ours} "$@" || :\n'
        '\tif [ -n "$answerable_input" ]; then\n'
        "\t\texec <<answerable_end_of_input\n$answerable_input\nanswerable_end_of_input\n"
        "\telse\n\t\texec </dev/null\n\tfi\n"
        "fi\n"
    )
