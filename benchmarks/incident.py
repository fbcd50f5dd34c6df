"""Claim: from a trace to the full answer in under 2 s cold on 20,000 commits, under 300 ms warm, 50 a second of 1,000.

The repository is made for it by fast-import: 20,000 commits over 500 files, with a policy and owners. Cold is a process
of its own on a clone that was never asked anything: candidates, six questions each, lineage, controls, calls, clocks,
where the line runs, the record. How far the session and the model reach needs the evidence about every commit that is
alive; it is printed after the answer and measured apart. Warm is a process that was asked before, for a trace that it
has not seen; the thousand traces name a thousand different places.
"""

from __future__ import annotations

import os
import random
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from _measure import CLEAN, git, name_of, repositories, say, seconds
from answerable.cli.layers import LayersInForce
from answerable.git.repository import Repository
from answerable.incident.alerts import read_alert
from answerable.incident.deployments import Deployments
from answerable.incident.open.opening import Opening

COMMITS, FILES, ROWS, TRACES = 20_000, 500, 120, 1_000
COLD, WARM, RATE = 2.0, 0.3, 50.0
OWNERS = """\
version: 1
people:
  ada: {name: Ada Marlow, git: [ada@larkspur.example]}
teams:
  payments: {name: Payments, members: [ada]}
services:
  - {name: core, title: Core, paths: [/src/], owner: payments, duties: {response: payments}}
"""
POLICY = "version: 1\npreset: balanced\n"


@contextmanager
def made() -> Iterator[Path]:
    """A bare repository of 20,000 commits, most of them by an agent."""
    folder = Path(tempfile.mkdtemp(prefix="answerable-bench-"))
    try:
        git(folder, "init", "-q", "--bare")
        command = ["git", "-C", str(folder), "fast-import", "--quiet", "--done"]
        subprocess.run(command, input=b"".join(_stream()), check=True)
        git(folder, "symbolic-ref", "HEAD", "refs/heads/main")
        yield folder
    finally:
        shutil.rmtree(folder)


def _stream() -> Iterator[bytes]:
    yield b"feature done\n"
    texts = [[f"def function_{n}_{row}(value): return {row}" for row in range(ROWS)] for n in range(FILES)]
    draw = random.Random(20)
    for at in range(COMMITS):
        n = at % FILES
        texts[n][draw.randrange(ROWS)] = f"def changed_{at}(value): return {at}"
        files = {_path(n): "\n".join(texts[n]) + "\n"}
        if not at:
            files |= {_path(n): "\n".join(texts[n]) + "\n" for n in range(FILES)}
            files |= {".answerable/owners.yaml": OWNERS, ".answerable/policy.yaml": POLICY}
        yield _commit(at, files)
    yield b"done\n"


def _path(n: int) -> str:
    return f"src/package{n % 17}/module{n}.py"


def _commit(at: int, files: dict[str, str]) -> bytes:
    message = "Do\n\nCo-Authored-By: Claude Opus 4.7 <noreply@anthropic.com>\n" if at % 3 else "Do\n"
    rows = [
        "commit refs/heads/main\n",
        f"committer Ada Marlow <ada@larkspur.example> {1_600_000_000 + 600 * at} +0000\n",
        f"data {len(message)}\n{message}",
        *(f"M 100644 inline {path}\ndata {len(text)}\n{text}\n" for path, text in files.items()),
    ]
    return "".join(rows).encode()


def trace(places: list[tuple[str, int]]) -> bytes:
    """A traceback through these places, the last one innermost."""
    rows = [f'  File "/srv/app/{path}", line {line}, in function\n    value()\n' for path, line in places]
    return f"Traceback (most recent call last):\n{''.join(rows)}KeyError: 'x'\n".encode()


def places_of(folder: Path, count: int) -> list[tuple[str, int]]:
    """So many different lines of code."""
    draw = random.Random(7)
    names = git(folder, "ls-tree", "-r", "-z", "--name-only", "HEAD").decode("utf-8", "replace").split("\0")
    code = [p for p in names if p.endswith((".py", ".rb", ".rs", ".zig", ".c", ".go", ".ts", ".js"))]
    found: dict[tuple[str, int], None] = {}
    for path in draw.choices(code, k=count * 2):
        lines = git(folder, "show", f"HEAD:{path}").count(b"\n") if len(code) < 5_000 else 1
        if lines:
            found[path, draw.randint(1, lines)] = None
        if len(found) == count:
            break
    return list(found)


def cold(folder: Path, feed: bytes, *words: str) -> float:
    """A process of its own, nothing kept from before."""
    shutil.rmtree(folder / "answerable", ignore_errors=True)
    command = [sys.executable, "-m", "answerable", "-C", str(folder), "incident", "open", *words, "--format", "json"]
    environment = CLEAN | {"PYTHONPATH": str(Path(__file__).resolve().parents[1] / "src"), "HOME": os.devnull}

    def run() -> None:
        subprocess.run(command, env=environment, input=feed, stdout=subprocess.DEVNULL, check=True)

    return seconds(run)


def cold_recall(folder: Path) -> float:
    """`answerable recall`, nothing kept from before."""
    shutil.rmtree(folder / "answerable", ignore_errors=True)
    command = [sys.executable, "-m", "answerable", "-C", str(folder), "recall", "--format", "json"]
    environment = CLEAN | {"PYTHONPATH": str(Path(__file__).resolve().parents[1] / "src"), "HOME": os.devnull}
    return seconds(lambda: subprocess.run(command, env=environment, stdout=subprocess.DEVNULL, check=True))


def measure(folder: Path, name: str, *, bars: bool) -> None:
    """The three figures; the bars are held on the repository that was made for it."""
    places = places_of(folder, TRACES + 10)
    feed = trace(places[:3])
    first = min(cold(folder, feed, "--no-blast") for _ in range(3))
    say("stack trace to full answer, cold, a process", name, first, COLD, want=">= 1", met=first <= COLD or not bars)
    wide = min(cold(folder, feed) for _ in range(2))
    recalled = min(cold_recall(folder) for _ in range(2))
    met = wide <= 1.5 * (first + recalled) or not bars
    say("with the session's and the model's reach, against both", name, wide, first + recalled, want=">= 0.67", met=met)
    with Repository(folder) as repository, closing(Deployments(repository)) as deployed:
        head = repository.resolve("HEAD")
        with closing(Opening(repository, head, LayersInForce, deployed)) as opening:
            opening.open(read_alert(trace(places[3:5])))
            warm = max(seconds(lambda at=at: opening.open(read_alert(trace([places[at]])))) for at in range(5, 10))
            say("the same, warm, the slowest of 5", name, warm, WARM, want=">= 1", met=warm <= WARM or not bars)
            feeds = [trace([place]) for place in places[10:]]
            took = seconds(lambda: [opening.open(read_alert(each)) for each in feeds])
    rate = len(feeds) / took
    claim = f"{len(feeds):,} traces in one process, {rate:,.0f} a second"
    say(claim, name, took, len(feeds) / RATE, want=">= 1", met=rate >= RATE or not bars)


def main() -> None:
    """The made repository; real ones where some are named."""
    with made() as folder:
        measure(folder, "20,000", bars=True)
    for folder in repositories() if sys.argv[1:] else ():
        measure(folder, name_of(folder), bars=False)


if __name__ == "__main__":
    main()
