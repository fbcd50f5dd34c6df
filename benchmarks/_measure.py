"""What every benchmark shares: repositories to measure on, wall time, peers of the same run, one line a result."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

PROCESSES = os.cpu_count() or 1
CLEAN = {
    **{key: value for key, value in os.environ.items() if not key.startswith(("GIT_", "PYTHONDONTWRITE"))},
    "GIT_NO_REPLACE_OBJECTS": "1",
    "GIT_CONFIG_GLOBAL": os.devnull,
    "GIT_CONFIG_NOSYSTEM": "1",
}


def repositories() -> list[Path]:
    """Folders named as arguments or in ANSWERABLE_BENCH (separated like PATH); this repository where there are none."""
    named = sys.argv[1:] or [part for part in os.environ.get("ANSWERABLE_BENCH", "").split(os.pathsep) if part]
    return [Path(name).resolve() for name in named] or [Path(__file__).resolve().parents[1]]


def name_of(repository: Path) -> str:
    """A short name that says nothing about the machine."""
    parts = [part for part in repository.parts if part not in ("repo", ".git")]
    return parts[-1].rpartition("+")[2]


def seconds(work: Callable[[], object]) -> float:
    """Wall time of one run."""
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def best(work: Callable[[], object], runs: int = 5) -> float:
    """The least wall time of several runs."""
    return min(seconds(work) for _ in range(runs))


def git(repository: Path, *args: str, sink: bool = False) -> bytes:
    """Run git with nobody's configuration; with `sink` the output is thrown away unread."""
    command = ["git", "-C", str(repository), *args]
    out = subprocess.DEVNULL if sink else subprocess.PIPE
    return subprocess.run(command, env=CLEAN, stdout=out, stderr=subprocess.DEVNULL, check=False).stdout or b""


def blame_all(repository: Path, commit: str, paths: Sequence[str]) -> None:
    """`git blame` file by file, with as many processes as we use ourselves."""
    with ThreadPoolExecutor(PROCESSES) as pool:
        for _ in pool.map(lambda path: git(repository, "blame", "-s", "--incremental", commit, "--", path), paths):
            pass


@contextmanager
def with_commit_graph(repository: Path) -> Iterator[Path]:
    """A bare repository over the same objects that has a commit-graph with changed-path filters."""
    folder = Path(tempfile.mkdtemp(prefix="answerable-bench-"))
    try:
        git(folder, "init", "-q", "--bare")
        objects = git(repository, "rev-parse", "--git-path", "objects").decode().strip()
        (folder / "objects" / "info" / "alternates").write_text(f"{(repository / objects).resolve()}\n")
        head = git(repository, "rev-parse", "HEAD").decode().strip()
        git(folder, "update-ref", "refs/heads/bench", head)
        git(folder, "commit-graph", "write", "--reachable", "--changed-paths")
        yield folder
    finally:
        shutil.rmtree(folder)


def say(claim: str, repository: str, ours: float, peer: float, *, want: str, met: bool) -> None:
    """Print one result as a ratio."""
    mark = "ok  " if met else "MISS"
    ratio = peer / ours if ours else float("inf")
    print(f"{mark} {repository:<12} {claim:<46} {ours:9.3f} s against {peer:9.3f} s  ratio {ratio:8.2f}  want {want}")
    sys.stdout.flush()
