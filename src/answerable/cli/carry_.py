"""`answerable carry`: who wrote lines goes with them into commits that a forge or another tool made of others."""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from answerable.cli.ledger.place import ledger_options
from answerable.cli.options import FORMATS, format_option, opened, print_json
from answerable.cli.signing_options import signing_options

if TYPE_CHECKING:
    from answerable.cli.carry.outcome import Outcome
    from answerable.git.repository import Repository


@click.command("carry")
@click.argument("revisions", metavar="[RANGE]", required=False)
@click.option(
    "--from",
    "sources",
    multiple=True,
    metavar="REV|A..B",
    help="The commits that it was made of: a branch, or a range. By default they are looked for.",
)
@click.option(
    "--map",
    "map_file",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Old and new commit ids, one pair a line, as git filter-repo writes them (filter-repo/commit-map).",
)
@click.option("--dry-run", is_flag=True, help="Show what would be carried, and write nothing.")
@click.option("--unsigned", is_flag=True, help="Write the notes alone, and sign nothing.")
@signing_options
@ledger_options
@format_option(*FORMATS)
@click.pass_obj
def command(folder: Path, /, **given: Any) -> int:
    """Carry who wrote lines into the commits of RANGE (A..B; one revision, HEAD by default, is that commit).

    For what no recorder saw being made: a forge's squash or rebase merge, a history that was rewritten. Each line keeps
    the agent's session or the person that the notes of its source name; what cannot be placed for certain is unknown.
    What was kept and what was dropped is signed, with --key or by the recorder of this clone. Ends with 1 where
    there are sources and nothing came from them.
    """
    from answerable.cli.carry.outcome import document, say

    began = time.monotonic()
    with opened(folder, settled=True) as repository:
        done = _carry(repository, given)
    print_json(document(done, round((time.monotonic() - began) * 1000))) if given["form"] == "json" else say(done)
    return 0 if done.useful else 1


def _carry(repository: Repository, given: dict[str, Any]) -> Outcome:
    from answerable.capture.carry.explicit import Carry
    from answerable.cli.carry.chosen import chosen, pairs_of, sources_of
    from answerable.cli.carry.keep import keep, signer_of
    from answerable.cli.carry.outcome import Outcome

    pairs = pairs_of(given["map_file"])
    shas = chosen(repository, given["revisions"], pairs)
    carry = Carry(repository, sources_of(repository, given["sources"]), whole=len(shas) == 1, pairs=pairs)
    signing = None if given["dry_run"] or given["unsigned"] else signer_of(repository, given)
    into = list(carry.into(shas))
    kept = None if given["dry_run"] else keep(repository, carry, into, signing, given)
    return Outcome(into=into, kept=kept, dry=given["dry_run"])
