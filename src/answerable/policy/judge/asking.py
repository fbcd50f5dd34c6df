"""Asks the expressions of a rule, each once for the same values of what it reads.

A rule's own variables are computed where an expression reads them. One that cannot be computed is no value: where the
answer depends on it, that is an error of the whole evaluation, and where it does not, it is none.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TypeVar

from answerable.errors import PolicyUnevaluable
from answerable.policy.judge.variables import OWN, read_by
from answerable.policy.rule import Expression, Rule

Known = Mapping[str, object]
"""The value of each of `VARIABLES`; lists as tuples."""

T = TypeVar("T")


class Asking:
    """The expressions of one rule."""

    def __init__(self, rule: Rule) -> None:
        self._rule = rule
        self._own = {f"{OWN}{variable.name}": variable.expression for variable in rule.variables}
        self._reads: dict[str, tuple[str, ...]] = {}
        self._answers: dict[tuple[object, ...], object] = {}

    def truth(self, expression: Expression, known: Known) -> bool:
        """Whether a condition holds.

        Raises:
            PolicyUnevaluable: it gives no answer.
        """
        from answerable.policy.judge import expressions  # slow to load, and many policies have none

        return self._asked(expressions.truth, expression, known)

    def words(self, expression: Expression, known: Known) -> str:
        """What an expression says; otherwise as `truth`."""
        from answerable.policy.judge import expressions

        return self._asked(expressions.words, expression, known)

    def _asked(self, ask: Callable[[Expression, Known], T], expression: Expression, known: Known) -> T:
        read = self._read(expression)
        key = (ask, expression.text, *(known[name] for name in read))
        if key not in self._answers:
            self._answers[key] = self._answer(ask, expression, {name: known[name] for name in read})
        return self._answers[key]  # type: ignore[return-value]  # what `ask` gave

    def _answer(self, ask: Callable[[Expression, Known], T], expression: Expression, known: Known) -> T:
        from answerable.policy.judge import expressions

        values, failed = dict(known), []
        for name, _ in expression.scope:
            try:
                values[name] = self._asked(expressions.value_of, self._own[name], known)
            except PolicyUnevaluable as error:
                failed.append(error)
        try:
            return ask(expression, values)
        except PolicyUnevaluable as error:
            first = failed[0] if failed else error
            said = first.message.removeprefix(f"rule {self._rule.name}: ")
            raise PolicyUnevaluable(f"rule {self._rule.name}: {said}", hint=first.hint) from error

    def _read(self, expression: Expression) -> tuple[str, ...]:
        """All of `VARIABLES` that an expression reads, by itself or through the rule's own variables."""
        if expression.text not in self._reads:
            found = dict.fromkeys(read_by(expression.text))
            for name, _ in expression.scope:
                found |= dict.fromkeys(self._read(self._own[name]))
            self._reads[expression.text] = tuple(found)
        return self._reads[expression.text]
