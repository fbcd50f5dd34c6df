"""Writes the git hooks as plain `sh`, which is the fastest to start: what can wait is left to the background.

A hook of ours ends with 0, says nothing and waits for nothing, whatever is missing: the program, the disk, a right.
"""

from __future__ import annotations

import shlex
from importlib.resources import files

NAMES = ("commit-msg", "post-commit", "post-rewrite", "pre-push")
_PARTS = {
    "commit-msg": ("place", "trailer"),
    "post-commit": ("place", "start", "used"),
    "post-rewrite": ("place", "start"),
    "pre-push": ("place",),
}
TAKES_INPUT = frozenset({"post-rewrite", "pre-push"})
MARK = b"# answerable: a git hook"
"""The second line of every hook of ours begins with this."""

_ABOUT = f"#!/bin/sh\n{MARK.decode()}; written by `answerable init`, taken away by `answerable uninit`\n"


def script(name: str, python: str, before: str | None = None) -> bytes:
    """A hook.

    Args:
        name: As git calls it.
        python: The interpreter to run ours with.
        before: A shell word that names a hook which was there and is run first, with its own exit code.
    """
    parts = [_ABOUT, f"python={shlex.quote(python)}\n"]
    if before is not None:
        parts.append(_first(name, before))
    parts += map(_part, (*_PARTS[name], name))
    return "".join(parts).encode("utf-8", "surrogateescape")


def forwarding(before: str) -> bytes:
    """A hook that only runs another, if there is one, as git would.

    Args:
        before: A shell word that names it.
    """
    return f'{_ABOUT}[ -x {before} ] || exit 0\nexec {before} "$@"\n'.encode("utf-8", "surrogateescape")


def _first(name: str, before: str) -> str:
    """How the hook that was there is run. One that fails ends all, but where ours has nothing to wait for."""
    if name in TAKES_INPUT:
        given = 'given=$(cat)\nif [ -n "$given" ]; then\n\tgiven="$given\n"\nfi\n'
        run = f'[ ! -x {before} ] || printf %s "$given" | {before} "$@" || exit\n'
        return given + run + "exec <<end_of_input\n${given%\n}\nend_of_input\n"
    return f'[ ! -x {before} ] || {before} "$@" || exit\n'


def _part(name: str) -> str:
    return (files(__package__) / "templates" / f"{name}.sh").read_text("utf-8")
