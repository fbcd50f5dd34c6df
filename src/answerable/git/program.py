"""Runs the `git` program so that nothing in a repository, its configuration or the environment can act through it.

No shell, no hook, no fsmonitor, no pager, no external diff or textconv, no network transport, no lazy fetch, no
replace refs and no grafts. What a repository's own configuration could change about an answer is pinned here.
"""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import IO

from answerable.errors import GitFailed, RepositoryUntrusted

_PINNED = {
    "core.hooksPath": os.devnull,
    # since git 2.54 the configuration can name hooks, too; of these events our commands are
    **{f"hook.{event}.enabled": "false" for event in ("reference-transaction", "pre-push", "pre-auto-gc")},
    "core.fsmonitor": "false",
    "core.pager": "cat",
    "core.attributesFile": os.devnull,
    "core.quotePath": "false",
    "core.useReplaceRefs": "false",
    "core.sshCommand": "false",
    "core.bigFileThreshold": "512m",
    "protocol.allow": "never",
    "credential.helper": "",
    "log.showSignature": "false",
    "log.mailmap": "false",
    "diff.external": "",
    "diff.algorithm": "default",
    "diff.indentHeuristic": "true",
    "diff.interHunkContext": "0",
    "diff.renames": "false",
    "diff.renameLimit": "1000",
    "diff.noprefix": "false",
    "diff.mnemonicPrefix": "false",
    "diff.orderFile": os.devnull,
    "diff.suppressBlankEmpty": "false",
    "diff.submodule": "short",
    "diff.ignoreSubmodules": "none",
    "blame.ignoreRevsFile": "",
    "blame.showRoot": "false",
    "color.ui": "false",
}
_OFFLINE = ("core.sshCommand", "credential.helper", "protocol.allow")
_TRANSPORTS = "file:git:http:https:ssh"
# The caller's own settings: where to stop looking for a repository, a push's quarantine, and configuration files.
_KEPT = ("GIT_CEILING_DIRECTORIES", "GIT_OBJECT_DIRECTORY", "GIT_ALTERNATE_OBJECT_DIRECTORIES", "GIT_CONFIG")


@cache
def clean_environment() -> dict[str, str]:
    """The environment git runs in: ours, without any GIT_ variable that redirects it."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith("GIT_") or k.startswith(_KEPT)}
    kept.pop("GIT_CONFIG_PARAMETERS", None)
    return kept | {
        "LC_ALL": "C.UTF-8",
        "TZ": "UTC",
        "GIT_NO_REPLACE_OBJECTS": "1",
        "GIT_GRAFT_FILE": os.devnull,
        "GIT_ALLOW_PROTOCOL": "none",
        "GIT_NO_LAZY_FETCH": "1",
        "GIT_TERMINAL_PROMPT": "0",
        "GIT_OPTIONAL_LOCKS": "0",
        "GIT_ASKPASS": "false",
        "SSH_ASKPASS": "false",
        "GIT_PAGER": "cat",
        "GIT_ATTR_NOSYSTEM": "1",
    }


class Git:
    """The git program pointed at one repository.

    Args:
        where: Options that say which repository, for example ``["-C", "/srv/app"]``.
        env: Additional environment, for example an object directory.
    """

    def __init__(self, where: Sequence[str], env: Mapping[str, str] | None = None) -> None:
        self._where = where
        self._command = _command(_PINNED, where)
        self._env = {**clean_environment(), **(env or {})}
        self._ahead: dict[tuple[str | bytes, ...], subprocess.Popen[bytes]] = {}

    def configured(self, *settings: str) -> Git:
        """The same git with more settings of ours, each ``key=value``."""
        other = object.__new__(Git)
        other._where = [*self._where, *(part for setting in settings for part in ("-c", setting))]
        other._command = _command(_PINNED, other._where)
        other._env = self._env
        other._ahead = {}
        return other

    def online(self) -> Git:
        """Git for a command that a person gave to reach a remote: transports, credentials and ssh as configured.

        Hooks stay off, and so do transports that run a program (`ext::`).
        """
        other = self.configured()
        other._command = _command({k: v for k, v in _PINNED.items() if k not in _OFFLINE}, self._where)
        dropped = ("GIT_ALLOW_PROTOCOL", "GIT_NO_LAZY_FETCH", "GIT_ASKPASS", "SSH_ASKPASS")
        other._env = {k: v for k, v in self._env.items() if k not in dropped} | {"GIT_ALLOW_PROTOCOL": _TRANSPORTS}
        return other

    def popen(
        self,
        *args: str | bytes,
        stdin: int | IO[bytes] = subprocess.DEVNULL,
        stdout: int | IO[bytes] = subprocess.PIPE,
        quiet: bool = True,
    ) -> subprocess.Popen[bytes]:
        """Start git; the caller owns the process."""
        try:
            return subprocess.Popen(
                [*self._command, *args],
                stdin=stdin,
                stdout=stdout,
                stderr=subprocess.DEVNULL if quiet else subprocess.PIPE,
                env=self._env,
            )
        except FileNotFoundError as error:
            raise GitFailed("the git program was not found", hint="install git 2.39 or newer") from error

    def ahead(self, *args: str | bytes) -> None:
        """Start git now; the next `run` with these very arguments takes its output."""
        if args not in self._ahead:  # one that waits already answers the same
            self._ahead[args] = self.popen(*args, stdin=subprocess.PIPE, quiet=False)

    def forget(self) -> None:
        """End whatever was started ahead and not asked for."""
        for process in self._ahead.values():
            process.kill()
            process.communicate()
        self._ahead.clear()

    def run(self, *args: str | bytes, feed: bytes = b"") -> bytes:
        """Run git to its end and return its output.

        Raises:
            GitFailed: git exited with an error; its own words are in the message.
        """
        code, out, err = self.attempt(*args, feed=feed)
        if code:
            raise failure(args, err)
        return out

    def attempt(self, *args: str | bytes, feed: bytes = b"") -> tuple[int, bytes, bytes]:
        """Run git to its end and return (exit code, output, messages) without judging them."""
        process = self._ahead.pop(args, None) or self.popen(*args, stdin=subprocess.PIPE, quiet=False)
        out, err = process.communicate(feed)
        return process.returncode, out, err


def _command(pinned: Mapping[str, str], where: Sequence[str]) -> list[str]:
    settings = [part for key, value in pinned.items() for part in ("-c", f"{key}={value}")]
    return ["git", "--no-pager", "--literal-pathspecs", *settings, *where]


def git_date(seconds: int) -> str:
    """Seconds since 1970 as git's date options take them: a small number alone is a day or an hour of today to git."""
    return f"@{max(0, seconds)} +0000"


