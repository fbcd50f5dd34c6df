"""What a responder needs of a resolved owner: who answers, who is called after whom, and how each is reached."""

from __future__ import annotations

from dataclasses import replace

from answerable.domain.owner import Called, Duty, Owner
from answerable.ownership.model import Member
from answerable.ownership.resolved import Call, Resolved


def owner_with_duty(found: Resolved) -> Owner | None:
    """The owner of a path with the duty that an owners file gives; None where nobody is named."""
    if found.owner is None:
        return None
    duty = Duty(
        service=found.service.id if found.service else None,
        response=tuple(member.name for member in found.response),
        calls=tuple(map(_called, found.calls)),
        escalates=bool(found.escalation),
        grade=found.grade,
        signed=tuple(f"{signed.by} on {signed.at}" for signed in found.signed),
        why=found.why,
        gaps=found.gaps,
    )
    return replace(found.owner, duty=duty)


def _called(call: Call) -> Called:
    return Called(
        after=call.after,
        target=call.target,
        people=tuple((member.name, _reached(member)) for member in call.people),
        contact=call.contact,
        region=call.covers,
    )


def _reached(member: Member) -> str | None:
    return member.contact or next(iter(member.git), None)
