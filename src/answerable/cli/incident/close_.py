"""`answerable incident close`: says that an incident is over, with its causes and fixes."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from answerable.cli.incident.output import FORMATS, show
from answerable.cli.ledger.place import ledger_options
from answerable.cli.options import format_option, opened
from answerable.cli.revision import moment
from answerable.cli.signing_options import signing_options
from answerable.domain.decision import Commitment, Decision, Principal, now
from answerable.errors import TargetInvalid
from answerable.git.commits import when
from answerable.incident.store import Incidents


@click.command("close")
@click.argument("name", metavar="ID")
@click.option("--cause", "causes", multiple=True, metavar="REV", help="A change that brought it in.")
@click.option("--fix", "fixes", multiple=True, metavar="REV", help="A change that ended it.")
@click.option("--ended", metavar="TIME", help="When it was over; now by default.")
@click.option("--rationale", metavar="TEXT", required=True, help="What it was, in words.")
@click.option("--record", "required", is_flag=True, help="Fail where the ledger does not take the decision.")
@signing_options
@ledger_options
@format_option(*FORMATS[:2])
@click.pass_obj
def command(folder: Path, /, **given: Any) -> None:
    """Close the incident ID; causes and fixes that were linked before count, too.

    It can be closed again: what is said last counts.
    """
    from answerable.cli.incident.record import decide
    from answerable.incident.decided import closed
    from answerable.incident.open.safe import safe
    from answerable.ledger import secrets

    secrets.refuse(given["rationale"], "the rationale")
    ended = when(int(moment(given["ended"]).timestamp())) if given["ended"] else now()
    with opened(folder) as repository:
        kept = Incidents(repository)
        found = kept.load(given["name"].removeprefix("incident:"))
        causes = [repository.resolve(rev) for rev in given["causes"]] + _linked(found, "cause")
        fixes = [repository.resolve(rev) for rev in given["fixes"]] + _linked(found, "fix")
        if found["failed_at"] and ended < found["failed_at"]:
            what = f"it cannot have ended at {ended}: it failed at {found['failed_at']}"
            raise TargetInvalid(what, hint="give a later --ended")

        def make(who: Principal, _kept: tuple[Commitment, ...]) -> Decision:
            told = (list(dict.fromkeys(causes)), list(dict.fromkeys(fixes)))
            return closed(found["id"], who, given["rationale"], *told, ended)

        done, _ = decide(repository, given, make)
        closing = {
            "action": "closed",
            "what": safe(f"closed: {given['rationale']}"),
            "causes": list(dict.fromkeys(causes)),
            "fixes": list(dict.fromkeys(fixes)),
            "ended_at": ended,
        }
        found["history"].append({"at": done.at or now(), "by": done.by, **closing, "record": done.document})
        found["state"] = "closed"
        kept.save(found)
    show(found, given["form"], None)


def _linked(found: dict[str, Any], what: str) -> list[str]:
    return [one["to"] for one in found["history"] if one.get("action") == "linked" and one.get("kind") == what]
