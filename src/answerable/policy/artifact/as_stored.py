"""A verdict as it was kept when it was given: read again, never judged again."""

from __future__ import annotations

import json
from typing import Any

from answerable.domain.grade import Grade
from answerable.domain.origin import Origin
from answerable.domain.verdict import Excused, Finding, Obligation, Severity, Waived


def findings(document: dict[str, Any]) -> tuple[Finding, ...]:
    """The findings of a stored document; what is no finding raises KeyError, TypeError or ValueError."""
    return tuple(_finding(row) for row in document["findings"])


def obligations(document: dict[str, Any]) -> tuple[Obligation, ...]:
    """What was owed; raises as `findings`."""
    return tuple(
        Obligation(
            rule=str(row["rule"]), needs=str(row["needs"]), have=str(row["have"]),
            who=tuple(map(str, row["who"])), met=row["met"] is True,
        )
        for row in document["obligations"]
    )  # fmt: skip


def waivers(document: dict[str, Any]) -> tuple[Waived, ...]:
    """The waivers that it rested on; raises as `findings`."""
    return tuple(
        Waived(
            rule=str(row["rule"]), who=str(row["who"]), why=str(row["why"]), until=str(row["until"]),
            lines=int(row["lines"]), holds=row["holds"] is True,
        )
        for row in document["waivers"]
    )  # fmt: skip


def excused(document: dict[str, Any]) -> Excused | None:
    """The emergency that it passed by; raises as `findings`."""
    row = document["emergency"]
    if row is None:
        return None
    return Excused(
        by=str(row["by"]), why=str(row["why"]), at=str(row["at"]), review_due_by=str(row["review_due_by"]),
        rules=tuple(map(str, row["rules"])),
    )  # fmt: skip


def read(content: bytes) -> dict[str, Any]:
    """The document; raises ValueError where it is none."""
    found = json.loads(content)
    if not isinstance(found, dict) or found.get("schema") != "answerable/verdict/v1":
        raise ValueError("no verdict")
    return found


def _finding(row: dict[str, Any]) -> Finding:
    path, grade = row["path"], row["grade"]
    return Finding(
        rule=str(row["rule"]),
        severity=Severity(row["severity"]),
        message=str(row["message"]),
        remedy=row["remedy"],
        layer=row["layer"],
        path=path.encode("utf-8", "surrogateescape") if path is not None else None,
        start=row["start"],
        end=row["end"],
        origin=Origin(row["origin"]) if row["origin"] is not None else None,
        grade=next(each for each in Grade if each.word == grade) if grade is not None else None,
        waived_by=row["waived_by"],
        evidence=tuple(map(str, row["evidence"])),
    )
