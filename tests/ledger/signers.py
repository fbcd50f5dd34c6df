"""Keys that are the same in every run, and a log with a few leaves to make checkpoints of."""

from __future__ import annotations

from hashlib import sha256

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from answerable.ledger import merkle
from answerable.ledger.checkpoint import Checkpoint
from answerable.ledger.note import COSIGNATURE, ED25519, NoteSigner

ORIGIN = "log.example/decisions"


def signer(name: str, kind: int = ED25519, seed: str = "") -> NoteSigner:
    """A signer whose key is made from its name, or from a seed."""
    return NoteSigner(name, Ed25519PrivateKey.from_private_bytes(sha256((seed or name).encode()).digest()), kind)


LOG = signer(ORIGIN)
FIRST, SECOND, THIRD = (signer(f"witness.example/w{number}", COSIGNATURE) for number in (1, 2, 3))
LEAVES = [b"decision %d" % number for number in range(11)]
_NODES = dict(merkle.new_nodes(0, [merkle.leaf_hash(leaf) for leaf in LEAVES], lambda nodes: []))


def read(nodes: object) -> list[bytes]:
    """The tree over `LEAVES`, as a `merkle.Reader`."""
    return [_NODES[node] for node in nodes]  # type: ignore[attr-defined]


def checkpoint(size: int = len(LEAVES), origin: str = ORIGIN, extensions: tuple[str, ...] = ()) -> Checkpoint:
    """The checkpoint of the first leaves."""
    return Checkpoint(origin=origin, size=size, root=merkle.root(size, read), extensions=extensions)
