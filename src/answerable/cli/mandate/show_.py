"""`answerable mandate show`: what the mandate says, who signed it, and how it stands."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from answerable.cli.mandate.asked import asked, asking_options
from answerable.cli.options import opened, print_json
from answerable.errors import MandateInvalid, MandateMissing


@click.command("show")
@asking_options
@click.pass_obj
def command(folder: Path, /, **given: Any) -> None:
    """Show the mandate of HEAD: what it says, who signed it in which role, and whether it is in force.

    With --as-of as the main line and the ledger had it at the end of that day. Ends with 0 where there is one, in force
    or not; `answerable mandate verify` decides.
    """
    from answerable.cli.mandate.document import document, say

    with opened(folder) as repository:
        facts = asked(repository, given)
    standing = facts.standing(given["roles"]) if given["roles"] else facts.standing()
    if facts.mandate is None and given["form"] != "json":
        problem = standing.problems[0]
        raise (MandateInvalid if facts.faults else MandateMissing)(problem.what, hint=problem.remedy)
    if given["form"] == "json":
        print_json(document(facts, standing))
    else:
        say(facts, standing, whole=True)
