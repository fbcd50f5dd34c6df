"""Puts one hook of ours at a path and takes it away: beside, into or before the hook that is there.

Nothing there: our hook. A shell script: a few lines of ours at its top. Anything else (a program, a link, a script of
another language): it is moved below `answerable-before/`, and our hook in its place runs it first. All that is needed
to undo it is in the files themselves.
"""

from __future__ import annotations

import os
import stat
from contextlib import suppress
from pathlib import Path

from answerable.capture.git_hooks import block
from answerable.capture.git_hooks.script import MARK, script

BEFORE = "answerable-before"


def put(path: Path, name: str, python: str, ours: str) -> str:
    """Put our hook at a path; what was done: `new`, `lines` or `before`, or `same`, where it is there.

    Args:
        path: Where git looks for the hook.
        name: Which hook.
        python: The interpreter to run ours with.
        ours: A shell word that names our hook, for a script that is there.

    Raises:
        OSError: it cannot be written; nothing has changed then.
    """
    content = _text(path)
    if content is not None and block.fits(content) and not is_ours(content):
        return _write(path, block.put(content, name, ours), like=path, how="lines")
    aside = path.parent / BEFORE / name
    if os.path.lexists(path) and not (content and is_ours(content)):
        _move(path, aside)
    if os.path.lexists(aside):
        return _write(path, script(name, python, f'"${{0%/*}}/{BEFORE}/{name}"'), how="before")
    return _write(path, script(name, python), how="new")


def take(path: Path, name: str) -> bool:
    """Take our hook away; whether there was one.

    Raises:
        OSError: it cannot be.
    """
    aside = path.parent / BEFORE / name
    content = _text(path)
    there = content is not None and is_ours(content)
    if content is not None and has_lines(content):
        _write(path, block.taken(content), like=path, how="")
        return True
    kept = aside.with_name(f"{name}.link") if os.path.lexists(aside.with_name(f"{name}.link")) else aside
    if os.path.lexists(kept) and (there or not os.path.lexists(path)):
        kept.rename(path)
    elif there:
        path.unlink()
    if there:
        for left in (aside, aside.with_name(f"{name}.link")):
            left.unlink(missing_ok=True)
        with suppress(OSError):
            aside.parent.rmdir()
    return there


def is_ours(content: bytes) -> bool:
    """Whether a hook is ours as a whole."""
    return content.partition(b"\n")[2].startswith(MARK)


def has_lines(content: bytes) -> bool:
    """Whether a hook has our lines."""
    return block.taken(content) != content


def _text(path: Path) -> bytes | None:
    """What a regular file holds, None where it is none."""
    try:
        return path.read_bytes() if stat.S_ISREG(path.lstat().st_mode) else None
    except OSError:
        return None


def _move(path: Path, aside: Path) -> None:
    aside.parent.mkdir(exist_ok=True)
    if path.is_symlink():  # from another folder its text would mean another file
        target = path.parent / path.readlink()
        path.rename(aside.with_name(f"{path.name}.link"))
        aside.symlink_to(target)
    else:
        path.rename(aside)


def _write(path: Path, content: bytes, *, how: str, like: Path | None = None) -> str:
    """Write a hook whole or not at all."""
    if like is None and _text(path) == content:
        return "same"
    mode = stat.S_IMODE(like.stat().st_mode) if like else 0o755
    if like and like.read_bytes() == content:
        return "same"
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        part.write_bytes(content)
        part.chmod(mode)
        part.rename(path)
    finally:
        part.unlink(missing_ok=True)
    return how
