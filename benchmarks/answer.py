"""Claim: a cold `answerable for PATH:LINE` takes at most `git blame -L` of that line plus 150 ms."""

from __future__ import annotations

import random
import subprocess
import sys
from pathlib import Path

from _measure import CLEAN, best, git, name_of, repositories, say

LINES = 8
ALLOWED = 0.150


def measure(folder: Path) -> None:
    """Compare on a few random lines; the worst one counts."""
    name = name_of(folder)
    draw = random.Random(7)
    paths = git(folder, "ls-tree", "-r", "-z", "--name-only", "HEAD").decode("utf-8", "replace").split("\0")
    code = [p for p in paths if p.endswith((".py", ".rb", ".rs", ".zig", ".c", ".go", ".ts", ".js"))] or paths[:-1]
    worst = (0.0, 0.0)
    for path in draw.sample(code, min(LINES, len(code))):
        count = git(folder, "show", f"HEAD:{path}").count(b"\n")
        if not count:
            continue
        line = draw.randint(1, count)
        target = f"{path}:{line}"
        blame = best(lambda at=line, p=path: git(folder, "blame", "-L", f"{at},{at}", "HEAD", "--", p), 3)
        command = [sys.executable, "-m", "answerable", "-C", str(folder), "for", target, "--format", "json"]
        ours = best(lambda c=command: subprocess.run(c, env=CLEAN, stdout=subprocess.DEVNULL, check=True), 3)
        worst = max(worst, (ours - blame, blame))
    over, blame = worst
    claim = f"for PATH:LINE, worst of {LINES}, {over * 1000:.0f} ms over blame -L"
    say(claim, name, over + blame, blame, want="<= 150 ms over", met=over <= ALLOWED)


if __name__ == "__main__":
    for each in repositories():
        measure(each)
