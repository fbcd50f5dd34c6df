"""Where commits run, from the decisions about deployments in the ledger: nobody is taken at a word the keys don't back.

What the ledger vouches for is weighed first and by itself. A decision that it does not vouch for only declares: it may
add a place where something may run, and never takes one away. A revision that is not in this clone runs all the same;
whether it holds a commit is then not known, and that is said.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import cached_property

from answerable.domain.decision import Decision, Kind, order
from answerable.domain.deployment import Event, Place, Running, State, Whereabouts
from answerable.domain.grade import Grade
from answerable.domain.rollout import running
from answerable.domain.rollout_recent import recent
from answerable.git.commits import read_commit, when
from answerable.git.containing import Containing, present
from answerable.git.repository import Repository
from answerable.incident.kept_deployments import deploy_decisions
from answerable.ledger.place import has_ledger
from answerable.provenance.decisions import Vouched, current
from answerable.provenance.vouching import Vouching

_NARROWING = Place._fields[1:]
UNNAMED = "(not named)"
Held = Callable[[str, Collection[str]], tuple[set[str], set[str]]]
_AHEAD = timedelta(minutes=10)  # how far clocks may differ
_TIES = (Kind.RELEASE, Kind.DEPLOY, Kind.ATTEST)


class Deployments:
    """What is recorded of deployments of one repository.

    Args:
        repository: Where.
        vouching: Reads its decisions; whoever gives it closes it. Where None, the ledger is opened and closed here.
        as_of: RFC 3339: what ran at that moment; None: now.
        held: Tells apart, of some revisions, those that hold a commit, and those that it knows nothing of.
    """

    def __init__(
        self,
        repository: Repository,
        vouching: Vouching | None = None,
        as_of: str | None = None,
        held: Held | None = None,
    ) -> None:
        self._repository = repository
        self._vouching = vouching
        self._as_of = as_of
        self._held = held
        self._known: dict[str, Whereabouts] = {}
        self._rest = set[str]()
        self._containing = Containing(repository.quarantine, ())
        self._standing: dict[str, tuple[Running, ...]] = {}

    def of(self, commit: str) -> tuple[Running, ...]:
        """Everywhere that a revision runs, or may run, that has a commit in its history."""
        return self.whereabouts(commit).places

    def whereabouts(self, commit: str) -> Whereabouts:
        """The same, and how much is recorded at all."""
        if commit not in self._known:
            self._known[commit] = self._whereabouts(commit)
        return self._known[commit]

    def _whereabouts(self, commit: str) -> Whereabouts:
        found = self.standing()
        if not found:
            return Whereabouts()
        holding = self._holding(commit)
        return Whereabouts(
            places=tuple(one for one in found if one.revision in holding),
            recorded=len(found),
            absent=tuple(dict.fromkeys(one.revision for one in found if one.revision not in self._here)),
            grade=min(one.grade for one in found),
        )

    def _holding(self, commit: str) -> set[str]:
        """The revisions that run, are here, and hold a commit."""
        found, rest = self._held(commit, self._here) if self._held and self._here else (set(), self._here)
        if not rest:
            return found
        if not rest <= self._rest:
            self._walk(rest)
        return found | (self._containing.of(commit, self._seconds(commit)) & rest)

    def learn(self, commits: Iterable[str]) -> None:
        """Find out about many commits at once."""
        if not self._here:
            return
        commits = list(commits)
        rest = set().union(*(self._held(sha, self._here)[1] for sha in commits)) if self._held else self._here
        if rest:
            self._walk(rest)
            self._containing.learn({sha: self._seconds(sha) for sha in commits})

    def _walk(self, revisions: set[str]) -> None:
        self._rest, self._containing = revisions, Containing(self._repository.quarantine, sorted(revisions))

    def deployed(
        self, environment: str, cohort: str | None = None, as_of: str | None = None, service: str | None = None
    ) -> str | None:
        """The revision that was put into an environment last, of what trusted decisions say runs there.

        Args:
            environment: Its name.
            cohort: Of devices; None: any.
            as_of: RFC 3339; the moment of these deployments where None.
            service: None: any.
        """
        found = [
            one
            for one in self.standing(as_of)
            if one.environment == environment
            and one.state is State.ACTIVE
            and one.grade > Grade.DECLARED
            and (cohort is None or one.cohort in (None, cohort))
            and (service is None or one.service in (None, service))
        ]
        narrow = max(
            found, key=lambda one: (cohort is not None and one.cohort == cohort, order(one.since)), default=None
        )
        return narrow.revision if narrow else None

    def standing(self, as_of: str | None = None) -> tuple[Running, ...]:
        """Everything that runs, the newest first; what is only declared stands beside what is recorded."""
        asked = as_of or self._as_of
        limit = _moment(asked) if asked else when(int((datetime.now(UTC) + _AHEAD).timestamp()))
        if limit not in self._standing:
            told = [event for event in self.events if order(event.at) <= order(limit)]
            self._standing[limit] = tuple(_weighed(told))
        return self._standing[limit]

    @cached_property
    def events(self) -> tuple[Event, ...]:
        """Every event that is told, in the order of the ledger."""
        return tuple(event for one in self._decisions for event in self._events(one))

    def ties(self, digest: str) -> tuple[Vouched, ...]:
        """The decisions that say of which revision an artifact was made, the surest first."""
        if self._reader is None:
            return ()
        found = [
            one
            for one in current(self._reader.about(digest)[0])
            if one.decision.kind in _TIES and _digests(one.decision, "gitCommit")
        ]
        return tuple(sorted(found, key=lambda one: one.grade, reverse=True))

    def released(self) -> set[str]:
        """Every revision that a trusted decision says was released."""
        found = current(self._reader.of_kind(Kind.RELEASE)) if self._reader else []
        return {sha for one in found if not one.doubt for sha in _digests(one.decision, "gitCommit")}

    def close(self) -> None:
        """Close what was opened here."""
        if self._vouching is None and self._reader is not None:
            self._reader.close()

    @cached_property
    def _reader(self) -> Vouching | None:
        if self._vouching is not None or not has_ledger(self._repository.common_dir):
            return self._vouching
        return Vouching(self._repository, None)

    @cached_property
    def _decisions(self) -> Sequence[Vouched]:
        return current(deploy_decisions(self._reader)) if self._reader else ()

    @cached_property
    def _here(self) -> set[str]:
        """Revisions that run and are in this clone."""
        return present(self._repository.quarantine, list({one.revision for one in self.standing()}))

    def _seconds(self, sha: str) -> int:
        commit = read_commit(self._repository.objects, sha)
        return int(datetime.fromisoformat(commit.committed_at).timestamp()) if commit else 0

    def _events(self, one: Vouched) -> Iterator[Event]:
        """What a decision says, of each revision that it names or that its artifact was made of."""
        revisions = dict.fromkeys(_digests(one.decision, "gitCommit"), one.grade)
        artifacts = _digests(one.decision, "sha256")
        if not revisions:
            revisions = self._made_of(artifacts, one.grade)
        grade = Grade.DECLARED if _is_early(one.decision) else one.grade
        for revision, tied in revisions.items():
            yield _event(one.decision, revision, artifacts, min(grade, tied))

    def _made_of(self, artifacts: Iterable[str], grade: Grade) -> dict[str, Grade]:
        """The revisions that artifacts were made of, as surely as that is known."""
        found: dict[str, Grade] = {}
        for digest in artifacts:
            for tie in self.ties(digest):
                for sha in _digests(tie.decision, "gitCommit"):
                    found[sha] = max(found.get(sha, Grade.NONE), min(grade, tie.grade))
        return found


def _event(decision: Decision, revision: str, artifacts: Sequence[str], grade: Grade) -> Event:
    said = decision.details
    names = [said.get(name) for name in _NARROWING]
    devices, reported = said.get("devices"), said.get("reported")
    return Event(
        revision=revision,
        place=Place(said.get("environment") or UNNAMED, *names),
        at=said.get("at") or decision.observed_at,
        state=State(said.get("state", State.ACTIVE)),
        percent=said.get("percent"),
        devices=devices,
        unreported=max(0, devices - reported) if devices is not None and reported is not None else 0,
        deployment=said.get("deployment"),
        artifact=f"sha256:{artifacts[0]}" if artifacts else None,
        decision=decision.decision_id,
        grade=grade,
    )


def _weighed(told: Sequence[Event]) -> Iterator[Running]:
    """What the trusted say runs; then what runs only if others are believed, too."""
    trusted = [event for event in told if event.grade > Grade.DECLARED]
    sure = running(recent(trusted))
    yield from sure
    if len(trusted) < len(told):
        known = {(one.revision, one.place) for one in sure}
        for one in running(recent(told)):
            if (one.revision, one.place) not in known:
                yield replace(one, grade=Grade.DECLARED)


def _digests(decision: Decision, algorithm: str) -> tuple[str, ...]:
    found = (subject.digest.get(algorithm) for subject in decision.subjects)
    return tuple(dict.fromkeys(digest for digest in found if digest))


def _is_early(decision: Decision) -> bool:
    """True for one that tells of what was still to come when it was signed."""
    at = decision.details.get("at")
    if at is None:
        return False
    return datetime.fromisoformat(at[:19]) > datetime.fromisoformat(decision.observed_at[:19]) + _AHEAD


def _moment(text: str) -> str:
    """A moment as decisions write it."""
    found = datetime.fromisoformat(text)
    return when(int((found if found.tzinfo else found.replace(tzinfo=UTC)).timestamp()))
