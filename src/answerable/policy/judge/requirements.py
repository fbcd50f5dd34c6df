"""What a rule requires and what is there of it: of the change as a whole, and of each run of lines.

Every lack is told in words, with the step that closes it. What is not known is not there.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

from answerable.domain.acceptance import How
from answerable.domain.owner import Owner
from answerable.domain.verdict import Obligation
from answerable.policy.change.approvals import Approver
from answerable.policy.change.facts import LineFacts, What
from answerable.policy.judge import require_findings, require_mandate
from answerable.policy.judge.lack import Lack
from answerable.policy.judge.telling import quantity
from answerable.policy.rule import Require, named
from answerable.policy.team import Team, plain, same

if TYPE_CHECKING:
    from answerable.policy.judge.evaluate import Inputs

_APPROVE = "have it approved at its present head, and give the gate what the forge knows (--context)"
_RECORD = "record where lines come from with the agent's hook, or sign that AI wrote them: answerable accept BASE..HEAD"
_SIGN = "have a person sign for them: answerable accept BASE..HEAD"


def of_the_change(
    rule: str, require: Require, concerned: Sequence[LineFacts], inputs: Inputs, teams: Sequence[Team] = ()
) -> tuple[list[Obligation], list[Lack]]:
    """What a rule asks of the change as a whole, met or not, and what is missing of it.

    Args:
        rule: Its name.
        require: What it asks.
        concerned: The lines it is about.
        inputs: What is known of the change.
        teams: Those that the policy defines.
    """
    told = [*_humans(rule, require, concerned, inputs), *_teams(rule, require, inputs, teams)]
    if require.reviewers.owners:
        told.append(_owners(rule, concerned, inputs, teams))
    told += _checks(rule, require, inputs)
    told += _reports(rule, require, inputs)
    told += require_mandate.owed(rule, require, inputs)
    obligations = [obligation for obligation, _ in told]
    if inputs.given:
        return obligations, []
    return obligations, [lack for obligation, lack in told if not obligation.met]


def _humans(
    rule: str, require: Require, concerned: Sequence[LineFacts], inputs: Inputs
) -> Iterator[tuple[Obligation, Lack]]:
    wanted, counted = require.reviewers.humans, inputs.approvals.counted
    if not wanted:
        return
    have = f"{len(counted)} of {wanted}" + (f": {', '.join(a.by for a in counted)}" if counted else "")
    needs = f"{quantity(wanted, 'independent person', 'independent people')} who approved exactly this head"
    owners = [name for fact in concerned for name in _owner_names(inputs.owners.get(fact.path))]
    who = tuple(dict.fromkeys((*require.reviewers.teams, *owners)))
    met = len(counted) >= wanted
    what = f"needs {quantity(wanted, 'independent approval', 'independent approvals')}, has {len(counted)}"
    missing = max(0, wanted - len(counted))
    told = Obligation(rule=rule, needs=needs, have=have, who=who, met=met, kind="humans", missing=missing)
    yield told, Lack(what, _APPROVE)


def _teams(rule: str, require: Require, inputs: Inputs, teams: Sequence[Team]) -> Iterator[tuple[Obligation, Lack]]:
    for team in require.reviewers.teams:
        there = [a.by for a in inputs.approvals.counted if _in_team(a, team, teams)]
        needs = f"an approval by somebody of the team {team}"
        have = ", ".join(there) or "nobody"
        lack = Lack(f"needs an approval by the team {team}", f"ask the team {team} for one")
        missing = 0 if there else 1
        told = Obligation(rule=rule, needs=needs, have=have, who=(team,), met=bool(there), kind="team", missing=missing)
        yield told, lack


def _owners(
    rule: str, concerned: Sequence[LineFacts], inputs: Inputs, teams: Sequence[Team]
) -> tuple[Obligation, Lack]:
    """Each path must have an owner, and one of its owners must have approved; a rename is of both its paths."""
    paths = dict.fromkeys(path for fact in concerned for path in (fact.path, fact.old_path) if path is not None)
    open_paths = [path for path in paths if not owner_approved(path, inputs, teams)]
    ownerless = [path for path in open_paths if not _owner_names(inputs.owners.get(path))]
    who = tuple(dict.fromkeys(name for path in open_paths for name in _owner_names(inputs.owners.get(path))))
    total = len(paths)
    have = f"{total - len(open_paths)} of {quantity(total, 'path', 'paths')} approved by an owner"
    steps = [f"ask an owner for approval: {', '.join(who)}"] if who else []
    if ownerless:
        files = "CODEOWNERS or .answerable/owners.yaml"
        steps.append(f"name an owner in {files} on the base branch for {_shown(ownerless)}")
    needs = "an approval by an owner of every path"
    what = f"needs an approval by an owner of {_shown(open_paths)}"
    missing = 1 if open_paths else 0
    told = Obligation(rule=rule, needs=needs, have=have, who=who, met=not missing, kind="owners", missing=missing)
    return told, Lack(what, "; ".join(steps))


def _checks(rule: str, require: Require, inputs: Inputs) -> Iterator[tuple[Obligation, Lack]]:
    known = inputs.context.checks if inputs.context else ()
    for name in require.checks:
        runs = [check for check in known if check.name == name and check.sha in (None, inputs.head)]
        met = bool(runs) and all(check.succeeded for check in runs)
        have = ", ".join(check.said for check in runs) or "no result for this head"
        lack = Lack(f"needs the check {name}: {have}", f"let the check {name} succeed on this head")
        needs, missing = f"the check {name} succeeded", 0 if met else 1
        yield Obligation(rule=rule, needs=needs, have=have, who=(name,), met=met, kind="check", missing=missing), lack


def _reports(rule: str, require: Require, inputs: Inputs) -> Iterator[tuple[Obligation, Lack]]:
    for owed in require_findings.owed(rule, require.findings, inputs.laying) if require.findings else ():
        step = "run the analyser on this head, and give the gate what it found (--findings)"
        yield owed, Lack(f"needs {owed.needs}: {owed.have}", step)


def of_lines(require: Require, fact: LineFacts) -> Iterator[Lack]:
    """What is missing of lines that are alike.

    What needs no lines to be shown (a file's removal, another mode) is held to what is asked of the change alone: there
    is nothing left that a note or a countersign could speak of.
    """
    if fact.what in (What.REMOVED, What.CHANGED):
        return
    lines, agent = fact.lines, fact.lines.agent
    if require.grade is not None and lines.grade < require.grade:
        what = f"provenance is {lines.grade.word}, at least {require.grade.word} is needed"
        yield Lack(what, _RECORD)
    if not fact.human:
        how = lines.acceptance.vouched if lines.acceptance else How.UNKNOWN
        if require.acceptance and how not in require.acceptance:
            wanted = " or ".join(one.value for one in require.acceptance)
            what = f"acceptance is {how.value}, {wanted} is needed"
            yield Lack(what, _SIGN)
        if require.tools is not None and not named(agent.tool if agent else None, require.tools):
            yield _forbidden("tool", agent.tool if agent else None, require.tools)
        if require.models is not None and not named(agent.model if agent else None, require.models):
            yield _forbidden("model", agent.model if agent else None, require.models)
    if require.countersign and not fact.countersigned:
        what = "nobody countersigned the lines"
        yield Lack(what, _SIGN)


def together(facts: Sequence[LineFacts], apart: Sequence[bool]) -> Iterator[list[LineFacts]]:
    """Runs of adjacent lines of which the same is known, so that they are one finding; `apart` parts them further."""
    run: list[LineFacts] = []
    before = False
    for fact, mark in zip(facts, apart, strict=True):
        if run and mark == before and _alike(run[-1], fact):
            run.append(fact)
            continue
        if run:
            yield run
        run, before = [fact], mark
    if run:
        yield run


def _alike(one: LineFacts, other: LineFacts) -> bool:
    if one.path != other.path or not one.start or one.end + 1 != other.start:
        return False
    same = (one.what, one.because, one.countersigned) == (other.what, other.because, other.countersigned)
    return same and one.commit == other.commit and one.lines.at(0, 0) == other.lines.at(0, 0)


def _forbidden(kind: str, name: str | None, allowed: Iterable[str]) -> Lack:
    listed = ", ".join(allowed) or "none"
    what = f"the {kind} {name} is not allowed here" if name else f"no {kind} is known"
    return Lack(f"{what} (allowed: {listed})", f"write the lines with an allowed {kind}, or record which one it was")


def _in_team(approver: Approver, team: str, teams: Sequence[Team]) -> bool:
    """The forge says who is in a team; of whom it names no team, the policy's own teams say it."""
    if approver.teams:
        return any(same(mine, team) for mine in approver.teams)
    return any(same(each.name, team) and not approver.names.isdisjoint(each.members) for each in teams)


def _owner_names(owner: Owner | None) -> tuple[str, ...]:
    return owner.names if owner else ()


def owner_approved(path: bytes, inputs: Inputs, teams: Sequence[Team]) -> bool:
    """True where somebody who counts owns the path, or is in a team that does."""
    owner = inputs.owners.get(path)
    if owner is None:
        return False
    people = {plain(name) for name in owner.people}
    return any(people & a.names or any(_in_team(a, t, teams) for t in owner.teams) for a in inputs.approvals.counted)


def _shown(paths: Sequence[bytes], most: int = 3) -> str:
    told = ", ".join(path.decode("utf-8", "replace") for path in paths[:most])
    return told + (f" and {len(paths) - most} more" if len(paths) > most else "")
