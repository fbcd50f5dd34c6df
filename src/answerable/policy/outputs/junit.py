"""JUnit XML: a test case for each finding and each thing owed, for systems that know no other report.

A finding that fails is a failure, one that only warns or is waived is a skipped test with the reason, and what could
not be evaluated is an error. GitLab reads no more than 500,000 cases; the worst 5,000 are written, and a case says how
many were left out.
"""

from __future__ import annotations

from dataclasses import dataclass
from xml.sax.saxutils import escape, quoteattr

from answerable.domain.verdict import Finding, Obligation, Severity, Verdict
from answerable.policy.outputs.harmless import located, shown, visible
from answerable.policy.outputs.items import UNEVALUABLE, about, items, lines, needed, severity, summary, told

MOST = 5000
_CLASS = "answerable.gate"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Case:
    """One test case: how it ended (`failure`, `error`, `skipped` or nothing: passed) and why."""

    name: str
    end: str | None = None
    why: str = ""
    kind: str = ""
    file: str | None = None

    @property
    def xml(self) -> str:
        file = f" file={quoteattr(self.file)}" if self.file is not None else ""
        head = f"<testcase classname={quoteattr(_CLASS)} name={quoteattr(self.name)}{file}"
        if self.end is None:
            return f"    {head}/>\n"
        kind = f" type={quoteattr(self.kind)}" if self.end != "skipped" else ""
        inner = f"<{self.end}{kind} message={quoteattr(self.why)}>{escape(self.why)}</{self.end}>"
        return f"    {head}>{inner}</testcase>\n"


def render(verdict: Verdict) -> str:
    """One suite; a pass with nothing to say is one case that passed."""
    found = items(verdict)
    cases = [_case(item) for item in found[:MOST]]
    cases += [_met(owed) for owed in verdict.obligations[:MOST] if owed.met]
    if len(found) > MOST:
        words = f"{len(found) - MOST:,} more findings are left out of this report"
        cases.append(_Case(name="answerable-left-out", end="skipped", why=words))
    if not cases:
        cases = [_Case(name="gate")]
    counts = {end: sum(case.end == end for case in cases) for end in ("failure", "error", "skipped")}
    attributes = (
        f'name="answerable gate" tests="{len(cases)}" failures="{counts["failure"]}" errors="{counts["error"]}"'
        f' skipped="{counts["skipped"]}" time="0"'
    )
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>\n<testsuites {attributes}>\n  <testsuite {attributes}>\n'
        f"    <properties>{_properties(verdict)}</properties>\n"
        f"{''.join(case.xml for case in cases)}  </testsuite>\n</testsuites>\n"
    )


def _properties(verdict: Verdict) -> str:
    known = {
        "verdict": summary(verdict), "base": verdict.base, "head": verdict.head,
        "policy": verdict.policy_source, "policy_digest": verdict.policy_digest,
    }  # fmt: skip
    return "".join(f'<property name="{name}" value={quoteattr(visible(value, 300))}/>' for name, value in known.items())


def _case(item: Finding) -> _Case:
    start, end = lines(item)
    where = f" {shown(item.path)}:{start}-{end}" if item.path is not None else ""
    known = about(item)
    ends = "skipped" if severity(item) is not Severity.ERROR else "error" if item.rule == UNEVALUABLE else "failure"
    return _Case(
        name=f"{visible(item.rule, 200)}{where}",
        end=ends,
        why=told(item) + (f" ({known})" if known else ""),
        kind=visible(item.rule, 200),
        file=located(item.path) if item.path is not None else None,
    )


def _met(owed: Obligation) -> _Case:
    return _Case(name=f"{visible(owed.rule, 200)}: {needed(owed)}")
