"""What commands share: their options, opening a repository, and printing JSON."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from answerable.capture.settle import settle
from answerable.domain.printable import printable
from answerable.errors import EvidenceUnreadable
from answerable.git.repository import Repository

if TYPE_CHECKING:
    from answerable.audit.gaps import Gap

F = TypeVar("F", bound=Callable[..., Any])

FORMATS = ("text", "json")


def format_option(*formats: str) -> Callable[[F], F]:
    """`--format`, with the formats a command knows; the first is the default."""
    return click.option(
        "--format", "form", type=click.Choice(formats), default=formats[0], show_default=True, help="How to print it."
    )


def evidence_option(function: F) -> F:
    """`--evidence FILE`, any number of times."""
    return click.option(
        "--evidence",
        multiple=True,
        type=click.Path(path_type=Path),
        metavar="FILE",
        help="An Agent Trace file (JSON or JSON lines) to read besides what the repository holds.",
    )(function)


def cache_option(function: F) -> F:
    """`--no-cache`."""
    return click.option("--no-cache", is_flag=True, help="Neither use nor keep a cache under .git/answerable/.")(
        function
    )


@contextmanager
def opened(folder: Path, *, settled: bool = False) -> Iterator[Repository]:
    """The repository that a command works on, closed afterwards.

    Args:
        folder: Where.
        settled: Whether all is taken in first that hooks recorded and the background has not come to yet.
    """
    if settled:
        settle(folder)
    with Repository(folder) as repository:
        yield repository


def read_evidence(files: tuple[Path, ...]) -> dict[str, bytes]:
    """The contents of evidence files by name.

    Raises:
        EvidenceUnreadable: a file cannot be read.
    """
    found = {}
    for file in files:
        try:
            found[str(file)] = file.read_bytes()
        except OSError as error:
            hint = "give the path of a readable file"
            raise EvidenceUnreadable(f"cannot read {file}: {error.strerror}", hint=hint) from error
    return found


def print_json(document: object) -> None:
    """One JSON document on standard output; a path that is not UTF-8 keeps its bytes as escapes."""
    sys.stdout.write(json.dumps(document, ensure_ascii=True) + "\n")


def gap_document(gap: Gap) -> dict[str, Any]:
    """One gap, as every document gives it."""
    return {"id": gap.id, "count": gap.count, "of": gap.of, "message": gap.message, "remedy": gap.remedy}


def shown(path: bytes) -> str:
    """A path for a person: control characters cannot act on the terminal."""
    return clean(path.decode("utf-8", "replace"))


def clean(text: str) -> str:
    """Text from outside for a person: control characters are made visible."""
    return printable(text)
