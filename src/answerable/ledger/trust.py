"""Who may sign what, as the ledger's own key decisions say; replayed in the order of the log.

The first entry names the people whose keys the ledger begins with. From then on a key is added or revoked only by a
decision that as many administrators signed as the ledger asks for. A signature counts if its key was in the ledger
before the entry and not yet revoked, if the moment that the decision claims lies in the key's window, if the key may be
used for that kind, and if it belongs to the principal that the decision names. Order is what the log says; time is what
is claimed.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from answerable.domain.decision import Decision, Kind, Principal, PrincipalType, order
from answerable.errors import ConfigInvalid, ExtraMissing
from answerable.ledger.envelope import Envelope, check_signatures
from answerable.ledger.keys import VerifyingKey, parse_key

ANY = "*"  # every kind
REDACTORS = 2  # people who must sign an erasure, an administrator among them


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """One thing that is wrong, by a stable name; `index` is the entry's, None where it concerns the whole log."""

    kind: str
    index: int | None
    detail: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TrustedKey:
    """A key and what it may do, from the entry `since` on (and up to `until`, where it was revoked)."""

    public: VerifyingKey
    principal: Principal
    kinds: frozenset[str]
    admin: bool
    since: int
    valid_after: str | None = None
    valid_before: str | None = None
    until: int | None = None
    reason: str | None = None

    def objection(self, index: int, decision: Decision) -> tuple[str, str] | None:
        """Why a signature by this key does not count there: (problem, in words), or None."""
        if self.since > index:
            return "key-unknown", f"was added later, by entry {self.since}"
        if self.until is not None and self.until < index:
            why = f": {self.reason}" if self.reason else ""
            return "key-revoked", f"was revoked by entry {self.until}{why}"
        claimed = order(decision.observed_at)
        if self.valid_after and claimed < order(self.valid_after):
            return "key-not-yet-valid", f"is valid from {self.valid_after}, the decision claims {decision.observed_at}"
        if self.valid_before and claimed >= order(self.valid_before):
            return "key-expired", f"was valid until {self.valid_before}, the decision claims {decision.observed_at}"
        if ANY not in self.kinds and decision.kind.value not in self.kinds:
            return "key-not-permitted", f"may not be used for {decision.kind.value}"
        return None


@dataclass(slots=True)
class Trust:
    """The keys trusted after the entries judged so far; `judge` every entry in order."""

    threshold: int = 1
    keys: dict[str, TrustedKey] = field(default_factory=dict)
    roles: dict[str, list[tuple[int, frozenset[str]]]] = field(default_factory=dict)  # (from the entry on, holders)

    def holders(self, role: str, index: int) -> frozenset[str] | None:
        """Who held a role when an entry came in, by id; None where nobody had said who holds it."""
        return next((people for since, people in reversed(self.roles.get(role, ())) if since < index), None)

    def judge(self, index: int, decision: Decision, envelope: Envelope) -> list[Problem]:
        """What is wrong with who signed an entry; a key decision that nothing is wrong with takes effect.

        Args:
            index: Of the entry in the log.
            decision: What the envelope's payload says.
            envelope: The signatures.
        """
        if index == 0 or decision.details.get("action") == "root":
            return self._begin(index, decision, envelope)
        problems = self.objections(index, decision, envelope)
        if not problems and decision.kind is Kind.KEY:
            self._apply(index, decision)
        return problems

    def objections(self, index: int, decision: Decision, envelope: Envelope) -> list[Problem]:
        """What is wrong with who signed an entry other than the first; nothing takes effect.

        Raises:
            ExtraMissing: A key that signed it is of a kind that needs one.
            ConfigInvalid: What such a key is checked with cannot be read.
        """
        known = {fingerprint: key.public for fingerprint, key in self.keys.items()}
        signed = check_signatures(envelope, decision.kind, known)
        found = self._objections(index, decision, envelope, signed)
        return [Problem(kind=kind, index=index, detail=detail) for kind, detail in found]

    def doubts(self, index: int, decision: Decision, envelope: Envelope) -> list[Problem]:
        """The same for who reads on: a signature that cannot be checked here is a problem, not an error."""
        try:
            return self.objections(index, decision, envelope)
        except (ExtraMissing, ConfigInvalid) as error:
            return [Problem(kind="signature-unchecked", index=index, detail=error.message)]

    def copy(self) -> Trust:
        """The same trust, to be taken further on its own."""
        roles = {role: list(said) for role, said in self.roles.items()}
        return Trust(threshold=self.threshold, keys=dict(self.keys), roles=roles)

    def _objections(
        self, index: int, decision: Decision, envelope: Envelope, signed: Sequence[str]
    ) -> Iterator[tuple[str, str]]:
        for signature in envelope.signatures:
            if signature.keyid not in self.keys:
                yield "key-unknown", f"the key {signature.keyid} is not in the ledger"
            elif signature.keyid not in signed:
                yield (
                    "signature-invalid",
                    f"the signature by {self._name(signature.keyid)} is not one over this decision",
                )
        if not envelope.signatures:
            yield "signature-missing", "nobody signed it"
        good = []
        for fingerprint in signed:
            objection = self.keys[fingerprint].objection(index, decision)
            if objection:
                yield objection[0], f"the key of {self._name(fingerprint)} {objection[1]}"
            else:
                good.append(self.keys[fingerprint])
        if good:
            yield from _principal(decision, good)
        if decision.kind is Kind.KEY:
            yield from self._key(index, decision, good)
        elif decision.kind is Kind.REDACT:
            yield from _redact(good)

    def _name(self, fingerprint: str) -> str:
        return f"{self.keys[fingerprint].principal.id} ({fingerprint})"

    def _key(self, index: int, decision: Decision, good: Iterable[TrustedKey]) -> Iterator[tuple[str, str]]:
        admins = {key.principal.id for key in good if key.admin}
        if len(admins) < self.threshold:
            yield "key-threshold", f"{len(admins)} administrators signed it, {self.threshold} must"
        if decision.details.get("action") == "revoke" and decision.details.get("fingerprint") not in self.keys:
            yield "key-unknown", f"it revokes {decision.details.get('fingerprint')}, which is not in the ledger"
        if decision.details.get("action") == "add":
            named = (key.public.fingerprint for key in _listed(decision, index))
            again = [name for name in named if name in self.keys and self.keys[name].since < index]
            if again:
                yield "key-known", f"it adds {again[0]}, which is or was in the ledger: a key is trusted once"
        after = replace_keys(self.keys, decision)
        left = {key.principal.id for key in after.values() if key.admin and key.until is None}
        if len(left) < int(decision.details.get("threshold", self.threshold)):
            yield "key-threshold", "too few administrators would be left to change anything"

    def _begin(self, index: int, decision: Decision, envelope: Envelope) -> list[Problem]:
        if index or decision.kind is not Kind.KEY or decision.details.get("action") != "root":
            what = (
                "the first entry does not name the keys to begin with" if index == 0 else "keys to begin with come once"
            )
            return [Problem(kind="root-misplaced", index=index, detail=what)]
        keys = {key.public.fingerprint: key for key in _listed(decision, 0)}
        signed = check_signatures(envelope, decision.kind, {name: key.public for name, key in keys.items()})
        admins = {keys[name].principal.id for name in signed if keys[name].admin}
        needed = int(decision.details.get("threshold", 1))
        if len(admins) < needed:
            detail = f"{len(admins)} of its administrators signed the first entry, {needed} must"
            return [Problem(kind="key-threshold", index=0, detail=detail)]
        self.keys, self.threshold = keys, needed
        return []

    def _apply(self, index: int, decision: Decision) -> None:
        self.keys = replace_keys(self.keys, decision, index)
        self.threshold = int(decision.details.get("threshold", self.threshold))
        if decision.details.get("action") == "role":
            said = (index, frozenset(decision.details["people"]))
            self.roles.setdefault(decision.details["role"], []).append(said)


