"""Guarantees: the one place that turns claims into origins, so that nothing is guessed upward and no conflict
is hidden.

- The highest grade that says anything decides. A lower grade never overrules it, but stays in the evidence.
- At the deciding grade `ai` and `mixed` are `mixed`: both say AI wrote there, one adds that a person did too.
- `human` beside either is a contradiction. Believing one side would be a guess and asking a lower grade would
  let it overrule, so the origin is `unknown`, the grade `none`, the conflict is shown and the lines are
  governed as AI.
- `human` above a lower grade that says AI wrote there stays `human`, and the contradiction is shown: a forged note must
  not silence a trailer.
- A mark that only says that a tool had a part in a commit (`Assisted-by`) says nothing about its lines where a better
  source says which of them that tool wrote: of the others it is no evidence, and with a person it is no contradiction.
- Two tools, models or sessions at the deciding grade leave the origin alone; what the agent is, is another
  matter (`provenance.agents`).
- No claim is `unknown`. A human author is no claim, so nothing here ever says `human` unless a source did.
- Whoever answers for lines without saying who wrote them is told, and changes nothing of their origin.

The order of claims never matters. What a commit's claims cost is linear in what was said, and in what is asked: lines
on which so many claims overlap that it would not be are `unknown` from there on, and say so.
"""

from __future__ import annotations

from array import array
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import replace
from itertools import groupby

from answerable.domain.acceptance import Acceptance, How, State
from answerable.domain.evidence import Claim, Conflict, Evidence
from answerable.domain.grade import Grade
from answerable.domain.line_origin import LineOrigin
from answerable.domain.origin import Origin
from answerable.domain.ranges import Ranges
from answerable.provenance.agents import agent_of, in_order

UNKNOWN = LineOrigin()
"""What is known where nothing is claimed."""

_FIRST = -(2**62)  # before any line
_OVERLAP = 32  # how many claims may hold, on average, where one begins or ends; real ones do not overlap at all
_ANYWAY = 4096  # and how many are looked at in any file
_REMEMBERED = 1024  # commits


class Combined:
    """The origins of all lines that one commit left: each file is decided once, whatever is asked about it.

    Args:
        claims: All that any source claims about the commit.
    """

    def __init__(self, claims: Iterable[Claim]) -> None:
        self._everywhere: list[Claim] = []
        self._by_path: dict[bytes, list[Claim]] = {}
        for claim in claims:
            if claim.path is None:
                self._everywhere.append(claim)
            else:
                self._by_path.setdefault(claim.path, []).append(claim)
        told = _told(claim for about in self._by_path.values() for claim in about)
        self._everywhere = [_beside(claim, told) for claim in self._everywhere]
        self.whole = commit_origin(self._everywhere)
        """What holds of every path about which no claim speaks alone."""
        self._decided: dict[bytes, _Decided] = {}

    def alone(self, path: bytes) -> bool:
        """True where a claim speaks about this path in particular."""
        return path in self._by_path

    def of(self, path: bytes, start: int, end: int) -> list[LineOrigin]:
        """The origins of lines `start` to `end`, as `combine` gives them."""
        if end < start:
            return []
        if path not in self._by_path:
            return [self.whole.at(start, end)]
        if path not in self._decided:
            self._decided[path] = _Decided(self._everywhere, self._by_path[path])
        return self._decided[path].cut(start, end)


def combine(claims: Sequence[Claim], path: bytes, start: int, end: int) -> list[LineOrigin]:
    """The origins of lines of one file as one commit left it: in order, without gap or overlap, split where
    they differ.

    Asking about the same tuple of claims again is fast: what was decided is remembered.

    Args:
        claims: All that any source claims about the commit; those about other paths are passed over.
        path: The file's path in that commit.
        start: The first line, 1-based.
        end: The last line, inclusive; nothing where it is before `start`.
    """
    known = _KNOWN.get(id(claims))
    if known is None or known[0] is not claims:
        if not isinstance(claims, tuple):  # it may change
            return Combined(claims).of(path, start, end)
        while len(_KNOWN) >= _REMEMBERED:
            del _KNOWN[next(iter(_KNOWN))]
        known = _KNOWN[id(claims)] = (claims, Combined(claims))
    return known[1].of(path, start, end)


