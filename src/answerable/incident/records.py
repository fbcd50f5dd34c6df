"""What a repository shows about its commits and paths, each looked up once: evidence, review, delivery, owner."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import UTC, datetime
from functools import cached_property
from typing import TYPE_CHECKING

from answerable.domain.answer import Delivery
from answerable.domain.commit import Commit
from answerable.domain.decision import Kind
from answerable.domain.deployment import Whereabouts
from answerable.domain.layer import Placed, Places
from answerable.domain.origin import Origin
from answerable.domain.owner import Owner
from answerable.domain.review import ReviewMarks
from answerable.git.commits import read_commit, read_commits
from answerable.git.early import Early
from answerable.git.landing import Landings
from answerable.git.mailmap import Mailmap
from answerable.git.repository import Repository
from answerable.git.tags import read_tags
from answerable.ledger.place import has_ledger
from answerable.ownership.registry import Registry
from answerable.provenance.gather import Gatherer
from answerable.review import message

if TYPE_CHECKING:
    from answerable.incident.deployments import Deployments
    from answerable.provenance.decisions import Vouched

IGNORED_REVISIONS = ".git-blame-ignore-revs"


class Records:
    """Everything looked up about one repository at one commit.

    Args:
        repository: Where.
        head: Full id of the commit that the question is about.
        evidence: Agent Trace files given by the caller, by name.
        early: What was started ahead of this.
        places: Tells the layers of files; None: nothing is in a layer.
        moment: For which it is told who answers and is called, with its zone; None: now.
    """

    def __init__(
        self,
        repository: Repository,
        head: str,
        evidence: Mapping[str, bytes] | None = None,
        early: Early | None = None,
        places: Places | None = None,
        moment: datetime | None = None,
    ) -> None:
        self.repository = repository
        self.head = head
        self.moment = moment
        self.early = early or Early.start(repository, head, ())
        self.gatherer = Gatherer(repository, head, evidence)
        self.mailmap = Mailmap(repository, head)
        self.mailmap.begin()
        self._commits: dict[str, Commit | None] = {}
        self._merges: dict[str, Commit | None] = {}
        self._deliveries: dict[str, Delivery] = {}
        self._places = places
        self._placed: dict[bytes, Placed | None] = {}
        self._owners: dict[bytes, Owner | None] = {}

    def prepare(self, paths: Iterable[bytes]) -> None:
        """Look up what does not depend on who wrote the lines of these paths, while git finds that out."""
        paths = list(paths)
        for path in paths:
            self.owner(path)
        self.place(paths)
        _ = self.ignored, self._landings

    def load(self, shas: Iterable[str]) -> None:
        """Read many commits at once, with the people in them."""
        wanted = [sha for sha in dict.fromkeys(shas) if sha not in self._commits]
        found = read_commits(self.repository.objects, wanted) if len(wanted) > 1 else map(self._one, wanted)
        self._commits.update((commit.sha, commit) for commit in found if commit)
        people = (p for c in map(self._commits.get, wanted) if c for p in (c.author, c.committer))
        self.mailmap.learn(people)

    def land(self, shas: Iterable[str]) -> None:
        """Find out at once how many commits landed."""
        commits = [commit for sha in dict.fromkeys(shas) if (commit := self._commits.get(sha))]
        self._landings.learn({commit.sha: _seconds(commit) for commit in commits})
        if self._deployed:
            self._deployed.learn(commit.sha for commit in commits)

    def commit(self, sha: str) -> Commit | None:
        """One commit, or None where it is not here."""
        if sha not in self._commits:
            self.load([sha])
        return self._commits.setdefault(sha, None)

    def merge(self, commit: Commit) -> Commit | None:
        """The merge that brought a commit into the main line of the head; itself where it is one there."""
        if commit.sha not in self._merges:
            sha = self._landings.of(commit.sha, _seconds(commit)).merge
            self._merges[commit.sha] = self.commit(sha) if sha else commit if commit.is_merge else None
        return self._merges[commit.sha]

    def review(self, commit: Commit) -> ReviewMarks:
        """What the messages of a commit and of its merge say of review."""
        merge = self.merge(commit)
        marks = message.read(commit, merge if merge is not commit else None)
        found = self.decisions(commit)
        if not found:
            return marks
        from answerable.provenance.decisions import SOURCE
        from answerable.review.decisions import with_signed  # cryptography is slow to load

        claims = self.gatherer.reading(commit, merge if merge is not commit else None).claims
        drivers = {
            c.person for c in claims if c.person and c.origin is not Origin.HUMAN and c.evidence.source != SOURCE
        }
        return with_signed(marks, commit, found, drivers)

    def decisions(self, commit: Commit) -> list[Vouched]:
        """The signed decisions about a commit, about its merge and about the head of what was merged."""
        merge = self.merge(commit)
        shas = dict.fromkeys([commit.sha, *([merge.sha, *merge.parents[1:]] if merge else [])])
        return [one for sha in shas for one in self.gatherer.decisions(sha)]

    def delivery(self, commit: Commit) -> Delivery:
        """How a commit reached the main line."""
        if commit.sha not in self._deliveries:
            self._deliveries[commit.sha] = self._delivered(commit)
        return self._deliveries[commit.sha]

    def whereabouts(self, sha: str) -> Whereabouts:
        """Where what holds a commit runs, at the moment asked about."""
        return self._deployed.whereabouts(sha) if self._deployed else Whereabouts()

    def owner(self, path: bytes) -> Owner | None:
        """Who owns a path, and what an owners file says of the response at the moment asked about."""
        if path not in self._owners:
            self._owners[path] = self._owned(path)
        return self._owners[path]

    @property
    def unread(self) -> tuple[str, ...]:
        """Sentences about what is there to say who owns what, and cannot be read."""
        return tuple(
            f"no duty is told: {fault.where}: {fault.message}; {fault.fix}" for fault in self._registry.faults[:1]
        )

    def place(self, paths: Sequence[bytes]) -> None:
        """Look up the layers of many paths at once."""
        found = self._places(paths) if self._places else {}
        self._placed.update((path, found.get(path)) for path in paths)

    def placed(self, path: bytes) -> Placed | None:
        """The trust layer that a path of the head is in."""
        if path not in self._placed:
            self.place([path])
        return self._placed[path]

    @cached_property
    def ignored(self) -> frozenset[str]:
        """Commits that only reformatted, as the repository lists them."""
        return ignored_at(self.repository, self.head)

    def close(self) -> None:
        """End what runs in the background."""
        self.mailmap.close()
        self.gatherer.close()
        self.early.close()

    def _owned(self, path: bytes) -> Owner | None:
        if not self._registry.owners:
            return self._registry.owner(path)
        from answerable.incident.duty import owner_with_duty  # only where there is an owners file

        moment = self.moment or datetime.now(UTC)
        return owner_with_duty(self._registry.resolve(path, moment))

    def _delivered(self, commit: Commit) -> Delivery:
        merge = self.merge(commit)
        return Delivery(
            change=self.review(commit).change,
            merge=merge.sha if merge else None,
            merged_by=self.mailmap(merge.author) if merge else None,
            merged_at=merge.committed_at if merge else None,
            release=self._landings.of(commit.sha, _seconds(commit)).release,
        )

    @cached_property
    def _registry(self) -> Registry:
        return Registry(self.repository, self.head)

    @cached_property
    def deployments(self) -> Deployments | None:
        """What is recorded of deployments, at the moment asked about; None where there is no ledger."""
        vouching = self.gatherer.vouching() if has_ledger(self.repository.common_dir) else None
        if vouching is None:
            return None
        from answerable.incident.deployments import Deployments  # cryptography is slow to load

        as_of = self.moment.isoformat() if self.moment else None
        return Deployments(self.repository, vouching, as_of, self._held)

    def _held(self, sha: str, revisions: Collection[str]) -> tuple[set[str], set[str]]:
        """The revisions that hold a commit, and those that this does not tell."""
        commit = self.commit(sha)
        return self._landings.holding(sha, _seconds(commit), revisions) if commit else (set(), set(revisions))

    @cached_property
    def _deployed(self) -> Deployments | None:
        """The same; None, and nothing loaded, where no deployment is recorded."""
        vouching = self.gatherer.vouching() if has_ledger(self.repository.common_dir) else None
        return self.deployments if vouching and vouching.has(Kind.DEPLOY) else None

    @cached_property
    def _landings(self) -> Landings:
        return Landings(self.repository.quarantine, self.head, read_tags(self.repository), self.early.line)

    def _one(self, sha: str) -> Commit | None:
        return read_commit(self.repository.objects, sha)


def ignored_at(repository: Repository, commit: str) -> frozenset[str]:
    """Commits that only reformatted, as the repository lists them at a commit."""
    found = repository.objects.get(f"{commit}:{IGNORED_REVISIONS}")
    text = found.data.decode("utf-8", "replace") if found is not None and found.kind == "blob" else ""
    words = (line.split("#", 1)[0].strip() for line in text.splitlines())
    full = len(repository.null_oid)
    return frozenset(word for word in words if len(word) == full and set(word) <= set("0123456789abcdef"))


def _seconds(commit: Commit) -> int:
    return int(datetime.fromisoformat(commit.committed_at).timestamp())
