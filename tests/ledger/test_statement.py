"""Statements: one decision is one sequence of bytes, what is written can be read, and nothing else can."""

from __future__ import annotations

import contextlib
import dataclasses
import json
import random
from typing import Any

import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from answerable.domain.decision import Decision, Kind
from answerable.errors import DecisionInvalid, DecisionTooLarge, DecisionUnsupported
from answerable.ledger import strict_json
from answerable.ledger.statement import MOST, read_statement, statement
from ledger.made_decisions import LEDGER, decision, decisions, document, every_kind, mutated

SOUND = statement(decision())
AGREED = (DecisionInvalid, DecisionTooLarge, DecisionUnsupported)


def broken(path: str, value: Any, kind: Kind = Kind.REVIEW) -> bytes:
    """A sound statement with the value at a dotted path replaced, or removed where it is an ellipsis."""
    whole = document(statement(decision(kind)))
    *way, last = path.split(".")
    holder = whole
    for step in way:
        holder = holder[int(step)] if step.isdigit() else holder[step]
    if value is ...:
        del holder[last]
    else:
        holder[last] = value
    return json.dumps(whole).encode()


def assert_read_or_refused(data: bytes) -> None:
    """What is not refused as agreed can be written and read again."""
    with contextlib.suppress(*AGREED):
        again = read_statement(data)
        assert read_statement(statement(again)) == again


@pytest.mark.parametrize("made", every_kind(), ids=lambda made: made.kind.value)
def test_a_decision_of_every_kind_reads_as_it_was_written(made: Decision) -> None:
    assert read_statement(statement(made)) == made


@given(decisions())
def test_any_decision_reads_as_it_was_written_and_has_one_form(made: Decision) -> None:
    data = statement(made)
    assert read_statement(data) == made
    assert statement(read_statement(data)) == data == rfc8785.dumps(json.loads(data))


@given(decisions())
def test_the_order_of_keys_and_the_space_around_them_change_nothing(made: Decision) -> None:
    whole = document(statement(made))
    for spelled in (json.dumps(whole, indent=3), json.dumps(dict(reversed(whole.items())), ensure_ascii=False)):
        assert read_statement(spelled.encode()) == made


def test_the_statement_is_one_of_in_toto() -> None:
    whole = document(SOUND)
    assert whole["_type"] == "https://in-toto.io/Statement/v1"
    assert whole["predicateType"] == "https://answerable.dev/decision/v1"
    assert whole["subject"] == [{"name": "main", "digest": {"gitCommit": "1f3a" * 10}}]


def test_absent_is_never_null_nor_empty() -> None:
    text = statement(decision(Kind.GATE, rationale=None, details={}))
    assert b"null" not in text
    assert set(document(text)["predicate"]) == {"decisionId", "kind", "principal", "observedAt"}


def test_a_decision_without_a_subject_names_the_one_it_is_given() -> None:
    root = decision(Kind.KEY, subjects=())
    assert read_statement(statement(root, subject_for_none=LEDGER)).subjects == (LEDGER,)
    assert read_statement(statement(decision(), subject_for_none=LEDGER)).subjects == decision().subjects
    with pytest.raises(DecisionInvalid, match=r"^\$\.subject: must have 1 members or more"):
        statement(root)


@pytest.mark.parametrize(
    ("path", "value", "message"),
    [
        ("predicate.kind", "aprove", r"\$\.predicate\.kind: must be one of generate, .*, is 'aprove'"),
        ("predicate.kind", ..., r"\$\.predicate: lacks the key kind"),
        ("predicate.verdict", "pass", r"\$\.predicate\.verdict: is not a key that is known here"),
        ("predicate.observedAt", "2026-01-31T09:00:00+00:00", r"\$\.predicate\.observedAt: must be a moment in UTC"),
        ("predicate.observedAt", "2026-02-31T09:00:00Z", r"\$\.predicate\.observedAt: is no moment of the calendar"),
        ("predicate.principal.type", "robot", r"\$\.predicate\.principal\.type: must be one of human, agent, service"),
        ("predicate.principal.id", "a\nb", r"\$\.predicate\.principal\.id: must be 1 to 320 characters"),
        ("predicate.principal.id", " ada", r"\$\.predicate\.principal\.id: must be .* without spaces around"),
        ("predicate.principal", None, r"\$\.predicate\.principal: must be an object, is null"),
        ("predicate.decisionId", "short", r"\$\.predicate\.decisionId: must be 8 to 128"),
        ("predicate.session", "s-1", r"\$\.predicate: lacks the key agent where there is session"),
        ("predicate.details.sha", "HEAD", r"\$\.predicate\.details\.sha: must be 40 or 64 lower-case hex digits"),
        ("predicate.details.verdict", "lgtm", r"\$\.predicate\.details\.verdict: must be one of approved"),
        ("predicate.details", ..., r"\$\.predicate: lacks the key details"),
        ("subject.0.digest", {"md5": "0" * 32}, r"\$\.subject\[0\]\.digest\.md5: is not a key"),
        ("subject.0.digest", {}, r"\$\.subject\[0\]\.digest: must have 1 keys or more"),
        ("subject", [], r"\$\.subject: must have 1 members or more"),
        ("predicate.a\x1b[2J", 1, r"\$\.predicate\.a\\x1b\[2J: is not a key"),
    ],
)
def test_a_refusal_names_the_place_and_what_was_wanted(path: str, value: Any, message: str) -> None:
    with pytest.raises(DecisionInvalid, match=f"^{message}") as caught:
        read_statement(broken(path, value))
    assert caught.value.hint


