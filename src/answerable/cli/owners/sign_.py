"""`answerable owners sign`: a person takes on what the owners file says, over exactly its bytes."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from answerable.cli.ledger.place import ledger_options, open_ledger
from answerable.cli.options import FORMATS, clean, format_option, opened, print_json
from answerable.cli.owners.resolve_ import must_be_read
from answerable.errors import OwnersInvalid
from answerable.ownership.registry import OWNERS, Registry

if TYPE_CHECKING:
    from answerable.domain.decision import Decision
    from answerable.git.repository import Repository


@click.command("sign")
@click.option("--rationale", metavar="TEXT", help="Why, in words.")
@click.option("--no-note", is_flag=True, help="Do not let it travel in a note of the file.")
@click.option("--id", "who", metavar="ID", help="Who you are, by default git's user.email.")
@click.option(
    "--key", "key", metavar="FILE", help="Sign with this private key, or the SSH agent's for this public key."
)
@ledger_options
@format_option(*FORMATS)
@click.pass_obj
def command(folder: Path, /, **given: Any) -> None:
    """Sign, as a person, for the owners file of HEAD, and append that to the ledger.

    What it says is then attested: decided by somebody, and dated. If one byte of the file changes, it is declared
    again, until somebody signs for what it says now.
    """
    with opened(folder, settled=True) as repository:
        decision, index = _sign(repository, given)
    if given["form"] == "json":
        print_json(document(decision, index, noted=not given["no_note"]))
        return
    told = decision.subjects[0].digest["sha256"]
    click.echo(f"{clean(decision.principal.id)} signed for {OWNERS} (sha256:{told[:12]}…): entry {index} of the ledger")
    click.echo("  from now on its answers are attested: answerable owners resolve PATH")


def document(decision: Decision, index: int, *, noted: bool) -> dict[str, Any]:
    """What was signed, as `answerable/owners-signed/v1`."""
    return {
        "schema": "answerable/owners-signed/v1",
        "decision_id": decision.decision_id,
        "by": decision.principal.id,
        "digest": f"sha256:{decision.subjects[0].digest['sha256']}",
        "commit": decision.details["commit"],
        "index": index,
        "noted": noted,
    }


def _sign(repository: Repository, given: dict[str, Any]) -> tuple[Decision, int]:
    from answerable.cli.accept.person import must_be_a_person, must_be_outside_of_agents
    from answerable.cli.signing import here, principal, signers
    from answerable.domain.decision import Decision, Kind, Subject, new_id, now
    from answerable.ledger.envelope import sign

    must_be_outside_of_agents()
    commit, digest, blob = _file(repository)
    signing = signers(repository, [given["key"]] if given["key"] else [])
    if not here(signing):
        signing[0].sign(b"", "")  # says why it cannot
    who = principal(repository, signing[0], "human", given["who"])
    with open_ledger(repository, given["place"], given["log_key"]) as ledger:
        must_be_a_person(ledger, who, Kind.OWNER)
        decision = Decision(
            decision_id=new_id(), kind=Kind.OWNER, principal=who, observed_at=now(), rationale=given["rationale"],
            subjects=(Subject(name=OWNERS, digest={"sha256": digest, "gitBlob": blob}),), details={"commit": commit},
        )  # fmt: skip
        envelope = sign(decision, signing)
        index = ledger.append([envelope])[0]
        ledger.seal()
    if not given["no_note"]:
        from answerable.git.record import add_line_to_blob

        add_line_to_blob(repository, blob, envelope.encode())
    return decision, index


def _file(repository: Repository) -> tuple[str, str, str]:
    """The commit, and the owners file in it by its SHA-256 and its id in git.

    Raises:
        OwnersInvalid: there is none, it has a fault, or the one in the work tree is another.
    """
    commit = repository.resolve("HEAD")
    registry = Registry(repository, commit)
    must_be_read(registry)
    found = repository.objects.get(f"{commit}:{OWNERS}")
    if registry.owners is None or found is None:
        raise OwnersInvalid(f"HEAD has no {OWNERS}", hint="write one and commit it, then sign for it")
    there = repository.root / OWNERS
    if there.is_file() and _unix(there.read_bytes()) != _unix(found.data):
        what = f"{OWNERS} in the work tree is another than that of HEAD"
        raise OwnersInvalid(what, hint="commit it first, or put it back: what is signed is the committed file")
    return commit, registry.owners.digest.removeprefix("sha256:"), found.oid


def _unix(data: bytes) -> bytes:
    """Git may end the lines of a work tree otherwise."""
    return data.replace(b"\r\n", b"\n")
