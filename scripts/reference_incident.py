"""The documents of `answerable incident`, from incidents with every field filled, and with every optional one empty."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from reference_ledger import Whole

from answerable.cli.incident import show_
from answerable.incident.open.document import document
from answerable.incident.open.model import Incident

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
    made[0] |= {"record": {**_RECORD, "trace": _NAME}, "history": [linked, closed]}
    made[1] |= {"record": {**_NOT, "trace": _NAME}}
    listed = {"schema": "answerable/incidents/v1", "incidents": [show_.row(made[0]), show_.row(made[2])]}
    return {"incident open": made, "incident show": [listed]}