def _told(claims: Iterable[Claim]) -> frozenset[str]:
    """The tools of which it is recorded which lines they wrote."""
    ai = (Origin.AI, Origin.MIXED)
    return frozenset(
        claim.agent.tool for claim in claims if claim.agent and claim.origin in ai and claim.grade >= Grade.RECORDED
    )


def _beside(claim: Claim, told: frozenset[str]) -> Claim:
    """A mark of a part in the commit says nothing more of its lines where it is recorded which part that was."""
    if claim.part and claim.agent and claim.agent.tool in told:
        return replace(claim, origin=Origin.UNKNOWN)
    return claim


_KNOWN: dict[int, tuple[tuple[Claim, ...], Combined]] = {}  # holds the claims, so that no other gets their id


def commit_origin(claims: Iterable[Claim]) -> LineOrigin:
    """The origin that claims about the same lines add up to; a whole commit's where none is line-level."""
    present = list(claims)
    return _decide(present, in_order(claim.evidence for claim in present)) if present else UNKNOWN


def _decide(present: list[Claim], evidence: tuple[Evidence, ...]) -> LineOrigin:
    speaking = [claim for claim in present if claim.origin is not Origin.UNKNOWN and claim.grade > Grade.NONE]
    silent = [claim for claim in present if claim.origin is Origin.UNKNOWN]
    answered = _acceptance(silent)
    if not speaking:
        return LineOrigin(acceptance=answered, evidence=evidence)
    grade = max(claim.grade for claim in speaking)
    deciding = [claim for claim in speaking if claim.grade == grade]
    origins = {claim.origin for claim in deciding}
    person = _one_person(claim.person for claim in deciding)
    if Origin.HUMAN not in origins:
        return _by_ai(speaking, deciding, silent, person, evidence)
    if len(origins) > 1:
        return LineOrigin(acceptance=answered, evidence=evidence, conflicts=(_conflict(grade, deciding),))
    below = [claim for claim in speaking if claim.origin is not Origin.HUMAN]
    conflicts = (_conflict(grade, [*deciding, *below]),) if below else ()
    return LineOrigin(
        origin=Origin.HUMAN, grade=grade, person=person, acceptance=answered, evidence=evidence, conflicts=conflicts
    )


def _conflict(grade: Grade, claims: list[Claim]) -> Conflict:
    return Conflict(about="origin", grade=grade, claims=in_order(claim.evidence for claim in claims))


def _by_ai(
    speaking: list[Claim],
    deciding: list[Claim],
    silent: list[Claim],
    person: str | None,
    evidence: tuple[Evidence, ...],
) -> LineOrigin:
    lower = [claim for claim in speaking if claim.grade < deciding[0].grade and claim.origin is not Origin.HUMAN]
    agent, conflicts = agent_of(deciding, lower)
    return LineOrigin(
        origin=Origin.MIXED if any(claim.origin is Origin.MIXED for claim in deciding) else Origin.AI,
        grade=deciding[0].grade,
        agent=agent,
        person=person,
        acceptance=_acceptance([*deciding, *lower, *silent]),
        evidence=evidence,
        conflicts=conflicts,
    )


def _acceptance(claims: list[Claim]) -> Acceptance | None:
    """The best evidenced acceptance; where several are as good, what they agree on."""
    all_known = [claim.acceptance for claim in claims if claim.acceptance is not None]
    if not all_known:
        return None
    grade = max(known.grade for known in all_known)
    best = [known for known in all_known if known.grade == grade]
    hows, states = {known.how for known in best}, {known.state for known in best}
    return Acceptance(
        how=hows.pop() if len(hows) == 1 else How.UNKNOWN,
        state=states.pop() if len(states) == 1 else State.UNKNOWN,
        by=" and ".join(sorted({known.by for known in best if known.by})) or None,
        at=_agreed(known.at for known in best),
        grade=grade,
    )


