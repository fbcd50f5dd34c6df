"""A folder of hooks for `core.hooksPath`: ours, and for every name one that runs what git would have run without it."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from answerable.capture.git_hooks.script import MARK, NAMES, forwarding, script
from answerable.capture.git_hooks.where import Hooks
from answerable.git.repository import Repository

ALL = (
    "applypatch-msg", "pre-applypatch", "post-applypatch", "pre-commit", "pre-merge-commit", "prepare-commit-msg",
    "commit-msg", "post-commit", "pre-rebase", "post-checkout", "post-merge", "pre-push", "post-rewrite",
    "pre-auto-gc", "push-to-checkout", "sendemail-validate", "reference-transaction", "post-index-change",
    "pre-receive", "update", "proc-receive", "post-receive", "post-update", "fsmonitor-watchman", "p4-changelist",
    "p4-prepare-changelist", "p4-post-changelist", "p4-pre-submit",
)  # fmt: skip
_BEFORE = "before.json"


def fill(folder: Path, python: str, before: Callable[[str], str]) -> dict[str, str]:
    """Write all hooks; how ours are put.

    Args:
        folder: Where.
        python: The interpreter to run ours with.
        before: The shell word that names the hook that git would run else, by its name.
    """
    for name in ALL:
        text = script(name, python, before(name)) if name in NAMES else forwarding(before(name))
        write(folder / name, text)
    return dict.fromkeys(NAMES, "before")


def set_path(repository: Repository, folder: Path, hooks: Hooks) -> str:
    """Let git take hooks from our folder, and remember from where it took them; the setting."""
    local = hooks.value if hooks.scope == "local" else None
    kept = {"folder": os.fspath(hooks.folder), "local": local}
    folder.mkdir(parents=True, exist_ok=True)
    (folder / _BEFORE).write_text(json.dumps(kept), "utf-8", "surrogateescape")
    repository.git.run("config", "--local", "core.hooksPath", os.fspath(folder))
    return f"core.hooksPath={folder}"


def before(folder: Path) -> str:
    """The folder from which git took hooks before."""
    return str(json.loads((folder / _BEFORE).read_text("utf-8", "surrogateescape"))["folder"])


def take(repository: Repository, folder: Path) -> list[Path]:
    """Let git take hooks from where it did, and remove the folder."""
    try:
        kept = json.loads((folder / _BEFORE).read_text("utf-8", "surrogateescape"))
    except (OSError, ValueError):
        return []
    _, out, _ = repository.git.attempt("config", "--local", "-z", "--get", "core.hooksPath")
    if os.fsdecode(out).rstrip("\0") == os.fspath(folder):  # else another has set it since
        if kept["local"] is None:
            repository.git.run("config", "--local", "--unset", "core.hooksPath")
        else:
            repository.git.run("config", "--local", "core.hooksPath", kept["local"])
    for name in ALL:
        with suppress(OSError):
            if (folder / name).read_bytes().partition(b"\n")[2].startswith(MARK):
                (folder / name).unlink()
    (folder / _BEFORE).unlink()
    with suppress(OSError):
        folder.rmdir()
    return [folder]


def write(path: Path, content: bytes) -> None:
    """Write a hook whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        part.write_bytes(content)
        part.chmod(0o755)
        part.rename(path)
    finally:
        part.unlink(missing_ok=True)


def word(text: str) -> str:
    """A shell word in double quotes; only `${0%/*}` at its beginning stays what it means."""
    begins = "${0%/*}"
    rest = text.removeprefix(begins)
    kept = begins if rest != text else ""
    for char in '\\"$`':
        rest = rest.replace(char, "\\" + char)
    return f'"{kept}{rest}"'
