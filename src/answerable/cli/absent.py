"""Says beside a listing of lines what it lacks because it is not in this clone: silence would look like none."""

from __future__ import annotations

import click

from answerable.git.attribution.pieces import End
from answerable.git.attribution.snapshot import Attribution
from answerable.git.repository import Repository

_REFETCH = "git fetch --refetch --no-filter"


def say_absent(repository: Repository, attribution: Attribution, *, lines: bool = False) -> None:
    """Write to standard error how much is not here, and the command that fetches it.

    Args:
        repository: Where.
        attribution: What is listed.
        lines: Count lines whose history is not here too, where the listing itself does not mark them.
    """
    skipped = [oid.decode() for oid in attribution.skipped.values()]
    absent = repository.objects.missing(skipped) if skipped else set()
    if absent:
        _say(f"{sum(oid in absent for oid in skipped):,} files are left out: their contents are not here", _REFETCH)
    for end, step in ((End.SHALLOW, "git fetch --unshallow"), (End.MISSING, _REFETCH)) if lines else ():
        count = _lines(attribution, end)
        if count:
            _say(f"{count:,} lines are left out: the history that would say who wrote them is not here", step)


def _lines(attribution: Attribution, end: End) -> int:
    if not any(origin.end is end for origin in attribution.origins):
        return 0
    pieces = (piece for path in attribution.files for piece in attribution.pieces(path))
    return sum(piece.count for piece in pieces if piece.origin.end is end)


def _say(what: str, step: str) -> None:
    click.echo(f"answerable: {what}\n  {step}", err=True)
