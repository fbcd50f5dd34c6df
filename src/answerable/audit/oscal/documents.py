"""An assessment plan and its results in OSCAL: what was looked at, by which question, what was found, and where.

Ids follow from what they name, so that the same assessment is the same document. A plan is there because results must
name one (`import-ap`); what it would say more than the controls is for the assessor.

Source: NIST OSCAL 1.2.1, models `assessment-plan` and `assessment-results`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID, uuid5

from answerable import __version__
from answerable.audit.facts.facts import Facts
from answerable.audit.framework.model import Assessed, Framework, Status, Tested

VERSION = "1.2.1"
PLAN, RESULTS = "oscal/assessment-plan.json", "oscal/assessment-results.json"
_NAMESPACE = UUID("6f1d6a0e-54c8-5d1a-9d8e-2b7d3c0f9a11")
_NIST = "nist-800-53"
Every = Sequence[tuple[Framework, Sequence[Assessed]]]


def documents(facts: Facts, assessed: Every) -> dict[str, Any]:
    """Both documents, by their names in a pack."""
    seed = f"{facts.head} {facts.ledger.root} {facts.period.start} {facts.period.end}"
    return {
        PLAN: {"assessment-plan": _plan(facts, assessed, seed)},
        RESULTS: {"assessment-results": _results(facts, assessed, seed)},
    }


def control_id(framework: str, control: str) -> str:
    """A control as an OSCAL token: as NIST's catalog has it, else behind the name of its framework."""
    word = re.sub(r"[^A-Za-z0-9._-]+", "-", control).strip("-")
    return word.lower() if framework == _NIST else f"{framework}_{word}"


def _plan(facts: Facts, assessed: Every, seed: str) -> dict[str, Any]:
    return {
        "uuid": _id(seed, "plan"),
        "metadata": _metadata(facts, "Assessment plan"),
        "import-ssp": {"href": "#system-security-plan", "remarks": "The plan of the system is kept elsewhere."},
        "reviewed-controls": _reviewed(assessed),
    }


def _results(facts: Facts, assessed: Every, seed: str) -> dict[str, Any]:
    observations, findings = [], []
    for framework, controls in assessed:
        for one in controls:
            name = control_id(framework.id, one.control.id)
            seen = [_observation(facts, seed, name, at, test) for at, test in enumerate(one.tested)]
            observations += seen
            findings.append(_finding(seed, name, framework, one, seen))
    return {
        "uuid": _id(seed, "results"),
        "metadata": _metadata(facts, "Assessment results"),
        "import-ap": {"href": "assessment-plan.json"},
        "results": [
            {
                "uuid": _id(seed, "result"),
                "title": f"Changes of {facts.period.words}",
                "description": f"What {len(facts.changes)} changes of the main line show of each control.",
                "start": _moment(facts.period.start),
                "end": _moment(facts.period.end),
                "reviewed-controls": _reviewed(assessed),
                **({"observations": observations} if observations else {}),
                **({"findings": findings} if findings else {}),
            }
        ],
    }


def _observation(facts: Facts, seed: str, control: str, at: int, test: Tested) -> dict[str, Any]:
    found = f"{test.found} of {test.population}; expected: {test.expects}. {test.because}".strip()
    return {
        "uuid": _id(seed, "observation", control, str(at)),
        "title": f"Test {at + 1} of {control}",
        "description": f"{test.question}: {found}",
        "methods": ["EXAMINE", "TEST"],
        "relevant-evidence": [{"href": "../population.csv", "description": "The rows that the question was asked of."}],
        "collected": _moment(facts.period.end),
    }


def _finding(
    seed: str, control: str, framework: Framework, one: Assessed, seen: Iterable[dict[str, Any]]
) -> dict[str, Any]:
    satisfied = one.status in (Status.MET, Status.NOT_APPLICABLE)
    reason = "pass" if satisfied else "fail" if one.status is Status.NOT_MET else "other"
    return {
        "uuid": _id(seed, "finding", control),
        "title": f"{framework.name} {one.control.id}: {one.control.title}",
        "description": one.control.asks,
        "target": {
            "type": "objective-id",
            "target-id": f"{control}_obj",
            "status": {
                "state": "satisfied" if satisfied else "not-satisfied",
                "reason": reason,
                "remarks": f"{one.status.value.replace('_', ' ')}. What this does not show: {one.control.limits}",
            },
        },
        "related-observations": [{"observation-uuid": observation["uuid"]} for observation in seen],
    }


def _reviewed(assessed: Every) -> dict[str, Any]:
    names = [control_id(framework.id, one.control.id) for framework, of in assessed for one in of]
    include: dict[str, Any] = {"include-controls": [{"control-id": name} for name in dict.fromkeys(names)]}
    return {"control-selections": [include if names else {"include-all": {}}]}


def _metadata(facts: Facts, title: str) -> dict[str, Any]:
    return {
        "title": f"{title}: code written with AI, {facts.period.words}",
        "last-modified": _moment(facts.period.end),
        "version": facts.head[:12],
        "oscal-version": VERSION,
        "remarks": f"Made by answerable {__version__} from the commit {facts.head}.",
    }


def _id(*parts: str) -> str:
    """An id that follows from what it names (RFC 9562, version 5), in the form that OSCAL takes: version 4 or 5."""
    return str(uuid5(_NAMESPACE, "\0".join(parts)))


def _moment(at: Any) -> str:
    return str(at.strftime("%Y-%m-%dT%H:%M:%SZ"))
