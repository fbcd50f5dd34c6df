"""Claim: our git hooks make a commit at most 5 ms longer, however large the repository is and whatever agents did.

Two equal repositories, one with the hooks, one without, are committed to in turns: a change that an agent made, after 1
session and after 100. A third has hooks of the same names that do nothing, which is the floor for any hooks. The drain
that a commit starts runs in the background; it has ended before the next is measured, as it has at a desk. Where the
program `entire` is on the path, a repository with its hooks is committed to as well, and told beside.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from answerable.capture.git_hooks.install import install
from answerable.capture.git_hooks.script import NAMES
from answerable.capture.recording.hook import record
from answerable.capture.settle import settle
from answerable.git.repository import Repository

ROUNDS = int(os.environ.get("ANSWERABLE_ROUNDS", "25"))
SIZES = (100, 10_000, 100_000)
SESSIONS = (1, 100)
BUDGET = 0.005  # seconds
NAME = ("-c", "user.name=Ada", "-c", "user.email=ada@example.com")
CLEAN = {key: value for key, value in os.environ.items() if not key.startswith("GIT_")} | {
    "GIT_CONFIG_GLOBAL": os.devnull,
    "GIT_CONFIG_NOSYSTEM": "1",
}


def git(folder: Path, *args: str) -> None:
    """Run git as Ada."""
    subprocess.run(["git", "-C", os.fspath(folder), *NAME, *args], check=True, env=CLEAN)


def made(files: int) -> Path:
    """A repository of that many files, a hundred to a folder."""
    folder = Path(tempfile.mkdtemp(prefix="answerable-bench-"))
    git(folder, "init", "-q", "-b", "main")
    for n in range(files):
        path = folder / f"d{n // 100}" / f"f{n % 100}.py"
        path.parent.mkdir(exist_ok=True)
        path.write_text(f"value = {n}\n")
    git(folder, "add", "-A")
    git(folder, "commit", "-qm", "All")
    git(folder, "config", "gc.auto", "0")
    git(folder, "config", "user.name", "Ada")
    git(folder, "config", "user.email", "ada@example.com")
    return folder


def edit(folder: Path, session: int, turn: int, *, told: bool) -> None:
    """An agent changes a file; its hooks fire where they are installed."""
    path = folder / "d0" / f"f{turn % 50}.py"
    text = path.read_text() + f"turn = {turn}\n"
    for event in ("PreToolUse", "PostToolUse"):
        if event == "PostToolUse":
            path.write_text(text)
        payload = {
            "session_id": f"session-{session}", "cwd": os.fspath(folder), "hook_event_name": event,
            "tool_name": "Write", "tool_input": {"file_path": os.fspath(path), "content": text},
            "tool_use_id": f"call-{session}-{turn}",
        }  # fmt: skip
        if told:
            record("claude-code", json.dumps(payload).encode(), os.fsencode(folder))
    git(folder, "add", "-A")


def quiet(folder: Path) -> None:
    """Wait until the background has ended."""
    while (folder / ".git/answerable/capture/main/drain.pid").exists():
        time.sleep(0.02)


def commit(folder: Path) -> float:
    """How long a commit takes, in seconds."""
    begun = time.perf_counter()
    subprocess.run(["git", "commit", "-qm", "Work"], cwd=folder, check=True, env=CLEAN)
    return time.perf_counter() - begun


def middle(took: list[float], bare: list[float]) -> float:
    """The median of how much longer each commit took than the bare one of its turn."""
    return sorted(one - other for one, other in zip(took, bare, strict=True))[len(bare) // 2]


def measured(files: int, sessions: int) -> bool:
    """Measure one size; whether the claim holds."""
    names = ("bare", "floor", "ours", *(("entire",) if shutil.which("entire") else ()))
    folders = {name: made(files) for name in names}
    for name in NAMES:
        hook = folders["floor"] / ".git/hooks" / name
        hook.parent.mkdir(exist_ok=True)
        hook.write_text("#!/bin/sh\nexit 0\n")
        hook.chmod(0o755)
    if "entire" in folders:
        enable = ["entire", "enable", "--agent", "claude-code", "--telemetry=false"]
        subprocess.run(enable, cwd=folders["entire"], check=True, env=CLEAN, capture_output=True)
    for session in range(sessions):
        edit(folders["ours"], session, session, told=True)
        if session % 10 == 9:
            settle(folders["ours"], warn=True)
    for folder in folders.values():
        git(folder, "commit", "-qm", "Before", "--allow-empty")
    settle(folders["ours"])
    with Repository(folders["ours"]) as repository:
        install(repository, sys.executable)
    times: dict[str, list[float]] = {name: [] for name in folders}
    for turn in range(ROUNDS):
        for name, folder in folders.items():
            edit(folder, turn % sessions, 1000 + turn, told=name == "ours")
            times[name].append(commit(folder))
            quiet(folders["ours"])
    best = {name: min(took) for name, took in times.items()}
    over, floor = best["ours"] - best["bare"], best["floor"] - best["bare"]
    peer = f"; entire {(best['entire'] - best['bare']) * 1e3:+.1f} ms" if "entire" in best else ""
    met = over <= BUDGET
    print(
        f"{'ok  ' if met else 'MISS'} {files:>7,} files {sessions:>3} sessions  bare {best['bare'] * 1e3:6.1f} ms  "
        f"over it {over * 1e3:+5.1f} ms, floor {floor * 1e3:+5.1f} ms  want <= 5 ms (best of {ROUNDS}); "
        f"median of pairs {middle(times['ours'], times['bare']) * 1e3:+.1f} ms{peer}"
    )
    sys.stdout.flush()
    for folder in folders.values():
        shutil.rmtree(folder, ignore_errors=True)
    return met


def main() -> None:
    """Measure every size."""
    results = [measured(files, sessions) for files in SIZES for sessions in SESSIONS]
    if not all(results):
        sys.exit(1)


if __name__ == "__main__":
    main()
