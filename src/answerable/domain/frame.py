"""A stack frame exactly as a runtime printed it: nothing about a repository is known or guessed here."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """One place named by a stack trace, a log or a list of targets.

    `path` and `function` are as written (no file system is asked); `line` and `column` are 1-based, None
    where the runtime did not say. `trace` counts the traces of one input in the order of the text.
    `position` counts inside a trace from 0, where it failed: the innermost call of the root cause first,
    then what wrapped it.
    """

    path: str
    language: str  # python | java | kotlin | javascript | go | rust | csharp | ruby | php | c | plain …
    line: int | None = None
    column: int | None = None
    function: str | None = None
    trace: int = 0
    position: int = 0
    text: str = ""
