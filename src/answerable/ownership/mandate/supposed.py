"""A mandate that is supposed to be in force, signed in some roles: for trying out what a policy makes of it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from answerable.ownership.mandate.model import ACCEPTED, Approval, Mandate
from answerable.ownership.mandate.signatures import Signature
from answerable.ownership.mandate.standing import Facts, last_moment


def supposed(roles: Sequence[str], day: date) -> Facts:
    """What would be known of it.

    Args:
        roles: In which a person each has signed it; none: there is no mandate.
        day: On which it is looked at.
    """
    at = last_moment(day)
    if not roles:
        return Facts(at=at, signatures=())
    digest, people = f"sha256:{'0' * 64}", {role: f"{role}@example.com" for role in roles}
    mandate = Mandate(
        title="Supposed", status=ACCEPTED, begins=day, expires=day, governance="-", response="-", communication="-",
        standards=(), approvals=tuple(Approval(role=role, person=person) for role, person in people.items()),
        person_owns=(), organisation_owns=(), digest=digest,
    )  # fmt: skip
    signed = tuple(
        Signature(digest=digest, role=role, by=person, at=at, decision=role, index=index)
        for index, (role, person) in enumerate(people.items(), 1)
    )
    return Facts(at=at, mandate=mandate, signatures=signed)
