"""The act that took AI output in. A tool permission is not a code review."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from answerable.domain.grade import Grade


class How(StrEnum):
    """By which act the output was taken in."""

    HUMAN_EXPLICIT = "human_explicit"
    STANDING_GRANT = "standing_grant"  # an earlier "always allow"
    AUTOMATIC = "automatic"  # configuration or hook
    HUMAN_REJECT = "human_reject"
    UNKNOWN = "unknown"


class State(StrEnum):
    """Whether the output went in unchanged."""

    AS_IS = "as_is"
    MODIFIED = "modified"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class Acceptance:
    """Who took AI output in, how and when (RFC 3339 UTC), and how well that is evidenced."""

    how: How = How.UNKNOWN
    state: State = State.UNKNOWN
    by: str | None = None
    at: str | None = None
    grade: Grade = Grade.NONE

    @property
    def vouched(self) -> How:
        """By which act, as far as somebody vouches for it: what is only declared could have been written by anybody."""
        return self.how if self.grade >= Grade.RECORDED else How.UNKNOWN
