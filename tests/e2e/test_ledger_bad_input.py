"""What cannot be kept or read: each with a code of its own, words that say where, and a next step."""

from __future__ import annotations

import json
import os
from base64 import b64decode, b64encode
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from answerable.domain.decision import Decision, Kind, Principal, PrincipalType, Subject, new_id
from answerable.ledger.envelope import sign
from answerable.ledger.keys import load_signer
from e2e.asking import Said, ask
from e2e.ledgers import Someone, Team

COMMANDS = (
    ("ledger", "show"),
    ("ledger", "verify"),
    ("ledger", "prove", "0"),
    ("ledger", "checkpoint"),
    ("ledger", "export", "out"),
    ("ledger", "import"),
    ("ledger", "key", "threshold", "1"),
    ("ledger", "redact", "ada@example.com", "--rationale", "asked"),
    ("ledger", "witness", "remember", "seen"),
    ("record", "deploy"),
)


def fails(said: Said, code: str, exit_code: int = 3) -> Said:
    """It ended with one error document, and nothing on the other channel."""
    assert (said.code, said.json.get("schema"), said.json.get("code")) == (exit_code, "answerable/error/v1", code), (
        said.out
    )
    assert said.json["message"]
    assert said.json["hint"]
    assert said.err == ""
    return said


def envelope(who: Someone, **more: Any) -> bytes:
    """A decision that somebody signed, in canonical bytes."""
    given: dict[str, Any] = {
        "decision_id": new_id(),
        "kind": Kind.DEPLOY,
        "subjects": (Subject(digest={"sha256": "ab" * 32}),),
        "principal": Principal(type=PrincipalType.HUMAN, id=who.id, key=who.public.fingerprint),
        "observed_at": "2026-01-31T09:00:00Z",
    }
    return sign(Decision(**given | more), [load_signer(who.key)]).encode()


def resaid(data: bytes, change: Callable[[str], str]) -> bytes:
    """The envelope with another payload under the same signature."""
    document = json.loads(data)
    document["payload"] = b64encode(change(b64decode(document["payload"]).decode()).encode()).decode()
    return json.dumps(document, separators=(",", ":"), sort_keys=True).encode()


def append(team: Team, data: bytes) -> Said:
    return ask("ledger", "append", "--format", "json", cwd=team.root, feed=data + b"\n")


@pytest.mark.parametrize(
    ("line", "code", "exit_code"),
    [
        ("no json", "envelope-invalid", 3),
        ("{}", "envelope-invalid", 3),
        ("[]", "envelope-invalid", 3),
        ("\xff\x00", "envelope-invalid", 3),
        ('{"payload":"","payloadType":"x","signatures":[]}', "decision-invalid", 2),
        ('{"payload":"e30=","payloadType":"application/vnd.in-toto+json","signatures":[]}', "decision-invalid", 2),
    ],
)
def test_a_line_that_is_no_decision_is_named_with_its_file_and_number(
    team: Team, tmp_path: Path, line: str, code: str, exit_code: int
) -> None:
    file = tmp_path / "decisions.jsonl"
    file.write_bytes(envelope(team.ada) + b"\n\n" + line.encode("latin-1") + b"\n")
    said = ask("ledger", "append", os.fspath(file), "--format", "json", cwd=team.root)
    assert fails(said, code, exit_code).json["message"].startswith(f"{file}:3: ")
    assert team.size() == 1


def test_an_empty_file_holds_no_decision(team: Team) -> None:
    assert "holds no decision" in fails(append(team, b"\n\n"), "envelope-invalid").json["message"]


def test_a_version_that_is_not_known_is_not_guessed_at(team: Team) -> None:
    newer = resaid(envelope(team.ada), lambda text: text.replace("/decision/v1", "/decision/v2"))
    said = fails(append(team, newer), "decision-unsupported")
    assert "decision/v2" in said.json["message"]
    assert "newer version" in said.json["hint"]


def test_what_was_changed_after_it_was_signed_is_refused(team: Team) -> None:
    other = resaid(envelope(team.ada), lambda text: text.replace("2026-01-31", "2026-01-30"))
    assert "is not one over this decision" in fails(append(team, other), "signature-invalid").json["message"]


def test_a_key_nobody_knows_signs_nothing(team: Team) -> None:
    eve = team.stranger("eve")
    said = fails(append(team, envelope(eve)), "key-untrusted")
    assert eve.public.fingerprint in said.json["message"]
    assert "answerable ledger show --keys" in said.json["hint"]


def test_another_decision_of_the_same_id_is_refused(team: Team) -> None:
    append(team, envelope(team.ada, decision_id="the-one-and-only"))
    fails(append(team, envelope(team.ada, decision_id="the-one-and-only", rationale="changed")), "decision-conflict")
    assert team.size() == 2


def test_a_decision_that_is_too_long_is_refused_before_it_is_signed(team: Team) -> None:
    details = json.dumps({f"k{number}": "word " * 1600 for number in range(6)})
    given = ("record", "deploy", "--details", details, *team.ada.signing, "--format", "json")
    assert "45000" in fails(ask(*given, cwd=team.root), "decision-too-large").json["message"]
    assert team.size() == 1


