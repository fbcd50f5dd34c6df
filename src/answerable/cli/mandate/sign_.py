"""`answerable mandate sign`: a person signs the mandate in a role, over exactly its bytes."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from answerable.cli.ledger.place import ledger_options, open_ledger
from answerable.cli.options import FORMATS, clean, format_option, opened, print_json
from answerable.errors import KeyUntrusted, MandateInvalid, MandateMissing
from answerable.ownership.mandate.model import PATH

if TYPE_CHECKING:
    from datetime import date

    from answerable.domain.decision import Decision, Principal
    from answerable.git.repository import Repository
    from answerable.ledger.log import Ledger
    from answerable.ownership.mandate.model import Mandate


@click.command("sign")
@click.option("--role", required=True, metavar="ROLE", help="The role in which you sign, for example legal.")
@click.option("--expires", metavar="DATE", help="Your signature's last day; the mandate's by default.")
@click.option("--withdraw", is_flag=True, help="Take back what you signed before in this role.")
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
    """Sign the mandate of HEAD, as a person, in a ROLE that it names you for, and append that to the ledger.

    In which order the roles sign does not matter, nor on which branch the file stands: the signatures are over its
    bytes. It is in force once all have signed and it is on the branch that changes go into.
    """
    with opened(folder, settled=True) as repository:
        mandate, decision, index = _sign(repository, given)
    done = "withdrew" if given["withdraw"] else "signed"
    if given["form"] == "json":
        print_json(
            {
                "schema": "answerable/mandate-signed/v1",
                "decision_id": decision.decision_id,
                "by": decision.principal.id,
                "role": given["role"],
                "digest": mandate.digest,
                "expires": decision.details["expires"],
                "withdrawn": given["withdraw"],
                "index": index,
                "noted": not given["no_note"],
            }
        )
        return
    who = clean(decision.principal.id)
    click.echo(f"{who} {done} {PATH} ({mandate.digest[:19]}…) as {given['role']}: entry {index} of the ledger")
    click.echo("  how it stands: answerable mandate verify")


def _sign(repository: Repository, given: dict[str, Any]) -> tuple[Mandate, Decision, int]:
    from answerable.cli.accept.person import must_be_a_person, must_be_outside_of_agents
    from answerable.cli.signing import here, principal, signers
    from answerable.domain.decision import Kind
    from answerable.ledger.envelope import sign

    must_be_outside_of_agents()
    commit, mandate, blob = _file(repository)
    signing = signers(repository, [given["key"]] if given["key"] else [])
    if not here(signing):
        signing[0].sign(b"", "")  # says why it cannot
    who = principal(repository, signing[0], "human", given["who"])
    with open_ledger(repository, given["place"], given["log_key"]) as ledger:
        must_be_a_person(ledger, who, Kind.MANDATE)
        _must_hold(repository, ledger, commit, mandate, who, given["role"])
        decision = _decision(repository, commit, mandate, blob, who, given)
        envelope = sign(decision, signing)
        index = ledger.append([envelope])[0]
        ledger.seal()
    if not given["no_note"]:
        from answerable.git.record import add_line_to_blob

        add_line_to_blob(repository, blob, envelope.encode())
    return mandate, decision, index


def _decision(
    repository: Repository, commit: str, mandate: Mandate, blob: str, who: Principal, given: dict[str, Any]
) -> Decision:
    from answerable.domain.decision import Decision, Kind, PolicyRef, Subject, new_id, now
    from answerable.policy.file.find import policy_at

    policy = policy_at(repository, commit)
    details = {
        "role": given["role"],
        "expires": _expires(mandate, given["expires"]).isoformat(),
        "commit": commit,
        **({"withdrawn": True} if given["withdraw"] else {}),
        **({"replaces": mandate.replaces} if mandate.replaces else {}),
    }
    digest = {"sha256": mandate.digest.removeprefix("sha256:"), "gitBlob": blob}
    return Decision(
        decision_id=new_id(), kind=Kind.MANDATE, principal=who, observed_at=now(), rationale=given["rationale"],
        subjects=(Subject(name=PATH, digest=digest),), policy=PolicyRef(uri=policy.source, digest=policy.digest),
        details=details,
    )  # fmt: skip


def _expires(mandate: Mandate, given: str | None) -> date:
    from answerable.cli.revision import moment

    day = moment(given).date() if given else mandate.expires
    if not mandate.begins <= day <= mandate.expires:
        what = f"a signature cannot end on {day}: the mandate is from {mandate.begins} to {mandate.expires}"
        raise MandateInvalid(what, hint="leave --expires out, or give a day between them")
    return day


def _file(repository: Repository) -> tuple[str, Mandate, str]:
    """The commit, the mandate in it, and the id of its file in git.

    Raises:
        MandateMissing: there is none.
        MandateInvalid: it has a fault, or the one in the work tree is another.
    """
    from answerable.ownership.mandate.read import load

    commit = repository.resolve("HEAD")
    found = repository.objects.get(f"{commit}:{PATH}")
    if found is None or found.kind != "blob":
        raise MandateMissing(f"HEAD has no {PATH}", hint="write one (answerable mandate draft) and commit it")
    there = repository.root / PATH
    if there.is_file() and _unix(there.read_bytes()) != _unix(found.data):
        what = f"{PATH} in the work tree is another than that of HEAD"
        raise MandateInvalid(what, hint="commit it first, or put it back: what is signed is the committed file")
    return commit, load(found.data, PATH), found.oid


def _must_hold(
    repository: Repository, ledger: Ledger, commit: str, mandate: Mandate, who: Principal, role: str
) -> None:
    """Refuse to sign what would not count.

    Raises:
        KeyUntrusted: the mandate does not name whoever signs for the role, or somebody else holds it.
    """
    from answerable.ownership.mandate.find import aliases

    if role not in mandate.roles:
        hint = f"sign in one of: {', '.join(mandate.roles)}"
        raise MandateInvalid(f"the mandate names nobody for the role {role}", hint=hint)
    known = aliases(repository, commit)
    named = {known.get(name.lower(), name.lower()) for name in mandate.people(role)}
    if known.get(who.id.lower(), who.id.lower()) not in named:
        hint = f"have one of them sign: {', '.join(mandate.people(role))}"
        raise KeyUntrusted(f"the mandate does not name {who.id} for the role {role}", hint=hint)
    holders = ledger.trust.holders(role, ledger.size)
    if holders is not None and who.id not in holders:
        hint = f"an administrator says who holds it: answerable ledger key role {role} --for {who.id}"
        raise KeyUntrusted(f"{who.id} does not hold the role {role}", hint=hint)


def _unix(data: bytes) -> bytes:
    """Git may end the lines of a work tree otherwise."""
    return data.replace(b"\r\n", b"\n")
