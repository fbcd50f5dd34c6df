"""The recorder of one clone: a key of its own with which it signs what it saw. It is a service, never a person.

The key is made once, in a file that only its owner may read, and is whole or not there. What it signs counts for
readers only where a ledger trusts it, and then for three kinds alone: `generate`, `accept` and `attest`.
"""

from __future__ import annotations

import os
import re
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from secrets import token_hex
from typing import TYPE_CHECKING

from answerable.domain.decision import Decision, Kind, Principal, PrincipalType, new_id, now
from answerable.errors import KeyUntrusted, LedgerUnwritable
from answerable.git.repository import Repository
from answerable.ledger.envelope import sign
from answerable.ledger.keys import PublicKey, Signer, load_signer
from answerable.ledger.log_key import make_key

if TYPE_CHECKING:
    from answerable.ledger.log import Ledger

KINDS = (Kind.GENERATE, Kind.ACCEPT, Kind.ATTEST)
_MAIL = re.compile(r"<([^<>]+)>\s*$")
NOT_SIGNED = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")  # characters that no name in a decision has


@dataclass(frozen=True, slots=True)
class Recorder:
    """Who signs what a clone's hooks saw."""

    signer: Signer
    public: PublicKey

    @classmethod
    def load(cls, repository: Repository) -> Recorder | None:
        """The recorder of a repository; None where none was made.

        Raises:
            KeyUnusable: its key cannot be read, or others may read it.
        """
        file = place(repository)
        if not os.path.lexists(file):
            return None
        signer = load_signer(file)
        return cls(signer, signer.public)

    @classmethod
    def make(cls, repository: Repository) -> Recorder:
        """The recorder of a repository, made where there is none.

        Raises:
            KeyUnusable: there is one, and its key cannot be read, or others may read it.
            LedgerUnwritable: the key cannot be written.
        """
        file = place(repository)
        part = file.with_name(f"{file.name}.{token_hex(8)}.part")
        try:
            file.parent.mkdir(mode=0o700, exist_ok=True)
            make_key(part)
            with suppress(FileExistsError):
                os.link(part, file)  # takes nobody's place, and is whole at once
            part.unlink()
        except OSError as error:
            hint = "make the folder writable, or free some space"
            raise LedgerUnwritable(f"cannot write {file}: {error.strerror}", hint=hint) from error
        signer = load_signer(file)
        return cls(signer, signer.public)

    @property
    def id(self) -> str:
        """Its name: it says which key it is, and nothing of the machine or the person."""
        return f"recorder:{sha256(self.public.blob).hexdigest()[:16]}"

    def principal(self, person: str | None = None) -> Principal:
        """The recorder as who decides.

        Args:
            person: For whom it acts, as "Name <mail>" or as their id; None: for nobody.
        """
        return Principal(
            type=PrincipalType.SERVICE, id=self.id, key=self.public.fingerprint, on_behalf_of=identity_of(person)
        )


def place(repository: Repository) -> Path:
    """The file of its key."""
    return repository.common_dir / "answerable" / "recorder"


def identity_of(person: str | None) -> str | None:
    """A person's id as decisions have it: the mail address, or the name where there is none; None where neither is."""
    mail = _MAIL.search(person or "")
    found = mail[1] if mail and mail[1] != "unknown" else _MAIL.sub("", person or "")
    plain = NOT_SIGNED.sub("", found).strip()[:320].strip()
    return plain if plain and plain != "unknown" else None


def is_trusted(ledger: Ledger, recorder: Recorder) -> bool:
    """Whether a ledger takes what a recorder signs, all of it."""
    key = ledger.trust.keys.get(recorder.public.fingerprint)
    if key is None or key.until is not None or key.principal.type is not PrincipalType.SERVICE:
        return False
    return key.principal.id == recorder.id and ("*" in key.kinds or {kind.value for kind in KINDS} <= key.kinds)


def trust(ledger: Ledger, recorder: Recorder, signers: Sequence[Signer]) -> bool:
    """Let a ledger trust a recorder, for its three kinds and as a service alone; False where it does already.

    Args:
        ledger: Open, to be written.
        recorder: Whose key.
        signers: Administrators; as many as the ledger asks for.

    Raises:
        KeyUntrusted: nobody who signs is an administrator, or the key was revoked.
        LedgerUnwritable: it cannot be written.
    """
    if is_trusted(ledger, recorder):
        return False
    known = ledger.trust.keys
    admins = [known[one.public.fingerprint] for one in signers if one.public.fingerprint in known]
    admin = next((key for key in admins if key.admin and key.until is None), None)
    if admin is None:
        hint = "let an administrator sign: answerable ledger key add"
        raise KeyUntrusted("no key that is given is an administrator's of this ledger", hint=hint)
    who = {"type": PrincipalType.SERVICE.value, "id": recorder.id}
    row = {"principal": who, "key": recorder.public.line, "kinds": [kind.value for kind in KINDS]}
    decision = Decision(
        decision_id=new_id(),
        kind=Kind.KEY,
        subjects=(),
        principal=Principal(type=admin.principal.type, id=admin.principal.id, key=admin.public.fingerprint),
        observed_at=now(),
        rationale="The recorder of a clone signs what its hooks saw",
        details={"action": "add", "keys": [row]},
    )
    from answerable.ledger.log import subject_of  # it loads the database

    ledger.append([sign(decision, signers, subject_for_none=subject_of(ledger.origin))])
    ledger.seal()
    return True
