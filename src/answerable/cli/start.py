"""Where the program begins: git is set to work first, then the rest is loaded."""

from __future__ import annotations

import signal
import sys

_ENDINGS = {signal.SIGTERM, getattr(signal, "SIGHUP", signal.SIGTERM)}


def main() -> None:
    """Run the program and exit: 0 yes, 1 no, 2 usage, 3 could not be evaluated, 130 interrupted."""
    from answerable.cli import hook_reply

    for number in _ENDINGS:
        if signal.getsignal(number) is not signal.SIG_IGN:  # as under nohup
            signal.signal(number, _terminated)
    try:
        asked = hook_reply.plain(sys.argv[1:])
        code = hook_reply.answer(*asked) if asked else _run()
    except KeyboardInterrupt:
        code = 130
    sys.exit(code)


def _run() -> int:
    """Any command but the answer to a hook."""
    from answerable.cli import ahead

    try:
        ahead.begin(sys.argv[1:])
        from answerable.cli.main import run

        return run(sys.argv[1:])
    finally:
        ahead.end()


def _terminated(_signal: int, _frame: object) -> None:
    """Unwind, so that nothing temporary is left behind; once, for a terminal that goes away says it twice."""
    for number in _ENDINGS:
        signal.signal(number, signal.SIG_IGN)
    raise KeyboardInterrupt
