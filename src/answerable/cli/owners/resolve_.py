"""`answerable owners resolve`: who is answerable for a path at a moment, and why."""

from __future__ import annotations

import posixpath
import sys
import time
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path

import click

from answerable.cli.options import FORMATS, clean, format_option, opened, print_json, shown
from answerable.cli.revision import moment
from answerable.errors import OwnersInvalid, PathNotFound
from answerable.git.repository import Repository
from answerable.ownership.registry import Registry
from answerable.ownership.resolved import Call, Resolved


@click.command("resolve")
@click.argument("given", nargs=-1, required=True, metavar="PATH…")
@click.option("--rev", metavar="REV", default="HEAD", show_default=True, help="The commit whose files count.")
@click.option("--as-of", "day", metavar="DATE", help="Ask as things stood on a date, for example 2026-03-01.")
@format_option(*FORMATS)
@click.pass_obj
def command(folder: Path, given: tuple[str, ...], rev: str, day: str | None, form: str) -> int:
    """Say who is answerable for each PATH: owner, service, who responds, who is called when, and why it is so.

    A PATH need not be there: its name alone counts. - reads paths from standard input, one a line. With --as-of the
    files are those of the last commit before, and people who had left by then are left out. Ends with 1 where a path
    has no owner.
    """
    began = time.monotonic()
    at = moment(day, end=True) if day else datetime.now(UTC)
    with opened(folder) as repository:
        registry = Registry.at(repository, rev, at) if day else Registry(repository, repository.resolve(rev))
        must_be_read(registry)
        paths = list(_paths(repository, given))
        found = [registry.resolve(paths[0], at)] if len(paths) == 1 else registry.resolve_many(paths, at)
        elapsed = round((time.monotonic() - began) * 1000)
        if form == "json":
            from answerable.cli.owners.document import document

            print_json(document(registry, found, at, elapsed))
        else:
            _render(found)
    return 0 if all(one.owner for one in found) else 1


def must_be_read(registry: Registry) -> None:
    """Refuse to go on without an owners file that is there.

    Raises:
        OwnersInvalid: it has a fault; the first is named.
    """
    if registry.faults:
        first, more = registry.faults[0], len(registry.faults) - 1
        also = f" (and {more} more)" if more else ""
        raise OwnersInvalid(f"{first.where}: {first.message}{also}", hint=first.fix)


def _paths(repository: Repository, given: Iterable[str]) -> Iterable[bytes]:
    for name in given:
        if name == "-":
            yield from (line for line in sys.stdin.buffer.read().split(b"\n") if line)
        else:
            yield path_of(repository, name)


def path_of(repository: Repository, name: str) -> bytes:
    """A path as from the top of the tree, of one as typed in a folder.

    Raises:
        PathNotFound: it leads out of the repository.
    """
    raw = name.encode("utf-8", "surrogateescape")
    root = str(repository.root).encode("utf-8", "surrogateescape") + b"/"
    inside = raw.removeprefix(root) if raw.startswith(root) else posixpath.join(repository.prefix, raw)
    path = posixpath.normpath(inside) if raw else b"."
    if path in (b".", b"..") or path.startswith((b"../", b"/")) or b"\0" in path:
        raise PathNotFound(f"{name!r} is no path of the repository", hint="name a file inside it")
    return path


def _render(found: list[Resolved]) -> None:
    for one in found:
        click.echo(shown(one.path))
        names = " ".join(one.owner.names) if one.owner else "nobody"
        _row("owner", f"{names} ({one.grade.word})" if one.owner else names)
        if one.service:
            tier = f", tier {one.service.tier}" if one.service.tier is not None else ""
            _row("service", f"{one.service.name}{tier}")
            for what, address in one.service.links:
                _row("", f"{what}: {address}")
        _row("responds", ", ".join(member.name for member in one.response))
        _row("speaks", ", ".join(member.name for member in one.communication))
        for call in one.calls:
            _row("call", _called(call))
        for clock in one.clocks:
            when = f" ({', '.join(clock.severity)})" if clock.severity else ""
            rule = f", {clock.regulation}" if clock.regulation else ""
            _row("report", f"{clock.jurisdiction}{rule}: to {clock.to} within {clock.within} h{when}")
        for signed in one.signed:
            _row("signed", f"{signed.by} on {signed.at}")
        for words in one.why:
            _row("why", words)
        for words in one.gaps:
            _row("gap", words)


def _called(call: Call) -> str:
    when = "at once" if not call.after else f"after {call.after} min"
    people = ", ".join(f"{member.name} ({member.contact})" if member.contact else member.name for member in call.people)
    region = f" (hours: {call.covers})" if call.covers else ""
    contact = f" {call.contact}" if call.contact else ""
    return f"{when}: {call.target}{contact}{region}: {people or 'nobody by name'}"


def _row(title: str, words: str) -> None:
    if words:
        click.echo(f"  {title:<9} {clean(words)}")
