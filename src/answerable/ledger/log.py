"""The ledger: decisions in, proofs out.

A decision is appended only if it is well formed, signed by a trusted key that may sign it, and free of secrets; whoever
appends gets its index once it is on disk. The log signs no checkpoint that contradicts an earlier one of its own.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, load_pem_private_key

from answerable.domain.decision import Decision, Kind, Subject
from answerable.errors import (
    CheckpointInvalid,
    DecisionInvalid,
    DecisionTooLarge,
    KeyUntrusted,
    KeyUnusable,
    LedgerDamaged,
    LedgerMissing,
    LedgerUnwritable,
    SignatureInvalid,
)
from answerable.ledger import merkle
from answerable.ledger.checkpoint import Checkpoint, sign_checkpoint
from answerable.ledger.envelope import Envelope, decode
from answerable.ledger.note import ED25519, Note, NoteSigner
from answerable.ledger.place import BY_KIND, DATABASE
from answerable.ledger.proof import TlogProof
from answerable.ledger.secrets import refuse
from answerable.ledger.statement import read_statement
from answerable.ledger.store import NewEntry, Outdated, Store, open_store
from answerable.ledger.trust import Problem, Trust

KEY = "log.key"
LONGEST = 65_535  # bytes of an entry
AHEAD = timedelta(minutes=10)  # how far a decision's clock may be ahead of ours
_KEYS = f"{BY_KIND}{Kind.KEY.value}"
_SIGNATURE = {"signature-invalid", "signature-missing"}


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
        self.store: Store = open_store(place / DATABASE if isinstance(place, Path) else place, read_only=readonly)
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
                _new_key(file)
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
                raise _refusal(decision, problems[0])
            _check(decision, leaf)
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
        return NoteSigner(self.origin, _load_key(self._key))

    def seal(self) -> None:
        """Sign a checkpoint where the log's key is at hand; whoever has only the database appends without."""
        if self._key and self._key.is_file():
            self.checkpoint()


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
        raise _refusal(decision, problems[0])
    return NewEntry(decision.decision_id, root.encode(), digests_of(decision))


def digests_of(decision: Decision) -> tuple[str, ...]:
    """What an entry is found by: the digests of its subjects, its kind, and the decisions that it replaces."""
    found = [value for subject in decision.subjects for value in subject.digest.values()]
    return tuple(dict.fromkeys([*found, f"{BY_KIND}{decision.kind.value}", *decision.supersedes]))


def _check(decision: Decision, leaf: bytes) -> None:
    if len(leaf) > LONGEST:
        hint = "keep long content beside the ledger, committed to by its digest"
        raise DecisionTooLarge(f"{decision.decision_id} takes {len(leaf):,} bytes, {LONGEST:,} are allowed", hint=hint)
    claimed = datetime.fromisoformat(decision.observed_at[:19]).replace(tzinfo=UTC)
    if claimed > datetime.now(UTC) + AHEAD:
        what = f"{decision.decision_id} claims {decision.observed_at}, which is still to come"
        raise DecisionInvalid(what, hint="set the clock of the machine that signed it, and sign it again")
    for where, text in _texts(decision):
        refuse(text, where)


def _texts(decision: Decision) -> Iterable[tuple[str, str]]:
    yield "rationale", decision.rationale or ""
    todo: list[tuple[str, object]] = [("details", decision.details)]
    while todo:
        where, value = todo.pop()
        if isinstance(value, str) and not (decision.kind is Kind.KEY and where.endswith(".key")):
            yield where, value
        elif isinstance(value, dict):
            todo += [(f"{where}.{name}", inner) for name, inner in value.items()]
        elif isinstance(value, list | tuple):
            todo += [(f"{where}[{at}]", inner) for at, inner in enumerate(value)]


def _refusal(decision: Decision, problem: Problem) -> KeyUntrusted | SignatureInvalid:
    what = f"{decision.kind.value} {decision.decision_id} is refused: {problem.detail} ({problem.kind})"
    if problem.kind in _SIGNATURE:
        return SignatureInvalid(what, hint="sign it again, unchanged, with a key that the ledger trusts")
    return KeyUntrusted(what, hint="see who may sign what: answerable ledger show --keys")


def _new_key(file: Path) -> None:
    data = Ed25519PrivateKey.generate().private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as out:
        out.write(data)


def log_signer(name: str, file: Path, kind: int = ED25519) -> NoteSigner:
    """Who signs under a name with the key in a file, which is made where there is none.

    Args:
        name: The name; for a log, its origin.
        file: The private key.
        kind: Of signature, see `note`.
    """
    if not file.exists():
        _new_key(file)
    return NoteSigner(name, _load_key(file), kind)


def _load_key(file: Path) -> Ed25519PrivateKey:
    try:
        key = load_pem_private_key(file.read_bytes(), None)
    except (OSError, ValueError, TypeError) as error:
        raise KeyUnusable(f"cannot read the log's key in {file}", hint="restore it from a backup") from error
    if not isinstance(key, Ed25519PrivateKey):
        raise CheckpointInvalid(f"the log's key in {file} is not an Ed25519 key", hint="restore it from a backup")
    return key
