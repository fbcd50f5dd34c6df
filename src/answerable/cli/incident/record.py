"""Keeps an incident: its document in the clone, its decision in the ledger where there is one that takes it.

At night an answer counts more than a record: what keeps a decision out of the ledger is said, and ends nothing. Only a
secret does, before anything is written.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from answerable.cli.ledger.place import open_ledger
from answerable.cli.signing import principal, signers
from answerable.domain.decision import Commitment, Decision, Principal
from answerable.errors import AnswerableError, LedgerMissing, SecretFound
from answerable.git.repository import Repository

Making = Callable[[Principal, tuple[Commitment, ...]], Decision]


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """What became of a decision."""

    decision_id: str | None = None
    index: int | None = None
    by: str | None = None
    at: str | None = None
    problem: str | None = None  # why it is not in the ledger

    @property
    def document(self) -> dict[str, Any]:
        """For the incident's own document."""
        return {
            "decision_id": self.decision_id,
            "index": self.index,
            "by": self.by,
            "at": self.at,
            "problem": self.problem,
        }


def decide(
    repository: Repository, given: dict[str, Any], make: Making, keep: tuple[str, bytes] | None = None, about: str = ""
) -> tuple[Kept, Decision | None]:
    """Sign a decision and append it.

    Args:
        repository: Where.
        given: The options with which the command signs, and of the ledger.
        make: Makes the decision, from who signs and what is kept beside it.
        keep: The name and the bytes of content to keep encrypted.
        about: Whom that content is about, so that it can be erased.

    Raises:
        SecretFound: the decision or the content holds a secret.
    """
    from answerable.ledger.envelope import sign
    from answerable.ledger.log import subject_of
    from answerable.ledger.vault import Vault

    try:
        with open_ledger(repository, given["place"], given["log_key"]) as ledger:
            found = signers(repository, given["keys"])
            who = principal(repository, found[0], given["kind_of"], given["who"])
            kept = (Vault(ledger.store).keep(about, *keep),) if keep else ()
            try:
                decision = make(who, kept)
                envelope = sign(decision, found, subject_for_none=subject_of(ledger.origin))
                index = ledger.append([envelope])[0]
            except BaseException:
                ledger.store.erase_contents([one.sha256 for one in kept])
                raise
            ledger.seal()
            at = decision.observed_at
            return Kept(decision_id=decision.decision_id, index=index, by=who.id, at=at), decision
    except SecretFound:
        raise
    except AnswerableError as error:
        if given["required"]:
            raise
        what = "there is no ledger here" if isinstance(error, LedgerMissing) else error.message
        return Kept(problem=f"{what} [{error.code}]"), None
