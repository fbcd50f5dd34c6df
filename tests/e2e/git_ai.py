"""git-ai itself at work beside us: its background service, its hooks, and what its own reader says of each line.

Needs git-ai's program: `GIT_AI` names it, or it is on the PATH.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

from answerable.capture.note_read import read_back
from capture.claude import payload
from e2e.asking import ask_here
from e2e.working import ADA, Desk

PROGRAM = os.environ.get("GIT_AI") or shutil.which("git-ai")  # the tests' own environment holds no GIT_… by then

QUIET = frozenset({"init", "config", "add", "rev-parse", "notes"})


class GitAi:
    """git-ai's background service, in a home of its own.

    Args:
        program: Its program.
        home: Where it keeps what it knows; its sockets' names are not long.
    """

    def __init__(self, program: str, home: Path) -> None:
        self.program = program
        self._home = home
        self.env = {
            **ADA, "HOME": os.fspath(home), "GIT_AI_ALLOW_SUPERUSER": "1", "GIT_AI_DAEMON_HOME": os.fspath(home),
            "GIT_AI_DAEMON_CONTROL_SOCKET": f"{home}/control", "GIT_AI_DAEMON_TRACE_SOCKET": f"{home}/trace",
        }  # fmt: skip
        self.traced = {"GIT_TRACE2_EVENT": f"af_unix:stream:{home}/trace", "GIT_TRACE2_EVENT_NESTING": "0"}

    def run(self, *arguments: str, cwd: Path, feed: bytes = b"", check: bool = True) -> str:
        """Run its program."""
        env = {**os.environ, **self.env}
        done = subprocess.run(
            [self.program, *arguments], cwd=cwd, input=feed, env=env, capture_output=True, check=False
        )
        assert done.returncode == 0 or not check, done.stderr.decode("utf-8", "replace")
        return done.stdout.decode()

    @contextmanager
    def service(self) -> Iterator[GitAi]:
        """The service, from when it answers until it was told to end."""
        command = [self.program, "bg", "run"]
        with subprocess.Popen(
            command,
            cwd=self._home,
            env={**os.environ, **self.env},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        ) as process:
            try:
                assert any(self._answers(process) for _ in range(1000)), "git-ai's service does not answer"
                yield self
            finally:
                process.terminate()

    def _answers(self, process: subprocess.Popen[bytes]) -> bool:
        with suppress(subprocess.TimeoutExpired):
            process.wait(0.02)
        up = all(Path(f"{self._home}/{name}").is_socket() for name in ("control", "trace"))
        return up and process.returncode is None


@contextmanager
def git_ai(program: str) -> Iterator[GitAi]:
    """git-ai, with a home for as long as it is needed."""
    with (
        tempfile.TemporaryDirectory(prefix="git-ai-", ignore_cleanup_errors=True) as home,
        GitAi(program, Path(home)).service() as service,
    ):
        yield service


class TheirDesk(Desk):
    """Ada's desk where git-ai records, with its hooks and the plugin of her editor that tells it what she saved.

    Args:
        root: The repository's.
        service: git-ai.
        plugin: Whether her editor has it.
    """

    def __init__(self, root: Path, service: GitAi, *, plugin: bool = True) -> None:
        self.service = service
        self.plugin = plugin
        super().__init__(root)

    def git(self, *arguments: str, check: bool = True) -> str:
        """Run git as Ada does: it tells git-ai, which is given the time to look at what came of it."""
        env = {**os.environ, **ADA, **self.service.traced}
        done = subprocess.run(["git", *arguments], cwd=self.root, env=env, check=check, capture_output=True, text=True)
        if arguments[0] not in QUIET:
            self.settled()
        return done.stdout.strip()

    def fires(self, event: str, tool: str, path: str | None, **given: object) -> None:
        """An agent's hook fires."""
        full = None if path is None else str(self.root / path)
        self._checkpoint("claude", payload(self.root, event, tool, full, **given))

    def saves(self, path: str, text: str) -> None:
        """Ada saves a file in her editor."""
        if self.plugin:  # it takes a save in the second in which it notes an agent's edit for the agent's own
            self.settled()
            time.sleep(1 - time.time() % 1)
        self.types(path, text)
        if self.plugin:
            said = {
                "editor": "vscode", "editor_version": "1.104.0", "extension_version": "0.1.0", "cwd": str(self.root),
                "edited_filepaths": [str(self.root / path)], "dirty_files": {},
            }  # fmt: skip
            self._checkpoint("known_human", json.dumps(said).encode())

    def settled(self) -> None:
        """Wait until git-ai has done all its work."""
        self.service.run("await", "--timeout", "60", cwd=self.root)

    def _checkpoint(self, preset: str, said: bytes) -> None:
        self.service.run("checkpoint", preset, "--hook-input", "stdin", cwd=self.root, feed=said)


def ours(root: Path, path: str) -> list[str]:
    """Whose each line is as Answerable reads a repository: the origin, and the agent's session."""
    said = ask_here("lines", path, "--format", "jsonl", cwd=root)
    assert said.code == 0, said.err
    found: list[str] = []
    for row in map(json.loads, said.out.splitlines()):
        for step in range(row["end"] - row["start"] + 1):
            session = _session(root, row["commit"], row["orig_path"], row["orig_start"] + step)
            word = row["origin"]
            found.append(f"{word} {session}" if word in ("ai", "mixed") else word)
    return found


def theirs(service: GitAi, root: Path, path: str) -> list[str | None]:
    """The session of each line of an agent, as git-ai's own reader says it."""
    said = json.loads(service.run("blame", "--json", path, cwd=root))
    found: list[str | None] = [None] * (root / path).read_bytes().count(b"\n")
    for lines, key in said["lines"].items():
        first, _, last = lines.partition("-")
        about = said["prompts"][key]["agent_id"]
        for line in range(int(first), int(last or first) + 1):
            found[line - 1] = f"{about['tool']}:{about['id']}"
    return found


def counted(service: GitAi, root: Path, revision: str = "HEAD") -> Sequence[int]:
    """How many added lines of a commit are an agent's, a person's and nobody's, as git-ai counts them."""
    said = json.loads(service.run("stats", revision, "--json", cwd=root))
    return said["ai_additions"], said["human_additions"], said["unknown_additions"]


def _session(root: Path, commit: str, path: str, line: int) -> str | None:
    env = {**os.environ, **ADA}
    note = subprocess.run(
        ["git", "notes", "--ref=ai", "show", commit], cwd=root, env=env, capture_output=True, check=False
    ).stdout
    noted = read_back(note)
    for (start, end), hand in noted.files.get(path.encode(), ()):
        if start <= line <= end and hand.session:
            about = noted.sessions[hand.session]
            return f"{'claude' if about.tool == 'claude-code' else about.tool}:{about.conversation}"
    return None
