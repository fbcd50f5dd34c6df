"""Writes findings with the origin of their lines as SARIF 2.1.0, bound to the commit that was looked at."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any
from urllib.parse import quote

from answerable import __version__
from answerable.review.findings import Found

_SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """A finding, and what else is known of its lines: values that JSON has."""

    found: Found
    properties: Mapping[str, Any] = field(default_factory=dict)


def write(told: Sequence[Told], head: str, rules: Mapping[str, tuple[str, str]], repository: str = "") -> str:
    """One run of the tool `answerable`.

    Args:
        told: The findings.
        head: Full id of the commit that was looked at.
        rules: For each rule that found something, what it says and why it is known.
        repository: Where the repository is, where that is known.
    """
    names = list(dict.fromkeys(one.found.result.rule for one in told))
    driver = {
        "name": "answerable",
        "version": __version__,
        "rules": [_rule(name, *rules.get(name, (name, ""))) for name in names],
    }
    run = {
        "tool": {"driver": driver},
        "automationDetails": {"id": "answerable/failure-modes/"},
        "columnKind": "unicodeCodePoints",
        "versionControlProvenance": [{"repositoryUri": repository or "file:///", "revisionId": head}],
        "originalUriBaseIds": {"SRCROOT": {"description": {"text": "The root of the repository."}}},
        "invocations": [{"executionSuccessful": True}],
        "results": [_result(one, names.index(one.found.result.rule)) for one in told],
    }
    return json.dumps({"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]}, ensure_ascii=True) + "\n"


def _rule(name: str, message: str, known: str) -> dict[str, Any]:
    return {"id": name, "shortDescription": {"text": message}, "fullDescription": {"text": known or message}}


def _result(one: Told, index: int) -> dict[str, Any]:
    found, result = one.found, one.found.result
    place: dict[str, Any] = {"artifactLocation": {"uri": quote(found.path, safe="/"), "uriBaseId": "SRCROOT"}}
    if found.start:
        place["region"] = {"startLine": found.start, "endLine": found.end}
    mark = sha256(f"{result.rule}\0{found.path!r}\0{result.message}".encode()).hexdigest()
    return {
        "ruleId": result.rule,
        "ruleIndex": index,
        "level": result.level.value,
        "message": {"text": result.message},
        "locations": [{"physicalLocation": place}],
        "partialFingerprints": {"answerableFailureMode/v1": mark},
        "properties": dict(one.properties),
    }
