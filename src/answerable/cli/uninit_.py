"""`answerable uninit`: takes out what `init` put in, and leaves every file as it was."""

from __future__ import annotations

from pathlib import Path

import click

from answerable.cli.options import FORMATS, format_option, opened, print_json


@click.command("uninit")
@click.option("--user", is_flag=True, help="Take out what was installed for all your repositories.")
@format_option(*FORMATS)
@click.pass_obj
def command(folder: Path, user: bool, form: str) -> int:
    """Take the recorder out of the settings of coding agents and out of git's hooks.

    What waits is taken in first. Files are then as they were, byte for byte; in one that was changed since, only the
    recorder's entries go. What was recorded stays: the notes, the ledger, and the recorder's key. What is known of
    lines that are in no commit yet is forgotten, because it would soon be wrong.

    The exit is 1 where something could not be taken out.
    """
    from answerable.cli.init import capture, say

    if user:
        done, root = capture.uninstall_everywhere(), None
    else:
        with opened(folder) as repository:
            done, root = capture.uninstall_here(repository), repository.root.resolve()
    scope = "user" if user else "repository"
    found = {"schema": "answerable/uninit/v1", "scope": scope, **done.document()}
    if form == "json":
        print_json(found)
    elif not any((found["agents"], found["git_hooks"], found["settings"])):
        click.echo("nothing was installed")
    else:
        say.hooks(found["git_hooks"], root)
        say.agents(found["agents"], root)
        say.settings(found["settings"], "unset")
        click.echo("what was recorded stays: the notes, the ledger and the recorder's key")
    return 0 if done.whole else 1
