"""What came of carrying: as a document, and as words."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import click

from answerable.capture.carry.explicit import Into
from answerable.capture.carry.record import Row
from answerable.capture.lines.hand import Kind
from answerable.cli.carry.keep import Kept
from answerable.cli.options import clean

_ORIGINS = {Kind.AGENT: "ai", Kind.PERSON: "human", Kind.MIXED: "mixed", Kind.UNKNOWN: "unknown"}


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came into each commit, and what was written; None where nothing was to be."""

    into: Sequence[Into]
    kept: Kept | None
    dry: bool

    @property
    def useful(self) -> bool:
        """False where there are sources and nothing came of any."""
        new = [one for one in self.into if not one.noted]
        return any(one.carried.lines for one in new) or not any(one.carried.rows for one in new)


def document(done: Outcome, elapsed_ms: int) -> dict[str, Any]:
    """What was carried, as `answerable/carry/v1`."""
    return {
        "schema": "answerable/carry/v1",
        "dry_run": done.dry,
        "commits": [_commit(one, done.kept) for one in done.into],
        "entries": done.kept.entries if done.kept else 0,
        "elapsed_ms": elapsed_ms,
    }


def _commit(one: Into, kept: Kept | None) -> dict[str, Any]:
    sha = one.commit.sha
    details = one.carried.details()
    return {
        "commit": sha,
        "subject": one.commit.subject,
        "note": "own" if one.noted else "written" if kept and sha in kept.noted else "none",
        "decision": kept.signed.get(sha) if kept else None,
        "lines": by_origin(one),
        "carry": details.get("carry", []),
        "unknown": details.get("unknown", []),
    }


def by_origin(one: Into) -> dict[str, int]:
    """How many lines the commit added, and of which origin they are now; none where it has its own note."""
    counts: Counter[str] = Counter({"added": 0, **dict.fromkeys(_ORIGINS.values(), 0)})
    for told in one.carried.told.values():
        for (start, end), hand in told:
            counts["added"] += end - start + 1
            counts[_ORIGINS[hand.kind]] += end - start + 1
    if one.noted:
        return {"added": counts["added"]}
    return dict(counts)


def say(done: Outcome) -> None:
    """Tell it in words."""
    for one in done.into:
        click.echo(f"{one.commit.sha[:12]} {clean(one.commit.subject)}")
        if one.noted:
            click.echo("  has a note of its own: nothing is carried into it")
            continue
        if not one.carried.rows:
            click.echo("  no commit was found that it was made of")
            continue
        for row in one.carried.rows:
            click.echo(f"  from {row.old[:12]} ({row.rule.value}): {_count(row)}")
        counts = by_origin(one)
        said = ", ".join(f"{counts[word]} {word}" for word in _ORIGINS.values() if counts[word])
        click.echo(f"  {counts['added']} lines added: {said or 'none'}")
    _say_kept(done)


def _count(row: Row) -> str:
    kept = sum(one.end - one.start + 1 for one in row.kept)
    dropped: Counter[str] = Counter()
    for one in row.dropped:
        dropped[one.rule] += one.end - one.start + 1
    why = f" ({_joined(f'{count} {rule}' for rule, count in dropped.most_common())})" if dropped else ""
    return f"{kept} lines kept, {dropped.total()} dropped{why}"


def _joined(words: Iterable[str]) -> str:
    return ", ".join(words)


def _say_kept(done: Outcome) -> None:
    if done.kept is None:
        click.echo("nothing was written: --dry-run")
        return
    kept = done.kept
    signed = f"{len(kept.signed)} signed" if kept.signed else "nothing signed; to sign: --key FILE, or answerable init"
    click.echo(f"{len(kept.noted)} notes written, {signed}")
