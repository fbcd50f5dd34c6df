"""`answerable ledger key`: adds or revokes keys, and says who holds a role; administrators sign it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from answerable.cli.ledger.files import write_envelopes
from answerable.cli.ledger.place import ledger_options, opened_ledger
from answerable.cli.options import FORMATS, clean, format_option, print_json
from answerable.cli.signing import here, principal, signers
from answerable.cli.signing_options import signing_options
from answerable.domain.decision import Decision, Kind, PrincipalType, new_id, now
from answerable.errors import KeyUnusable
from answerable.ledger.envelope import sign
from answerable.ledger.keys import parse_key
from answerable.ledger.log import subject_of


@click.command("key")
@click.argument("action", type=click.Choice(["add", "revoke", "threshold", "role"]))
@click.argument("what", metavar="KEY|FINGERPRINT|N|ROLE")
@click.option(
    "--for", "owners", multiple=True, metavar="ID",
    help="Whose key it is, for example ada@example.com; or who holds a role, any number of times.",
)  # fmt: skip
@click.option(
    "--type", "owner_type", type=click.Choice([t.value for t in PrincipalType]), default="human", show_default=True,
    help="What its owner is.",
)  # fmt: skip
@click.option(
    "--kind",
    "kinds",
    multiple=True,
    type=click.Choice([k.value for k in Kind]),
    help="What it may sign; all by default.",
)
@click.option("--admin", is_flag=True, help="It may sign decisions about keys.")
@click.option("--valid-after", metavar="TIME", help="From when, RFC 3339 UTC.")
@click.option("--valid-before", metavar="TIME", help="Until when, RFC 3339 UTC.")
@click.option("--reason", metavar="TEXT", help="Why it is revoked.")
@click.option(
    "-o", "--output", type=click.Path(path_type=Path), help="Write the signed decision here for others to sign."
)
@signing_options
@ledger_options
@format_option(*FORMATS)
@click.pass_obj
def command(folder: Path, /, action: str, what: str, **given: Any) -> None:
    """Add KEY, revoke the key with a FINGERPRINT, let N administrators be needed, or say who holds a ROLE.

    KEY is a public key or its file, or a Sigstore identity: 'sigstore ISSUER IDENTITY'.
    As many administrators must sign as the ledger asks for: name their keys, or write the decision to a file and pass
    it on with: answerable ledger sign.
    """
    with opened_ledger(folder, given["place"], given["log_key"]) as (repository, ledger):
        found = signers(repository, given["keys"])
        decision = Decision(
            decision_id=new_id(), kind=Kind.KEY, subjects=(subject_of(ledger.origin),), observed_at=now(),
            principal=principal(repository, found[0], given["kind_of"], given["who"]), rationale=given["reason"],
            details=_details(action, what, given),
        )  # fmt: skip
        envelope = sign(decision, here(found) if given["output"] else found)
        if given["output"]:
            write_envelopes(given["output"], [envelope])
            index = None
        else:
            index = ledger.append([envelope])[0]
            ledger.seal()
        size = ledger.size
    if given["form"] == "json":
        indexes = [] if index is None else [index]
        print_json({"schema": "answerable/ledger-append/v1", "indexes": indexes, "size": size})
    else:
        where = f"entry {index}" if index is not None else f"in {given['output']}"
        click.echo(f"{action} {clean(what)}: {where}")


def _details(action: str, what: str, given: dict[str, Any]) -> dict[str, Any]:
    if action == "threshold":
        if not what.isascii() or not what.isdigit():
            raise KeyUnusable(
                f"{what} is no number of administrators", hint="for example: answerable ledger key threshold 2"
            )
        return {"action": "threshold", "threshold": int(what)}
    if action == "revoke":
        return {"action": "revoke", "fingerprint": what, **({"reason": given["reason"]} if given["reason"] else {})}
    if action == "role":
        return {"action": "role", "role": what, "people": list(dict.fromkeys(given["owners"]))}
    if len(given["owners"]) != 1:
        what = "a key is that of one" if given["owners"] else "nothing says whose key it is"
        raise KeyUnusable(what, hint="say it: --for ada@example.com")
    file = Path(what).expanduser()
    public = parse_key(file.read_text("utf-8").strip() if file.is_file() else what)
    row: dict[str, Any] = {
        "principal": {"type": given["owner_type"], "id": given["owners"][0]},
        "key": public.line,
        "kinds": list(given["kinds"]) or ["*"],
        "admin": given["admin"],
    }
    window = {"validAfter": given["valid_after"], "validBefore": given["valid_before"]}
    row |= {name: value for name, value in window.items() if value}
    return {"action": "add", "keys": [row]}
