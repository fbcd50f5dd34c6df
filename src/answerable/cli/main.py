"""The `answerable` program: finds the command, turns errors into exit codes, never shows a traceback."""

from __future__ import annotations

import os
import sys
from contextlib import suppress
from itertools import pairwise
from pathlib import Path
from typing import Any

import click

from answerable import __version__
from answerable.cli.lazy import Lazy
from answerable.errors import AnswerableError

COMMANDS = {
    "for": "who is answerable for a line, a file, a change or a stack trace",
    "lines": "every line of the tree with its commit, origin and grade",
    "scan": "what entered this repository, and how well it is evidenced",
    "test": "the provenance test: draw changes and try the six questions on each",
    "recall": "everything still alive that a tool, model or session wrote",
    "incident": "from an alert to what to look at, who is called and who is told by when",
    "gate": "does a change pass the policy of its base, and if not, who owes what",
    "policy": "trust layers and rules: what a change must show, checked and explained",
    "review": "what a reviewer of AI-origin lines is asked, answered, and how deep it went",
    "mandate": "who decided about AI-assisted code, until when, and who signed it",
    "pre-receive": "judge a push on a git server, as its hook",
    "accept": "sign, as a person, for exactly the AI-origin lines of a change",
    "carry": "let who wrote lines go with them into commits made of others",
    "guard": "may an agent make this edit: what its hook asks beforehand",
    "mcp": "answer agents' questions about the policy, over the Model Context Protocol",
    "collect": "receive what agents' telemetry says of who let their tool calls through",
    "doctor": "prove by a dry edit that what was installed records",
    "init": "record from now on who wrote each line, and begin a ledger",
    "uninit": "take out what init put in, and leave every file as it was",
    "owners": "who answers for a path at a moment, who is called when, and whether it holds",
    "record": "sign a decision and put it into the ledger",
    "ledger": "the signed decisions, in order, and the proofs that they are",
    "audit": "what happened in a period: asked, measured, and held against controls",
    "demo": "a small repository with people, two agents and an incident",
}
INTERRUPTED = 130
COULD_NOT = 3
USAGE = 2


class _PipeBroke(Exception):
    """What click must not see: it would end the program with 1, which means no, whichever pipe it was."""


class _Program(Lazy):
    def invoke(self, ctx: click.Context) -> Any:
        """Run a command."""
        try:
            return super().invoke(ctx)
        except BrokenPipeError as error:
            raise _PipeBroke(str(error)) from error


@click.group(
    cls=_Program, commands_of="answerable.cli", table=COMMANDS, context_settings={"help_option_names": ["-h", "--help"]}
)
@click.version_option(__version__, prog_name="answerable")
@click.option(
    "-C", "folder", type=click.Path(path_type=Path), default=Path(), help="Work as if started in this folder."
)
@click.pass_context
def cli(ctx: click.Context, folder: Path) -> None:
    """Who is answerable for this code: in any git repository, with nothing set up beforehand."""
    ctx.obj = folder


def run(arguments: list[str]) -> int:
    """Run one command and return its exit code."""
    try:
        result: Any = cli.main(args=arguments, prog_name="answerable", standalone_mode=False)
        sys.stdout.flush()
    except AnswerableError as error:
        return _say(arguments, error.code, error.message, error.hint, error.exit_code)
    except click.UsageError as error:
        hint = f"see: {error.ctx.command_path} --help" if error.ctx else "see: answerable --help"
        return _say(arguments, "usage", error.format_message(), hint, USAGE)
    except click.ClickException as error:
        return _say(arguments, "usage", error.format_message(), None, USAGE)
    except (KeyboardInterrupt, click.Abort):
        return INTERRUPTED
    except Exception as error:
        if isinstance(error, BrokenPipeError | _PipeBroke) and _seen_enough():
            _hush()
            return 0
        if os.environ.get("ANSWERABLE_DEBUG"):
            raise
        what = f"{type(error).__name__.lstrip('_')}: {error}"
        return _say(arguments, "internal", what, "please report it; ANSWERABLE_DEBUG=1 shows where", COULD_NOT)
    return result if isinstance(result, int) else 0


def _seen_enough() -> bool:
    """True where whoever read our output reads no more; any other pipe that breaks is a fault."""
    import select

    asked = select.poll()
    asked.register(sys.stdout.fileno(), 0)
    return any(event & (select.POLLERR | select.POLLHUP) for _, event in asked.poll(0))


def _hush() -> None:
    """Let what is still to be written go nowhere."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _say(arguments: list[str], code: str, message: str, hint: str | None, exit_code: int) -> int:
    if _wants_json(arguments):
        import json

        error = {"schema": "answerable/error/v1", "code": code, "message": message, "hint": hint}
        try:
            sys.stdout.write(json.dumps(error) + "\n")
            sys.stdout.flush()
        except BrokenPipeError:  # the exit code says it, too
            _hush()
    else:
        from answerable.cli.options import clean  # what an error quotes may come from a repository

        words = f"answerable: {clean(message)}" + (f"\n  {clean(hint)}" if hint else "") + f"\n  [{code}]"
        with suppress(BrokenPipeError):
            click.echo(words, err=True)
    return exit_code


def _wants_json(arguments: list[str]) -> bool:
    joined = [f"{a}={b}" for a, b in pairwise(arguments)] + arguments
    return any(word in ("--format=json", "--format=jsonl") for word in joined)
