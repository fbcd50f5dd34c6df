"""A person's machine: a home of their own, a repository, and a look at every file of both."""

from __future__ import annotations

import json
import os
import stat
import subprocess
from pathlib import Path
from typing import Any

from answerable.capture.install import registry
from e2e.asking import Said, ask, ask_here

ALL = ",".join(registry.AGENTS)
FILES = {
    "claude-code": "shop/.claude/settings.local.json",
    "codex": "shop/.codex/hooks.json",
    "cursor": "shop/.cursor/hooks.json",
    "gemini-cli": "shop/.gemini/settings.json",
    "windsurf": "shop/.windsurf/hooks.json",
    "cline": "shop/.clinerules/hooks/PreToolUse",
    "kiro": "shop/.kiro/hooks/answerable-recorder.json",
    "opencode": "shop/.opencode/plugins/answerable-recorder.js",
    "amp": "shop/.amp/plugins/answerable-recorder.ts",
}
GUARD = {
    "matcher": "Edit|Write|MultiEdit|NotebookEdit|Bash|mcp__.*",
    "hooks": [{"type": "command", "command": "answerable guard claude-code", "timeout": 10}],
}
OURS = (".git/answerable", ".local/state/answerable", ".git/index")


class Machine:
    """A home with one repository in it.

    Attributes:
        home: The home.
        shop: The repository's work tree.
    """

    def __init__(self, home: Path) -> None:
        self.home = home.resolve()
        self.shop = self.home / "shop"
        self.shop.mkdir(parents=True)
        self.git("config", "--global", "user.name", "Ada")
        self.git("config", "--global", "user.email", "ada@example.com")
        self.git("init", "-q", "-b", "main", "--template=")
        self.write("shop/README.md", "# Shop\n")
        self.git("add", "-A")
        self.git("commit", "-qm", "Begin")

    @property
    def env(self) -> dict[str, str]:
        """What the person's programs see."""
        config = os.fspath(self.home / ".gitconfig")
        return {
            "HOME": os.fspath(self.home),
            "GIT_CONFIG_GLOBAL": config,
            "GIT_CONFIG_NOSYSTEM": "1",
            "SSH_AUTH_SOCK": "",
        }

    def git(self, *arguments: str, cwd: Path | None = None, check: bool = True) -> str:
        """Run git as the person does."""
        env = {key: value for key, value in os.environ.items() if not key.startswith("GIT_")}
        done = subprocess.run(
            ["git", *arguments],
            cwd=cwd or self.shop,
            env={**env, **self.env},
            check=False,
            capture_output=True,
            text=True,
        )
        assert done.returncode == 0 or not check, done.stderr
        return done.stdout.strip()

    def write(self, path: str, text: str | bytes, mode: int | None = None) -> Path:
        """A file of the person, below the home."""
        full = self.home / path
        full.parent.mkdir(parents=True, exist_ok=True)
        full.write_bytes(text.encode() if isinstance(text, str) else text)
        if mode is not None:
            full.chmod(mode)
        return full

    def run(self, *arguments: str, cwd: Path | None = None, **env: str) -> Said:
        """Run the program in this process."""
        return ask_here(*arguments, cwd=cwd or self.shop, **{**self.env, **env})

    def apart(self, *arguments: str, cwd: Path | None = None, **env: str) -> Said:
        """Run the program in a process of its own."""
        return ask(*arguments, cwd=cwd or self.shop, **{**self.env, **env})

    def done(self, *arguments: str, code: int = 0, **env: str) -> dict[str, Any]:
        """Run a command, and return its document."""
        said = self.run(*arguments, "--format", "json", **env)
        assert said.code == code, said.out + said.err
        return said.json

    def files(self, folder: Path | None = None) -> dict[str, tuple[int, bytes | str | None]]:
        """Everything below the home: mode and content, or where a link leads; what is ours alone is left out."""
        found: dict[str, tuple[int, bytes | str | None]] = {}
        top = folder or self.home
        for path in top.rglob("*"):
            name = path.relative_to(top).as_posix()
            if any(f"/{name}/".find(f"/{ours}/") >= 0 for ours in OURS):
                continue
            about = path.lstat()
            content: bytes | str | None = None
            if stat.S_ISLNK(about.st_mode):
                content = os.fspath(path.readlink())
            elif stat.S_ISREG(about.st_mode):
                content = path.read_bytes()
            found[name] = (stat.S_IMODE(about.st_mode), content)
        return found

    def settings(self, path: str) -> Any:
        """A settings file below the home."""
        return json.loads((self.home / path).read_text())

    def states(self, document: dict[str, Any]) -> dict[str, str]:
        """What became of each agent's file, by its path below the home."""
        return {
            Path(row["path"]).relative_to(self.home).as_posix(): row["state"]
            for row in [*document["agents"], *document["git_hooks"]]
        }


def lived_in(machine: Machine) -> None:
    """Settings as people have them: with guards, comments, formats of their own."""
    machine.write("shop/.claude/settings.local.json", json.dumps({"permissions": {"allow": ["Bash(ls)"]}}, indent=4))
    machine.write("shop/.codex/hooks.json", '{"description":"ours","hooks":{"PreToolUse":[]}}', 0o600)
    machine.write(
        "shop/.gemini/settings.json",
        '{\r\n\t// which one\r\n\t"model": {"name": "pro"}, /* why */\r\n\t"hooks": {"BeforeTool": [ ] },\r\n}\r\n',
    )
    machine.write("shop/.cursor/hooks.json", '{"version": 1, "hooks": {"preToolUse": [{"command": "bell"}]}}\n')
    machine.write("shop/.windsurf/hooks.json", "{}")
    machine.write("shop/.clinerules/hooks/PreToolUse", "#!/bin/sh\ncat\n", 0o750)
    machine.write("shop/.git/info/exclude", "*.log")
    machine.write("shop/.git/hooks/post-commit", "#!/bin/sh\necho mine >>made\n", 0o755)


def fire(command: str, machine: Machine, payload: object) -> subprocess.CompletedProcess[bytes]:
    """What a host does with a command of its settings."""
    return subprocess.run(
        ["sh", "-c", command], cwd=machine.shop, input=json.dumps(payload).encode(), capture_output=True,
        check=False, env={**os.environ, **machine.env},
    )  # fmt: skip


def commands(value: object) -> list[str]:
    """Every command in a settings file."""
    if isinstance(value, list):
        return [command for item in value for command in commands(item)]
    if not isinstance(value, dict):
        return []
    own = [value[key] for key in ("command", "bash") if isinstance(value.get(key), str)]
    return own + [command for item in value.values() for command in commands(item)]


def spooled(machine: Machine) -> list[dict[str, Any]]:
    """The events that hooks wrote."""
    folder = machine.shop / ".git/answerable/capture/main/spool"
    return [json.loads(path.read_text()) for path in sorted(folder.glob("*.json"))]
