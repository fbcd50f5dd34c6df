"""What became of a file, and what may be touched."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path


class State(StrEnum):
    """What became of a file."""

    INSTALLED = "installed"
    UNCHANGED = "unchanged"
    REFUSED = "refused"
    RESTORED = "restored"  # as it was
    CLEANED = "cleaned"  # without our entries; the rest is as a person left it
    SKIPPED = "skipped"  # there is nothing to be done


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What became of one file of one agent.

    Attributes:
        why: It was refused.
        note: What a person has to do, or to know.
        by_hand: What a person would add to a file that is not touched.
        new: It was not there before.
    """

    agent: str
    path: Path
    state: State
    why: str = ""
    note: str = ""
    by_hand: str = ""
    new: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Where:
    """What may be touched.

    Attributes:
        within: Out of this folder, without links, nothing may lead; None: links are the person's.
        shared: Whether a file is committed, so that a change would be everyone's.
    """

    within: Path | None = None
    shared: Callable[[Path], bool] = lambda _: False