def _one_person(named: Iterable[str | None]) -> str | None:
    """The one person named, in the longest form: some sources give a name with the mail address, some that alone."""
    stated = {name for name in named if name is not None}
    mails = {name.rpartition("<")[2].rstrip("> ").lower() if name.endswith(">") else name.lower() for name in stated}
    return max(stated, key=lambda name: (len(name), name)) if len(mails) == 1 else None


def _agreed(values: Iterable[str | None]) -> str | None:
    """The one value stated, or None where nobody states one or two differ."""
    stated = {value for value in values if value is not None}
    return stated.pop() if len(stated) == 1 else None


class _Decided:
    """One file from its first line to its last: where something changes, and what holds from there on."""

    def __init__(self, everywhere: Sequence[Claim], about: Sequence[Claim]) -> None:
        whole = [*everywhere, *(claim for claim in about if claim.lines is None)]
        self._starts = array("q", [_FIRST])
        self._origins = [commit_origin(whole)]
        local = [(claim, claim.lines) for claim in about if claim.lines is not None]
        if local:
            self._sweep(whole, [claim for claim, _ in local], [lines for _, lines in local])

    def cut(self, start: int, end: int) -> list[LineOrigin]:
        """The origins of lines `start` to `end`."""
        first, last = bisect_right(self._starts, start) - 1, bisect_right(self._starts, end) - 1
        begins = [start, *self._starts[first + 1 : last + 1]]
        ends = [*(begin - 1 for begin in begins[1:]), end]
        return [o.at(*at) for o, *at in zip(self._origins[first : last + 1], begins, ends, strict=True)]

    def _sweep(self, whole: list[Claim], local: list[Claim], lines: list[Ranges]) -> None:
        """Walk the boundaries of local claims, deciding each set of claims once, and join equal neighbours."""
        many = len(local)
        # a line and a claim in one number, for a note may hold a million ranges
        changes = sorted(cut * many + at for at, held in enumerate(lines) for cut in held.cuts())
        decide = _Deciding(whole, local)
        left = _ANYWAY + _OVERLAP * (len(changes) + len(whole) + many)
        active: set[int] = set()
        for line, here in groupby(changes, lambda change: change // many):
            active.symmetric_difference_update(change % many for change in here)
            now = frozenset(active)
            left -= len(now) + decide.cost(now)
            found = decide(now) if left >= 0 else _too_many(local)
            if found is not self._origins[-1] and found != self._origins[-1]:
                self._starts.append(line)
                self._origins.append(found)
            if left < 0:
                break


class _Deciding:
    """Decides sets of a file's claims, each once."""

    def __init__(self, whole: list[Claim], local: list[Claim]) -> None:
        self._whole, self._local = whole, local
        self._known: dict[frozenset[int], LineOrigin] = {}
        self._ordered = in_order(claim.evidence for claim in (*whole, *local))
        rank = {evidence: at for at, evidence in enumerate(self._ordered)}
        self._of_whole = {rank[claim.evidence] for claim in whole}
        self._of_local = [rank[claim.evidence] for claim in local]

    def cost(self, here: frozenset[int]) -> int:
        """How many claims must be looked at to decide a set."""
        return 0 if here in self._known else len(self._whole) + len(here)

    def __call__(self, here: frozenset[int]) -> LineOrigin:
        found = self._known.get(here)
        if found is None:
            ranks = sorted(self._of_whole.union(self._of_local[at] for at in here))
            present = [*self._whole, *(self._local[at] for at in here)]
            evidence = tuple(self._ordered[rank] for rank in ranks)
            found = self._known[here] = _decide(present, evidence)
        return found


def _too_many(claims: list[Claim]) -> LineOrigin:
    words = "from here on too many claims overlap: none is taken"
    ref = min(claim.evidence.ref for claim in claims)
    return LineOrigin(evidence=(Evidence(source="limit", ref=ref, grade=Grade.NONE, claim=words),))
