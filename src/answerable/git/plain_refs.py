"""Reads a few refs of a plain repository from its files, which git takes longer to start than to read.

It answers only where a ref is an id in a file of its own or in the list of packed ones. Whatever else could be among
those that are asked for (folders of refs, links, refs to refs), and a list that is long, is left to git.
"""

from __future__ import annotations

import os
import re
import stat

_MOST = 1 << 20  # bytes of packed refs
_ID = re.compile(rb"[0-9a-f]{40}\n")
_LONGEST = 64  # bytes of a file that is a ref


class _AskGit(Exception):
    """There is more than is read here."""


def plain_refs(git_dir: str, prefixes: tuple[str, ...]) -> dict[str, str] | None:
    """Full ref names that are or lie below these prefixes, with their ids, in name order; None where git must tell.

    Args:
        git_dir: Of a repository that `plain` knows: its refs are files.
        prefixes: As `for-each-ref` takes them; a star stands for one part of a name.
    """
    try:
        loose = {prefix: _loose(git_dir, prefix) for prefix in prefixes}
        packed = _content(f"{git_dir}/packed-refs", _MOST)  # after the others: git removes those that it packs
        found = {prefix: own or _packed(packed, prefix) for prefix, own in loose.items()}
    except (OSError, ValueError, _AskGit):
        return None
    return {name: oid[:-1].decode() for name, oid in sorted(found.items()) if oid}


def _loose(git_dir: str, prefix: str) -> bytes:
    """The line of a ref that is a file; empty where there is none."""
    if not _is_folder(prefix):
        return _line(_content(f"{git_dir}/{prefix}", _LONGEST))
    before, star, after = prefix.rstrip("/").partition("*")
    folders = _inside(f"{git_dir}/{before}") if star else [f"{git_dir}/{before}"]
    if any(os.path.lexists(f"{folder}{after}") for folder in folders):
        raise _AskGit
    return b""


def _packed(packed: bytes, prefix: str) -> bytes:
    """The line of a ref that is packed; empty where there is none."""
    below = f" {prefix.rstrip('/')}/" if "*" not in prefix else prefix.rpartition("*")[2]
    if below.encode() in packed:
        raise _AskGit
    at = -1 if _is_folder(prefix) else packed.find(f" {prefix}\n".encode())
    return _line(packed[packed.rfind(b"\n", 0, at) + 1 : at] + b"\n") if at >= 0 else b""


def _is_folder(prefix: str) -> bool:
    return prefix.endswith("/")


def _line(data: bytes) -> bytes:
    if data and not _ID.fullmatch(data):
        raise _AskGit
    return data


def _inside(folder: str) -> list[str]:
    return [f"{folder}{name}" for name in os.listdir(folder)] if os.path.lexists(folder) else []  # noqa: PTH208


def _content(file: str, most: int) -> bytes:
    """The bytes of a file; none where it is not there."""
    try:
        handle = os.open(file, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    except (FileNotFoundError, NotADirectoryError):
        return b""
    try:
        if not stat.S_ISREG(os.fstat(handle).st_mode):
            raise _AskGit
        data = os.read(handle, most)
    finally:
        os.close(handle)
    if len(data) >= most or not data:
        raise _AskGit
    return data
