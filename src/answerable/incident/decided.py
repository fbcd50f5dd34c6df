"""What is decided about an incident, as decisions to be signed: opened, linked, closed; each is about the same subject.

A decision holds what another clone needs to answer again: the revision, the places and the commits. It never holds the
trace; a salted commitment stands for it. A decision about an incident says of each commit that is its subject that
something went wrong with it. So the revision that failed is one, and what people found to be a cause; what was only
ranked is not, and neither is what ended it.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from hashlib import sha256
from typing import Any

from answerable.domain.decision import Commitment, Decision, EvidenceRef, Kind, Principal, Subject, new_id, now
from answerable.git.quoting import quoted

_CHANGING = frozenset({"record", "history", "state", "elapsed_ms"})
_MOST_CANDIDATES = 5
LINKS = ("cause", "fix", "ticket", "duplicate")
"""What can be linked to an incident."""


def subject(name: str) -> Subject:
    """An incident as the subject of decisions."""
    return Subject(name=f"incident:{name}", digest={"sha256": digest_of_name(name)})


def digest_of_name(name: str) -> str:
    """What the ledger finds the decisions about an incident by."""
    return sha256(f"incident:{name}".encode()).hexdigest()


def digest_of(document: Mapping[str, Any]) -> str:
    """The digest of a document as it was when the incident was opened, whatever was added since."""
    fixed = {key: value for key, value in document.items() if key not in _CHANGING}
    return f"sha256:{sha256(json.dumps(fixed, sort_keys=True).encode()).hexdigest()}"


def opened(document: Mapping[str, Any], principal: Principal, context: Iterable[Commitment]) -> Decision:
    """The decision that opens an incident, from its document."""
    name, at = str(document["id"]), str(document["revision"]["commit"])
    candidates = document["candidates"][:_MOST_CANDIDATES]
    return Decision(
        decision_id=new_id(),
        kind=Kind.INCIDENT,
        subjects=(subject(name), Subject(digest={"gitCommit": at})),
        principal=principal,
        observed_at=now(),
        context=tuple(context),
        evidence=(EvidenceRef(uri=f"incident:{name}", digest=digest_of(document)),),
        details={
            "action": "opened",
            "incident": name,
            "title": document["title"],
            "source": document["source"],
            "revision": at,
            "basis": document["revision"]["basis"],
            "awareAt": document["aware_at"],
            **{key: value for key in ("severity", "environment", "kind") if (value := document[key])},
            **({"failedAt": document["failed_at"]} if document["failed_at"] else {}),
            "candidates": [_candidate(one) for one in candidates],
        },
    )


def linked(name: str, principal: Principal, what: str, to: str, commit: str | None, why: str | None) -> Decision:
    """The decision that links something to an incident: the cause, the fix, a ticket, another incident."""
    causes = [commit] if commit and what == "cause" else []
    return _about(name, principal, why, causes, {"action": "linked", "what": what, "to": to})


def closed(
    name: str, principal: Principal, why: str, causes: Sequence[str], fixes: Sequence[str], began: str | None
) -> Decision:
    """The decision that closes an incident."""
    told = {"causes": list(causes), "fixes": list(fixes), **({"endedAt": began} if began else {})}
    return _about(name, principal, why, causes, {"action": "closed", **told})


def _about(
    name: str, principal: Principal, why: str | None, commits: Sequence[str], details: Mapping[str, Any]
) -> Decision:
    return Decision(
        decision_id=new_id(),
        kind=Kind.INCIDENT,
        subjects=(subject(name), *(Subject(digest={"gitCommit": commit}) for commit in dict.fromkeys(commits))),
        principal=principal,
        observed_at=now(),
        rationale=why,
        details={"incident": name, **details},
    )


def _candidate(one: Mapping[str, Any]) -> dict[str, Any]:
    path = quoted(str(one["path"]).encode("utf-8", "surrogateescape"))
    found = {"path": path, "start": one["start"], "end": one["end"], "score": f"{one['score']:.3f}"}
    return {**found, **({"commit": one["commit"]} if one["commit"] else {})}
