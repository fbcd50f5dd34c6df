"""Mandates and signatures that are made up, each like the last but for what a test is about."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

from answerable.ownership.mandate.model import Approval, Mandate
from answerable.ownership.mandate.read import load
from answerable.ownership.mandate.signatures import Signature
from answerable.ownership.mandate.standing import Facts
from answerable.ownership.mandate.write import ORGANISATION, PERSON, write

LIN, SEC, PIA = "lin@example.com", "sec@example.com", "pia@example.com"
NAMED = (("legal", LIN), ("security", SEC), ("platform", PIA))
DAY = datetime(2026, 6, 1, 12, tzinfo=UTC)


def mandate(*named: tuple[str, str], **given: Any) -> Mandate:
    """A mandate as it is read: that of 2026, by three people."""
    plain = Mandate(
        title="Who answers",
        status="accepted",
        begins=date(2026, 1, 1),
        expires=date(2026, 12, 31),
        governance="platform",
        response="payments",
        communication="press",
        standards=("NIST SSDF",),
        approvals=tuple(Approval(role=role, person=person) for role, person in named or NAMED),
        person_owns=PERSON,
        organisation_owns=ORGANISATION,
    )
    return load(write(replace(plain, **given)).encode(), "mandate.md")


def signed(of: Mandate, role: str, by: str, index: int = 1, **given: Any) -> Signature:
    """Somebody's signature."""
    plain = Signature(
        digest=of.digest, role=role, by=by, at=datetime(2026, 2, 1, tzinfo=UTC), decision=f"d{index}", index=index
    )
    return replace(plain, **given)


def all_signed(of: Mandate) -> list[Signature]:
    """One signature in each role, by the first whom it names."""
    return [signed(of, role, of.people(role)[0], at) for at, role in enumerate(of.roles, 1)]


def facts(of: Mandate, signatures: list[Signature], **given: Any) -> Facts:
    """What is known at a moment of 2026."""
    return Facts(**{"at": DAY, "commit": "1" * 40, "mandate": of, "signatures": tuple(signatures), **given})
