"""`answerable init`: begins a ledger here, and lets decisions travel with the repository."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from answerable.cli.ledger.place import ledger_options, maybe_repository, place_of
from answerable.cli.options import FORMATS, clean, format_option, opened, print_json
from answerable.cli.signing import principal, signers
from answerable.cli.signing_options import signing_options
from answerable.domain.decision import Decision, Kind, Principal, Subject, new_id, now
from answerable.errors import LedgerMissing
from answerable.git.record import configure
from answerable.ledger.envelope import Envelope, sign
from answerable.ledger.keys import Signer
from answerable.ledger.log import Ledger, new_origin


@click.command("init")
@click.option("--origin", metavar="NAME", help="The ledger's name, for example ledger.example.com/shop.")
@signing_options
@ledger_options
@format_option(*FORMATS)
@click.pass_obj
def command(
    folder: Path,
    origin: str | None,
    keys: tuple[str, ...],
    kind_of: str,
    who: str | None,
    place: str | None,
    log_key: Path | None,
    form: str,
) -> None:
    """Begin a ledger in this repository, with your key as its first administrator.

    Also lets the notes in which decisions travel be fetched with each remote and merged without conflict. What is there
    already stays as it is.
    """
    with maybe_repository(folder) if place else opened(folder) as repository:
        where = place_of(repository, place)
        begun = False
        try:
            ledger = Ledger(where, log_key)
        except LedgerMissing:
            signer = signers(repository, keys)[0]
            ledger = _begin(where, log_key, origin, principal(repository, signer, kind_of, who), signer)
            begun = True
        with ledger:
            settings = configure(repository) if repository else []
            _say(_document(ledger, where, settings, begun=begun), form)


def _begin(where: Path | str, log_key: Path | None, origin: str | None, admin: Principal, signer: Signer) -> Ledger:
    """A ledger whose first entry names its first administrator, who signs it."""
    who = {"type": admin.type.value, "id": admin.id}
    row = {"principal": who, "key": signer.public.line, "kinds": ["*"], "admin": True}

    def root(ledger: Subject) -> Envelope:
        decision = Decision(
            decision_id=new_id(), kind=Kind.KEY, subjects=(ledger,), principal=admin, observed_at=now(),
            rationale="The ledger begins", details={"action": "root", "keys": [row], "threshold": 1},
        )  # fmt: skip
        return sign(decision, [signer])

    ledger = Ledger.create(where, root, origin or new_origin(), log_key)
    ledger.checkpoint()
    return ledger


def _document(ledger: Ledger, where: Path | str, settings: list[str], *, begun: bool) -> dict[str, Any]:
    admins = [key for key in ledger.trust.keys.values() if key.admin and key.until is None]
    return {
        "schema": "answerable/init/v1",
        "begun": begun,
        "ledger": {"place": str(where), "origin": ledger.origin, "vkey": ledger.vkey, "size": ledger.size},
        "administrators": [{"id": key.principal.id, "key": key.public.fingerprint} for key in admins],
        "settings": settings,
    }


def _say(found: dict[str, Any], form: str) -> None:
    if form == "json":
        print_json(found)
        return
    ledger = found["ledger"]
    click.echo(f"{'a ledger was begun' if found['begun'] else 'there is a ledger'} in {clean(ledger['place'])}")
    click.echo(f"  name           {clean(ledger['origin'])}\n  entries        {ledger['size']:,}")
    for admin in found["administrators"]:
        click.echo(f"  administrator  {clean(admin['id'])}  {admin['key']}")
    click.echo(f"  verifier key   {ledger['vkey']}")
    click.echo("    keep it where the ledger is not: who verifies must have it from elsewhere")
    for setting in found["settings"]:
        click.echo(f"  set            git config {clean(setting)}")
    click.echo("\nTry next:")
    for words in ("record review HEAD --verdict approved", "ledger verify", "for HEAD"):
        click.echo(f"  answerable {words}")
