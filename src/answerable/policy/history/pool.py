"""Spreads the changes of a history over processes, each of which judges some at a time in their order.

A process opens the repository for itself and sends back only what is kept of a change. Whatever ends the caller ends
them: they hear of an interrupt through it alone, and leave nothing behind.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
from collections.abc import Iterator, Sequence
from contextlib import closing, suppress
from dataclasses import dataclass
from datetime import date
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess
from pathlib import Path

from answerable.errors import AnswerableError, GitFailed
from answerable.git.attribution.comparing import leave_signals_to_parent
from answerable.git.commits import read_commit
from answerable.git.repository import Repository
from answerable.policy.history.line import Entered
from answerable.policy.history.replay import Replay
from answerable.policy.history.weigh import Weighed, weigh
from answerable.policy.model import Policy

MANY = 100  # changes from which on a process is worth its start
_PART = 50  # changes that a process is given at a time


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """By what changes are judged; as `Replay` takes it."""

    head: str
    policy: Policy | None
    organisation: Path | None
    today: date
    enforce: bool


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
    parts = [(at, changes[at : at + _PART]) for at in range(0, len(changes), _PART)]
    _ = repository.common_dir  # known before it is shared
    yield from _Pool(repository.root, terms, wanted).run(parts)


def _judged(repository: Repository, changes: Sequence[Entered], terms: Terms) -> Iterator[Weighed]:
    with closing(_replay(repository, terms)) as replay:
        for each in replay.judge(changes):
            yield weigh(each, read_commit(repository.objects, each.entered.head))


def _replay(repository: Repository, terms: Terms) -> Replay:
    return Replay(repository, terms.head, terms.policy, terms.organisation, terms.today, enforce=terms.enforce)


class _Pool:
    def __init__(self, folder: Path, terms: Terms, processes: int) -> None:
        self._folder, self._terms, self._processes = folder, terms, processes

    def run(self, parts: Sequence[tuple[int, Sequence[Entered]]]) -> Iterator[tuple[int, Weighed]]:
        context = multiprocessing.get_context("fork")
        waiting = list(reversed(parts))
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
            left = {pipe for pipe in pipes if _hand(pipe, waiting)}
            while left:
                for pipe in wait(list(left)):
                    found = _received(pipe)  # type: ignore[arg-type]
                    if found is not None:
                        yield found
                    elif not _hand(pipe, waiting):  # type: ignore[arg-type]
                        left.discard(pipe)
        finally:
            for pipe, process in pipes.items():
                pipe.close()
                process.terminate()
                process.join()


def _hand(pipe: Connection, waiting: list[tuple[int, Sequence[Entered]]]) -> bool:
    """Give a process something to do; False where nothing is left."""
    if not waiting:
        return False
    with suppress(OSError):  # it has ended: what it does not answer says so
        pipe.send(waiting.pop())
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
    with suppress(EOFError, OSError), Repository(folder) as repository, closing(_replay(repository, terms)) as replay:
        while True:
            at, changes = pipe.recv()
            try:
                for number, each in enumerate(replay.judge(changes), at):
                    pipe.send((number, weigh(each, read_commit(repository.objects, each.entered.head))))
                pipe.send(None)
            except AnswerableError as error:
                pipe.send(error)
