"""The published schema and the reader take the same files, but for what the page says no schema can say."""

from __future__ import annotations

import json
import re
from functools import cache
from typing import Any

import yaml
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from answerable.ownership.file.read import read
from ownership.declared import FILE, schema

BEYOND = ("is here twice", "is a person and a team")
"""What no schema can say, but for days that are in no calendar: names that are there once."""

_TEXTS = st.sampled_from(
    ["ada", "payments", "cover", "Ada", "", " ", "a b", "-a", "a" * 64, "a" * 65, "ada@larkspur.example", "@org/team",
     "EU", "US-CA", "Europe/Stockholm", "Etc/GMT+3", "../etc", "09:00", "24:00", "24:01", "2026-12-31", "2026-13-01",
     "high", "severe", "mon", "https://a.example/x", "javascript:x", "docs/run.md", "*", "!x", "\\#x", "/a/b/", "é",
     "#x"]
)  # fmt: skip
_VALUES = st.one_of(
    _TEXTS, st.integers(-1, 12000), st.booleans(), st.none(), st.just([]), st.just({}), st.lists(_TEXTS, max_size=3),
    st.dictionaries(_TEXTS, _TEXTS, max_size=2),
)  # fmt: skip


@cache
def validator() -> Draft202012Validator:
    found = json.loads(schema().read_text("utf-8"))
    Draft202012Validator.check_schema(found)

    def strict(node: Any) -> Any:
        """ECMA's `$` is the end and nothing before it, as in `ledger.json_schema`."""
        if isinstance(node, dict):
            return {
                k: v.replace("$", r"\Z") if k == "pattern" and isinstance(v, str) else strict(v)
                for k, v in node.items()
            }
        return [strict(each) for each in node] if isinstance(node, list) else node

    return Draft202012Validator(strict(found))


def whole() -> dict[str, Any]:
    """The file with every key, as JSON."""
    found: dict[str, Any] = json.loads(json.dumps(yaml.safe_load(FILE), default=str))
    return found


def places(node: Any, at: tuple[str | int, ...] = ()) -> list[tuple[str | int, ...]]:
    inner = node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ()
    return [at, *(place for key, value in inner for place in places(value, (*at, key)))]


def agree(document: Any) -> None:
    """JSON is YAML whose texts are quoted: the reader takes it as it stands."""
    _, faults = read(json.dumps(document).encode(), "o")
    told = [fault.message for fault in faults]
    mine = [each for each in told if not any(words in each for words in BEYOND)]
    wrong = [f"{each.json_path}: {each.message}" for each in validator().iter_errors(document)]
    assert bool(mine) == bool(wrong), (told, wrong)


def test_the_file_with_every_key_is_taken_by_both() -> None:
    assert list(validator().iter_errors(whole())) == []
    assert read(FILE.encode(), "o")[1] == ()
    agree(whole())


@settings(max_examples=400)
@given(st.data())
def test_both_take_and_refuse_the_same_where_something_was_put_into_the_file(data: st.DataObject) -> None:
    document = whole()
    for _ in range(data.draw(st.integers(1, 2))):
        *above, last = data.draw(st.sampled_from(places(document)[1:]))
        node: Any = document
        for key in above:
            node = node[key]
        if isinstance(node, dict) and data.draw(st.booleans()):
            value = node.pop(last)
            key = data.draw(st.sampled_from([*node, "name", "who", "ada", "cover", "Ada", "owner", "extra"]))
            node[key] = value
        else:
            node[last] = data.draw(_VALUES)
    agree(document)


def test_every_key_is_described() -> None:
    found = json.loads(schema().read_text("utf-8"))
    objects = [found, *(each for each in found["$defs"].values() if "properties" in each)]
    assert [name for each in objects for name, inner in each["properties"].items() if "description" not in inner] == []


def test_the_limits_are_those_of_the_reader() -> None:
    from answerable.ownership.file import words
    from answerable.strict_yaml.reading import MOST_PATTERN

    defs = json.loads(schema().read_text("utf-8"))["$defs"]
    assert defs["step"]["properties"]["after"]["maximum"] == words.MOST_MINUTES
    assert defs["clock"]["properties"]["within"]["maximum"] == words.MOST_HOURS
    assert defs["service"]["properties"]["tier"]["maximum"] == words.MOST_TIER
    assert defs["pattern"]["maxLength"] == MOST_PATTERN
    assert tuple(defs["severities"]["items"]["enum"]) == words.SEVERITIES
    assert re.fullmatch(defs["mail"]["pattern"], "a@b")
