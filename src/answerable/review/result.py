"""A finding of an analyser, and a report of them, as the program uses them: whatever wrote them, all look the same."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from answerable.domain.level import Level


class Silenced(StrEnum):
    """Who says that a finding is not to count."""

    SOURCE = "in_source"  # a comment beside the code, which whoever changes the code can write
    ELSEWHERE = "external"  # something outside of the code


@dataclass(frozen=True, slots=True, kw_only=True)
class Where:
    """A place as a report tells it. Which line `characters` or `octets` begin and end in, only the file can say."""

    paths: tuple[bytes, ...]  # what its address can mean, the likeliest first; none: it leads out of the repository
    start: int = 0  # 1-based inclusive; 0: the whole file
    end: int = 0
    characters: tuple[int, int] | None = None  # the first and how many, where no line is told
    octets: tuple[int, int] | None = None
    at: str = field(default="", compare=False)  # where in the report it stands


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """One finding."""

    tool: str
    rule: str  # the name of the analyser's rule; empty where it has none
    level: Level
    message: str  # one line of printable characters
    where: tuple[Where, ...] = ()
    silenced: Silenced | None = None
    fingerprint: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What analysers found, as one file says it."""

    name: str  # of the file
    digest: str  # ``sha256:`` and hex of its bytes
    tools: tuple[str, ...]  # all that ran, those that found nothing included
    results: tuple[Result, ...] = ()
    notes: tuple[str, ...] = ()  # what whoever reads the verdict should know of it
