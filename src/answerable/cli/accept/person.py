"""Whether whoever is about to countersign may: a person whose own key the ledger knows for it.

All is asked before anything is shown: nobody walks through a change to be told at its end that it was for nothing.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from answerable.capture.inside import agent_around
from answerable.domain.decision import Kind, PrincipalType
from answerable.errors import KeyUntrusted, PersonNeeded

if TYPE_CHECKING:
    from answerable.domain.decision import Principal
    from answerable.ledger.log import Ledger

_OWN = "a person signs in a terminal of their own: answerable accept"


def must_be_outside_of_agents() -> None:
    """Refuse to sign for a person inside of a coding agent.

    Raises:
        PersonNeeded: the environment says that one runs us.
    """
    agent = agent_around(os.environ)
    if agent:
        raise PersonNeeded(f"this runs inside {agent}, and an agent countersigns nothing", hint=_OWN)


def must_be_a_person(ledger: Ledger, who: Principal, kind: Kind = Kind.COUNTERSIGN) -> None:
    """Refuse whoever may not countersign in a ledger.

    Args:
        ledger: Which knows the keys.
        who: Who is to sign, with the fingerprint of the key.
        kind: What is to be signed.

    Raises:
        PersonNeeded: it is a tool's or a service's account or key.
        KeyUntrusted: the ledger does not trust the key for this.
    """
    from answerable.domain.decision import Decision, new_id, now
    from answerable.review.people import dependence, person

    if dependence(person(who.id), (), ()) is not None:
        raise PersonNeeded(f"{who.id} is the account of a tool, and only a person countersigns", hint=_OWN)
    key = ledger.trust.keys.get(who.key or "")
    if key is None:
        hint = f"an administrator adds it: answerable ledger key add FILE --for {who.id}"
        raise KeyUntrusted(f"the ledger does not know the key {who.key}", hint=hint)
    if key.principal.type is not PrincipalType.HUMAN:
        what = key.principal.type.value
        raise PersonNeeded(f"the key {who.key} is that of the {what} {key.principal.id}, not of a person", hint=_OWN)
    if key.principal.id != who.id:
        hint = f"sign as who you are there: --id {key.principal.id}"
        raise KeyUntrusted(f"the key {who.key} is that of {key.principal.id}, not of {who.id}", hint=hint)
    trial = Decision(decision_id=new_id(), kind=kind, subjects=(), principal=who, observed_at=now())
    objection = key.objection(ledger.size, trial)
    if objection:
        what = f"the key of {who.id} {objection[1]}"
        raise KeyUntrusted(what, hint="see who may sign what: answerable ledger show --keys")
