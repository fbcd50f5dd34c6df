"""`answerable ledger redact`: erases content that decisions commit to, by decision of two people."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import click

from answerable.cli.ledger.files import write_envelopes
from answerable.cli.ledger.place import ledger_options, opened_ledger
from answerable.cli.options import FORMATS, format_option, print_json
from answerable.cli.signing import principal, signers
from answerable.cli.signing_options import signing_options
from answerable.domain.decision import Decision, Kind, new_id, now
from answerable.ledger.envelope import sign
from answerable.ledger.log import subject_of

_COMMITMENT = re.compile(r"[0-9a-f]{64}")


@click.command("redact")
@click.argument("what", nargs=-1, required=True, metavar="COMMITMENT…|PERSON")
@click.option("--rationale", required=True, metavar="TEXT", help="Why, in words.")
@click.option(
    "-o", "--output", type=click.Path(path_type=Path), help="Write the signed decision here for another to sign."
)
@signing_options
@ledger_options
@format_option(*FORMATS)
@click.pass_obj
def command(folder: Path, /, what: tuple[str, ...], **given: Any) -> None:
    """Erase the contents with these commitments, or everything kept about a PERSON, for good.

    Two people must sign it, an administrator among them: name two keys, or write it to a file for the other one to
    sign (answerable ledger sign FILE, then answerable ledger append FILE). The ledger stays verifiable: what is erased
    is the content and its salt, never an entry.
    """
    found_all = all(_COMMITMENT.fullmatch(one) for one in what)
    if not found_all and len(what) > 1:
        raise click.UsageError("name commitments, or one person")
    details = {"commitments": list(what)} if found_all else {"subject": what[0]}
    with opened_ledger(folder, given["place"], given["log_key"]) as (repository, ledger):
        found = signers(repository, given["keys"])
        decision = Decision(
            decision_id=new_id(), kind=Kind.REDACT, subjects=(subject_of(ledger.origin),), observed_at=now(),
            principal=principal(repository, found[0], given["kind_of"], given["who"]), rationale=given["rationale"],
            details=details,
        )  # fmt: skip
        envelope = sign(decision, found)
        if given["output"]:
            write_envelopes(given["output"], [envelope])
            index, gone = None, 0
        else:
            index, gone = ledger.append([envelope])[0], ledger.erase()
            ledger.seal()
    if given["form"] == "json":
        print_json({"schema": "answerable/ledger-redact/v1", "index": index, "erased": gone})
    else:
        click.echo(
            f"entry {index}: {gone:,} contents are gone" if index is not None else f"written to {given['output']}"
        )
