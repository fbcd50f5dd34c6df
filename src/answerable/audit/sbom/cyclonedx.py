"""A bill of materials as CycloneDX 1.6 JSON: services with their files, models, and the origin of lines as properties.

Source: ECMA-424, CycloneDX 1.6. Names of properties begin with `answerable:`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any
from uuid import UUID, uuid5

from answerable import __version__
from answerable.audit.sbom.bill import Bill, Part, summed

_NAMESPACE = UUID("0f2e6c5b-6f0a-5b7e-8a39-7c4a5a1b2c3d")


def cyclonedx(bill: Bill) -> dict[str, Any]:
    """The document."""
    loose = [part for part in bill.parts if part.service is None]
    return {
        "$schema": "http://cyclonedx.org/schema/bom-1.6.schema.json",
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "serialNumber": f"urn:uuid:{uuid5(_NAMESPACE, bill.commit)}",
        "version": 1,
        "metadata": {
            "timestamp": bill.at,
            "tools": {"components": [{"type": "application", "name": "answerable", "version": __version__}]},
            "component": {
                "type": "application",
                "bom-ref": "program",
                "name": bill.name,
                "version": bill.commit,
                "properties": _lines(summed(bill.parts)),
            },
        },
        "components": [
            *(_service(bill, name) for name in bill.services),
            *map(_file, loose),
            *(_model(tool, model) for tool, model in bill.models),
        ],
    }


def _service(bill: Bill, name: str) -> dict[str, Any]:
    parts = [part for part in bill.parts if part.service == name]
    return {
        "type": "application",
        "bom-ref": f"service:{name}",
        "name": name,
        "version": bill.commit,
        "properties": _lines(summed(parts)),
        "components": [_file(part) for part in parts],
    }


def _file(part: Part) -> dict[str, Any]:
    told = [*_lines(part.lines)]
    told += _property("origin", part.origin) + _property("grade", part.grade) + _property("layer", part.layer)
    told += [_one("model", f"{tool}:{model or 'not recorded'}") for tool, model in part.models]
    return {
        "type": "file",
        "bom-ref": f"file:{part.path}",
        "name": part.path,
        "hashes": [{"alg": "SHA-256", "content": part.digest}],
        **({"properties": told} if told else {}),
    }


def _model(tool: str, model: str | None) -> dict[str, Any]:
    return {
        "type": "machine-learning-model",
        "bom-ref": f"model:{tool}:{model or ''}",
        "name": model or "not recorded",
        "properties": [_one("tool", tool)],
    }


def _lines(lines: Mapping[str, int]) -> list[dict[str, str]]:
    return [_one(f"lines:{origin}", str(count)) for origin, count in lines.items()]


def _property(name: str, value: str | None) -> list[dict[str, str]]:
    return [_one(name, value)] if value is not None else []


def _one(name: str, value: str) -> dict[str, str]:
    return {"name": f"answerable:{name}", "value": value}


def files_of(document: Mapping[str, Any]) -> Iterable[dict[str, Any]]:
    """Every file of a document, in services or not."""
    for component in document["components"]:
        yield from (c for c in (component, *component.get("components", ())) if c["type"] == "file")
