"""Claim: 1,000 changes simulated in one pass are at least 10 times faster than 1,000 gates, each by itself.

The changes are the newest of the repository's main line. Gates are timed on a sample of them, spread over the line, and
the verdict of each is held to be that of the simulation. Layers go by path, and then as the preset `balanced` has them:
by what code touches, which costs a gate and a simulation the same per file, and so has a bar of its own.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from contextlib import closing
from datetime import UTC, date, datetime
from functools import partial
from pathlib import Path

from _measure import git, name_of, repositories, say, seconds
from answerable.git.repository import Repository
from answerable.policy.file.source import load
from answerable.policy.gate import gate
from answerable.policy.history.line import Entered, entered
from answerable.policy.history.replay import Replay
from answerable.policy.model import Policy
from answerable.policy.simulate import simulate

CHANGES, SAMPLE, PROCESSES = 1000, 100, 15
BY_PATH = b"""version: 1
layers:
  - {name: critical, paths: ["*auth*", "*secur*", "/.github/"], kinds: [ci, migration]}
  - {name: standard}
  - {name: peripheral, paths: ["/docs/"], kinds: [test]}
rules:
  - name: review
    match: {layers: [critical], origins: [ai]}
    require: {reviewers: {humans: 1, owners: true}, grade: declared}
  - name: large
    match: {layers: [critical, standard], min_lines: 200}
    require: {countersign: true}
    action: Warn
"""
BY_CODE = b"version: 1\npreset: balanced\nmode: enforce\n"


def command(folder: Path, change: Entered, policy: Path) -> None:
    """One gate as it is run in CI: a process of its own."""
    asked = ["gate", f"{change.base}..{change.head}", "--policy", str(policy)]
    words = [sys.executable, "-m", "answerable", "-C", str(folder), *asked]
    environment = os.environ | {"PYTHONPATH": str(Path(__file__).resolve().parents[1] / "src")}
    done = subprocess.run(words, env=environment, capture_output=True, check=False)
    if done.returncode not in (0, 1):
        raise SystemExit(f"the gate ended with {done.returncode}: {done.stdout.decode()[:500]}")


def gates(repository: Repository, sample: Sequence[Entered], policy: Policy, day: date) -> None:
    """Gates in this process, each held to the verdict of the simulation."""
    with closing(Replay(repository, sample[0].head, policy, None, day)) as replay:
        told = {each.entered.head: each.verdict for each in replay.judge(sample)}
    took = seconds(lambda: [gate(repository, each.base, each.head, policy, today=day) for each in sample])
    for each in sample:
        if gate(repository, each.base, each.head, policy, today=day) != told[each.head]:
            raise SystemExit(f"the simulation judges {each.head} in another way than the gate")
    _took.append(took / len(sample))


_took: list[float] = []


def measure(folder: Path, what: str, data: bytes, bar: float) -> None:
    """Simulate, then gate a sample."""
    day = datetime.now(UTC).date()
    with Repository(folder) as repository, tempfile.TemporaryDirectory() as scratch:
        file = Path(scratch) / "policy.yaml"
        file.write_bytes(data)
        policy = load(data, str(file))
        head = git(folder, "rev-parse", "HEAD").decode().strip()
        changes = entered(repository, None, head, CHANGES)
        ours = seconds(lambda: simulate(repository, None, head, policy, limit=CHANGES, today=day)) / len(changes)
        alone = seconds(lambda: simulate(repository, None, head, policy, limit=CHANGES, today=day, processes=1))
        sample = [each for each in changes[:: max(1, len(changes) // SAMPLE)] if each.base][:SAMPLE]
        gates(repository, sample, policy, day)
        few = sample[:: max(1, len(sample) // PROCESSES)]
        whole = sum(seconds(partial(command, folder, each, file)) for each in few) / len(few)
    claim = f"{len(changes):,} changes, layers by {what}, a change"
    wanted = f">= {bar:g}"
    say(f"{claim}, against a gate process", name_of(folder), ours, whole, want=wanted, met=whole / ours >= bar)
    say(f"{claim}, against gate()", name_of(folder), ours, _took[-1], want=wanted, met=_took[-1] / ours >= bar)
    per = alone / len(changes)
    say(f"{claim}, one process, against gate()", name_of(folder), per, _took[-1], want="-", met=True)


if __name__ == "__main__":
    for each in repositories():
        measure(each, "path", BY_PATH, 10)
        measure(each, "code", BY_CODE, 2)
