"""Conditions and messages of rules in CEL: checked when they are loaded, bounded when they are evaluated.

The language is that of Kubernetes admission, by Google's own core (docs/adr/0010-cel.md), which ends an evaluation
after a fixed number of steps and refuses what is nested deeper than 32. `map` is left out: with it alone could a value
grow without a bound. Regular expressions take linear time, and what is done for each item of a list is neither one
nor another list. There are no functions of our own: an expression can read the variables and nothing else. Whatever
goes wrong is `PolicyUnevaluable`; nothing passes because of it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from answerable.errors import ExtraMissing, PolicyUnevaluable
from answerable.policy.rule import Expression

BOOL = "bool"
TEXT = "string"
MOST_CHARACTERS = 2000
MOST_VALUE = 4096
MOST_MESSAGE = 10_000
MOST_TOLD = 300  # of a fault: what it quotes may be long

# Every variable: its type, and what it is. A text that is not known is empty.
VARIABLES: dict[str, tuple[str, str]] = {
    "origin": (TEXT, "`ai`, `human`, `mixed` or `unknown`"),
    "grade": (TEXT, "`none`, `inferred`, `declared`, `recorded` or `attested`"),
    "tool": (TEXT, "the tool's name, such as `claude-code`"),
    "model": (TEXT, "the model's name, as the evidence spells it"),
    "session": (TEXT, "the session of the tool"),
    "layer": (TEXT, "the name of the trust layer"),
    "path": (TEXT, "the path from the top of the tree; bytes that are no UTF-8 stand as `\\xff`"),
    "lines": ("int", "how many lines of the change the rule is about"),
    "acceptance": (TEXT, "`human_explicit`, `standing_grant`, `automatic`, `human_reject` or `unknown`"),
    "change.id": (TEXT, "the change's number or id"),
    "change.title": (TEXT, "its title"),
    "change.author": (TEXT, "who opened it"),
    "change.target": (TEXT, "the branch it is to go into"),
    "approvals": ("int", "how many independent people approved the exact head"),
}

_PLACE = re.compile(r"ERROR: <input>:(-?[0-9]+):(-?[0-9]+): ([^\n]*)")
_LITERAL = re.compile(
    r"//[^\n]*"
    r'|[rR]?"""[\s\S]*?"""'
    r"|[rR]?'''[\s\S]*?'''"
    r"""|[rR](?:"[^"\n]*"|'[^'\n]*')"""
    r"""|"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'"""
)
_LOOPS = re.compile(r"[()]|\b(?:all|exists|exists_one|filter|matches)\b")
_CONFIG = "name: policy\nstdlib:\n  exclude_macros: [map]\n"


@dataclass(frozen=True, slots=True, kw_only=True)
class ExpressionFault:
    """What is wrong with an expression; line and column are of its text and count from 1."""

    line: int
    column: int
    message: str
    fix: str


def check(text: str, gives: str) -> ExpressionFault | None:
    """Compile an expression and check its types.

    Args:
        text: The expression.
        gives: `BOOL` or `TEXT`, which it must give.

    Returns:
        The first fault, or None.

    Raises:
        ExtraMissing: the extra `policy` is not installed.
    """
    if len(text) > MOST_CHARACTERS:
        message = f"the expression has {len(text)} characters; {MOST_CHARACTERS} is the most"
        return ExpressionFault(line=1, column=1, message=message, fix="make two rules of it")
    slow = _slow(text)
    if slow:
        return slow
    try:
        given = _compiled(text).return_type().name().lower()
    except (RuntimeError, TypeError, ValueError) as error:
        return _fault(str(error))
    if given == gives:
        return None
    fix = "compare something, such as lines > 10" if gives == BOOL else "make it a text, such as string(lines)"
    return ExpressionFault(line=1, column=1, message=f"the expression gives {given}; it must give {gives}", fix=fix)


