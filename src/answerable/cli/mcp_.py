"""`answerable mcp`: answers agents' questions about the policy over the Model Context Protocol, on standard streams."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, ParamSpec, TypeVar

import click

from answerable import __version__
from answerable.errors import AnswerableError, ExtraMissing
from answerable.policy import served
from answerable.policy.outputs.harmless import visible
from answerable.policy.served import LayerOf, MayEdit, VerdictOf

if TYPE_CHECKING:
    from mcp.server import MCPServer

P = ParamSpec("P")
T = TypeVar("T")

INSTRUCTIONS = """\
This repository has trust layers and a policy. Before you change a file, ask may_edit with its path, your name as a
tool and your model. deny: leave the file as it is, and say what you would change. ask: have a person decide. allow
with a context: tell whoever reviews the change what it needs. explain_layer says why a file is in its layer;
explain_verdict says what a range of commits still lacks. Answers are about the committed policy, not the work tree."""


@click.command("mcp")
@click.pass_obj
def command(folder: Path) -> None:
    """Serve an agent on standard input and output: may_edit, explain_layer, explain_verdict. Nothing is written.

    The repository is that of the folder it is started in, or of -C.
    """
    server(folder).run("stdio")


def server(folder: Path) -> MCPServer:
    """The server for one repository.

    Raises:
        ExtraMissing: the extra `mcp` is not installed.
    """
    try:
        from mcp.server import MCPServer
        from mcp.types import ToolAnnotations
    except ImportError as error:
        hint = "pip install 'answerable[mcp]'"
        raise ExtraMissing("serving agents needs the extra mcp", hint=hint) from error
    made = MCPServer("answerable", instructions=INSTRUCTIONS, version=__version__, log_level="CRITICAL")
    only_reads = ToolAnnotations(read_only_hint=True, idempotent_hint=True, open_world_hint=False)

    def may_edit(path: str, tool: str | None = None, model: str | None = None) -> MayEdit:
        """Whether the policy lets you change a file, why not, and what a change there will need.

        Args:
            path: The file, from the folder that is served or absolute.
            tool: Your name, such as claude-code or codex.
            model: Your model.
        """
        return _safely(served.may_edit)(folder, path, tool, model)

    def explain_layer(path: str, line: int | None = None) -> LayerOf:
        """In which trust layer a file is, why, and which rules would be about it.

        Args:
            path: The file, from the folder that is served or absolute; it need not be there.
            line: One of its lines at HEAD, from 1: then only rules that would be about this line are told.
        """
        return _safely(served.explain_layer)(folder, path, line)

    def explain_verdict(base: str, head: str = "HEAD") -> VerdictOf:
        """What the gate says of a change: what it lacks, which rule asks for that, and the next step.

        Args:
            base: The branch that the change is to go into, or a whole range BASE..HEAD.
            head: The newest commit of the change.
        """
        return _safely(served.explain_verdict)(folder, base, head)

    for tool in (may_edit, explain_layer, explain_verdict):
        made.add_tool(tool, annotations=only_reads, structured_output=True)
    return made


def _safely(ask: Callable[P, T]) -> Callable[P, T]:
    """The same; whatever goes wrong is an error of the tool, in our words, without where in the code it was."""
    from mcp.server.mcpserver.exceptions import ToolError

    def asked(*args: P.args, **kwargs: P.kwargs) -> T:
        try:
            return ask(*args, **kwargs)
        except AnswerableError as error:
            hint = f" (next: {error.hint})" if error.hint else ""
            raise ToolError(visible(f"{error.message}{hint} [{error.code}]")) from None
        except Exception as error:  # an agent is told no more than that
            raise ToolError(f"an internal fault, {type(error).__name__} [internal]") from None

    return asked
