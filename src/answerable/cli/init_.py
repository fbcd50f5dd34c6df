"""`answerable init`: from now on it is recorded who wrote each line; a ledger is begun, and decisions travel."""

from __future__ import annotations

from contextlib import nullcontext
from pathlib import Path
from typing import Any

import click

from answerable.cli.ledger.place import ledger_options, maybe_repository, place_of
from answerable.cli.options import FORMATS, clean, format_option, opened, print_json
from answerable.cli.signing_options import signing_options
from answerable.git.repository import Repository


@click.command("init")
@click.option("--user", is_flag=True, help="Install for all your repositories, in your own settings.")
@click.option(
    "--organisation", type=click.Path(path_type=Path), metavar="FOLDER",
    help="Write the settings files that an organisation puts onto its machines into this folder.",
)  # fmt: skip
@click.option(
    "--bin", "programs", type=click.Path(path_type=Path), metavar="FOLDER",
    help="With --organisation: the folder on those machines in which answerable-hook is.",
)  # fmt: skip
@click.option("--agents", metavar="NAME,…", help="Only these agents, by default those that you or the repository use.")
@click.option("--trailer/--no-trailer", default=None, help="Whether commits name the agents that helped.")
@click.option("--no-ledger", is_flag=True, help="Begin no ledger.")
@click.option("--no-capture", is_flag=True, help="Begin a ledger, and install nothing that records.")
@click.option("--origin", metavar="NAME", help="The ledger's name, for example ledger.example.com/shop.")
@signing_options
@ledger_options
@format_option(*FORMATS)
@click.pass_obj
def command(folder: Path, /, user: bool, organisation: Path | None, programs: Path | None, **given: Any) -> int:
    """Record in this repository from now on who wrote each line, and begin a ledger with your key as administrator.

    Puts the recorder into the settings of coding agents and before git's commits, beside whatever is there, and makes a
    key with which it signs what it saw. Files of a repository that it changes are kept out of commits; a committed one
    is never changed. Notes are let be fetched with each remote and be merged without conflict. Without a key of yours
    all is installed but the ledger. What is there already stays as it is; `answerable uninit` takes all out again.

    The exit is 1 where something could not be installed.
    """
    names = _names(given["agents"])
    if sum((user, organisation is not None, given["no_capture"])) > 1:
        raise click.UsageError("--user, --organisation and --no-capture exclude each other")
    if programs and not organisation:
        raise click.UsageError("--bin goes with --organisation")
    if names is not None:
        from answerable.capture.install.registry import agents

        agents(names)  # a name that is none stops all
    if user or organisation:
        return _elsewhere(organisation, programs, names, given)
    return _here(folder, names, given)


def _elsewhere(organisation: Path | None, programs: Path | None, names: list[str] | None, given: dict[str, Any]) -> int:
    from answerable.cli.init import capture, say

    if organisation:
        done = capture.write_organisation(organisation, programs, names)
    else:
        done = capture.install_everywhere(names, trailer=given["trailer"])
    scope = "organisation" if organisation else "user"
    found = {**_document(scope), **done.document()}
    if given["form"] == "json":
        print_json(found)
    else:
        click.echo("for all your repositories:" if scope == "user" else "for the machines of an organisation:")
        say.hooks(found["git_hooks"], None)
        say.agents(found["agents"], None)
        say.settings(found["settings"], "set")
    return 0 if done.whole else 1


def _here(folder: Path, names: list[str] | None, given: dict[str, Any]) -> int:
    from answerable.cli.init import ledger as ledgers

    place, capturing = given["place"], not given["no_capture"]
    with maybe_repository(folder) if place else opened(folder) as repository:
        capturing = capturing and repository is not None and not repository.bare
        begun, where = ledgers.Begun(), place_of(repository, place)
        asked = ledgers.Asked(
            where=where, log_key=given["log_key"], origin=given["origin"], keys=given["keys"],
            kind_of=given["kind_of"], who=given["who"],
            needed=not capturing or any(given[name] for name in ("keys", "origin", "place", "log_key")),
        )  # fmt: skip
        if not given["no_ledger"]:
            begun = ledgers.begin(repository, asked)
        with begun.ledger or nullcontext():
            done = _installed(repository, names, given, begun, asked, capturing=capturing)
            found = {**_document("repository"), **done, **ledgers.document(begun, where), "left": begun.left}
        _say(found, given["form"], repository.root.resolve() if repository else None)
    states = [row["state"] for row in [*found["agents"], *found["git_hooks"]]]
    return 1 if "refused" in states else 0


def _installed(
    repository: Repository | None, names: list[str] | None, given: dict[str, Any], begun: Any, asked: Any, *,
    capturing: bool,
) -> dict[str, Any]:  # fmt: skip
    """What is installed in a repository, and the recorder that signs there."""
    if repository is None or not capturing:
        from answerable.git.exchange import configure

        return {"settings": configure(repository) if repository else []}
    from answerable.capture.recorder import Recorder
    from answerable.cli.init import capture
    from answerable.cli.init.ledger import trusted

    recorder = Recorder.make(repository)
    done = capture.install_here(repository, names, trailer=given["trailer"])
    trust = trusted(begun, repository, recorder, asked)
    said = {"id": recorder.id, "key": recorder.public.fingerprint, "trusted": trust}
    return {**done.document(), "recorder": said}


def _names(said: str | None) -> list[str] | None:
    return None if said is None else [name.strip() for name in said.split(",") if name.strip()]


def _document(scope: str) -> dict[str, Any]:
    return {
        "schema": "answerable/init/v1", "scope": scope, "begun": False, "ledger": None, "administrators": [],
        "settings": [], "recorder": None, "git_hooks": [], "agents": [], "left": [],
    }  # fmt: skip


def _say(found: dict[str, Any], form: str, root: Path | None) -> None:
    if form == "json":
        print_json(found)
        return
    from answerable.cli.init import say

    if found["recorder"]:
        click.echo("from now on it is recorded who wrote each line")
        say.hooks(found["git_hooks"], root)
        say.agents(found["agents"], root)
        click.echo(f"  {'recorder':<13}  {found['recorder']['id']}  {found['recorder']['key']}")
    if found["ledger"]:
        _say_ledger(found)
    say.settings(found["settings"], "set")
    say.left(found["left"])
    if found["ledger"]:
        click.echo("\nTry next:")
        for words in ("record review HEAD --verdict approved", "ledger verify", "for HEAD"):
            click.echo(f"  answerable {words}")


def _say_ledger(found: dict[str, Any]) -> None:
    ledger = found["ledger"]
    click.echo(f"{'a ledger was begun' if found['begun'] else 'there is a ledger'} in {clean(ledger['place'])}")
    click.echo(f"  name           {clean(ledger['origin'])}\n  entries        {ledger['size']:,}")
    for admin in found["administrators"]:
        click.echo(f"  administrator  {clean(admin['id'])}  {admin['key']}")
    click.echo(f"  verifier key   {ledger['vkey']}")
    click.echo("    keep it where the ledger is not: who verifies must have it from elsewhere")
