"""Reads code in a process of its own, so that a file that makes a grammar crash, or take all memory, ends only that.

Grammars are C, and what they are given is written by whoever is judged. The process is forked when code is first read,
serves this one until it ends, and is replaced when it dies. Where a system cannot fork, code is read in this process.
"""

from __future__ import annotations

import gc
import os
import signal
import struct
import threading
import warnings
from contextlib import suppress
from typing import NoReturn

from answerable.policy.layers.code.read import read
from answerable.policy.layers.code.registry import language
from answerable.policy.layers.code.uses import Uses, packed, unpacked

MOST_MEMORY = 512 << 20  # besides what the process has when it begins
MOST_SECONDS = 10  # of one file; the budget of the grammar ends almost all before
MOST_DEATHS = 5  # one after another: then each lets files go unread, so that a change cannot take hours
MOST_SAID = 64 << 20  # in one message
_READS = 20  # that make up for one, or go unread
_HEAD = struct.Struct("!II")


class Apart:
    """The process, started when it is needed."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._pid = 0
        self._owner = 0
        self._to = self._from = -1
        self._deaths = 0  # each counts as many reads

    def read(self, key: str, content: bytes) -> Uses | None:
        """What a file uses.

        Args:
            key: Its language, as the registry names it.
            content: Its bytes, prepared.

        Returns:
            None where it cannot be read: the process died of it, or its budget was used up.
        """
        if not hasattr(os, "fork"):
            return read(language(key), content)
        with self._lock:
            if self._deaths >= MOST_DEATHS * _READS:
                self._deaths -= 1
                return None
            if not self._pid or self._owner != os.getpid():
                self._start()
            try:
                _send(self._to, key.encode(), content)
                found = unpacked(_receive(self._from)[1])
            except (
                OSError,
                EOFError,
                ValueError,
                TypeError,
                RecursionError,
            ):  # it died, or it was made to say something else
                self._deaths += _READS
                self._end()
                return None
            self._deaths = max(self._deaths - 1, 0)
            return found

    def close(self) -> None:
        """End the process; the next read starts another."""
        with self._lock:
            if self._pid and self._owner == os.getpid():
                self._end()

    def _start(self) -> None:
        there, self._to = os.pipe()
        self._from, here = os.pipe()
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)  # of threads: the child runs none of them
            gc.freeze()
            self._pid = os.fork()
        if not self._pid:
            _serve(there, here)
        gc.unfreeze()
        self._owner = os.getpid()
        os.close(there)
        os.close(here)

    def _end(self) -> None:
        with suppress(ProcessLookupError):
            os.kill(self._pid, signal.SIGKILL)  # it may live, and say what it should not
        os.close(self._to)
        os.close(self._from)
        os.waitpid(self._pid, 0)
        self._pid = 0


def _serve(asked: int, answers: int) -> NoReturn:
    """The child: it holds nothing of the parent's but the two pipes, and never returns."""
    try:
        import faulthandler

        faulthandler.disable()
        gc.disable()  # nothing that is read refers to itself
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
        nothing = os.open(os.devnull, os.O_RDWR)
        for standard in (0, 1, 2):
            os.dup2(nothing, standard)
        kept = sorted((asked, answers))
        for low, high in ((3, kept[0]), (kept[0] + 1, kept[1]), (kept[1] + 1, os.sysconf("SC_OPEN_MAX"))):
            os.closerange(low, min(high, 1 << 16))
        _limit()
        while True:
            key, content = _receive(asked)
            _one_more()
            uses = _read(key.decode(), content)
            _send(answers, b"", packed(uses))
    except BaseException:  # noqa: S110  # there is nobody to tell: the parent sees that the pipe ends
        pass
    finally:
        os._exit(0)


def _read(key: str, content: bytes) -> Uses | None:
    """A fault of ours costs one file as well."""
    try:
        return read(language(key), content)
    except (ArithmeticError, AttributeError, LookupError, TypeError, ValueError, RecursionError):
        return None


def _limit() -> None:
    import resource

    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    try:
        with open("/proc/self/statm", "rb") as file:  # noqa: PTH123
            used = int(file.read().split()[0]) * resource.getpagesize()
    except OSError:
        return  # where it cannot be known, the budget of the grammar has to do
    hard = resource.getrlimit(resource.RLIMIT_AS)[1]
    most = used + MOST_MEMORY
    if hard == resource.RLIM_INFINITY or most < hard:
        resource.setrlimit(resource.RLIMIT_AS, (most, hard))


def _one_more() -> None:
    import resource
    import time

    hard = resource.getrlimit(resource.RLIMIT_CPU)[1]
    until = int(time.process_time()) + MOST_SECONDS
    if hard == resource.RLIM_INFINITY or until < hard:
        resource.setrlimit(resource.RLIMIT_CPU, (until, hard))


def _send(to: int, name: bytes, content: bytes) -> None:
    data = memoryview(_HEAD.pack(len(name), len(content)) + name + content)
    while data:
        data = data[os.write(to, data) :]


def _receive(source: int) -> tuple[bytes, bytes]:
    name, content = _HEAD.unpack(_exactly(source, _HEAD.size))
    if name + content > MOST_SAID:
        raise EOFError
    return _exactly(source, name), _exactly(source, content)


def _exactly(source: int, size: int) -> bytes:
    parts = []
    while size:
        part = os.read(source, min(size, 1 << 20))
        if not part:
            raise EOFError
        parts.append(part)
        size -= len(part)
    return b"".join(parts)


APART = Apart()
