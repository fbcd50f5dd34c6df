"""Installs the recorder in one repository, for a person, or for an organisation, and takes it out again."""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from answerable.capture.git_hooks import install as git_hooks
from answerable.capture.git_hooks.where import hooks_of
from answerable.capture.install import config, everywhere, files, organisation, repository
from answerable.capture.install.command import SCRIPT, Program
from answerable.capture.install.files import Refused
from answerable.capture.install.installed import Installed, recorded
from answerable.capture.install.model import Machine
from answerable.capture.install.outcome import Outcome, State
from answerable.errors import SettingsUnwritable
from answerable.git.exchange import configure, unconfigured
from answerable.git.repository import Repository

FOLDER = "answerable"
_LEFT = ("installed.lock", "installed.json.part")
_TRAILER = "answerable.trailer"
_PART = re.compile(r"\.[a-z-]+\.\d+\.part")
_AGAIN = "make it writable, then run it again"


@dataclass(slots=True, kw_only=True)
class Done:
    """What was done to agents' settings, git's hooks and git's settings."""

    agents: list[Outcome] = field(default_factory=list)
    hooks: list[dict[str, Any]] = field(default_factory=list)
    settings: list[str] = field(default_factory=list)

    @property
    def whole(self) -> bool:
        """Whether all was done."""
        outcomes = [outcome.state for outcome in self.agents] + [hook["state"] for hook in self.hooks]
        return State.REFUSED not in outcomes

    def document(self) -> dict[str, Any]:
        """As JSON."""
        return {
            "settings": self.settings,
            "git_hooks": self.hooks,
            "agents": [
                {
                    "agent": one.agent,
                    "path": os.fspath(one.path),
                    "state": one.state.value,
                    "why": one.why or None,
                    "note": one.note or None,
                    "by_hand": one.by_hand or None,
                }
                for one in self.agents
            ],
        }


def machine() -> Machine:
    """Whose settings are meant: those of who runs this."""
    return Machine(home=Path.home(), environment=os.environ, program=Program.here())


def install_here(here: Repository, names: Sequence[str] | None, *, trailer: bool | None) -> Done:
    """Install it in one repository.

    Raises:
        AnswerableError: a name is no agent's, or what is done cannot be remembered.
    """
    done, whose = Done(), machine()
    with recorded(here.common_dir / FOLDER) as installed:
        for root in repository.work_trees(here):
            _worked_in(here, root)
        with config.watched(here.common_dir / "config", installed, here.git, "--local"):
            config.remember(installed, [*unconfigured(here), *_trailer(here, trailer)])
            done.settings = [*configure(here), *_set_trailer(here, trailer)]
            _remember_folders(here, installed)
            done.hooks = _hooks(here, done.settings)
        mine = Installed.load(everywhere.state_folder(whose))
        done.agents = repository.install(here, whose, installed, names, mine)
    return done


def uninstall_here(here: Repository) -> Done:
    """Take it out of one repository; what is known of lines that are in no commit goes, for it will be out of date.

    Raises:
        AnswerableError: that it is undone cannot be remembered.
    """
    from answerable.capture.settle import settle

    settle(here.root)
    done, whose = Done(), machine()
    with recorded(here.common_dir / FOLDER) as installed:
        done.agents = repository.uninstall(here, whose, installed)

        def hooks() -> None:
            _sweep(here)
            done.hooks = [{"hook": path.name, "path": os.fspath(path)} for path in git_hooks.uninstall(here)]

        try:
            path = here.common_dir / "config"
            done.settings = config.undo(path, installed, here.git, "--local", hooks)
        except (OSError, Refused) as error:
            raise SettingsUnwritable(f"git's hooks and settings could not be taken out: {error}", hint=_AGAIN) from None
        folders = installed.about.pop("folders", None)
        files.remove_folders(_texts(folders))
        installed.save()
        for hook in done.hooks:
            hook.update(state=State.RESTORED.value, why=None)
    shutil.rmtree(here.common_dir / FOLDER / "capture", ignore_errors=True)
    _tidy(here.common_dir / FOLDER)
    return done


