"""What a path of a commit holds: a file, a program, a symbolic link or a submodule."""

from __future__ import annotations

import os
from typing import NamedTuple

REGULAR, PROGRAM, LINK, SUBMODULE, FOLDER = b"100644", b"100755", b"120000", b"160000", b"40000"


class Entry(NamedTuple):
    """Bytes under a mode; for a submodule the bytes are the hexadecimal commit id."""

    data: bytes
    mode: bytes = REGULAR


Content = bytes | str | Entry | None
"""None removes the path; text is written as UTF-8."""


def executable(data: bytes | str) -> Entry:
    """A file with the executable bit."""
    return Entry(as_bytes(data), PROGRAM)


def link(target: bytes | str) -> Entry:
    """A symbolic link."""
    return Entry(as_bytes(target), LINK)


def submodule(sha: str) -> Entry:
    """A gitlink: a commit id of another repository, which need not exist."""
    return Entry(sha.encode(), SUBMODULE)


def as_entry(content: bytes | str | Entry) -> Entry:
    """Any accepted content as an entry."""
    return content if isinstance(content, Entry) else Entry(as_bytes(content))


def as_bytes(text: bytes | str) -> bytes:
    """Text as UTF-8; bytes that Python smuggled into text (surrogates) come out as they were."""
    return text if isinstance(text, bytes) else os.fsencode(text)
