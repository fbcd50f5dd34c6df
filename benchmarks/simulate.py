"""Claim: 1,000 changes simulated in one pass are at least 10 times faster than 1,000 gates, each by itself.

The changes are the newest of the repository's main line. Gates are timed on a sample of them, spread over the line, and
the verdict of each is held to be that of the simulation. Layers go by path, and then as the preset `balanced` has them,
by what code touches: then most of the time goes into reading each version of a file, which a simulation does once, a
gate at both of its ends, and a second simulation not at all. A gate is a process; one that is asked in a process that
runs already, without its start, is shown as well.
"""

from __future__ import annotations

import os
import resource
import subprocess
import sys
import tempfile
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

from _measure import git, name_of, repositories, say, seconds
from answerable.git.repository import Repository
from answerable.policy.file.source import load
from answerable.policy.gate import gate
from answerable.policy.history.line import Entered, entered
from answerable.policy.history.replay import Replay
from answerable.policy.layers.code.apart import APART
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


def spent(work: Callable[[], object]) -> tuple[float, float]:
    """Wall time, and the processors' time with that of every process that was started."""
    APART.close()  # what still runs is not counted
    before = _processors()
    took = seconds(work)
    APART.close()
    return took, _processors() - before


def _processors() -> float:
    used = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(each.ru_utime + each.ru_stime for each in used)


class Measured:
    """One repository and one policy."""

    def __init__(self, folder: Path, data: bytes, scratch: Path) -> None:
        self.folder, self.scratch = folder, scratch
        self.day = datetime.now(UTC).date()
        self.file = scratch / "policy.yaml"
        self.file.write_bytes(data)
        self.policy = load(data, str(self.file))
        self.head = git(folder, "rev-parse", "HEAD").decode().strip()
        with Repository(folder) as repository:
            self.changes = entered(repository, None, self.head, CHANGES)
        self.sample = [each for each in self.changes[:: max(1, len(self.changes) // SAMPLE)] if each.base][:SAMPLE]

    def simulated(self, processes: int | None = None, cache: Path | None = None) -> tuple[float, float]:
        """Of one change, when all are simulated."""

        def work() -> None:
            with Repository(self.folder) as repository:
                simulate(
                    repository, None, self.head, self.policy, limit=CHANGES, today=self.day, processes=processes,
                    cache=cache,
                )  # fmt: skip

        wall, processors = spent(work)
        return wall / len(self.changes), processors / len(self.changes)

    def gated(self) -> tuple[float, float]:
        """Of one gate of many in this process."""

        def work() -> None:
            with Repository(self.folder) as repository:
                for each in self.sample:
                    gate(repository, each.base, each.head, self.policy, today=self.day)

        wall, processors = spent(work)
        return wall / len(self.sample), processors / len(self.sample)

    def commanded(self) -> tuple[float, float]:
        """Of one gate as a process."""
        few = self.sample[:: max(1, len(self.sample) // PROCESSES)]

        def work() -> None:
            for each in few:
                command(self.folder, each, self.file)

        wall, processors = spent(work)
        return wall / len(few), processors / len(few)

    def hold_to_the_gate(self, cache: Path) -> None:
        """End where the simulation judges a change in another way, with what it keeps as without."""
        with Repository(self.folder) as repository:
            alone = [gate(repository, each.base, each.head, self.policy, today=self.day) for each in self.sample]
            for place in (None, cache):
                with closing(Replay(repository, self.head, self.policy, None, self.day, cache=place)) as replay:
                    told = [each.verdict for each in replay.judge(self.sample)]
                if told != alone:
                    raise SystemExit("the simulation judges a change in another way than the gate")


def measure(folder: Path, what: str, data: bytes) -> None:
    """Simulate, then gate a sample."""
    with tempfile.TemporaryDirectory() as scratch:
        one = Measured(folder, data, Path(scratch))
        whole, inside = one.commanded(), one.gated()
        ours, alone = one.simulated(), one.simulated(1)
        cache = Path(scratch) / "cache"
        one.simulated(cache=cache)
        again = one.simulated(cache=cache)
        one.hold_to_the_gate(cache)
    claim = f"{len(one.changes):,} changes, layers by {what}"
    for unit, at in (("", 0), (" of processors", 1)):
        _say(f"{claim}: time{unit}, against gate processes", folder, ours[at], whole[at], bar=10)
    _say(f"{claim}: time, against gate()", folder, ours[0], inside[0])
    _say(f"{claim}: the same in one process", folder, alone[0], inside[0])
    if what == "code":
        _say(f"{claim}: time of a second run, against gate()", folder, again[0], inside[0])


def _say(claim: str, folder: Path, ours: float, peer: float, bar: float | None = None) -> None:
    met = bar is None or peer / ours >= bar
    say(claim, name_of(folder), ours, peer, want=f">= {bar:g}" if bar else "-", met=met)


if __name__ == "__main__":
    for each in repositories():
        measure(each, "path", BY_PATH)
        measure(each, "code", BY_CODE)
