"""Who signed for an owners file: decisions of the kind `owner` over exactly its bytes, from the ledger or a note.

Only a person can take ownership on: what a tool or a service signed counts for nothing here. What the ledger holds and
vouches for makes the file attested; what only travels in a note of it, and the ledger's keys vouch for, recorded.
"""

from __future__ import annotations

from datetime import datetime

from answerable.domain.decision import Decision, Kind, PrincipalType
from answerable.domain.grade import Grade
from answerable.errors import AnswerableError
from answerable.git.notes import Notes, refs_below
from answerable.git.repository import Repository
from answerable.ledger.place import has_ledger
from answerable.ownership.resolved import Signed
from answerable.provenance.refs import DECISION_NOTES

Found = tuple[tuple[Signed, ...], Grade, str | None]
"""Who signed, what that makes of the file, and why it is not known who did."""


class Signatures:
    """The signatures under one file.

    Args:
        repository: Where.
        digest: "sha256:" and hex, of its bytes.
        blob: Its id in git, whose note may hold them.
    """

    def __init__(self, repository: Repository, digest: str, blob: str) -> None:
        self._repository, self._digest, self._blob = repository, digest.removeprefix("sha256:"), blob
        self._all: list[tuple[datetime, Signed, Grade]] | None = None
        self._problem: str | None = None

    def until(self, at: datetime) -> Found:
        """Those that were signed by a moment, in their order, and the grade that they give."""
        if self._all is None:
            try:
                self._all = self._read()
            except AnswerableError as error:  # who is called must be told whatever became of the ledger
                self._all, self._problem = [], f"who signed for the owners file cannot be read: {error.message}"
        there = [(signed, grade) for moment, signed, grade in self._all if moment <= at]
        grade = max((grade for _, grade in there), default=Grade.DECLARED)
        return tuple(signed for signed, _ in there), grade, self._problem

    def _read(self) -> list[tuple[datetime, Signed, Grade]]:
        here = self._repository
        noted = DECISION_NOTES in refs_below(here.git, DECISION_NOTES)
        if not noted and not has_ledger(here.common_dir):
            return []
        from answerable.provenance.decisions import current  # cryptography is slow to load
        from answerable.provenance.vouching import Vouching

        vouching = Vouching(here, Notes(here.git, here.objects, DECISION_NOTES) if noted else None)
        try:
            found = {
                one.decision.decision_id: one
                for name in (self._blob, self._digest)
                for one in vouching.about(name)[0]
                if one.decision.kind is Kind.OWNER
            }
        finally:
            vouching.close()
        told = [
            (datetime.fromisoformat(one.decision.observed_at), _signed(one.decision), one.grade)
            for one in current(list(found.values()))
            if not one.doubt and self._counts(one.decision)
        ]
        return sorted(told, key=lambda each: (each[0], each[1].decision))

    def _counts(self, decision: Decision) -> bool:
        """The bytes themselves must have been signed: an id of git alone is not enough."""
        signed = any(subject.digest.get("sha256") == self._digest for subject in decision.subjects)
        return signed and decision.principal.type is PrincipalType.HUMAN


def _signed(decision: Decision) -> Signed:
    return Signed(by=decision.principal.id, at=decision.observed_at, decision=decision.decision_id)


def unsigned(_: datetime) -> Found:
    """Of a file that nobody can have signed for."""
    return (), Grade.DECLARED, None
