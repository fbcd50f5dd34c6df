"""A pipeline that signs with its own identity: draft, bytes to sign, bundle, entry; and what is refused on the way."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from answerable.domain.decision import PrincipalType
from answerable.ledger.envelope import decode, signed_bytes
from answerable.ledger.sigstore_key import ROOT
from e2e.asking import Said, ask
from e2e.ledgers import Team
from ledger.sigstore_instance import ISSUER, WORKFLOW, Instance, SigstoreActor

ROBOT = SigstoreActor(WORKFLOW, PrincipalType.SERVICE)
LINE = ROBOT.public.line
NAMED = ("--key", LINE, "--as", "service", "--id", "release@example.com")


@pytest.fixture(scope="module")
def instance() -> Instance:
    return Instance()


@pytest.fixture(autouse=True)
def _believed(instance: Instance, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(ROOT, os.fspath(instance.trusted_root(tmp_path)))


@pytest.fixture
def draft(team: Team, tmp_path: Path) -> Path:
    """A decision that waits for the pipeline's signature, in a ledger that trusts the pipeline."""
    added = ("ledger", "key", "add", LINE, "--for", "release@example.com", "--type", "service", "--kind", "release")
    team.done(*added, *team.ada.signing)
    file = tmp_path / "decision.jsonl"
    team.done("record", "release", "HEAD", *NAMED, "--output", os.fspath(file))
    return file


def bytes_to_sign(file: Path, cwd: Path) -> bytes:
    command = [sys.executable, "-m", "answerable", "ledger", "sign", os.fspath(file), "--print-pae"]
    return subprocess.run(command, cwd=cwd, capture_output=True, check=True).stdout


def attached(team: Team, file: Path, bundle: bytes, *options: str) -> Said:
    made = file.with_name("bundle.json")
    made.write_bytes(bundle)
    return ask("ledger", "sign", os.fspath(file), "--bundle", os.fspath(made), *options, cwd=team.root)


def test_a_pipeline_signs_with_its_identity(team: Team, draft: Path, instance: Instance) -> None:
    assert decode(draft.read_bytes()).signatures == ()
    message = bytes_to_sign(draft, team.root)
    assert message == signed_bytes(decode(draft.read_bytes()))
    said = attached(team, draft, instance.bundle(message), "--key", LINE)
    assert (said.code, said.out.splitlines()[-1]) == (0, f"signed by {ROBOT.public.fingerprint}")
    team.done("ledger", "append", os.fspath(draft))
    entry = team.entries()[-1]
    assert entry["problems"] == []
    assert entry["signatures"] == [{"key": ROBOT.public.fingerprint, "principal": "release@example.com"}]
    assert team.done("ledger", "verify")["ok"] is True


def test_a_draft_that_nobody_signed_is_not_appended(team: Team, draft: Path) -> None:
    said = ask("ledger", "append", os.fspath(draft), cwd=team.root)
    assert (said.code, team.size()) == (3, 2)
    assert "nobody signed it" in said.err


def test_a_bundle_over_something_else_is_not_attached(team: Team, draft: Path, instance: Instance) -> None:
    before, message = draft.read_bytes(), bytes_to_sign(draft, team.root)
    for bundle in (instance.bundle(message + b"\n"), instance.bundle(message, "ada@example.com"), b"junk", b""):
        said = attached(team, draft, bundle, "--key", LINE)
        assert said.code == 3
        assert "no signature by sigstore" in said.err
    assert draft.read_bytes() == before


def test_a_bundle_needs_one_identity_and_one_decision(team: Team, draft: Path, instance: Instance) -> None:
    bundle = instance.bundle(bytes_to_sign(draft, team.root))
    assert attached(team, draft, bundle).code == 2
    assert attached(team, draft, bundle, "--key", LINE, "--key", f"sigstore {ISSUER} a@example.com").code == 2
    draft.write_bytes(draft.read_bytes() * 2)
    for options in (("--print-pae",), ("--bundle", os.fspath(draft), "--key", LINE)):
        said = ask("ledger", "sign", os.fspath(draft), *options, cwd=team.root)
        assert (said.code, "holds 2 decisions" in said.err) == (3, True)
    missing = ask("ledger", "sign", os.fspath(draft), "--bundle", "none.json", "--key", LINE, cwd=team.root)
    assert missing.code in {2, 3}


def test_an_identity_signs_nothing_here(team: Team, draft: Path) -> None:
    for command in (("record", "release", "HEAD", *NAMED), ("ledger", "sign", os.fspath(draft), "--key", LINE)):
        said = ask(*command, cwd=team.root)
        assert said.code == 3
        assert "signs with tools of its own" in said.err


def test_an_administrator_may_be_an_identity(team: Team, draft: Path, instance: Instance) -> None:
    admin = f"sigstore {ISSUER} ada@example.com"
    team.done("ledger", "key", "add", admin, "--for", "ada@example.com", "--admin", *team.ada.signing)
    change = ("ledger", "key", "revoke", ROBOT.public.fingerprint, "--key", admin, "--id", "ada@example.com")
    team.done(*change, "--output", os.fspath(draft))
    bundle = instance.bundle(bytes_to_sign(draft, team.root), "ada@example.com")
    assert attached(team, draft, bundle, "--key", admin).code == 0
    team.done("ledger", "append", os.fspath(draft))
    assert team.done("ledger", "verify")["ok"] is True


def test_what_cannot_be_checked_is_said_and_the_rest_is_answered(team: Team, draft: Path, instance: Instance) -> None:
    attached(team, draft, instance.bundle(bytes_to_sign(draft, team.root)), "--key", LINE)
    team.done("ledger", "append", os.fspath(draft))
    broken = {ROOT: os.fspath(draft.with_name("none"))}
    shown = ask("ledger", "show", "--format", "json", cwd=team.root, **broken)
    assert [problem["kind"] for problem in shown.json["entries"][-1]["problems"]] == ["signature-unchecked"]
    assert ask("for", "a.py", cwd=team.root, **broken).code == 0
    verified = ask("ledger", "verify", cwd=team.root, **broken)
    assert verified.code == 2
    assert ROOT in verified.err


@pytest.mark.parametrize("line", ["sigstore", f"sigstore {ISSUER}", f"sigstore {ISSUER} Ada Lovelace", "sigstore x y"])
def test_a_line_that_is_no_identity_is_refused_with_its_form(team: Team, line: str) -> None:
    said = ask("ledger", "key", "add", line, "--for", "x@example.com", *team.ada.signing, cwd=team.root)
    assert said.code == 3
    assert "ISSUER IDENTITY" in said.err
