"""Where a line came from. `unknown` is an answer of its own and is never read as `human`."""

from __future__ import annotations

from enum import StrEnum


class Origin(StrEnum):
    """Absence of evidence is never evidence of a human."""

    AI = "ai"
    HUMAN = "human"
    MIXED = "mixed"  # AI output then edited by a person, or the reverse
    UNKNOWN = "unknown"

    @property
    def governed_as_ai(self) -> bool:
        """True for all but human: deleting a trailer must not lower the scrutiny of a change."""
        return self is not Origin.HUMAN
