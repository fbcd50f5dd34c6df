"""The ledger: decisions in, proofs out.

A decision is appended only if it is well formed, signed by a trusted key that may sign it, and free of secrets; whoever
appends gets its index once it is on disk. The log signs no checkpoint that contradicts an earlier one of its own.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from answerable.domain.decision import Decision, Kind, Subject
from answerable.errors import (
    KeyUnusable,
    LedgerDamaged,
    LedgerMissing,
    LedgerUnwritable,
)
from answerable.ledger import merkle
from answerable.ledger.admission import check, digests_of, refusal
from answerable.ledger.checkpoint import Checkpoint, sign_checkpoint
from answerable.ledger.envelope import Envelope, decode
from answerable.ledger.log_key import log_signer, make_key
from answerable.ledger.note import Note, NoteSigner
from answerable.ledger.place import BY_KIND, DATABASE
from answerable.ledger.proof import TlogProof
from answerable.ledger.statement import read_statement
from answerable.ledger.store import NewEntry, Outdated, Store, open_store
from answerable.ledger.trust import Trust

KEY = "log.key"
_KEYS = f"{BY_KIND}{Kind.KEY.value}"


@dataclass(frozen=True, slots=True)
class Read:
    """An entry, taken apart."""

    index: int
    decision: Decision
    envelope: Envelope


class Ledger:
    """A ledger that is there; see `create` for a new one. Close it when done.

    Args:
        place: The folder that holds it, or the address of a database.
        key: The file of the log's key; beside the database where None.
        readonly: Only read: nothing is written, not even by the database.

    Raises:
        LedgerMissing: there is none.
        LedgerDamaged: it cannot be read.
    """

    def __init__(self, place: Path | str, key: Path | None = None, *, readonly: bool = False) -> None:
        self._key = key or (place / KEY if isinstance(place, Path) else None)
        self.store = opened_store(place, readonly=readonly)
        try:
            self._begin(place)
        except BaseException:
            self.store.close()
            raise

    def _begin(self, place: Path | str) -> None:
        if not self.store.size():
            raise LedgerMissing(f"{place} holds no ledger yet", hint="begin one: answerable init")
        self.origin = self.read(0).decision.subjects[0].name or ""
        self.trust = Trust()
        self._known_keys = 0
        self.refresh()

    @classmethod
    def create(
        cls, place: Path | str, root: Callable[[Subject], Envelope], origin: str, key: Path | None = None
    ) -> Ledger:
        """Begin a ledger: its database, its first entry and, where there is none yet, its key.

        Args:
            place: A folder, made if need be, or the address of a database.
            root: Signs the first entry, which names the keys to begin with and has the ledger itself as its subject.
            origin: The ledger's name, by custom a URL without a scheme.
            key: The file of the log's key.

        Raises:
            KeyUntrusted: the first entry is not signed by the administrators it names.
            LedgerUnwritable: it cannot be written there.
        """
        file = key or (place / KEY if isinstance(place, Path) else None)
        try:
            if isinstance(place, Path):
                place.mkdir(parents=True, exist_ok=True)
            if file and not file.exists():
                make_key(file)
        except OSError as error:
            hint = "make the folder writable, or free some space"
            raise LedgerUnwritable(f"cannot begin a ledger in {place}: {error.strerror}", hint=hint) from error
        store = open_store(place / DATABASE if isinstance(place, Path) else place, create=True)
        try:
            if not store.size():
                with suppress(Outdated):  # another process began it meanwhile
                    store.append([_first(root(subject_of(origin)))], {_KEYS: 0})
        finally:
            store.close()
        return cls(place, key)

    @property
    def size(self) -> int:
        """How many entries there are."""
        return self.store.size()

    @property
    def vkey(self) -> str:
        """The key that verifies this log's checkpoints."""
        return self._signer().vkey

    def read(self, index: int) -> Read:
        """One entry, taken apart.

        Raises:
            LedgerDamaged: it is not there, or not what was appended.
        """
        envelope = decode(self.store.leaf(index))
        return Read(index, read_statement(envelope.payload), envelope)

    def about(self, digest: str) -> list[Read]:
        """Every entry about a subject, in order.

        Args:
            digest: Any of the subject's digests, lower-case hex.
        """
        return [self.read(index) for index in self.store.about(digest)]

    def append(self, envelopes: Sequence[Envelope]) -> list[int]:
        """Append decisions and return their indexes; one that is there already keeps its own.

        All of them are appended or none.

        Raises:
            DecisionInvalid: malformed, or from a clock that is far ahead.
            DecisionTooLarge: an entry would be longer than 65,535 bytes.
            DecisionConflict: another decision has its id.
            KeyUntrusted: a key that is unknown, revoked, out of its window, or not allowed to do this.
            SignatureInvalid: a signature that is not one over this decision.
            SecretFound: the text of a decision holds what looks like a secret.
        """
        while True:
            self.refresh()
            try:
                indexes = self.store.append(self._judged(envelopes), {_KEYS: self._known_keys})
            except Outdated:
                continue  # keys were added or revoked meanwhile: judge again
            self.refresh()
            return indexes

    def _judged(self, envelopes: Sequence[Envelope]) -> list[NewEntry]:
        trust, size = self.trust.copy(), self.size
        new = []
        for at, envelope in enumerate(envelopes):
            decision = read_statement(envelope.payload)
            leaf = envelope.encode()
            problems = trust.judge(size + at, decision, envelope)
            if problems and not self._is_there(decision.decision_id, leaf):  # what was taken once is not judged again
                raise refusal(decision, problems[0])
            check(decision, leaf)
            new.append(NewEntry(decision.decision_id, leaf, digests_of(decision)))
        return new

    def refresh(self) -> None:
        """Take in what was decided about keys, also by other processes."""
        indexes = self.store.about(_KEYS)
        for index in indexes[self._known_keys :]:
            entry = self.read(index)
            self.trust.judge(index, entry.decision, entry.envelope)
        self._known_keys = len(indexes)

    def erase(self) -> int:
        """Carry out every erasure that was decided and return how many contents are gone; may be repeated."""
        gone = 0
        for index in self.store.about(f"{BY_KIND}{Kind.REDACT.value}"):
            entry = self.read(index)
            if not self.trust.objections(index, entry.decision, entry.envelope):
                gone += self.store.erase_contents(entry.decision.details.get("commitments", ()))
                subject = entry.decision.details.get("subject")
                gone += self.store.erase_subject(subject) if subject else 0
        return gone

    def checkpoint(self) -> str:
        """Sign the ledger as it is now and return the note.

        Raises:
            LedgerDamaged: the entries contradict a checkpoint that was signed before.
        """
        size, earlier = self.size, self.store.checkpoints()
        if earlier and earlier[-1][0] == size:
            return earlier[-1][1]
        if earlier:
            self._hold(read_note(earlier[-1][1]), size)
        now = Checkpoint(origin=self.origin, size=size, root=merkle.root(size, self.store.nodes))
        note = sign_checkpoint(now, self._signer())
        self.store.add_checkpoint(size, note)
        return note

    def prove(self, index: int) -> TlogProof:
        """Prove that an entry is in the ledger, under a checkpoint of now; the entry travels with it."""
        note = self.checkpoint()
        size = read_note(note).size
        hashes = merkle.inclusion_proof(index, size, self.store.nodes)
        return TlogProof(index=index, hashes=tuple(hashes), checkpoint_note=note, extra=self.store.leaf(index))

    def consistency(self, old: int) -> list[bytes]:
        """Prove that the ledger of `old` entries is the beginning of the one last signed."""
        new = self.store.checkpoints()[-1][0]
        return merkle.consistency_proof(old, new, self.store.nodes)

    def close(self) -> None:
        """Close the store."""
        self.store.close()

    def __enter__(self) -> Ledger:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _is_there(self, decision_id: str, leaf: bytes) -> bool:
        index = self.store.index_of(decision_id)
        return index is not None and self.store.leaf(index) == leaf

    def _hold(self, earlier: Checkpoint, size: int) -> None:
        if earlier.size > size or merkle.root(earlier.size, self.store.nodes) != earlier.root:
            hint = "verify it, and recover from an export or a replica: answerable ledger verify"
            raise LedgerDamaged(f"the ledger contradicts its checkpoint of {earlier.size} entries", hint=hint)

    def _signer(self) -> NoteSigner:
        if self._key is None:
            raise KeyUnusable("no file with the log's key is given", hint="name it: --log-key FILE")
        return log_signer(self.origin, self._key)

    def seal(self) -> None:
        """Sign a checkpoint where the log's key is at hand; whoever has only the database appends without."""
        if self._key and self._key.is_file():
            self.checkpoint()


def opened_store(place: Path | str, *, readonly: bool = True) -> Store:
    """The store of the ledger in a place.

    Raises:
        LedgerMissing: there is none.
        LedgerDamaged: it cannot be read.
    """
    try:
        return open_store(place / DATABASE if isinstance(place, Path) else place, read_only=readonly)
    except LedgerMissing as error:
        raise LedgerMissing(error.message, hint="begin one: answerable init") from None


def read_note(note: str) -> Checkpoint:
    """What a note of our own says; whose signature it bears is not looked at."""
    return Checkpoint.parse(Note.parse(note).text)


def new_origin() -> str:
    """A name for a ledger that no other has."""
    return f"answerable.local/{os.urandom(8).hex()}"


def subject_of(origin: str) -> Subject:
    """The ledger itself as a subject: what decisions about keys, policy and people are about."""
    return Subject(name=origin, digest={"sha256": sha256(origin.encode()).hexdigest()})


def _first(root: Envelope) -> NewEntry:
    decision = read_statement(root.payload)
    problems = Trust().judge(0, decision, root)
    if problems:
        raise refusal(decision, problems[0])
    return NewEntry(decision.decision_id, root.encode(), digests_of(decision))
