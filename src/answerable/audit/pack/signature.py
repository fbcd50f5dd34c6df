"""The signature over a pack: an in-toto statement about its manifest in a DSSE envelope, as common tools verify it."""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import sha256

from answerable.audit.attestation import enveloped
from answerable.audit.pack.assemble import MANIFEST, SCHEMA
from answerable.ledger.keys import BlobSigner

PREDICATE = "https://answerable.dev/evidence-pack/v1"


def signed(manifest: bytes, signers: Sequence[BlobSigner]) -> bytes:
    """The envelope.

    Args:
        manifest: The bytes of the manifest.
        signers: Keys that the ledger trusts.

    Raises:
        KeyUnusable: A key makes no signature that other tools read.
    """
    statement = {
        "_type": "https://in-toto.io/Statement/v1",
        "subject": [{"name": MANIFEST, "digest": {"sha256": sha256(manifest).hexdigest()}}],
        "predicateType": PREDICATE,
        "predicate": {"schema": SCHEMA},
    }
    return enveloped(statement, signers)
