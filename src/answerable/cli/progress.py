"""Shows how far long work has come, on a terminal only, and leaves nothing behind."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

_PATIENCE = 0.5  # seconds before anything is shown
Progress = Callable[[str, int, int], None]


@contextmanager
def progress() -> Iterator[Progress]:
    """A function (stage, done, of) that draws on standard error where that is a terminal."""
    if not sys.stderr.isatty():
        yield lambda _stage, _done, _of: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeRemainingColumn
    from rich.progress import Progress as Bar

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    bar = Bar(*columns, console=Console(stderr=True), transient=True)
    began, tasks = time.monotonic(), dict[str, object]()

    def show(stage: str, done: int, of: int) -> None:
        if time.monotonic() - began < _PATIENCE:
            return
        if not tasks:
            bar.start()
        task = tasks.setdefault(stage, bar.add_task(stage, total=of) if stage not in tasks else None)
        bar.update(task, completed=done, total=of)  # type: ignore[arg-type]

    try:
        yield show
    finally:
        bar.stop()
