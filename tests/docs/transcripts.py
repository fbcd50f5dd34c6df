"""Runs the shell blocks of a page in one shell and compares what they print with the block of output that follows.

`python tests/docs/transcripts.py` writes what is printed today into the pages, where more than ids and times differ.
"""

from __future__ import annotations

import os
import re
import stat
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).parent.parent.parent
PAGES = (ROOT / "docs" / "tutorial" / "first-answer.md",)
_BLOCK = re.compile(r"^```(?P<kind>\w+)\n(?P<text>.*?)^```$", re.MULTILINE | re.DOTALL)
_VOLATILE = (
    (re.compile(r"\b[0-9a-f]{40}\b"), "<id>"),
    (re.compile(r"\b[0-9a-f]{12}\b"), "<short id>"),
    (re.compile(r"\b\d{4}-\d{2}-\d{2}\b"), "<date>"),
    (re.compile(r"\b[\d,]+ ms\b"), "<time>"),
)


class Shown(NamedTuple):
    """A shell block and the block of output that follows it; None where none does."""

    shell: str
    output: str | None
    place: tuple[int, int]  # of the output in the page


def shown(page: str) -> list[Shown]:
    """The shell blocks of a page in order."""
    blocks = list(_BLOCK.finditer(page))
    found = []
    for at, block in enumerate(blocks):
        if block["kind"] != "sh":
            continue
        after = blocks[at + 1] if at + 1 < len(blocks) else None
        follows = after and after["kind"] == "text" and not page[block.end() : after.start()].strip()
        found.append(
            Shown(block["text"], after["text"], after.span("text"))
            if follows and after
            else Shown(block["text"], None, (0, 0))
        )
    return found


def plain(text: str) -> str:
    """Without what differs from one run to the next."""
    for pattern, word in _VOLATILE:
        text = pattern.sub(word, text)
    return "\n".join(line.rstrip() for line in text.splitlines())


def run(blocks: list[str], folder: Path) -> list[str]:
    """What each block prints, in one bash that stops at the first failure."""
    program = folder / "bin" / "answerable"
    program.parent.mkdir()
    source = ROOT / "src"
    program.write_text(f'#!/bin/sh\nPYTHONPATH="{source}" exec "{sys.executable}" -m answerable "$@"\n')
    program.chmod(program.stat().st_mode | stat.S_IXUSR)
    work = folder / "work"
    work.mkdir()
    (folder / "home").mkdir()
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("GIT_", "XDG_", "ANSWERABLE_"))}
    environment = kept | {
        "HOME": os.fspath(folder / "home"),
        "PATH": f"{program.parent}{os.pathsep}{os.environ['PATH']}",
        "GIT_CONFIG_NOSYSTEM": "1",
        "LC_ALL": "C.UTF-8",
        "PYTHONDONTWRITEBYTECODE": "1",
    }
    mark = "@@ end of block @@"
    script = "set -eu\n" + "".join(f"{block}\necho '{mark}'\n" for block in blocks)
    done = subprocess.run(
        ["bash", "-c", script], cwd=work, env=environment, capture_output=True, text=True, encoding="utf-8", check=False
    )
    assert done.returncode == 0, f"a block failed:\n{done.stdout}{done.stderr}"
    assert not done.stderr, done.stderr
    return done.stdout.split(f"{mark}\n")[:-1]


def main() -> None:
    """Write today's output into the pages."""
    for page in PAGES:
        text = page.read_text("utf-8")
        blocks = shown(text)
        with tempfile.TemporaryDirectory() as folder:
            printed = run([block.shell for block in blocks], Path(folder))
        for block, output in reversed(list(zip(blocks, printed, strict=True))):
            if block.output is not None and plain(block.output) != plain(output):
                start, end = block.place
                text = text[:start] + output + text[end:]
        page.write_text(text, "utf-8")


if __name__ == "__main__":
    main()
