"""`answerable ledger show`: decisions in the ledger, and who may sign what."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import click

from answerable.cli.ledger.place import ledger_options, opened_ledger
from answerable.cli.ledger.prove_ import index_of
from answerable.cli.options import FORMATS, clean, format_option, print_json
from answerable.git.repository import Repository
from answerable.ledger.log import Ledger, Read
from answerable.ledger.trust import Trust

_NEWEST = 20


@click.command("show")
@click.argument("what", required=False, metavar="[INDEX|ID|REVISION|DIGEST]")
@click.option("--keys", is_flag=True, help="Show who may sign what instead.")
@ledger_options
@format_option(*FORMATS)
@click.pass_obj
def command(folder: Path, what: str | None, keys: bool, place: str | None, log_key: Path | None, form: str) -> None:
    """Show one decision, all decisions about a revision or a digest, or the newest ones."""
    with opened_ledger(folder, place, log_key, readonly=True) as (repository, ledger):
        if keys:
            _keys(ledger.trust, form)
            return
        found = [_document(ledger, entry) for entry in _wanted(repository, ledger, what)]
        size = ledger.size
    if form == "json":
        print_json({"schema": "answerable/ledger-show/v1", "size": size, "entries": found})
        return
    for row in found:
        _render(row, whole=what is not None)
    click.echo(f"{len(found):,} of {size:,} entries")


def _wanted(repository: Repository | None, ledger: Ledger, what: str | None) -> list[Read]:
    if what is None:
        return [ledger.read(index) for index in range(max(0, ledger.size - _NEWEST), ledger.size)]
    if ledger.store.index_of(what) is not None or what.isdigit():
        return [ledger.read(index_of(ledger, what))]
    sha = repository.try_resolve(what) if repository else None
    about = ledger.about(sha or what.rpartition(":")[2])
    return about or [ledger.read(index_of(ledger, what))]


def _document(ledger: Ledger, entry: Read) -> dict[str, Any]:
    problems = ledger.trust.doubts(entry.index, entry.decision, entry.envelope) if entry.index else []
    keys = ledger.trust.keys
    return {
        "index": entry.index,
        "statement": json.loads(entry.envelope.payload),
        "signatures": [
            {"key": one.keyid, "principal": keys[one.keyid].principal.id if one.keyid in keys else None}
            for one in entry.envelope.signatures
        ],
        "problems": [{"kind": one.kind, "index": one.index, "detail": one.detail} for one in problems],
    }


def _render(row: dict[str, Any], *, whole: bool) -> None:
    said = row["statement"]["predicate"]
    about = ", ".join(one.get("name") or next(iter(one["digest"].values()))[:16] for one in row["statement"]["subject"])
    click.echo(
        f"{row['index']:>6}  {said['observedAt']}  {said['kind']:<11} {clean(said['principal']['id'])}  {clean(about)}"
    )
    if said.get("rationale"):
        click.echo(f"        {clean(said['rationale'])}")
    for problem in row["problems"]:
        click.echo(f"        {problem['kind']}: {clean(problem['detail'])}")
    if whole:
        for line in json.dumps(said, indent=2, ensure_ascii=True).splitlines():
            click.echo(f"        {line}")


def _keys(trust: Trust, form: str) -> None:
    keys, threshold = list(trust.keys.values()), trust.threshold
    roles = {role: sorted(said[-1][1]) for role, said in sorted(trust.roles.items())}
    rows = [
        {
            "principal": {"type": key.principal.type.value, "id": key.principal.id},
            "fingerprint": key.public.fingerprint,
            "kinds": sorted(key.kinds),
            "admin": key.admin,
            "since": key.since,
            "until": key.until,
            "valid_after": key.valid_after,
            "valid_before": key.valid_before,
        }
        for key in keys
    ]
    if form == "json":
        held = [{"role": role, "people": people} for role, people in roles.items()]
        print_json({"schema": "answerable/ledger-keys/v1", "threshold": threshold, "keys": rows, "roles": held})
        return
    for key in keys:
        what = "revoked" if key.until is not None else "administrator" if key.admin else ""
        kinds = "all kinds" if "*" in key.kinds else ", ".join(sorted(key.kinds))
        click.echo(
            f"{clean(key.principal.id):<32} {key.principal.type.value:<8} {key.public.fingerprint}  {kinds}  {what}"
        )
    for role, people in roles.items():
        click.echo(f"{clean(role)} is held by {clean(', '.join(people)) or 'nobody'}")
    click.echo(f"administrators who must sign a decision about keys: {threshold}")
