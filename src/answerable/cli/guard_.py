"""`answerable guard`: what an agent's hook asks before a tool use; its host always understands the answer."""

from __future__ import annotations

from pathlib import Path

import click

from answerable.cli.hook_reply import answer


@click.command("guard")
@click.argument("agent", required=False)
@click.pass_obj
def command(folder: Path, agent: str | None) -> int:
    """Answer the hook of a coding AGENT before it changes a file: reads its payload on standard input.

    The policy is that of the branch the work is to go into. Where it forbids the agent's tool or model in the trust
    layer of a file, the edit is denied, with what is allowed instead; where it would only warn, or could not be asked,
    a person decides; what else a change will need is told to the agent. It never grants a permission. Without a policy
    it says nothing.

    The answer, and the exit, are what the AGENT understands. Without a name the payload tells which one it is.
    """
    return answer(folder, agent)
