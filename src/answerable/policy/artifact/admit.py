"""Whether an artifact may be put into use, by what the ledger holds of it and nothing else.

The verdict is the one that was recorded: it is shown as it was, and never judged again. What has happened since is
told beside it. It does not let the artifact pass where the policy that is in force is another one, where a key behind
it was revoked, or where the review that an emergency owes is overdue. What cannot be told is an error.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any

from answerable.domain.decision import Kind
from answerable.domain.verdict import Artifact, Finding, Obligation, Outcome, Rests, Severity, Verdict
from answerable.errors import AnswerableError, PolicyUnevaluable
from answerable.git.repository import Repository
from answerable.policy.artifact import as_stored
from answerable.policy.artifact.covering import Covering, covering
from answerable.policy.artifact.history import Entry, History
from answerable.policy.artifact.reviewed import reviewed_since
from answerable.policy.change.emergency import parsed
from answerable.policy.change.facts import changes
from answerable.policy.file.find import with_folders
from answerable.policy.judge.emergency import RULE as EMERGENCY
from answerable.policy.model import Policy
from answerable.policy.stored import CONTENT
from answerable.provenance.gather import Gatherer

RULE = "artifact"
"""The rule under which it is told what keeps an artifact out."""
_TIES = (Kind.RELEASE, Kind.DEPLOY)
_TIE = "record which revision it was made of: answerable record release {} REVISION"
_SINCE = {
    Kind.GATE: "the gate judged it",
    Kind.OVERRIDE: "somebody let pass what the policy had refused",
    Kind.REVIEW: "a reviewer concluded",
    Kind.APPROVE: "somebody consented",
    Kind.INCIDENT: "something went wrong with it",
    Kind.DEPLOY: "it was put into an environment",
    Kind.RELEASE: "it was released",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What is asked about, and by which policy it must have been judged."""

    digest: str  # SHA-256, 64 lower-case hex digits
    policy: Policy
    environment: str | None = None
    now: datetime = field(default_factory=lambda: datetime.now(UTC))


def admit(repository: Repository, history: History, asked: Asked, read: Callable[[str], bytes]) -> Verdict:
    """The verdict on an artifact.

    Args:
        repository: Holds the revision that it was made of.
        history: All decisions of a ledger that was verified.
        asked: What is asked about.
        read: Gives the content under a commitment; raises an AnswerableError where it is not kept.
    """
    artifact = Artifact(digest=f"sha256:{asked.digest}", environment=asked.environment)
    try:
        ties, revision = _tied(history, asked.digest)
        artifact = replace(
            artifact, revision=revision, tied_by=tuple(tie.rests(f"made of {revision[:12]}") for tie in ties)
        )
        found = covering(repository, history, revision)
        said = _said(found.entry)
        artifact = replace(
            artifact,
            judged_by=found.entry.rests(f"{said} on {_range(found)}"),
            since=tuple(_since(history, found, ties, asked.digest, revision)),
        )
        return _verdict(repository, history, asked, artifact, ties, found, read)
    except AnswerableError as error:
        return refused(repository, artifact, error, asked.policy)


def refused(
    repository: Repository, artifact: Artifact, error: AnswerableError, policy: Policy | None = None
) -> Verdict:
    """The verdict where nothing can be told of an artifact."""
    return Verdict(
        outcome=Outcome.ERROR,
        base=repository.null_oid,
        head=artifact.revision or repository.null_oid,
        policy_digest=policy.digest if policy else "",
        policy_source=policy.source if policy else "",
        problem=error.message,
        remedy=error.hint,
        artifact=artifact,
    )


def _tied(history: History, digest: str) -> tuple[Sequence[Entry], str]:
    """The one revision that an artifact was made of, and what says so."""
    ties = [entry for entry in history.about("sha256", digest, *_TIES) if entry.about("gitCommit")]
    revisions = {sha for entry in ties for sha in entry.about("gitCommit")}
    step = _TIE.format(f"sha256:{digest}")
    if not revisions:
        raise PolicyUnevaluable(f"nothing in the ledger says which revision sha256:{digest} was made of", hint=step)
    if len(revisions) > 1:
        told = ", ".join(f"{sha[:12]} (entry {e.index})" for e in ties for sha in e.about("gitCommit"))
        hint = f"find out which is right, and {step} --supersedes ID-OF-THE-WRONG-ONE"
        raise PolicyUnevaluable(f"the ledger ties the artifact to {len(revisions)} revisions: {told}", hint=hint)
    return ties, revisions.pop()


def _verdict(
    repository: Repository,
    history: History,
    asked: Asked,
    artifact: Artifact,
    ties: Sequence[Entry],
    found: Covering,
    read: Callable[[str], bytes],
) -> Verdict:
    decision = found.entry.decision
    document, notes = _document(found.entry, read)
    owed, overdue = _emergency(repository, history, found, asked.now)
    objections = [
        *_refusal(found, document),
        *_policy(repository, asked, found),
        *_revoked(history, [*ties, found.entry], found),
        *overdue,
    ]
    kept = as_stored.findings(document) if document else ()
    stored = as_stored.obligations(document) if document else ()
    return Verdict(
        outcome=Outcome.FAIL if objections else Outcome.PASS,
        base=found.base or repository.null_oid,
        head=found.head,
        policy_digest=decision.policy.digest if decision.policy else "",
        policy_source=decision.policy.uri if decision.policy else "",
        findings=(*objections, *kept),
        obligations=(*(one for one in stored if not owed or one.rule != EMERGENCY), *owed),
        inputs_digest=next((each.digest for each in decision.evidence if each.uri == "inputs"), None),
        reports=bool(document and document["policy"]["mode"] == "report"),
        notes=(*_told(artifact), *notes, *(map(str, document["notes"]) if document else ())),
        waivers=as_stored.waivers(document) if document else (),
        excused=as_stored.excused(document) if document else None,
        artifact=artifact,
    )


