"""Timestamps of checkpoints, made by `openssl ts` and by authorities that lie."""

from __future__ import annotations

import os
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from answerable.errors import CheckpointInvalid, ExtraMissing, KeyUnusable, ProofInvalid, UsageError, WitnessRefused
from answerable.ledger.checkpoint import cosign
from answerable.ledger.timestamp import covered, request, stamp, verify
from ledger.authority import Authority
from ledger.serving import answering, reply
from ledger.signers import FIRST, LOG
from ledger.witnessed import NOW, OTHER_STORY, note


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority(tmp_path_factory.mktemp("timestamps") / "good")


@pytest.fixture(scope="module")
def impostor(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority(tmp_path_factory.mktemp("timestamps") / "bad")


@pytest.fixture(scope="module")
def response(authority: Authority) -> bytes:
    return authority.respond(request(note(8)).der)


def test_a_timestamp_says_when(authority: Authority) -> None:
    asked = request(note(8))
    stated = verify(authority.respond(asked.der), note(8), authority.root, nonce=asked.nonce)
    assert abs(datetime.now(UTC) - stated) < timedelta(minutes=5)


def test_a_timestamp_asked_for_over_http_is_verified_and_can_be_verified_again(authority: Authority) -> None:
    with authority.answering() as url:
        kept = stamp(url, note(8), authority.root)
    assert verify(kept, note(8), authority.root)


def test_openssl_accepts_our_request_and_the_response_for_what_we_say_is_covered(
    authority: Authority, response: bytes, tmp_path: Path
) -> None:
    (tmp_path / "data").write_bytes(covered(note(8)))
    (tmp_path / "reply").write_bytes(response)
    authority.openssl(
        *("ts", "-verify", "-data", str(tmp_path / "data"), "-in", str(tmp_path / "reply"), "-CAfile", "ca.pem")
    )


def test_cosignatures_added_later_make_no_difference(authority: Authority, response: bytes) -> None:
    cosigned = note(8) + cosign(note(8), FIRST, NOW)
    assert verify(response, cosigned, authority.root)


def test_the_signature_of_the_log_is_covered(authority: Authority, response: bytes) -> None:
    """A key stolen later signs the old checkpoint again; the timestamp is not over that signature."""
    stolen = note(8).replace(
        note(8).rsplit(" ", 1)[1], LOG.sign(note(9).partition("\n\n")[0] + "\n").line.rsplit(" ", 1)[1]
    )
    with pytest.raises(ProofInvalid, match="Mismatch"):
        verify(response, stolen, authority.root)


@pytest.mark.parametrize("other", [note(9), note(8, OTHER_STORY), note(8, extensions=("x",))])
def test_a_timestamp_of_another_checkpoint_is_refused(authority: Authority, response: bytes, other: str) -> None:
    with pytest.raises(ProofInvalid, match="Mismatch"):
        verify(response, other, authority.root)


def test_an_older_response_is_refused_where_the_nonce_is_known(authority: Authority, response: bytes) -> None:
    with pytest.raises(ProofInvalid, match="Nonce"):
        verify(response, note(8), authority.root, nonce=request(note(8)).nonce)


def test_a_timestamp_that_leads_to_another_root_is_refused(impostor: Authority, response: bytes) -> None:
    with pytest.raises(ProofInvalid, match="does not show when"):
        verify(response, note(8), impostor.root)


def test_a_response_that_brings_its_own_root_along_is_not_believed(authority: Authority, impostor: Authority) -> None:
    forged = impostor.respond(request(note(8)).der, "-chain", "ca.pem")
    assert verify(forged, note(8), impostor.root), "sound, but for somebody else's root"
    with pytest.raises(ProofInvalid):
        verify(forged, note(8), authority.root)


def test_a_refusal_of_the_authority_is_no_timestamp(authority: Authority) -> None:
    refused = authority.respond(b"junk")
    with pytest.raises(ProofInvalid):
        verify(refused, note(8), authority.root)


def test_every_byte_of_a_response_that_matters_is_checked(authority: Authority, response: bytes) -> None:
    """A changed byte is refused, or is one that says nothing: then the time is the same."""
    sound = verify(response, note(8), authority.root)
    for at in range(0, len(response), 3):
        changed = response[:at] + bytes([response[at] ^ 1]) + response[at + 1 :]
        try:
            assert verify(changed, note(8), authority.root) == sound
        except ProofInvalid:
            continue


@given(st.binary(max_size=300))
def test_junk_is_no_timestamp(authority: Authority, junk: bytes) -> None:
    with pytest.raises(ProofInvalid):
        verify(junk, note(8), authority.root)


@pytest.mark.parametrize("roots", [b"", b"junk", b"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"])
def test_roots_that_are_no_certificates_are_said_to_be_unusable(response: bytes, roots: bytes) -> None:
    with pytest.raises(KeyUnusable):
        verify(response, note(8), roots)


def test_a_checkpoint_the_log_has_not_signed_is_not_timestamped() -> None:
    only_cosigned = note(8).partition("\n\n")[0] + "\n\n" + cosign(note(8), FIRST, NOW)
    with pytest.raises(CheckpointInvalid, match="without a signature"):
        request(only_cosigned)


def test_an_authority_that_answers_anything_else_is_refused(authority: Authority) -> None:
    for answer in (reply(200, b""), reply(200, b"junk"), reply(500, b"junk"), reply(302, b"", more="Location: /\r\n")):
        with answering(answer) as url, pytest.raises(ProofInvalid):
            stamp(url, note(8), authority.root)
    with answering(b"") as url, pytest.raises(WitnessRefused):
        stamp(url, note(8), authority.root)
    with pytest.raises(UsageError):
        stamp("file:///etc/passwd", note(8), authority.root)


def test_without_the_extra_the_error_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "rfc3161_client", None)
    with pytest.raises(ExtraMissing, match="rfc3161-client") as caught:
        request(note(8))
    assert caught.value.hint == "pip install 'answerable[timestamps]'"


def test_a_version_that_believes_what_a_response_brings_along_is_refused(tmp_path: Path) -> None:
    older = tmp_path / "rfc3161_client-1.0.8.dist-info"
    older.mkdir()
    (older / "METADATA").write_text("Metadata-Version: 2.1\nName: rfc3161-client\nVersion: 1.0.8\n")
    program = (
        "from answerable.errors import ExtraMissing\nfrom answerable.ledger.timestamp import request\n"
        f"try: request({note(8)!r})\nexcept ExtraMissing as error: print(error)\n"
    )
    path = os.pathsep.join([os.fspath(tmp_path), os.environ.get("PYTHONPATH", "")])
    said = subprocess.run(
        [sys.executable, "-c", program],
        env={**os.environ, "PYTHONPATH": path},
        capture_output=True,
        text=True,
        check=True,
    )
    assert said.stdout == "timestamps need rfc3161-client 1.0.9\n"


def test_the_extra_is_loaded_only_when_it_is_used() -> None:
    program = "import sys, answerable.ledger.timestamp; sys.exit('rfc3161_client' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0
