"""Puts a rule into the text of a policy file and proves that nothing else changed: what comes out is read again.

The text around it stays as it is, comments included. Where that cannot be done, it is said, never half done.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Mapping

from answerable.policy.file.source import PATH, load
from answerable.policy.model import Policy
from answerable.strict_yaml.writing import block

_RULES = re.compile(r"rules:[ \t]*(?:#.*)?$")
_TOP = re.compile(r"[^\s#-]")
_ITEM = re.compile(r"(?P<indent> *)- ")
NEW = "version: 1\npreset: starter\n"
"""What a repository without a policy is judged by, as a file."""


def inserted(text: str, rule: Mapping[str, object], above: Policy | None = None) -> tuple[str, Policy] | None:
    """The text with the rule at the end of its rules, and the policy that it is; None where that cannot be done.

    Args:
        text: A policy file without a fault.
        rule: As a policy file holds it.
        above: The policy of the organisation.

    Raises:
        PolicyInvalid: the rule itself has a fault.
    """
    before = load(text.encode(), PATH, above)
    new = _placed(text, rule)
    after = load(new.encode(), PATH, above)
    kept = [each for each in after.rules if each.name != rule["name"]]
    same = kept == list(before.rules) and len(after.rules) == len(before.rules) + 1
    untouched = (after.layers, after.services, after.waivers, after.teams, after.mode, after.emergency)
    was = (before.layers, before.services, before.waivers, before.teams, before.mode, before.emergency)
    return (new, after) if same and untouched == was else None


def difference(old: str | None, new: str) -> str:
    """A unified diff of the policy file, as `git apply` takes it; `old` is None where there is no file yet."""
    before = (old or "").splitlines(keepends=True)
    named = f"a/{PATH}" if old is not None else "/dev/null"
    rows = difflib.unified_diff(before, new.splitlines(keepends=True), named, f"b/{PATH}", n=3)
    begins = "" if old is not None else f"diff --git a/{PATH} b/{PATH}\nnew file mode 100644\n"
    body = "".join(row if row.endswith("\n") else f"{row}\n\\ No newline at end of file\n" for row in rows)
    return begins + body


def _placed(text: str, rule: Mapping[str, object]) -> str:
    lines = text.splitlines(keepends=True)
    if lines and not lines[-1].endswith("\n"):
        lines[-1] += "\n"
    at = next((n for n, line in enumerate(lines) if _RULES.match(line.rstrip("\r\n"))), None)
    if at is None and any(line.startswith("rules:") for line in lines):
        return text  # in one line: a person puts it in
    if at is None:
        return "".join([*lines, "\nrules:\n", *_written(rule, "  ")])
    end = next((n for n in range(at + 1, len(lines)) if _TOP.match(lines[n])), len(lines))
    while end > at + 1 and (not lines[end - 1].strip() or lines[end - 1].startswith("#")):
        end -= 1
    item = next((found for line in lines[at + 1 : end] if (found := _ITEM.match(line))), None)
    return "".join([*lines[:end], *_written(rule, item["indent"] if item else "  "), *lines[end:]])


def _written(rule: Mapping[str, object], indent: str) -> list[str]:
    first, *rest = block(rule, f"{indent}  ")
    return [f"{indent}- {first.lstrip()}\n", *(f"{row}\n" for row in rest)]
