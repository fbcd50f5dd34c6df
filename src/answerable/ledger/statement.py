"""A decision as the bytes that are signed, and back: an in-toto Statement v1 in canonical JSON.

What is written can be read, and reads as the same decision. What is read is refused, with its place as a JSON path,
unless every key, type and value is one that `decision.schema.json` and `domain.decision_rules` allow: two readers can
never see different decisions in the same bytes. No input crashes or stalls the reader.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

from answerable.domain.agent import Agent
from answerable.domain.decision import (
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
from answerable.domain.decision_rules import faults
from answerable.errors import DecisionInvalid, DecisionTooLarge, DecisionUnsupported
from answerable.ledger import json_schema, strict_json

STATEMENT_TYPE = "https://in-toto.io/Statement/v1"
PREDICATE_TYPE = "https://answerable.dev/decision/v1"
MOST = 45_000  # bytes; in base64 it leaves a leaf of 65,535 bytes room for the signatures
_HINT = "docs/reference/decisions.md lists every key of every kind"

T = TypeVar("T")


def statement(decision: Decision, *, subject_for_none: Subject | None = None) -> bytes:
    """The canonical bytes of a decision.

    Args:
        decision: What was decided.
        subject_for_none: What stands as the subject where the decision has none: the ledger itself.

    Raises:
        DecisionInvalid: It breaks a rule of its kind.
        DecisionTooLarge: It has more bytes than an entry can hold.

    Format: in-toto Statement v1, in RFC 8785 (JCS).
    """
    import rfc8785

    try:
        data = rfc8785.dumps(_document(decision, subject_for_none))
    except (rfc8785.CanonicalizationError, UnicodeError, RecursionError) as error:
        why = "nested too deep" if isinstance(error, RecursionError) else str(error)
        raise DecisionInvalid(f"$.predicate: has no canonical form: {why}", hint=_HINT) from None
    read_statement(data)
    return data


def read_statement(data: bytes) -> Decision:
    """The decision in signed bytes; canonical form is not asked for, because the signature is over the bytes.

    Args:
        data: The payload of an envelope.

    Raises:
        DecisionInvalid: They are no such statement; the message says where.
        DecisionUnsupported: They are a statement of another type or version.
        DecisionTooLarge: There are more of them than an entry can hold.
    """
    if len(data) > MOST:
        what = f"$: the decision has {len(data)} bytes, an entry of the ledger holds {MOST}"
        raise DecisionTooLarge(what, hint="commit to long content in `context` instead of writing it out")
    try:
        document = strict_json.loads(data, most=MOST)
        _supported(document)
        check()(document)
    except strict_json.Refused as refused:
        raise DecisionInvalid(f"{refused.path or '$'}: {refused.what}", hint=_HINT) from None
    except json_schema.Wrong as wrong:
        raise DecisionInvalid(f"{json_schema.shown_path(wrong.path)}: {wrong.what}", hint=_HINT) from None
    decision = _decision(document)
    for place, what in faults(decision):
        raise DecisionInvalid(f"$.predicate.{place}: {what}", hint=_HINT)
    return decision


def schema_text() -> str:
    """The published JSON Schema of a statement."""
    return Path(__file__).with_name("decision.schema.json").read_text(encoding="utf-8")


@cache
def check() -> json_schema.Check:
    """The check that the schema makes."""
    return json_schema.compiled(json.loads(schema_text()))


def _supported(document: Any) -> None:
    for key, known in (("_type", STATEMENT_TYPE), ("predicateType", PREDICATE_TYPE)):
        given = document.get(key) if isinstance(document, dict) else None
        if isinstance(given, str) and given != known:
            what = f"$.{key}: {json_schema.shown(given)} is not known here, {known} is"
            raise DecisionUnsupported(what, hint="a newer version of answerable may know it")


def _document(decision: Decision, subject_for_none: Subject | None) -> dict[str, Any]:
    named = (subject_for_none,) if not decision.subjects and subject_for_none is not None else decision.subjects
    agent = decision.agent
    return {
        "_type": STATEMENT_TYPE,
        "subject": [_present({"name": s.name, "digest": dict(s.digest)}) for s in named],
        "predicateType": PREDICATE_TYPE,
        "predicate": _present(
            {
                "decisionId": decision.decision_id,
                "kind": decision.kind,
                "principal": _principal(decision.principal),
                "authoredBy": [_principal(author) for author in decision.authored_by],
                "agent": agent and _present({"name": agent.tool, "version": agent.tool_version, "model": agent.model}),
                "session": agent and agent.session,
                "context": [{"name": c.name, "sha256": c.sha256} for c in decision.context],
                "policy": decision.policy and _fields(decision.policy, "uri", "digest", "verdict"),
                "rationale": decision.rationale,
                "emergency": decision.emergency
                and _present(
                    {"declared": decision.emergency.declared, "reviewDueBy": decision.emergency.review_due_by}
                ),
                "supersedes": decision.supersedes,
                "evidence": [_fields(e, "uri", "digest") for e in decision.evidence],
                "observedAt": decision.observed_at,
                "vantage": decision.vantage,
                "details": dict(decision.details),
            }
        ),
    }


def _present(members: Mapping[str, Any]) -> dict[str, Any]:
    """Absent rather than null or empty."""
    return {key: value for key, value in members.items() if value is not None and value not in ((), [], {})}


def _fields(thing: object, *names: str) -> dict[str, Any]:
    return _present({name: getattr(thing, name) for name in names})


def _principal(who: Principal) -> dict[str, Any]:
    return _present({"type": who.type, "id": who.id, "key": who.key, "onBehalfOf": who.on_behalf_of})


def _decision(document: Mapping[str, Any]) -> Decision:
    said = document["predicate"]
    return Decision(
        decision_id=said["decisionId"],
        kind=Kind(said["kind"]),
        subjects=tuple(Subject(name=s.get("name"), digest=s["digest"]) for s in document["subject"]),
        principal=_read_principal(said["principal"]),
        observed_at=said["observedAt"],
        authored_by=tuple(_read_principal(author) for author in said.get("authoredBy", ())),
        agent=_read_agent(said),
        context=tuple(Commitment(**c) for c in said.get("context", ())),
        policy=_maybe(PolicyRef, said.get("policy")),
        rationale=said.get("rationale"),
        emergency=_read_emergency(said.get("emergency")),
        supersedes=tuple(said.get("supersedes", ())),
        evidence=tuple(EvidenceRef(**e) for e in said.get("evidence", ())),
        vantage=said.get("vantage"),
        details=said.get("details", {}),
    )


def _maybe(kind: type[T], members: Mapping[str, Any] | None) -> T | None:
    return None if members is None else kind(**members)


def _read_principal(said: Mapping[str, Any]) -> Principal:
    who = PrincipalType(said["type"])
    return Principal(type=who, id=said["id"], key=said.get("key"), on_behalf_of=said.get("onBehalfOf"))


def _read_agent(said: Mapping[str, Any]) -> Agent | None:
    if (agent := said.get("agent")) is None:
        return None
    session = said.get("session")
    return Agent(tool=agent["name"], tool_version=agent.get("version"), model=agent.get("model"), session=session)


def _read_emergency(said: Mapping[str, Any] | None) -> Emergency | None:
    return None if said is None else Emergency(declared=said["declared"], review_due_by=said.get("reviewDueBy"))
