"""Answers for an artifact: what it brought, from the revision that the ledger says it was made of.

What it brought is told since the newest revision before it that was released or deployed; where there is none, it is
what that one commit, or its merge, brought. Two revisions for one artifact are an error, never a guess.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from contextlib import closing
from typing import TYPE_CHECKING

from answerable.errors import RevisionNotFound, TargetInvalid, TargetUnsupported
from answerable.git.repository import Repository
from answerable.incident.running import listed
from answerable.incident.target import Kind, Target

if TYPE_CHECKING:
    from answerable.domain.answer import Answer
    from answerable.incident.answer import Answerer
    from answerable.incident.deployments import Deployments
    from answerable.provenance.decisions import Vouched

PREFIX = "artifact:"
_DIGEST = re.compile(r"artifact:sha256:([0-9a-f]{64})")


def answer_artifact(answerer: Answerer, given: str) -> Answer:
    """Answer for an artifact.

    Raises:
        TargetInvalid: it is no digest, or the ledger ties it to several revisions.
        TargetUnsupported: nothing says of which revision it was made.
        RevisionNotFound: that revision is not in this clone.
    """
    found = _DIGEST.fullmatch(given)
    if found is None:
        raise TargetInvalid(f"{given!r} names no artifact", hint="write artifact:sha256: and 64 lower-case hex digits")
    repository, deployments = answerer.records.repository, answerer.records.deployments
    ties = deployments.ties(found[1]) if deployments else ()
    revision, tie = _tied(found[1], ties)
    if deployments is None or repository.try_resolve(revision) != revision:
        hint = "fetch it: git fetch --all --tags"
        raise RevisionNotFound(f"the artifact was made of {revision[:12]}, which is not in this clone", hint=hint)
    base = _before(repository, deployments, revision)
    with closing(answerer.at(revision)) as there:
        spans = there.change_spans(base, revision)
        who = f"{tie.decision.kind.value} by {tie.decision.principal.id}"
        notes = [
            f"it was made of {revision[:12]}, says {who} ({tie.ref}, {tie.grade.word})",
            f"told is what came in after {base[:12]}, which was released or deployed before it"
            if base
            else "told is what that commit brought: no earlier release or deployment is recorded",
            _runs(deployments, found[1]),
        ]
        return there.reply(Target(kind=Kind.ARTIFACT, given=given), spans, notes=notes)


def _tied(digest: str, ties: Iterable[Vouched]) -> tuple[str, Vouched]:
    """The one revision that the surest decisions name, and the first of them."""
    ties = list(ties)
    if not ties:
        hint = f"record it where it is built: answerable record release sha256:{digest[:12]}… REVISION"
        raise TargetUnsupported(
            f"nothing here says of which revision the artifact sha256:{digest[:12]}… was made", hint=hint
        )
    surest = [tie for tie in ties if tie.grade == ties[0].grade or not tie.doubt]
    revisions = {sha for tie in surest for subject in tie.decision.subjects if (sha := subject.digest.get("gitCommit"))}
    if len(revisions) > 1:
        told = ", ".join(sorted(sha[:12] for sha in revisions))
        hint = "find out which is right, and record it: answerable record release … --supersedes ID-OF-THE-WRONG-ONE"
        raise TargetInvalid(f"the ledger ties the artifact to {len(revisions)} revisions: {told}", hint=hint)
    return revisions.pop(), surest[0]


def _before(repository: Repository, deployments: Deployments, revision: str) -> str:
    """The newest revision of its history that was released or deployed before it; empty where there is none."""
    named = ({event.revision for event in deployments.events} | deployments.released()) - {revision}
    if not named:
        return ""
    history = repository.quarantine.git.run("rev-list", revision).decode("ascii").split()
    return next((sha for sha in history if sha in named), "")


def _runs(deployments: Deployments, digest: str) -> str:
    places = [one for one in deployments.standing() if one.artifact == f"sha256:{digest}"]
    return f"the artifact itself: {listed(places)}" if places else "the artifact itself runs nowhere that is recorded"
