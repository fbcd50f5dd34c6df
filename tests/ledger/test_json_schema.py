"""The published schema says exactly what the reader accepts; the rules that it cannot say are named here."""

from __future__ import annotations

import json
import random
import re
from collections.abc import Callable
from typing import Any

import jsonschema
import pytest
from hypothesis import given

from answerable.domain import acceptance
from answerable.domain.decision import Decision, Kind, PrincipalType
from answerable.errors import AnswerableError
from answerable.ledger import json_schema, statement
from answerable.ledger.statement import read_statement
from ledger.made_decisions import decisions, document, every_kind, mutated

SCHEMA = json.loads(statement.schema_text())

# What a schema cannot say: all of it is in `domain.decision_rules`, or concerns the bytes and not the document.
BEYOND = re.compile(
    r"is no moment of the calendar|ends before it starts|names the decision itself|names one key twice"
    r"|asks for more administrators|is no public key of the type|ends to be valid before it begins"
    r"|nested deeper|half of a surrogate"
)


def _pattern(_: Any, pattern: str, value: Any, __: Any) -> Any:
    """ECMA 262, which JSON Schema asks for, has `$` at the end alone; Python's allows one line break behind it."""
    if isinstance(value, str) and not re.search(pattern.replace("$", r"\Z"), value):
        yield jsonschema.ValidationError(f"{value!r} does not match {pattern!r}")


PEER = jsonschema.validators.extend(jsonschema.Draft202012Validator, {"pattern": _pattern})(SCHEMA)


def agree(whole: Any) -> bool:
    """Whether a document is accepted, once both have said the same of it."""
    allowed, data = PEER.is_valid(whole), json.dumps(whole)
    wrong = _raised(statement.check(), json.loads(data, parse_float=_number), json_schema.Wrong)
    assert (wrong is None) is allowed, (wrong, [error.message for error in PEER.iter_errors(whole)])
    refused = _raised(read_statement, data.encode(), AnswerableError)
    if refused is None or (allowed and not BEYOND.search(str(refused))):
        assert (refused is None) is allowed, refused
    return refused is None


def _raised(call: Callable[[Any], object], given: Any, kind: type[Exception]) -> Exception | None:
    try:
        call(given)
    except kind as error:
        return error
    return None


def _number(text: str) -> float | int:
    return int(float(text)) if float(text).is_integer() else float(text)


def test_the_schema_is_a_sound_schema() -> None:
    jsonschema.Draft202012Validator.check_schema(SCHEMA)


@given(decisions())
def test_the_schema_accepts_any_sound_decision(made: Decision) -> None:
    assert agree(document(statement.statement(made)))


def test_the_schema_and_the_reader_agree_on_documents_with_a_few_changes(seed: int) -> None:
    chance, accepted, refused = random.Random(seed), 0, 0
    for made in every_kind():
        whole = document(statement.statement(made))
        for _ in range(chance.randrange(1, 4)):
            whole = mutated(whole, chance)
            sound = agree(whole)
            accepted, refused = accepted + sound, refused + (not sound)
    assert accepted + refused > 20


def test_the_changes_show_both_what_is_accepted_and_what_is_refused() -> None:
    chance = random.Random(0)
    wholes = [document(statement.statement(made)) for made in every_kind()]
    said = [agree(mutated(chance.choice(wholes), chance)) for _ in range(300)]
    assert min(said.count(True), said.count(False)) > 15


def test_the_words_of_the_schema_are_those_of_the_domain() -> None:
    defs = SCHEMA["$defs"]
    assert defs["kind"]["enum"] == [kind.value for kind in Kind]
    assert defs["keyEntry"]["properties"]["kinds"]["items"]["enum"] == ["*", *(kind.value for kind in Kind)]
    for holder in ("principal", "keyHolder"):
        assert defs[holder]["properties"]["type"]["enum"] == [kind.value for kind in PrincipalType]
    accept = defs["details.accept"]["properties"]
    assert accept["how"]["enum"] == [how.value for how in acceptance.How]
    assert accept["state"]["enum"] == [state.value for state in acceptance.State]


def test_every_key_of_the_schema_says_what_it_means() -> None:
    silent = [
        f"{name}.{key}"
        for name, inner in [("", SCHEMA), *SCHEMA["$defs"].items()]
        for key, member in inner.get("properties", {}).items()
        if not member.get("description")
    ]
    assert silent == []


def test_every_definition_is_used_and_every_one_used_is_there() -> None:
    used = set(re.findall(r'"#/\$defs/([^"]+)"', statement.schema_text()))
    assert used == SCHEMA["$defs"].keys()


def test_an_unknown_word_of_a_schema_is_never_passed_over() -> None:
    for word in ({"not": {}}, {"oneOf": []}, {"format": "uri"}, {"uniqueItems": True}, {"additionalProperties": True}):
        with pytest.raises(ValueError, match=r"known|absent"):
            json_schema.compiled({"$defs": {}, "type": "object", **word})


def test_a_branch_of_another_form_is_never_passed_over() -> None:
    condition = {"properties": {"a": {"const": "b"}}, "required": ["a"]}
    for branch in ({"if": condition, "else": {}}, {"if": condition | {"required": []}, "then": {}}):
        with pytest.raises((ValueError, KeyError)):
            json_schema.compiled({"$defs": {}, "allOf": [branch]})
