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
_ELSEWHERE = (b"include", b"extension", b"worktree", b"\\", b"\0")
_SECTION = re.compile(rb"\s*\[([^]\n]*)\][ \t\r]*")
_PLAIN = re.compile(rb"[ \t]*(bare|repositoryformatversion)[ \t]*=[ \t]*(true|false|0)[ \t\r]*")
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
        root = os.path.realpath(folder, strict=True)
        inside = f"{root}/.git"
        bare = not os.path.lexists(inside)
        git_dir = root if bare else inside
        declared = {b"bare": b"true" if bare else b"false", _VERSION: b"0"}
        if not (_is_ours(root) and _is_ours(git_dir) and _is_git_directory(git_dir)):
            return None
        if _declared(_content(f"{git_dir}/config")) != declared:
            return None
        return Plain(Path(git_dir), bare, os.path.lexists(f"{git_dir}/shallow"))
    except (OSError, ValueError):
        return None


def _is_ours(folder: str) -> bool:
    """As git sees it: a folder of this person, and no link to one."""
    about = os.lstat(folder)
    return stat.S_ISDIR(about.st_mode) and about.st_uid == os.geteuid()


def _is_git_directory(folder: str) -> bool:
    if os.path.lexists(f"{folder}/commondir") or _HEAD.fullmatch(_content(f"{folder}/HEAD")) is None:
        return False
    return all(os.path.isdir(each) and os.access(each, os.X_OK) for each in (f"{folder}/objects", f"{folder}/refs"))  # noqa: PTH112 - paths as objects take longer


def _content(file: str) -> bytes:
    """The bytes of a file that is no link; none where it is too long to be plain."""
    handle = os.open(file, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    try:
        data = os.read(handle, _MOST) if stat.S_ISREG(os.fstat(handle).st_mode) else b""
    finally:
        os.close(handle)
    return data if len(data) < _MOST else b""


def _declared(config: bytes) -> dict[bytes, bytes]:
    """What the section `core` says of the kind; nothing where more could be meant than is read here."""
    lowered = config.lower()
    if any(word in lowered for word in _ELSEWHERE):
        return {}
    found: dict[bytes, bytes] = {}
    section = b""
    for line in lowered.split(b"\n"):
        begins = _SECTION.fullmatch(line)
        if begins:
            section = begins[1]
        elif line.lstrip()[:1] == b"[":
            return {}
        elif b"bare" in line or _VERSION in line:
            says = _PLAIN.fullmatch(line)
            if not says or section != b"core" or says[1] in found:
                return {}
            found[says[1]] = says[2]
    return found
