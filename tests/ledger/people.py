"""People and services with keys, and ledgers they decide in; everything is made in memory and the same in each run."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from hashlib import sha256
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from answerable.domain.decision import Decision, Kind, Principal, PrincipalType, Subject
from answerable.ledger.envelope import Envelope, sign
from answerable.ledger.keys import BlobSigner, PublicKey, _signer
from answerable.ledger.log import Ledger, subject_of

ORIGIN = "ledger.example.com/shop"
WHEN = "2026-03-01T12:00:00Z"
COMMIT = "1" * 40


@dataclass(frozen=True)
class Actor:
    """Somebody with a key of their own, made from the name."""

    id: str
    type: PrincipalType = PrincipalType.HUMAN

    @cached_property
    def signer(self) -> BlobSigner:
        return _signer(Ed25519PrivateKey.from_private_bytes(sha256(self.id.encode()).digest()), self.id)

    @property
    def public(self) -> PublicKey:
        return self.signer.public

    @property
    def principal(self) -> Principal:
        return Principal(type=self.type, id=self.id, key=self.public.fingerprint)

    def row(self, **given: Any) -> dict[str, Any]:
        """How a key decision names the key."""
        return {"principal": {"type": self.type.value, "id": self.id}, "key": self.public.line, "kinds": ["*"], **given}


ADA, BO, CY = Actor("ada@example.com"), Actor("bo@example.com"), Actor("cy@example.com")
CI = Actor("ci@example.com", PrincipalType.SERVICE)
EVE = Actor("eve@example.com")


def decide(
    who: Actor,
    kind: Kind = Kind.MERGE,
    name: str = "",
    *,
    by: Sequence[Actor] | None = None,
    when: str = WHEN,
    **given: Any,
) -> Envelope:
    """A decision by somebody, signed by them or by others."""
    decision = Decision(
        decision_id=f"decision-{name or kind.value}",
        kind=kind,
        subjects=given.pop("subjects", (Subject(digest={"gitCommit": COMMIT}),)),
        principal=given.pop("principal", who.principal),
        observed_at=when,
        **given,
    )
    return sign(decision, [actor.signer for actor in (by if by is not None else (who,))])


def key(who: Actor, name: str, *, by: Sequence[Actor] | None = None, when: str = WHEN, **details: Any) -> Envelope:
    """A decision about keys."""
    return decide(who, Kind.KEY, name, by=by, when=when, subjects=(subject_of(ORIGIN),), details=details)


def root(*admins: Actor, threshold: int = 1, by: Sequence[Actor] | None = None) -> Envelope:
    """The first entry."""
    rows = [admin.row(admin=True) for admin in admins]
    return key(admins[0], "root", by=by or admins, action="root", keys=rows, threshold=threshold)


def begin(folder: Path, *admins: Actor, threshold: int = 1) -> Ledger:
    """A ledger that these administrators began."""
    return Ledger.create(folder, lambda _: root(*(admins or (ADA,)), threshold=threshold), ORIGIN)


def filled(folder: Path, count: int = 12) -> Ledger:
    """A ledger with decisions by three people and a service, sealed now and then."""
    ledger = begin(folder, ADA, BO)
    ledger.append([key(ADA, "more", action="add", keys=[CY.row(), CI.row()])])
    for number in range(count):
        ledger.append([decide((ADA, BO, CY, CI)[number % 4], name=f"{number:04}")])
        if number % 5 == 4:
            ledger.checkpoint()
    ledger.checkpoint()
    return ledger
