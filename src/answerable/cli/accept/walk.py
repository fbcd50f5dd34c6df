"""Walks a person through what there is to sign for, hunk by hunk, in a terminal.

Nothing is signed while it runs: whoever interrupts it, or whose terminal goes away, has signed nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

import click

from answerable.cli.options import clean
from answerable.errors import AnswerableError, UsageError
from answerable.ledger.secrets import refuse
from answerable.review.countersign import MOST_INTENT, Portion

Chosen = tuple[Portion, str]  # lines, and what they are meant to do
Show = Callable[[Portion], Iterable[str]]

_HELP = {
    "y": "sign for these lines",
    "w": "sign for them, and say that AI wrote those of unknown origin",
    "e": "write what they are meant to do in your editor, and sign for them",
    "n": "leave them",
    "s": "leave them, and the rest of this file",
    "q": "stop here: what you signed for so far counts",
    "?": "show this",
}
_ASKED = "What are they meant to do?"
_NOTE = "# What are these lines meant to do? Lines that begin with # are left out; nothing written means: not signed.\n"


class Terminal:
    """Where a person is asked.

    Args:
        err: Ask on standard error, because standard output is for a program.
    """

    def __init__(self, *, err: bool) -> None:
        self._err = err

    def say(self, lines: Iterable[str]) -> None:
        """Show lines."""
        for line in lines:
            click.echo(line, err=self._err)

    def ask(self, text: str, default: str = "") -> str:
        """What a person answers, without white space around it; the default where that is nothing."""
        found: str = click.prompt(text, default=default, show_default=bool(default), prompt_suffix=" ", err=self._err)
        return found.strip()

    def intent(self, before: str) -> str:
        """What lines are meant to do, or nothing where the person rather says nothing."""
        while True:
            found = self.ask(_ASKED, before)
            fault = fault_of(found) if found else None
            if fault is None:
                return found
            self.say([f"  {fault.message}"])

    def edited(self, lines: Iterable[str], before: str) -> str:
        """The same, written in the person's editor."""
        about = "".join(f"# {click.unstyle(line)}\n" for line in lines)
        try:
            text = click.edit(f"{before}\n{_NOTE}{about}", extension=".txt") or ""
        except click.ClickException as error:
            self.say([f"  {clean(error.format_message())}"])
            return ""
        kept = "\n".join(line for line in text.splitlines() if not line.startswith("#")).strip()
        fault = fault_of(kept) if kept else None
        if fault:
            self.say([f"  {fault.message}"])
        return "" if fault else kept


def fault_of(intent: str) -> AnswerableError | None:
    """Why a statement cannot be signed, or None."""
    if not intent.strip():
        return UsageError("a statement of intent says something", hint="say what the lines are meant to do")
    if len(intent) > MOST_INTENT:
        what = f"the statement has {len(intent):,} characters, {MOST_INTENT:,} are allowed"
        return UsageError(what, hint="say it in fewer words")
    try:
        refuse(intent, "the statement")
    except AnswerableError as error:
        return error
    return None


def walk(portions: Sequence[Portion], show: Show, terminal: Terminal, intent: str = "") -> list[Chosen]:
    """Ask about each.

    Args:
        portions: What there is to sign for.
        show: All of one.
        terminal: Where to ask.
        intent: What to suggest; what was said last is suggested from then on.
    """
    chosen: list[Chosen] = []
    skipped: bytes | None = None
    for at, portion in enumerate(portions, 1):
        if portion.hunk.path == skipped:
            continue
        told = list(show(portion))
        terminal.say([f"[{at}/{len(portions)}] {told[0]}", *told[1:]])
        word, said = _decide(portion, told, terminal, intent)
        if said:
            chosen.append((portion.written_by_ai() if word == "w" else portion, said))
            intent = said
        skipped = portion.hunk.path if word == "s" else None
        if word == "q":
            break
        terminal.say([""])
    return chosen


def _decide(portion: Portion, told: Sequence[str], terminal: Terminal, intent: str) -> tuple[str, str]:
    """The key that was pressed, and what the lines are meant to do; nothing where they are not signed for."""
    keys = [key for key in _HELP if key != "w" or portion.unknown]
    while True:
        word = terminal.ask(f"Sign for {_these(portion)}? [{','.join(keys)}]").lower()
        if word in ("n", "s", "q"):
            return word, ""
        if word in ("y", "w", "e") and word in keys:
            said = terminal.edited(told, intent) if word == "e" else terminal.intent(intent)
            if said:
                return word, said
            terminal.say(["  nothing was said, so nothing is signed"])
        else:
            terminal.say(f"  {key}  {_HELP[key]}" for key in keys)


def _these(portion: Portion) -> str:
    return "this line" if portion.count == 1 else f"these {portion.count:,} lines"
