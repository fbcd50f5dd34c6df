"""Run by `test_capture_full_disk` where it may mount: an agent at work on a small disk of its own that runs full."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

from answerable.errors import AnswerableError
from e2e.working import Desk

if TYPE_CHECKING:
    from collections.abc import Iterator

NO_DISK = 77  # exit: nothing can be mounted here
SIZE = "4m"


@contextmanager
def full(disk: Path) -> Iterator[None]:
    """Not one block is left; a file that is there may still be written anew."""
    filler = disk / "filler"
    with filler.open("wb", buffering=0) as out:
        for size in (1 << 16, 1 << 12, 1):
            with suppress(OSError):
                while True:
                    out.write(b"x" * size)
    yield
    filler.unlink()


def scene(disk: Path) -> dict[str, list[str]]:
    """Whose the lines are after a day on a disk that was full twice: while an agent wrote, and while it was drained."""
    desk = Desk(disk / "repo")
    desk.types("a.py", "base = 1\n")
    desk.types("b.py", "base = 1\n")
    desk.commit()
    desk.writes("a.py", "base = 1\none_of_agents = 1\n")
    with full(disk):
        desk.writes("a.py", "base = 1\none_of_agents = 1\nwhile_it_was_full = 2\n")
    desk.writes("a.py", "base = 1\none_of_agents = 1\nwhile_it_was_full = 2\nthree_of_agents = 3\n")
    desk.commit()
    desk.drain()
    desk.writes("b.py", "base = 1\none_of_agents = 1\n")
    desk.types("b.py", "base = 1\none_of_agents = 1\ntyped_by_ada = 2\n")
    desk.fires("PreToolUse", "Read", "b.py", call="look")
    desk.commit()
    with full(disk):
        with suppress(AnswerableError, OSError):
            desk.drain()
        failed = "b.py" not in desk.git("notes", "--ref=ai", "show", "HEAD", check=False)
    desk.drain()
    return {"a.py": desk.origins("a.py"), "b.py": desk.origins("b.py"), "full": [str(failed)]}


def main(folder: str) -> int:
    """Mount a disk on a folder that nobody else sees it on, and print whose the lines are."""
    mount = ["mount", "-t", "tmpfs", "-o", f"size={SIZE}", "tmpfs", folder]
    if subprocess.run(mount, capture_output=True, check=False).returncode:
        return NO_DISK
    print(json.dumps(scene(Path(folder))))
    os.chdir("/")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
