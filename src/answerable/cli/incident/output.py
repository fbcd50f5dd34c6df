"""How the commands of `answerable incident` print: text, JSON, or an export, to standard output or into a file."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click

from answerable.cli.options import print_json
from answerable.errors import UsageError

F = TypeVar("F", bound=Callable[..., Any])

FORMATS = ("text", "json", "markdown", "html", "review")


def output_option(function: F) -> F:
    """`--output FILE`."""
    return click.option(
        "-o", "--output", type=click.Path(path_type=Path), metavar="FILE", help="Write it here instead."
    )(function)


def show(found: dict[str, Any], form: str, output: Path | None) -> None:
    """Print an incident."""
    if output is None:
        if form == "json":
            print_json(found)
        elif form == "text":
            from answerable.cli.incident.render import render

            render(found)
        else:
            click.echo(export(found, form), nl=False)
        return
    words = json.dumps(found) + "\n" if form == "json" else export(found, "markdown" if form == "text" else form)
    try:
        output.write_text(words, "utf-8")
    except OSError as error:
        hint = "name a file that can be written"
        raise UsageError(f"cannot write {output}: {error.strerror}", hint=hint) from error
    click.echo(f"incident {found['id']}: {output}", err=True)


def export(found: dict[str, Any], form: str) -> str:
    """An incident in a format for others."""
    if form == "html":
        from answerable.incident.export.html import page

        return page(found)
    if form == "review":
        from answerable.incident.export.review import template

        return template(found)
    from answerable.incident.export.markdown import markdown

    return markdown(found)
