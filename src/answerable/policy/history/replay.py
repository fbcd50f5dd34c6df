"""Judges the changes of a history one after the other, each as the gate would have judged it when it went in.

Of every change the verdict is that of `gate` for the same base, head, policy and day, without what a forge knows. What
does not differ from change to change is read once: lists of notes, owners, layers of paths. What could not be read in
bulk is read as the gate reads it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from answerable.domain.commit import Commit
from answerable.domain.evidence import Claim
from answerable.domain.layer import Placed
from answerable.domain.verdict import Verdict
from answerable.errors import AnswerableError, PolicyUnevaluable
from answerable.git.repository import Repository
from answerable.git.tree import list_tree
from answerable.ownership.registry import FILES, Registry
from answerable.policy.change.facts import facts
from answerable.policy.change.span import Span, span_of
from answerable.policy.file.find import organisation_policy, policy_at, with_folders
from answerable.policy.file.source import preset
from answerable.policy.gate import (
    Known,
    asks,
    gathered,
    inputs_of,
    owners_for,
    unevaluable,
    verdict_of,
    with_answers,
)
from answerable.policy.history.line import Entered, inside
from answerable.policy.history.reading import Batched, read
from answerable.policy.judge.evaluate import Inputs
from answerable.policy.judge.places import places
from answerable.policy.layers.code.kept import KeptUses
from answerable.policy.layers.place import Layers
from answerable.policy.mandated import with_mandate
from answerable.policy.model import Mode, Policy
from answerable.provenance.branches import branch_of, claim_for
from answerable.provenance.gather import TRACE_FOLDER, Gatherer

_MOST_PLACED = 50_000
_MOST_LAYERS = 64


@dataclass(frozen=True, slots=True, kw_only=True)
class Replayed:
    """One change and what the gate would have said of it; the last ones are None where that is an error."""

    entered: Entered
    verdict: Verdict
    tip: Commit | None = None  # its newest, where it was read
    policy: Policy | None = None  # with those of folders
    inputs: Inputs | None = None


class Replay:
    """Judges changes; close it when done.

    Args:
        repository: Where.
        head: Full id of the newest commit.
        policy: Judge all by this one; None: each by that of its base.
        organisation: The file of the policy above that of a base, as the gate takes it.
        today: The day on which waivers must hold.
        enforce: Judge as if a policy that only reports enforced its rules.
        cache: A folder of the person, where what code uses is kept between runs; None keeps nothing.
    """

    def __init__(
        self,
        repository: Repository,
        head: str,
        policy: Policy | None,
        organisation: Path | None,
        today: date,
        *,
        enforce: bool = False,
        cache: Path | None = None,
    ) -> None:
        self._repository = repository
        self._policy = policy
        self._organisation = organisation
        self._today = today
        self._enforce = enforce
        self._uses = KeptUses(cache)
        self._gatherer = Gatherer(repository, head)
        self._gatherer.prepare(())
        self._traces_of: str | None = None  # a commit with the records of traces that were read last
        self._owners: tuple[str | None, Registry] | None = None
        self._layers: dict[tuple[str, str], Layers] = {}
        self._placed: dict[tuple[Layers, bytes, bytes, bytes], Placed] = {}
        self._flat = policy is None or policy.commit is None or not _folders_have_one(repository, policy.commit)

    def judge(self, changes: Iterable[Entered]) -> Iterator[Replayed]:
        """What the gate would have said of each, in the order given."""
        for one in read(self._repository, changes):
            entered = one.entered if isinstance(one, Batched) else one
            policy = self._policy
            try:
                policy = policy or self._of_the_base(entered.base)
                joined, known, inputs = (
                    self._known(one, policy) if isinstance(one, Batched) else self._alone(one, policy)
                )
                joined = enforced(joined) if self._enforce else joined
                verdict = verdict_of(joined, known, inputs)
                tip = known.commits[0] if known.commits and known.commits[0].sha == entered.head else None
                yield Replayed(entered=entered, verdict=verdict, tip=tip, policy=joined, inputs=inputs)
            except AnswerableError as error:
                verdict = unevaluable(self._repository, entered.base, entered.head, error, policy)
                yield Replayed(entered=entered, verdict=verdict)

    def close(self) -> None:
        """Close the ledger, where one was read, and keep what was read of code."""
        self._gatherer.close()
        self._uses.close()

    def _of_the_base(self, base: str | None) -> Policy:
        if base is not None:
            return policy_at(self._repository, base, self._organisation)
        return organisation_policy(self._organisation) or preset("starter")

    def _known(self, one: Batched, policy: Policy) -> tuple[Policy, Known, Inputs]:
        entered, changed, here = one.entered, one.changed, self._repository
        if not here.boundary.isdisjoint(one.commits):
            return self._alone(entered, policy)
        base = entered.base
        if self._policy is None or not self._flat:
            policy = with_folders(here, policy, (path for each in changed for path in (each.path, each.old_path)))
        self._gatherer.turn_to(entered.head, _brought(entered, one.commits), traces=entered.head != self._traces_of)
        traced = any(
            path[: len(TRACE_FOLDER)] == TRACE_FOLDER for each in changed for path in (each.path, each.old_path)
        )
        self._traces_of = None if traced else base  # where nothing of them changed, the base has the same
        span = Span(
            base=base, bases=(base,) if base else (), head=entered.head, commits=tuple(one.commits),
            merges=entered.merges,
        )  # fmt: skip
        try:
            found = facts(
                here, base, entered.head, self._gatherer, bases=span.bases, changed=changed, commits=one.commits,
                read=one.read,
            )  # fmt: skip
        except PolicyUnevaluable:  # more was looked at than the gate looks at
            return self._alone(entered, policy)
        known = Known(span=span, changed=changed, facts=found, commits=tuple(one.commits.values()))
        if len(self._placed) > _MOST_PLACED:
            self._placed.clear()
        placed = places(here, self._layers_of(policy), changed, self._placed)
        owners = self._owners_at(entered, policy, {path for each in changed for path in (each.path, each.old_path)})
        inputs = inputs_of(known, self._gatherer, placed, None, owners, self._today)
        inputs = with_mandate(here, policy, inputs, entered.base or policy.commit)
        if asks(policy):
            inputs = with_answers(here, policy, known, self._gatherer, inputs)
        return policy, known, inputs

    def _alone(self, entered: Entered, policy: Policy) -> tuple[Policy, Known, Inputs]:
        """As the gate reads a change."""
        span = span_of(self._repository, entered.base, entered.head)
        owners = owners_for(self._repository, entered.base, policy)
        return gathered(self._repository, span, policy, None, owners, self._today)

    def _layers_of(self, policy: Policy) -> Layers:
        key = (policy.digest, policy.above.digest if policy.above else "")
        if key not in self._layers:
            if len(self._layers) >= _MOST_LAYERS:
                self._layers.clear()
                self._placed.clear()
            self._layers[key] = Layers(policy, self._uses)
        return self._layers[key]

    def _owners_at(self, entered: Entered, policy: Policy, paths: set[bytes]) -> Registry:
        """Those of the base; the same as at the head where the change says nothing of owners."""
        at = entered.base or policy.commit
        known = self._owners
        same = known is not None and (known[0] == at or (known[0] == entered.head and paths.isdisjoint(FILES)))
        registry = known[1] if known and same else owners_for(self._repository, entered.base, policy)
        self._owners = (at, registry)
        return registry


def enforced(policy: Policy) -> Policy:
    """A policy that fails changes where it would only have reported."""
    rules = tuple(rule if rule.reports is None else replace(rule, reports=False) for rule in policy.rules)
    above = enforced(policy.above) if policy.above else None
    return replace(policy, mode=Mode.ENFORCE, rules=rules, above=above)


def _folders_have_one(repository: Repository, commit: str) -> bool:
    """True where anything below the top of a tree is called as the folder of a policy, in letters of any case."""
    return any(b"/.answerable/" in entry.path.lower() + b"/" for entry in list_tree(repository.git, commit))


def _brought(entered: Entered, commits: Mapping[str, Commit]) -> Mapping[str, Sequence[Claim]]:
    """What the merges of a change say of the commits that they brought in."""
    found: dict[str, list[Claim]] = {}
    for sha in entered.merges:
        branch = branch_of(commits[sha].message)
        claim = claim_for(branch, sha) if branch else None
        for brought in inside(entered, commits[sha].parents) if claim else ():
            found.setdefault(brought, []).append(claim)  # type: ignore[arg-type]
    return found
