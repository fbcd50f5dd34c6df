"""The signature over a pack: an in-toto statement about its manifest in a DSSE envelope, as common tools verify it."""

from __future__ import annotations

import json
from base64 import b64encode
from collections.abc import Sequence
from hashlib import sha256

from answerable.audit.pack.assemble import MANIFEST, SCHEMA
from answerable.audit.pack.rows import canonical
from answerable.ledger.envelope import PAYLOAD_TYPE, pae
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
    payload = canonical(
        {
            "_type": "https://in-toto.io/Statement/v1",
            "subject": [{"name": MANIFEST, "digest": {"sha256": sha256(manifest).hexdigest()}}],
            "predicateType": PREDICATE,
            "predicate": {"schema": SCHEMA},
        }
    )
    message = pae(PAYLOAD_TYPE.encode(), payload)
    signatures = [
        {"keyid": signer.public.fingerprint, "sig": b64encode(signer.sign_bare(message)).decode()} for signer in signers
    ]
    envelope = {"payload": b64encode(payload).decode(), "payloadType": PAYLOAD_TYPE, "signatures": signatures}
    return json.dumps(envelope, indent=1).encode() + b"\n"
