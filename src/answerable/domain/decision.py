"""A decision: who did what to which subject, when, under which policy, on what evidence.

Words and shapes only. What a well-formed decision is, is in `ledger/decision.schema.json`; what no schema can say is
in `domain.decision_rules`. Format: docs/reference/decisions.md.
"""

from __future__ import annotations

import secrets
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from answerable.domain.agent import Agent


class Kind(StrEnum):
    """What a decision does."""

    GENERATE = "generate"
    ACCEPT = "accept"
    COUNTERSIGN = "countersign"
    REVIEW = "review"
    APPROVE = "approve"
    GATE = "gate"
    OVERRIDE = "override"
    MERGE = "merge"
    RELEASE = "release"
    DEPLOY = "deploy"
    INCIDENT = "incident"
    OWNER = "owner"
    MANDATE = "mandate"
    POLICY = "policy"
    KEY = "key"
    REDACT = "redact"
    ATTEST = "attest"


# Kinds that may be about the ledger or the organisation as a whole, and so need no subject of their own.
WITHOUT_SUBJECT = frozenset({Kind.KEY, Kind.POLICY, Kind.MANDATE, Kind.OWNER, Kind.REDACT})


class PrincipalType(StrEnum):
    """What kind of actor decided. A tool is never a person, whoever runs it."""

    HUMAN = "human"
    AGENT = "agent"
    SERVICE = "service"


@dataclass(frozen=True, slots=True, kw_only=True)
class Principal:
    """Who decided: an id such as ``ada@example.com``, and the fingerprint of the key that speaks for it."""

    type: PrincipalType
    id: str
    key: str | None = None  # "SHA256:" and base64 without padding, as ssh-keygen -l prints it
    on_behalf_of: str | None = None  # the person who told an agent or a service to act


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """What a decision is about, by digest: algorithm (``gitCommit``, ``sha256``, …) to lower-case hex."""

    name: str | None = None
    digest: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Commitment:
    """Content that is kept elsewhere: SHA-256 of a random salt and the content, never the content itself."""

    name: str  # what the content is, for example "prompt"
    sha256: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PolicyRef:
    """The exact policy a decision was made under, and its verdict (``pass``, ``fail`` or ``error``)."""

    uri: str
    digest: str  # "sha256:" and hex
    verdict: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Emergency:
    """Whether normal rules were set aside, and by when that must be looked at."""

    declared: bool
    review_due_by: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class EvidenceRef:
    """Where evidence stands, and what it was when it was looked at."""

    uri: str
    digest: str | None = None  # "sha256:" and hex


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """One fact to be signed; `details` are members that its kind defines."""

    decision_id: str
    kind: Kind
    subjects: tuple[Subject, ...]
    principal: Principal
    observed_at: str  # RFC 3339, UTC, ending in "Z"
    authored_by: tuple[Principal, ...] = ()
    agent: Agent | None = None
    context: tuple[Commitment, ...] = ()
    policy: PolicyRef | None = None
    rationale: str | None = None
    emergency: Emergency | None = None
    supersedes: tuple[str, ...] = ()
    evidence: tuple[EvidenceRef, ...] = ()
    vantage: str | None = None  # from where it was observed, for example "ci" or "laptop"
    details: Mapping[str, Any] = field(default_factory=dict)


def now() -> str:
    """This moment, to the second, as decisions write it."""
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())


def new_id(milliseconds: int | None = None, entropy: bytes | None = None) -> str:
    """An id that sorts by time and that nobody can guess.

    Args:
        milliseconds: Since 1970, UTC; now where None.
        entropy: Ten bytes; random ones where None.

    Format: UUID version 7, RFC 9562 section 5.7.
    """
    moment = time.time_ns() // 1_000_000 if milliseconds is None else milliseconds
    noise = secrets.token_bytes(10) if entropy is None else entropy
    raw = bytearray(moment.to_bytes(6, "big") + noise)
    raw[6] = raw[6] & 0x0F | 0x70
    raw[8] = raw[8] & 0x3F | 0x80
    text = raw.hex()
    return f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}"


def order(moment: str) -> tuple[str, str]:
    """Something that sorts as moments of `observed_at`'s form do; parts of a second may have any number of digits."""
    whole, _, part = moment.removesuffix("Z").partition(".")
    return whole, part.rstrip("0")
