"""Spreads the changes of a history over processes, each of which judges some at a time in their order.

Each begins in a stretch of its own, for changes beside each other are of the same files: what one reads, no other does.
Whoever is done with it helps at the far end of the longest that is left.

A process opens the repository for itself and sends back only what is kept of a change. Whatever ends the caller ends
them: they hear of an interrupt through it alone, and leave nothing behind.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
from collections import deque
from collections.abc import Iterator, Sequence
from contextlib import closing, suppress
from dataclasses import dataclass
from datetime import date
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess
from pathlib import Path

from answerable.domain.commit import Commit
from answerable.errors import AnswerableError, GitFailed
from answerable.git.attribution.comparing import leave_signals_to_parent
from answerable.git.commits import read_commit
from answerable.git.repository import Repository
from answerable.policy.history.line import Entered
from answerable.policy.history.replay import Replay, Replayed
from answerable.policy.history.weigh import Weighed, weigh
from answerable.policy.layers.code.apart import APART
from answerable.policy.model import Policy

MANY = 100  # changes from which on a process is worth its start
_LEAST, _MOST = 50, 250  # changes that a process is given at a time


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """By what changes are judged; as `Replay` takes it."""

    head: str
    policy: Policy | None
    organisation: Path | None
    today: date
    enforce: bool
    cache: Path | None = None


def weighed(
    repository: Repository, changes: Sequence[Entered], terms: Terms, processes: int | None = None
) -> Iterator[tuple[int, Weighed]]:
    """Judge changes and yield each with its place in the list, as they are done.

    Args:
        repository: Where.
        changes: What to judge.
        terms: By what.
        processes: How many to use; all processors by default.

    Raises:
        GitFailed: a process ended early.
    """
    wanted = min(processes or os.cpu_count() or 1, len(changes) // MANY)
    if wanted < 2 or not hasattr(os, "fork"):
        yield from enumerate(_judged(repository, changes, terms))
        return
    _ = repository.common_dir  # known before it is shared
    yield from _Pool(repository.root, terms, wanted).run(_Stretches(changes, wanted))


def _judged(repository: Repository, changes: Sequence[Entered], terms: Terms) -> Iterator[Weighed]:
    with closing(_replay(repository, terms)) as replay:
        for each in replay.judge(changes):
            yield weigh(each, _tip(repository, each))


def _tip(repository: Repository, each: Replayed) -> Commit | None:
    return each.tip or read_commit(repository.objects, each.entered.head)


def _replay(repository: Repository, terms: Terms) -> Replay:
    return Replay(
        repository, terms.head, terms.policy, terms.organisation, terms.today, enforce=terms.enforce, cache=terms.cache
    )


Part = tuple[int, Sequence[Entered]]  # changes, and the place of the first in the list


class _Stretches:
    """What is still to be judged: a stretch for each process, in parts."""

    def __init__(self, changes: Sequence[Entered], many: int) -> None:
        size = min(max(len(changes) // (many * 4), _LEAST), _MOST)
        parts: list[Part] = [(at, changes[at : at + size]) for at in range(0, len(changes), size)]
        each = -(-len(parts) // many)
        self._left = [deque(parts[each * at : each * (at + 1)]) for at in range(many)]

    def next(self, process: int) -> Part | None:
        """The next part for a process; None where nothing is left."""
        if self._left[process]:
            return self._left[process].popleft()
        longest = max(self._left, key=len)
        return longest.pop() if longest else None


class _Pool:
    def __init__(self, folder: Path, terms: Terms, processes: int) -> None:
        self._folder, self._terms, self._processes = folder, terms, processes

    def run(self, left: _Stretches) -> Iterator[tuple[int, Weighed]]:
        context = multiprocessing.get_context("fork")
        pipes: dict[Connection, BaseProcess] = {}
        try:
            for _ in range(self._processes):
                mine, theirs = context.Pipe()
                process: BaseProcess = context.Process(
                    target=_serve, args=(self._folder, self._terms, theirs, [mine, *pipes]), daemon=True
                )
                process.start()
                theirs.close()
                pipes[mine] = process
            numbers = {pipe: number for number, pipe in enumerate(pipes)}
            busy = {pipe for pipe in pipes if _hand(pipe, left.next(numbers[pipe]))}
            while busy:
                for pipe in wait(list(busy)):
                    found = _received(pipe)  # type: ignore[arg-type]
                    if found is not None:
                        yield found
                    elif not _hand(pipe, left.next(numbers[pipe])):  # type: ignore[arg-type,index]
                        busy.discard(pipe)
        finally:
            for pipe, process in pipes.items():
                pipe.close()
                process.terminate()
                process.join()


def _hand(pipe: Connection, part: Part | None) -> bool:
    """Give a process something to do; False where there is nothing."""
    if part is None:
        return False
    with suppress(OSError):  # it has ended: what it does not answer says so
        pipe.send(part)
    return True


def _received(pipe: Connection) -> tuple[int, Weighed] | None:
    """One change, or None where a process has done what it was given."""
    try:
        found = pipe.recv()
    except (EOFError, OSError) as error:
        hint = "it was killed, perhaps for want of memory: run it again, or with a --limit"
        raise GitFailed("a process that judges changes ended early", hint=hint) from error
    if isinstance(found, AnswerableError):
        raise found
    answer: tuple[int, Weighed] | None = found
    return answer


def _end(_signal: int, _frame: object) -> None:
    """What is open is closed on the way out: nothing is left behind."""
    raise SystemExit(1)


def _serve(folder: Path, terms: Terms, pipe: Connection, parents: Sequence[Connection]) -> None:
    leave_signals_to_parent()
    signal.signal(signal.SIGTERM, _end)
    for end in parents:
        end.close()  # else none of us would see that the parent has gone
    with (
        suppress(EOFError, OSError),
        closing(APART),
        Repository(folder) as repository,
        closing(_replay(repository, terms)) as replay,
    ):
        while True:
            at, changes = pipe.recv()
            try:
                for number, each in enumerate(replay.judge(changes), at):
                    pipe.send((number, weigh(each, _tip(repository, each))))
                pipe.send(None)
            except AnswerableError as error:
                pipe.send(error)