def _document(entry: Entry, read: Callable[[str], bytes]) -> tuple[dict[str, Any] | None, list[str]]:
    """The whole verdict as it was kept, or why it cannot be shown."""
    kept = [commitment.sha256 for commitment in entry.decision.context if commitment.name == CONTENT]
    if not kept:
        return None, ["the recorded verdict has no document with its findings"]
    try:
        document = as_stored.read(read(kept[0]))
        for part in (as_stored.findings, as_stored.obligations, as_stored.waivers, as_stored.excused):
            part(document)
        _ = document["policy"]["mode"], document["notes"]
    except AnswerableError as error:
        return None, [f"the findings of the recorded verdict cannot be shown: {error.message}"]
    except (KeyError, TypeError, ValueError, StopIteration):
        return None, ["the findings of the recorded verdict cannot be shown: it is of another form"]
    return document, []


def _said(entry: Entry) -> str:
    """The verdict in one word; `error` where the decision does not say the same twice."""
    decision = entry.decision
    word = str(decision.details.get("verdict", "error"))
    return word if decision.policy is not None and decision.policy.verdict == word else "error"


def _refusal(found: Covering, document: dict[str, Any] | None) -> Iterator[Finding]:
    said = _said(found.entry)
    if said == "pass":
        return
    problem = document["problem"]["message"] if document and document["problem"] else None
    why = f": {problem}" if problem else ""
    yield _objection(
        f"the gate's verdict on {_range(found)} is {said} (entry {found.entry.index}){why}",
        f"meet what it asks for, then judge again: answerable gate {_range(found)} --record",
    )


def _policy(repository: Repository, asked: Asked, found: Covering) -> Iterator[Finding]:
    """An objection where the policy that is in force for the change is not the one that it was judged by."""
    under = found.entry.decision.policy
    changed = changes(repository, found.base, found.head) if asked.policy.commit else ()
    now = with_folders(repository, asked.policy, (path for one in changed for path in (one.path, one.old_path)))
    if under is not None and under.digest == now.digest:
        return
    was = under.digest[:19] if under else "none"
    yield _objection(
        f"it was judged by a policy ({was}) that is not the one in force, {now.source} ({now.digest[:19]})",
        f"judge it by that one: answerable gate {_range(found)} --policy {asked.policy.commit or 'FILE'} --record",
    )


def _revoked(history: History, behind: Sequence[Entry], found: Covering) -> Iterator[Finding]:
    for entry in {entry.index: entry for entry in behind}.values():
        why = history.revoked(entry)
        if why:
            again = f"judge it again: answerable gate {_range(found)} --record"
            step = again if entry == found.entry else "let a key that is trusted record it again"
            yield _objection(f"entry {entry.index} is not to be believed any more, for {why}", step)


def _emergency(
    repository: Repository, history: History, found: Covering, now: datetime
) -> tuple[list[Obligation], list[Finding]]:
    """What an emergency that let the change pass still owes, and an objection where that is overdue."""
    told = found.entry.decision.emergency
    if told is None or not told.declared:
        return [], []
    by = told.review_due_by or "now"
    with closing(Gatherer(repository, found.head)) as gatherer:
        who = reviewed_since(repository, history, gatherer, found)
    owed = Obligation(
        rule=EMERGENCY,
        needs=f"a review of the emergency change by {by}",
        have=f"reviewed by {', '.join(who)}" if who else "none yet",
        met=bool(who),
    )
    due = parsed(told.review_due_by or "")
    if who or (due is not None and now <= due):
        return [owed], []
    step = f"let somebody who had no part in it look: answerable record review {found.head[:12]} --verdict approved"
    return [owed], [_objection(f"it passed as an emergency, and its review was due by {by}", step)]


def _since(history: History, found: Covering, ties: Sequence[Entry], digest: str, revision: str) -> Iterator[Rests]:
    later: dict[int, Entry] = {}
    for algorithm, subject in (("sha256", digest), ("gitCommit", revision), ("gitCommit", found.head)):
        for entry in history.about(algorithm, subject, *_SINCE):
            if entry.index > found.entry.index and entry not in ties:
                later[entry.index] = entry
    for _, entry in sorted(later.items()):
        words, said = _SINCE[entry.decision.kind], entry.decision.details.get("verdict")
        why = f": {entry.decision.rationale}" if entry.decision.rationale else ""
        yield entry.rests(f"{words} {said}{why}" if isinstance(said, str) else f"{words}{why}")


def _told(artifact: Artifact) -> Iterator[str]:
    """What it rests on, for people."""
    for tie in artifact.tied_by:
        yield f"entry {tie.index}, {tie.kind} by {tie.by} at {tie.at}: {artifact.digest[:19]} was {tie.says}"
    if artifact.judged_by:
        one = artifact.judged_by
        yield f"entry {one.index}, recorded by {one.by} at {one.at}: {one.says}; shown as it was, not judged again"
    for each in artifact.since:
        yield f"since then, entry {each.index}, {each.kind} by {each.by} at {each.at}: {each.says}"


def _range(found: Covering) -> str:
    return f"{(found.base or '')[:12]}..{found.head[:12]}"


def _objection(message: str, remedy: str) -> Finding:
    return Finding(rule=RULE, severity=Severity.ERROR, message=message, remedy=remedy)
