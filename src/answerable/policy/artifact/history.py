"""All decisions of a ledger that was verified, in its order, and who still stands behind them.

Order is what the log says, never what a decision claims. A decision counts until another of its kind replaces it, and
as long as the key of who made it is trusted: whoever revokes a key does not know since when it was in other hands.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

from answerable.domain.decision import Decision, Kind
from answerable.domain.verdict import Rests
from answerable.ledger.trust import Trust


@dataclass(frozen=True, slots=True)
class Entry:
    """A decision and its place in the ledger."""

    index: int
    decision: Decision

    def about(self, algorithm: str) -> tuple[str, ...]:
        """The digests of its subjects by one algorithm, each once."""
        found = (subject.digest.get(algorithm) for subject in self.decision.subjects)
        return tuple(dict.fromkeys(digest for digest in found if digest))

    def rests(self, says: str) -> Rests:
        """What a verdict tells of it."""
        one = self.decision
        return Rests(index=self.index, kind=one.kind.value, by=one.principal.id, at=one.observed_at, says=says)


class History:
    """The decisions of a verified ledger.

    Args:
        entries: All of them, in order.
        trust: The keys, as the last entry leaves them.
    """

    def __init__(self, entries: Iterable[Entry], trust: Trust) -> None:
        self._entries = tuple(entries)
        self._trust = trust
        self._replaced = {(name, entry.decision.kind) for entry in self._entries for name in entry.decision.supersedes}
        self._kinds: dict[Kind, list[Entry]] = {}
        for entry in self._entries:
            self._kinds.setdefault(entry.decision.kind, []).append(entry)

    @cached_property
    def _subjects(self) -> dict[tuple[str, str], list[Entry]]:
        found: dict[tuple[str, str], list[Entry]] = {}
        for entry in self._entries:
            pairs = {pair for subject in entry.decision.subjects for pair in subject.digest.items()}
            for pair in pairs:
                found.setdefault(pair, []).append(entry)
        return found

    @property
    def entries(self) -> Sequence[Entry]:
        """All of them, replaced ones too."""
        return self._entries

    @property
    def trust(self) -> Trust:
        """The keys, as the last entry leaves them."""
        return self._trust

    def about(self, algorithm: str, digest: str, *kinds: Kind) -> Sequence[Entry]:
        """What was decided about a subject and is not replaced, oldest first; of some kinds, or of all."""
        return [
            entry
            for entry in self._subjects.get((algorithm, digest), ())
            if (not kinds or entry.decision.kind in kinds)
            and (entry.decision.decision_id, entry.decision.kind) not in self._replaced
        ]

    def of(self, kind: Kind) -> Sequence[Entry]:
        """What was decided of one kind and is not replaced, oldest first."""
        found = self._kinds.get(kind, ())
        return [entry for entry in found if (entry.decision.decision_id, kind) not in self._replaced]

    def revoked(self, entry: Entry) -> str | None:
        """Why who made a decision is not trusted any more, in words; None where they are."""
        key = self._trust.keys.get(entry.decision.principal.key or "")
        if key is None or key.until is None:
            return None
        why = f": {key.reason}" if key.reason else ""
        return f"the key of {entry.decision.principal.id} was revoked by entry {key.until}{why}"
