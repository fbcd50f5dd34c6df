"""What the git hook `pre-push` does: takes in what waits, and pushes the notes that the remote does not have.

The push itself goes on whatever happens here, and after some seconds without waiting for it. Nothing is asked of the
person; what could not be pushed is told, and goes with the next push.
"""

from __future__ import annotations

import os
import signal
import sys
import time
from contextlib import suppress
from pathlib import Path

from answerable.capture.recording.place import find
from answerable.capture.settle import settle
from answerable.git.exchange import push
from answerable.git.repository import Repository

_PATIENCE = 20.0  # seconds
_SETTING = "answerable.pushNotes"


class _TooLong(BaseException):
    """The remote takes too long."""


def main(argv: list[str]) -> int:
    """Run in the work tree that is the current folder.

    Args:
        argv: The remote's name, as git gives it to the hook.

    Returns:
        0, always.
    """
    with suppress(OSError):
        os.setsid()  # so that all that is started ends with us, and nothing asks at the terminal
    signal.signal(signal.SIGALRM, _alarm)
    signal.alarm(int(_PATIENCE) + 1)
    try:
        _push(Path.cwd(), argv[0])
    except (Exception, _TooLong) as error:
        from answerable.domain.printable import printable

        told = printable(str(error) or type(error).__name__)
        sys.stderr.write(
            f"answerable: notes were not pushed: {told}\n"
            f"  try: answerable ledger sync {printable(argv[0])}; keep them at home: git config {_SETTING} false\n"
        )
        sys.stderr.flush()
        if isinstance(error, _TooLong) and os.getpgrp() == os.getpid():
            signal.signal(signal.SIGTERM, signal.SIG_IGN)
            os.killpg(0, signal.SIGTERM)
    return 0


def _push(folder: Path, remote: str) -> None:
    until = time.monotonic() + _PATIENCE
    settle(folder)
    if find(os.fsencode(folder.resolve())) is None:
        return
    with Repository(folder) as repository:
        if _wanted(repository):
            push(repository, remote, until)


def _wanted(repository: Repository) -> bool:
    _, out, _ = repository.git.attempt("config", "--type=bool", "--get", _SETTING)
    return out.strip() != b"false"


def _alarm(_signal: int, _frame: object) -> None:
    raise _TooLong(f"the remote did not answer for {_PATIENCE:.0f} seconds")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
