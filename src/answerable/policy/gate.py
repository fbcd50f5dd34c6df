"""The gate: a verdict on a range, by the policy of its base, with what the forge knows of the change.

The policy comes from the branch that the change is to go into, as it stands without the change: no change can write its
own, and none gets an older one by beginning further back. Another one is used only where the caller says so, and the
verdict names it. What cannot be evaluated is the outcome `error`, which no caller may take for a pass. The same
repository, policy, context and day give the same verdict.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from pathlib import Path

from answerable.domain.commit import Commit
from answerable.domain.verdict import Outcome, Verdict
from answerable.errors import AnswerableError, PolicyUnevaluable
from answerable.git.commits import read_commit, read_commits
from answerable.git.patched import Patched
from answerable.git.repository import Repository
from answerable.ownership.mandate.model import PATH as MANDATE
from answerable.ownership.registry import Registry
from answerable.policy.change import context as contexts
from answerable.policy.change.approvals import count, signed_approvals
from answerable.policy.change.authors import authors
from answerable.policy.change.context import Context
from answerable.policy.change.emergency import signed_emergencies
from answerable.policy.change.facts import LineFacts, PathChange, facts
from answerable.policy.change.paths import INCOMPLETE
from answerable.policy.change.span import Span, span_of
from answerable.policy.change.together import ask, together
from answerable.policy.file.find import organisation_policy, policy_at, with_folders
from answerable.policy.file.source import PATH
from answerable.policy.inputs_digest import digest
from answerable.policy.judge.evaluate import Inputs, Place, evaluate
from answerable.policy.judge.places import places
from answerable.policy.layers.place import Layers
from answerable.policy.mandated import with_mandate
from answerable.policy.model import Mode, Policy
from answerable.provenance.gather import Gatherer
from answerable.provenance.refs import EVIDENCE_REFS
from answerable.review.result import Report

_FEW = 100  # commits


def gate(
    repository: Repository,
    base: str | None,
    head: str,
    policy: Policy | None = None,
    context: Context | bytes | None = None,
    *,
    change: str | None = None,
    target: str | None = None,
    today: date | None = None,
    organisation: Path | None = None,
    findings: Sequence[Path] = (),
    failure_modes: bool = False,
) -> Verdict:
    """Judge a change.

    Args:
        repository: Where.
        base: Full id of any commit of the branch that the change is to go into; None where there is none.
        head: Full id of the change's newest commit.
        policy: Judge by this one instead of that of the base.
        context: What the forge knows, read or as bytes.
        change: The id that the context must be of, where the caller knows it.
        target: The branch that the context must be about, where the caller knows it.
        today: The day on which waivers must hold; that of now in UTC by default.
        organisation: The file of the policy above that of the base; by default the one that the environment names.
        findings: Reports of analysers on the head, as SARIF.
        failure_modes: Look for failure modes known of AI-written code too.

    Returns:
        The verdict; its outcome is `error` where anything could not be evaluated.
    """
    began = base
    patched = Patched(repository.quarantine)  # what will be asked in most cases, while history is walked
    try:
        span = span_of(repository, base, head)
        ask(patched, span.base, head, span.read)
        repository.ahead_of_refs(*EVIDENCE_REFS)
        began = span.base
        policy = policy_at(repository, base, organisation) if policy is None and base and span.base else policy
        policy = (organisation_policy(organisation) or _without_base()) if policy is None else policy
        known = contexts.read(context) if isinstance(context, bytes) else context
        if known:
            known.must_be_of(head, change=change, target=target)
        owners = owners_for(repository, base if span.base else None, policy)
        reports = _reports(repository, head, findings)
        day = today or datetime.now(UTC).date()
        modes = failure_modes
        of = gathered(
            repository, span, policy, known, owners, day, reports=reports, failure_modes=modes, patched=patched
        )
        return verdict_of(*of)
    except AnswerableError as error:
        return unevaluable(repository, began, head, error, policy)
    finally:
        patched.close()
        repository.git.forget()


def owners_for(repository: Repository, base: str | None, policy: Policy) -> Registry:
    """Who owns what where a change goes: never as the change itself says.

    Args:
        repository: Where.
        base: The commit that the change goes onto; None where it begins at nothing.
        policy: What it is judged by: where there is no base, owners are those of the commit that has the policy.
    """
    return Registry(repository, base or policy.commit)


def unevaluable(
    repository: Repository, base: str | None, head: str, error: AnswerableError, policy: Policy | None = None
) -> Verdict:
    """The verdict where an error kept the gate from judging."""
    return Verdict(
        outcome=Outcome.ERROR,
        base=base or repository.null_oid,
        head=head,
        policy_digest=policy.digest if policy else "",
        policy_source=policy.source if policy else PATH,
        problem=error.message,
        remedy=error.hint,
    )


def gathered(
    repository: Repository,
    span: Span,
    policy: Policy,
    context: Context | None,
    owners: Registry,
    today: date,
    *,
    answers: bool = False,
    reports: Sequence[Report] = (),
    failure_modes: bool = False,
    patched: Patched | None = None,
) -> tuple[Policy, Known, Inputs]:
    """All that a verdict on a change is made of: the policy with those of folders, the change, what is known of it.

    Args:
        repository: Where.
        span: The change.
        policy: That of its base, or the one that takes its place.
        context: What the forge knows.
        owners: Who owns what, as its base declares it.
        today: The day on which waivers must hold.
        answers: Look up what reviewers answered even if no rule asks for it.
        reports: What analysers found on the head.
        failure_modes: Look for failure modes known of AI-written code too.
        patched: Reads a few commits, where it was started already.
    """
    commits = span.read or _commits(repository, span.commits)
    with closing(Gatherer(repository, span.head)) as gatherer:
        if span.merges or len(span.commits) > _FEW:
            gatherer.prepare(span.merges)
        for commit in span.read.values():
            gatherer.reading(commit)  # all will be wanted, and git is still comparing
        with together(repository, span.base, span.head, commits, patched) as read:
            changed = read.changed
            policy = with_folders(repository, policy, (path for one in changed for path in (one.path, one.old_path)))
            found = facts(
                repository, span.base, span.head, gatherer, bases=span.bases, changed=changed, commits=commits,
                history=read.history, store=read.store,
            )  # fmt: skip
        known = Known(span=span, changed=changed, facts=found, commits=tuple(commits.values()))
        placed = places(repository, Layers(policy), changed)
        inputs = with_mandate(
            repository, policy, inputs_of(known, gatherer, placed, context, owners, today), owners.commit
        )
        if answers or asks(policy):
            inputs = with_answers(repository, policy, known, gatherer, inputs, whole=answers)
        if failure_modes:
            from answerable.policy.failure_modes import failure_report

            reports = (*reports, failure_report(repository, span.head, changed, found))
        if reports:
            from answerable.policy.analysed import with_findings  # most gates are given none

            inputs = with_findings(repository, policy, inputs, reports, gatherer)
        return policy, known, inputs


def with_answers(
    repository: Repository, policy: Policy, known: Known, gatherer: Gatherer, inputs: Inputs, *, whole: bool = False
) -> Inputs:
    """The same with what reviewers of the change were asked and have answered.

    Args:
        repository: Where.
        policy: That of the change.
        known: What is read of it.
        gatherer: Reads evidence.
        inputs: What is known besides.
        whole: Say what is asked even where nobody answered anything.
    """
    from answerable.policy.checklists.look_up import look_up  # few policies ask for it

    context = inputs.context
    told = [one for sha in dict.fromkeys((known.span.head, *known.span.commits)) for one in gatherer.decisions(sha)]
    made_by = authors(known.commits, gatherer, context.opened_by if context else ())
    found = look_up(repository, policy, known, inputs.places, told, context, made_by, whole=whole)
    return replace(inputs, checklists=found)


def asks(policy: Policy) -> bool:
    """True where a rule of a policy asks for the answers of reviewers."""
    return any(rule.require.checklist for rule in policy.rules)


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What is read of a change itself."""

    span: Span
    changed: Sequence[PathChange]
    facts: Sequence[LineFacts]
    commits: Sequence[Commit]  # of the whole span


