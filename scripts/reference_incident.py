"""The documents of `answerable incident`, from incidents with every field filled, and with every optional one empty."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from reference_ledger import Whole

from answerable.cli.incident import check_, review_, show_
from answerable.incident.learn.came_back import Back
from answerable.incident.open.document import document
from answerable.incident.open.model import Incident
from answerable.incident.szz import Introduced
from answerable.policy.learn.measure import Measured
from answerable.policy.learn.propose import Proposal

_NAME = "NAME"
_RECORD = {"decision_id": _NAME, "index": 1, "by": _NAME, "at": _NAME, "problem": None}
_NOT = dict.fromkeys(_RECORD) | {"problem": _NAME}
_SINCE = {"at": _NAME, "by": _NAME, "action": "linked", "what": _NAME}


def incident_documents(incidents: Sequence[Incident]) -> dict[str, list[dict[str, Any]]]:
    """Documents of the commands, by the command."""
    made = [document(incident, 1) for incident in incidents]
    for found in made:
        for one in found["candidates"]:
            one["span"] = Whole(one["span"])
    linked = {**_SINCE, "kind": _NAME, "to": _NAME, "record": _RECORD}
    closed = {**_SINCE, "by": None, "causes": [_NAME], "fixes": [_NAME], "ended_at": _NAME, "record": _NOT}
    made[0] |= {"record": {**_RECORD, "trace": _NAME}, "history": [linked, closed, _reviewed(_NAME), _reviewed(None)]}
    made[1] |= {"record": {**_NOT, "trace": _NAME}}
    listed = {"schema": "answerable/incidents/v1", "incidents": [show_.row(made[0]), show_.row(made[2])]}
    return {"incident open": made, "incident show": [listed]} | _learning(made)


def _reviewed(pattern: str | None) -> dict[str, Any]:
    item = {"id": _NAME, "what": _NAME, "owner": _NAME, "due": "2027-01-31"}
    said = {"contributing": [_NAME], "actions": [item], "pattern": pattern, "done": [_NAME] if pattern else []}
    return {**_SINCE, "action": "reviewed", **said, "record": _RECORD}


def _learning(made: Sequence[dict[str, Any]]) -> dict[str, list[dict[str, Any]]]:
    """Those of `review` and `check`."""
    proposal = Proposal(name=_NAME, rule={"name": _NAME, "require": {}}, why=_NAME)
    measured = [
        Measured(proposal=proposal, diff=_NAME, stopped_it=known, asked_it=known, others=1, stopped=1, of=1)
        for known in (True, None)
    ]
    done = {**made[0], "history": [_reviewed(_NAME), {**_reviewed(None), "actions": [], "done": [_NAME]}]}
    still = {**made[0], "history": [_reviewed(None)]}
    led = [Introduced(commit=_NAME, score=0.5, parts=((_NAME, 0.5, 1.0, _NAME),), lines=())]
    reviews = [review_.document(found, led, measured, [_NAME], 1) for found in (done, still, made[2])]
    back = [Back(kind="returned", what=_NAME, path=b"a", line=1), Back(kind="absent", what=_NAME, commit=_NAME)]
    item = {"id": _NAME, "what": _NAME, "owner": _NAME, "due": "2027-01-31"}
    row = {"id": _NAME, "title": _NAME, "state": "closed", "back": [check_.back(one) for one in back]}
    rows = [{**row, "overdue": [item], "unknown": [_NAME], "looked_at": 1}]
    return {"incident review": reviews, "incident check": [check_.document(rows, _NAME, 1)]}
