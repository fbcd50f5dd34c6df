"""Reads what is written in CEL: conditions, messages, validations and variables, each checked where it stands.

A variable reads only those that are above it, so that no circle of them can be written.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from answerable.domain.fault import Position
from answerable.policy.judge import expressions
from answerable.policy.judge.variables import BOOL, NAME, OWN, TEXT, read_by
from answerable.policy.rule import Expression, Scope, Validation, Variable
from answerable.strict_yaml.nodes import Mapping, Node, Scalar, Sequence
from answerable.strict_yaml.reading import Notes

VARIABLE_KEYS = ("name", "expression")
CONDITION_KEYS = ("name", "expression")
VALIDATION_KEYS = ("expression", "message", "messageExpression")
MOST_VARIABLES = 100
MOST_VALIDATIONS = 100


class Reader:
    """Reads the expressions of one file.

    Args:
        notes: The faults of the file.
        lines: Its lines, to place faults.
        scope: The variables that all of them may read.
    """

    def __init__(self, notes: Notes, lines: list[str], scope: tuple[Variable, ...] = ()) -> None:
        self._notes, self._lines, self.variables = notes, lines, scope

    def knowing(self, node: Node | None) -> Reader:
        """A reader that knows the variables of a list, besides."""
        known = list(self.variables)
        for each in self._mappings(node, "variables", MOST_VARIABLES):
            variable = Reader(self._notes, self._lines, tuple(known))._variable(each)
            if variable is not None:
                known.append(variable)
        return Reader(self._notes, self._lines, tuple(known))

    def used(self, found: Iterable[Expression]) -> tuple[Variable, ...]:
        """The variables that expressions read, and those that these read, in the order of the file."""
        wanted = {name for each in found for name, _ in each.scope}
        kept: list[Variable] = []
        for variable in reversed(self.variables):
            if f"{OWN}{variable.name}" in wanted:
                wanted.update(name for name, _ in variable.expression.scope)
                kept.append(variable)
        return tuple(reversed(kept))

    def condition(self, node: Node | None) -> Expression | None:
        """`when`: one condition, or a list of named ones that must all hold."""
        if not isinstance(node, Sequence):
            return self.expression(node, "when", BOOL) if node is not None else None
        found = []
        for each in self._mappings(node, "when", MOST_VALIDATIONS):
            keys = self._notes.keys(each, "a condition", *CONDITION_KEYS, needs=CONDITION_KEYS)
            name = self._notes.name(keys.get("name"), "the name of a condition")
            if "expression" in keys:
                found.append(self.expression(keys["expression"], f"when {name}", BOOL))
        return self._all(node, [one for one in found if one.text])

    def validations(self, node: Node | None) -> tuple[Validation, ...]:
        """`validations`."""
        return tuple(self._validation(each) for each in self._mappings(node, "validations", MOST_VALIDATIONS))

    def expression(self, node: Node, what: str, gives: str | None) -> Expression:
        """One expression that must give a type."""
        text = self._notes.text(node, what)
        names = set(read_by(text, tuple(name for name, _ in self._scope)))
        scope = tuple(pair for pair in self._scope if pair[0] in names)
        fault = expressions.check(text, gives, self._scope if _reads_own(text) else ()) if text else None
        if fault and isinstance(node, Scalar):
            at = _inside(node, fault.line, fault.column, self._lines)
            self._notes.add(at, f"{what}: {fault.message}", fault.fix)
            return Expression(text="", position=node.at)
        return Expression(text=text, scope=scope, position=node.at)

    @property
    def _scope(self) -> Scope:
        return tuple((f"{OWN}{variable.name}", variable.type) for variable in self.variables)

    def _variable(self, node: Mapping) -> Variable | None:
        keys = self._notes.keys(node, "a variable", *VARIABLE_KEYS, needs=VARIABLE_KEYS)
        if len(keys) < len(VARIABLE_KEYS):
            return None
        name = self._notes.text(keys["name"], "the name of a variable")
        if name and not NAME.fullmatch(name):
            fix = "take up to 64 letters, digits and underscores, a letter first"
            self._notes.add(keys["name"].at, f"the name of a variable cannot be {name[:80]!r}", fix)
        if any(name == other.name for other in self.variables):
            self._notes.add(keys["name"].at, f"the variable {name} is here twice", "give it another name")
        found = self.expression(keys["expression"], f"variable {name[:64]}", None)
        if not found.text or not NAME.fullmatch(name):
            return None
        return Variable(name=name, expression=found, type=expressions.type_of(found.text, found.scope))

    def _validation(self, node: Mapping) -> Validation:
        keys = self._notes.keys(node, "a validation", *VALIDATION_KEYS, needs=("expression",))
        told = keys.get("messageExpression")
        return Validation(
            expression=self.expression(keys["expression"], "expression", BOOL)
            if "expression" in keys
            else Expression(text=""),
            message=self._notes.text(keys["message"], "message") if "message" in keys else None,
            message_expression=self.expression(told, "messageExpression", TEXT) if told is not None else None,
        )

    def _all(self, node: Node, found: list[Expression]) -> Expression | None:
        """Conditions as one; what one of them says no to, no error of another keeps."""
        if len(found) < 2:
            return replace(found[0], position=node.at) if found else None
        text = " && ".join(f"({one.text}\n)" for one in found)
        scope = tuple(pair for pair in self._scope if any(pair in one.scope for one in found))
        fault = expressions.check(text, BOOL, scope)
        if fault:
            self._notes.add(node.at, f"when: all conditions together: {fault.message}", fault.fix)
        return Expression(text=text, scope=scope, position=node.at)

    def _mappings(self, node: Node | None, what: str, most: int) -> Iterator[Mapping]:
        items = self._notes.each(node, what, lambda item: item) if node is not None else ()
        if node is not None and len(items) > most:
            self._notes.add(node.at, f"these are {len(items)} {what}; {most} is the most", "leave some out")
            return
        for item in items:
            if isinstance(item, Mapping):
                yield item
            else:
                self._notes.add(item.at, f"an entry of {what} must be a mapping", "write its keys, such as `name: …`")


def _reads_own(text: str) -> bool:
    """An expression that reads none of the policy's own variables is compiled once for all policies."""
    return OWN[:-1] in text


def _inside(node: Scalar, line: int, column: int, lines: list[str]) -> Position:
    """Where a place in the text of a scalar stands in the file."""
    if node.style == "|":
        at = node.at.line + line
        row, told = lines[at - 1] if at <= len(lines) else "", node.text.split("\n")[line - 1]
        return Position(at, max(len(row) - len(told), 0) + column)
    if node.style == ">" or line > 1:
        return node.at  # lines were folded: which one it was is not known
    return Position(node.at.line, node.at.column + bool(node.style) + column - 1)
