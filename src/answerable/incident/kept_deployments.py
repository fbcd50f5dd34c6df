"""Keeps what was read of deployments, so that a long ledger is judged once; for whoever asks, never for a gate.

What is kept is bound to the ledger's root hash at the size that it was read at: where an entry was exchanged since, it
is not used. It lies in a folder of this person alone, so that no copied repository brings it. Only what the
ledger vouches for is kept: an entry before it stays vouched for, whatever is decided about keys later. The others are
judged again every time.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from hashlib import sha256
from pathlib import Path
from typing import Any

from answerable.domain.decision import Decision, Kind, Principal, PrincipalType, Subject
from answerable.errors import AnswerableError
from answerable.git.own_folder import own_folder, read_own, write_own
from answerable.provenance.decisions import Vouched
from answerable.provenance.vouching import Vouching

VERSION = 1
_AT_LEAST = 64  # new entries for which it is written again
_MOST_BYTES = 64 << 20


def deploy_decisions(vouching: Vouching) -> list[Vouched]:
    """Every decision about a deployment, in the order of the ledger: what is kept, and what came after it."""
    named, folder = vouching.named(), own_folder()
    path = folder / f"deployments-{sha256(named[0].encode()).hexdigest()[:32]}.json" if named and folder else None
    if named is None or path is None:
        return vouching.of_kind(Kind.DEPLOY)
    origin, size = named
    before, found, doubtful = _read(path, vouching, origin, size) or (0, {}, [])
    fresh = vouching.entries(Kind.DEPLOY, before) if before < size else []
    found.update(fresh)
    found.update(vouching.judged(doubtful))
    if len(fresh) >= _AT_LEAST:
        write_own(path, _written(found, origin, size, vouching.root(size)))
    return [one for _, one in sorted(found.items(), key=lambda item: item[0])]


def _written(found: dict[int, Vouched], origin: str, size: int, root: str) -> bytes:
    rows = [[index, *_row(one.decision)] for index, one in found.items() if not one.doubt]
    doubtful = [index for index, one in found.items() if one.doubt]
    document = {"version": VERSION, "origin": origin, "size": size, "root": root, "rows": rows}
    return json.dumps(document | {"doubtful": doubtful}, separators=(",", ":")).encode()


def _read(
    path: Path, vouching: Vouching, origin: str, now: int
) -> tuple[int, dict[int, Vouched], Sequence[int]] | None:
    """What is kept: up to which entry, what was vouched for, and the entries to be judged again."""
    data = read_own(path, _MOST_BYTES)
    if data is None:
        return None
    try:
        document = json.loads(data)
        size = int(document["size"])
        same = (document["version"], document["origin"]) == (VERSION, origin) and 0 < size <= now
        if not same or document["root"] != vouching.root(size):
            return None
        rows = {int(row[0]): _vouched(row) for row in document["rows"]}
        doubtful = [int(index) for index in document["doubtful"]]
        return (size, rows, doubtful) if all(0 <= index < size for index in (*rows, *doubtful)) else None
    except (AnswerableError, ValueError, TypeError, KeyError, IndexError, AttributeError, RecursionError):
        return None  # it is of another form, or was cut off


def _row(decision: Decision) -> list[Any]:
    return [
        decision.decision_id,
        decision.observed_at,
        decision.principal.type.value,
        decision.principal.id,
        list(decision.supersedes),
        [dict(subject.digest) for subject in decision.subjects],
        dict(decision.details),
    ]


def _vouched(row: Sequence[Any]) -> Vouched:
    index, name, at, kind, who, supersedes, subjects, details = row
    decision = Decision(
        decision_id=str(name),
        kind=Kind.DEPLOY,
        subjects=tuple(Subject(digest=dict(digest)) for digest in subjects),
        principal=Principal(type=PrincipalType(kind), id=str(who)),
        observed_at=str(at),
        supersedes=tuple(supersedes),
        details=dict(details),
    )
    return Vouched(decision=decision, ref=f"ledger entry {index}", in_ledger=True)
