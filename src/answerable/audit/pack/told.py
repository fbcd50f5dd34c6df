"""What a pack tells in other forms than rows: the report, OSCAL, and FedRAMP's documents."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from answerable.audit.ask.question import Question
from answerable.audit.ask.run import selected
from answerable.audit.facts.facts import Facts
from answerable.audit.fedramp.documents import change_notifications, decision_record
from answerable.audit.framework.model import Assessed, Framework
from answerable.audit.oscal import documents as oscal
from answerable.audit.pack.assemble import Shown
from answerable.audit.report.html import html
from answerable.audit.report.page import report
from answerable.audit.tables import Tables


@dataclass(frozen=True, slots=True, kw_only=True)
class Forms:
    """Which forms are wanted.

    `overview` is the address of the provider's FedRAMP package overview; without it FedRAMP's documents cannot be
    written. `significant` is a question about the changes that are told to FedRAMP one by one.
    """

    shown: Shown | None = None
    paper: bool = False
    overview: str = ""
    significant: Question | None = None


def told(
    facts: Facts, tables: Tables, assessed: Sequence[tuple[Framework, Sequence[Assessed]]], forms: Forms
) -> dict[str, bytes]:
    """The files.

    Raises:
        ExtraMissing: paper is wanted, and Typst is not installed.
    """
    shown = forms.shown
    blocks = report(facts, assessed, "PACK", lambda change: shown is None or shown({"commit": change.commit}))
    title = f"Evidence {facts.period.words}"
    files = {"report.html": html(blocks, title)}
    if forms.paper:
        from answerable.audit.report.typst import pdf

        files["report.pdf"] = pdf(blocks, title, facts.period.end)
    files.update((name, _json(document)) for name, document in oscal.documents(facts, assessed).items())
    if forms.overview:
        files["fedramp/security-decision-record.json"] = _json(decision_record(facts, assessed, forms.overview))
        rows = selected(forms.significant, tables.of("changes")) if forms.significant else ()
        chosen = [row for row in rows if shown is None or shown(row)]
        for at, document in enumerate(change_notifications(chosen, forms.overview), 1):
            files[f"fedramp/significant-change-{at:04}.json"] = _json(document)
    return files


def _json(document: Any) -> bytes:
    return json.dumps(document, indent=1, sort_keys=True).encode() + b"\n"
