"""A group of commands that imports one only when it is asked for: the others cost a start nothing."""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from typing import Any

import click


class Lazy(click.Group):
    """Commands by name, each a module `<package>.<name>_` with a `command`; a dash in a name is `_` in the module's.

    Args:
        commands_of: The package.
        table: Names and what each does, in the order of the help.
    """

    def __init__(self, *args: Any, commands_of: str, table: Mapping[str, str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._package = commands_of
        self.table = table

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click gives it
        """The names, in the order of the table."""
        return list(self.table)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        """Import one."""
        if cmd_name not in self.table:
            return None
        module = cmd_name.replace("-", "_")
        command: click.Command = import_module(f"{self._package}.{module}_").command
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002
        """The table, without importing any."""
        with formatter.section("Commands"):
            formatter.write_dl(list(self.table.items()))
