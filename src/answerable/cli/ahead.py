"""Starts git for a plain `answerable for TARGET` before the rest of the program, click included, is loaded.

Only arguments that can be read without knowing the command's options are looked at; whatever was started is used where
the command then asks for just that, and ended where it does not.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from answerable.capture.settle import settle
from answerable.errors import AnswerableError
from answerable.git.early import Early
from answerable.git.notes import listing
from answerable.git.repository import Repository
from answerable.provenance.refs import EVIDENCE_REFS


class Asked(NamedTuple):
    """What was started for: the folder, and the only target."""

    folder: Path
    target: str


class Ahead(NamedTuple):
    """An open repository, the commit that HEAD named, and what is under way there."""

    repository: Repository
    head: str
    early: Early


_STARTED: dict[Asked, Ahead] = {}


def begin(arguments: Sequence[str]) -> None:
    """Start what these arguments will need, if they are plain enough to tell."""
    asked = _read(arguments)
    if asked is None:
        return
    settle(asked.folder)
    try:
        repository = Repository(asked.folder)
    except (AnswerableError, OSError, ValueError):
        return  # the command says what is wrong
    try:
        head = repository.try_resolve("HEAD")
        if head:
            _STARTED[asked] = Ahead(repository, head, start(repository, head, (asked.target,)))
    except (AnswerableError, OSError, ValueError):
        head = None
    finally:
        if asked not in _STARTED:
            repository.close()


def start(repository: Repository, head: str, targets: tuple[str, ...]) -> Early:
    """Start all that a question about these targets will need."""
    return Early.start(repository, head, targets, listing(*EVIDENCE_REFS))


def take(folder: Path, targets: tuple[str, ...]) -> Ahead | None:
    """What was started for this question; the caller closes it."""
    return _STARTED.pop(Asked(folder, targets[0]), None) if len(targets) == 1 else None


def end() -> None:
    """End what nobody took."""
    while _STARTED:
        _, (repository, _, early) = _STARTED.popitem()
        early.close()
        repository.close()


def _read(arguments: Sequence[str]) -> Asked | None:
    """``[-C FOLDER] for TARGET [--format FORMAT]``, and nothing else."""
    words = list(arguments)
    folder = words[1] if words[:1] == ["-C"] and len(words) > 1 else None
    if folder is not None:
        del words[:2]
    if words[2:3] == ["--format"] and len(words) == 4:
        del words[2:]
    if len(words) != 2 or words[0] != "for" or words[1].startswith("-"):
        return None
    return Asked(Path(folder or ""), words[1])
