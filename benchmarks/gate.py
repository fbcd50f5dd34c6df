"""Claim: a gate on 500 lines in 20 files, in a repository of 20,000 commits, takes at most 1 s and 3 times `git diff`.

Both take turns, and of each the least of many rounds counts, so that whatever else the machine does is in neither;
processor time (of this process and of its gits) is told besides. docs/adr/0017-gate-speed.md says where it goes.
The repository is made for it by fast-import: 20,000 commits over 500 files, then a change of three commits whose
20 files are spread over the layers. The policy is the preset `regulated`, the context has two approvals.
"""

from __future__ import annotations

import json
import os
import resource
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from _measure import best, git, say, seconds
from answerable.domain.verdict import Outcome
from answerable.git.repository import Repository
from answerable.policy import gate as gates
from answerable.policy.gate import gate
from answerable.policy.judge.evaluate import Inputs, Judged
from answerable.policy.model import Policy

ROUNDS = 60
COMMITS, FILES, CHANGED, LINES = 20_000, 500, 20, 25
POLICY = "version: 1\npreset: regulated\n"


@contextmanager
def made() -> Iterator[tuple[Path, str, str]]:
    """The repository, the base and the head of its change."""
    folder = Path(tempfile.mkdtemp(prefix="answerable-bench-"))
    try:
        git(folder, "init", "-q", "--bare")
        command = ["git", "-C", str(folder), "fast-import", "--quiet", "--done"]
        subprocess.run(command, input=b"".join(_stream()), check=True)
        base, head = (git(folder, "rev-parse", f"refs/heads/{name}").decode().strip() for name in ("main", "topic"))
        git(folder, "symbolic-ref", "HEAD", "refs/heads/main")
        yield folder, base, head
    finally:
        shutil.rmtree(folder)


def _stream() -> Iterator[bytes]:
    yield b"feature done\n"
    for at in range(COMMITS):
        files = {_path(at % FILES): _text(at % FILES, at)}
        yield _commit("main", at, files if at else {**files, ".answerable/policy.yaml": POLICY})
    for at in range(3):
        changed = range(CHANGED * at // 3, CHANGED * (at + 1) // 3)
        files = {_path(n): _text(n, COMMITS - FILES + n) + _more(n) for n in changed}
        yield _commit("topic", COMMITS + at, files, "refs/heads/main" if not at else None)
    yield b"done\n"


def _path(n: int) -> str:
    return f"{('src/auth', 'src/core', 'deploy', 'docs')[n % 4]}/module{n % 17}/file{n}.py"


def _text(n: int, at: int) -> str:
    rows = [f"def function_{n}_{row}(value):\n    return value + {row}\n" for row in range(60)]
    return f"# version {at}\n" + "".join(rows)


def _more(n: int) -> str:
    return "".join(f"ADDED_{n}_{row} = {row}\n" for row in range(LINES))


def _commit(branch: str, at: int, files: dict[str, str], begins: str | None = None) -> bytes:
    message = "Do\n\nCo-Authored-By: Claude <noreply@anthropic.com>\n" if at % 3 else "Do\n"
    rows = [
        f"commit refs/heads/{branch}\ncommitter Ada <ada@example.com> {1_600_000_000 + 60 * at} +0000\n",
        f"data {len(message)}\n{message}",
        f"from {begins}\n" if begins else "",
        *(f"M 100644 inline {path}\ndata {len(text)}\n{text}\n" for path, text in files.items()),
    ]
    return "".join(rows).encode()


def judge(folder: Path, base: str, head: str, context: bytes) -> Outcome:
    """One gate in this process."""
    with Repository(folder) as repository:
        return gate(repository, base, head, None, context).outcome


def evaluation(folder: Path, base: str, head: str, context: bytes) -> float:
    """How long the rules take in one gate, in seconds."""
    took: list[float] = []
    judged = gates.evaluate  # type: ignore[attr-defined]

    def timed(policy: Policy, inputs: Inputs) -> Judged:
        found: list[Judged] = []
        took.append(seconds(lambda: found.append(judged(policy, inputs))))
        return found[0]

    gates.evaluate = timed  # type: ignore[attr-defined]
    try:
        judge(folder, base, head, context)
    finally:
        gates.evaluate = judged  # type: ignore[attr-defined]
    return sum(took)


def command(folder: Path, base: str, head: str, context: Path) -> None:
    """One gate as it is run in CI: a process of its own."""
    words = [sys.executable, "-m", "answerable", "-C", str(folder), "gate", f"{base}..{head}"]
    environment = os.environ | {"PYTHONPATH": str(Path(__file__).resolve().parents[1] / "src")}
    done = subprocess.run([*words, "--context", str(context)], env=environment, capture_output=True, check=False)
    if done.returncode != 1:
        raise SystemExit(f"the gate ended with {done.returncode}: {done.stdout.decode()[:500]}")


def processor() -> float:
    """Seconds that this process and those that it waited for have been at work."""
    used = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(each.ru_utime + each.ru_stime for each in used)


def in_turns(*works: Callable[[], object]) -> list[tuple[float, float]]:
    """The least wall time and processor time of each."""
    found = [(float("inf"), float("inf"))] * len(works)
    for _ in range(ROUNDS):
        for at, work in enumerate(works):
            began = processor()
            took = seconds(work)
            found[at] = min(found[at][0], took), min(found[at][1], processor() - began)
    return found


def main() -> None:
    """Measure both against `git diff` of the same range."""
    with made() as (folder, base, head):
        approvals = [{"by": who, "sha": head, "kind": "human"} for who in ("bo@example.com", "cy@example.com")]
        context = folder / "context.json"
        context.write_text(json.dumps({"approvals": approvals}))
        added = git(folder, "diff", "--numstat", base, head).decode().splitlines()
        lines = sum(int(row.split("\t")[0]) for row in added)
        if (len(added), lines) != (CHANGED, CHANGED * LINES) or judge(folder, base, head, b"{}") is not Outcome.FAIL:
            raise SystemExit("the change is not the one that is claimed")
        (peer, peer_busy), (ours, busy) = in_turns(
            lambda: git(folder, "diff", base, head, sink=True),
            lambda: judge(folder, base, head, context.read_bytes()),
        )
        whole = best(lambda: command(folder, base, head, context), 5)
        what = f"gate of {lines} lines in {len(added)} files"
        say(f"{what}, against git diff", "20,000", ours, peer, want=">= 0.33", met=ours <= 3 * peer)
        say(f"{what}, processor time", "20,000", busy, peer_busy, want="-", met=True)
        rules = min(evaluation(folder, base, head, context.read_bytes()) for _ in range(7))
        say(f"{what}, its rules, against all of it", "20,000", rules, ours, want=">= 20", met=rules <= 0.05 * ours)
        say(f"{what}, a process, against 1 s", "20,000", whole, 1.0, want=">= 1", met=whole <= 1.0)


if __name__ == "__main__":
    main()
