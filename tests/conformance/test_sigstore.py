"""Bundles of sigstore-conformance, of both generations of the log, as signatures over the bytes of a file.

Those whose name ends in `_fail` must not hold. Two more hold for Sigstore and not for us: a bundle of an older version,
and one over an envelope of its own, which says nothing about the bytes that decisions are signed over.
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from answerable.ledger.sigstore_key import ROOT, SigstoreKey

DATA = Path(__file__).parent / "data" / "sigstore"
MESSAGE = (DATA / "a.txt").read_bytes()
BEACON = (
    "sigstore https://token.actions.githubusercontent.com https://github.com/sigstore-conformance/extremely-dangerous-"
    "public-oidc-beacon/.github/workflows/extremely-dangerous-oidc-beacon.yml@refs/heads/main"
)
OTHERS = {
    "integrated-time-in-future_fail": "sigstore https://accounts.google.com untrusted-sa@sigstore-conformance.iam."
    "gserviceaccount.com",
}
ROOTS = {
    "bundle-with-sct-with-extensions": "sct-extensions.json",
    "rekor2-timestamp-with-expired-cert-chain": "expired-tsa.json",
    "rekor2-timestamp-outside-tsa-cert-validity_fail": "expired-tsa.json",
}
NOT_FOR_US = {"happy-path-v0.1", "rekor2-dsse-happy-path"}
CASES = sorted(file.stem for file in DATA.glob("*.json"))
HOLDING = [name for name in CASES if not name.endswith("_fail") and name not in NOT_FOR_US]


@pytest.fixture
def given(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> tuple[str, bytes]:
    """The key and the bundle of a case; the trusted root is that of the case, else the library's own."""
    root = ROOTS.get(request.param, "rekor2.json" if request.param.startswith("rekor2") else None)
    if root:
        monkeypatch.setenv(ROOT, os.fspath(DATA / "roots" / root))
    return OTHERS.get(request.param, BEACON), (DATA / f"{request.param}.json").read_bytes()


@pytest.mark.parametrize("given", HOLDING, indirect=True)
def test_a_bundle_that_holds_holds_for_its_bytes_and_its_identity_alone(given: tuple[str, bytes]) -> None:
    line, bundle = given
    assert SigstoreKey.parse(line).verify(MESSAGE, bundle, "")
    assert not SigstoreKey.parse(line).verify(MESSAGE + b"\n", bundle, "")
    assert not SigstoreKey.parse(line[:-1]).verify(MESSAGE, bundle, "")
    assert not SigstoreKey.parse(line.replace("token.", "tokens.")).verify(MESSAGE, bundle, "")


@pytest.mark.parametrize("given", sorted(set(CASES) - set(HOLDING)), indirect=True)
def test_a_bundle_that_must_not_hold_does_not(given: tuple[str, bytes]) -> None:
    line, bundle = given
    assert not SigstoreKey.parse(line).verify(MESSAGE, bundle, "")


@pytest.mark.parametrize("name", [name for name in HOLDING if name.startswith("rekor2")])
def test_a_bundle_of_another_instance_does_not_hold(name: str) -> None:
    assert not SigstoreKey.parse(BEACON).verify(MESSAGE, (DATA / f"{name}.json").read_bytes(), "")


def test_no_case_was_lost() -> None:
    assert (len(HOLDING), len(CASES)) == (7, 20)
