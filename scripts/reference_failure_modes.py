"""The page of failure modes: every rule with what it matches and what it does not, read off its file."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import groupby
from typing import Any

from answerable.cli.review import findings_
from answerable.domain.grade import Grade
from answerable.domain.level import Level
from answerable.domain.origin import Origin
from answerable.policy.failure_modes import Seen
from answerable.review.failure_modes.languages import Language
from answerable.review.failure_modes.own_rules import OWN_RULES
from answerable.review.failure_modes.rule_files import RuleFile, rule_files
from answerable.review.findings import Found
from answerable.review.result import Result

Rows = Callable[[Sequence[str], list[tuple[str, ...]]], str]

_LANGUAGES = {
    Language.PYTHON: "Python",
    Language.JAVASCRIPT: "JavaScript, TypeScript",
    Language.JAVA: "Java",
    Language.GO: "Go",
    Language.RUST: "Rust",
    Language.C: "C, C++",
    Language.CSHARP: "C#",
    Language.RUBY: "Ruby",
}


def sections(rows: Rows) -> Iterator[str]:
    """The sections of the page.

    Args:
        rows: Writes a table.
    """
    own = [(f"`{rule.name}`", rule.level.value, rule.message, rule.known) for rule in OWN_RULES.values()]
    yield f"## Of the change itself\n\n{rows(('rule', 'level', 'finds', 'why'), own)}"
    for mode, group in groupby(sorted(rule_files().values(), key=lambda one: one.mode), key=lambda one: one.mode):
        yield _mode(mode, list(group), rows)


def _mode(mode: str, rules: Sequence[RuleFile], rows: Rows) -> str:
    cells = [(f"`{rule.name}`", rule.level.value, _LANGUAGES[rule.language], rule.message) for rule in rules]
    table = rows(("rule", "level", "language", "finds"), cells)
    return f"## `{mode}`\n\n{rules[0].known}\n\n{table}"


def failure_mode_documents() -> dict[str, list[dict[str, Any]]]:
    """Documents of `answerable review findings`, by the command."""
    made = [_seen(full=True), _seen(full=False)]
    return {"review findings": [findings_.document("NAME", "NAME", made, 1)]}


def _seen(*, full: bool) -> Seen:
    result = Result(tool="NAME", rule="NAME", level=Level.NOTE, message="NAME")
    name = "NAME" if full else None
    found = Found(result=result, path=b"NAME", start=1 if full else 0, end=1 if full else 0)
    return Seen(found=found, new=full, origin=Origin.AI, grade=Grade.DECLARED, tool=name, model=name, layer=name)
