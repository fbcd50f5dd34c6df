"""Claim: a hook of an agent takes at most twice as long as `python -S -I -c pass`, and no longer in a large repository.

It is fed a payload as Claude Code writes it, for a file of 500 lines, in a repository that has a few files, and in one
that has 10,000: it asks git nothing. The console script is measured as well, whose start loads `site`.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from answerable.capture import hook

ROUNDS = 40
REAL = str(Path(sys.executable).resolve())


def payload(folder: Path, call: int) -> bytes:
    """What Claude Code gives to a hook after it wrote a file."""
    return json.dumps(
        {
            "session_id": "6ef2299e",
            "transcript_path": "/home/ada/.claude/projects/x.jsonl",
            "cwd": str(folder),
            "permission_mode": "default",
            "hook_event_name": "PostToolUse",
            "tool_name": "Edit",
            "tool_input": {"file_path": str(folder / "f0.py"), "old_string": "a = 1", "new_string": "a = 2"},
            "tool_response": {"success": True},
            "tool_use_id": f"toolu_{call}",
        }
    ).encode()


def made(files: int) -> Path:
    """A repository of that many files."""
    folder = Path(tempfile.mkdtemp(prefix="answerable-bench-"))
    subprocess.run(["git", "init", "-q", str(folder)], check=True)
    for n in range(files):
        (folder / f"f{n}.py").write_text("".join(f"value_{row} = {row}\n" for row in range(500 if n == 0 else 1)))
    subprocess.run(["git", "-C", str(folder), "add", "-A"], check=True)
    name = ("-c", "user.name=Ada", "-c", "user.email=ada@example.com")
    subprocess.run(["git", "-C", str(folder), *name, "commit", "-qm", "All"], check=True)
    return folder


def main() -> None:
    """Measure in turns, so that a busy moment is everybody's."""
    folders = {files: made(files) for files in (10, 10_000)}
    direct = [REAL, "-S", "-I", str(hook.__file__), "claude-code"]
    script = Path(sys.executable).parent / "answerable-hook"
    runs: dict[str, tuple[list[str], Path]] = {"python -S -I -c pass": ([REAL, "-S", "-I", "-c", "pass"], folders[10])}
    runs |= {f"hook, {files} files": (direct, folder) for files, folder in folders.items()}
    if script.exists():
        runs["console script"] = ([str(script), "claude-code"], folders[10])
    times: dict[str, list[float]] = {name: [] for name in runs}
    for call in range(ROUNDS):
        for name, (command, folder) in runs.items():
            data = payload(folder, call)
            begun = time.perf_counter()
            subprocess.run(command, input=data, check=True)
            times[name].append(time.perf_counter() - begun)
    floor = sorted(times["python -S -I -c pass"])
    for name, took in times.items():
        took.sort()
        ratio, middle = took[0] / floor[0], took[ROUNDS // 2] / floor[ROUNDS // 2]
        print(f"{name:24} {took[0] * 1e3:6.1f} ms best, {ratio:.2f} of the floor; median {middle:.2f}")
    for folder in folders.values():
        shutil.rmtree(folder)


if __name__ == "__main__":
    main()
