"""Claim: a hook is answered within 150 ms where a policy is in force, and within 80 ms where there is none.

The preset `regulated`, an edit of a file in a critical layer, in a repository of 100 files and in one of 10,000: the
answer must not depend on that. The floor is an interpreter that does nothing.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from _measure import best, git, say

WITH, WITHOUT, FLAT = 0.150, 0.080, 0.5
POLICY = b"version: 1\npreset: regulated\n"


@contextmanager
def made(files: int, policy: bool) -> Iterator[Path]:
    """A repository with that many files."""
    folder = Path(tempfile.mkdtemp(prefix="answerable-bench-"))
    try:
        git(folder, "init", "-q", "-b", "main")
        command = ["git", "-C", str(folder), "fast-import", "--quiet", "--done"]
        subprocess.run(command, input=b"".join(_stream(files, policy)), check=True)
        yield folder
    finally:
        shutil.rmtree(folder)


def _stream(files: int, policy: bool) -> Iterator[bytes]:
    yield b"feature done\ncommit refs/heads/main\ncommitter A <a@example.com> 1700000000 +0000\ndata 1\nx\n"
    held = {f"src/auth/module{at % 100}/file{at}.py": b"x = %d\n" % at for at in range(files)}
    for path, text in (held | ({".answerable/policy.yaml": POLICY} if policy else {})).items():
        yield b"M 100644 inline %s\ndata %d\n%s\n" % (path.encode(), len(text), text)
    yield b"done\n"


def asked(folder: Path) -> float:
    """The least time of a hook before an edit."""
    payload = {
        "hook_event_name": "PreToolUse",
        "transcript_path": "/.claude/t.jsonl",
        "permission_mode": "default",
        "session_id": "s",
        "cwd": str(folder),
        "tool_name": "Edit",
        "tool_input": {"file_path": str(folder / "src/auth/module1/file1.py"), "old_string": "x", "new_string": "y"},
    }
    feed = json.dumps(payload).encode()
    command = [sys.executable, "-m", "answerable", "guard", "claude-code"]
    return best(lambda: subprocess.run(command, input=feed, stdout=subprocess.DEVNULL, check=True), 15)


if __name__ == "__main__":
    floor = best(lambda: subprocess.run([sys.executable, "-c", "pass"], check=True), 15)
    with made(100, policy=True) as small, made(10_000, policy=True) as large, made(100, policy=False) as bare:
        few, many, none = asked(small), asked(large), asked(bare)
    say("guard with a policy, against an interpreter", "100 files", few, floor, want="<= 150 ms", met=few <= WITH)
    say("guard without a policy, against an interpreter", "-", none, floor, want="<= 80 ms", met=none <= WITHOUT)
    say("guard in 10,000 files, against 100", "-", many, few, want=">= 0.5", met=few / many >= FLAT)
