"""What a proposed rule would have done: to the change that brought the incident in, and to what else came in.

All proposals are judged together, in one pass over the history: a rule is tallied for itself, whatever others say. The
change that is the incident's is never counted among the others.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from pathlib import Path

from answerable.errors import PolicyInvalid
from answerable.git.repository import Repository
from answerable.policy.file.find import organisation_policy, policy_bytes
from answerable.policy.file.source import PATH, load
from answerable.policy.history.line import Entered, entered
from answerable.policy.history.pool import Terms, weighed
from answerable.policy.history.weigh import Hit
from answerable.policy.learn.insert import NEW, difference, inserted
from answerable.policy.learn.own_cases import broken, case_files
from answerable.policy.learn.propose import Proposal
from answerable.policy.model import Mode, Policy
from answerable.policy.simulate import Progress

CHANGES = 400
_LOOKED_BACK = 20_000  # changes of the line among which the incident's own is looked for


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """A proposal with what it would have done; counts are of changes."""

    proposal: Proposal
    diff: str
    stopped_it: bool | None  # refused the incident's own change; None: that is not among what came in
    asked_it: bool | None  # it would have gone in with what the rule asks of reviewers and checks
    others: int  # of the others that it would have refused as they were
    stopped: int  # of those, whatever reviewers and checks say
    of: int  # others that were judged
    cases: int = 0  # that the repository holds its policy to
    broken: tuple[str, ...] = ()  # those of them that end otherwise with the rule

    @property
    def says(self) -> str:
        """One sentence."""
        if not self.broken:
            return self._did
        end = "ends" if len(self.broken) == 1 else "end"
        return f"{self._did}; {len(self.broken)} of the {self.cases} cases of the policy {end} otherwise"

    @property
    def _did(self) -> str:
        refused = f"{self.others} of {self.of} others"
        if self.stopped_it is None:
            return f"the change itself is not among what came in; it would have held up {refused}"
        if not self.stopped_it:
            return f"it would not have stopped it, and would have held up {refused}"
        if self.asked_it:
            asked = self.others - self.stopped
            also = f", and stopped {self.stopped} more" if self.stopped else ""
            held = f"{asked} of {self.of} others"
            return f"this rule would have held it until what it asks for was there; as it would have {held}{also}"
        return f"this rule would have stopped it; it would also have stopped {refused}"


def measure(
    repository: Repository,
    head: str,
    causes: Sequence[str],
    proposals: Sequence[Proposal],
    *,
    limit: int = CHANGES,
    organisation: Path | None = None,
    cache: Path | None = None,
    today: date | None = None,
    progress: Progress = lambda _stage, _done, _of: None,
) -> tuple[list[Measured], list[str]]:
    """Judge history by the proposals; those that stop its change first, what forbids last, the least noisy first.

    Args:
        repository: Where.
        head: Full id of the newest commit of the line.
        causes: Full ids of the commits that brought the incident in.
        proposals: What to judge by.
        limit: How many of the newest changes.
        organisation: The file of the policy above.
        cache: A folder of the person, kept between runs.
        today: The day on which waivers must hold.
        progress: Told how many changes are done.

    Returns:
        The proposals, and sentences about those that were left out.
    """
    above = organisation_policy(organisation)
    data = policy_bytes(repository, head)
    old = data.decode("utf-8") if data is not None else None
    written, whole, notes = _written(old, proposals, above)
    if whole is None:
        return [], notes
    if whole.mode is Mode.REPORT:
        notes.append("the policy only reports: a rule stops nothing until it says `mode: enforce`")
    changes = entered(repository, None, head, _LOOKED_BACK)
    own = [one for one in changes if any(sha in causes for sha, _ in one.commits)]
    others = [one for one in changes if one not in own][:limit]
    day = today or datetime.now(UTC).date()
    terms = Terms(head=head, policy=whole, organisation=organisation, today=day, enforce=True, cache=cache)
    hits_of = _hits(repository, others, terms, progress)
    its = _hits(repository, own, terms, progress)
    files, before = case_files(repository, head), load((old if old is not None else NEW).encode(), PATH, above)
    found = []
    for each in proposals:
        if each.name in written:
            diff, alone = written[each.name]
            names, count = broken(files, before, alone)
            measured = _measured(each, diff, own, its, hits_of, len(others))
            found.append(replace(measured, cases=count, broken=names))
    return sorted(found, key=_order), notes


def _order(one: Measured) -> tuple[bool, bool, int, str]:
    """Those that stop it first; of these what forbids last, then the least noisy first."""
    return not one.stopped_it, "require" not in one.proposal.rule, one.others, one.proposal.name


def _written(
    old: str | None, proposals: Sequence[Proposal], above: Policy | None
) -> tuple[dict[str, tuple[str, Policy]], Policy | None, list[str]]:
    """Each proposal as a diff and a policy of its own, and the policy with all of them."""
    diffs: dict[str, tuple[str, Policy]] = {}
    notes: list[str] = []
    text = old if old is not None else NEW
    whole, policy = text, None
    for each in proposals:
        try:
            alone = inserted(text, each.rule, above)
            together = inserted(whole, each.rule, above) if alone else None
        except PolicyInvalid as error:
            notes.append(f"{each.name} is no rule of this policy: {error.message}")
            continue
        if alone is None or together is None:
            notes.append(f"{each.name} cannot be put into the policy without changing more: add it by hand")
            continue
        diffs[each.name] = (difference(old, alone[0]), alone[1])
        whole, policy = together
    return diffs, policy, notes


def _hits(repository: Repository, changes: Sequence[Entered], terms: Terms, progress: Progress) -> dict[str, list[Hit]]:
    found: dict[str, list[Hit]] = {}
    for done, (_, change) in enumerate(weighed(repository, changes, terms) if changes else (), 1):
        progress("judging changes", done, len(changes))
        for hit in change.hits:
            found.setdefault(hit.rule, []).append(hit)
    return found


def _measured(
    proposal: Proposal,
    diff: str,
    own: Sequence[Entered],
    its: dict[str, list[Hit]],
    others: dict[str, list[Hit]],
    of: int,
) -> Measured:
    mine, theirs = its.get(proposal.name, []), others.get(proposal.name, [])
    refused = any(hit.refused for hit in mine)
    return Measured(
        proposal=proposal,
        diff=diff,
        stopped_it=refused if own else None,
        asked_it=refused and not any(hit.stopped for hit in mine) if own else None,
        others=sum(hit.refused for hit in theirs),
        stopped=sum(hit.stopped for hit in theirs),
        of=of,
    )
