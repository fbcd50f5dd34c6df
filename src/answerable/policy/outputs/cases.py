"""Cases of a policy as JUnit XML: a test case each; one that is not as expected is a failure, a fault is an error."""

from __future__ import annotations

from collections.abc import Sequence
from xml.sax.saxutils import escape, quoteattr

from answerable.domain.fault import Fault
from answerable.policy.cases import Ended
from answerable.policy.outputs.harmless import visible

_CLASS = "answerable.policy"


def render(ended: Sequence[tuple[str, Ended]], faults: Sequence[Fault]) -> str:
    """One suite.

    Args:
        ended: The name of the file of each case, and how the case ended.
        faults: Those of files that could not be read.
    """
    failures = sum(bool(each.differences) for _, each in ended)
    attributes = (
        f'name="answerable policy test" tests="{len(ended) + len(faults)}" failures="{failures}"'
        f' errors="{len(faults)}" skipped="0" time="0"'
    )
    cases = "".join([*(_case(name, each) for name, each in ended), *map(_fault, faults)])
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>\n<testsuites {attributes}>\n  <testsuite {attributes}>\n'
        f"{cases}  </testsuite>\n</testsuites>\n"
    )


def _case(file: str, ended: Ended) -> str:
    head = _head(ended.case.name, file)
    if not ended.differences:
        return f"    {head}/>\n"
    words = "; ".join(f"{each.what}: expected {each.expected}, found {each.found}" for each in ended.differences)
    told = visible(words if ended.problem is None else f"{words}; could not be evaluated: {ended.problem}", 2000)
    return f'    {head}><failure type="differs" message={quoteattr(told)}>{escape(told)}</failure></testcase>\n'


def _fault(fault: Fault) -> str:
    told = visible(f"{fault.where}: {fault.message}; {fault.fix}", 2000)
    head = _head(f"line {fault.position.line}, column {fault.position.column}", fault.file)
    return f'    {head}><error type="fault" message={quoteattr(told)}>{escape(told)}</error></testcase>\n'


def _head(name: str, file: str) -> str:
    shown = quoteattr(visible(name, 200))
    return f"<testcase classname={quoteattr(_CLASS)} name={shown} file={quoteattr(visible(file, 300))}"
