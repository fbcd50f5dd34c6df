"""Says what the recorder signs about one commit: which lines which agent wrote, how they were let in, how complete
the record is. Each decision fits into a ledger's entry, binds to the digests of its lines, and claims no more than the
events showed.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from answerable.capture.acceptance import Accepted
from answerable.capture.commit import Told
from answerable.capture.completeness import Completeness
from answerable.capture.completeness import Recorder as Stands
from answerable.capture.recorder import NOT_SIGNED, Recorder, identity_of
from answerable.capture.replay import Session, git_ai_tool
from answerable.capture.rows import MOST_BYTES, Row, documents, grouped, joined, rows
from answerable.domain.acceptance import How, State
from answerable.domain.agent import Agent
from answerable.domain.decision import (
    Commitment,
    Decision,
    EvidenceRef,
    Kind,
    Principal,
    PrincipalType,
    Subject,
    new_id,
)
from answerable.ledger import secrets
from answerable.provenance.bound import NONE, NOTES
from answerable.provenance.decisions import Blob
from answerable.provenance.table import canonical

SOURCE = "answerable-capture"
VANTAGE = "hooks"
MOST_PARTS = 200  # decisions of one kind and session about one commit; what is beyond is in the note alone
_NOBODY = "no agent is known to have written any of its lines"
_CARRIED = "lines of other commits came into it, with what is known of them"
_BY_A_PERSON = frozenset({How.HUMAN_EXPLICIT, How.STANDING_GRANT, How.HUMAN_REJECT})


@dataclass(frozen=True, slots=True, kw_only=True)
class About:
    """What is known of one commit when it is decided.

    Attributes:
        at: When it was made, in ns since 1970.
        made_here: Whether it was made in this work tree; not only brought here.
        person: Who told the agents to work, as "Name <mail>".
        accepted: How the call that wrote lines was let through.
        note: The digest of the git-ai note that was written for it.
        no_note: Whether there is none.
        carried: What was carried here from other commits, as members of details.
        context: Commits to what was said in a session; asked once for each.
    """

    sha: str
    at: int
    told: Mapping[bytes, Told]
    complete: Completeness
    blob: Blob
    sessions: Mapping[str, Session]
    person: str
    accepted: Callable[[Row], Accepted]
    made_here: bool = True
    note: str | None = None
    no_note: bool = False
    carried: Mapping[str, Any] = field(default_factory=dict)
    context: Callable[[str], Sequence[Commitment]] = lambda _: ()


def decisions(about: About, recorder: Recorder) -> list[Decision]:
    """All that the recorder signs about a commit; nothing where it has nothing to say."""
    return list(_decisions(about, recorder))


def _decisions(about: About, recorder: Recorder) -> Iterator[Decision]:
    wrote = rows(about.told)
    for session, of_session in grouped(wrote, lambda row: row.session):
        yield from _generated(about, recorder, str(session), of_session)
    yield from accepted(about, recorder, wrote)
    if about.carried or (not wrote and about.made_here and about.complete.recorder is not Stands.OFF):
        yield _attested(about, recorder, nobody=not wrote and not about.carried)


def _generated(about: About, recorder: Recorder, session: str, wrote: Sequence[Row]) -> Iterator[Decision]:
    known = about.sessions.get(session) or Session(tool="unknown", conversation="unknown")
    agent = agent_of(known)
    merged = joined(wrote, lambda row: row.changed_by)
    parts = list(documents(merged, about.blob))[:MOST_PARTS]
    person = identity_of(about.person)
    context = tuple(about.context(session)) if parts else ()
    for number, lines in enumerate(parts, 1):
        details: dict[str, Any] = {"lines": lines, "completeness": about.complete.details()}
        if len(parts) > 1:
            details["part"] = {"number": number, "of": len(parts)}
        yield replace(
            _bare(about, recorder, Kind.GENERATE, _seen(about, wrote)),
            authored_by=(Principal(type=PrincipalType.AGENT, id=agent.tool, on_behalf_of=person),),
            agent=agent,
            context=context,
            details=details,
        )


def accepted(about: About, recorder: Recorder, wrote: Sequence[Row]) -> Iterator[Decision]:
    """How lines were let in: one decision for each session, act, state and source.

    Args:
        about: The commit.
        recorder: Who signs.
        wrote: The lines that agents wrote.
    """
    known = {(row.trace, row.path): about.accepted(row) for row in joined(wrote, lambda row: row.trace)}

    def key(row: Row) -> tuple[str, How, State, str | None]:
        how = known[row.trace, row.path]
        return row.session, how.how, State.MODIFIED if row.modified or how.modified else State.AS_IS, how.source

    for _, of_key in grouped(wrote, key):
        session, how, state, source = key(of_key[0])
        moments = [at for row in of_key if (at := known[row.trace, row.path].at)]
        for lines in list(documents(joined(of_key, lambda row: row.changed_by), about.blob))[:MOST_PARTS]:
            details: dict[str, Any] = {"lines": lines, "how": how.value, "state": state.value}
            if source and (said := plain(source)):
                details["source"] = said
            yield replace(
                _bare(about, recorder, Kind.ACCEPT, max(moments, default=about.at), by_person=how in _BY_A_PERSON),
                agent=agent_of(about.sessions.get(session) or Session(tool="unknown", conversation="unknown")),
                details=details,
            )


def _attested(about: About, recorder: Recorder, *, nobody: bool) -> Decision:
    details: dict[str, Any] = {
        "source": SOURCE,
        "claim": _NOBODY if nobody else _CARRIED,
        "completeness": about.complete.details(),
        **({"note": NONE} if about.no_note else {}),
        **fitted(about.carried),
    }
    return replace(_bare(about, recorder, Kind.ATTEST, about.at), details=details)


def fitted(carried: Mapping[str, Any]) -> dict[str, Any]:
    """What was carried, so that it fits into an entry: of each list as much as there is room for, and how many more."""
    for most in (400, 200, 100, 50, 20, 5, 0):
        found: dict[str, Any] = _cut(carried, most)
        if len(json.dumps(found)) <= MOST_BYTES:
            return found
    return {"more": len(carried)}


def _cut(value: Any, most: int) -> Any:
    if isinstance(value, Mapping):
        cut = {name: _cut(inner, most) for name, inner in value.items()}
        lost = sum(len(inner) - most for inner in value.values() if isinstance(inner, list) and len(inner) > most)
        return {**cut, "more": cut.get("more", 0) + lost} if lost else cut
    return [_cut(inner, most) for inner in value[:most]] if isinstance(value, list) else value


def _bare(about: About, recorder: Recorder, kind: Kind, at: int, *, by_person: bool = True) -> Decision:
    evidence = (EvidenceRef(uri=NOTES, digest=about.note),) if about.note else ()
    return Decision(
        decision_id=new_id(),
        kind=kind,
        subjects=(Subject(digest={"gitCommit": about.sha}),),
        principal=recorder.principal(about.person if by_person else None),
        observed_at=moment(at),
        evidence=evidence,
        vantage=VANTAGE,
    )


def _seen(about: About, wrote: Sequence[Row]) -> int:
    """When lines were last written, where a commit claims to be older than they are."""
    return max([about.at, *(at for row in wrote if (at := about.accepted(row).at))])


def agent_of(session: Session) -> Agent:
    """The agent of a session, as the note names it."""
    return Agent(
        tool=canonical(git_ai_tool(session.tool)),
        tool_version=plain(session.version),
        model=plain(session.model),
        session=plain(session.conversation),
    )


def plain(text: str | None) -> str | None:
    """A name that an agent gave, in one line of bounded length; None where it looks like a secret."""
    found = NOT_SIGNED.sub("", text or "")[:200].strip()
    return found if found and not secrets.find(found) else None


def moment(at: int) -> str:
    """A moment in ns since 1970 as decisions write it, to the second; none that is to come, or before 1970."""
    seconds = min(max(at, 0) // 10**9, int(time.time()))
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(seconds))
