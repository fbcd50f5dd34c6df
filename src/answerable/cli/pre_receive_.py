"""`answerable pre-receive`: what a git server's hook runs. Whatever goes wrong, the push is refused, and told why."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

import click

from answerable.cli.options import opened
from answerable.domain.verdict import Outcome, Severity
from answerable.errors import AnswerableError
from answerable.policy.outputs.harmless import visible
from answerable.policy.outputs.text import render

if TYPE_CHECKING:
    from answerable.policy.receive import Judged

_MOST = 100  # lines about one ref
_NAMED = 20  # refs that gain the same
_REVIEWED = """
An approval reaches this server as a signed review, before the branch does. Whoever looked at the commit runs:
  answerable record review COMMIT --verdict approved
  answerable ledger sync"""
_EXITS = {Outcome.PASS: 0, Outcome.FAIL: 1, Outcome.ERROR: 3}


@click.command("pre-receive")
@click.pass_obj
def command(folder: Path) -> int:
    """Judge a push on a git server, as its pre-receive hook: reads lines `OLD NEW REF` on standard input.

    Every branch is gated by the policy of the default branch (HEAD) as it is before the push: a new one from where it
    left the default branch, any other from what it was. Tags and deletions pass, except that of the default branch.
    Notes pass, except where refs/notes/answerable would lose or change a line: it is append-only.

    Reasons go to standard error. One ref that does not pass refuses the whole push (exit 1), and so does what could
    not be judged (exit 3).
    """
    try:
        return _say(_judged(folder))
    except AnswerableError as error:
        return _closed(error.message, error.hint)
    except Exception as error:  # whatever it is: a hook that ends with 0 lets the push in
        return _closed(f"{type(error).__name__}: {error}", "ANSWERABLE_DEBUG=1 answerable gate shows more")


def _judged(folder: Path) -> list[Judged]:
    from answerable.policy.receive import LARGEST, Judge, read_updates

    with opened(folder) as repository:
        updates = read_updates(sys.stdin.buffer.read(LARGEST + 1), len(repository.null_oid))
        return Judge(repository).each(updates)


def _say(found: list[Judged]) -> int:
    """Tell the pusher, and give the exit: the worst of all refs."""
    code = max((_EXITS[one.outcome] for one in found), default=0)
    refused = [one for one in found if one.outcome is not Outcome.PASS]
    if refused:
        _print("answerable: this push is refused")
    for alike in _alike(found):
        for row in _rows(alike[0], alike[1:]):
            _print(row)
    if any(one.verdict and any(not owed.met for owed in one.verdict.obligations) for one in refused):
        _print(_REVIEWED)
    passed = len(found) - len(refused)
    if refused and passed:
        _print(f"\nNothing of the push was taken, not even what passes ({passed:,} of {len(found):,}).")
    return code


def _alike(found: list[Judged]) -> list[list[Judged]]:
    """Refs that gain the same are told together, where the first of them stands."""
    groups: dict[int, list[Judged]] = {}
    for at, one in enumerate(found):
        groups.setdefault(id(one.verdict) if one.verdict is not None else -1 - at, []).append(one)
    return list(groups.values())


def _rows(one: Judged, others: Sequence[Judged] = ()) -> list[str]:
    """What is said of one ref and of others that gain the same; nothing of those that pass without a word."""
    if one.verdict is not None:
        told = one.outcome is not Outcome.PASS or any(f.severity is not Severity.NOTE for f in one.verdict.findings)
        rows = render(one.verdict).splitlines() if told else []
    elif one.outcome is Outcome.PASS:
        return []
    else:
        rows = ["REFUSED" if one.outcome is Outcome.FAIL else "ERROR: could not be judged, so it does not pass"]
        rows += [f"  {visible(reason)}" for reason in one.reasons]
        rows += [f"  next: {visible(one.hint)}"] if one.hint else []
    left = [f"… and {len(rows) - _MOST:,} more lines; in your clone: answerable gate"] if len(rows) > _MOST else []
    if not rows:
        return []
    named = [f"  the same: {visible(other.ref, 300)}" for other in others[:_NAMED]]
    more = [f"  the same: {len(others) - _NAMED:,} more"] if len(others) > _NAMED else []
    return ["", visible(one.ref, 300), *named, *more, *(f"  {row}" for row in [*rows[:_MOST], *left])]


def _closed(message: str, hint: str | None) -> int:
    _print(f"answerable: this push is refused, because it could not be judged\n  {visible(message)}")
    if hint:
        _print(f"    next: {visible(hint)}")
    return _EXITS[Outcome.ERROR]


def _print(words: str) -> None:
    """To the pusher, who may have gone: that must not change the exit."""
    with suppress(OSError, ValueError):
        click.echo(words, err=True)
