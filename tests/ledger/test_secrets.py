"""Secrets are found wherever they stand, stand-ins are let through, and no text takes forever."""

from __future__ import annotations

import base64
import random
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from answerable.errors import SecretFound
from answerable.ledger.secrets import Finding, entropy, find, refuse, rules
from attacks.hostile import growth
from ledger.made_up import made_up, token

LINEAR = 9.0  # for four times as much: linear is 4, quadratic 16
SOURCES = sorted((Path(__file__).parents[2] / "src").rglob("*.py"))
PIECES = sorted(
    {hint.upper() if upper else hint for rule in rules().rules for hint in rule.hints for upper in (False, True)}
    | {
        "eyJ",
        "eyJ.",
        "eyJabcdefghij.",
        "\\neyJ",
        "a",
        "A",
        "0",
        " ",
        "-",
        ":",
        "=",
        "://",
        "://a:",
        "://a:b",
        "token=",
        "--a",
    }
    | {"-----BEGIN PRIVATE KEY-----", "-----BEGIN ", "RSA ", "\\n", "AKIA", "AIza", "sk-proj-", "authorization: basic "}
    | {"token = a1B2", "secret-", "T3BlbkFJ", "Q~", "a1Q~", "AZDO", "private_key_id", "12345678:AA"}
)


def test_a_secret_is_found_where_it_stands() -> None:
    text = f"first\nexport T={token()} # mine\n"
    (found,) = find(text)
    assert found == Finding(rule="github-token", start=text.index("gh" + "p_"), end=text.index(" #"))


def test_every_secret_of_a_text_is_found_in_order() -> None:
    text = "\n".join(token(seed) for seed in range(5))
    assert [text[f.start : f.end] for f in find(text)] == [token(seed) for seed in range(5)]


def test_one_secret_is_found_once_though_two_rules_know_it() -> None:
    assert [f.rule for f in find(f'token = "{token()}"')] == ["github-token"]


@given(before=st.text(max_size=40), after=st.text(max_size=40), seed=st.integers(0, 1000))
def test_whatever_stands_around_a_secret_does_not_hide_it(before: str, after: str, seed: int) -> None:
    secret = token(seed)
    text = before + secret + after
    assert any(f.start <= len(before) < f.end for f in find(text))


@given(st.binary(max_size=300))
def test_any_bytes_are_read_without_an_error(data: bytes) -> None:
    for found in find(data):
        assert 0 <= found.start < found.end <= len(data)


@given(st.text(max_size=300))
def test_any_text_is_read_without_an_error(text: str) -> None:
    for found in find(text):
        assert 0 <= found.start < found.end <= len(text)


@pytest.mark.parametrize("encoding", ["utf-8", "latin-1", "utf-16-le", "utf-16-be", "utf-16"])
def test_bytes_are_searched_in_every_usual_encoding(encoding: str) -> None:
    data = f"é\nT={token()}\n".encode(encoding)
    (found,) = find(data)
    assert data[found.start : found.end].decode("latin-1").replace("\0", "") == token()


def test_a_refusal_names_the_kind_and_the_line_and_never_the_secret() -> None:
    with pytest.raises(SecretFound) as caught:
        refuse(f"one\ntwo {token()}\n{token(1)}\n", "the prompt")
    message = f"{caught.value.message} {caught.value.hint}"
    assert "the prompt holds a GitHub token in line 2 (and 1 more)" in message
    assert token()[4:12] not in message


def test_a_refusal_of_bytes_names_the_line_too() -> None:
    with pytest.raises(SecretFound, match="in line 3"):
        refuse(f"a\nb\n{token()}".encode(), "x")


def test_a_text_without_a_secret_passes() -> None:
    refuse("Write a function that adds two numbers.", "the prompt")
    refuse(b"", "the prompt")


def test_the_code_of_this_product_holds_no_secret() -> None:
    """Code is what prompts quote most: here is a good deal of it, and any finding would be a false alarm."""
    assert {file.name: find(file.read_text()) for file in SOURCES if find(file.read_text())} == {}


def test_digests_paths_and_identifiers_are_no_secrets() -> None:
    chance = random.Random(7)
    digest = "".join(chance.choices("0123456789abcdef", k=64))
    blob = base64.b64encode(chance.randbytes(3000)).decode()
    refuse(f"commit {digest[:40]}\nsha256:{digest}\nintegrity sha512-{blob[:88]}\n{blob}\n", "a lock file")


@pytest.mark.parametrize(("length", "most"), [(20, 20), (24, 12), (32, 6), (40, 3), (64, 3)])
@pytest.mark.parametrize("kind", ["alnum", "b64", "hex"])
def test_random_values_under_a_telling_name_are_found_nearly_always(kind: str, length: int, most: int) -> None:
    """Whether text is random is itself a matter of chance: of 400 short values, a few pass for words."""
    values = [made_up(f"{{{kind}:{length}}}", seed) for seed in range(400)]
    missed = [value for value in values if not find(f'token = "{value}"')]
    assert len(missed) <= most, missed


@pytest.mark.parametrize(
    "name",
    [
        *("x25519.X25519PrivateKey", "kernel32.GetLastError", "application/x-sv4crc", "datasource1_exception"),
        *("LD_LIBRARY_PATH=/build/reproducible-path/python3.11-3.11.2", "2026-10-01T00:00:00.000Z"),
        *("BSD-Systemics-W3Works", "jsonschema.Draft3Validator", "//issues.apache.org/jira/browse/ARROW-10934"),
    ],
)
def test_a_name_with_a_number_in_it_is_no_secret(name: str) -> None:
    assert find(f"token = {name}\n") == []


def test_entropy_is_measured_in_bits_a_character() -> None:
    assert entropy("") == 0
    assert entropy("aaaa") == 0
    assert entropy("abcd") == 2
    assert entropy("0123456789abcdef") == 4


@pytest.mark.parametrize("piece", PIECES, ids=repr)
def test_a_text_costs_what_it_is_long(piece: str) -> None:
    assert growth(lambda length: find(piece * (length // len(piece))), 40_000) < LINEAR


def test_random_pieces_cost_what_they_are_long(seed: int) -> None:
    chance = random.Random(seed)
    pieces = "".join(chance.choices(PIECES, k=8))
    assert growth(lambda length: find(pieces * (length // len(pieces))), 40_000) < LINEAR


def test_ten_million_characters_are_searched_to_the_end() -> None:
    line = "the token of a request = parse(headers, key=default) # secret: https://a.example/b?c=d --flag\n"
    text = line * (10_000_000 // len(line)) + token()
    assert [f.rule for f in find(text)] == ["github-token"]
