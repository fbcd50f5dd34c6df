"""What `answerable owners check` found, as `answerable/owners-check/v1`."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from answerable.domain.verdict import Severity
from answerable.ownership.check.cover import Covered, Gap
from answerable.ownership.check.finding import Finding
from answerable.ownership.check.run import Checked
from answerable.ownership.coverage import Coverage, Share
from answerable.ownership.registry import Registry

Json = dict[str, Any]


def document(
    found: Checked, covered: Coverage | None, registry: Registry, at: datetime, notes: Sequence[str], elapsed_ms: int
) -> Json:
    """Everything that was found."""
    owners = registry.owners
    return {
        "schema": "answerable/owners-check/v1",
        "ok": found.holds,
        "commit": registry.commit,
        "at": _stamp(at),
        "owners": {"source": owners.source, "digest": owners.digest} if owners else None,
        "codeowners": registry.codeowners[0] or None,
        "counts": {each.value: sum(one.severity is each for one in found.findings) for each in Severity},
        "findings": [_finding(one) for one in found.findings],
        "hours": [_year(service, year) for service, year in found.years.items()],
        "files": {"total": found.files, "unowned": found.orphans},
        "coverage": _coverage(covered) if covered else None,
        "notes": list(notes),
        "elapsed_ms": elapsed_ms,
    }


def _finding(one: Finding) -> Json:
    return {
        "kind": one.kind.value,
        "severity": one.severity.value,
        "file": one.file,
        "line": one.position.line,
        "column": one.position.column,
        "about": one.about,
        "what": one.what,
        "remedy": one.remedy,
        "files": one.files,
        "gaps": [_gap(gap) for gap in one.hours],
    }


def _gap(gap: Gap) -> Json:
    return {
        "start": _stamp(gap.start),
        "end": _stamp(gap.end),
        "opens": gap.opens,
        "closes": gap.closes,
        "times": gap.times,
        "minutes": gap.seconds // 60,
    }


def _year(service: str, year: Covered) -> Json:
    return {
        "service": service,
        "start": _stamp(year.start),
        "end": _stamp(year.end),
        "minutes": int((year.end - year.start).total_seconds()) // 60,
        "covered": year.seconds // 60,
        "by_region": [{"region": name, "minutes": seconds // 60} for name, seconds in year.by_region],
    }


def _coverage(covered: Coverage) -> Json:
    return {
        "weighed": _share(covered.weighed),
        "ai": _share(covered.ai),
        "every": _share(covered.every),
        "by_layer": [{"layer": name, **_share(share)} for name, share in covered.by_layer],
    }


def _share(share: Share) -> Json:
    value = round(share.owned / share.lines, 4) if share.lines else None
    return {
        "value": value,
        "lines": share.lines,
        "owned": share.owned,
        "named": share.named,
        "escalates": share.escalates,
    }


def _stamp(at: datetime) -> str:
    return f"{at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"
