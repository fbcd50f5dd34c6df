"""What came of accepting: as a document, and as words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import click

from answerable.cli.accept.show import heading
from answerable.cli.options import clean

if TYPE_CHECKING:
    from answerable.cli.accept.sign import Kept
    from answerable.cli.accept.walk import Chosen
    from answerable.cli.review.change import Reviewed
    from answerable.policy.checklists.unsigned import Unsigned
    from answerable.review.countersign import Portion


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What came of it."""

    change: Reviewed
    found: Unsigned
    by: str | None
    chosen: Sequence[Chosen] = ()
    kept: Sequence[Kept] = ()
    noted: bool = False
    dry: bool = False

    @property
    def signed(self) -> int:
        """How many lines were signed for."""
        return sum(portion.count for portion, _ in self.chosen)

    @property
    def left(self) -> list[Portion]:
        """What was not."""
        taken = {(portion.hunk.path, portion.hunk.start) for portion, _ in self.chosen}
        return [one for one in self.found.portions if (one.hunk.path, one.hunk.start) not in taken]


def document(done: Outcome, elapsed_ms: int) -> dict[str, Any]:
    """What was shown and what was signed, as `answerable/accept/v1`."""
    said = {(portion.hunk.path, portion.hunk.start): intent for portion, intent in done.chosen}
    return {
        "schema": "answerable/accept/v1",
        "range": {"base": done.change.base, "head": done.change.head},
        "by": done.by,
        "dry_run": done.dry,
        "hunks": [_hunk(one, said.get((one.hunk.path, one.hunk.start))) for one in done.found.portions],
        "decisions": [
            {"id": one.decision_id, "index": entry, "commit": one.subjects[0].digest["gitCommit"]}
            for one, entry in done.kept
        ],
        "lines": {
            "signed": done.signed, "left": done.found.lines - done.signed, "signed_before": done.found.signed
        },
        "noted": done.noted,
        "elapsed_ms": elapsed_ms,
    }  # fmt: skip


def _hunk(portion: Portion, intent: str | None) -> dict[str, Any]:
    hunk = portion.hunk
    return {
        "id": hunk.id,
        "path": hunk.path.decode("utf-8", "surrogateescape"),
        "start": hunk.start,
        "end": hunk.end,
        "digest": hunk.digest,
        "layer": hunk.layer,
        "origins": list(hunk.origins),
        "grades": list(hunk.grades),
        "tools": list(hunk.tools),
        "commits": list(hunk.commits),
        "questions": [{"id": one.id, "text": one.text, "why": one.why} for one in portion.questions],
        "signed": intent is not None,
        "intent": intent,
    }


def say(done: Outcome) -> None:
    """The same for a person."""
    left = done.left
    if not done.found.portions:
        before = f"you signed for all {counted(done.found.signed, 'line')} of it before"
        click.echo(f"nothing to accept: {before if done.found.signed else 'the change has no AI-origin lines'}")
        return
    if done.dry:
        click.echo(f"{counted(done.found.lines, 'line')} in {counted(len(left), 'hunk')} to sign for")
        return
    for portion, _ in done.chosen:
        click.echo("\n".join(heading(portion)))
    if done.chosen:
        entries = ", ".join(str(one.entry) for one in done.kept)
        click.echo(f"{clean(done.by or '')} signed for {counted(done.signed, 'line')}: entry {entries} of the ledger")
        if done.noted:
            click.echo("  it travels with the commits: answerable ledger sync")
    unknown = sum(portion.unknown for portion, _ in done.chosen)
    if unknown:
        click.echo(f"  {counted(unknown, 'line')} of unknown origin: nothing says who wrote them")
    if left:
        click.echo(f"not signed for: {counted(done.found.lines - done.signed, 'line')} in {counted(len(left), 'hunk')}")


def counted(count: int, what: str) -> str:
    """A number of things in words."""
    return f"{count:,} {what}{'' if count == 1 else 's'}"
