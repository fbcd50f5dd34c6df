"""Finds the folder from which git runs a repository's hooks, and who said so."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from answerable.git.repository import Repository


@dataclass(frozen=True, slots=True, kw_only=True)
class Hooks:
    """The folder of hooks; `scope` says whose configuration names it, None: git's default."""

    folder: Path
    value: str | None = None
    scope: str | None = None


def hooks_of(repository: Repository) -> Hooks:
    """The folder that git takes hooks from; a relative one is meant from the top of the work tree, as git means it."""
    value, scope = _configured(repository)
    if value is None:
        return Hooks(folder=repository.common_dir / "hooks")
    top = repository.git_dir if repository.bare else repository.root
    return Hooks(folder=top / os.path.expanduser(value), value=value, scope=scope)  # noqa: PTH111 - ~user, too


def _configured(repository: Repository) -> tuple[str | None, str | None]:
    """`core.hooksPath` as the last of those says who may; what this program itself says to git is passed over."""
    _, out, _ = repository.git.attempt("config", "--show-scope", "-z", "--get-all", "core.hooksPath")
    rows = out.decode("utf-8", "surrogateescape").split("\0")
    said = [(value, scope) for scope, value in zip(rows[0::2], rows[1::2], strict=False) if scope != "command"]
    return said[-1] if said and said[-1][0] else (None, None)
