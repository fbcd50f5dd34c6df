"""`answerable review depth`: how deep a change was reviewed, and by which parts."""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from answerable.cli.options import FORMATS, format_option, opened, print_json
from answerable.cli.review.change import Reviewed, change_of, change_options

if TYPE_CHECKING:
    from answerable.review.depth import Depth, Seen


@click.command("depth")
@click.argument("revisions", metavar="RANGE")
@change_options
@format_option(*FORMATS)
@click.pass_obj
def command(folder: Path, /, **given: Any) -> None:
    """Measure how deep the change RANGE (BASE..HEAD) was reviewed, from 0 to 1, and show the parts of the measure.

    What is not known has no part in it. It is a measure of the change, never of a person.
    """
    from answerable.policy.reviewed import seen
    from answerable.review.depth import depth

    began = time.monotonic()
    with opened(folder, settled=True) as repository:
        change = change_of(repository, given["revisions"], given["context"], given["organisation"])
    known = seen(change.policy, change.known, change.inputs)
    found = depth(known)
    if given["form"] == "json":
        print_json(document(change, known, found, round((time.monotonic() - began) * 1000)))
    else:
        _render(known, found)


def document(change: Reviewed, known: Seen, found: Depth, elapsed_ms: int) -> dict[str, Any]:
    """The measure, as `answerable/review-depth/v1`."""
    from answerable.review.depth import WEIGHTS

    return {
        "schema": "answerable/review-depth/v1",
        "range": {"base": change.base, "head": change.head},
        "depth": _rounded(found.value),
        "parts": [{"id": id_, "value": _rounded(v), "weight": WEIGHTS[id_]} for id_, v in found.parts.items()],
        "lines": sum(file.lines for file in known.files),
        "ai_lines": sum(file.ai_lines for file in known.files),
        "approvals": known.approvals,
        "asked": known.asked,
        "answered": known.answered,
        "elapsed_ms": elapsed_ms,
    }


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 4)


_MEANING = {
    "time": "from when it could be looked at to the approval, against its size",
    "checklist": "questions about AI-origin lines that were answered",
    "opened": "changed lines in files that were opened",
    "remarks": "places with a remark on AI-origin lines",
    "reviewers": "lines approved by an owner of theirs",
}


def _render(known: Seen, found: Depth) -> None:
    from answerable.review.depth import WEIGHTS

    lines, ai = (sum(getattr(file, key) for file in known.files) for key in ("lines", "ai_lines"))
    click.echo(f"review depth  {_shown(found.value)}   {lines:,} lines, {ai:,} of AI origin")
    for name, value in found.parts.items():
        click.echo(f"  {name:<10}  {_shown(value)}   weight {WEIGHTS[name]:.2f}: {_MEANING[name]}")
    if found.value is None:
        click.echo("  nothing is known of a review; give what the forge knows: --context FILE")


def _shown(value: float | None) -> str:
    return "not known" if value is None else f"{value:9.2f}"
