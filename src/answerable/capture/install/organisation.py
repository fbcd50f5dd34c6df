"""Writes the files with which an organisation puts the recorder onto its machines, each where it belongs there.

    <folder>/linux/etc/claude-code/managed-settings.d/answerable.json
    <folder>/macos/Library/Application Support/ClaudeCode/managed-settings.d/answerable.json

Nothing outside the folder is touched, and nothing in it that is another's. How the files get onto machines is the
organisation's choice.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from answerable.capture.install import files
from answerable.capture.install.command import Program
from answerable.capture.install.files import Refused
from answerable.capture.install.model import Managed
from answerable.capture.install.outcome import Outcome, State
from answerable.capture.install.registry import AGENTS, agent, agents
from answerable.errors import SettingsUnwritable


def write(folder: Path, program: Program, names: Sequence[str] | None) -> list[Outcome]:
    """Write the files of agents whose hosts know settings of an organisation.

    Args:
        folder: Made where it is not there.
        program: How the recorder is called on the machines.
        names: Of agents; None: all.

    Raises:
        AgentUnknown: one of the names is none.
        SettingsUnwritable: the folder cannot be made.
    """
    outcomes: list[Outcome] = []
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        hint = "name a folder that can be written"
        raise SettingsUnwritable(f"cannot make {folder}: {error.strerror}", hint=hint) from error
    within = folder.resolve()
    for one in agents(names) if names is not None else map(agent, AGENTS):
        managed = one.managed(program)
        outcomes += [_written(one.NAME, within, file) for file in managed]
        if not managed:
            note = "it knows no settings of an organisation: answerable init --user"
            outcomes.append(Outcome(agent=one.NAME, path=within, state=State.SKIPPED, note=note))
    return outcomes


def _written(agent: str, within: Path, file: Managed) -> Outcome:
    path = within / file.system / file.path.lstrip("/")
    done = Outcome(agent=agent, path=path, state=State.UNCHANGED, note=file.note)
    try:
        found = files.look(path, within)
        if found.data is None:
            files.write(found, file.content.encode())
            return replace(done, state=State.INSTALLED, new=True)
        if found.data != file.content.encode():
            return replace(done, state=State.REFUSED, why="another file is there; take it away, or name another folder")
    except Refused as error:
        return replace(done, state=State.REFUSED, why=str(error))
    return done
