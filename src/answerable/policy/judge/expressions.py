"""Conditions and messages of rules in CEL: checked when they are loaded, bounded when they are evaluated.

The language is that of Kubernetes admission, by Google's own core (docs/adr/0010-cel.md), which ends an evaluation
after a fixed number of steps and refuses what is nested deeper than 32. `map` is left out: with it alone could a value
grow without a bound, and what a policy's own variable gives is bounded again. Regular expressions take linear time, and
what is done for each item of a list is neither one nor another list. There are no functions of our own: an expression
can read the variables and nothing else. Whatever goes wrong is `PolicyUnevaluable`; nothing passes because of it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from answerable.errors import ExtraMissing, PolicyUnevaluable
from answerable.policy.judge.variables import (
    BOOL,
    DOUBLE,
    INT,
    INTS,
    TEXT,
    TEXTS,
    VARIABLES,
    Type,
    read_by,
    without_texts,
)
from answerable.policy.rule import Expression, Scope

TYPES = (BOOL, TEXT, INT, DOUBLE, TEXTS, INTS)
"""What a variable may be."""

MOST_CHARACTERS = 2000
MOST_VALUE = 4096  # characters of a text
MOST_ITEMS = 1000  # of a list
MOST_MESSAGE = 10_000
MOST_TOLD = 300  # of a fault: what it quotes may be long

_PLACE = re.compile(r"ERROR: <input>:(-?[0-9]+):(-?[0-9]+): ([^\n]*)")
_LOOPS = re.compile(r"[()]|\b(?:all|exists|exists_one|filter|matches)\b")
_FIXES = {BOOL: "compare something, such as lines > 10", TEXT: "make it a text, such as string(lines)"}
_CONFIG = "name: policy\nstdlib:\n  exclude_macros: [map]\n"


@dataclass(frozen=True, slots=True, kw_only=True)
class ExpressionFault:
    """What is wrong with an expression; line and column are of its text and count from 1."""

    line: int
    column: int
    message: str
    fix: str


def check(text: str, gives: Type | None, scope: Scope = ()) -> ExpressionFault | None:
    """Compile an expression and check its types.

    Args:
        text: The expression.
        gives: The type that it must give; None: any of `TYPES`.
        scope: The policy's own variables that it may read, by their whole names, with their types.

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
        given = type_of(text, scope)
    except (RuntimeError, TypeError, ValueError) as error:
        return _fault(str(error), scope)
    if given == gives or (gives is None and given in TYPES):
        return None
    fix = _FIXES.get(gives or "", "make it a truth value, a number, a text, or a list of numbers or texts")
    wanted = gives or f"one of {', '.join(TYPES)}"
    return ExpressionFault(line=1, column=1, message=f"the expression gives {given}; it must give {wanted}", fix=fix)


def type_of(text: str, scope: Scope = ()) -> Type:
    """What an expression gives that has no fault."""
    return str(_compiled(text, scope).return_type().name()).lower()


def truth(expression: Expression, values: Mapping[str, object]) -> bool:
    """Evaluate a condition.

    Args:
        expression: One that `check` found no fault in.
        values: A value for each variable that it reads, by its whole name (`change.id`); None is an empty text.

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


def value_of(expression: Expression, values: Mapping[str, object]) -> object:
    """Evaluate an expression that gives one of `TYPES`, as values of Python; otherwise as `truth`."""
    return _bounded(expression, _value(expression, values))


def _value(expression: Expression, values: Mapping[str, object]) -> object:
    names = read_by(expression.text, tuple(name for name, _ in expression.scope))
    try:
        data = {name: _given(values[name]) for name in names if name in values}
        value = _compiled(expression.text, expression.scope).eval(data=data)
        if value.type().name() == "ERROR":
            raise _cannot(expression, str(value.value()))
        return value.plain_value()
    except (RuntimeError, TypeError, ValueError, OverflowError, MemoryError) as error:
        raise _cannot(expression, str(error)) from error


def _bounded(expression: Expression, value: object) -> object:
    """What a variable is may be read by another: no chain of them may grow without a bound."""
    try:
        return _given(value)
    except ValueError as error:
        raise _cannot(expression, str(error)) from error


def _slow(text: str) -> ExpressionFault | None:
    """Work that would be done for each item of a list, and takes long itself."""
    plain = without_texts(text)
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
    if isinstance(value, list | tuple):
        if len(value) > MOST_ITEMS:
            raise ValueError(f"a list of {len(value)} entries; {MOST_ITEMS} is the most")
        return [_given(item) for item in value]
    return "" if value is None else value


def _cannot(expression: Expression, why: str) -> PolicyUnevaluable:
    at = f" at line {expression.position.line}" if expression.position else ""
    shown = expression.text if len(expression.text) <= 200 else f"{expression.text[:200]}…"
    reason = (why.splitlines() or ["no reason is given"])[0][:MOST_TOLD]
    message = f"the expression{at} of the policy could not be evaluated: {reason}"
    return PolicyUnevaluable(message, hint=f"correct it; nothing passes until then: {shown}")


def _fault(told: str, scope: Scope = ()) -> ExpressionFault:
    found = _PLACE.search(told)
    line, column = (int(found[1]), int(found[2])) if found else (1, 1)
    said = found[3] if found else (told.splitlines() or ["it cannot be compiled"])[0]
    message = re.sub(r" \(in container '.*?'\)| expecting \{.*", "", said)[:MOST_TOLD]
    fix = "see the reference of CEL; the column is where the fault was found"
    if "undeclared reference" in message:
        fix = f"the variables are {', '.join((*VARIABLES, *(name for name, _ in scope)))}"
    elif "no matching overload" in message:
        fix = "compare values of one type: a text with a text in quotes, a number with a number"
    return ExpressionFault(line=max(line, 1), column=max(column, 1), message=message, fix=fix)


@lru_cache(maxsize=256)
def _environment(scope: Scope) -> Any:
    try:
        from cel_expr_python import cel  # 50 MB: only where a policy has an expression
    except ImportError as error:
        hint = "pip install 'answerable[policy]'"
        raise ExtraMissing("a rule of the policy has a CEL expression, and CEL is not installed", hint=hint) from error
    of = cel.Type
    types = {BOOL: of.BOOL, TEXT: of.STRING, INT: of.INT, DOUBLE: of.DOUBLE}
    types |= {TEXTS: of.List(of.STRING), INTS: of.List(of.INT)}
    named = [*((name, kind) for name, (kind, _) in VARIABLES.items()), *scope]
    return cel.NewEnv(config=cel.NewEnvConfigFromYaml(_CONFIG), variables={name: types[kind] for name, kind in named})


@lru_cache(maxsize=4096)
def _compiled(text: str, scope: Scope = ()) -> Any:
    return _environment(scope).compile(text)
