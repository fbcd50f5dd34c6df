"""`answerable owners import`: an owners file from what another system knows, and what had no place in it."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from answerable.cli.ledger.place import maybe_repository
from answerable.cli.options import FORMATS, clean, format_option, print_json
from answerable.errors import OwnersInvalid
from answerable.ownership.importers import IMPORTERS

if TYPE_CHECKING:
    from answerable.git.repository import Repository
    from answerable.ownership.importers.imported import File, Imported, Left
    from answerable.ownership.model import Owners


@click.command("import")
@click.argument("source", type=click.Choice(list(IMPORTERS)), metavar="FORMAT")
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path), metavar="FILE…")
@click.option(
    "-o", "--output", type=click.Path(path_type=Path), metavar="FILE", help="Write it there, not to the screen."
)
@click.option("--strict", is_flag=True, help="End with 1 where anything could not be carried.")
@format_option(*FORMATS)
@click.pass_obj
def command(folder: Path, source: str, files: tuple[Path, ...], output: Path | None, *, strict: bool, form: str) -> int:
    """Make an owners file of FILES in FORMAT, and say everything that could not be carried.

    FORMAT is github-codeowners, gitlab-codeowners, backstage, datadog, opslevel, cortex, pagerduty (answers of its API)
    or prow (OWNERS and OWNERS_ALIASES). Where a file lies says which paths it is about: name files of the repository.
    Of CODEOWNERS every path of HEAD is asked of both, and where they differ that is told.
    """
    from answerable.ownership.file.read import load
    from answerable.ownership.file.write import write
    from answerable.ownership.importers import importer

    with maybe_repository(folder) as repository:
        given = [_file(folder, path, repository) for path in files]
        found = importer(source)(given)
        text = write(found.owners)
        owners = load(text.encode(), str(output or "owners.yaml"))
        left = [*found.left, *_differing(repository, source, given, owners)]
    _say(source, text, found, left, output, form)
    return 1 if strict and left else 0


def _file(folder: Path, path: Path, repository: Repository | None) -> File:
    """A file, named by its path below the root of the repository where it is in it."""
    from answerable.ownership.importers.imported import MOST_BYTES, File

    there = folder / path
    try:
        with there.open("rb") as opened:
            data = opened.read(MOST_BYTES + 1)
    except OSError as error:
        raise OwnersInvalid(f"cannot read {path}: {error.strerror}", hint="name files that are there") from None
    if len(data) > MOST_BYTES:
        raise OwnersInvalid(f"{path} has more than {MOST_BYTES:,} bytes", hint="import a part of it")
    whole = there.resolve()
    inside = repository is not None and not repository.bare and whole.is_relative_to(repository.root.resolve())
    name = os.fspath(whole.relative_to(repository.root.resolve())) if inside and repository else path.name
    return File(name=name, data=data)


def _differing(repository: Repository | None, source: str, files: Sequence[File], owners: Owners) -> list[Left]:
    """Paths of HEAD for which the owners file says somebody else than the CODEOWNERS file that it was made of."""
    alone = source.endswith("codeowners") and len(files) == 1
    if not alone or repository is None or not repository.try_resolve("HEAD"):
        return []
    from answerable.git.tree import list_tree
    from answerable.ownership.importers.same import differing

    paths = [entry.path for entry in list_tree(repository.git, repository.resolve("HEAD"))]
    return differing(source.partition("-")[0], files[-1].data, owners, paths)


def _say(source: str, text: str, found: Imported, left: Sequence[Left], output: Path | None, form: str) -> None:
    from answerable.cli.ledger.files import write as write_file

    if output is not None:
        output.parent.mkdir(parents=True, exist_ok=True)
        write_file(output, text.encode())
    counts = {key: len(getattr(found.owners, key)) for key in ("people", "teams", "services", "paths")}
    if form == "json":
        print_json(
            {
                "schema": "answerable/owners-import/v1",
                "format": source,
                "output": str(output) if output is not None else None,
                **counts,
                "text": text,
                "left": left_documents(left),
            }
        )
        return
    if output is None:
        click.echo(text, nl=False)
    told = ", ".join(f"{count:,} {key}" for key, count in counts.items())
    click.echo(f"{clean(str(output or source))}: {told}", err=True)
    say_left(left)


def left_documents(left: Sequence[Left]) -> list[dict[str, Any]]:
    """What could not be carried, for JSON."""
    return [{"where": one.where, "value": one.value, "why": one.why} for one in left]


def say_left(left: Sequence[Left]) -> None:
    """The same for a person, beside what is printed."""
    click.echo(f"{len(left):,} things could not be carried" if left else "everything was carried", err=True)
    for one in left:
        click.echo(f"  {clean(one.where)}: {clean(one.value)}\n    {clean(one.why)}", err=True)
