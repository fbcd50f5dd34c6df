"""Looks for keys and passwords in the lines that a change adds; nothing that it says repeats one."""

from __future__ import annotations

from collections.abc import Iterator

from answerable.ledger.secrets import find, rules
from answerable.review.failure_modes.own_rules import SECRET
from answerable.review.failure_modes.touched import Fault, Touched

_LONGEST = 20_000  # characters of a line that are looked at
_LOCKS = (".lock", "-lock.json", "-lock.yaml", "go.sum", ".min.js", ".map")  # digests are as random as keys


def copied_secrets(file: Touched) -> Iterator[Fault]:
    """The new lines of a file that hold one."""
    if file.name.endswith(_LOCKS):
        return
    for start, end in file.added:
        lines = [line[:_LONGEST] for line in file.lines[start - 1 : end]]
        text = "\n".join(lines)
        for found in find(text):
            what = next(rule.what for rule in rules().rules if rule.name == found.rule)
            first = start + text.count("\n", 0, found.start)
            yield SECRET.fault(file, first, first + text.count("\n", found.start, found.end), what)
