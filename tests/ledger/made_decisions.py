"""Decisions to sign: one of each kind, any of them (Hypothesis), and documents that are almost decisions."""

from __future__ import annotations

import copy
import json
import random
from collections.abc import Iterator
from typing import Any

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import strategies as st

from answerable.domain.agent import Agent
from answerable.domain.decision import (
    WITHOUT_SUBJECT,
    Commitment,
    Decision,
    Emergency,
    EvidenceRef,
    Kind,
    PolicyRef,
    Principal,
    PrincipalType,
    Subject,
)

SHA = "1f3a" * 10
DIGEST = "sha256:" + "ab" * 32
ADA = Principal(type=PrincipalType.HUMAN, id="ada@example.com")
LEDGER = Subject(name="ledger", digest={"sha256": "0" * 64})
IDENTITY = "sigstore https://token.example.com https://forge.example.com/a%20b@main"
LINES = [{"path": "src/pay.py", "start": 3, "end": 9, "digest": DIGEST}]


def public_line(seed: int = 0) -> str:
    """A public key that is the same in every run."""
    public = Ed25519PrivateKey.from_private_bytes(seed.to_bytes(32, "big")).public_key()
    return public.public_bytes(serialization.Encoding.OpenSSH, serialization.PublicFormat.OpenSSH).decode()


def key_entry(seed: int = 0, **more: Any) -> dict[str, Any]:
    """A key of a key decision."""
    return {"principal": {"type": "human", "id": f"p{seed}"}, "key": public_line(seed), "kinds": ["*"], **more}


DETAILS: dict[Kind, dict[str, Any]] = {
    Kind.GENERATE: {"lines": LINES},
    Kind.ACCEPT: {"lines": LINES, "how": "human_explicit", "state": "as_is"},
    Kind.COUNTERSIGN: {"lines": LINES, "intent": "retries at most twice"},
    Kind.REVIEW: {"change": "#12", "verdict": "commented", "sha": SHA},
    Kind.APPROVE: {"change": "#12", "verdict": "approved", "sha": SHA},
    Kind.KEY: {"action": "root", "keys": [key_entry(1, admin=True), key_entry(2)], "threshold": 1},
    Kind.REDACT: {"commitments": ["cd" * 32]},
    Kind.ATTEST: {"source": "ci", "claim": "the tests passed"},
}


def decision(kind: Kind = Kind.REVIEW, **more: Any) -> Decision:
    """A sound decision of a kind."""
    given: dict[str, Any] = {
        "decision_id": f"{kind.value}-00000001",
        "kind": kind,
        "subjects": (Subject(name="main", digest={"gitCommit": SHA}),),
        "principal": ADA,
        "observed_at": "2026-01-31T09:00:00Z",
        "rationale": "because it must be",
        "details": DETAILS.get(kind, {"free": [1, 2.5, None, {"a": "b"}]}),
    }
    return Decision(**given | more)


_lines = st.text(st.characters(exclude_categories=["Cc", "Cs", "Zl", "Zp"]), min_size=1, max_size=30)
_words = _lines.map(lambda text: f"w{text}w")
_hex = st.text("0123456789abcdef", min_size=64, max_size=64)
_digests = _hex.map(lambda text: f"sha256:{text}")
_moments = st.datetimes().map(lambda moment: f"{moment.replace(microsecond=0).isoformat()}Z")
_maybe = st.none()
_principals = st.builds(Principal, type=st.sampled_from(PrincipalType), id=_words, on_behalf_of=_maybe | _words)
_texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
_numbers = st.integers(-(2**53) + 1, 2**53 - 1) | st.floats(-1e15, 1e15).map(lambda f: int(f) if f.is_integer() else f)
free = st.recursive(
    st.none() | st.booleans() | _numbers | _texts,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_texts, inner, max_size=3),
    max_leaves=8,
)


