"""Guarantees: the one place that turns claims into origins, so that nothing is guessed upward and no conflict
is hidden.

- The highest grade that says anything decides. A lower grade never overrules it, but stays in the evidence.
- At the deciding grade `ai` and `mixed` are `mixed`: both say AI wrote there, one adds that a person did too.
- `human` beside either is a contradiction. Believing one side would be a guess and asking a lower grade would
  let it overrule, so the origin is `unknown`, the grade `none`, the conflict is shown and the lines are
  governed as AI.
- Two tools, models or sessions at the deciding grade leave the origin alone; what the agent is, is another
  matter (`provenance.agents`).
- No claim is `unknown`. A human author is no claim, so nothing here ever says `human` unless a source did.

The order of claims never matters.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence

from answerable.domain.acceptance import Acceptance, How, State
from answerable.domain.evidence import Claim, Conflict, Evidence
from answerable.domain.grade import Grade
from answerable.domain.line_origin import LineOrigin
from answerable.domain.origin import Origin
from answerable.provenance.agents import agent_of, in_order

UNKNOWN = LineOrigin()
"""What is known where nothing is claimed."""


def combine(claims: Sequence[Claim], path: bytes, start: int, end: int) -> list[LineOrigin]:
    """The origins of lines of one file as one commit left it: in order, without gap or overlap, split where
    they differ.

    Args:
        claims: All that any source claims about the commit; those about other paths are passed over.
        path: The file's path in that commit.
        start: The first line, 1-based.
        end: The last line, inclusive; nothing where it is before `start`.
    """
    if end < start:
        return []
    about = [claim for claim in claims if claim.path is None or claim.path == path]
    everywhere = [claim for claim in about if claim.path is None or claim.lines is None]
    if len(everywhere) == len(about):
        return [commit_origin(everywhere).at(start, end)]
    local = [claim for claim in about if claim.path is not None and claim.lines is not None]
    return list(_sweep(everywhere, local, start, end))


def commit_origin(claims: Iterable[Claim]) -> LineOrigin:
    """The origin that claims about the same lines add up to; a whole commit's where none is line-level."""
    present = list(claims)
    if not present:
        return UNKNOWN
    speaking = [claim for claim in present if claim.origin is not Origin.UNKNOWN and claim.grade > Grade.NONE]
    evidence = in_order(claim.evidence for claim in present)
    if not speaking:
        return LineOrigin(evidence=evidence)
    grade = max(claim.grade for claim in speaking)
    deciding = [claim for claim in speaking if claim.grade == grade]
    origins = {claim.origin for claim in deciding}
    person = _agreed(claim.person for claim in deciding)
    if Origin.HUMAN not in origins:
        return _by_ai(speaking, deciding, origins, person, evidence)
    if len(origins) == 1:
        return LineOrigin(origin=Origin.HUMAN, grade=grade, person=person, evidence=evidence)
    both = in_order(claim.evidence for claim in deciding)
    return LineOrigin(evidence=evidence, conflicts=(Conflict(about="origin", grade=grade, claims=both),))


def _by_ai(
    speaking: list[Claim],
    deciding: list[Claim],
    origins: set[Origin],
    person: str | None,
    evidence: tuple[Evidence, ...],
) -> LineOrigin:
    lower = [claim for claim in speaking if claim.grade < deciding[0].grade and claim.origin is not Origin.HUMAN]
    agent, conflicts = agent_of(deciding, lower)
    return LineOrigin(
        origin=Origin.MIXED if Origin.MIXED in origins else Origin.AI,
        grade=deciding[0].grade,
        agent=agent,
        person=person,
        acceptance=_acceptance([claim.acceptance for claim in (*deciding, *lower) if claim.acceptance is not None]),
        evidence=evidence,
        conflicts=conflicts,
    )


def _acceptance(all_known: list[Acceptance]) -> Acceptance | None:
    """The best evidenced acceptance; where several are as good, what they agree on."""
    if not all_known:
        return None
    grade = max(known.grade for known in all_known)
    best = [known for known in all_known if known.grade == grade]
    hows, states = {known.how for known in best}, {known.state for known in best}
    return Acceptance(
        how=hows.pop() if len(hows) == 1 else How.UNKNOWN,
        state=states.pop() if len(states) == 1 else State.UNKNOWN,
        by=_agreed(known.by for known in best),
        at=_agreed(known.at for known in best),
        grade=grade,
    )


def _agreed(values: Iterable[str | None]) -> str | None:
    """The one value stated, or None where nobody states one or two differ."""
    stated = {value for value in values if value is not None}
    return stated.pop() if len(stated) == 1 else None


def _sweep(everywhere: list[Claim], local: list[Claim], start: int, end: int) -> Iterator[LineOrigin]:
    """Walk the boundaries of local claims, deciding each set of claims once, and join equal neighbours."""
    decided: dict[frozenset[int], LineOrigin] = {}
    active: set[int] = set()
    current: LineOrigin | None = None
    since = at = start
    for cut, changed in [*_boundaries(local, start, end), (end + 1, set[int]())]:
        if cut > at:
            here = frozenset(active)
            if here not in decided:
                decided[here] = commit_origin([*everywhere, *(local[index] for index in here)])
            if current is not None and decided[here] != current:
                yield current.at(since, at - 1)
                since = at
            current = decided[here]
            at = cut
        active ^= changed
    if current is not None:
        yield current.at(since, end)


def _boundaries(local: list[Claim], start: int, end: int) -> list[tuple[int, set[int]]]:
    """Line → the claims that begin or cease to hold there, ascending, clipped to the lines asked about."""
    changes: dict[int, set[int]] = {}
    for index, claim in enumerate(local):
        spans = claim.lines.spans if claim.lines is not None else ()
        for at in range(max(bisect_right(spans, (start, 0)) - 1, 0), len(spans)):
            low, high = spans[at]
            if low > end:
                break
            if high >= start:
                changes.setdefault(max(low, start), set()).symmetric_difference_update({index})
                changes.setdefault(min(high, end) + 1, set()).symmetric_difference_update({index})
    return sorted(changes.items(), key=lambda change: change[0])
