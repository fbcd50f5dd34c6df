"""What a look at one thing found, and the next step where there is one."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class State(StrEnum):
    """How it stands."""

    OK = "ok"
    WARNING = "warning"  # it records, but something should be looked at
    FAULT = "fault"  # something is not recorded, or will not be


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """One look.

    Attributes:
        id: What was looked at, in one word.
        about: Of which agent, file or work tree; empty where there is but one.
        state: How it stands.
        message: What was found.
        remedy: The next step; None where there is nothing to be done.
    """

    id: str
    state: State
    message: str
    about: str = ""
    remedy: str | None = None


def ok(id: str, message: str, about: str = "") -> Check:  # noqa: A002 - the name of the member
    """Nothing is to be done."""
    return Check(id=id, about=about, state=State.OK, message=message)


def warning(id: str, message: str, remedy: str | None, about: str = "") -> Check:  # noqa: A002
    """Something should be looked at."""
    return Check(id=id, about=about, state=State.WARNING, message=message, remedy=remedy)


def fault(id: str, message: str, remedy: str | None, about: str = "") -> Check:  # noqa: A002
    """Something is not recorded."""
    return Check(id=id, about=about, state=State.FAULT, message=message, remedy=remedy)
