"""Which revision ran when it failed: what the failing program names, else what was recorded, else a guess that says so.

Blame at the head of a branch answers for code that may never have run. So the surest ground is taken, and every ground
that was tried and failed is told: a release that nobody here knows, an environment without a recorded deployment. What
the program says of itself comes before the ledger: in the middle of a rollout two revisions run in one place.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from answerable.domain.deployment import State
from answerable.domain.grade import Grade
from answerable.git.repository import Repository
from answerable.git.tags import Tag, read_tags
from answerable.incident.deployments import Deployments
from answerable.incident.open.model import At, Basis

_SHA = re.compile(r"[0-9a-f]{7,64}")
_TAGS = 20  # the newest, that are looked at
_VERSION = re.compile(r"[0-9]+(?:[._-][0-9A-Za-z]+)+|v[0-9]+\b")


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What is known of where and when it failed."""

    revision: str | None = None  # as given by a person
    release: str | None = None
    environment: str | None = None
    cohort: str | None = None
    moment: str | None = None  # RFC 3339 UTC


def revision(
    repository: Repository, head: str, asked: Asked, deployed: Deployments | None, history: History
) -> tuple[At, list[str]]:
    """The revision to ask about, and a sentence for every ground that did not hold.

    Raises:
        RevisionNotFound: a person gave a revision that is not here.
    """
    if asked.revision is not None:
        commit = repository.resolve(asked.revision)
        return At(commit=commit, basis=Basis.GIVEN, why=f"{asked.revision} was given", grade=Grade.DECLARED), []
    notes: list[str] = []
    tried = (
        _release(repository, asked, history.tags, deployed, notes),
        _deployment(repository, asked, deployed, notes),
        _newest(asked, history),
    )
    found = next((at for each in tried for at in each), None)
    if found is not None:
        return found, notes
    why = "no deployment, release or tag is known: it is the head of this clone, which may never have run"
    return At(commit=head, basis=Basis.HEAD, why=why, grade=Grade.NONE), notes


class History:
    """The tags of a repository, and which of them are in the past of its head; looked up once.

    Args:
        repository: Where.
        head: Full commit id.
    """

    def __init__(self, repository: Repository, head: str) -> None:
        self._repository, self._head = repository, head
        self._past: dict[str, bool] = {}

    @cached_property
    def tags(self) -> list[Tag]:
        """Every tag that stands for a commit, the oldest first."""
        return read_tags(self._repository)

    def holds(self, oid: str) -> bool:
        """True where a commit is in the past of the head."""
        if oid not in self._past:
            asked = ("merge-base", "--is-ancestor", oid, self._head)
            self._past[oid] = self._repository.quarantine.git.attempt(*asked)[0] == 0
        return self._past[oid]


def _deployment(repository: Repository, asked: Asked, deployed: Deployments | None, notes: list[str]) -> Iterator[At]:
    """What ran there; where nobody says where, what ran everywhere, or the newest of it."""
    running = [one for one in deployed.standing(asked.moment) if one.state is State.ACTIVE] if deployed else []
    when = f" at {asked.moment}" if asked.moment else ""
    if asked.environment is None or deployed is None:
        revisions = list(dict.fromkeys(one.revision for one in running))
        commit = revisions[0] if revisions else None
        where = "wherever something runs" if len(revisions) == 1 else f"last of {len(revisions)} revisions that ran"
        if len(revisions) > 1:
            notes.append(f"{len(revisions)} revisions ran{when}: name the environment, or the revision itself")
    else:
        commit = deployed.deployed(asked.environment, asked.cohort, asked.moment)
        where = asked.environment + (f", cohort {asked.cohort}" if asked.cohort else "")
        if commit is None:
            notes.append(f"no deployment to {where} is recorded{when}")
    if commit is None:
        return
    if repository.try_resolve(commit) is None:
        notes.append(f"{commit[:12]} ran in {where}, and is not in this clone")
        return
    grade = max((one.grade for one in running if one.revision == commit), default=Grade.DECLARED)
    yield At(commit=commit, basis=Basis.DEPLOYED, why=f"the ledger has it deployed: {where}{when}", grade=grade)


def _release(
    repository: Repository, asked: Asked, tags: list[Tag], deployed: Deployments | None, notes: list[str]
) -> Iterator[At]:
    if asked.release is None:
        return
    for name in _names(asked.release):
        commit = next((oid for _, oid, tag in tags if tag == name), None)
        what = f"is the tag {name}" if commit else "names the commit"
        commit = commit or (repository.try_resolve(name) if _SHA.fullmatch(name) else None)
        if commit:
            there = [one for one in deployed.standing(asked.moment) if one.revision == commit] if deployed else []
            if deployed and not there and deployed.standing(asked.moment):
                notes.append(f"the ledger has no deployment of the release {asked.release}")
            why = f"the release {asked.release} {what}"
            grade = max((Grade.DECLARED, *(one.grade for one in there)))
            yield At(commit=commit, basis=Basis.RELEASE, why=why, grade=grade)
            return
    notes.append(f"no tag and no commit here is the release {asked.release}")


def _names(release: str) -> Iterator[str]:
    """What a release may be called: as it is, or `package@version+build` taken apart, with and without a `v`."""
    package, _, version = release.rpartition("@")
    parts = [release, version, *version.split("+", 1), *re.split(r"[-+]", release)[-1:]]
    for part in dict.fromkeys(parts):
        if part:
            yield from (part, f"v{part}", part.removeprefix("v"))
    if package:
        yield from (f"{package}-{version}", f"{package}/v{version}", f"{package}-v{version}")


def _newest(asked: Asked, history: History) -> Iterator[At]:
    """The newest tag that looks like a version, was there when it failed, and is in the history of the head."""
    limit = datetime.fromisoformat(asked.moment).timestamp() if asked.moment else None
    old = [tag for tag in history.tags if _VERSION.search(tag[2]) and (limit is None or tag[0] <= limit)]
    for _, oid, name in reversed(old[-_TAGS:]):
        if history.holds(oid):
            before = f"before {asked.moment}" if asked.moment else "there is"
            why = f"no deployment is recorded; {name} is the newest release tag {before}, so it is a guess"
            yield At(commit=oid, basis=Basis.TAG, why=why, grade=Grade.INFERRED)
            return
