"""`answerable ledger key`: who may sign what is itself decided, by as many administrators as the ledger asks for."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from e2e.asking import Said, ask
from e2e.ledgers import Someone, Team
from e2e.shape import wrong

APPENDED = {"schema": "answerable/ledger-append/v1", "indexes": [int], "size": int}


@pytest.fixture
def bo(team: Team) -> Someone:
    """A second administrator."""
    return team.add("bo", "--admin")


def change(team: Team, *arguments: str) -> Said:
    return ask("ledger", "key", *arguments, "--format", "json", cwd=team.root)


def refused(said: Said, words: str) -> None:
    assert (said.code, said.json["code"]) == (3, "key-untrusted"), said.out
    assert words in said.json["message"]
    assert said.json["hint"] == "see who may sign what: answerable ledger show --keys"


def test_an_administrator_adds_a_key_and_its_owner_signs_from_then_on(team: Team) -> None:
    zoe = team.stranger("zoe")
    add = ("add", os.fspath(zoe.key.with_suffix(".pub")), "--for", zoe.id)
    said = change(team, *add, *team.ada.signing)
    assert wrong(said.json, APPENDED) == []
    assert (said.code, said.json["indexes"], said.json["size"]) == (0, [1], 2)
    assert team.review(zoe)["index"] == 2


def test_a_key_may_be_written_out(team: Team) -> None:
    zoe = team.stranger("zoe")
    assert change(team, "add", zoe.public.line, "--for", zoe.id, *team.ada.signing).code == 0
    assert team.review(zoe)["index"] == 2


def test_only_an_administrator_changes_keys(team: Team) -> None:
    zoe = team.add("zoe")
    eve = team.stranger("eve")
    refused(change(team, "add", eve.public.line, "--for", eve.id, *zoe.signing), "0 administrators signed it, 1 must")
    refused(change(team, "add", eve.public.line, "--for", eve.id, *eve.signing), "is not in the ledger")
    assert team.size() == 2


def test_a_revoked_key_signs_nothing_more_and_what_it_signed_stays(team: Team) -> None:
    zoe = team.add("zoe")
    team.review(zoe)
    assert change(team, "revoke", zoe.public.fingerprint, "--reason", "laptop stolen", *team.ada.signing).code == 0
    said = ask("record", "review", "--verdict", "approved", *zoe.signing, "--format", "json", cwd=team.root)
    refused(said, "was revoked by entry 3: laptop stolen")
    assert team.done("ledger", "verify")["ok"] is True
    assert team.entries()[2]["problems"] == []


def test_a_key_is_trusted_once(team: Team) -> None:
    zoe = team.add("zoe")
    refused(change(team, "add", zoe.public.line, "--for", "other@example.com", *team.ada.signing), "key-known")
    team.done("ledger", "key", "revoke", zoe.public.fingerprint, *team.ada.signing)
    refused(change(team, "add", zoe.public.line, "--for", zoe.id, *team.ada.signing), "key-known")


def test_two_administrators_are_needed_once_that_was_decided(team: Team, bo: Someone) -> None:
    assert change(team, "threshold", "2", *team.ada.signing).code == 0
    eve = team.stranger("eve")
    add = ("add", eve.public.line, "--for", eve.id)
    refused(change(team, *add, *team.ada.signing), "1 administrators signed it, 2 must")
    twice = ("--key", os.fspath(team.ada.key))
    assert change(team, *add, *team.ada.signing, *twice).code == 3
    assert change(team, *add, *team.ada.signing, "--key", os.fspath(bo.key)).code == 0
    assert team.done("ledger", "verify")["ok"] is True


def test_the_second_administrator_may_sign_elsewhere_and_later(team: Team, bo: Someone, tmp_path: Path) -> None:
    team.done("ledger", "key", "threshold", "2", *team.ada.signing)
    zoe, file = team.stranger("zoe"), os.fspath(tmp_path / "add-zoe.jsonl")
    written = change(team, "add", zoe.public.line, "--for", zoe.id, "-o", file, *team.ada.signing)
    assert (written.code, written.json["indexes"]) == (0, [])
    early = ask("ledger", "append", file, "--format", "json", cwd=team.root)
    refused(early, "1 administrators signed it, 2 must")
    assert ask("ledger", "sign", file, "--key", os.fspath(bo.key), cwd=tmp_path).code == 0
    assert team.done("ledger", "append", file)["indexes"] == [3]
    assert team.review(zoe)["index"] == 4


def test_a_person_with_two_keys_is_one_administrator(team: Team) -> None:
    second = team.stranger("ada2")
    team.done("ledger", "key", "add", second.public.line, "--for", team.ada.id, "--admin", *team.ada.signing)
    refused(change(team, "threshold", "2", *team.ada.signing), "too few administrators would be left")


def test_the_last_administrator_stays(team: Team) -> None:
    refused(change(team, "revoke", team.ada.public.fingerprint, *team.ada.signing), "too few administrators")


def test_a_key_that_is_not_there_cannot_be_revoked(team: Team) -> None:
    eve = team.stranger("eve")
    refused(change(team, "revoke", eve.public.fingerprint, *team.ada.signing), "which is not in the ledger")


def test_a_key_counts_only_in_its_window_and_for_its_kinds(team: Team) -> None:
    old = team.add("old", "--valid-before", "2020-01-01T00:00:00Z")
    new = team.add("new", "--valid-after", "2100-01-01T00:00:00Z")
    ci = team.add("ci", "--kind", "deploy")
    for who, words in ((old, "was valid until 2020"), (new, "is valid from 2100"), (ci, "may not be used for review")):
        said = ask("record", "review", "--verdict", "approved", *who.signing, "--format", "json", cwd=team.root)
        refused(said, words)


def test_nobody_signs_in_anothers_name(team: Team) -> None:
    zoe = team.add("zoe")
    given = ("--key", os.fspath(zoe.key), "--id", team.ada.id)
    said = ask("record", "review", "--verdict", "approved", *given, "--format", "json", cwd=team.root)
    refused(said, "ada@example.com is named as the principal, but did not sign")


def test_a_services_key_does_not_speak_for_a_person(team: Team) -> None:
    ci = team.add("ci", "--type", "service")
    said = ask("record", "review", "--verdict", "approved", *ci.signing, "--format", "json", cwd=team.root)
    refused(said, "is that of a service, not of a human")


@pytest.mark.parametrize(
    ("arguments", "code", "exit_code"),
    [
        (("add", "nonsense", "--for", "x@example.com"), "key-unusable", 3),
        (("add", "ssh-ed25519 AAAA"), "key-unusable", 3),
        (("threshold", "many"), "key-unusable", 3),
        (("threshold", "0"), "decision-invalid", 2),
        (("revoke", "nonsense"), "decision-invalid", 2),
        (("grant", "x"), "usage", 2),
    ],
)
def test_what_makes_no_sense_is_said(team: Team, arguments: tuple[str, ...], code: str, exit_code: int) -> None:
    said = change(team, *arguments, *team.ada.signing)
    assert (said.code, said.json["code"]) == (exit_code, code)
    assert said.json["hint"]
    assert team.size() == 1
