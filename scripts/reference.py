"""Writes docs/reference/errors.md and docs/reference/commands.md from the code: `make docs`.

With `--check` nothing is written: the exit is 1 if a page differs from what the code says.
"""

from __future__ import annotations

import inspect
import sys
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

import click

from answerable import errors

PAGES = Path(__file__).parent.parent / "docs" / "reference"
MADE = "<!-- Made by `make docs` from the code; edit that. -->\n\n"


def errors_page() -> str:
    """Every error with its code, its exit code and what it means."""
    classes = [thing for _, thing in inspect.getmembers(errors, inspect.isclass)]
    rows = sorted(
        (thing.exit_code, thing.code, (inspect.getdoc(thing) or "").split("\n")[0])
        for thing in classes
        if issubclass(thing, errors.AnswerableError)
    )
    table = "".join(f"| `{code}` | {exit_code} | {words} |\n" for exit_code, code, words in rows)
    intro = (
        "# Errors\n\nThe code of an error is stable. With `--format json` an error is one document of the\n"
        "schema `answerable/error/v1` on standard output, and the exit code is the same.\n\n"
    )
    return MADE + intro + "| code | exit | meaning |\n| --- | --- | --- |\n" + table


def commands_page() -> str:
    """Every command with its help, as the program prints it."""
    module = import_module("answerable.cli.main")
    program = next(thing for thing in vars(module).values() if isinstance(thing, click.Group))
    context = click.Context(program, info_name="answerable", terminal_width=100, max_content_width=100)
    sections = [f"## {name}\n\n```text\n{words}\n```\n" for name, words in _helps(program, context)]
    return MADE + "# Commands\n\n" + "\n".join(sections)


def _helps(command: click.Command, context: click.Context) -> Iterator[tuple[str, str]]:
    yield context.command_path, command.get_help(context)
    if isinstance(command, click.Group):
        for name in command.list_commands(context):
            inner = command.get_command(context, name)
            if inner is not None and not inner.hidden:
                yield from _helps(inner, click.Context(inner, info_name=name, parent=context))


def main() -> int:
    """Write or compare the pages; the exit code."""
    stale = []
    for name, text in {"errors.md": errors_page(), "commands.md": commands_page()}.items():
        page = PAGES / name
        if page.exists() and page.read_text("utf-8") == text:
            continue
        stale.append(name)
        if "--check" not in sys.argv:
            page.parent.mkdir(parents=True, exist_ok=True)
            page.write_text(text, "utf-8")
    if stale and "--check" in sys.argv:
        sys.stderr.write(f"error: out of date: {', '.join(stale)}\n  next: make docs\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
