"""`answerable incident link`: adds to an incident what was found since."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from answerable.cli.incident.output import FORMATS, show
from answerable.cli.ledger.place import ledger_options
from answerable.cli.options import format_option, opened
from answerable.cli.signing_options import signing_options
from answerable.domain.decision import Commitment, Decision, Principal, now
from answerable.errors import TargetInvalid
from answerable.git.repository import Repository
from answerable.incident.decided import LINKS
from answerable.incident.store import Incidents


@click.command("link")
@click.argument("name", metavar="ID")
@click.argument("what", type=click.Choice(LINKS))
@click.argument("to")
@click.option("--rationale", metavar="TEXT", help="Why, in words.")
@click.option("--record", "required", is_flag=True, help="Fail where the ledger does not take the decision.")
@signing_options
@ledger_options
@format_option(*FORMATS[:2])
@click.pass_obj
def command(folder: Path, /, **given: Any) -> None:
    """Link WHAT to the incident ID: a cause or a fix (TO is a revision), a ticket (an address), a duplicate (an id).

    A cause is what people found, whatever was ranked first when the incident was opened.
    """
    from answerable.cli.incident.record import decide
    from answerable.incident.decided import linked
    from answerable.incident.open.safe import safe
    from answerable.ledger import secrets

    with opened(folder) as repository:
        kept = Incidents(repository)
        found = kept.load(given["name"].removeprefix("incident:"))
        commit = _commit(repository, given["what"], given["to"])
        to = commit or _other(given["what"], given["to"], kept)
        for text in filter(None, (to, given["rationale"])):
            secrets.refuse(text, "what is linked")

        def make(who: Principal, _kept: tuple[Commitment, ...]) -> Decision:
            return linked(found["id"], who, given["what"], to, commit, given["rationale"])

        done, _ = decide(repository, given, make)
        words = f"{given['what']}: {to[:12] if commit else to}"
        words += f" ({given['rationale']})" if given["rationale"] else ""
        linking = {"action": "linked", "what": safe(words), "kind": given["what"], "to": safe(to)}
        found["history"].append({"at": done.at or now(), "by": done.by, **linking, "record": done.document})
        kept.save(found)
    show(found, given["form"], None)


def _commit(repository: Repository, what: str, to: str) -> str | None:
    return repository.resolve(to) if what in ("cause", "fix") else None


def _other(what: str, to: str, kept: Incidents) -> str:
    if what == "duplicate":
        return str(kept.load(to.removeprefix("incident:"))["id"])
    if not to.startswith(("https://", "http://")) or not to.isprintable() or len(to) > 2_000 or " " in to:
        raise TargetInvalid(f"{to[:80]!r} is no address of a ticket", hint="give it in full, for example https://…")
    return to
