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
        self._waiting: list[Pair] = []
        self._workers: list[_Worker] = []
        self._sent: list[tuple[_Worker, Sequence[Pair]]] = []

    def want(self, pairs: Iterable[Pair]) -> None:
        """Ask for the hunks of these pairs."""
        for pair in pairs:
            if pair not in self._seen:
                self._seen.add(pair)
                self._waiting.append(pair)
        if len(self._waiting) >= (BATCH if self._workers else _MANY) and self._processes > 1:
            self._send()

    def finish(self, tick: Callable[[int, int], None]) -> Hunks:
        """The hunks of every pair asked for; one whose blobs are missing is left out.

        Args:
            tick: Told how many pairs are done, and how many there are.
        """
        found: Hunks = {}
        if not self._workers:
            with closing(Differ(self._quarantine)) as differ:
                for at in range(0, len(self._waiting), BATCH):
                    found |= differ.hunks(self._waiting[at : at + BATCH], self._store)
                    tick(len(found), len(self._seen))
            return found
        self._send()
        for worker in self._workers:
            worker.send(None)
        for worker, batch in self._sent:
            found.update(
                (pair, packed) for pair, packed in zip(batch, worker.answer(), strict=True) if packed is not None
            )
            tick(len(found), len(self._seen))
        return found

    def close(self) -> None:
        """End the processes."""
        for worker in self._workers:
            worker.close()
        self._workers = []

    def _send(self) -> None:
        if not self._workers:
            for _ in range(self._processes):
                self._workers.append(_Worker(self._quarantine, self._store, self._workers))
        for at in range(0, len(self._waiting), BATCH):
            worker, batch = self._workers[len(self._sent) % len(self._workers)], self._waiting[at : at + BATCH]
            worker.send(batch)
            self._sent.append((worker, batch))
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
