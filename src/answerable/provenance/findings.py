"""Guarantees: faults of one piece of evidence are told once a kind, with how often and a first case.

However broken a source is, its faults stay a handful: a reader can show them all and a scan can count them.
"""

from __future__ import annotations

from answerable.domain.evidence import Defect
from answerable.provenance.message import shown


class Findings:
    """Collects the faults of one piece of evidence, found at `ref`."""

    def __init__(self, ref: str) -> None:
        self._ref = ref
        self._found: dict[str, tuple[int, str]] = {}

    def add(self, kind: str, detail: str, count: int = 1) -> None:
        """Count one more case; `detail` is kept for the first."""
        seen, first = self._found.get(kind, (0, detail))
        self._found[kind] = (seen + count, first)

    def defects(self) -> tuple[Defect, ...]:
        """All kinds found, in order of their names."""
        return tuple(
            Defect(
                kind=kind,
                ref=self._ref,
                detail=shown(first if count == 1 else f"{count} times, first: {first}"),
            )
            for kind, (count, first) in sorted(self._found.items())
        )
