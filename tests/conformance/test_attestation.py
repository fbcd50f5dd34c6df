"""Verification summaries and packs, verified with securesystemslib, which in-toto and TUF are built on."""

from __future__ import annotations

import json
import os
from base64 import b64decode
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_ssh_public_key
from securesystemslib.dsse import Envelope
from securesystemslib.exceptions import VerificationError
from securesystemslib.signer import SSlibKey

from answerable.audit.attestation import LEVELS
from builders import RepoBuilder
from e2e.ledgers import Someone
from e2e.packs import PERIOD, Audited, contents
from e2e.releasing import IMAGE


@pytest.fixture
def team(repo: RepoBuilder, tmp_path: Path) -> Audited:
    return Audited(repo, tmp_path)


def verified(data: bytes, who: Someone) -> dict[str, Any]:
    """What was signed, once another library says who signed it."""
    found = json.loads(data)
    public = load_ssh_public_key(who.key.with_suffix(".pub").read_bytes())
    raw = public.public_bytes(Encoding.Raw, PublicFormat.Raw).hex()
    key = SSlibKey(found["signatures"][0]["keyid"], "ed25519", "ed25519", {"public": raw})
    assert len(Envelope.from_dict(json.loads(data)).verify([key], 1)) == 1
    statement: dict[str, Any] = json.loads(b64decode(found["payload"]))
    return statement


def attested(team: Audited, *options: str) -> bytes:
    said = team.run("audit", "attest", *PERIOD, "--key", os.fspath(team.ada.key), *options)
    assert said.code == 0, said.err
    return said.out.encode()


def test_a_verification_summary_says_what_the_ledger_shows(team: Audited) -> None:
    statement = verified(attested(team, "--rev", team.head, "--artifact", IMAGE), team.ada)
    assert statement["subject"] == [{"digest": {"sha256": IMAGE.removeprefix("sha256:")}}]
    assert statement["predicateType"] == "https://slsa.dev/verification_summary/v1"
    predicate = statement["predicate"]
    assert predicate["verificationResult"] == "PASSED"
    assert {"ORG_SOURCE_GATED", "ORG_SOURCE_REVIEWED"} <= set(predicate["verifiedLevels"]) <= set(LEVELS)
    assert all(one["uri"].startswith("answerable-ledger:") for one in predicate["inputAttestations"])
    assert predicate["inputAttestations"]


def test_what_was_not_judged_did_not_pass(team: Audited) -> None:
    statement = verified(attested(team, "--rev", team.direct), team.ada)
    assert statement["subject"] == [{"digest": {"gitCommit": team.direct}}]
    assert statement["predicate"]["verificationResult"] == "FAILED"
    assert "ORG_SOURCE_GATED" not in statement["predicate"]["verifiedLevels"]


def test_a_pack_is_signed_as_others_verify_it(team: Audited) -> None:
    assert verified(contents(team.pack())["manifest.dsse.json"], team.ada)["subject"][0]["name"] == "manifest.json"


def test_a_changed_payload_verifies_nowhere(team: Audited) -> None:
    found = json.loads(attested(team, "--rev", team.head))
    text = b64decode(found["payload"]).replace(b"PASSED", b"FAILED")
    from base64 import b64encode

    found["payload"] = b64encode(text).decode()
    with pytest.raises(VerificationError):
        verified(json.dumps(found).encode(), team.ada)


def test_bad_input_is_said(team: Audited) -> None:
    for options in (["--artifact", "latest"], ["--from", "1999", "--to", "1999"]):
        said = team.run("audit", "attest", *options)
        assert said.code == 2
        assert "[target-invalid]" in said.err
