"""Puts the recorder into a person's own settings, and git's hooks before every repository of the person.

Git 2.54 and later run hooks that the configuration names beside those of a repository. Before that, one folder of hooks
takes the place of all others: it runs what git would have run, and a repository that names a folder of its own, as
husky does, is not reached by it.
"""

from __future__ import annotations

import os
import re
import shlex
import sys
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from answerable.capture.git_hooks import forward
from answerable.capture.git_hooks.script import MARK, NAMES, forwarding, script
from answerable.capture.install import config, files
from answerable.capture.install.installed import Installed
from answerable.capture.install.model import Machine
from answerable.capture.install.outcome import Outcome, State, Where
from answerable.capture.install.put import put
from answerable.capture.install.registry import AGENTS, agent
from answerable.capture.install.repository import chosen, forgotten, shared
from answerable.capture.install.take_out import take_out
from answerable.git.program import Git

_CONFIGURED = (2, 54)  # git's first version that runs hooks which the configuration names
_HOOK = "hook.answerable-{name}.{key}"
_PATH = "core.hooksPath"
_PLACE = """\
git=${GIT_DIR:-.git}
if [ -f "$git" ]; then
	{ IFS= read -r git <"$git"; } 2>/dev/null
	git=${git#gitdir: }
fi
common=${git%/}
if [ -f "$git/commondir" ]; then
	{ IFS= read -r common <"$git/commondir"; } 2>/dev/null
	case $common in
	/*) ;;
	*) common=$git/$common ;;
	esac
fi
"""


def state_folder(machine: Machine) -> Path:
    """Where it is remembered what was done for a person."""
    return machine.folder("XDG_STATE_HOME", ".local/state") / "answerable"


def hooks_folder(machine: Machine) -> Path:
    """Where git's hooks of a person are."""
    return machine.folder("XDG_DATA_HOME", ".local/share") / "answerable" / "git-hooks"


def missing_folders(machine: Machine) -> list[str]:
    """The folders that are not there for these."""
    return [name for folder in (state_folder(machine), hooks_folder(machine)) for name in files.missing(folder / "x")]


def install(machine: Machine, installed: Installed, names: Sequence[str] | None) -> list[Outcome]:
    """Put the recorder into the settings of agents.

    Raises:
        AgentUnknown: one of the names is none.
        SettingsUnwritable: what is done cannot be remembered.
    """
    outcomes: list[Outcome] = []
    done: dict[Path, Outcome] = {}
    for one in chosen(None, machine, names):
        targets = one.user(machine)
        for target in targets:
            had = done.get(target.path)
            done[target.path] = shared(had, target) if had else put(target, installed, Where())
            outcomes.append(done[target.path])
        if not targets:
            note = "it reads what is in a repository: answerable init there"
            outcomes.append(Outcome(agent=one.NAME, path=machine.home, state=State.SKIPPED, note=note))
    return outcomes


def uninstall(machine: Machine, installed: Installed) -> list[Outcome]:
    """Take the recorder out of them; also what nobody remembers.

    Raises:
        SettingsUnwritable: that it is undone cannot be remembered.
    """
    outcomes = [take_out(change, installed, Where()) for change in reversed(list(installed.changes.values()))]
    targets = [target for name in AGENTS for target in agent(name).user(machine)]
    return outcomes + [take_out(change, installed, Where()) for change in forgotten(targets, installed, None)]


def install_hooks(machine: Machine, installed: Installed, *, trailer: bool | None) -> tuple[dict[str, str], list[str]]:
    """Let git run our hooks in every repository; where each is, and the settings that were new.

    Raises:
        GitFailed: git's configuration cannot be written.
        OSError: the hooks cannot be written.
        SettingsUnwritable: what is done cannot be remembered.
    """
    git, folder = Git(["-C", os.fspath(machine.home)]), hooks_folder(machine)
    wanted = _configured(git, folder) if version(git) >= _CONFIGURED else _instead(git, folder, installed)
    if trailer is not None:
        wanted["answerable.trailer"] = "true" if trailer else "false"
    new = [f"{key}={value}" for key, value in wanted.items() if _value(git, key) != value]
    config.remember(installed, new)
    with config.watched(config_file(machine), installed, git, "--global"):
        for key, value in wanted.items():
            if _value(git, key) != value:
                git.run("config", "--global", "--replace-all", key, value)
    return {name: os.fspath(folder / name) for name in NAMES}, new


def uninstall_hooks(machine: Machine, installed: Installed) -> list[str]:
    """Let git run hooks as it did; the settings that are gone.

    Raises:
        GitFailed: git's configuration cannot be written.
        Refused: its file cannot be.
    """
    git, folder = Git(["-C", os.fspath(machine.home)]), hooks_folder(machine)
    before = installed.about.pop("hooks_path", None)

    def put_back() -> None:
        if _value(git, _PATH) == os.fspath(folder) and isinstance(before, str):
            git.run("config", "--global", _PATH, before)

    gone = config.undo(config_file(machine), installed, git, "--global", put_back)
    for name in forward.ALL:
        with suppress(OSError):
            if (folder / name).read_bytes().partition(b"\n")[2].startswith(MARK):
                (folder / name).unlink()
    files.remove_folders([os.fspath(folder), os.fspath(folder.parent)])
    return gone


def version(git: Git) -> tuple[int, int]:
    """Git's version."""
    found = re.search(rb"(\d+)\.(\d+)", git.run("version"))
    return (int(found[1]), int(found[2])) if found else (0, 0)


def config_file(machine: Machine) -> Path:
    """The file of git's that `--global` means."""
    named = machine.environment.get("GIT_CONFIG_GLOBAL")
    usual, other = machine.home / ".gitconfig", machine.config / "git" / "config"
    if named:
        return Path(named)
    return other if other.exists() and not usual.exists() else usual


def _configured(git: Git, folder: Path) -> dict[str, str]:
    """Settings that name each hook, which is written, too."""
    wanted = {}
    for name in NAMES:
        forward.write(folder / name, script(name, sys.executable))
        wanted[_HOOK.format(name=name, key="event")] = name
        wanted[_HOOK.format(name=name, key="command")] = shlex.quote(os.fspath(folder / name))
    if _value(git, _PATH) == os.fspath(folder):  # of an older git
        git.run("config", "--global", "--unset-all", _PATH)
    return wanted


def _instead(git: Git, folder: Path, installed: Installed) -> dict[str, str]:
    """The setting that names our folder, which is filled: each hook runs the one that git would have run."""
    named = _value(git, _PATH)
    if named and named != os.fspath(folder):
        installed.about["hooks_path"] = named
    before = installed.about.get("hooks_path")
    for name in forward.ALL:
        word = forward.word(f"{os.path.expanduser(before)}/{name}") if before else f'"$common/hooks/{name}"'  # noqa: PTH111
        text = script(name, sys.executable, word) if name in NAMES else forwarding(word)
        forward.write(folder / name, text if before else _placed(text))
    return {_PATH: os.fspath(folder)}


def _placed(text: bytes) -> bytes:
    """A hook that first finds out where its repository's own hooks are."""
    lines = text.split(b"\n", 2)
    return b"\n".join([*lines[:2], _PLACE.encode() + lines[2]])


def _value(git: Git, key: str) -> str | None:
    code, out, _ = git.attempt("config", "--global", "-z", "--get", key)
    return None if code else os.fsdecode(out).rstrip("\0")
