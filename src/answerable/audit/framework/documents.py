"""Controls for documents, and what is to be said before anything that rests on facts."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from answerable.audit.facts.facts import Facts
from answerable.audit.framework.model import Assessed, Framework
from answerable.audit.framework.status import summary


def doubts(facts: Facts) -> list[str]:
    """What is wrong with what the facts rest on, in sentences; said before anything else."""
    found = []
    if not facts.ledger.size:
        found.append("there is no ledger: nothing that was decided is known")
    if facts.ledger.problems:
        first = facts.ledger.problems[0]
        count = len(facts.ledger.problems)
        found.append(f"the ledger does not verify: {first.detail} ({first.kind}, 1 of {count})")
    if facts.doubtful:
        found.append(f"the clocks of {len(facts.doubtful)} changes cannot have been right: they are placed by order")
    return found


def framework_document(of: Framework, assessed: Sequence[Assessed]) -> dict[str, Any]:
    """One framework with its controls, as every document gives it."""
    return {
        "id": of.id,
        "name": of.name,
        "source": of.source,
        "limits": of.limits,
        "summary": summary(assessed),
        "controls": [
            {
                "id": one.control.id,
                "title": one.control.title,
                "asks": one.control.asks,
                "status": one.status.value,
                "since": one.since,
                "limits": one.control.limits,
                "tests": [
                    {
                        "question": test.question,
                        "expects": test.expects,
                        "status": test.status.value,
                        "population": test.population,
                        "found": test.found,
                        "examples": list(test.examples),
                        "since": test.since,
                        "because": test.because,
                    }
                    for test in one.tested
                ],
            }
            for one in assessed
        ],
    }