def inputs_of(
    known: Known,
    gatherer: Gatherer,
    placed: Mapping[bytes, Place],
    context: Context | None,
    owners: Registry,
    today: date,
) -> Inputs:
    """All that a verdict on a change depends on besides the policy.

    Args:
        known: What is read of it.
        gatherer: Reads evidence.
        placed: The layer of each changed path.
        context: What the forge knows.
        owners: Who owns what, as its base declares it.
        today: The day on which waivers must hold.
    """
    head = known.span.head
    made_by = authors(known.commits, gatherer, context.opened_by if context else ())
    signed = list(gatherer.decisions(head))
    given = [*(context.approvals if context else ()), *signed_approvals(signed, head)]
    told = context.change.emergency if context else None
    return Inputs(
        head=head,
        facts=known.facts,
        places=placed,
        approvals=count(given, head, made_by),
        context=context,
        owners={path: owners.reviewers(path, today) for each in known.changed for path in (each.path, each.old_path)},
        today=today,
        emergencies=(*([told] if told else []), *signed_emergencies(signed, head)),
    )


def verdict_of(policy: Policy, known: Known, inputs: Inputs) -> Verdict:
    """The verdict of a policy on what is known of a change.

    Raises:
        PolicyUnevaluable: an expression gave no answer.
    """
    judged, span = evaluate(policy, inputs), known.span
    return Verdict(
        outcome=judged.outcome,
        base=span.base or "0" * len(span.head),
        head=span.head,
        policy_digest=policy.digest,
        policy_source=policy.source,
        findings=judged.findings,
        obligations=judged.obligations,
        inputs_digest=digest((*span.bases, span.head), inputs),
        reports=policy.mode is Mode.REPORT,
        notes=(*_notes(span, known.changed, inputs), *judged.notes),
        waivers=judged.waivers,
        excused=judged.excused,
    )


