"""`answerable scan`: what entered this repository, and how well it is evidenced."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import click

from answerable.audit.scan import Scan, Scanner
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
)
from answerable.cli.progress import progress
from answerable.cli.revision import moment, range_of
from answerable.git.attribution.engine import cache_folder


@click.command("scan")
@click.argument("revisions", required=False, metavar="[RANGE]")
@click.option("--since", metavar="DATE", help="Leave out commits older than a date, for example 2026-01-01.")
@evidence_option
@cache_option
@format_option(*FORMATS)
@click.pass_obj
def command(
    folder: Path, revisions: str | None, since: str | None, evidence: tuple[Path, ...], no_cache: bool, form: str
) -> None:
    """Count the commits of RANGE (all of HEAD by default) and the lines they added, by origin, grade and tool."""
    began = time.monotonic()
    with opened(folder, settled=True) as repository, progress() as show:
        base, head = range_of(repository, revisions)
        cache = None if no_cache else cache_folder(repository)
        scanner = Scanner(repository, head, cache=cache, evidence=read_evidence(evidence), progress=show)
        scan = scanner.scan(base, int(moment(since).timestamp()) if since else None)
    elapsed = round((time.monotonic() - began) * 1000)
    if form == "json":
        print_json(document(scan, elapsed))
    else:
        _render(scan, elapsed)


def document(scan: Scan, elapsed_ms: int) -> dict[str, Any]:
    """A scan as `answerable/scan/v1`."""
    tally = scan.tally
    return {
        "schema": "answerable/scan/v1",
        "commits": {
            "total": tally.commits,
            "merges": tally.merges,
            "by_origin": dict(tally.commits_by_origin),
            "by_tool": dict(tally.commits_by_tool.most_common()),
        },
        "lines": {
            "added": tally.lines,
            "by_origin": dict(tally.lines_by_origin),
            "by_grade": dict(tally.lines_by_grade),
            "by_tool": dict(tally.lines_by_tool.most_common()),
            "by_layer": dict(scan.lines_by_layer),
        },
        "signals": {
            s.name: {
                "value": s.value,
                "numerator": s.numerator,
                "denominator": s.denominator,
                "meaning": s.meaning,
                "limits": s.limits,
            }
            for s in scan.signals
        },
        "defects": dict(tally.defects.most_common()),
        "gaps": [gap_document(gap) for gap in scan.gaps],
        "next": next_commands(scan),
        "elapsed_ms": elapsed_ms,
    }


def next_commands(scan: Scan) -> list[str]:
    """The three commands most useful after this scan."""
    tally = scan.tally
    found = [f"answerable for {tally.newest_ai[:12]}"] if tally.newest_ai else ["answerable for HEAD"]
    tool = next(iter(tally.lines_by_tool.most_common(1)), None)
    found.append(f"answerable recall --tool {tool[0]}" if tool else "answerable lines --format text")
    return [*found, "answerable test"]


def _render(scan: Scan, elapsed_ms: int) -> None:
    tally = scan.tally
    click.echo(f"{tally.commits:,} commits ({tally.merges:,} merges) added {tally.lines:,} lines\n")
    _table("lines by origin", tally.lines_by_origin, tally.lines)
    _table("lines by grade", tally.lines_by_grade, tally.lines)
    _table("lines by tool", tally.lines_by_tool, tally.lines)
    _table("lines by layer", scan.lines_by_layer, tally.lines)
    click.echo("signals")
    for signal in scan.signals:
        value = "nothing to measure" if signal.value is None else f"{signal.value:.1%}"
        click.echo(f"  {signal.name:<22} {value:>7}  {signal.meaning}")
    if tally.defects:
        click.echo("\ndefects of the evidence")
        for kind, count in tally.defects.most_common():
            click.echo(f"  {kind:<22} {count:>7,}")
    click.echo("\ngaps" if scan.gaps else "\nno gaps")
    for gap in scan.gaps:
        amount = f"{gap.count:,} {gap.message}" if gap.of > 1 or gap.count > 1 else gap.message
        click.echo(f"  {amount}\n      next: {gap.remedy}")
    click.echo(f"\n{elapsed_ms:,} ms. Try next:")
    for line in next_commands(scan):
        click.echo(f"  {clean(line)}")


def _table(title: str, counts: dict[str, int], total: int) -> None:
    if not counts:
        return
    click.echo(title)
    for name, count in sorted(counts.items(), key=lambda row: -row[1]):
        click.echo(f"  {clean(name):<22} {count:>12,}  {count / max(1, total):>6.1%}")
    click.echo()
