"""Compares with git-ai, and claims nothing: how long an agent's edit, a commit and an answer wait for either recorder.

Three equal repositories are worked in by turns: one has our hooks, one is told of by git to git-ai's service, one has
neither. git-ai's hook is a compiled program that hands over to that service; ours is a bare Python that writes a file.
`GIT_AI` names git-ai's program, or it is on the PATH.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from answerable.capture import hook
from answerable.capture.drain import drain
from answerable.capture.git_hooks.install import install
from answerable.git.repository import Repository

ROUNDS = int(os.environ.get("ANSWERABLE_ROUNDS", "20"))
PROGRAM = os.environ.get("GIT_AI") or shutil.which("git-ai")
REAL = str(Path(sys.executable).resolve())
CLEAN = {key: value for key, value in os.environ.items() if not key.startswith("GIT_")} | {
    "GIT_CONFIG_GLOBAL": os.devnull,
    "GIT_CONFIG_NOSYSTEM": "1",
}


@contextmanager
def service(program: str, home: Path) -> Iterator[dict[str, str]]:
    """git-ai's service; the environment in which git tells it what it does."""
    sockets = {f"GIT_AI_DAEMON_{name}_SOCKET": f"{home}/{name}" for name in ("CONTROL", "TRACE")}
    env = {**CLEAN, **sockets, "HOME": str(home), "GIT_AI_DAEMON_HOME": str(home), "GIT_AI_ALLOW_SUPERUSER": "1"}
    nowhere: dict[str, Any] = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    with subprocess.Popen([program, "bg", "run"], cwd=home, env=env, **nowhere) as process:
        while process.poll() is None and not all(map(os.path.exists, sockets.values())):
            with suppress(subprocess.TimeoutExpired):
                process.wait(0.05)
        yield {**env, "GIT_TRACE2_EVENT": f"af_unix:stream:{home}/TRACE", "GIT_TRACE2_EVENT_NESTING": "0"}
        process.terminate()


class Bench:
    """One repository, and how long what was done in it took, by name."""

    def __init__(self, folder: Path, env: dict[str, str], command: list[str] | None) -> None:
        self.folder, self.env, self.command = folder, env, command
        self.took: dict[str, list[float]] = {"an agent's edit": [], "a commit": [], "until it is answered": []}
        folder.mkdir()
        self.run(["git", "init", "-q", "-b", "main"])
        for name, value in (("user.name", "Ada"), ("user.email", "ada@example.com"), ("gc.auto", "0")):
            self.run(["git", "config", name, value])
        for n in range(100):
            (folder / f"f{n}.py").write_text(f"value = {n}\n")
        self.run(["git", "add", "-A"])
        self.run(["git", "commit", "-qm", "All"])

    def run(self, command: list[str], feed: bytes = b"", timed: str = "") -> None:
        """Run a program, and take its time under a name."""
        begun = time.perf_counter()
        subprocess.run(command, cwd=self.folder, env=self.env, input=feed, check=True, stdout=subprocess.DEVNULL)
        if timed:
            self.took[timed].append(time.perf_counter() - begun)

    def turn(self, number: int) -> None:
        """An agent changes a file, and that is committed."""
        path = self.folder / f"f{number % 100}.py"
        old, new = path.read_text(), f"value = {number}\nmore = {number}\n"
        for event in ("PreToolUse", "PostToolUse"):
            said = {
                "session_id": "s", "transcript_path": "/nowhere/s.jsonl", "cwd": str(self.folder),
                "permission_mode": "default", "hook_event_name": event, "tool_name": "Edit",
                "tool_use_id": f"c{number}",
                "tool_input": {"file_path": str(path), "old_string": old, "new_string": new},
            }  # fmt: skip
            if self.command:
                self.run(self.command, json.dumps(said).encode(), "an agent's edit")
            path.write_text(new)
        self.run(["git", "add", "-A"])
        self.run(["git", "commit", "-qm", "Work"], timed="a commit")
        begun = time.perf_counter()
        self.settle()
        self.took["until it is answered"].append(time.perf_counter() - begun)

    def settle(self) -> None:
        """Wait until all is noted."""
        if self.command and "checkpoint" in self.command:
            subprocess.run([self.command[0], "await"], cwd=self.folder, env=self.env, check=True, capture_output=True)
        elif self.command:
            with Repository(self.folder) as repository:
                drain(repository)


def main() -> None:
    """Measure in turns, so that a busy moment is everybody's."""
    if not PROGRAM:
        print("git-ai is not there, nothing was compared with it: GIT_AI=… names its program")
        return
    with tempfile.TemporaryDirectory(prefix="bench-", ignore_cleanup_errors=True) as name:
        home = Path(name)
        with service(PROGRAM, home) as told:
            checkpoint = [PROGRAM, "checkpoint", "claude", "--hook-input", "stdin"]
            benches = {
                "neither": Bench(home / "bare", CLEAN, None),
                "answerable": Bench(home / "ours", CLEAN, [REAL, "-S", "-I", str(hook.__file__), "claude-code"]),
                "git-ai": Bench(home / "theirs", told, checkpoint),
            }
            with Repository(home / "ours") as repository:
                install(repository, REAL)
            for number in range(ROUNDS):
                for bench in benches.values():
                    bench.turn(number)
    for what in ("an agent's edit", "a commit", "until it is answered"):
        rows = [(who, sorted(bench.took[what])) for who, bench in benches.items() if bench.took[what]]
        for who, took in rows:
            print(f"{what:22} {who:12} {took[0] * 1e3:7.1f} ms best {took[len(took) // 2] * 1e3:7.1f} ms median")


if __name__ == "__main__":
    main()
