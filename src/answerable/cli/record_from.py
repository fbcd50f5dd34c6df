"""`answerable record deploy --from FILE`: reports of other systems as drafts of decisions, each recorded once.

What the options say of the place holds over what the file says. A report names its decision, so that an event that is
read twice is recorded once.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from contextlib import closing
from hashlib import sha256
from pathlib import Path
from typing import Any

import click

from answerable.cli.deploying import PLACE, Draft
from answerable.cli.options import clean
from answerable.domain.decision import EvidenceRef, Kind, Subject, new_id
from answerable.domain.deployment import Running, State
from answerable.errors import DecisionInvalid, UsageError
from answerable.git.repository import Repository
from answerable.incident.deployments import Deployments
from answerable.incident.reported.model import Passed, Report
from answerable.incident.reported.reading import MOST_BYTES, read

_KINDS = (Kind.DEPLOY, Kind.RELEASE)
_FULL = (40, 64)


def drafts(repository: Repository | None, subjects: Sequence[Subject], given: dict[str, Any]) -> list[Draft]:
    """The decisions that a file of reports asks for; what changes nothing is told on standard error.

    Args:
        repository: Where revisions are looked up.
        subjects: What was named beside the file: it is about these, whatever the file says.
        given: The options of the command.

    Raises:
        DecisionInvalid: the file cannot be read, or does not say enough.
        UsageError: the kind of decision is none that is read from files.
    """
    kind = Kind(given["kind"])
    if kind not in _KINDS:
        raise UsageError(f"--from is not for {kind.value}", hint="it is for deploy, and for release")
    data = _content(given["source"])
    digest = f"sha256:{sha256(data).hexdigest()}"
    found: list[Draft] = []
    for report in read(data):
        if isinstance(report, Passed):
            click.echo(f"not recorded: {clean(report.why)}", err=True)
        else:
            evidence = EvidenceRef(uri=f"report:{report.source}", digest=digest)
            found += _drafts(repository, subjects, report, kind, given, evidence)
    return found


def _content(source: Path) -> bytes:
    if source == Path("-"):
        return sys.stdin.buffer.read(MOST_BYTES + 1)
    try:
        with source.open("rb") as file:
            return file.read(MOST_BYTES + 1)
    except OSError as error:
        raise DecisionInvalid(f"cannot read {source}: {error.strerror}", hint="name a file that is there") from None


def _drafts(
    repository: Repository | None,
    subjects: Sequence[Subject],
    report: Report,
    kind: Kind,
    given: dict[str, Any],
    evidence: EvidenceRef,
) -> Iterator[Draft]:
    if kind is Kind.RELEASE:
        if report.state is not None:
            raise DecisionInvalid("a deployment is no release", hint="record it as one: answerable record deploy")
        yield Draft(name=new_id(), subjects=_about(repository, subjects, report), evidence=(evidence,))
        return
    told: dict[str, Any] = {"environment": report.environment, "service": report.service}
    told = {name: given[name] or told.get(name) for name in PLACE}
    told |= {"at": given["at"] or report.at, "deployment": report.deployment}
    if told["environment"] is None:
        raise DecisionInvalid(f"{report.source} names no environment", hint="name it: --environment NAME")
    told["state"] = given["state"] or (report.state or State.ACTIVE).value
    if report.empties and not subjects:
        for place in _there(repository, told):
            here = {name: getattr(place, name) for name in PLACE}
            about = (Subject(digest={"gitCommit": place.revision}),)
            name = f"{report.name}:{place.revision[:12]}:{sha256(repr(here).encode()).hexdigest()[:12]}"
            yield Draft(name=name, subjects=about, given=told | here, evidence=(evidence,))
        return
    name = report.name if report.state else new_id()
    yield Draft(name=name, subjects=_about(repository, subjects, report), given=told, evidence=(evidence,))


def _there(repository: Repository | None, told: dict[str, Any]) -> list[Running]:
    """What runs in a place that something is said to be gone from."""
    if repository is None:
        return []
    with closing(Deployments(repository, as_of=told["at"])) as deployments:
        found = [
            one for one in deployments.standing() if all(told[name] in (None, getattr(one, name)) for name in PLACE)
        ]
    if not found:
        what = told["service"] or "everything"
        where = told["environment"]
        click.echo(
            f"not recorded: {clean(what)} is gone from {clean(where)}, and nothing is known to run there", err=True
        )
    return found


def _about(repository: Repository | None, subjects: Sequence[Subject], report: Report) -> tuple[Subject, ...]:
    """The revision and the artifacts; what was named beside the file instead of what the file says of that."""
    algorithms = {name for subject in subjects for name in subject.digest}
    artifacts = [Subject(name=name, digest={"sha256": digest}) for name, digest in report.artifacts]
    if "gitCommit" in algorithms:
        return (*subjects, *artifacts)
    revisions = [Subject(digest={"gitCommit": sha}) for sha in _revisions(repository, report)]
    return (*revisions, *(artifacts if "sha256" not in algorithms else ()), *subjects)


def _revisions(repository: Repository | None, report: Report) -> list[str]:
    """The one commit that a report is about.

    Raises:
        DecisionInvalid: it is not clear which one, or it names none that can be told.
    """
    if not report.revisions:
        return []
    here = {sha for name in report.revisions if repository and (sha := repository.try_resolve(name))}
    if len(here) == 1:
        return list(here)
    full = [name for name in report.revisions if len(name) in _FULL and not set(name) - set("0123456789abcdef")]
    if not here and len(full) == 1:
        return full
    names = ", ".join(clean(name)[:40] for name in report.revisions)
    what = f"{len(here)} of these commits are here" if here else "no commit here is meant"
    raise DecisionInvalid(f"{report.source} names {names}: {what}", hint="name the revision, too, before --from")
