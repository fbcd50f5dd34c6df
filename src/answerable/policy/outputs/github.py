"""GitHub Actions: workflow commands that become annotations, and the step's summary.

Actions shows ten annotations of a kind for a step, so ten of each kind are written and the rest is counted. Every line
is a command of ours: no text from outside can begin one, or be taken for one (`##[…]` is read anywhere in a line that
is none), because what a command carries is escaped as the runner unescapes it.
"""

from __future__ import annotations

from itertools import groupby

from answerable.domain.verdict import Finding, Outcome, Severity, Verdict
from answerable.policy.outputs import markdown
from answerable.policy.outputs.harmless import located, visible
from answerable.policy.outputs.items import about, items, lines, severity, summary, told

MOST = 10  # of each kind, a step
_COMMANDS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.NOTE: "notice"}


def render(verdict: Verdict) -> str:
    """Workflow commands, one a line: the worst findings, then the verdict."""
    rows, left = [], 0
    for kind, group in groupby(items(verdict), severity):
        found = list(group)
        room = MOST - 1 if kind is _of_verdict(verdict) else MOST
        rows += [_annotation(kind, item) for item in found[:room]]
        left += max(0, len(found) - room)
    room = max(0, MOST - 1 - sum(row.startswith("::notice") for row in rows))
    rows += [_command(Severity.NOTE, {"title": "Answerable"}, visible(note)) for note in verdict.notes[:room]]
    left += max(0, len(verdict.notes) - room)
    words = summary(verdict) + (f"; {left:,} more are not shown here" if left else "")
    rows.append(_command(_of_verdict(verdict), {"title": "Answerable"}, words))
    return "".join(f"{row}\n" for row in rows)


def step_summary(verdict: Verdict) -> str:
    """What goes to the file that `GITHUB_STEP_SUMMARY` names: at most a mebibyte is taken, this is far less."""
    return markdown.render(verdict)


def _of_verdict(verdict: Verdict) -> Severity:
    return Severity.NOTE if verdict.outcome is Outcome.PASS else Severity.ERROR


def _annotation(kind: Severity, item: Finding) -> str:
    given = {}
    if item.path is not None:
        start, end = lines(item)
        given = {"file": located(item.path), "line": str(start), "endLine": str(end)}
    known = about(item)
    return _command(kind, given | {"title": visible(item.rule, 100)}, told(item) + (f" ({known})" if known else ""))


def _command(kind: Severity, given: dict[str, str], words: str) -> str:
    properties = ",".join(f"{name}={_escaped(value, properties=True)}" for name, value in given.items())
    return f"::{_COMMANDS[kind]} {properties}::{_escaped(words)}"


def _escaped(text: str, *, properties: bool = False) -> str:
    """As the runner's toolkit does (actions/toolkit, `command.ts`)."""
    text = text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")
    return text.replace(":", "%3A").replace(",", "%2C") if properties else text
