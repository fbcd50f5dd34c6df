"""`answerable policy explain`: the trust layer of a path, why, and the rules that would be about it."""

from __future__ import annotations

import posixpath
import re
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click

from answerable.cli.options import FORMATS, clean, format_option, opened, print_json, shown
from answerable.cli.policy.place import read_file
from answerable.domain.line_origin import LineOrigin
from answerable.errors import LineOutOfRange, PathNotFound
from answerable.git.repository import Repository
from answerable.git.tree import entry_at
from answerable.incident.document import text
from answerable.policy.file.find import organisation_policy, policy_at, with_folders
from answerable.policy.file.source import load
from answerable.policy.judge.asks import asked, conditions
from answerable.policy.judge.explain import Applying, Explained, explain
from answerable.policy.model import Mode, Policy
from answerable.policy.rule import Authority, Rule
from answerable.policy.waiver import Waiver

_LINE = re.compile(r"(.+):([1-9][0-9]{0,8})", re.DOTALL)


@click.command("explain")
@click.argument("given", metavar="PATH[:LINE]")
@click.option("--rev", metavar="REV", default="HEAD", show_default=True, help="The commit whose policy and file count.")
@click.option(
    "--policy", "file", type=click.Path(path_type=Path), metavar="FILE", help="A policy file instead of the commit's."
)
@format_option(*FORMATS)
@click.pass_obj
def command(folder: Path, given: str, rev: str, file: Path | None, form: str) -> None:
    """Say in which trust layer a PATH is and why, which rules would be about it, and which of them are waived.

    The policy is that of the commit, not of the work tree. The PATH need not be there: then its name alone counts.
    With a LINE, only rules that would be about this line as it is are told.
    """
    began = time.monotonic()
    with opened(folder) as repository:
        commit = repository.resolve(rev)
        policy = (
            load(read_file(folder / file), str(file), organisation_policy()) if file else policy_at(repository, commit)
        )
        path, number, content = _target(repository, commit, given)
        policy = with_folders(repository, policy, [path])
        line = _line(repository, commit, path, number, content) if number is not None else None
    found = explain(policy, path, content, datetime.now(UTC).date(), line)
    elapsed = round((time.monotonic() - began) * 1000)
    if form == "json":
        print_json(document(policy, found, content is not None, number, line, elapsed))
    else:
        _render(policy, found, content is not None, number, line)


def document(
    policy: Policy, found: Explained, there: bool, number: int | None, line: LineOrigin | None, elapsed_ms: int
) -> dict[str, Any]:
    """The explanation, as `answerable/policy-explain/v1`."""
    layer = found.placed.layer
    return {
        "schema": "answerable/policy-explain/v1",
        "path": text(found.path),
        "there": there,
        "line": number,
        "origin": line.origin if line else None,
        "grade": line.grade.word if line else None,
        "layer": {"name": layer.name, "rank": layer.rank, "purpose": layer.purpose},
        "because": found.placed.because,
        "services": list(found.reach.services),
        "tier": found.reach.tier,
        "rules": [_rule(each) for each in found.rules],
        "expired": [_waiver(waiver) for waiver in found.expired],
        "policy": {"source": policy.source, "digest": policy.digest, "mode": policy.mode},
        "elapsed_ms": elapsed_ms,
    }


def _rule(each: Applying) -> dict[str, Any]:
    rule = each.rule
    return {
        "name": rule.name,
        "action": rule.action,
        "authority": rule.authority,
        "from": rule.origin,
        "asks": list(asked(rule)),
        "conditions": list(conditions(rule)),
        "message": rule.message,
        "waivers": [_waiver(waiver) for waiver in each.waivers],
    }


def _whose(rule: Rule) -> str:
    """Whose rule it is, where it is not the repository's own."""
    if rule.authority is Authority.REPOSITORY:
        return ""
    return f"  of the {rule.authority}, {clean(rule.origin)}"


def _waiver(waiver: Waiver) -> dict[str, Any]:
    return {"rule": waiver.rule, "who": waiver.who, "why": waiver.why, "until": waiver.until.isoformat()}


def _target(repository: Repository, commit: str, given: str) -> tuple[bytes, int | None, bytes | None]:
    """The path as from the top of the tree, the line, and the file's bytes where it is there."""
    found = _LINE.fullmatch(given)
    for name, number in ((given, None), (found[1], int(found[2])) if found else ("", None)):
        for path in _candidates(repository, name):
            at = entry_at(repository.objects, commit, path)
            if at is not None and at.kind == "blob":
                return path, number, at.data
    if found:
        hint = "ask without the line: then the name alone counts"
        raise PathNotFound(f"no file {found[1]} at {commit[:12]}", hint=hint)
    candidates = _candidates(repository, given)
    if not candidates:
        raise PathNotFound(f"{given!r} is no path of the repository", hint="name a file inside it")
    return candidates[0], None, None


def _candidates(repository: Repository, name: str) -> list[bytes]:
    raw = name.encode("utf-8", "surrogateescape")
    root = str(repository.root).encode("utf-8", "surrogateescape") + b"/"
    if raw.startswith(root):
        return [posixpath.normpath(raw.removeprefix(root))]
    found = [posixpath.normpath(posixpath.join(base, raw)) for base in (repository.prefix, b"")] if raw else []
    odd = (b".", b"..")
    return [p for p in dict.fromkeys(found) if p not in odd and not p.startswith((b"../", b"/")) and b"\0" not in p]


def _line(repository: Repository, commit: str, path: bytes, number: int, content: bytes | None) -> LineOrigin:
    from answerable.incident.answer import answer  # only where a line is asked about

    whole = f"{repository.root}/{path.decode('utf-8', 'surrogateescape')}:{number}"  # no other file can be meant
    spans = answer(repository, commit, whole).spans
    if not spans:
        lines = (content or b"").count(b"\n")
        raise LineOutOfRange(f"the file has {lines} lines, not {number}", hint="name a line that is there")
    return spans[0].lines


def _render(policy: Policy, found: Explained, there: bool, number: int | None, line: LineOrigin | None) -> None:
    at = f":{number}" if number is not None else ""
    click.echo(f"{shown(found.path)}{at}" + ("" if there else "  (not there: its name alone counts)"))
    layer = found.placed.layer
    click.echo(f"  layer   {layer.name}: {clean(found.placed.because)}")
    if layer.purpose:
        click.echo(f"          {clean(layer.purpose)}")
    if line:
        click.echo(f"  line    {line.origin}, {line.grade.word}")
    click.echo(f"  policy  {clean(policy.source)}" + (", report only" if policy.mode is Mode.REPORT else ""))
    click.echo("\nrules that would be about it" if found.rules else "\nno rule would be about it")
    for each in found.rules:
        click.echo(f"  {each.rule.name}  {each.rule.action}{_whose(each.rule)}")
        click.echo(f"    asks for {clean('; '.join(asked(each.rule)))}")
        if conditions(each.rule):
            click.echo(f"    if {clean('; '.join(conditions(each.rule)))}")
        for waiver in each.waivers:
            click.echo(f"    waived until {waiver.until} by {clean(waiver.who)}: {clean(waiver.why)}")
    for waiver in found.expired:
        click.echo(f"  a waiver of {waiver.rule} by {clean(waiver.who)} is over since {waiver.until}")
