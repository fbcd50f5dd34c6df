"""Finds the rule of a result, as SARIF 2.1.0 (3.27.5 to 3.27.7, 3.52) lets tools refer to it."""

from __future__ import annotations

from answerable.review.sarif.node import Node


class Rules:
    """The rules of a run: those of its driver and of its extensions.

    Args:
        run: The run.
    """

    def __init__(self, run: Node) -> None:
        tool = run.object("tool")
        self._driver = _Component(tool.object("driver"))
        self._extensions = [_Component(each.must_be(dict, "an object")) for each in tool.items("extensions")]

    def of(self, result: Node) -> Node | None:
        """The description of a result's rule; None where there is none."""
        reference = result.object("rule")
        component = self._component(reference)
        name = reference.text("id") or result.text("ruleId")
        index = reference.number("index")
        index = result.number("ruleIndex") if index is None else index
        if component is not None and index is not None and index >= 0:
            found = component.at(index)
            if found is None and name is None:
                raise result.fault(f"there is no rule {index} in this run")
            if found is not None and (name is None or _is(found.text("id"), name)):
                return found
        if name is None:
            return None
        those = [component] if component is not None else []
        for each in (*those, self._driver, *self._extensions):
            named = each.named(name)
            if named is not None:
                return named
        return None

    def name(self, result: Node, rule: Node | None) -> str:
        """What the rule is called: as the result says, else as its description does."""
        told = result.text("ruleId") or result.object("rule").text("id")
        return told or (rule.text("id") if rule is not None else None) or ""

    def words(self, rule: Node | None, name: str) -> str | None:
        """A message that is kept with the rule, or with its tool."""
        if rule is not None and name in rule.object("messageStrings"):
            return rule.object("messageStrings").object(name).text("text")
        return self._driver.words(name)

    def _component(self, reference: Node) -> _Component | None:
        """The part of the tool that a reference names; the driver where it names none."""
        told = reference.object("toolComponent")
        index, name = told.number("index"), told.text("name")
        if index is not None and index >= 0:
            if index >= len(self._extensions):
                raise told["index"].fault(f"there is no extension {index} in this run")
            return self._extensions[index]
        if name is None:
            return self._driver
        return next((each for each in (self._driver, *self._extensions) if each.name == name), None)


class _Component:
    """A driver or an extension with its rules by name, read when first asked for."""

    def __init__(self, component: Node) -> None:
        self._component = component
        self.name = component.text("name")
        self._rules: list[Node] | None = None
        self._names: dict[str, Node] = {}

    def at(self, index: int) -> Node | None:
        rules = self._all()
        return rules[index] if index < len(rules) else None

    def named(self, name: str) -> Node | None:
        """A rule by its id; `CA1000/1` is a part of `CA1000`."""
        self._all()
        return self._names.get(name) or self._names.get(name.partition("/")[0])

    def words(self, name: str) -> str | None:
        strings = self._component.object("globalMessageStrings")
        return strings.object(name).text("text") if name in strings else None

    def _all(self) -> list[Node]:
        if self._rules is None:
            self._rules = [each.must_be(dict, "an object") for each in self._component.items("rules")]
            for rule in self._rules:
                self._names.setdefault(rule.text("id") or "", rule)
        return self._rules


def _is(rule: str | None, name: str) -> bool:
    return rule is not None and (name == rule or name.startswith(f"{rule}/"))
