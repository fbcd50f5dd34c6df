"""What a policy says of emergencies: who may declare one, what is needed even then, by when it is looked at."""

from __future__ import annotations

from dataclasses import dataclass, field

from answerable.domain.fault import Position


@dataclass(frozen=True, slots=True, kw_only=True)
class Emergency:
    """The terms on which an emergency change passes rules that say `emergency: allowed`."""

    who: tuple[str, ...]  # people, or teams that the policy defines
    review_within: int  # hours from when it was declared
    humans: int = 0  # independent people who must have approved the head all the same
    position: Position | None = field(default=None, compare=False)
