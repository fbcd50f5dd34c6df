"""Finds a repository of the plainest kind without asking git, which takes longer to start than all of this.

It says something only where git can find nothing else: a folder with its own `.git`, or a bare repository, of this
person, whose configuration says so in so many words and nothing that could lead elsewhere. Of everything else git is
asked. That git itself accepts the repository shows with the first object that it reads.
"""

from __future__ import annotations

import os
import re
import stat
from pathlib import Path
from typing import NamedTuple

_VERSION = b"repositoryformatversion"
_MOST = 64 << 10  # bytes of configuration
_ELSEWHERE = re.compile(rb"include|extension|worktree|\\|\0", re.IGNORECASE)
_SECTION = re.compile(rb"\s*\[([^]\n]*)\][ \t\r]*")
_PLAIN = re.compile(rb"[ \t]*(bare|repositoryformatversion)[ \t]*=[ \t]*(true|false|0)[ \t\r]*", re.IGNORECASE)
_HEAD = re.compile(rb"(?:ref: refs/[!-~]+|[0-9a-f]{40})\n")


class Plain(NamedTuple):
    """A repository that stores objects by SHA-1, and whose root is the folder that was named."""

    git_dir: Path
    bare: bool
    shallow: bool


def plain(folder: Path) -> Plain | None:
    """What a folder is, or None where that is not plain to see."""
    if not hasattr(os, "geteuid") or "SUDO_UID" in os.environ:
        return None
    try:
        root = folder.resolve(strict=True)
        inside = root / ".git"
        bare = not os.path.lexists(inside)
        git_dir = root if bare else inside
        if not all(_is_ours(each) for each in {root, git_dir}) or not _is_git_directory(git_dir):
            return None
        if _declared(_content(git_dir / "config")) != {b"bare": b"true" if bare else b"false", _VERSION: b"0"}:
            return None
        return Plain(git_dir, bare, os.path.lexists(git_dir / "shallow"))
    except (OSError, RuntimeError, ValueError):
        return None


def _is_ours(folder: Path) -> bool:
    """As git sees it: a folder of this person, and no link to one."""
    about = folder.lstat()
    return stat.S_ISDIR(about.st_mode) and about.st_uid == os.geteuid()


def _is_git_directory(folder: Path) -> bool:
    folders = (folder / "objects", folder / "refs")
    return (
        all(each.is_dir() and os.access(each, os.X_OK) for each in folders)
        and not os.path.lexists(folder / "commondir")
        and _HEAD.fullmatch(_content(folder / "HEAD")) is not None
    )


def _content(file: Path) -> bytes:
    """The bytes of a file that is no link; none where it is too long to be plain."""
    handle = os.open(file, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    try:
        data = os.read(handle, _MOST) if stat.S_ISREG(os.fstat(handle).st_mode) else b""
    finally:
        os.close(handle)
    return data if len(data) < _MOST else b""


def _declared(config: bytes) -> dict[bytes, bytes]:
    """What the section `core` says of the kind; nothing where more could be meant than is read here."""
    if _ELSEWHERE.search(config):
        return {}
    found: dict[bytes, bytes] = {}
    section = b""
    for line in config.split(b"\n"):
        begins, says = _SECTION.fullmatch(line), _PLAIN.fullmatch(line)
        if begins:
            section = begins[1].lower()
        elif says and section == b"core" and says[1].lower() not in found:
            found[says[1].lower()] = says[2].lower()
        elif b"bare" in line.lower() or _VERSION in line.lower():
            return {}
    return found
