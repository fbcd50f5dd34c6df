"""The page of decisions: every key, kind and shape, read off the schema that the code checks with."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from answerable.domain.agent import Agent
from answerable.domain.decision import (
    WITHOUT_SUBJECT,
    Commitment,
    Decision,
    EvidenceRef,
    Kind,
    PolicyRef,
    Principal,
    PrincipalType,
    Subject,
)
from answerable.ledger.statement import schema_text, statement

SCHEMA: dict[str, Any] = json.loads(schema_text())
DEFS: dict[str, Any] = SCHEMA["$defs"]
Rows = Callable[[Sequence[str], list[tuple[str, ...]]], str]

ADA = Principal(type=PrincipalType.HUMAN, id="ada@example.com", key=f"SHA256:{'4R' * 21}Q")
CODER = Principal(type=PrincipalType.AGENT, id="claude-code", on_behalf_of="ada@example.com")
EXAMPLE = Decision(
    decision_id="019c12a4-7b00-7cc3-98c4-dc0c0c07398f",
    kind=Kind.COUNTERSIGN,
    subjects=(Subject(name="main", digest={"gitCommit": "1f3a" * 10}),),
    principal=ADA,
    observed_at="2026-01-31T09:00:00Z",
    authored_by=(CODER, ADA),
    agent=Agent(tool="claude-code", tool_version="2.0.14", model="claude-sonnet-4-5", session="b7c1"),
    context=(Commitment(name="prompt", sha256="5e" * 32),),
    policy=PolicyRef(uri=".answerable/policy.yaml", digest=f"sha256:{'9c' * 32}", verdict="pass"),
    evidence=(EvidenceRef(uri="https://forge.example/shop/pulls/12"),),
    vantage="laptop",
    details={
        "lines": [{"path": "src/pay.py", "start": 3, "end": 9, "digest": f"sha256:{'ab' * 32}"}],
        "intent": "A payment is tried twice at most, so that nobody pays twice.",
    },
)


def sections(words: Mapping[str, Any], rows: Rows) -> list[str]:
    """The sections of the page.

    Args:
        words: What the code cannot say: `intro` and `kinds` are used.
        rows: Makes a table from a head and cells.
    """
    head = ("key", "type", "needed", "meaning")
    objects = {"The statement": SCHEMA, "subject[]": DEFS["subject"], "subject[].digest": DEFS["digests"],
               "predicate": DEFS["predicate"], "principal": DEFS["principal"], "agent": DEFS["agent"],
               "context[]": DEFS["commitment"], "policy": DEFS["policy"], "emergency": DEFS["emergency"],
               "evidence[]": DEFS["evidence"]}  # fmt: skip
    details = {name: inner for name, inner in DEFS.items() if name.startswith("details.")}
    details |= {
        "details.lines[]": DEFS["span"],
        "details.completeness": DEFS["completeness"],
        "details.completeness.events": DEFS["events"],
        "details.completeness.events.missing[]": DEFS["missing"],
        "details.part": DEFS["part"],
        "details.carry[]": DEFS["carry"],
        "details.carry[].dropped[], details.unknown[]": DEFS["ruled"],
        "details.keys[]": DEFS["keyEntry"],
    }
    shapes = [(f"`{name}`", told(inner)) for name, inner in DEFS.items() if "pattern" in inner]
    return [
        f"## An example\n\n```json\n{json.dumps(json.loads(statement(EXAMPLE)), indent=2)}\n```",
        *(f"## {title}\n\n{rows(head, list(_keys(inner)))}" for title, inner in objects.items()),
        f"## Kinds\n\n{rows(('kind', 'records', 'subject'), [_kind(kind, words['kinds']) for kind in Kind])}",
        "## Details\n\nOf the kinds that are not listed here, `details` is any object.",
        *(
            f"### {name}\n\n{_said(inner)}{rows(head, list(_keys(inner)))}"
            for name, inner in details.items()
        ),
        f"## Shapes\n\n{rows(('shape', 'what it is'), shapes)}",
        f"## What the schema cannot say\n\n{words['intro']['decisions-rules']}",
        f"## Signatures\n\n{words['intro']['decisions-signatures']}",
    ]  # fmt: skip


def _kind(kind: Kind, words: Mapping[str, str]) -> tuple[str, ...]:
    name = f"details.{kind.value}"
    more = f" [Details](#{name.replace('.', '')})." if name in DEFS else ""
    subject = "may be the ledger" if kind in WITHOUT_SUBJECT else "one or more"
    return f"`{kind.value}`", words[kind.value] + more, subject


def _said(inner: Mapping[str, Any]) -> str:
    return f"{inner['description']}\n\n" if "description" in inner else ""


def _keys(inner: Mapping[str, Any]) -> Iterator[tuple[str, ...]]:
    needed = {*inner.get("required", ())}
    for name, member in inner.get("properties", {}).items():
        yield f"`{name}`", told(member), "yes" if name in needed else "", _meaning(member)


def _meaning(member: Mapping[str, Any]) -> str:
    values = member.get("enum", ())
    return (
        f"{member['description']} One of {', '.join(f'`{value}`' for value in values)}."
        if values
        else member["description"]
    )


def told(member: Mapping[str, Any]) -> str:
    """The type of a member in words: by its reference, its title, or its type."""
    name = str(member.get("$ref", "")).removeprefix("#/$defs/")
    if name:
        return f"`{name}`" if "pattern" in DEFS[name] else told(DEFS[name])
    if "const" in member:
        return f"`{member['const']}`"
    if "pattern" in member:
        return str(member["title"])
    if member["type"] == "array":
        least = "1" if "minItems" in member else "0"
        return f"{least} to {member['maxItems']} of: {told(member['items'])}"
    if member["type"] == "integer":
        return f"integer, {member['minimum']} to {member['maximum']}"
    return str(member["type"])
