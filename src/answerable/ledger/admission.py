"""What a ledger takes in: decisions that fit, claim no time to come and hold no secret; and why it refuses others."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from answerable.domain.decision import Decision, Kind
from answerable.errors import DecisionInvalid, DecisionTooLarge, KeyUntrusted, SignatureInvalid
from answerable.ledger.append import MAX_LEAF
from answerable.ledger.place import BY_KIND
from answerable.ledger.secrets import refuse
from answerable.ledger.trust import Problem

AHEAD = timedelta(minutes=10)  # how far a decision's clock may be ahead of ours
_SIGNATURE = {"signature-invalid", "signature-missing"}


def digests_of(decision: Decision) -> tuple[str, ...]:
    """What an entry is found by: the digests of its subjects, its kind, and the decisions that it replaces."""
    found = [value for subject in decision.subjects for value in subject.digest.values()]
    return tuple(dict.fromkeys([*found, f"{BY_KIND}{decision.kind.value}", *decision.supersedes]))


def check(decision: Decision, leaf: bytes) -> None:
    """Refuse a decision that no ledger takes, whoever signed it.

    Raises:
        DecisionInvalid: it comes from a clock that is far ahead.
        DecisionTooLarge: as an entry it would be longer than 65,535 bytes.
        SecretFound: its text holds what looks like a secret.
    """
    if len(leaf) > MAX_LEAF:
        hint = "keep long content beside the ledger, committed to by its digest"
        raise DecisionTooLarge(f"{decision.decision_id} takes {len(leaf):,} bytes, {MAX_LEAF:,} are allowed", hint=hint)
    claimed = datetime.fromisoformat(decision.observed_at[:19]).replace(tzinfo=UTC)
    if claimed > datetime.now(UTC) + AHEAD:
        what = f"{decision.decision_id} claims {decision.observed_at}, which is still to come"
        raise DecisionInvalid(what, hint="set the clock of the machine that signed it, and sign it again")
    for where, text in _texts(decision):
        refuse(text, where)


def _texts(decision: Decision) -> Iterator[tuple[str, str]]:
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


def refusal(decision: Decision, problem: Problem) -> KeyUntrusted | SignatureInvalid:
    """What is said of a decision that is not signed as it must be."""
    what = f"{decision.kind.value} {decision.decision_id} is refused: {problem.detail} ({problem.kind})"
    if problem.kind in _SIGNATURE:
        return SignatureInvalid(what, hint="sign it again, unchanged, with a key that the ledger trusts")
    return KeyUntrusted(what, hint="see who may sign what: answerable ledger show --keys")
