"""Compares versions in processes of their own, while history is still being read.

Reading history and comparing what it finds take about as long as each other; done at once, neither waits. A few pairs
are compared by the caller itself: a process costs more than they do. What is found goes to the store batch by batch: a
run that is killed begins again where it stopped.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
from collections.abc import Callable, Iterable, Sequence
from contextlib import closing, suppress
from multiprocessing.connection import Connection

from answerable.errors import GitFailed
from answerable.git.attribution.hunks import BATCH, Differ, Pair
from answerable.git.attribution.store import Store
from answerable.git.quarantine import Quarantine

Hunks = dict[Pair, bytes]
_MANY = 2 * BATCH  # pairs from which on processes are worth their start


class Comparing:
    """Takes pairs of blobs as they become known and gives their hunks at the end.

    Args:
        quarantine: Where the blobs are.
        store: Hunks known already, and where new ones are kept.
        processes: How many to use.
    """

    def __init__(self, quarantine: Quarantine, store: Store, processes: int) -> None:
        self._quarantine = quarantine
        self._store = store
        self._processes = processes if hasattr(os, "fork") else 1
        self._seen: set[Pair] = set()
        self._waiting: list[tuple[bytes, Pair]] = []
        self._workers: list[_Worker] = []
        self._of: dict[bytes, _Worker] = {}

    def want(self, path: bytes, pairs: Iterable[Pair]) -> None:
        """Ask for the hunks of these pairs of versions of a path."""
        for pair in pairs:
            if pair not in self._seen:
                self._seen.add(pair)
                self._waiting.append((path, pair))
        if len(self._waiting) >= (BATCH if self._workers else _MANY) and self._processes > 1:
            self._send()

    def conclude(self) -> None:
        """Nothing more will be wanted: let the processes work on what is left and answer, while the caller goes on."""
        if self._workers:
            self._send()
        for worker in self._workers:
            worker.flush()
            worker.send(None)

    def finish(self, tick: Callable[[int, int], None]) -> Hunks:
        """The hunks of every pair asked for, after `conclude`; one whose blobs are missing is left out.

        Args:
            tick: Told how many pairs are done, and how many there are.
        """
        found: Hunks = {}
        if not self._workers:
            pairs = [pair for _, pair in self._waiting]
            with closing(Differ(self._quarantine)) as differ:
                for at in range(0, len(pairs), BATCH):
                    found |= differ.hunks(pairs[at : at + BATCH], self._store)
                    tick(len(found), len(self._seen))
            return found
        for worker in self._workers:
            for batch in worker.sent:
                answers = zip(batch, worker.answer(), strict=True)
                found.update((pair, packed) for pair, packed in answers if packed is not None)
                tick(len(found), len(self._seen))
        return found

    def close(self) -> None:
        """End the processes."""
        for worker in self._workers:
            worker.close()
        self._workers = []

    def _send(self) -> None:
        """Give each pair to the worker that has its path: it has unpacked what the next version is a delta of."""
        if not self._workers:
            for _ in range(self._processes):
                self._workers.append(_Worker(self._quarantine, self._store, self._workers))
        for path, pair in self._waiting:
            worker = self._of.get(path)
            if worker is None:
                worker = self._of[path] = min(self._workers, key=lambda each: each.load)
            worker.take(pair)
        self._waiting = []


class _Worker:
    """A process that compares what it is sent, and answers when it is sent None."""

    def __init__(self, quarantine: Quarantine, store: Store, others: Iterable[_Worker]) -> None:
        context = multiprocessing.get_context("fork")
        self.pipe, theirs = context.Pipe()
        ours = [self.pipe, *(other.pipe for other in others)]
        self._process = context.Process(target=_work, args=(quarantine, store, theirs, ours), daemon=True)
        self._process.start()
        theirs.close()
        self.sent: list[list[Pair]] = []
        self.load = 0
        self._batch: list[Pair] = []

    def take(self, pair: Pair) -> None:
        """Compare a pair, soon."""
        self.load += 1
        self._batch.append(pair)
        if len(self._batch) >= BATCH // 2:
            self.flush()

    def flush(self) -> None:
        """Send what was taken."""
        if self._batch:
            self.sent.append(self._batch)
            self.send(self._batch)
            self._batch = []

    def send(self, batch: Sequence[Pair] | None) -> None:
        """Give it a batch, or None to ask for its answers."""
        with suppress(OSError):  # it has ended: `answer` says so
            self.pipe.send(batch)

    def answer(self) -> list[bytes | None]:
        """The hunks of the next batch that was sent."""
        try:
            found: list[bytes | None] = self.pipe.recv()
        except (EOFError, OSError) as error:
            hint = "it was killed, perhaps for want of memory: run it again, it goes on where it stopped"
            raise GitFailed("a process that compares versions ended early", hint=hint) from error
        return found

    def close(self) -> None:
        """End it."""
        self.pipe.close()
        self._process.terminate()
        self._process.join()


def leave_signals_to_parent() -> None:
    """In a worker: what ends the whole group is the parent's to hear; it ends its workers, without words from them."""
    for number in (signal.SIGINT, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)


def _work(quarantine: Quarantine, inherited: Store, pipe: Connection, parents: Iterable[Connection]) -> None:
    leave_signals_to_parent()
    for end in parents:
        end.close()  # else none of us would see that the parent has gone
    with closing(inherited.reopened()) as store, closing(Differ(quarantine)) as differ, closing(pipe):
        every: list[list[bytes | None]] = []
        with suppress(EOFError, OSError):  # the parent has gone
            while batch := pipe.recv():
                found = differ.hunks(batch, store)
                every.append([found.get(pair) for pair in batch])
            for hunks in every:
                pipe.send(hunks)
