"""Where the program begins: git is set to work first, then the rest is loaded."""

from __future__ import annotations

import signal
import sys


def main() -> None:
    """Run the program and exit: 0 yes, 1 no, 2 usage, 3 could not be evaluated, 130 interrupted."""
    from answerable.cli import ahead

    signal.signal(signal.SIGTERM, _terminated)
    try:
        ahead.begin(sys.argv[1:])
        from answerable.cli.main import run

        code = run(sys.argv[1:])
    except KeyboardInterrupt:
        code = 130
    finally:
        ahead.end()
    sys.exit(code)


def _terminated(_signal: int, _frame: object) -> None:
    """Unwind, so that nothing temporary is left behind."""
    raise KeyboardInterrupt
