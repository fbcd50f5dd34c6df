"""`answerable review findings`: failure modes known of AI-written code in a change, over the origin of its lines."""

from __future__ import annotations

import time
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from answerable.cli.options import clean, format_option, opened, print_json, shown
from answerable.cli.review.change import change_of
from answerable.domain.level import Level
from answerable.errors import ConfigInvalid

if TYPE_CHECKING:
    from answerable.policy.failure_modes import Seen

FORMATS = ("text", "json", "sarif")
SCHEMA = "answerable/review-findings/v1"


@click.command("findings")
@click.argument("revisions", metavar="RANGE")
@click.option("--all", "every", is_flag=True, help="Tell of lines that the change does not add, too.")
@click.option("-o", "--output", type=click.Path(path_type=Path), metavar="FILE", help="Write it to this file instead.")
@click.option(
    "--organisation", type=click.Path(path_type=Path), metavar="FILE", help="The policy above that of the repository."
)
@format_option(*FORMATS)
@click.pass_obj
def command(folder: Path, /, **given: Any) -> int:
    """Look for failure modes known of AI-written code in the files that the change RANGE (BASE..HEAD) touches.

    Ends with 1 where a warning or an error is on a line that the change adds. The SARIF it writes is what
    `answerable gate --findings` takes.
    """
    from answerable.policy.failure_modes import faults, seen
    from answerable.provenance.gather import Gatherer

    began = time.monotonic()
    with opened(folder, settled=True) as repository:
        change = change_of(repository, given["revisions"], None, given["organisation"])
        known, places = change.known, change.inputs.places
        told = faults(repository, change.head, known.changed, known.facts)
        if not given["every"]:
            told = [fault for fault in told if fault.touched]
        with closing(Gatherer(repository, change.head)) as gatherer:
            found = seen(repository, change.head, told, known.facts, places, gatherer)
    form, elapsed = given["form"], round((time.monotonic() - began) * 1000)
    if form == "json" and given["output"] is None:
        print_json(document(change.base, change.head, found, elapsed))
    else:
        _write(given["output"], _rendered(form, change.base, change.head, found, elapsed))
    return 1 if any(one.new and one.found.result.level is not Level.NOTE for one in found) else 0


def document(base: str, head: str, found: list[Seen], elapsed_ms: int) -> dict[str, Any]:
    """The findings, as `answerable/review-findings/v1`."""
    return {
        "schema": SCHEMA,
        "range": {"base": base, "head": head},
        "findings": [
            {
                "rule": one.found.result.rule,
                "level": one.found.result.level.value,
                "message": one.found.result.message,
                "path": one.found.path.decode("utf-8", "surrogateescape"),
                "start": one.found.start or None,
                "end": one.found.end or None,
                "new": one.new,
                **_properties(one),
            }
            for one in found
        ],
        "elapsed_ms": elapsed_ms,
    }


def _properties(one: Seen) -> dict[str, Any]:
    return {
        "origin": one.origin.value,
        "grade": one.grade.word,
        "tool": one.tool,
        "model": one.model,
        "layer": one.layer,
    }


def _rendered(form: str, base: str, head: str, found: list[Seen], elapsed_ms: int) -> str:
    if form == "json":
        import json

        return json.dumps(document(base, head, found, elapsed_ms), ensure_ascii=True) + "\n"
    if form == "sarif":
        from answerable.review.failure_modes.describe import described
        from answerable.review.sarif.write import Told, write

        told = [Told(found=one.found, properties={**_properties(one), "new": one.new}) for one in found]
        return write(told, head, described())
    return _text(found)


def _text(found: list[Seen]) -> str:
    if not found:
        return "nothing is found\n"
    rows = []
    for one in found:
        result, lines = one.found.result, ""
        if one.found.start:
            last = f"-{one.found.end}" if one.found.end != one.found.start else ""
            lines = f":{one.found.start}{last}"
        tool = f" by {clean(one.tool)}" if one.tool else ""
        rows.append(f"{shown(one.found.path)}{lines}  {result.level.value}  {result.rule}")
        rows.append(f"  {clean(result.message)}")
        where = f", layer {one.layer}" if one.layer else ""
        rows.append(f"  {one.origin.value}, {one.grade.word}{tool}{where}{'' if one.new else ', not of this change'}")
    return "".join(f"{row}\n" for row in rows)


def _write(output: Path | None, text: str) -> None:
    if output is None:
        click.echo(text, nl=False)
        return
    try:
        output.write_text(text, "utf-8")
    except OSError as error:
        hint = "name a file in a folder that is there and can be written to"
        raise ConfigInvalid(f"cannot write {output}: {error.strerror}", hint=hint) from error
