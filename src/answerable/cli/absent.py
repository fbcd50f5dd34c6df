"""Says beside a listing of lines what it lacks because it is not in this clone: silence would look like none."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import click

from answerable.audit.gaps import Gap
from answerable.git.attribution.pieces import End
from answerable.git.attribution.snapshot import Attribution
from answerable.git.repository import Repository

_REFETCH = "git fetch --refetch --no-filter"
_ENDS = (("lines-shallow", End.SHALLOW, "git fetch --unshallow"), ("lines-missing", End.MISSING, _REFETCH))


def absent(repository: Repository, attribution: Attribution, *, lines: bool = False) -> Iterator[Gap]:
    """How much is not here, and the command that fetches it.

    Args:
        repository: Where.
        attribution: What is listed.
        lines: Count lines whose history is not here too, where the listing itself does not mark them.
    """
    skipped = [oid.decode() for oid in attribution.skipped.values()]
    missing = repository.objects.missing(skipped) if skipped else set()
    if missing:
        count, of = sum(oid in missing for oid in skipped), len(skipped) + len(attribution.files)
        what = "files are left out: their contents are not here"
        yield Gap(id="content-missing", count=count, of=of, message=what, remedy=_REFETCH)
    for name, end, step in _ENDS if lines else ():
        count = _lines(attribution, end)
        if count:
            what = "lines are left out: the history that would say who wrote them is not here"
            yield Gap(id=name, count=count, of=attribution.lines, message=what, remedy=step)


def say(gaps: Iterable[Gap]) -> None:
    """Write gaps to standard error, each with its next step."""
    for gap in gaps:
        click.echo(f"answerable: {gap.count:,} {gap.message}\n  {gap.remedy}", err=True)


def _lines(attribution: Attribution, end: End) -> int:
    if not any(origin.end is end for origin in attribution.origins):
        return 0
    pieces = (piece for path in attribution.files for piece in attribution.pieces(path))
    return sum(piece.count for piece in pieces if piece.origin.end is end)
