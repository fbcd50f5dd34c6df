"""Tells a person what `init` and `uninit` did, and what is left to do."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import click

from answerable.cli.options import clean

_ABOUT = {
    "installed": "installed",
    "unchanged": "there already",
    "refused": "not touched",
    "restored": "as it was before",
    "cleaned": "our entries taken out; the rest is as you left it",
    "skipped": "nothing to do",
}


def agents(rows: Iterable[dict[str, Any]], root: Path | None) -> None:
    """One line a file of an agent; what to add by hand is below it."""
    for row in rows:
        words = [_ABOUT[row["state"]], *(row[key] for key in ("why", "note") if row[key])]
        click.echo(f"  {row['agent']:<13}  {_short(row['path'], root)}  {clean(': '.join(words))}")
        if row["by_hand"]:
            click.echo("    add to it by hand, or install for all repositories: answerable init --user")
            click.echo("".join(f"      {clean(line)}\n" for line in row["by_hand"].splitlines()), nl=False)


def hooks(rows: Iterable[dict[str, Any]], root: Path | None) -> None:
    """One line a hook of git."""
    for row in rows:
        why = f": {row['why']}" if row["why"] else ""
        click.echo(f"  {'git':<13}  {_short(row['path'], root)}  {clean(_ABOUT[row['state']] + why)}")


def settings(rows: Iterable[str], verb: str) -> None:
    """One line a setting of git."""
    for row in rows:
        click.echo(f"  {verb:<13}  git config {clean(row)}")


def left(rows: Iterable[str]) -> None:
    """What is left to a person."""
    for row in rows:
        click.echo(f"  left to you    {clean(row)}")


def _short(path: str, root: Path | None) -> str:
    """A path from the root of the work tree, or from the home."""
    for above, mark in ((root, ""), (Path.home(), "~/")):
        if above and Path(path).is_relative_to(above):
            return clean(mark + Path(path).relative_to(above).as_posix())
    return clean(path)
