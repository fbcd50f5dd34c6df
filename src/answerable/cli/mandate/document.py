"""How a mandate stands, as `answerable/mandate/v1` and as words."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import click

from answerable.cli.options import clean
from answerable.ownership.mandate.model import PATH, Mandate
from answerable.ownership.mandate.signatures import Signature
from answerable.ownership.mandate.standing import Facts, RoleStanding, Standing

Json = dict[str, Any]


def document(facts: Facts, standing: Standing) -> Json:
    """The mandate, each role with who signed, and what keeps it from being in force."""
    return {
        "schema": "answerable/mandate/v1",
        "commit": facts.commit,
        "at": f"{facts.at:%Y-%m-%dT%H:%M:%SZ}",
        "in_force": standing.in_force,
        "until": standing.until.isoformat() if standing.until else None,
        "needed": list(standing.needed),
        "mandate": _mandate(standing.mandate) if standing.mandate else None,
        "roles": [_role(one) for one in standing.roles],
        "problems": [{"kind": one.kind, "what": one.what, "remedy": one.remedy} for one in standing.problems],
    }


def _mandate(mandate: Mandate) -> Json:
    return {
        "path": PATH,
        "digest": mandate.digest,
        "title": mandate.title,
        "status": mandate.status,
        "date": mandate.begins.isoformat(),
        "expires": mandate.expires.isoformat(),
        "governance": mandate.governance,
        "response": mandate.response,
        "communication": mandate.communication,
        "standards": list(mandate.standards),
        "decision_makers": list(mandate.decision_makers),
        "consulted": list(mandate.consulted),
        "informed": list(mandate.informed),
        "contract": {"person": list(mandate.person_owns), "organisation": list(mandate.organisation_owns)},
        "replaces": mandate.replaces,
    }


def _role(one: RoleStanding) -> Json:
    return {
        "role": one.role,
        "people": list(one.people),
        "signed": _signature(one.signed) if one.signed else None,
        "holders": list(one.holders) if one.holders is not None else None,
        "refused": [{**_signature(each), "why": why} for each, why in one.refused],
    }


def _signature(one: Signature) -> Json:
    return {
        "by": one.by,
        "at": f"{one.at:%Y-%m-%dT%H:%M:%SZ}",
        "expires": one.expires.isoformat() if one.expires else None,
        "decision": one.decision,
        "index": one.index,
    }


def say(facts: Facts, standing: Standing, *, whole: bool = False) -> None:
    """The same for a person; `whole` with what the mandate says."""
    for line in _words(facts, standing, whole=whole):
        click.echo(clean(line))


def _words(facts: Facts, standing: Standing, *, whole: bool) -> Iterator[str]:
    mandate = standing.mandate
    if standing.in_force:
        yield f"in force until {standing.until}"
    else:
        yield f"no mandate is in force on {standing.day}"
    for problem in standing.problems:
        yield f"  {problem.what}"
        yield f"    {problem.remedy}"
    if mandate is None:
        return
    at = f" at {facts.commit[:12]}" if facts.commit else ""
    yield f"{mandate.title}: {PATH}{at}"
    yield f"  {mandate.digest}"
    if whole:
        yield from _says(mandate)
    for one in standing.roles:
        yield f"  {one.role:<14} {_signed(one)}"
        for _, why in one.refused:
            yield f"  {'':<14} does not count: {why}"
    open_roles = [one.role for one in standing.roles if one.signed and one.holders is None]
    if open_roles:
        yield f"  the ledger does not say who holds {', '.join(open_roles)}: answerable ledger key role ROLE --for ID"


def _says(mandate: Mandate) -> Iterator[str]:
    for name, value in (
        ("status", mandate.status),
        ("from, to", f"{mandate.begins}, {mandate.expires}"),
        ("governance", mandate.governance),
        ("response", mandate.response),
        ("communication", mandate.communication),
        ("standards", ", ".join(mandate.standards)),
    ):
        yield f"  {name:<14} {value}"
    for side, owned in (("the person owns", mandate.person_owns), ("the organisation owns", mandate.organisation_owns)):
        yield f"  {side}"
        yield from (f"    - {item}" for item in owned)


def _signed(one: RoleStanding) -> str:
    if one.signed is None:
        return f"not signed; {' or '.join(one.people) or 'nobody'} may"
    return f"{one.signed.by} on {one.signed.at:%Y-%m-%d} (entry {one.signed.index} of the ledger)"