def test_a_clock_that_is_far_ahead_is_refused(team: Team) -> None:
    said = fails(append(team, envelope(team.ada, observed_at="2099-01-01T00:00:00Z")), "decision-invalid", 2)
    assert "still to come" in said.json["message"]
    assert "set the clock" in said.json["hint"]


@pytest.mark.parametrize(
    ("arguments", "code", "exit_code", "hint"),
    [
        (("review",), "decision-invalid", 2, "--verdict"),
        (("review", "--verdict", "fine"), "decision-invalid", 2, "decisions.md"),
        (("countersign", "--intent", "x"), "decision-invalid", 2, "--lines"),
        (("countersign", "--lines", "a.py:1"), "decision-invalid", 2, "--intent"),
        (("attest",), "decision-invalid", 2, "claim"),
        (("override",), "decision-invalid", 2, "--rationale"),
        (("accept", "--how", "gladly"), "decision-invalid", 2, "decisions.md"),
        (("generate", "--model", "m"), "decision-invalid", 2, "--tool"),
        (("deploy", "--details", "{"), "decision-invalid", 2, "--details"),
        (("deploy", "--details", "[]"), "decision-invalid", 2, "--details"),
        (("deploy", "--details", "@/no/such/file"), "decision-invalid", 2, "--details"),
        (("deploy", "--emergency", "--review-due", "soon"), "decision-invalid", 2, "decisions.md"),
        (("generate", "--lines", "a.py"), "path-not-found", 2, "PATH:LINE"),
        (("generate", "--lines", "b.py:1"), "path-not-found", 2, "root"),
        (("generate", "--lines", "a.py:0"), "line-out-of-range", 2, "lines that are there"),
        (("generate", "--lines", "a.py:3-5"), "line-out-of-range", 2, "lines that are there"),
        (("deploy", "nonsense"), "revision-not-found", 2, "commit"),
        (("deploy", "sha256:abcd"), "revision-not-found", 2, "commit"),
        (("key",), "usage", 2, "record --help"),
    ],
)
def test_what_cannot_be_decided_so_says_how(
    team: Team, arguments: tuple[str, ...], code: str, exit_code: int, hint: str
) -> None:
    said = ask("record", *arguments, *team.ada.signing, "--format", "json", cwd=team.root)
    assert hint in fails(said, code, exit_code).json["hint"]
    assert team.size() == 1


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: " ".join(command[:2]))
def test_without_a_ledger_every_command_says_how_to_begin_one(team: Team, command: tuple[str, ...]) -> None:
    (team.repo.git_dir / "answerable" / "ledger").rename(team.root.parent / "gone")
    signing = team.ada.signing if command[0] == "record" or command[1] in ("key", "redact") else ()
    said = fails(ask(*command, *signing, "--format", "json", cwd=team.root), "ledger-missing")
    assert said.json["hint"] == "begin one: answerable init"


def test_outside_a_repository_a_ledger_must_be_named(tmp_path: Path) -> None:
    said = fails(ask("ledger", "show", "--format", "json", cwd=tmp_path), "ledger-missing")
    assert "--ledger" in said.json["hint"]


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: " ".join(command[:2]))
def test_a_damaged_database_is_said_by_every_command(team: Team, command: tuple[str, ...]) -> None:
    database = team.repo.git_dir / "answerable" / "ledger" / "ledger.sqlite"
    for name in ("ledger.sqlite-wal", "ledger.sqlite-shm"):
        database.with_name(name).unlink(missing_ok=True)
    database.write_bytes(b"no database at all" * 1000)
    signing = team.ada.signing if command[0] == "record" or command[1] in ("key", "redact") else ()
    fails(ask(*command, *signing, "--format", "json", cwd=team.root), "ledger-damaged")


def test_answers_do_not_pretend_that_a_damaged_ledger_is_none(team: Team) -> None:
    database = team.repo.git_dir / "answerable" / "ledger" / "ledger.sqlite"
    database.write_bytes(b"no database at all" * 1000)
    for command in (("for", "a.py"), ("scan",), ("lines",), ("test",), ("recall",)):
        fails(ask(*command, "--format", "json", cwd=team.root), "ledger-damaged")


def test_where_nothing_may_be_written_nothing_is(team: Team) -> None:
    said = ask("init", *team.ada.signing, "--ledger", "/proc/nowhere/ledger", "--format", "json", cwd=team.root)
    fails(said, "ledger-unwritable")


@pytest.mark.parametrize("place", ["mysql://host/db", "sqlite://", "postgresql://127.0.0.1:9/none?connect_timeout=2"])
def test_a_place_that_is_none_is_said(team: Team, place: str) -> None:
    said = ask("ledger", "show", "--ledger", place, "--format", "json", cwd=team.root)
    assert said.code in (2, 3)
    assert said.json["code"] in {"usage", "ledger-unreachable", "ledger-missing"}
    assert said.json["hint"]


def test_on_a_terminal_an_error_is_its_words_its_hint_and_its_code(team: Team) -> None:
    said = ask("ledger", "show", "nonsense\x1b[2J", cwd=team.root)
    assert said.out == ""
    assert said.err.splitlines()[1:] == ["  list what is there: answerable ledger show", "  [proof-invalid]"]
    assert "\x1b" not in said.err