def _reports(repository: Repository, head: str, files: Sequence[Path]) -> tuple[Report, ...]:
    if not files:
        return ()
    from answerable.policy.analysed import read_reports

    return read_reports(repository, head, files)


def _commits(repository: Repository, shas: Sequence[str]) -> dict[str, Commit]:
    """The commits of the range, read; few of them without a process of their own."""
    few = (read_commit(repository.objects, sha) for sha in shas) if len(shas) <= _FEW else ()
    read = few if len(shas) <= _FEW else read_commits(repository.objects, shas)
    found = {one.sha: one for one in read if one}
    if len(found) < len(shas):
        raise PolicyUnevaluable("commits of the range cannot be read", hint=INCOMPLETE)
    return found


def _without_base() -> Policy:
    """What a change that begins at nothing is judged by."""
    from answerable.policy.file.source import preset

    return preset("starter")


def _notes(span: Span, changed: Sequence[PathChange], inputs: Inputs) -> Iterator[str]:
    for by, why in inputs.approvals.refused:
        yield f"the approval of {by} does not count: {by} {why}"
    for by, why in inputs.checklists.refused if inputs.checklists else ():
        yield f"the answers of {by} do not count: {by} {why}"
    yield from inputs.laying.notes
    edited = {path for one in changed for path in (one.path, one.old_path) if f"/{PATH}".encode() in b"/" + path}
    for path in sorted(edited)[:10]:
        yield f"the change edits {_text(path)}; it was judged by the policy as it stands without the change"
    if inputs.mandate and any(MANDATE.encode() in (one.path, one.old_path) for one in changed):
        yield f"the change edits {MANDATE}; the mandate of its base counted"
    if len(span.bases) > 1:
        yield f"the range has {len(span.bases)} merge bases; lines are compared with {span.bases[0][:12]}"


def _text(path: bytes) -> str:
    return path.decode("utf-8", "surrogateescape")
