"""Processes that append to a ledger and say what was acknowledged, until they are killed.

Run as a program it keeps a number of writers alive: one that is killed is replaced. Each acknowledgement is a line on
standard output, written at once and whole: the writer's process id, the decision's id, its index.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from contextlib import closing, suppress
from random import Random
from typing import NamedTuple

from answerable.errors import LedgerUnreachable, LedgerUnwritable
from answerable.ledger.store import NewEntry, Store, open_store


class Acknowledged(NamedTuple):
    """What a writer was told."""

    pid: int
    decision_id: str
    index: int


class Writers:
    """Several writers of one ledger, in processes of their own."""

    def __init__(self, place: str, count: int) -> None:
        self._process = subprocess.Popen(
            [sys.executable, __file__, place, str(count)], stdout=subprocess.PIPE, start_new_session=True
        )
        self.heard: list[Acknowledged] = []
        self.killed: set[int] = set()

    def kill_one(self) -> None:
        """Kill the writer heard last: it goes on meanwhile, so it may be anywhere in its next append."""
        while (last := self.hear(1)).pid in self.killed:
            pass  # said before it was killed
        self.killed.add(last.pid)
        os.kill(last.pid, signal.SIGKILL)

    def hear(self, count: int) -> Acknowledged:
        """Wait for so many acknowledgements, and return the last."""
        assert self._process.stdout
        for _ in range(count):
            self._take(self._process.stdout.readline())
        return self.heard[-1]

    def end(self) -> None:
        """Kill them all, and hear what is still to be heard."""
        assert self._process.stdout
        with suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGKILL)
        with self._process.stdout as rest:
            for line in rest:
                self._take(line)
        assert self._process.wait() == -signal.SIGKILL, "a writer ended by itself"

    def _take(self, line: bytes) -> None:
        pid, decision_id, index = line.decode().split()
        self.heard.append(Acknowledged(int(pid), decision_id, int(index)))


def write(place: str, seed: int) -> None:
    """Append without end: batches of all sizes, some of it for the second time, whatever happens to the server."""
    rng = Random(seed)
    number = 0
    batch: list[NewEntry] = []
    while True:
        with suppress(LedgerUnreachable, LedgerUnwritable), closing(open_store(place)) as store:
            while True:
                if not batch:
                    batch = _batch(rng, number)
                    number += len(batch)
                acknowledge(store, batch)
                batch = batch[:1] if rng.random() < 0.1 else []
        time.sleep(0.02)  # the server is down: ask again, with the batch whose fate is not known


def acknowledge(store: Store, batch: list[NewEntry]) -> None:
    """Append, and then say so; each line is shorter than what a pipe takes whole."""
    for each, index in zip(batch, store.append(batch), strict=True):
        os.write(1, f"{os.getpid()} {each.decision_id} {index}\n".encode())


def _batch(rng: Random, number: int) -> list[NewEntry]:
    names = [f"{os.getpid()}-{n}" for n in range(number, number + rng.choice((1, 1, 1, 2, 5, 40)))]
    return [NewEntry(name, f"leaf of {name}\n".encode() + b"." * rng.randrange(3_000), (name,)) for name in names]


def main(place: str, count: int) -> None:
    """Keep so many writers alive; all of them are one process group, to be killed together."""
    open_store(place).close()  # what a writer needs is loaded once, here
    for _ in range(count):
        _fork(place)
    while os.WIFSIGNALED(os.wait()[1]):
        _fork(place)
    sys.exit("a writer ended by itself")


def _fork(place: str) -> None:
    if os.fork() == 0:
        try:
            write(place, os.getpid())
        finally:
            os._exit(1)


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
