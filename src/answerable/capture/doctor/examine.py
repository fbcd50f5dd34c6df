"""All that `answerable doctor` looks at, in the order in which it is told."""

from __future__ import annotations

import os
import shlex
import subprocess
import time
from collections.abc import Iterator

from answerable import __version__
from answerable.capture import otlp_store
from answerable.capture.doctor.check import Check, fault, ok, warning
from answerable.capture.doctor.configured import Configured, configured
from answerable.capture.doctor.dry import Ran, Scratch, scratch
from answerable.capture.doctor.payloads import known
from answerable.capture.doctor.place import places
from answerable.capture.doctor.standing import standing
from answerable.capture.git_hooks.install import missing
from answerable.capture.git_hooks.where import hooks_of
from answerable.capture.install.everywhere import state_folder
from answerable.capture.install.model import Machine
from answerable.capture.install.registry import USUAL
from answerable.errors import AnswerableError
from answerable.git.repository import Repository

_INIT = "answerable init"


def examine(repository: Repository, machine: Machine) -> list[Check]:
    """Look at everything.

    Args:
        repository: Where; nothing in it is changed.
        machine: Whose settings, and how the recorder is called.
    """
    files = configured(machine, repository.root.resolve())
    found = list(_dry(repository, machine, files))
    found += standing(repository)
    found += places(repository, state_folder(machine))
    found.append(_telemetry())
    return found


def _dry(repository: Repository, machine: Machine, files: list[Configured]) -> Iterator[Check]:
    """What a dry edit by each agent and a dry commit show."""
    try:
        with scratch(machine.environment) as repo:
            own = repo.edit(USUAL, (*machine.program.words, USUAL))
            edits = [(file, _edits(repo, file)) for file in files if known(file.agent)]
            hooks = hooks_of(repository)
            why = repo.commit(None if hooks.scope in ("global", "system") else hooks.folder)
            told = repo.told()
    except (OSError, subprocess.SubprocessError, AnswerableError) as error:
        said = f"no repository for a dry edit can be made: {getattr(error, 'strerror', None) or error}"
        yield fault("program", said, "free some space, or set TMPDIR to a folder that can be written")
        return
    yield _program(machine, own, told)
    if not files:
        yield fault("agent", "no agent's settings run the recorder", _INIT)
    for file, rows in edits:
        yield _agent(file, rows, told)
    yield _git_hooks(repository, why, recorded=not own[1].why)


def _program(machine: Machine, own: tuple[str, Ran], told: dict[str, tuple[str, ...]]) -> Check:
    """Whether this installation's recorder works by itself."""
    path, ran = own
    words = shlex.join(machine.program.words)
    if ran.why:
        return fault("program", f"{words}: {ran.why}", "install answerable again")
    if told.get(path) != (USUAL,):
        return fault("program", f"{words}: the line was not told as the agent's after the commit", "please report it")
    return ok("program", f"answerable {__version__} records with {words}")


def _edits(repo: Scratch, file: Configured) -> list[tuple[str, Ran]]:
    return [repo.edit(file.agent, words) for words in file.words]


def _agent(file: Configured, rows: list[tuple[str, Ran]], told: dict[str, tuple[str, ...]]) -> Check:
    about = f"{file.agent} {file.path}"
    faults = [file.why] if file.why else []
    faults += [f"its command is more than the recorder, and was not run: {command}" for command in file.strange]
    faults += [ran.why for _, ran in rows if ran.why]
    faults += [
        f"the line was told as {', '.join(told.get(path, ())) or 'unknown'} after the commit"
        for path, ran in rows
        if not ran.why and told.get(path) != (file.agent,)
    ]
    if file.without:
        faults.append(f"it does not run at {', '.join(file.without)}")
    if faults:
        return fault("agent", "; ".join(faults), _INIT, about)
    took = max((ran.milliseconds for _, ran in rows), default=0)
    note = f" ({file.note})" if file.note else ""
    return ok(
        "agent",
        f"a dry edit arrived and its line was told as the agent's; a call of the hook took {took} ms{note}",
        about,
    )


def _git_hooks(repository: Repository, why: str, *, recorded: bool) -> Check:
    """Whether a commit starts what takes in what was recorded."""
    if why and not recorded:
        return warning("git-hooks", "nothing was recorded that they could take in", None)
    lacks = missing(repository)
    said = "; ".join(f"{name}: {words}" for name, words in lacks.items())
    if why:
        return fault("git-hooks", f"{why}{f' ({said})' if said else ''}", _INIT)
    if lacks and "post-commit" not in lacks:  # else another place than the folder names them, and they do run
        return warning("git-hooks", f"after a dry commit what was recorded was taken in, but {said}", _INIT)
    return ok("git-hooks", "after a dry commit what was recorded was taken in")


def _telemetry() -> Check:
    """Whether agents' telemetry says how calls were let through; without it most acceptances stay unknown."""
    stamp = otlp_store.stamp()
    if not stamp:
        said = "none was received: how AI-origin lines were accepted is told by hooks alone"
        return ok("telemetry", f"{said} (answerable collect)")
    days = max(0.0, time.time() - stamp / 1e9) / 86_400
    return ok("telemetry", f"the last was received {days:,.0f} days ago, in {os.fspath(otlp_store.place())}")
