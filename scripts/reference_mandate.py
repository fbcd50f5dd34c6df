"""The page of mandates: every key that the reader takes, an example that it reads; documents of the commands."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, date, datetime
from typing import Any

from answerable.cli.mandate.document import document
from answerable.ownership.mandate import read as reader
from answerable.ownership.mandate.model import PATH, ROLES, Approval, Mandate
from answerable.ownership.mandate.signatures import Signature
from answerable.ownership.mandate.standing import Facts
from answerable.ownership.mandate.write import ORGANISATION, PERSON, TITLE, write
from answerable.strict_yaml import nodes

Rows = Callable[[Sequence[str], list[tuple[str, ...]]], str]

_PEOPLE = dict(zip(ROLES, ("lin@larkspur.example", "sam@larkspur.example", "ada@larkspur.example"), strict=True))
_EXAMPLE = Mandate(
    title=TITLE,
    status="accepted",
    begins=date(2026, 3, 1),
    expires=date(2027, 2, 28),
    governance="platform",
    response="payments",
    communication="press",
    standards=("NIST SP 800-218A", "ISO/IEC 42001"),
    approvals=tuple(Approval(role=role, person=person) for role, person in _PEOPLE.items()),
    person_owns=PERSON,
    organisation_owns=ORGANISATION,
    decision_makers=tuple(_PEOPLE.values()),
    consulted=("the works council",),
    replaces=f"sha256:{'0' * 64}",
)


def keys() -> tuple[str, ...]:
    """Every key of the front matter, by its path."""
    return (*reader.KEYS, *(f"approvals[].{key}" for key in reader.APPROVAL_KEYS))


def sections(words: Mapping[str, Any], rows: Rows) -> list[str]:
    """The sections of the page.

    Args:
        words: What the code cannot say.
        rows: Writes a table.
    """
    told = [(f"`{key}`", "yes" if key in reader.NEEDED or "[]" in key else "", words["mandate"][key]) for key in keys()]
    states = ", ".join(f"`{state}`" for state in reader.STATES)
    limits = f"`status` is one of {states}, or begins with `{reader.SUPERSEDED.strip()}`. "
    limits += (
        f"At most {reader.MOST_BYTES:,} bytes, {nodes.MOST_LEVELS} levels, {reader.MOST_ENTRIES} entries in a list, "
    )
    limits += f"and {reader.LONGEST.days} days from its date to its last day."
    headings = (
        f"The headings `{reader.PERSON_OWNS}` and `{reader.ORGANISATION_OWNS}` are there once, in letters of any case."
    )
    return [
        f"## An example\n\n```markdown\n{write(_EXAMPLE)}```",
        f"## Keys\n\n{rows(('key', 'needed', 'meaning'), told)}\n{limits}",
        f"## Below the front matter\n\n{words['intro']['mandate-body']}\n{headings}",
        f"## In force\n\n{words['intro']['mandate-force']}",
        "## What keeps it from being in force\n\n"
        + rows(("problem", "meaning"), [(f"`{kind}`", text) for kind, text in words["mandate-problems"].items()]),
    ]


def mandate_documents() -> dict[str, list[dict[str, Any]]]:
    """Documents of `answerable mandate`, by the command."""
    at = datetime(2026, 3, 2, tzinfo=UTC)
    plain = Signature(digest="", role="", by="NAME", at=at, decision="NAME", index=1)
    made = tuple(
        Signature(
            digest=_EXAMPLE.digest, role=role, by=by, at=at, decision="NAME", index=1, expires=_EXAMPLE.expires,
            holders=frozenset({_PEOPLE["legal"]}),
        )
        for role, by in (*_PEOPLE.items(), ("security", "NAME"))
    )  # fmt: skip
    full = Facts(at=at, commit="NAME", mandate=_EXAMPLE, signatures=made)
    bare = Facts(at=at, commit="NAME")
    open_ = Facts(at=at, mandate=reader.load(write(_EXAMPLE).encode(), PATH), signatures=(plain,))
    forced = Facts(at=at, commit="NAME", mandate=_EXAMPLE, signatures=made[:1])
    signed = {
        "schema": "answerable/mandate-signed/v1", "decision_id": "NAME", "by": "NAME", "role": "NAME", "digest": "NAME",
        "expires": "NAME", "withdrawn": False, "index": 1, "noted": True,
    }  # fmt: skip
    draft = {
        "schema": "answerable/mandate-draft/v1",
        "path": "NAME",
        "digest": "NAME",
        "roles": ["NAME"],
        "text": "NAME",
    }
    told = [
        document(full, full.standing()),
        document(forced, forced.standing(["legal"])),
        *(document(one, one.standing()) for one in (open_, bare)),
    ]
    in_force = {**told[0], "until": "NAME"}
    return {
        "mandate show": [in_force, *told],
        "mandate sign": [signed],
        "mandate draft": [draft, {**draft, "path": None}],
    }
