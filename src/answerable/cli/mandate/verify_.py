"""`answerable mandate verify`: is a mandate in force, by a ledger with which nothing is wrong."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from answerable.cli.mandate.asked import asked, asking_options
from answerable.cli.options import opened, print_json
from answerable.errors import LedgerMissing, MandateInvalid


@click.command("verify")
@asking_options
@click.pass_obj
def command(folder: Path, /, **given: Any) -> int:
    """Say whether the mandate of HEAD is in force, after the whole ledger was verified.

    Each role must have signed exactly this file: different people, whom the mandate names for their roles, with keys
    that the ledger trusts, before it or their signature expired. Ends with 0 where it is in force, 1 where it is not,
    and 3 where that could not be found out.
    """
    from answerable.cli.ledger.verified import verified
    from answerable.cli.mandate.document import document, say

    with opened(folder) as repository:
        facts = asked(repository, given)
        if facts.faults:
            first = facts.faults[0]
            raise MandateInvalid(f"{first.where}: {first.message}", hint=first.fix)
        if facts.mandate is not None and facts.signatures is None:
            hint = "begin one (answerable init), or name the one that has them: --ledger PLACE"
            raise LedgerMissing("there is no ledger here that holds the signatures", hint=hint)
        if facts.mandate is not None:
            verified(repository, given["place"], given["log_key"])
    standing = facts.standing(given["roles"]) if given["roles"] else facts.standing()
    print_json(document(facts, standing)) if given["form"] == "json" else say(facts, standing)
    return 0 if standing.in_force else 1
