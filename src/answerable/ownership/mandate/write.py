"""Writes a mandate as a decision record that says what it was made from: read again, it is equal.

The sections are those of MADR 4.0 (https://github.com/adr/madr, template/adr-template.md) and the two of the contract.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from answerable.ownership.mandate.model import Mandate
from answerable.ownership.mandate.read import ORGANISATION_OWNS, PERSON_OWNS
from answerable.strict_yaml.writing import block, flow

TITLE = "Who is answerable for AI-assisted code"
PERSON = (
    "The intent: what the lines that I accept are meant to do, and that they do it",
    "That I read and understood them before I accepted them, whoever or whatever wrote them",
    "That what I say of where they come from is true",
    "That I stop and ask where I cannot judge them",
)
ORGANISATION = (
    "The tools that are provided, what they may do here, and the record of what they did",
    "The standards of review, and the time that reviews take",
    "The gates and checks, the same for everybody, and what they let pass",
    "The response to an incident, which looks first at the controls that let it happen, and at people only to learn",
)


def write(mandate: Mandate) -> str:
    """The whole file."""
    return "\n".join(("---", *_front_matter(mandate), "---", "", *_body(mandate)))


def _front_matter(mandate: Mandate) -> Iterator[str]:
    listed = {
        "decision-makers": mandate.decision_makers,
        "consulted": mandate.consulted,
        "informed": mandate.informed,
    }
    yield from block({"status": mandate.status})
    yield f"date: {mandate.begins}"
    yield from block({key: names for key, names in listed.items() if names})
    yield "mandate: 1"
    yield f"expires: {mandate.expires}"
    keys = ("governance", "response", "communication", "standards")
    yield from block({key: getattr(mandate, key) for key in keys})
    yield "approvals:"
    for one in mandate.approvals:
        yield f"  - {flow({'role': one.role, 'person': one.person})}"
    if mandate.replaces:
        yield from block({"replaces": mandate.replaces})


def _body(mandate: Mandate) -> Iterator[str]:
    yield f"# {_line(mandate.title)}\n"
    yield "## Context and Problem Statement\n"
    yield "Tools write code here that people accept, ship and answer for. Who decides how that is done, who responds"
    yield "when it fails, and who speaks about it to those outside must be known before it does, not found out after.\n"
    yield "## Considered Options\n"
    yield "* One mandate: named people, signed by each role, with a last day"
    yield "* No mandate: whoever committed a line is left with it\n"
    yield "## Decision Outcome\n"
    yield 'Chosen option: "One mandate", because an answer that nobody took on is none when it is needed.\n'
    yield f"* AI-code governance is owned by {mandate.governance}"
    yield f"* The response to an incident is owned by {mandate.response}"
    yield f"* {mandate.communication} speaks to customers, authorities and the public"
    yield f"* These standards hold: {', '.join(mandate.standards)}\n"
    yield from _section(PERSON_OWNS, mandate.person_owns)
    yield from _section(ORGANISATION_OWNS, mandate.organisation_owns)
    yield "## Confirmation\n"
    yield f"It is in force from {mandate.begins} to {mandate.expires}, once each role has signed exactly this file:"
    yield "`answerable mandate verify`. If one byte of it changes, it must be signed anew.\n"


def _section(heading: str, items: Sequence[str]) -> Iterator[str]:
    yield f"## {heading}\n"
    yield from (f"* {_line(item)}" for item in items)
    yield ""


def _line(text: str) -> str:
    """In one line, so that no text makes a heading or an item of its own."""
    return " ".join(text.split())
