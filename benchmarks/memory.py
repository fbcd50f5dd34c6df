"""Claim: attributing a repository of 20,000 commits peaks below 500 MB, all processes together."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from pathlib import Path

from _measure import git, name_of, repositories

ALLOWED = 500


def resident(root: int) -> float:
    """Megabytes held by a process and all below it, shared pages counted once (PSS)."""
    children: dict[int, list[int]] = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                parent = int((entry / "stat").read_text().rpartition(")")[2].split()[1])
            except OSError:
                continue
            children.setdefault(parent, []).append(int(entry.name))
    todo, total = [root], 0
    while todo:
        pid = todo.pop()
        todo.extend(children.get(pid, ()))
        try:
            lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
        except OSError:
            continue
        total += sum(int(line.split()[1]) for line in lines if line.startswith("Pss:"))
    return total / 1024


def measure(folder: Path) -> None:
    """Watch a first run of `answerable lines`."""
    command = [sys.executable, "-m", "answerable", "-C", str(folder), "lines", "--no-cache"]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, env={**os.environ})
    peak, done = 0.0, threading.Event()
    while process.poll() is None:
        peak = max(peak, resident(process.pid))
        done.wait(0.05)
    commits = int(git(folder, "rev-list", "--count", "HEAD"))
    mark = "ok  " if peak < ALLOWED or commits > 20_000 else "MISS"
    print(f"{mark} {name_of(folder):<12} peak of a first run over {commits:,} commits: {peak:.0f} MB  want < {ALLOWED}")


if __name__ == "__main__":
    for each in repositories():
        measure(each)