@st.composite
def decisions(draw: st.DrawFn) -> Decision:
    """Any sound decision."""
    kind = draw(st.sampled_from(Kind))
    details = DETAILS.get(kind, {})
    if kind not in DETAILS or kind in (Kind.REVIEW, Kind.APPROVE, Kind.ATTEST):
        details = draw(st.dictionaries(_texts, free, max_size=3)) | details
    subjects = st.builds(Subject, name=_maybe | _lines, digest=st.fixed_dictionaries({"sha256": _hex}))
    agents = st.builds(Agent, tool=_lines, tool_version=_maybe | _lines, model=_maybe | _lines, session=_maybe | _lines)
    return decision(
        kind,
        subjects=tuple(draw(st.lists(subjects, min_size=1, max_size=3))),
        principal=ADA if kind is Kind.COUNTERSIGN else draw(_principals),
        observed_at=draw(_moments),
        authored_by=tuple(draw(st.lists(_principals, max_size=2))),
        agent=draw(_maybe | agents),
        context=tuple(draw(st.lists(st.builds(Commitment, name=_lines, sha256=_hex), max_size=2))),
        policy=draw(_maybe | st.builds(PolicyRef, uri=_lines, digest=_digests, verdict=_maybe | st.just("pass"))),
        emergency=draw(_maybe | st.builds(Emergency, declared=st.booleans(), review_due_by=_maybe | _moments)),
        evidence=tuple(draw(st.lists(st.builds(EvidenceRef, uri=_lines, digest=_maybe | _digests), max_size=2))),
        vantage=draw(_maybe | _lines),
        supersedes=tuple(draw(st.lists(st.just("other-id"), max_size=1))),
        details=details,
    )


ODD: list[Any] = [
    None, True, 0, -1, 1.0, 1.5, 2**31, 2**53 - 1, "", " ", "x", "x\n", "sha256:" + "A" * 64, "0" * 64 + "\n",
    "..", "/a", "a/../b",
    "a//b", "./a", "a/.", "..a/b", "2026-02-30T00:00:00Z", "2026-01-01T00:00:00+00:00", "2026-01-01T00:00:00.5Z",
    "key", "root", "add",
    "revoke", "threshold", "human", "agent", "approved", "ü", "\x00", "\u2028", [], {}, [[]], [{}],
    {"a": {"b": [1]}}, ["*"],
    SHA, "0" * 64, DIGEST, "SHA256:" + "A" * 43, "sigstore:" + "A" * 43, public_line(3), IDENTITY,
    IDENTITY + "%", IDENTITY + "%41", IDENTITY + " x", IDENTITY.replace("https", "http"), IDENTITY + "$",
    IDENTITY + "ü",
]  # fmt: skip
NAMES = ["x", "key", "id", "admin", "threshold", "reason", "fingerprint", "keys", "lines", "rationale", "session",
         "agent",
         "subject", "commitments", "intent", "validAfter", "validBefore", "details", "name", "__proto__",
         "ü"]  # fmt: skip


def places(value: Any, at: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The way to every value inside a document."""
    yield at
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for step, member in inner:
        yield from places(member, (*at, step))


def mutated(document: Any, chance: random.Random) -> Any:
    """The document with one thing changed: a value replaced, removed, repeated or added."""
    changed = copy.deepcopy(document)
    *way, last = chance.choice([place for place in places(document) if place])
    holder = changed
    for step in way:
        holder = holder[step]
    what = chance.randrange(4)
    if what == 0:
        del holder[last]
    elif what == 1 and isinstance(holder[last], dict):
        holder[last][chance.choice(NAMES)] = copy.deepcopy(chance.choice(ODD))
    elif what == 2 and isinstance(holder, list):
        holder.append(copy.deepcopy(holder[last]))
    else:
        holder[last] = copy.deepcopy(chance.choice(ODD))
    return changed


def document(data: bytes) -> Any:
    """The JSON of a statement."""
    return json.loads(data)


def every_kind() -> list[Decision]:
    """One decision of each kind; key decisions of each action, redactions of each form."""
    window = {"validAfter": "2026-01-01T00:00:00Z", "validBefore": "2027-01-01T00:00:00Z"}
    others: list[dict[str, Any]] = [
        {"action": "add", "keys": [key_entry(4, **window), key_entry(5) | {"key": IDENTITY}]},
        {"action": "revoke", "fingerprint": "SHA256:" + "A" * 43, "reason": "lost"},
        {"action": "threshold", "threshold": 2},
    ]  # fmt: skip
    return [
        *(decision(kind) for kind in Kind),
        *(decision(Kind.KEY, details=details) for details in others),
        decision(Kind.REDACT, details={"subject": "ada@example.com"}),
        *(decision(kind, subjects=(LEDGER,)) for kind in sorted(WITHOUT_SUBJECT)),
    ]
