"""Installs the git hooks in a repository and takes them away; whatever hooks are there go on running.

They go where git takes hooks from: `.git/hooks`, or a folder inside the work tree that `core.hooksPath` names (husky's
`.husky/_`). There a hook that is tracked is left alone, and said. A folder elsewhere is others' as well: then the
repository gets one of its own, whose hooks run those of that folder.
"""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass, field
from pathlib import Path

from answerable.capture.git_hooks import exclude, forward, place
from answerable.capture.git_hooks.script import NAMES, script
from answerable.capture.git_hooks.where import Hooks, hooks_of
from answerable.git.repository import Repository

_OURS = Path("answerable") / "git-hooks"
_FORWARD = Path("answerable") / "hooks-path"


@dataclass(slots=True, kw_only=True)
class Installed:
    """What was done: how each hook was put where (`new`, `lines`, `before`, `same`), and which were not, and why."""

    folder: Path
    hooks: dict[str, str] = field(default_factory=dict)
    left: dict[str, str] = field(default_factory=dict)
    settings: list[str] = field(default_factory=list)


def install(repository: Repository, python: str | None = None) -> Installed:
    """Install the git hooks; what is installed already stays.

    Args:
        repository: Where.
        python: The interpreter that has this program; this one where none is named.

    Raises:
        OSError: the repository's folder cannot be written.
    """
    python = python or sys.executable
    for name in NAMES:
        forward.write(repository.common_dir / _OURS / name, script(name, python))
    hooks = hooks_of(repository)
    if hooks.value is None or _inside(repository, hooks.folder):
        return _beside(repository, hooks, python)
    if not missing(repository) and hooks.folder != repository.common_dir / _FORWARD:  # a person's, for all repositories
        return Installed(folder=hooks.folder, hooks=dict.fromkeys(NAMES, "same"))
    return _instead(repository, hooks, python)


def uninstall(repository: Repository) -> list[Path]:
    """Take the git hooks away; return the paths that are as they were before.

    Raises:
        OSError: one cannot be taken away.
    """
    hooks = hooks_of(repository)
    folders = {repository.common_dir / "hooks"}
    if hooks.value is not None and _inside(repository, hooks.folder):  # one elsewhere is not this repository's
        folders.add(hooks.folder)
    done = [folder / name for folder in folders for name in NAMES if place.take(folder / name, name)]
    exclude.take(repository.common_dir / "info" / "exclude")
    done += forward.take(repository, repository.common_dir / _FORWARD)
    for name in NAMES:
        (repository.common_dir / _OURS / name).unlink(missing_ok=True)
    if (repository.common_dir / _OURS).is_dir():
        (repository.common_dir / _OURS).rmdir()
    return done


def missing(repository: Repository) -> dict[str, str]:
    """The hooks that git would not run as they are, and why not."""
    folder = hooks_of(repository).folder
    found = {}
    for name in NAMES:
        path = folder / name
        try:
            content = path.read_bytes()
        except OSError:
            found[name] = f"{path} is not there"
            continue
        if not (place.is_ours(content) or place.has_lines(content)):
            found[name] = f"{path} is another's, without our lines"
        elif not os.access(path, os.X_OK):
            found[name] = f"{path} cannot be executed"
    return found


def _beside(repository: Repository, hooks: Hooks, python: str) -> Installed:
    """Into the folder that git takes hooks from."""
    done = Installed(folder=hooks.folder)
    ours = os.path.relpath(repository.common_dir / _OURS, hooks.folder)
    tracked = _tracked(repository, hooks)
    for name in NAMES:
        path = hooks.folder / name
        word = forward.word(f"${{0%/*}}/{ours}/{name}")
        if name in tracked:
            done.left[name] = f'{path} is tracked; add below its first line: [ ! -x {word} ] || {word} "$@"'
        else:
            done.hooks[name] = place.put(path, name, python, word)
    if hooks.value is not None:
        _hidden(repository, [hooks.folder / name for name in done.hooks])
    return done


def _hidden(repository: Repository, paths: list[Path]) -> None:
    """Let git not call them untracked, where nothing else does."""
    file = repository.common_dir / "info" / "exclude"
    exclude.take(file)
    names = [os.path.relpath(path.parent.resolve() / path.name, repository.root.resolve()) for path in paths]
    _, out, _ = repository.git.attempt("ls-files", "-z", "--others", "--exclude-standard", "--", *names)
    exclude.put(file, [exclude.pattern(name) for name in os.fsdecode(out).split("\0") if name])


def _instead(repository: Repository, hooks: Hooks, python: str) -> Installed:
    """Into a folder of its own, which runs the hooks of the one before."""
    folder = repository.common_dir / _FORWARD
    done = Installed(folder=folder)
    if hooks.folder != folder:
        done.settings.append(forward.set_path(repository, folder, hooks))
    before = forward.before(folder)
    done.hooks = forward.fill(folder, python, lambda name: forward.word(f"{before}/{name}"))
    return done


def _inside(repository: Repository, folder: Path) -> bool:
    """Whether a folder belongs to this work tree; not to git's own."""
    if repository.bare:
        return False
    root, folder = repository.root.resolve(), folder.resolve()
    return folder.is_relative_to(root) and not folder.is_relative_to(repository.common_dir.resolve())


def _tracked(repository: Repository, hooks: Hooks) -> set[str]:
    if hooks.value is None:
        return set()
    folder = os.path.relpath(hooks.folder.resolve(), repository.root.resolve())
    _, out, _ = repository.git.attempt("ls-files", "-z", "--", folder)
    return {os.path.basename(name) for name in os.fsdecode(out).split("\0") if os.path.dirname(name) == folder}  # noqa: PTH119, PTH120
