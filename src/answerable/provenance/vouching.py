"""Finds the decisions about a commit and says which of them the ledger vouches for.

The ledger is opened only where there is one, and only to be read. A decision that travels in a note counts as vouched
for if the ledger's keys would take it today; only what is in the ledger can be attested.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from answerable.domain.decision import Decision, Kind
from answerable.domain.evidence import Defect
from answerable.errors import AnswerableError
from answerable.git.notes import Notes
from answerable.git.repository import Repository
from answerable.ledger import merkle
from answerable.ledger.envelope import decode
from answerable.ledger.log import Ledger, Read
from answerable.ledger.place import BY_KIND, has_ledger, ledger_place
from answerable.ledger.statement import read_statement
from answerable.provenance.decisions import DEFECTS, Vouched


class Vouching:
    """The decisions of one repository.

    Args:
        repository: Where.
        notes: The notes in which decisions travel, or None.
        verified: Decisions of the ledger that were judged already and found sound, by their index.
    """

    def __init__(
        self, repository: Repository, notes: Notes | None, verified: Mapping[int, Decision] | None = None
    ) -> None:
        self._repository = repository
        self._notes = notes
        self._verified = verified or {}
        self._ledger: Ledger | None = None
        self._opened = False

    def about(self, sha: str) -> tuple[list[Vouched], list[Defect]]:
        """Every decision about a commit, those of the ledger first, and what in its note is none about it."""
        ledger, defects = self._open(), list[Defect]()
        entries = [entry for entry in ledger.about(sha) if _is_about(entry.decision, sha)] if ledger else []
        found = [self._judged(entry, ledger) for entry in entries if ledger]
        known = {one.decision.decision_id for one in found}
        noted: dict[str, Vouched] = {}
        data = self._notes.of(sha) if self._notes else None
        for line in filter(None, (data or b"").split(b"\n")):
            one = self._travelling(line, sha, ledger)
            if isinstance(one, Defect):
                defects.append(one)
            elif one.decision.decision_id not in known:
                before = noted.get(one.decision.decision_id)
                if before is None or one.grade > before.grade:  # a forged copy does not hide the decision itself
                    noted[one.decision.decision_id] = one
        return [*found, *noted.values()], defects

    def known(self, shas: Iterable[str]) -> set[str]:
        """Those commits that the ledger or a note has a decision about."""
        ledger, noted = self._open(), self._notes.by_commit if self._notes else {}
        return {sha for sha in shas if sha in noted or (ledger and ledger.store.about(sha))}

    def of_kind(self, kind: Kind) -> list[Vouched]:
        """Every decision of a kind in the ledger, in its order."""
        return [one for _, one in self.entries(kind)]

    def entries(self, kind: Kind, since: int = 0) -> list[tuple[int, Vouched]]:
        """The same from an entry on, each with its index."""
        ledger = self._open()
        indexes = ledger.store.about(f"{BY_KIND}{kind.value}") if ledger else []
        return self.judged([index for index in indexes if index >= since])

    def judged(self, indexes: Sequence[int]) -> list[tuple[int, Vouched]]:
        """Entries of the ledger by their index."""
        ledger = self._open()
        return [(index, self._judged(ledger.read(index), ledger)) for index in indexes] if ledger else []

    def has(self, kind: Kind) -> bool:
        """True where the ledger has a decision of a kind; none is read."""
        ledger = self._open()
        return ledger is not None and bool(ledger.store.about(f"{BY_KIND}{kind.value}"))

    def named(self) -> tuple[str, int] | None:
        """The name of the ledger and how many entries it has; None where there is none."""
        ledger = self._open()
        return (ledger.origin, ledger.size) if ledger else None

    def root(self, size: int) -> str:
        """The root hash of the first entries of the ledger, in hex."""
        ledger = self._open()
        return merkle.root(size, ledger.store.nodes).hex() if ledger else ""

    def close(self) -> None:
        """Close the ledger; the next question opens it again."""
        if self._ledger:
            self._ledger.close()
        self._ledger, self._opened = None, False

    def _open(self) -> Ledger | None:
        if not self._opened:
            self._opened = True
            if has_ledger(self._repository.common_dir):
                self._ledger = Ledger(ledger_place(self._repository.common_dir), readonly=True)
        return self._ledger

    def _judged(self, entry: Read, ledger: Ledger) -> Vouched:
        ref = f"ledger entry {entry.index}"
        if self._verified.get(entry.index) == entry.decision:
            return Vouched(decision=entry.decision, ref=ref, in_ledger=True)
        problems = ledger.trust.doubts(entry.index, entry.decision, entry.envelope)
        doubt = problems[0].detail if problems else None
        return Vouched(decision=entry.decision, ref=ref, in_ledger=True, doubt=doubt)

    def _travelling(self, line: bytes, sha: str, ledger: Ledger | None) -> Vouched | Defect:
        ref = f"{self._notes.ref if self._notes else ''} {sha}"
        try:
            envelope = decode(line)
            decision = read_statement(envelope.payload)
        except AnswerableError as error:
            return Defect(kind="decision-malformed", ref=ref, detail=error.message)
        if not _is_about(decision, sha):
            detail = f"{decision.decision_id} is about another commit than the one it is attached to"
            return Defect(kind="decision-moved", ref=ref, detail=detail)
        doubt: str | None = DEFECTS["decision-not-in-ledger"]
        if ledger:
            problems = ledger.trust.doubts(ledger.size, decision, envelope)
            doubt = problems[0].detail if problems else None
        return Vouched(decision=decision, ref=ref, in_ledger=False, doubt=doubt)


def _is_about(decision: Decision, sha: str) -> bool:
    return any(sha == value for subject in decision.subjects for value in subject.digest.values())