def replace_keys(keys: Mapping[str, TrustedKey], decision: Decision, index: int = 0) -> dict[str, TrustedKey]:
    """The keys after a key decision at an index took effect."""
    after = dict(keys)
    if decision.details.get("action") == "add":
        after.update((key.public.fingerprint, key) for key in _listed(decision, index))
    named = decision.details.get("fingerprint")
    if decision.details.get("action") == "revoke" and named in after and after[named].until is None:
        after[named] = replace(after[named], until=index, reason=decision.details.get("reason"))
    return after


def _principal(decision: Decision, good: Iterable[TrustedKey]) -> Iterator[tuple[str, str]]:
    """The principal must have signed, with the key that the decision names and that is registered for its type.

    What is signed must name the key: for some algorithms another key can be made that a given signature fits.
    """
    wanted = decision.principal
    mine = [key for key in good if key.principal.id == wanted.id and key.public.fingerprint == wanted.key]
    if not mine:
        yield "principal-mismatch", f"{wanted.id} is named as the principal, but did not sign"
    elif all(key.principal.type is not wanted.type for key in mine):
        types = mine[0].principal.type.value
        yield "principal-mismatch", f"the key of {wanted.id} is that of {_a(types)}, not of {_a(wanted.type.value)}"


def _redact(good: Iterable[TrustedKey]) -> Iterator[tuple[str, str]]:
    people = {key.principal.id: key.admin for key in good if key.principal.type is PrincipalType.HUMAN}
    if len(people) < REDACTORS or not any(people.values()):
        yield (
            "redact-threshold",
            f"an erasure needs {REDACTORS} people, an administrator among them; {len(people)} signed",
        )


def _listed(decision: Decision, index: int) -> list[TrustedKey]:
    return [_trusted(row, index) for row in decision.details.get("keys", ())]


def _trusted(row: Mapping[str, Any], index: int) -> TrustedKey:
    principal = Principal(type=PrincipalType(row["principal"]["type"]), id=row["principal"]["id"])
    return TrustedKey(
        public=parse_key(row["key"]), principal=principal, kinds=frozenset(row.get("kinds", [ANY])),
        admin=bool(row.get("admin", False)), since=index, valid_after=row.get("validAfter"),
        valid_before=row.get("validBefore"),
    )  # fmt: skip


def _a(word: str) -> str:
    return f"an {word}" if word[0] in "aeiou" else f"a {word}"