def truth(expression: Expression, values: Mapping[str, object]) -> bool:
    """Evaluate a condition.

    Args:
        expression: One that `check` found no fault in.
        values: A value for each of `VARIABLES`, by its whole name (`change.id`); None is an empty text.

    Raises:
        PolicyUnevaluable: it gave no truth value, whatever the cause.
    """
    value = _value(expression, values)
    if not isinstance(value, bool):
        raise _cannot(expression, "it gave no truth value")
    return value


def words(expression: Expression, values: Mapping[str, object]) -> str:
    """Evaluate an expression that gives a text; otherwise as `truth`."""
    value = _value(expression, values)
    if not isinstance(value, str) or len(value) > MOST_MESSAGE:
        raise _cannot(expression, "it gave no text, or one that is too long")
    return value


def _value(expression: Expression, values: Mapping[str, object]) -> object:
    try:
        data = {name: _given(values[name]) for name in VARIABLES if name in values}
        value = _compiled(expression.text).eval(data=data)
        if value.type().name() == "ERROR":
            raise _cannot(expression, str(value.value()))
        return value.value()
    except (RuntimeError, TypeError, ValueError, OverflowError, MemoryError) as error:
        raise _cannot(expression, str(error)) from error


def _slow(text: str) -> ExpressionFault | None:
    """Work that would be done for each item of a list, and takes long itself."""
    plain = _LITERAL.sub(lambda found: re.sub("[^\n]", " ", found[0]), text)
    depth, inside = 0, 0  # of parentheses; of those that hold what is done for each item
    for found in _LOOPS.finditer(plain):
        if found[0] == "(":
            depth += 1
        elif found[0] == ")":
            depth -= 1
            inside = 0 if depth < inside else inside
        elif inside:
            before = text[: found.start()].split("\n")
            message = f"{found[0]} for each item of a list would take too long"
            fix = "write it outside, or make two rules of it"
            return ExpressionFault(line=len(before), column=len(before[-1]) + 1, message=message, fix=fix)
        elif found[0] != "matches":
            inside = depth + 1
    return None


def _given(value: object) -> object:
    if isinstance(value, str):
        if len(value) > MOST_VALUE:
            raise ValueError(f"a text of {len(value)} characters; {MOST_VALUE} is the most")
        return value.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")
    return "" if value is None else value


def _cannot(expression: Expression, why: str) -> PolicyUnevaluable:
    at = f" at line {expression.position.line}" if expression.position else ""
    shown = expression.text if len(expression.text) <= 200 else f"{expression.text[:200]}…"
    reason = (why.splitlines() or ["no reason is given"])[0][:MOST_TOLD]
    message = f"the expression{at} of the policy could not be evaluated: {reason}"
    return PolicyUnevaluable(message, hint=f"correct it; nothing passes until then: {shown}")


def _fault(told: str) -> ExpressionFault:
    found = _PLACE.search(told)
    line, column = (int(found[1]), int(found[2])) if found else (1, 1)
    said = found[3] if found else (told.splitlines() or ["it cannot be compiled"])[0]
    message = re.sub(r" \(in container '.*?'\)| expecting \{.*", "", said)[:MOST_TOLD]
    fix = "see the reference of CEL; the column is where the fault was found"
    if "undeclared reference" in message:
        fix = f"the variables are {', '.join(VARIABLES)}"
    elif "no matching overload" in message:
        fix = "compare values of one type: a text with a text in quotes, a number with a number"
    return ExpressionFault(line=max(line, 1), column=max(column, 1), message=message, fix=fix)


@lru_cache
def _environment() -> Any:
    try:
        from cel_expr_python import cel  # 50 MB: only where a policy has an expression
    except ImportError as error:
        hint = "pip install 'answerable[policy]'"
        raise ExtraMissing("a rule of the policy has a CEL expression, and CEL is not installed", hint=hint) from error
    types = {BOOL: cel.Type.BOOL, TEXT: cel.Type.STRING, "int": cel.Type.INT}
    variables = {name: types[kind] for name, (kind, _) in VARIABLES.items()}
    return cel.NewEnv(config=cel.NewEnvConfigFromYaml(_CONFIG), variables=variables)


@lru_cache(maxsize=1024)
def _compiled(text: str) -> Any:
    return _environment().compile(text)
