"""What a source says, and what is wrong with how it says it.

A source never decides: it makes claims, each with its grade and its evidence; `provenance.combine` alone turns
claims into origins. A fault in evidence is a named defect, never a crash and never a silent loss.
"""

from __future__ import annotations

from dataclasses import dataclass

from answerable.domain.acceptance import Acceptance
from answerable.domain.agent import Agent
from answerable.domain.grade import Grade
from answerable.domain.origin import Origin
from answerable.domain.ranges import Ranges


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """One piece of evidence: which source, where it stands, how strong it is, and what it says in words."""

    source: str  # trailer | message | author | committer | branch | git-ai | agent-trace | entire | limit
    ref: str  # where a stranger finds it, e.g. "commit 1f3a…" or "refs/notes/ai 1f3a…"
    grade: Grade
    claim: str  # one sentence for a person


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """One source's statement about lines of one commit.

    `path` None speaks of every line the commit added; otherwise `lines` are 1-based inclusive line numbers of the
    file `path` as the commit left it (None: the whole file).
    """

    origin: Origin
    grade: Grade
    evidence: Evidence
    agent: Agent | None = None
    person: str | None = None  # "Name <mail>" who drove the agent, or who wrote the line where origin is human
    acceptance: Acceptance | None = None
    path: bytes | None = None
    lines: Ranges | None = None
    part: bool = False  # it says that the agent had a part in the commit, and not which


@dataclass(frozen=True, slots=True, kw_only=True)
class Conflict:
    """Sources that contradict each other: shown, never silently resolved.

    They are of one grade, unless a person is said to have written what a lower grade says AI wrote; `grade` is then
    that of the higher.
    """

    about: str  # origin | tool | model | session
    grade: Grade
    claims: tuple[Evidence, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Defect:
    """A named fault of a piece of evidence, for example ``dangling-key``."""

    kind: str
    ref: str
    detail: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """All that one source had to say about one commit."""

    claims: tuple[Claim, ...] = ()
    defects: tuple[Defect, ...] = ()
