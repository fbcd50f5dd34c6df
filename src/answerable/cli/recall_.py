"""`answerable recall`: everything still alive that a tool, model or session wrote."""

from __future__ import annotations

import time
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from answerable.audit.gaps import Gap
from answerable.audit.layers import no_layers
from answerable.cli import absent
from answerable.cli.layers import LayersInForce
from answerable.cli.options import (
    FORMATS,
    cache_option,
    clean,
    evidence_option,
    format_option,
    gap_document,
    opened,
    print_json,
    read_evidence,
    shown,
)
from answerable.cli.progress import progress
from answerable.cli.revision import moment, revision_at
from answerable.git.attribution.engine import Engine, cache_folder
from answerable.git.commits import when
from answerable.incident.document import text
from answerable.incident.recall import Recall, Recalled, Wanted, recall
from answerable.incident.running import place_words, running_document
from answerable.ledger.place import has_ledger
from answerable.provenance.gather import Gatherer

if TYPE_CHECKING:
    from answerable.git.repository import Repository
    from answerable.incident.deployments import Deployments

_MOST = 20


@click.command("recall")
@click.option("--tool", help="For example claude-code, codex, copilot, cursor.")
@click.option("--model", help="Part of a model's name.")
@click.option("--session", help="Part of a session's id or address.")
@click.option("--since", metavar="DATE", help="Committed on or after a date.")
@click.option("--until", metavar="DATE", help="Committed on or before a date.")
@click.option("--layer", help="Only what is in this trust layer, by the policy at the revision.")
@click.option("--rev", metavar="REV", help="What is alive at this revision instead of HEAD.")
@evidence_option
@cache_option
@format_option(*FORMATS)
@click.pass_obj
def command(folder: Path, /, form: str, no_cache: bool, evidence: tuple[Path, ...], **asked: str | None) -> None:
    """List every line of AI origin that still lives, narrowed to a TOOL, MODEL, SESSION or time, with its owners."""
    began = time.monotonic()
    wanted = Wanted(
        tool=asked["tool"], model=asked["model"], session=asked["session"],
        since=_stamp(asked["since"], end=False), until=_stamp(asked["until"], end=True),
        layer=asked["layer"],
    )  # fmt: skip
    with opened(folder, settled=True) as repository, progress() as show:
        commit = revision_at(repository, asked["rev"], None)
        layers = LayersInForce(repository, commit)
        if asked["layer"] is not None:
            layers.called(asked["layer"])
        cache = None if no_cache else cache_folder(repository)
        attribution = Engine(repository, cache=cache, progress=show).attribute(commit)
        gaps = list(absent.absent(repository, attribution, lines=True))
        absent.say(gaps)
        gatherer = Gatherer(repository, commit, read_evidence(evidence))
        found = recall(repository, attribution, gatherer, wanted, layers, _deployments(repository, gatherer), cache)
        if layers.problem:
            gaps.append(no_layers(layers.problem, found.lines))
            absent.say(gaps[-1:])
    elapsed = round((time.monotonic() - began) * 1000)
    if form == "json":
        print_json(document(found, elapsed, gaps))
    else:
        _render(found, elapsed)


def document(found: Recall, elapsed_ms: int, gaps: Sequence[Gap] = ()) -> dict[str, Any]:
    """What was recalled, as `answerable/recall/v1`."""
    return {
        "schema": "answerable/recall/v1",
        "spans": [_span(span) for span in found.spans],
        "lines": found.lines,
        "by_owner": dict(found.by_owner.most_common()),
        "by_tool": dict(found.by_tool.most_common()),
        "by_layer": dict(found.by_layer.most_common()),
        "running": [running_document(place) | {"lines": lines} for place, lines in found.running],
        "gaps": [gap_document(gap) for gap in gaps],
        "elapsed_ms": elapsed_ms,
    }


def _span(found: Recalled) -> dict[str, Any]:
    lines, commit, owner = found.lines, found.commit, found.owner
    return {
        "path": text(lines.path),
        "start": lines.start,
        "end": lines.end,
        "commit": lines.commit,
        "orig_path": text(lines.orig_path),
        "orig_start": lines.orig_start,
        "origin": lines.origin,
        "grade": lines.grade,
        "agent": {"tool": lines.tool, "tool_version": None, "model": lines.model, "session": lines.session},
        "committed_at": commit.committed_at if commit else None,
        "owner": owner
        and {
            "team": owner.teams[0] if owner.teams else None,
            "people": [*owner.teams[1:], *owner.people],
            "escalation": None,
            "source": owner.source,
        },
        "layer": found.placed.layer.name if found.placed else None,
        "running": [running_document(place) for place in found.whereabouts.places],
    }


def _deployments(repository: Repository, gatherer: Gatherer) -> Deployments | None:
    """Where commits run, as the ledger says; None where there is none."""
    vouching = gatherer.vouching() if has_ledger(repository.common_dir) else None
    if vouching is None:
        return None
    from answerable.incident.deployments import Deployments  # cryptography is slow to load

    return Deployments(repository, vouching)


def _stamp(day: str | None, *, end: bool) -> str | None:
    return when(int(moment(day, end=end).timestamp())) if day else None


def _render(found: Recall, elapsed_ms: int) -> None:
    files = len({span.lines.path for span in found.spans})
    click.echo(f"{found.lines:,} lines in {files:,} files are alive\n")
    for title, counts in (("by owner", found.by_owner), ("by tool", found.by_tool), ("by layer", found.by_layer)):
        if counts:
            click.echo(title)
        for name, count in counts.most_common(_MOST):
            click.echo(f"  {clean(name):<30} {count:>10,} lines")
    if found.spans:
        click.echo("\nspans")
    for span in found.spans[:_MOST]:
        line = span.lines
        tool = f"{line.tool or '-'}{f' {line.model}' if line.model else ''}"
        click.echo(f"  {shown(line.path)}:{line.start}-{line.end}  {line.commit[:12]}  {line.grade}  {clean(tool)}")
    if len(found.spans) > _MOST:
        click.echo(f"  … and {len(found.spans) - _MOST:,} more: --format json shows all")
    _running(found)
    if any(span.whereabouts.recorded for span in found.spans):
        click.echo(f"\n{elapsed_ms:,} ms")
    else:
        click.echo(f"\nwhere it runs is not recorded in git. {elapsed_ms:,} ms")


def _running(found: Recall) -> None:
    if found.running:
        click.echo("\nwhere it runs")
    elif found.spans and found.spans[0].whereabouts.recorded:
        click.echo("\nit runs nowhere that is recorded")
    for place, lines in found.running[:_MOST]:
        click.echo(f"  {lines:>10,} lines  {clean(place_words(place))}")
    if len(found.running) > _MOST:
        click.echo(f"  … and {len(found.running) - _MOST:,} more places: --format json shows all")
    for sha in found.absent[:_MOST]:
        click.echo(f"  {sha[:12]} runs somewhere and is not in this clone: whether it holds any of it is not known")
