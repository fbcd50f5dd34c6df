"""The page of owners files: every key, type and form, read off the schema that the reader is held to; its documents."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import reference_checks

from answerable.cli.owners import document, sign_
from answerable.domain.decision import Decision, Kind, Principal, PrincipalType, Subject
from answerable.domain.grade import Grade
from answerable.ownership import model
from answerable.ownership.file import read as reader
from answerable.ownership.resolve import Resolver
from answerable.ownership.resolved import Signed
from answerable.strict_yaml import nodes

Rows = Callable[[Sequence[str], list[tuple[str, ...]]], str]

SCHEMA: dict[str, Any] = json.loads(Path(model.__file__).with_name("owners.schema.json").read_text("utf-8"))
DEFS: dict[str, Any] = SCHEMA["$defs"]
_EXAMPLE = b"""\
version: 1
people:
  ada: {name: Ada Marlow, git: [ada@larkspur.example], forge: [ada], contact: "+44 7700 900123"}
  grace: {name: Grace Okafor, git: [grace@larkspur.example], until: "2027-01-31"}
teams:
  payments: {name: Payments, members: [ada, grace], forge: [larkspur/payments], contact: "#payments"}
services:
  - name: checkout
    title: Checkout
    paths: [/shop/checkout/]
    owner: payments
    tier: 0
    jurisdictions: [EU]
    links: {runbook: "https://larkspur.example/runbooks/checkout"}
    duties:
      response: payments
      communication:
        who: grace
        templates:
          - {severity: [high, critical], jurisdiction: [EU], text: "{service} has failed since {since}. We work on it."}
      escalation:
        - {notify: [cover]}
        - {notify: [payments], after: 15}
      fallback: grace
      cover:
        - {region: EMEA, timezone: Europe/Stockholm, start: "08:00", end: "18:00", who: payments}
        - {region: night, timezone: Europe/Stockholm, start: "18:00", end: "08:00", who: ada}
      reporting:
        - {jurisdiction: EU, regulation: NIS2, to: the CSIRT, within: 24, severity: [high, critical], who: grace}
paths:
  - {match: "*", owners: [payments]}
"""
_AT = datetime(2026, 1, 1, 12, tzinfo=UTC)


def sections(words: Mapping[str, Any], rows: Rows) -> list[str]:
    """The sections of the page.

    Args:
        words: What the schema cannot say.
        rows: Writes a table.
    """
    head = ("key", "type", "needed", "meaning")
    forms: list[tuple[str, ...]] = [
        (f"`{name}`", f"{each['title']}: `{each['pattern']}`") for name, each in DEFS.items() if "pattern" in each
    ]
    keys: list[tuple[str, ...]] = list(_keys("", SCHEMA))
    limits = f"At most {reader.MOST_BYTES:,} bytes and {nodes.MOST_LEVELS} levels."
    intro = words["intro"]
    return [
        f"## An example\n\n```yaml\n{_EXAMPLE.decode()}```",
        f"## Keys\n\n{rows(head, keys)}\n{limits}",
        f"## Forms\n\n{rows(('form', 'what it is'), forms)}",
        f"## What the schema cannot say\n\n{intro['owners-rules']}",
        f"## How a path is resolved\n\n{intro['owners-resolution']}",
        f"## Signatures\n\n{intro['owners-signatures']}",
        f"## Findings\n\n{intro['owners-findings']}\n{rows(('kind', 'what is wrong'), reference_checks.kinds())}",
    ]


def _keys(above: str, schema: Mapping[str, Any]) -> Iterator[tuple[str, ...]]:
    """Every key below one, those of the values that it holds after it."""
    needed = {*schema.get("required", ())}
    for name, member in schema.get("properties", {}).items():
        path = f"{above}.{name}".lstrip(".")
        inner = _followed(member)
        yield f"`{path}`", _type(member), "yes" if name in needed else "", member["description"] + _one_of(inner)
        if "items" in inner:
            yield from _keys(f"{path}[]", _followed(inner["items"]))
        elif isinstance(inner.get("additionalProperties"), dict):
            yield from _keys(f"{path}.ID", _followed(inner["additionalProperties"]))
        else:
            yield from _keys(path, inner)


def _followed(member: Mapping[str, Any]) -> Mapping[str, Any]:
    name = str(member.get("$ref", "")).removeprefix("#/$defs/")
    return DEFS[name] if name else member


def _type(member: Mapping[str, Any]) -> str:
    name = str(member.get("$ref", "")).removeprefix("#/$defs/")
    inner = _followed(member)
    if name and "pattern" in inner:
        return f"`{name}`"
    if inner["type"] == "array":
        return f"list of {_type(inner['items'])}"
    if inner["type"] == "integer":
        return f"{inner['minimum']} to {inner['maximum']}" if inner["minimum"] < inner["maximum"] else "integer"
    if inner["type"] == "object":
        return "mapping"
    return "word"


def _one_of(inner: Mapping[str, Any]) -> str:
    values = _followed(inner.get("items", {})).get("enum", ())
    return f" Any of {', '.join(f'`{value}`' for value in values)}." if values else ""


class _Resolved:
    """A registry as the document needs it."""

    def __init__(self, data: bytes | None) -> None:
        self.commit = "NAME"
        self.owners = reader.load(data, "NAME") if data else None
        signed = Signed(by="NAME", at="NAME", decision="NAME")
        self.resolver = Resolver(self.owners, None, "NAME", lambda _: ((signed,), Grade.ATTESTED, None))


def owners_documents() -> dict[str, list[dict[str, Any]]]:
    """Documents of the commands of `answerable owners`, by the command."""
    bare = b"version: 1\npeople: {a: {name: A}}\nservices: [{name: a, owner: a, paths: [/a]}]\n"
    clock = "duties: {reporting: [{jurisdiction: EU, to: x, within: 1}]}}]"
    some = bare.replace(b"paths: [/a]}]", b"paths: [/a], " + clock.encode())
    made = []
    for data in (_EXAMPLE, some, None):
        registry = _Resolved(data)
        paths = [b"shop/checkout/a", b"a", b"x"]
        found = registry.resolver.resolve_many(paths, _AT)
        made.append(document.document(registry, found, _AT, 1))  # type: ignore[arg-type]
    decision = Decision(
        decision_id="NAME", kind=Kind.OWNER, principal=Principal(type=PrincipalType.HUMAN, id="NAME"),
        subjects=(Subject(digest={"sha256": "NAME"}),), observed_at="NAME", details={"commit": "NAME"},
    )  # fmt: skip
    return {"owners resolve": made, "owners sign": [sign_.document(decision, 0, noted=True)]}
