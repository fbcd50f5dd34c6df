"""Facts on disk, so that asking again takes a moment: written whole, renamed into place, named by all they rest on.

The name is a digest of the head, the period, the ledger's last entry and size, the notes, and this program's version
of the format; anything else gives another name. A file that cannot be read or written is only slower.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path
from typing import Any

from answerable.audit.facts.change import Change
from answerable.audit.facts.decided import Standing
from answerable.audit.facts.deployed import Deployed
from answerable.audit.facts.drilled import Drilled
from answerable.audit.facts.facts import Facts
from answerable.audit.facts.line import Placed
from answerable.audit.period import Period
from answerable.git.links import leads_away
from answerable.ledger.trust import Problem

VERSION = 4
FOLDER = "facts"
MOST = 8  # files that are kept
_LISTS = {  # columns that are tuples, which JSON has not
    kind: [each.name for each in kind.__dataclass_fields__.values() if str(each.type).startswith("tuple")]
    for kind in (Change, Deployed)
}


def key(parts: Mapping[str, str]) -> str:
    """A name for what facts rest on, in hex."""
    text = json.dumps({"version": VERSION, **parts}, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()


def load(folder: Path, name: str, period: Period) -> Facts | None:
    """Facts that were kept, or None."""
    path = folder / FOLDER / f"{name}.json"
    if leads_away(folder) or leads_away(path.parent, path.name):
        return None
    try:
        data = path.read_bytes()
        check, _, text = data.partition(b"\n")
        if hashlib.sha256(text).hexdigest().encode() != check:
            return None
        return _facts(json.loads(text), period)
    except (OSError, ValueError, TypeError, KeyError):
        return None


def save(folder: Path, name: str, facts: Facts) -> None:
    """Keep facts; a folder that cannot be written to is no error."""
    place = folder / FOLDER
    if leads_away(folder) or leads_away(place):
        return
    text = json.dumps(_document(facts), separators=(",", ":")).encode()
    draft = place / f".{name}.{os.getpid()}"
    with suppress(OSError):
        place.mkdir(parents=True, exist_ok=True)
        draft.write_bytes(hashlib.sha256(text).hexdigest().encode() + b"\n" + text)
        draft.replace(place / f"{name}.json")
        kept = sorted(place.glob("*.json"), key=lambda file: file.stat().st_mtime, reverse=True)
        for file in kept[MOST:]:
            file.unlink()


def _document(facts: Facts) -> dict[str, Any]:
    return {
        "head": facts.head,
        "changes": [list(_values(change)) for change in facts.changes],
        "deployments": [list(_values(one)) for one in facts.deployments],
        "drills": [asdict(one) for one in facts.drills],
        "ledger": asdict(facts.ledger),
        "layers": facts.layers,
        "policy": facts.policy,
        "doubtful": facts.doubtful,
        "defects": dict(facts.defects or {}),
        "notes": facts.notes,
    }


def _values(row: Change | Deployed) -> Any:
    return (getattr(row, name) for name in row.__dataclass_fields__)


def _facts(found: Mapping[str, Any], period: Period) -> Facts:
    ledger = dict(found["ledger"])
    problems = tuple(Problem(**problem) for problem in ledger.pop("problems"))
    return Facts(
        head=found["head"],
        period=period,
        changes=tuple(_row(Change, values) for values in found["changes"]),
        deployments=tuple(_row(Deployed, values) for values in found["deployments"]),
        drills=tuple(Drilled(**one) for one in found["drills"]),
        ledger=Standing(problems=problems, witnessed=tuple(ledger.pop("witnessed")), **ledger),
        layers=tuple(found["layers"]),
        policy=found["policy"],
        doubtful=tuple(Placed(*one) for one in found["doubtful"]),
        defects=found["defects"],
        notes=tuple(found["notes"]),
    )


def _row(kind: Any, values: list[Any]) -> Any:
    row = dict(zip(kind.__dataclass_fields__, values, strict=True))
    for name in _LISTS[kind]:
        row[name] = tuple(row[name])
    return kind(**row)
