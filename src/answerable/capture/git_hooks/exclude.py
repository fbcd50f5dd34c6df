"""Keeps git from calling hooks of ours untracked that lie inside a work tree, by `info/exclude`; undone to the byte."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

_BEGIN = b"# answerable: begin\n"
_BEGIN_ANEW = b"# answerable: begin of a file that was not there\n"
_BEGIN_UNENDED = b"\n# answerable: begin below a line that had no end\n"
_END = b"# answerable: end\n"


def put(file: Path, patterns: Iterable[bytes]) -> None:
    """Let a file of exclusions hold these patterns of ours, and no others of ours.

    Raises:
        OSError: it cannot be written.
    """
    anew = not file.exists() or file.read_bytes().startswith(_BEGIN_ANEW)
    before = _taken(file.read_bytes()) if file.exists() else b""
    rows = b"".join(pattern + b"\n" for pattern in patterns)
    if not rows:
        take(file)
        return
    file.parent.mkdir(parents=True, exist_ok=True)
    begin = _BEGIN_ANEW if anew else _BEGIN_UNENDED if _unended(before) else _BEGIN
    file.write_bytes(before + begin + rows + _END)


def take(file: Path) -> None:
    """Take our patterns out.

    Raises:
        OSError: it cannot be written.
    """
    if not file.is_file():
        return
    content = file.read_bytes()
    left = _taken(content)
    if left != content:
        file.write_bytes(left)
        if not left and content.startswith(_BEGIN_ANEW):
            file.unlink()


def pattern(path: str) -> bytes:
    """The pattern that matches just one path.

    Args:
        path: From the top of the work tree.
    """
    kept = "".join("\\" + char if char in "\\*?[ " else char for char in path)
    return b"/" + kept.encode("utf-8", "surrogateescape")


def _taken(content: bytes) -> bytes:
    for begin in (_BEGIN_ANEW, _BEGIN_UNENDED, _BEGIN):
        before, found, rest = content.partition(begin)
        _, end, after = rest.partition(_END)
        if found and end:
            return before + after
    return content


def _unended(before: bytes) -> bool:
    return bool(before) and not before.endswith(b"\n")
