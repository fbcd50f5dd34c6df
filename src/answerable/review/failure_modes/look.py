"""Looks at a change for every failure mode: what it brings, and on request what stood in its files before."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from hashlib import sha256

from answerable import __version__
from answerable.review.ast_grep import LARGEST
from answerable.review.failure_modes.copied_secrets import copied_secrets
from answerable.review.failure_modes.dependencies import dependencies
from answerable.review.failure_modes.languages import language_of
from answerable.review.failure_modes.own_rules import UNREAD
from answerable.review.failure_modes.patterns import patterns
from answerable.review.failure_modes.removed_tests import removed_tests
from answerable.review.failure_modes.silenced_checks import silenced_checks
from answerable.review.failure_modes.touched import Fault, Touched
from answerable.review.failure_modes.tree import Tree
from answerable.review.result import Report, Result, Where

TOOL = "answerable"


def look(files: Sequence[Touched], tree: Tree) -> list[Fault]:
    """All faults of the files of a change, in the order of paths and lines; those of patterns are new and old.

    Raises:
        ExtraMissing: ast-grep is not installed.
        AnalyserFailed: it did not run to its end.
    """
    found = [*patterns(files), *_own(files, tree)]
    return sorted(dict.fromkeys(found), key=lambda one: (one.path, one.start, one.end, one.rule))


def _own(files: Sequence[Touched], tree: Tree) -> Iterator[Fault]:
    for file in files:
        if file.after is None:
            continue
        if len(file.after) > LARGEST:
            if language_of(file.path):
                yield UNREAD.fault(file)
            continue
        yield from copied_secrets(file)
        yield from silenced_checks(file)
    small = [file for file in files if max(len(file.after or b""), len(file.before or b"")) <= LARGEST]
    yield from removed_tests(small)
    yield from dependencies(small, tree)


def report(faults: Sequence[Fault]) -> Report:
    """Faults as a report, as if an analyser had written it."""
    results = tuple(
        Result(
            tool=TOOL,
            rule=fault.rule,
            level=fault.level,
            message=fault.message,
            where=(Where(paths=(fault.path,), start=fault.start, end=fault.end, at=f"failure modes: {fault.rule}"),),
        )
        for fault in faults
    )
    told = repr(
        (__version__, [(r.rule, r.level.value, r.message, r.where[0].paths, r.where[0].start) for r in results])
    )
    return Report(
        name="failure modes", digest=f"sha256:{sha256(told.encode()).hexdigest()}", tools=(TOOL,), results=results
    )  # fmt: skip
