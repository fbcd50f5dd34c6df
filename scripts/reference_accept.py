"""The document of `answerable accept`."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any, cast

from answerable.cli.accept.outcome import Outcome, document
from answerable.cli.accept.sign import Kept
from answerable.cli.review.change import Reviewed
from answerable.domain.decision import Decision
from answerable.policy.checklists.unsigned import Unsigned
from answerable.review.checklist.hunk import Hunk
from answerable.review.checklist.question import Question
from answerable.review.countersign import Portion


def accept_documents() -> dict[str, list[dict[str, Any]]]:
    """Documents of `answerable accept`, by the command."""
    hunk = Hunk(
        path=b"NAME", start=1, end=1, digest="NAME", layer="NAME", origins=("NAME",), grades=("NAME",), tools=("NAME",),
        commits=("NAME",),
    )  # fmt: skip
    portion = Portion(hunk=hunk, runs=(), questions=(Question(id="NAME", text="NAME", why="NAME"),))
    change = cast("Reviewed", SimpleNamespace(base="NAME", head="NAME"))
    subject = SimpleNamespace(digest={"gitCommit": "NAME"})
    decision = cast("Decision", SimpleNamespace(decision_id="NAME", subjects=(subject,)))
    found = Unsigned(portions=(portion,), signed=1)
    signed = Outcome(
        change=change, found=found, by="NAME", chosen=[(portion, "NAME")], kept=[Kept(decision, 1)], noted=True
    )
    shown = Outcome(change=change, found=found, by=None, dry=True)
    return {"accept": [document(signed, 1), document(shown, 1)]}
