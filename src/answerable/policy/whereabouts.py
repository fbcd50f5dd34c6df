"""Tells which files a path of an agent leads to, by the name it was given and by where its links end.

A path can have two names in a repository, or be in several of them (one in another); all of them count. Whatever cannot
be a file that a policy is about says so: it is never taken for one that is harmless.
"""

from __future__ import annotations

import os
import unicodedata
from collections.abc import Iterator, Sequence
from pathlib import PurePath
from typing import NamedTuple

from answerable.capture.payload.model import Edit, ToolUse

_GIT = frozenset({".git", "git~1"})


class Inside(NamedTuple):
    """A file of a work tree, by its names there."""

    root: str
    names: tuple[bytes, ...]  # from the root: where it is, then as it was called, if that differs


class Whereabouts(NamedTuple):
    """Where a path leads."""

    inside: tuple[Inside, ...] = ()  # one for each repository that it is in
    real: str = ""  # the file itself, all links followed
    away: bool = False  # it was called as in a repository, and leads out of it
    of_git: bool = False  # it is git's own, such as a hook or the configuration
    odd: bool = False  # it is no path


class Place(NamedTuple):
    """An edit, and where its path leads."""

    edit: Edit
    where: Whereabouts


class Work(NamedTuple):
    """A tool use, seen from one repository."""

    use: ToolUse
    places: Sequence[Place]  # all that it is about
    mine: Sequence[tuple[Place, Inside]]  # what of it is here
    home: bool  # the agent works in it


def whereabouts(path: str, base: str) -> Whereabouts:
    """Where a path leads.

    Args:
        path: As the agent wrote it.
        base: The folder that it counts from, absolute.
    """
    try:
        plain = _without_scheme(path)
        os.fsencode(plain)
        called = os.path.normpath(os.path.join(base, plain))  # noqa: PTH118 - a path that need not be one
        real = os.path.realpath(os.path.join(base, plain))  # noqa: PTH118
    except (ValueError, OSError):
        return Whereabouts(odd=True)
    if not path or "\0" in plain:
        return Whereabouts(odd=True)
    names: dict[str, dict[bytes, None]] = {}
    of_git = False
    for one in (real, called):
        for depth, root in enumerate(_roots(one)):
            name = _as_listed(one, root).removeprefix(root.rstrip(os.sep)).lstrip(os.sep)
            if not any(map(_git_part, PurePath(name).parts)):
                names.setdefault(os.path.realpath(root), {})[os.fsencode(name)] = None
            elif depth == 0:  # not of a work tree that lies in another's folder of git
                of_git = True
                names.setdefault(os.path.realpath(root), {})
    home = [os.path.realpath(root) for root in _roots(called)][:1]
    away = bool(home) and home[0] not in [os.path.realpath(root) for root in _roots(real)]
    inside = tuple(Inside(root, tuple(found)) for root, found in names.items())
    return Whereabouts(inside=inside, real=real, away=away, of_git=of_git)


def roots(folder: str) -> list[str]:
    """The work trees that a folder is in, the innermost first."""
    return list(_roots(os.path.join(os.path.realpath(folder), "x")))  # noqa: PTH118


def _roots(path: str) -> Iterator[str]:
    while (above := os.path.dirname(path)) != path:  # noqa: PTH120
        path = above
        pointer = os.path.join(path, ".git")  # noqa: PTH118
        if os.path.isfile(pointer) or os.path.lexists(os.path.join(pointer, "HEAD")):  # noqa: PTH113, PTH118
            yield path


def _git_part(name: str) -> bool:
    """True for `.git` as any file system may read it: in any case, with dots or blanks behind, by its short name."""
    return "".join(ch for ch in name if unicodedata.category(ch) != "Cf").rstrip(". ").casefold() in _GIT


def _as_listed(path: str, root: str) -> str:
    """A path below a root as its folders list it, where the file system does not tell names apart by case."""
    if not os.path.lexists(os.path.join(root, ".GIT")):  # noqa: PTH118
        return path
    at = root
    for part in PurePath(path.removeprefix(root).strip(os.sep)).parts:
        at = os.path.join(at, _listed(at, part))  # noqa: PTH118
    return at


def _listed(folder: str, name: str) -> str:
    """A name as a folder lists it; itself where it is not there."""
    try:
        there = os.listdir(folder)  # noqa: PTH208
    except OSError:
        return name
    wanted = _folded(name)
    return name if name in there else next((one for one in there if _folded(one) == wanted), name)


def _folded(name: str) -> str:
    return unicodedata.normalize("NFC", name).casefold()


def _without_scheme(path: str) -> str:
    if not path.startswith("file://"):
        return path
    from urllib.parse import unquote, urlsplit  # only editors write these

    return unquote(urlsplit(path).path, errors="surrogateescape")