@pytest.mark.parametrize(
    ("kind", "path", "value"),
    [
        (Kind.APPROVE, "predicate.details.verdict", "changes_requested"),
        (Kind.COUNTERSIGN, "predicate.principal.type", "agent"),
        (Kind.COUNTERSIGN, "predicate.details.intent", " \n"),
        (Kind.COUNTERSIGN, "predicate.details.lines", []),
        (Kind.ACCEPT, "predicate.details.how", "approved"),
        (Kind.ACCEPT, "predicate.details.line", "1"),
        (Kind.GENERATE, "predicate.details.lines.0.path", "../etc/passwd"),
        (Kind.GENERATE, "predicate.details.lines.0.path", "/etc/passwd"),
        (Kind.GENERATE, "predicate.details.lines.0.start", 0),
        (Kind.GENERATE, "predicate.details.lines.0.start", True),
        (Kind.GENERATE, "predicate.details.lines.0.end", 1),
        (Kind.GENERATE, "predicate.details.lines.0.digest", "md5:00"),
        (Kind.KEY, "predicate.details.action", "reset"),
        (Kind.KEY, "predicate.details.fingerprint", "SHA256:" + "A" * 43),
        (Kind.KEY, "predicate.details.threshold", 0),
        (Kind.KEY, "predicate.details.threshold", 2),
        (Kind.KEY, "predicate.details.keys.0.kinds", []),
        (Kind.KEY, "predicate.details.keys.0.kinds", ["everything"]),
        (Kind.KEY, "predicate.details.keys.0.admin", "yes"),
        (Kind.KEY, "predicate.details.keys.0.key", "ssh-dss AAAAB3NzaC1kc3M="),
        (Kind.KEY, "predicate.details.keys.0.key", "ssh-ed25519-cert-v01@openssh.com AAAAIHNzaC1lZDI1NTE5"),
        (Kind.KEY, "predicate.details.keys.0.key", "sigstore ada@example.com"),
        (Kind.KEY, "predicate.details.keys.0.key", "sigstore http://token.example.com ada@example.com"),
        (Kind.KEY, "predicate.details.keys.0.key", "sigstore https://token.example.com ada@example.com x"),
        (Kind.KEY, "predicate.details.keys.0.key", "sigstore https://token.example.com %61da@example.com"),
        (Kind.KEY, "predicate.details.keys.0.key", "sigstore https://token.example.com ada%0A@example.com"),
        (Kind.KEY, "predicate.details.keys.0.key", "sigstore AAAA"),
        (Kind.REDACT, "predicate.details.subject", "ada@example.com"),
        (Kind.REDACT, "predicate.details", {}),
        (Kind.REDACT, "predicate.rationale", ...),
        (Kind.OVERRIDE, "predicate.rationale", ...),
        (Kind.ATTEST, "predicate.details.source", ...),
    ],
)
def test_details_that_security_rests_on_are_held_to_their_kind(kind: Kind, path: str, value: Any) -> None:
    with pytest.raises(DecisionInvalid, match=r"^\$\.predicate"):
        read_statement(broken(path, value, kind))


@pytest.mark.parametrize(
    ("path", "value"),
    [("_type", "https://in-toto.io/Statement/v0.1"), ("predicateType", "https://answerable.dev/decision/v2")],
)
def test_another_type_or_version_is_unsupported_and_not_invalid(path: str, value: str) -> None:
    with pytest.raises(DecisionUnsupported, match=rf"^\$\.{path}: "):
        read_statement(broken(path, value))


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"null",
        b"[]",
        b"\xef\xbb\xbf" + SOUND,
        SOUND + b"x",
        SOUND[:-1],
        SOUND.decode().encode("utf-16"),
        b"\xff" + SOUND,
        SOUND.replace(b'"kind":"review"', b'"kind":"review","kind":"review"'),
        SOUND.replace(b'"kind":"review"', b'"kind":"approve","\\u006bind":"review"'),
        SOUND.replace(b'"change":"#12"', b'"change":NaN'),
        SOUND.replace(b'"change":"#12"', b'"free":Infinity'),
        SOUND.replace(b'"change":"#12"', b'"free":1e999'),
        SOUND.replace(b'"change":"#12"', b'"free":9007199254740992'),
        SOUND.replace(b'"change":"#12"', b'"free":9007199254740993.0'),
        SOUND.replace(b'"change":"#12"', b'"free":' + b"9" * 5000),
        SOUND.replace(b'"change":"#12"', b'"free":-' + b"9" * 20),
        SOUND.replace(b'"change":"#12"', b'"free":01'),
        SOUND.replace(b'"change":"#12"', b'"free":"\\ud800"'),
        SOUND.replace(b'"change":"#12"', b'"\\udc00\\ud800":1'),
        SOUND.replace(b'"change":"#12"', b'"free":"\n"'),
        SOUND.replace(b'"change":"#12"', b'"free":"\xed\xa0\x80"'),
        SOUND.replace(b'"change":"#12"', b'"free":' + b"[" * 30 + b"]" * 30),
        SOUND.replace(b'"change":"#12"', b'"free":' + b'{"a":' * 500 + b"1" + b"}" * 500),
        SOUND.replace(b'"change":"#12"', b'"free":' + b"[" * 20000 + b"]" * 20000),
        b"[" * MOST,
        b'{"a":' * 9000,
        b'{"' + b"[" * (MOST - 2),
    ],
    ids=range(28),
)
def test_what_two_readers_could_read_differently_is_refused(data: bytes) -> None:
    with pytest.raises(DecisionInvalid, match=r"^\$"):
        read_statement(data)


