"""`answerable mandate draft`: writes the decision record that the roles then sign."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from answerable.cli.options import FORMATS, clean, format_option, opened, print_json
from answerable.errors import MandateInvalid, UsageError
from answerable.ownership.mandate.model import ACCEPTED, PATH, ROLES

if TYPE_CHECKING:
    from datetime import date

    from answerable.git.repository import Repository
    from answerable.ownership.mandate.model import Approval, Mandate

_DAYS = 365
_ASKED = {
    "governance": "Who owns AI-code governance (a team or a person)",
    "response": "Who owns the response to an incident",
    "communication": "Who speaks to customers, authorities and the public",
    "standards": "Which standards hold (with commas between them)",
}


@click.command("draft")
@click.option("--governance", metavar="WHO", help="Who owns AI-code governance: a team or a person.")
@click.option("--response", metavar="WHO", help="Who owns the response to an incident.")
@click.option("--communication", metavar="WHO", help="Who speaks to customers, authorities and the public.")
@click.option("--standard", "standards", multiple=True, metavar="NAME", help="A standard that holds, any number.")
@click.option(
    "--sign",
    "approvals",
    multiple=True,
    metavar="ROLE=PERSON",
    help=f"Who signs in a role, as the ledger knows them. Needed: {', '.join(ROLES)}.",
)
@click.option("--role", "roles", multiple=True, metavar="ROLE", help="Needed instead of those, any number of times.")
@click.option("--from", "begins", metavar="DATE", help="The first day; today by default.")
@click.option("--expires", metavar="DATE", help=f"The last day; {_DAYS} days later by default, two years at most.")
@click.option("--title", metavar="TEXT", help="The title of the record.")
@click.option(
    "--status", default=ACCEPTED, show_default=True, metavar="WORD", help="In force is only what is accepted."
)
@click.option("--consulted", multiple=True, metavar="WHO", help="Whose opinion was sought, any number.")
@click.option("--informed", multiple=True, metavar="WHO", help="Who is kept up to date, any number.")
@click.option("--person-owns", multiple=True, metavar="TEXT", help="What the person owns, instead of what is usual.")
@click.option("--organisation-owns", multiple=True, metavar="TEXT", help="What the organisation owns, likewise.")
@click.option("--replace", is_flag=True, help="Write it in place of the mandate that is there.")
@click.option("-o", "--output", type=click.Path(path_type=Path), help=f"Where; {PATH} by default, - prints it.")
@format_option(*FORMATS)
@click.pass_obj
def command(folder: Path, /, **given: Any) -> None:
    """Write a mandate: who owns what, the contract between the people and the organisation, who signs, until when.

    What is not given is asked for where there is a terminal. It is a decision record with the front matter of MADR.
    Read it, change it, commit it; then each role signs it: answerable mandate sign --role ROLE.
    """
    from answerable.cli.ledger.files import write as write_file
    from answerable.ownership.mandate.read import load
    from answerable.ownership.mandate.write import write

    with opened(folder) as repository:
        given |= _answers(given)
        file: Path = given["output"] or repository.root / PATH
        mandate = _mandate(given, _replaced(repository, file, given))
    data = write(mandate).encode("utf-8", "surrogateescape")
    mandate = load(data, str(file))
    printed = str(file) == "-"
    if printed and given["form"] != "json":
        click.echo(data.decode(), nl=False)
    elif not printed:
        file.parent.mkdir(parents=True, exist_ok=True)
        write_file(file, data)
    if given["form"] == "json":
        found = {"path": None if printed else str(file), "digest": mandate.digest, "roles": list(mandate.roles)}
        print_json({"schema": "answerable/mandate-draft/v1", **found, "text": data.decode()})
    elif not printed:
        click.echo(f"{clean(str(file))}: to be signed as {', '.join(mandate.roles)} by {mandate.expires}")
        click.echo("  next: read it, commit it, and have each role sign it: answerable mandate sign --role ROLE")


def _answers(given: Mapping[str, Any]) -> dict[str, Any]:
    """What is missing, asked for in the terminal.

    Raises:
        UsageError: there is none.
    """
    roles = given["roles"] or ROLES
    there = {text.partition("=")[0] for text in given["approvals"]}
    missing = [key for key in _ASKED if not given[key]]
    unsigned = [role for role in roles if role not in there]
    if not missing and not unsigned:
        return {}
    if not sys.stdin.isatty() or given["form"] == "json":
        options = [f"--{key.removesuffix('s')}" for key in missing] + [f"--sign {role}=PERSON" for role in unsigned]
        raise UsageError("a mandate says more than that", hint=f"give also {', '.join(options)}")
    said: dict[str, Any] = {key: click.prompt(_ASKED[key], err=True) for key in missing}
    if "standards" in said:
        said["standards"] = tuple(part.strip() for part in said["standards"].split(",") if part.strip())
    signing = [f"{role}={click.prompt(f'Who signs as {role}', err=True)}" for role in unsigned]
    return {**said, "approvals": (*given["approvals"], *signing)}


def _mandate(given: Mapping[str, Any], replaces: str | None) -> Mandate:
    from answerable.ownership.mandate.model import Mandate
    from answerable.ownership.mandate.write import ORGANISATION, PERSON, TITLE

    begins, expires = _days(given)
    approvals = tuple(map(_approval, given["approvals"]))
    return Mandate(
        title=given["title"] or TITLE,
        status=given["status"],
        begins=begins,
        expires=expires,
        governance=given["governance"],
        response=given["response"],
        communication=given["communication"],
        standards=tuple(given["standards"]),
        approvals=approvals,
        person_owns=tuple(given["person_owns"]) or PERSON,
        organisation_owns=tuple(given["organisation_owns"]) or ORGANISATION,
        decision_makers=tuple(dict.fromkeys(one.person for one in approvals)),
        consulted=tuple(given["consulted"]),
        informed=tuple(given["informed"]),
        replaces=replaces,
    )


def _days(given: Mapping[str, Any]) -> tuple[date, date]:
    from datetime import UTC, datetime, timedelta

    from answerable.cli.revision import moment

    begins = moment(given["begins"]).date() if given["begins"] else datetime.now(UTC).date()
    expires = moment(given["expires"]).date() if given["expires"] else begins + timedelta(days=_DAYS)
    return begins, expires


def _approval(text: str) -> Approval:
    from answerable.ownership.mandate.model import Approval

    role, _, person = text.partition("=")
    if not role or not person:
        hint = "write for example --sign legal=ada@example.com"
        raise UsageError(f"--sign {text} names no role and person", hint=hint)
    return Approval(role=role, person=person)


def _replaced(repository: Repository, file: Path, given: Mapping[str, Any]) -> str | None:
    """The digest of the mandate that is committed, which the new one takes the place of.

    Raises:
        MandateInvalid: a file is there, and nobody said that it may go.
    """
    from hashlib import sha256

    from answerable.ownership.mandate.find import mandate_bytes

    if file.exists() and str(file) != "-" and not given["replace"]:
        what = f"{file} is there already"
        raise MandateInvalid(what, hint="give --replace to take a new mandate in its place")
    head = repository.try_resolve("HEAD")
    before = mandate_bytes(repository, head) if head and given["replace"] else None
    return f"sha256:{sha256(before).hexdigest()}" if before else None
