"""Which changes an auditor looks at: drawn by a seed that neither side chose alone, so anybody can draw them again.

The seed is the SHA-256 of the ledger's root and the auditor's nonce. Each row of the population has a number that
follows from the seed and its place; the smallest numbers are drawn.
"""

from __future__ import annotations

from hashlib import sha256


def seed_of(root: str, nonce: str) -> str:
    """The seed, in hex.

    Args:
        root: Of the ledger, in hex; empty where there is none.
        nonce: What the auditor gave.
    """
    return sha256(bytes.fromhex(root) + nonce.encode()).hexdigest()


def drawn(seed: str, population: int, many: int) -> list[int]:
    """The places of the rows that are drawn, in the order of the draw."""
    raw = bytes.fromhex(seed)
    numbered = sorted(range(population), key=lambda at: (sha256(raw + at.to_bytes(8, "big")).digest(), at))
    return numbered[:many]