def test_nesting_is_bounded_where_it_is_said_to_be() -> None:
    def nested(depth: int) -> bytes:  # the statement, its predicate and its details are three levels
        return SOUND.replace(b'"change":"#12"', b'"free":' + b"[" * (depth - 3) + b"]" * (depth - 3))

    read_statement(nested(strict_json.DEPTH))
    with pytest.raises(DecisionInvalid, match="nested deeper"):
        read_statement(nested(strict_json.DEPTH + 1))


def test_brackets_inside_text_are_not_nesting() -> None:
    made = decision(details=decision().details | {"free": '[{"\\' * 2000})
    assert read_statement(statement(made)) == made


def test_a_decision_that_cannot_fit_into_an_entry_is_too_large() -> None:
    with pytest.raises(DecisionTooLarge) as caught:
        statement(decision(details=decision().details | {"free": "x" * MOST}))
    assert "context" in str(caught.value.hint)
    with pytest.raises(DecisionTooLarge):
        read_statement(b" " * (MOST + 1))


@pytest.mark.parametrize(
    "value", [float("nan"), float("inf"), 2**60, "\ud800", {1: 2}, b"bytes", {1, 2}, object(), {"\ud800": 1}],
    ids=lambda value: type(value).__name__,
)  # fmt: skip
def test_what_has_no_canonical_form_is_never_signed(value: Any) -> None:
    with pytest.raises(DecisionInvalid, match=r"^\$"):
        statement(decision(Kind.GATE, details={"free": value}))


def test_a_value_that_holds_itself_is_never_signed() -> None:
    endless: list[Any] = []
    endless.append(endless)
    with pytest.raises(DecisionInvalid, match="nested"):
        statement(decision(Kind.GATE, details={"free": endless}))


def test_one_and_one_point_zero_are_one_number() -> None:
    data = SOUND.replace(b'"change":"#12"', b'"free":[1.0,1e2,-0.0,-0]')
    assert read_statement(data).details["free"] == [1, 100, 0, 0]
    assert b"[1,100,0,0]" in statement(read_statement(data))


@given(st.binary(max_size=300))
def test_no_bytes_crash_the_reader(data: bytes) -> None:
    with pytest.raises(AGREED):
        read_statement(data)


@pytest.mark.parametrize("made", every_kind(), ids=lambda made: made.kind.value)
def test_no_changed_byte_crashes_the_reader(made: Decision) -> None:
    data, chance = bytearray(statement(made)), random.Random(made.kind.value)
    for _ in range(300):
        at, end = sorted(chance.sample(range(len(data)), 2))
        cut = data[at:end]
        changed = bytes(data[:at] + chance.choice([b"", cut * 2, bytes([chance.randrange(256)]) + cut]) + data[end:])
        assert_read_or_refused(changed)


def test_what_a_changed_document_is_read_as_can_be_written_again(seed: int) -> None:
    chance = random.Random(seed)
    for made in every_kind():
        changed = json.dumps(mutated(document(statement(made)), chance)).encode()
        assert_read_or_refused(changed)


def test_every_field_of_a_decision_is_signed() -> None:
    fields = {field.name for field in dataclasses.fields(Decision)}
    changes: dict[str, Any] = {
        "decision_id": "other-id-1", "kind": Kind.GATE, "subjects": (LEDGER,), "observed_at": "2026-02-01T00:00:00Z",
        "principal": dataclasses.replace(decision().principal, id="bo"), "authored_by": (decision().principal,),
        "details": {"a": 1}, "rationale": "another", "supersedes": ("other-id-2",), "vantage": "ci",
    }  # fmt: skip
    rest = {"agent", "context", "policy", "emergency", "evidence"}  # `test_any_decision_reads…` shows these
    assert fields == changes.keys() | rest
    gate = decision(Kind.GATE)
    made = {statement(dataclasses.replace(gate, **{name: value})) for name, value in changes.items() if name != "kind"}
    assert len(made | {statement(gate), statement(decision(Kind.MERGE))}) == len(changes) + 1
