"""What a policy says of a change: pass, fail or error, with what is wrong, what is owed, and by whom.

An error is treated as a failure: what cannot be evaluated does not pass.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from answerable.domain.grade import Grade
from answerable.domain.origin import Origin


class Outcome(StrEnum):
    """The verdict in one word."""

    PASS = "pass"  # noqa: S105 - no password
    FAIL = "fail"
    ERROR = "error"


class Severity(StrEnum):
    """What a finding does: `error` fails the gate, `warning` is shown, `note` is kept for the record."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"


@dataclass(frozen=True, slots=True, kw_only=True)
class Analysed:
    """What an analyser found, as its report says it."""

    tool: str
    rule: str  # the name of its own rule; empty where it has none
    level: str  # note | warning | error
    message: str
    fingerprint: str | None = None
    standing: bool = False  # it is on lines that the change does not touch


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One rule that lines of a change do not meet; lines are of the new file, 1-based inclusive."""

    rule: str
    severity: Severity
    message: str
    remedy: str | None = None
    layer: str | None = None
    path: bytes | None = None
    start: int | None = None
    end: int | None = None
    origin: Origin | None = None
    grade: Grade | None = None
    waived_by: str | None = None  # the waiver that keeps it from failing, in words
    analysed: Analysed | None = None  # where it is one of an analyser
    evidence: tuple[str, ...] = ()  # what is known of the lines, in sentences: why this layer, which origin, by what


@dataclass(frozen=True, slots=True, kw_only=True)
class Obligation:
    """What a rule asks of a change as a whole: for example two reviewers of one team; met or not."""

    rule: str
    needs: str
    have: str
    who: tuple[str, ...] = ()  # who could meet it
    met: bool = False
    kind: str = ""  # what is owed: humans | team | owners | check | findings | mandate
    missing: int = 0  # how many approvals or results it takes at least


@dataclass(frozen=True, slots=True, kw_only=True)
class Waived:
    """A waiver that reaches lines with findings: it keeps them from failing, or it did so until it ended."""

    rule: str
    who: str
    why: str
    until: str  # the last day, as 2026-12-31
    lines: int  # how many lines with findings it is about
    holds: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Excused:
    """The emergency that a change passes by, and what is owed for it; moments as decisions write them."""

    by: str
    why: str
    at: str
    review_due_by: str
    rules: tuple[str, ...]  # those that it let pass


@dataclass(frozen=True, slots=True, kw_only=True)
class Rests:
    """A decision of the ledger that a verdict on an artifact rests on, or that came after the one it rests on."""

    index: int
    kind: str
    by: str
    at: str
    says: str  # in words


@dataclass(frozen=True, slots=True, kw_only=True)
class Artifact:
    """What a verdict on an artifact rests on; what is not known is None or empty."""

    digest: str  # "sha256:" and hex
    environment: str | None = None  # where it is to go
    revision: str | None = None  # the commit that it was made of
    tied_by: tuple[Rests, ...] = ()  # what says so
    judged_by: Rests | None = None  # the verdict, as it was recorded
    since: tuple[Rests, ...] = ()  # what was decided about either after that


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """The whole of it. `base` and `head` are full commit ids; digests are ``sha256:`` and hex."""

    outcome: Outcome
    base: str
    head: str
    policy_digest: str
    policy_source: str
    findings: tuple[Finding, ...] = ()
    obligations: tuple[Obligation, ...] = ()
    inputs_digest: str | None = None
    problem: str | None = None  # where the outcome is an error: what could not be evaluated
    remedy: str | None = None  # and what to do about that
    reports: bool = False  # the policy only reports: what would fail is a warning
    notes: tuple[str, ...] = ()  # what whoever reads it should know besides: approvals that do not count, and why
    waivers: tuple[Waived, ...] = ()
    excused: Excused | None = None
    artifact: Artifact | None = None  # where it is about one
