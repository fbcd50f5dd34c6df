"""Entries of the ledger as a stranger checks them: each with the way from it to the root of one signed checkpoint."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Container, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from answerable.domain.decision import Kind
from answerable.ledger import merkle
from answerable.ledger.log import Ledger, read_note
from answerable.ledger.proof import TlogProof
from answerable.ledger.trust import Trust
from answerable.policy.artifact.history import History


@dataclass(frozen=True, slots=True)
class Sealed:
    """A ledger at one signed checkpoint."""

    ledger: Ledger
    note: str

    @property
    def size(self) -> int:
        """How many entries the checkpoint is over."""
        return read_note(self.note).size

    def entry(self, index: int) -> dict[str, Any]:
        """An entry with its proof."""
        hashes = merkle.inclusion_proof(index, self.size, self.ledger.store.nodes)
        proof = TlogProof(index=index, hashes=tuple(hashes), checkpoint_note=self.note)
        return {"index": index, "leaf": b64encode(self.ledger.store.leaf(index)).decode(), "proof": proof.text()}

    def consistency(self, old: int) -> list[str]:
        """That the log of so many entries is the beginning of this one, in base64."""
        return [
            b64encode(hashed).decode() for hashed in merkle.consistency_proof(old, self.size, self.ledger.store.nodes)
        ]


def keys(history: History, sealed: Sealed) -> dict[str, Any]:
    """Every decision about keys, with its proof, and what the keys are in the end, with window and revocation."""
    indexes = [entry.index for entry in history.entries if entry.decision.kind is Kind.KEY]
    return {"keys": _keys(history.trust), "entries": [sealed.entry(index) for index in indexes]}


def _keys(trust: Trust) -> list[dict[str, Any]]:
    return [
        {
            "fingerprint": fingerprint,
            "key": key.public.line,
            "principal": {"type": key.principal.type.value, "id": key.principal.id},
            "kinds": sorted(key.kinds),
            "admin": key.admin,
            "since": key.since,
            "until": key.until,
            "reason": key.reason,
            "validAfter": key.valid_after,
            "validBefore": key.valid_before,
        }
        for fingerprint, key in sorted(trust.keys.items())
    ]


def sample(
    row: Mapping[str, Any], indexes: Iterable[int], sealed: Sealed | None, hidden: Container[int] = ()
) -> dict[str, Any]:
    """A row that was drawn, with the entries of the ledger about it; of those that are hidden only their index."""
    told = ({"index": at, "withheld": True} if at in hidden else sealed.entry(at) for at in indexes) if sealed else ()
    return {"row": dict(row), "entries": list(told)}
