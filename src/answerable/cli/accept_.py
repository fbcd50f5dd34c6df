"""`answerable accept`: a person says what AI-origin lines are meant to do, and signs for exactly those lines."""

from __future__ import annotations

import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from answerable.cli.ledger.place import ledger_options, open_ledger
from answerable.cli.options import FORMATS, format_option, opened, print_json
from answerable.domain.origin import Origin
from answerable.errors import UsageError

if TYPE_CHECKING:
    from answerable.cli.accept.outcome import Outcome
    from answerable.domain.decision import Principal
    from answerable.git.repository import Repository
    from answerable.ledger.keys import Signer

_ORIGINS = [origin.value for origin in Origin if origin is not Origin.HUMAN]


@click.command("accept")
@click.argument("revisions", metavar="[RANGE]", default="HEAD")
@click.option("--each", is_flag=True, help="Walk through the hunks in the terminal, and decide on each.")
@click.option("--intent", metavar="TEXT", help="What the lines are meant to do, in your words.")
@click.option("--path", "paths", multiple=True, metavar="PATH", help="Only this file, or what is in this folder.")
@click.option("--layer", "layers", multiple=True, metavar="NAME", help="Only lines in this trust layer.")
@click.option("--origin", "origins", multiple=True, type=click.Choice(_ORIGINS), help="Only lines of this origin.")
@click.option(
    "--written-by-ai", is_flag=True, help="Say, too, that AI wrote the lines of which nobody is known to have."
)
@click.option("--dry-run", is_flag=True, help="Show what there is to sign for, and sign nothing.")
@click.option("--no-note", is_flag=True, help="Do not let it travel in the notes of the commits.")
@click.option(
    "--organisation", type=click.Path(path_type=Path), metavar="FILE", help="The policy above that of the repository."
)
@click.option("--id", "who", metavar="ID", help="Who you are, by default git's user.email.")
@click.option(
    "--key", "key", metavar="FILE", help="Sign with this private key, or the SSH agent's for this public key."
)
@ledger_options
@format_option(*FORMATS)
@click.pass_obj
def command(folder: Path, /, **given: Any) -> int:
    """Countersign the AI-origin lines of RANGE (BASE..HEAD; one revision, HEAD by default, is what it changed).

    Shows each hunk with its trust layer and its checklist, takes what the lines are meant to do, and signs that over
    exactly those lines with your own key. If they change, you have not signed for them any more. Lines of which nobody
    is known to have written them are shown, too. Ends with 1 where any were left.
    """
    from answerable.cli.accept.outcome import document, say

    began = time.monotonic()
    _must_be_possible(given)
    with opened(folder, settled=True) as repository:
        done = _show(repository, given) if given["dry_run"] else _sign(repository, given)
    told = document(done, round((time.monotonic() - began) * 1000))
    print_json(told) if given["form"] == "json" else say(done)
    return 1 if done.left else 0


def _must_be_possible(given: dict[str, Any]) -> None:
    """Refuse what cannot be signed, whatever the change is."""
    from answerable.cli.accept.walk import fault_of

    if given["dry_run"]:
        return
    fault = fault_of(given["intent"]) if given["intent"] is not None else None
    if fault:
        raise fault
    asks = given["each"] or given["intent"] is None
    if asks and not (sys.stdin.isatty() and (sys.stderr if given["form"] == "json" else sys.stdout).isatty()):
        what = "--each needs a terminal" if given["each"] else "there is no terminal to ask in"
        raise UsageError(what, hint="say what the lines are meant to do: --intent TEXT; or look only: --dry-run")


def _show(repository: Repository, given: dict[str, Any]) -> Outcome:
    """What there is to sign for, whether or not anybody here could."""
    from answerable.cli.accept.asked import asked
    from answerable.cli.accept.choose import Chooser
    from answerable.cli.accept.outcome import Outcome
    from answerable.git.identity import identity

    by = given["who"] or identity(repository).email
    change, found = asked(repository, given, by)
    if given["form"] != "json":
        Chooser(repository, change.head, given).show(found.portions)
    return Outcome(change=change, found=found, by=by, dry=True)


def _sign(repository: Repository, given: dict[str, Any]) -> Outcome:
    from answerable.cli.accept.asked import asked
    from answerable.cli.accept.choose import Chooser
    from answerable.cli.accept.outcome import Outcome
    from answerable.cli.accept.owed import bring
    from answerable.cli.accept.person import must_be_a_person
    from answerable.cli.accept.sign import append

    who, signing = _signer(repository, given)
    with open_ledger(repository, given["place"], given["log_key"]) as ledger:
        must_be_a_person(ledger, who)
        change, found = asked(repository, given, who.id)
        chosen = Chooser(repository, change.head, given).choose(found.portions)
        travels = not given["no_note"]
        kept = append(repository, ledger, change.head, chosen, who, signing, travels=travels) if chosen else []
        noted = travels and bool(bring(repository, ledger))
    return Outcome(change=change, found=found, by=who.id, chosen=chosen, kept=kept, noted=noted)


def _signer(repository: Repository, given: dict[str, Any]) -> tuple[Principal, list[Signer]]:
    """Who signs, and with what; only a person with a key at hand."""
    from answerable.cli.accept.person import must_be_outside_of_agents
    from answerable.cli.signing import here, principal, signers

    must_be_outside_of_agents()
    signing = signers(repository, [given["key"]] if given["key"] else [])
    if not here(signing):
        signing[0].sign(b"", "")  # says why it cannot
    return principal(repository, signing[0], "human", given["who"]), signing
