"""A bill of materials as SPDX 3.0.1 JSON-LD: files, services and models, and which model generated which files.

Models are packages of the purpose `model`, not `ai_AIPackage`: that wants a supplier and a release date, which nobody
who reads a repository knows. Source: SPDX 3.0.1, serialised with its JSON-LD context.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any
from urllib.parse import quote

from answerable.audit.sbom.bill import Bill, Part, summed

CONTEXT = "https://spdx.org/rdf/3.0.1/spdx-context.jsonld"
_CREATION = "_:creation"
Element = dict[str, Any]


def spdx(bill: Bill) -> dict[str, Any]:
    """The document."""
    base = f"https://answerable.dev/bill/{bill.commit}"
    agent = f"{base}#answerable"
    elements = list(_elements(bill, base))
    return {
        "@context": CONTEXT,
        "@graph": [
            {
                "type": "CreationInfo",
                "@id": _CREATION,
                "specVersion": "3.0.1",
                "created": bill.at,
                "createdBy": [agent],
            },
            {"type": "SoftwareAgent", "spdxId": agent, "creationInfo": _CREATION, "name": "answerable"},
            {
                "type": "SpdxDocument",
                "spdxId": f"{base}#document",
                "creationInfo": _CREATION,
                "name": f"{bill.name} {bill.commit[:12]}",
                "profileConformance": ["core", "software"],
                "rootElement": [f"{base}#program"],
                "element": [element["spdxId"] for element in elements],
            },
            *elements,
        ],
    }


def _elements(bill: Bill, base: str) -> Iterable[Element]:
    program = f"{base}#program"
    yield _package(program, bill.name, bill.commit, "application", summed(bill.parts))
    yield from (_file(base, part) for part in bill.parts)
    for name in bill.services:
        parts = [part for part in bill.parts if part.service == name]
        service = f"{base}#service-{quote(name, safe='')}"
        yield _package(service, name, bill.commit, "module", summed(parts))
        yield _relation(f"{service}-contains", service, "contains", [_id(base, part) for part in parts])
    yield from _whole(bill, base, program)
    for at, model in enumerate(bill.models):
        tool, called = model
        found = f"{base}#model-{at}"
        yield {
            "type": "software_Package",
            "spdxId": found,
            "creationInfo": _CREATION,
            "name": f"{tool}, model {called or 'not recorded'}",
            "software_primaryPurpose": "model",
        }
        wrote = [_id(base, part) for part in bill.parts if model in part.models]
        yield _relation(f"{found}-generates", found, "generates", wrote)
    for part in bill.parts:
        if part.origin:
            yield _annotation(base, part)


def _whole(bill: Bill, base: str, program: str) -> Iterable[Element]:
    held = [f"{base}#service-{quote(name, safe='')}" for name in bill.services]
    held += [_id(base, part) for part in bill.parts if part.service is None]
    if held:
        yield _relation(f"{program}-contains", program, "contains", held)


def _package(name: str, title: str, version: str, purpose: str, lines: dict[str, int]) -> Element:
    told = ", ".join(f"{count} lines {origin}" for origin, count in lines.items())
    return {
        "type": "software_Package",
        "spdxId": name,
        "creationInfo": _CREATION,
        "name": title,
        "software_packageVersion": version,
        "software_primaryPurpose": purpose,
        **({"comment": told} if told else {}),
    }


def _file(base: str, part: Part) -> Element:
    return {
        "type": "software_File",
        "spdxId": _id(base, part),
        "creationInfo": _CREATION,
        "name": part.path,
        "software_fileKind": "file",
        "verifiedUsing": [{"type": "Hash", "algorithm": "sha256", "hashValue": part.digest}],
    }


def _annotation(base: str, part: Part) -> Element:
    told = {"origin": part.origin, "grade": part.grade, "lines": dict(part.lines), "layer": part.layer}
    return {
        "type": "Annotation",
        "spdxId": f"{_id(base, part)}-origin",
        "creationInfo": _CREATION,
        "annotationType": "other",
        "contentType": "application/json",
        "subject": _id(base, part),
        "statement": json.dumps(told, sort_keys=True),
    }


def _relation(name: str, start: str, kind: str, to: list[str]) -> Element:
    return {
        "type": "Relationship",
        "spdxId": name,
        "creationInfo": _CREATION,
        "from": start,
        "relationshipType": kind,
        "to": to,
    }


def _id(base: str, part: Part) -> str:
    return f"{base}#file-{quote(part.path, safe='')}"
