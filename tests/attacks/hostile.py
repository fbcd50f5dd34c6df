"""What the attacks share: a history worth lying about, a trap that shows whether anything ran, and the commands."""

from __future__ import annotations

import os
import time
import unicodedata
from collections.abc import Callable
from pathlib import Path

from builders import BlamedLine, RepoBuilder
from e2e.asking import Said, ask_here
from git.oracle import blamed

CLAUDE = "Co-Authored-By: Claude <noreply@anthropic.com>\n"
TRACE = 'Traceback (most recent call last):\n  File "/srv/app/src/a.py", line 2, in f\nKeyError\n'
COMMANDS: tuple[tuple[str, ...], ...] = (
    ("for", "src/a.py:2"),
    ("for", "-"),
    ("lines",),
    ("scan",),
    ("test",),
)
SOAK = os.environ.get("ANSWERABLE_PROFILE") == "soak"  # as large as it gets; by day, large enough to show it
LONG = "".join(f"line {n}\n" for n in range(12))


class Trap:
    """A program that leaves a mark if anything ever runs it; the mark is a file that must not be made."""

    def __init__(self, folder: Path) -> None:
        self.mark = folder / "executed"
        self.program = folder / "trap"
        self.program.write_text(f"#!/bin/sh\necho ran > '{self.mark}'\n")
        self.program.chmod(0o755)

    @property
    def sprung(self) -> bool:
        return self.mark.exists()


def project(repo: RepoBuilder) -> RepoBuilder:
    """Three commits, a rename and a merge; the middle one by a tool."""
    repo.commit({"src/a.py": LONG, "src/old.py": "one\ntwo\n" + LONG}, "Start\n")
    repo.commit({"src/a.py": "top\n" + LONG}, f"Add a line\n\n{CLAUDE}")
    repo.commit({"src/side.py": "side\n"}, branch="side")
    repo.commit({"src/old.py": None, "src/new.py": "one\ntwo\nthree\n" + LONG})
    repo.merge("side", message="Merge pull request #7 from ada/side\n")
    repo.checkout()
    return repo


def ask_everything(repo: RepoBuilder, **env: str) -> list[Said]:
    """Run every command; none may fail."""
    found = [ask_here(*command, cwd=repo.root, feed=TRACE, **env) for command in COMMANDS]
    assert [said.code for said in found] == [0] * len(COMMANDS), [said.err for said in found]
    return found


def lines(repo: RepoBuilder, *options: str, **env: str) -> dict[bytes, list[BlamedLine]]:
    """What `answerable lines` says of every line, in the words of `git blame`."""
    said = ask_here("lines", *options, cwd=repo.root, **env)
    assert said.code == 0, said.err
    found: dict[bytes, list[BlamedLine]] = {}
    for span in said.documents:
        path, source = os.fsencode(span["path"]), os.fsencode(span["orig_path"])
        rows = range(span["end"] - span["start"] + 1)
        found.setdefault(path, []).extend(BlamedLine(span["commit"], source, span["orig_start"] + n) for n in rows)
    return found


def with_lines(blame: dict[bytes, list[BlamedLine]]) -> dict[bytes, list[BlamedLine]]:
    """Without empty files, which `answerable lines` has nothing to say about."""
    return {path: of for path, of in blame.items() if of}


def truth(repo: RepoBuilder) -> dict[bytes, list[BlamedLine]]:
    """What `git blame` says of every line, asked before anything hostile is set up."""
    return with_lines(blamed(repo))


def harmless(text: str) -> bool:
    """True where no character of a text can act on a terminal or turn the direction of what is read."""
    return all(ch == "\n" or unicodedata.category(ch) not in ("Cc", "Cf", "Cs", "Zl", "Zp") for ch in text)


def growth(work: Callable[[int], object], small: int, factor: int = 4) -> float:
    """How many times longer `factor` times as much takes, the best of three: about `factor` where it is linear."""
    few, many = (min(_seconds(work, amount) for _ in range(3)) for amount in (small, small * factor))
    return many / max(few, 0.002)  # below that, a clock tells nothing


def _seconds(work: Callable[[int], object], amount: int) -> float:
    start = time.process_time()
    work(amount)
    return time.process_time() - start