def install_everywhere(names: Sequence[str] | None, *, trailer: bool | None) -> Done:
    """Install it for all repositories of who runs this.

    Raises:
        AnswerableError: a name is no agent's, or what is done cannot be remembered.
    """
    done, whose = Done(), machine()
    try:
        config.check(everywhere.config_file(whose))
        missing = everywhere.missing_folders(whose)
        with recorded(everywhere.state_folder(whose)) as installed:
            if missing:
                installed.about["folders"] = sorted({*_texts(installed.about.get("folders")), *missing})
            hooks, done.settings = everywhere.install_hooks(whose, installed, trailer=trailer)
            done.agents = everywhere.install(whose, installed, names)
    except (OSError, Refused) as error:
        raise SettingsUnwritable(f"git's hooks could not be put in: {error}", hint=_AGAIN) from None
    done.hooks = [{"hook": name, "path": path, "state": "installed", "why": None} for name, path in hooks.items()]
    return done


def uninstall_everywhere() -> Done:
    """Take it out of the settings of who runs this.

    Raises:
        AnswerableError: that it is undone cannot be remembered.
    """
    done, whose = Done(), machine()
    with recorded(everywhere.state_folder(whose)) as installed:
        done.agents = everywhere.uninstall(whose, installed)
        try:
            done.settings = everywhere.uninstall_hooks(whose, installed)
        except Refused as error:
            raise SettingsUnwritable(f"git's settings could not be taken out: {error}", hint=_AGAIN) from None
        folders = _texts(installed.about.pop("folders", None))
        installed.save()
    _tidy(everywhere.state_folder(whose))
    files.remove_folders(folders)
    return done


def write_organisation(folder: Path, programs: Path | None, names: Sequence[str] | None) -> Done:
    """Write the files of an organisation.

    Raises:
        AnswerableError: a name is no agent's, or the folder cannot be made.
    """
    program = Program((os.fspath(programs / SCRIPT) if programs else SCRIPT,))
    return Done(agents=organisation.write(folder, program, names))


def _worked_in(here: Repository, root: Path) -> None:
    """Make the folder in which a work tree is recorded: from now on the recorder is on there."""
    from answerable.capture.recording.place import find

    place = find(os.fsencode(root))
    if place is None:
        return
    try:
        os.makedirs(place.folder, 0o700, exist_ok=True)  # noqa: PTH103 - bytes
    except OSError as error:
        hint = "make the folder writable, or free some space"
        raise SettingsUnwritable(f"cannot write in {here.common_dir}: {error.strerror}", hint=hint) from None


def _sweep(here: Repository) -> None:
    """Remove what a run that was killed left of hooks that it was writing."""
    for folder in (here.common_dir / FOLDER / "git-hooks", here.common_dir / "hooks", hooks_of(here).folder):
        for part in folder.glob(".*.part"):
            if _PART.fullmatch(part.name):
                part.unlink(missing_ok=True)


def _remember_folders(here: Repository, installed: Installed) -> None:
    """Remember which folders are not there that git's hooks will need."""
    missing = files.missing(hooks_of(here).folder / "post-commit")
    if missing:
        installed.about["folders"] = sorted({*_texts(installed.about.get("folders")), *missing})
        installed.save()


def _texts(rows: object) -> list[str]:
    return [row for row in rows if isinstance(row, str)] if isinstance(rows, list) else []


def _hooks(here: Repository, settings: list[str]) -> list[dict[str, Any]]:
    try:
        put = git_hooks.install(here)
    except OSError as error:
        raise SettingsUnwritable(f"git's hooks could not be written: {error}", hint=_AGAIN) from None
    settings += put.settings
    states = {"same": State.UNCHANGED.value}
    found = [
        {
            "hook": name,
            "path": os.fspath(put.folder / name),
            "state": states.get(how, State.INSTALLED.value),
            "why": None,
        }
        for name, how in put.hooks.items()
    ]
    return found + [
        {"hook": name, "path": os.fspath(put.folder / name), "state": State.REFUSED.value, "why": why}
        for name, why in put.left.items()
    ]


def _trailer(here: Repository, wanted: bool | None) -> list[str]:
    """The setting that says whether commits name agents, if it is to be another."""
    if wanted is None:
        return []
    value = "true" if wanted else "false"
    said = here.git.attempt("config", "--local", "--get", _TRAILER)[1].decode("utf-8", "replace").strip()
    return [] if said == value else [f"{_TRAILER}={value}"]


def _set_trailer(here: Repository, wanted: bool | None) -> list[str]:
    settings = _trailer(here, wanted)
    for setting in settings:
        here.git.run("config", "--local", "--replace-all", *setting.split("="))
    return settings


def _tidy(folder: Path) -> None:
    """Remove our folder where nothing is left in it."""
    with suppress(OSError):
        if {path.name for path in folder.iterdir()} <= set(_LEFT):
            for name in _LEFT:
                (folder / name).unlink(missing_ok=True)
            folder.rmdir()
