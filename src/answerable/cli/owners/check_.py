"""`answerable owners check`: what would not hold in an incident, and how much of what AI wrote is answered for."""

from __future__ import annotations

import time
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import click

from answerable.cli.options import FORMATS, cache_option, clean, format_option, opened, print_json
from answerable.cli.owners.tree import Layers, spans_of_tree
from answerable.cli.progress import progress
from answerable.cli.revision import moment
from answerable.domain.verdict import Severity
from answerable.errors import RevisionNotFound
from answerable.ownership.check.cover import Gap
from answerable.ownership.check.run import SILENT, Checked, check
from answerable.ownership.coverage import Coverage, Share, coverage
from answerable.ownership.registry import Registry

_COLOURS = {Severity.ERROR: "red", Severity.WARNING: "yellow", Severity.NOTE: None}
_MOST_GAPS = 7
_YEARS = range(1971, 9000)


@click.command("check")
@click.option("--rev", metavar="REV", default="HEAD", show_default=True, help="The commit whose files count.")
@click.option("--as-of", "day", metavar="DATE", help="Ask as things stood, or will stand, on a date: 2026-03-01.")
@click.option(
    "--silent", type=click.IntRange(0, 3650), default=SILENT, show_default=True, metavar="DAYS",
    help="Tell a duty behind which nobody was seen in git for so long; 0: do not look.",
)  # fmt: skip
@click.option("--no-lines", is_flag=True, help="Do not count how much of what AI wrote is answered for.")
@cache_option
@format_option(*FORMATS)
@click.pass_obj
def command(folder: Path, /, rev: str, day: str | None, silent: int, no_lines: bool, no_cache: bool, form: str) -> int:
    """Look through the owners file and CODEOWNERS for what would not hold at night.

    Told are: files that nobody owns, owners who are everybody, people who left or were silent for long, entries and
    files that contradict each other, hours of the coming year that nobody covers, escalations and teams that go in
    circles, names that mean nobody, and services without duties. Ends with 1 where one of them is an error.
    """
    began = time.monotonic()
    at = moment(day, end=True) if day else datetime.now(UTC)
    if at.year not in _YEARS:
        raise RevisionNotFound(f"nothing can be said of the year {at.year}", hint="give a date from 1971 on")
    with opened(folder, settled=True) as repository, progress() as show:
        commit = repository.resolve(rev)
        past = day is not None and at <= datetime.now(UTC)
        registry = Registry.at(repository, rev, at) if past else Registry(repository, commit)
        places = Layers(repository, registry.commit or commit)
        found = check(repository, registry, at, silent=silent, places=places)
        covered = None
        if not no_lines and registry.commit:
            spans = spans_of_tree(repository, registry.commit, cached=not no_cache, show=show)
            covered = coverage(spans, registry, at, places)
        notes = (*found.notes, *places.notes)
    elapsed = round((time.monotonic() - began) * 1000)
    if form == "json":
        from answerable.cli.owners.check_document import document

        print_json(document(found, covered, registry, at, notes, elapsed))
    else:
        _render(found, covered, notes)
    return 0 if found.holds else 1


def _render(found: Checked, covered: Coverage | None, notes: Sequence[str]) -> None:
    for one in found.findings:
        click.secho(f"{clean(one.where)}: {one.severity.value}: {one.kind.value}", fg=_COLOURS[one.severity])
        click.echo(f"  {clean(one.what)}\n  → {clean(one.remedy)}")
        for gap in one.hours[:_MOST_GAPS]:
            click.echo(f"      {_gap(gap)}")
        if len(one.hours) > _MOST_GAPS:
            click.echo(f"      … and {len(one.hours) - _MOST_GAPS} more: --format json shows all")
    counts = [(sum(one.severity is each for one in found.findings), each.value) for each in Severity]
    told = ", ".join(f"{count} {word}{'' if count == 1 else 's'}" for count, word in counts if count)
    click.echo(f"{chr(10) if found.findings else ''}{told or 'nothing found'} in {found.files:,} files")
    if found.years:
        click.echo("\nhours of the coming year that are covered")
    for service, year in found.years.items():
        share = year.seconds / ((year.end - year.start).total_seconds() or 1)
        regions = ", ".join(f"{clean(name)} {seconds / 3600:,.0f} h" for name, seconds in year.by_region)
        click.echo(f"  {clean(service):<22} {share:>6.1%} ({regions})")
    if covered:
        _lines(covered)
    for note in notes:
        click.echo(f"  note: {clean(note)}")


def _gap(gap: Gap) -> str:
    hours = gap.seconds / 3600
    times = f"{gap.times} times, {hours:,.0f} h in the year; first" if gap.times > 1 else f"once, {hours:,.1f} h:"
    return f"{gap.opens} – {gap.closes}: {times} {gap.start:%Y-%m-%d %H:%M} – {gap.end:%Y-%m-%d %H:%M} UTC"


def _lines(covered: Coverage) -> None:
    click.echo("\nlines alive that AI wrote, or of unknown origin, and who answers for them")
    click.echo(f"  {'':<22} {'lines':>9}  {'an owner':>9} {'by name':>9} {'escalates':>9}")
    for name, share in (*covered.by_layer, ("all", covered.weighed)):
        click.echo(f"  {clean(name):<22} {share.lines:>9,}  {_shares(share)}")


def _shares(share: Share) -> str:
    cells = (share.owned, share.named, share.escalates)
    return " ".join(f"{count / share.lines:>9.1%}" if share.lines else f"{'-':>9}" for count in cells)
