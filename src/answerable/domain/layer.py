"""How much is at stake in a path, and so what a change there must show: named by the organisation, in an order."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class TrustLayer:
    """One layer; `rank` 0 is the most severe."""

    name: str
    rank: int
    purpose: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Placed:
    """The layer that a path or a line is in, and why: which rule of the policy said so, in words."""

    layer: TrustLayer
    because: str
    start: int | None = None  # lines it is about, 1-based inclusive; None: the whole file
    end: int | None = None


Places = Callable[[Sequence[bytes]], Mapping[bytes, Placed]]
"""Tells in which layer paths of a tree are; a path that it leaves out is in none."""