def spooled(lines: Iterable[bytes]) -> IO[bytes]:
    """An unnamed temporary file holding these lines, to be a program's standard input without a writer thread."""
    import tempfile  # only long lists need one

    file = tempfile.TemporaryFile()  # noqa: SIM115 - the caller closes it
    for line in lines:
        file.write(line + b"\n")
    file.seek(0)
    return file


def output_of(process: subprocess.Popen[bytes]) -> IO[bytes]:
    """The piped output of a process that `Git.popen` started."""
    if process.stdout is None:  # pragma: no cover - popen always pipes it
        raise GitFailed("git has no output")
    return process.stdout


def failure(args: Sequence[str | bytes], err: bytes) -> GitFailed | RepositoryUntrusted:
    """Turn git's last words into one error with a next step."""
    words = err.decode("utf-8", "replace").strip().splitlines()
    said = next((line for line in words if line.startswith(("fatal: ", "error: "))), (words or ["it said nothing"])[0])
    if b"dubious ownership" in err:
        hint = "if you trust its files: git config --global --add safe.directory <folder>"
        return RepositoryUntrusted(f"git refuses this repository: {said}", hint=hint)
    if b"promisor remote" in err:
        hint = "git fetch --refetch --no-filter"
        return GitFailed("this partial clone lacks objects that are needed", hint=hint)
    verb = next((str(a) for a in args if not str(a).startswith("-")), "git")
    return GitFailed(f"git {verb} failed: {said}", hint="run 'git fsck' to see whether the repository is damaged")


def quoted_alternates(folders: Sequence[Path]) -> str:
    """Object folders as GIT_ALTERNATE_OBJECT_DIRECTORIES wants them, C-quoted where a separator would split them."""
    return os.pathsep.join(_quoted(os.fsencode(folder)) for folder in folders)


def _quoted(folder: bytes) -> str:
    if os.fsencode(os.pathsep) not in folder and not folder.startswith(b'"'):
        return os.fsdecode(folder)
    escaped = folder.replace(b"\\", b"\\\\").replace(b'"', b'\\"').replace(b"\n", b"\\n")
    return os.fsdecode(b'"' + escaped + b'"')
