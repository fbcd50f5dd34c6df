"""A check made from a JSON Schema, so that the published schema and the code cannot say different things.

Only the words that `decision.schema.json` needs are known, and an unknown word is an error when the check is made:
nothing of a schema is ever passed over. Every refusal names its place as a JSON path. The meaning of each word is that
of JSON Schema 2020-12; `pattern` has ECMA 262's `$`, which is the end and nothing before it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any

Check = Callable[[Any], None]
Schema = Mapping[str, Any]

TYPES: Mapping[str, tuple[type, ...]] = {
    "object": (dict,),
    "array": (list,),
    "string": (str,),
    "integer": (int,),
    "number": (int, float),
    "boolean": (bool,),
    "null": (type(None),),
}
_SILENT = {"$schema", "$id", "$defs", "$comment", "title", "description", "examples"}


class Wrong(Exception):
    """What is wrong with a value; the place grows on the way out."""

    def __init__(self, what: str) -> None:
        super().__init__(what)
        self.what = what
        self.path = ""


def compiled(schema: Schema) -> Check:
    """The check of a whole schema; it raises `Wrong` for a value that the schema refuses.

    Args:
        schema: A JSON Schema of the words known here.

    Raises:
        ValueError: The schema has a word that is not known here.
    """
    return _Compiler(schema["$defs"]).check(schema)


class _Compiler:
    """Makes checks; a definition is made once, and may refer to itself."""

    def __init__(self, definitions: Mapping[str, Schema]) -> None:
        self.definitions = definitions
        self.made: dict[str, Check] = {}

    def check(self, schema: Schema) -> Check:
        """The check of one schema: its words one after the other, the type first."""
        unknown = [word for word in schema if word not in _SILENT and not hasattr(self, f"word_{word.lstrip('$')}")]
        if unknown:
            raise ValueError(f"this schema needs words that are not known here: {', '.join(unknown)}")
        words = sorted((word for word in schema if word not in _SILENT), key=lambda word: word != "type")
        if "properties" in words and "additionalProperties" in words:
            words.remove("additionalProperties")  # the check of `properties` makes it too, in one pass
        if schema.get("type") == "string" and {"pattern", "enum", "const"} & {*words}:
            words.remove("type")  # those ask for text themselves
        checks = [self.word(word, schema) for word in words]
        if len(checks) == 1:
            return checks[0]

        def every(value: Any) -> None:
            for one in checks:
                one(value)

        return every

    def word(self, word: str, schema: Schema) -> Check:
        """The check of one word of a schema."""
        made: Check = getattr(self, f"word_{word.lstrip('$')}")(schema[word], schema)
        return made

    def word_ref(self, name: str, _: Schema) -> Check:
        """A definition; looked up when it is used, because it may refer to itself."""
        short = name.removeprefix("#/$defs/")
        made = self.made
        if short not in made:
            made[short] = lambda value: made[short](value)
            made[short] = self.check(self.definitions[short])
        return made[short]

    def word_type(self, given: str | list[str], _: Schema) -> Check:
        names = [given] if isinstance(given, str) else given
        types = {kind for name in names for kind in TYPES[name]}
        wanted = " or ".join(names)

        def typed(value: Any) -> None:
            if type(value) not in types:
                raise Wrong(f"must be {_a(wanted)}, is {_a(_named(value))}")

        return typed

    def word_const(self, wanted: str, _: Schema) -> Check:
        return self.word_enum([wanted], _)

    def word_enum(self, wanted: list[str], _: Schema) -> Check:
        among = frozenset(wanted)
        words = wanted[0] if len(wanted) == 1 else f"one of {', '.join(wanted)}"

        def known(value: Any) -> None:
            if type(value) is not str or value not in among:
                raise Wrong(f"must be {words}, is {shown(value)}")

        return known

    def word_pattern(self, pattern: str, schema: Schema) -> Check:
        search = re.compile(pattern.replace("$", r"\Z")).search
        wanted = schema.get("title", f"text like {pattern}")

        asked = schema.get("type") == "string"

        def matches(value: Any) -> None:
            if search(value) is None if type(value) is str else asked:
                raise Wrong(f"must be {wanted}, is {shown(value)}")

        return matches

    def word_minLength(self, least: int, _: Schema) -> Check:  # noqa: N802 - the words of JSON Schema
        return _sized(str, least, None, "characters")

    def word_maxLength(self, most: int, _: Schema) -> Check:  # noqa: N802
        return _sized(str, None, most, "characters")

    def word_minItems(self, least: int, _: Schema) -> Check:  # noqa: N802
        return _sized(list, least, None, "members")

    def word_maxItems(self, most: int, _: Schema) -> Check:  # noqa: N802
        return _sized(list, None, most, "members")

    def word_minProperties(self, least: int, _: Schema) -> Check:  # noqa: N802
        return _sized(dict, least, None, "keys")

    def word_maxProperties(self, most: int, _: Schema) -> Check:  # noqa: N802
        return _sized(dict, None, most, "keys")

    def word_minimum(self, least: int, _: Schema) -> Check:
        def enough(value: Any) -> None:
            if type(value) in (int, float) and value < least:
                raise Wrong(f"must be {least} or more, is {value}")

        return enough

    def word_maximum(self, most: int, _: Schema) -> Check:
        def bounded(value: Any) -> None:
            if type(value) in (int, float) and value > most:
                raise Wrong(f"must be {most} or less, is {value}")

        return bounded

    def word_required(self, names: list[str], _: Schema) -> Check:
        return lambda value: _has(value, names)

    def word_dependentRequired(self, needs: Mapping[str, list[str]], _: Schema) -> Check:  # noqa: N802
        def accompanied(value: Any) -> None:
            for name, names in needs.items():
                if type(value) is dict and name in value:
                    _has(value, names, f" where there is {name}")

        return accompanied

    def word_items(self, schema: Schema, _: Schema) -> Check:
        check = self.check(schema)

        def each(value: Any) -> None:
            if type(value) is list:
                for at, member in enumerate(value):
                    try:
                        check(member)
                    except Wrong as wrong:
                        wrong.path = f"[{at}]{wrong.path}"
                        raise

        return each

    def word_properties(self, schemas: Mapping[str, Schema], schema: Schema) -> Check:
        checks = {name: self.check(inner) for name, inner in schemas.items()}
        return _members(checks, self._others(schema))

    def word_additionalProperties(self, _: bool | Schema, schema: Schema) -> Check:  # noqa: N802
        return _members({}, self._others(schema))

    def _others(self, schema: Schema) -> Check | None:
        if "additionalProperties" not in schema:
            return None
        allowed = schema["additionalProperties"]
        if allowed is True:
            raise ValueError("`additionalProperties` is true where absent: leave it out")
        return _unknown if allowed is False else self.check(allowed)

    def word_allOf(self, schemas: Iterable[Schema], _: Schema) -> Check:  # noqa: N802
        """Branches: `if` one required key has one of some values `then` a schema holds; no other use is known here."""
        branches: dict[tuple[str, str], list[Check]] = {}
        for schema in schemas:
            [(name, condition)] = schema["if"]["properties"].items()
            if schema.keys() != {"if", "then"} or schema["if"].get("required") != [name]:
                raise ValueError("a branch must be an `if` on one required key and a `then`")
            then = self.check(schema["then"])
            for value in condition["enum"] if "enum" in condition else [condition["const"]]:
                branches.setdefault((name, value), []).append(then)
        names = {name for name, _ in branches}

        def branch(value: Any) -> None:
            if type(value) is dict:
                for name in names:
                    if type(given := value.get(name)) is str:
                        for then in branches.get((name, given), ()):
                            then(value)

        return branch


def shown(value: Any) -> str:
    """A value as a message shows it: short, and without characters that a terminal would act on."""
    text = ascii(value) if isinstance(value, str | int | float | bool | None) else _a(_named(value))
    return text if len(text) <= 60 else f"{text[:57]}…"


def shown_path(path: str) -> str:
    """A JSON path from the root, short and harmless to a terminal: keys are as strangers wrote them."""
    text = f"${path}".encode("unicode_escape").decode("ascii")
    return text if len(text) <= 200 else f"{text[:197]}…"


def _members(checks: Mapping[str, Check], others: Check | None) -> Check:
    """Each member of an object by its own check, or by that of the others."""

    def members(value: Any) -> None:
        if type(value) is dict:
            for name, inner in value.items():
                check = checks.get(name, others)
                if check is not None:
                    try:
                        check(inner)
                    except Wrong as wrong:
                        wrong.path = f".{name}{wrong.path}"
                        raise

    return members


def _unknown(_: Any) -> None:
    raise Wrong("is not a key that is known here")


def _has(value: Any, names: Iterable[str], when: str = "") -> None:
    if type(value) is dict:
        for name in names:
            if name not in value:
                raise Wrong(f"lacks the key {name}{when}")


def _sized(kind: type[str | list[Any] | dict[str, Any]], least: int | None, most: int | None, what: str) -> Check:
    def sized(value: Any) -> None:
        if not isinstance(value, kind):
            return
        if least is not None and len(value) < least:
            raise Wrong(f"must have {least} {what} or more, has {len(value)}")
        if most is not None and len(value) > most:
            raise Wrong(f"must have {most} {what} or fewer, has {len(value)}")

    return sized


def _named(value: Any) -> str:
    return next((name for name, kinds in TYPES.items() if type(value) in kinds), type(value).__name__)


def _a(name: str) -> str:
    return name if name == "null" else f"an {name}" if name[0] in "aeiou" else f"a {name}"
