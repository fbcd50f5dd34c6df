"""What was verified about a revision, as an SLSA verification summary that common tools read and deploy gates check.

Levels begin with `ORG_SOURCE_`: they are this organisation's own, defined below, and claim no level of SLSA's.
Source: slsa.dev/spec/v1.2, verification_summary/v1, and the source track's rule for levels of an organisation.
"""

from __future__ import annotations

import json
from base64 import b64encode
from collections.abc import Callable, Mapping, Sequence
from hashlib import sha256
from typing import Any

from answerable import __version__
from answerable.audit.facts.change import Change
from answerable.audit.pack.rows import canonical
from answerable.ledger.envelope import PAYLOAD_TYPE, pae
from answerable.ledger.keys import BlobSigner

PREDICATE = "https://slsa.dev/verification_summary/v1"
VERIFIER = "https://answerable.dev/verifier"
LEVELS: Mapping[str, tuple[str, Callable[[Change], bool]]] = {
    "ORG_SOURCE_GATED": ("the gate let it pass, by the policy that is named", lambda change: change.gate == "pass"),
    "ORG_SOURCE_REVIEWED": (
        "somebody independent approved its head, signed and in the ledger",
        lambda change: bool(change.approvals),
    ),
    "ORG_SOURCE_TWO_REVIEWED": ("two independent people approved its head", lambda change: len(change.approvals) > 1),
    "ORG_SOURCE_ORIGIN_KNOWN": ("the origin of every line is known", lambda change: not change.unknown_lines),
    "ORG_SOURCE_ORIGIN_RECORDED": (
        "the origin of every line that a tool wrote was recorded line by line",
        lambda change: not change.unknown_lines and change.grade in ("recorded", "attested"),
    ),
    "ORG_SOURCE_EXPLAINED": ("nothing about it is unexplained", lambda change: not change.unexplained),
}
"""Every level, with what it means and when a change has it."""


def summary(
    change: Change, leaves: Mapping[int, bytes], origin: str, resource: str, artifact: str | None
) -> dict[str, Any]:
    """The statement about a revision, or about the artifact that was made of it.

    Args:
        change: The change of the main line that ends with the revision.
        leaves: Entries of the ledger about it, by index.
        origin: The ledger's name.
        resource: Address of what was verified.
        artifact: Its digest, `sha256:` and hex; None: the revision itself is the subject.
    """
    subject = {"sha256": artifact.removeprefix("sha256:")} if artifact else {"gitCommit": change.commit}
    levels = [name for name, (_, holds) in LEVELS.items() if holds(change)]
    return {
        "_type": "https://in-toto.io/Statement/v1",
        "subject": [{"digest": subject}],
        "predicateType": PREDICATE,
        "predicate": {
            "verifier": {"id": VERIFIER, "version": {"answerable": __version__}},
            "timeVerified": change.gate_at or change.at,
            "resourceUri": resource,
            "policy": {"uri": "answerable:policy", "digest": {"sha256": (change.policy or "").removeprefix("sha256:")}},
            "inputAttestations": [
                {"uri": f"answerable-ledger:{origin}#{index}", "digest": {"sha256": sha256(leaf).hexdigest()}}
                for index, leaf in sorted(leaves.items())
            ],
            "verificationResult": "PASSED" if change.gate == "pass" else "FAILED",
            "verifiedLevels": levels,
            "slsaVersion": "1.2",
        },
    }


def enveloped(statement: Mapping[str, Any], signers: Sequence[BlobSigner]) -> bytes:
    """The statement in a DSSE envelope, with bare signatures as common tools verify them.

    Raises:
        KeyUnusable: a key makes no such signature.
    """
    payload = canonical(statement)
    message = pae(PAYLOAD_TYPE.encode(), payload)
    signatures = [
        {"keyid": one.public.fingerprint, "sig": b64encode(one.sign_bare(message)).decode()} for one in signers
    ]
    envelope = {"payload": b64encode(payload).decode(), "payloadType": PAYLOAD_TYPE, "signatures": signatures}
    return json.dumps(envelope, indent=1).encode() + b"\n"
