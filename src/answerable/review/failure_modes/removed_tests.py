"""Looks for tests that a change takes out, weakens or keeps from running, comparing each file with what it was.

A test that only moved to another file, or has another name, is not gone: its assertions are still there. What is taken
out in a change of tests alone is left to the reviewer: only where code changes too does it look like a way to a green
run.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import pairwise
from typing import NamedTuple

from answerable.review.failure_modes.languages import language_of
from answerable.review.failure_modes.own_rules import EMPTY_ASSERTION, REMOVED_TEST, SKIPPED_TEST, WEAKENED_TEST
from answerable.review.failure_modes.test_files import Shape, is_test, shape_of
from answerable.review.failure_modes.touched import Fault, Touched

_MOST_NAMED = 3
_LONGEST = 2000  # characters of a line that are looked at


class _Test(NamedTuple):
    start: int
    end: int
    assertions: tuple[str, ...]  # the lines that assert something


def removed_tests(files: Sequence[Touched]) -> Iterator[Fault]:
    """What a change does to tests."""
    tests = [file for file in files if is_test(file.path) or (file.old_path and is_test(file.old_path))]
    sources = [file for file in files if language_of(file.path) and not is_test(file.path)]
    for file in tests:
        yield from _marked(file)
    if not sources:
        return
    before = [_tests(file, file.lines_before) if file.before else {} for file in tests]
    after = [_tests(file, file.lines) if file.after else {} for file in tests]
    names = {name for found in after for name in found}
    lost = _assertions(before) - _assertions(after)  # lines of which there are fewer than before
    place = next((file for file in sources if file.after), None)
    for file, old, new in zip(tests, before, after, strict=True):
        gone = [name for name, test in old.items() if name not in names and _is_gone(test, lost)]
        on = file if file.after is not None else place
        if gone and on is not None:
            yield REMOVED_TEST.fault(on, more=_named(file, gone))
        for name in old.keys() & new.keys():
            fewer = len(old[name].assertions) - len(new[name].assertions)
            if fewer > 0:
                start, end = new[name].start, new[name].end
                lines = (start, end) if file.adds(start, end) else (0, 0)
                yield WEAKENED_TEST.fault(file, *lines, more=f"{name[:80]} lost {fewer} of its assertions")


def _assertions(found: Iterable[Mapping[str, _Test]]) -> Counter[str]:
    return Counter(line for tests in found for test in tests.values() for line in test.assertions)


def _is_gone(test: _Test, lost: Counter[str]) -> bool:
    return not test.assertions or any(lost[line] for line in test.assertions)


def _tests(file: Touched, lines: Sequence[str]) -> dict[str, _Test]:
    """The tests of a file by name, each with how often it asserts something."""
    shape = shape_of(file.path)
    if shape is None:
        return {}
    begins = [(at, name) for at, line in enumerate(lines, 1) if (name := _begun(shape, line))]
    found = {}
    for (at, name), (following, _) in pairwise([*begins, (len(lines) + 1, "")]):
        body = lines[at - 1 : following - 1]
        told = tuple(line.strip() for line in body if shape.asserts.search(line[:_LONGEST]))
        if told or name.lower().startswith("test"):  # a helper between tests is none
            found[name] = _Test(at, following - 1, told)
    return found


def _begun(shape: Shape, line: str) -> str | None:
    found = shape.begins.match(line[:_LONGEST])
    return next((group for group in found.groups() if group), None) if found else None


def _marked(file: Touched) -> Iterator[Fault]:
    """New lines that keep a test from running, or that hold whatever happens."""
    shape = shape_of(file.path)
    if shape is None:
        return
    there = Counter(line.strip() for line in file.lines_before)
    for at, line in file.new_lines():
        if there[line.strip()]:
            there[line.strip()] -= 1
        elif shape.skips.search(line[:_LONGEST]):
            yield SKIPPED_TEST.fault(file, at)
        elif shape.empty.search(line[:_LONGEST]):
            yield EMPTY_ASSERTION.fault(file, at)


def _named(file: Touched, gone: Sequence[str]) -> str:
    few = ", ".join(name[:80] for name in gone[:_MOST_NAMED])
    more = f" and {len(gone) - _MOST_NAMED} more" if len(gone) > _MOST_NAMED else ""
    where = (file.old_path or file.path).decode("utf-8", "replace")
    return f"{few}{more} in {where}"
