"""Begins a ledger where there is none, and lets it trust the recorder."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from answerable.cli.signing import principal, signers
from answerable.domain.decision import Decision, Kind, Principal, Subject, new_id, now
from answerable.errors import AnswerableError, KeyUnusable, LedgerMissing
from answerable.git.repository import Repository
from answerable.ledger.envelope import Envelope, sign
from answerable.ledger.keys import Signer
from answerable.ledger.log import Ledger, new_origin

if TYPE_CHECKING:
    from answerable.capture.recorder import Recorder


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What a person said about the ledger.

    Attributes:
        needed: Without a ledger all else is in vain.
    """

    where: Path | str
    log_key: Path | None
    origin: str | None
    keys: tuple[str, ...]
    kind_of: str
    who: str | None
    needed: bool


@dataclass(slots=True, kw_only=True)
class Begun:
    """A ledger, open, and whether it was begun now; or why there is none."""

    ledger: Ledger | None = None
    begun: bool = False
    signers: Sequence[Signer] = ()
    left: list[str] = field(default_factory=list)


def begin(repository: Repository | None, asked: Asked) -> Begun:
    """The ledger that is there, or a new one whose first administrator is who signs.

    Raises:
        KeyUnusable: there is no key, and a ledger is needed.
        AnswerableError: it cannot be read or written.
    """
    try:
        return Begun(ledger=Ledger(asked.where, asked.log_key))
    except LedgerMissing:
        pass
    try:
        signer = signers(repository, asked.keys)[0]
        admin = principal(repository, signer, asked.kind_of, asked.who)
    except KeyUnusable as error:
        if asked.needed:
            raise
        why = f"no ledger was begun, for {error.message}; {error.hint}; then: answerable init"
        return Begun(left=[why])
    ledger = _begin(asked.where, asked.log_key, asked.origin, admin, signer)
    return Begun(ledger=ledger, begun=True, signers=[signer])


def trusted(begun: Begun, repository: Repository, recorder: Recorder, asked: Asked) -> bool:
    """Let a ledger trust a recorder, if whoever runs this may; whether it does."""
    from answerable.capture.recorder import is_trusted, trust

    if begun.ledger is None:
        return False
    if is_trusted(begun.ledger, recorder):
        return True
    try:
        trust(begun.ledger, recorder, begun.signers or signers(repository, asked.keys))
    except AnswerableError as error:
        kinds = "--kind generate --kind accept --kind attest"
        how = f"answerable ledger key add {recorder.public.line!r} --for {recorder.id} --type service {kinds}"
        begun.left.append(f"the ledger does not trust the recorder, for {error.message}; an administrator can: {how}")
        return False
    return True


def document(begun: Begun, where: Path | str) -> dict[str, Any]:
    """What there is to say of a ledger."""
    ledger = begun.ledger
    if ledger is None:
        return {"begun": False, "ledger": None, "administrators": []}
    admins = [key for key in ledger.trust.keys.values() if key.admin and key.until is None]
    return {
        "begun": begun.begun,
        "ledger": {"place": str(where), "origin": ledger.origin, "vkey": ledger.vkey, "size": ledger.size},
        "administrators": [{"id": key.principal.id, "key": key.public.fingerprint} for key in admins],
    }


def _begin(where: Path | str, log_key: Path | None, origin: str | None, admin: Principal, signer: Signer) -> Ledger:
    """A ledger whose first entry names its first administrator, who signs it."""
    who = {"type": admin.type.value, "id": admin.id}
    row = {"principal": who, "key": signer.public.line, "kinds": ["*"], "admin": True}

    def root(ledger: Subject) -> Envelope:
        decision = Decision(
            decision_id=new_id(), kind=Kind.KEY, subjects=(ledger,), principal=admin, observed_at=now(),
            rationale="The ledger begins", details={"action": "root", "keys": [row], "threshold": 1},
        )  # fmt: skip
        return sign(decision, [signer])

    ledger = Ledger.create(where, root, origin or new_origin(), log_key)
    ledger.checkpoint()
    return ledger
