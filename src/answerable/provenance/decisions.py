"""Reads signed decisions as evidence: from the ledger, and from the notes in which they travel.

A decision says something only about lines that are still what it was signed over: the digest of the lines is compared
with the file as the commit left it. What the ledger holds and vouches for is `recorded`, and `attested` where a person
answers for it. What only travels in a note is worth what a trailer is worth: `declared`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from answerable.domain.acceptance import Acceptance, How, State
from answerable.domain.decision import Decision, Kind, PrincipalType, order
from answerable.domain.evidence import Claim, Defect, Evidence, Reading
from answerable.domain.grade import Grade
from answerable.domain.origin import Origin
from answerable.domain.printable import printable
from answerable.domain.ranges import Ranges
from answerable.git.quoting import unquoted
from answerable.provenance.digests import LineDigests, digest_of_lines

__all__ = ["DEFECTS", "SOURCE", "Blob", "Vouched", "current", "digest_of_lines", "read"]

SOURCE = "decision"
DEFECTS = {
    "decision-malformed": "a line of a note is no decision",
    "decision-moved": "a decision in the note of a commit that it is not about",
    "decision-untrusted": "a decision in the ledger that its keys do not vouch for",
    "decision-not-in-ledger": "a decision that is in a note only: nothing vouches for its key",
    "note-not-signed": "a note of lines that is not the one that the commit's recorder signed: its lines are declared",
    "decision-lines-changed": "a decision about lines that are not what it was signed over",
}
_ANSWERING = frozenset({Kind.ACCEPT, Kind.COUNTERSIGN})
_LINES = frozenset({Kind.GENERATE, *_ANSWERING})

Blob = Callable[[bytes], bytes | None]  # the file at a path, as the commit left it


@dataclass(frozen=True, slots=True, kw_only=True)
class Vouched:
    """A decision, where it stands, and whether the ledger vouches for who signed it."""

    decision: Decision
    ref: str
    in_ledger: bool
    doubt: str | None = None  # why not, in words

    @property
    def grade(self) -> Grade:
        """What it is worth as it stands."""
        if self.doubt:
            return Grade.DECLARED
        answerable = self.in_ledger and self.decision.principal.type is PrincipalType.HUMAN
        return Grade.ATTESTED if answerable else Grade.RECORDED


def read(found: Iterable[Vouched], blob: Blob) -> Reading:
    """What decisions about one commit say of its lines.

    Args:
        found: The decisions, superseded ones included.
        blob: Reads files of that commit.
    """
    now = current(list(found))
    defects = [_doubtful(one) for one in now if one.doubt]
    pieces = []
    for one in now:
        if one.decision.kind in _LINES:
            kept, changed = _lines(one, blob)
            pieces += kept
            defects += changed
    return Reading(claims=tuple(_claims(pieces)), defects=tuple(defects))


@dataclass(frozen=True, slots=True)
class _Piece:
    """Lines of one file that one decision speaks of; all that the commit added where both are None."""

    one: Vouched
    path: bytes | None
    lines: Ranges | None
    changed_by: str | None = None  # who changed what a tool wrote there, or the reverse

    def at(self, path: bytes | None, lines: Ranges | None) -> _Piece:
        """The same about other lines."""
        return _Piece(self.one, path, lines, self.changed_by)


def current(found: Sequence[Vouched]) -> list[Vouched]:
    """Decisions without those that a later decision of the same kind, as well vouched for, replaces."""
    replaced = {
        (name, one.decision.kind): one.grade
        for one in sorted(found, key=lambda each: each.grade)
        for name in one.decision.supersedes
    }
    return [
        one
        for one in found
        if replaced.get((one.decision.decision_id, one.decision.kind), Grade.NONE) < max(one.grade, Grade.INFERRED)
    ]


def _doubtful(one: Vouched) -> Defect:
    kind = "decision-untrusted" if one.in_ledger else "decision-not-in-ledger"
    return Defect(kind=kind, ref=one.ref, detail=one.doubt or DEFECTS[kind])


def _lines(one: Vouched, blob: Blob) -> tuple[list[_Piece], list[Defect]]:
    rows = one.decision.details.get("lines")
    if not rows:
        return [_Piece(one, None, None)], []
    kept: dict[tuple[bytes, str | None], list[tuple[int, int]]] = {}
    changed = []
    digests: dict[bytes, LineDigests] = {}
    for row in rows:
        path = unquoted(str(row["path"]).encode("utf-8", "surrogateescape"))
        span = (int(row["start"]), int(row["end"]))
        if path not in digests:
            digests[path] = LineDigests(blob(path))
        if digests[path].of(*span) == row["digest"]:
            kept.setdefault((path, row.get("changedBy")), []).append(span)
        else:
            kind = "decision-lines-changed"
            detail = f"{row['path']}:{span[0]}-{span[1]} is not what was signed"
            changed.append(Defect(kind=kind, ref=one.ref, detail=detail))
    return [_Piece(one, path, Ranges.of(spans), by) for (path, by), spans in kept.items()], changed


def _claims(pieces: Sequence[_Piece]) -> Iterator[Claim]:
    """Each account of generation, split where somebody answered for it; and answers for what nobody accounted for.

    An account that is in doubt is told for itself: it takes no answer with it down to its own grade.
    """
    made = [piece for piece in pieces if piece.one.decision.kind is Kind.GENERATE]
    answers = sorted((piece for piece in pieces if piece.one.decision.kind in _ANSWERING), key=_weight, reverse=True)
    sound = [piece for piece in made if not piece.one.doubt]
    beside, told = _Beside(answers), _Beside(sound)
    for piece in made:
        yield from _split(piece, (), () if piece.one.doubt else beside.of(piece))
    for answer in answers:
        near = beside.of(answer)
        at = next(n for n, other in enumerate(near) if other is answer)
        before = [other for other in near[:at] if other.lines is not None or not sound]
        rest = _left(answer, (*told.of(answer), *before)) if answer.lines is not None or not sound else None
        if rest:  # an answer for a whole commit is for what is accounted for in it, or for what others name
            whole = [other for other in near[:at] if other.lines is None and not answer.one.doubt]
            yield from _split(rest, (*whole, answer), near[at + 1 :])


class _Beside:
    """Pieces by their paths, in their order: only those of one path have to do with each other."""

    def __init__(self, pieces: Sequence[_Piece]) -> None:
        self._all = pieces
        self._numbers: dict[bytes | None, list[int]] = {}
        for number, piece in enumerate(pieces):
            self._numbers.setdefault(piece.path, []).append(number)

    def of(self, piece: _Piece) -> Sequence[_Piece]:
        """Those that may speak of the same lines as one."""
        if piece.path is None:
            return self._all
        numbers = sorted([*self._numbers.get(piece.path, ()), *self._numbers.get(None, ())])
        return [self._all[number] for number in numbers]


def _weight(answer: _Piece) -> tuple[Grade, bool, tuple[str, str], str]:
    """The best evidenced answer first, then one that says how, then the newest."""
    how, decision = _acceptance(answer.one).how, answer.one.decision
    return answer.one.grade, how is not How.UNKNOWN, order(decision.observed_at), decision.decision_id


def _left(answer: _Piece, told: Sequence[_Piece]) -> _Piece | None:
    """What of an answer nothing that is told already speaks of."""
    rest = answer.lines
    for other in told if rest is not None else ():
        both = _common(answer, other)
        rest = rest - both.lines if rest is not None and both and both.lines else rest
    return answer if rest is None else answer.at(answer.path, rest) if rest else None


def _split(piece: _Piece, by: tuple[_Piece, ...], answers: Sequence[_Piece]) -> Iterator[Claim]:
    """A claim for each part that the same people answered for; `by` answered for all of it."""
    narrow: dict[bytes | None, Ranges] = {}
    for answer in answers if piece.lines is None else ():
        if answer.lines is not None:
            narrow[answer.path] = narrow.get(answer.path, Ranges()) | answer.lines
    for path, lines in narrow.items():  # of a whole commit: the lines that somebody named, then all of it
        yield from _split(piece.at(path, lines), by, answers)
    parts = [(piece, by)]
    for answer in answers:
        parts = [part for where, who in parts for part in _cut(where, who, answer)]
    for where, who in parts:
        yield _claim(piece.one, where, [one.one for one in who])


def _cut(where: _Piece, by: tuple[_Piece, ...], answer: _Piece) -> Iterator[tuple[_Piece, tuple[_Piece, ...]]]:
    both = _common(where, answer) if where.lines is not None or answer.lines is None else None
    if both is None:
        yield where, by
        return
    yield both, (*by, answer)
    if where.lines is not None and both.lines is not None and (rest := where.lines - both.lines):
        yield where.at(where.path, rest), by


def _common(one: _Piece, other: _Piece) -> _Piece | None:
    if one.path is None or other.path is None:
        narrow = other if one.path is None else one
        return one.at(narrow.path, narrow.lines)
    if one.path != other.path or one.lines is None or other.lines is None:
        return None
    both = one.lines & other.lines
    return one.at(one.path, both) if both else None


def _claim(one: Vouched, where: _Piece, answers: Sequence[Vouched]) -> Claim:
    """What a decision says of lines; one that stands on its own is among its answers.

    Where that one does not say who wrote the lines, whoever says it is told for as much as that one's word is worth.
    """
    says = one if not _silent(one) else next((answer for answer in answers if not _silent(answer)), one)
    known = [answer.grade for answer in answers if not answer.doubt] if says is one else []
    grade = max([says.grade, *known])
    others = [f"; {_signed(answer)} ({answer.ref})" for answer in answers if answer is not says]
    silent = _silent(says)
    return Claim(
        origin=Origin.UNKNOWN if silent else Origin.MIXED if where.changed_by else Origin.AI,
        grade=grade,
        evidence=Evidence(source=SOURCE, ref=says.ref, grade=grade, claim=_signed(says, where) + "".join(others)),
        agent=says.decision.agent,
        person=None if silent else where.changed_by or _person(says.decision),
        acceptance=_acceptance(answers[0]) if answers else None,
        path=where.path,
        lines=where.lines,
    )


def _silent(one: Vouched) -> bool:
    """True for a countersign that leaves open who wrote the lines."""
    return one.decision.kind is Kind.COUNTERSIGN and one.decision.details.get("origin") == Origin.UNKNOWN


def _signed(one: Vouched, where: _Piece | None = None) -> str:
    decision = one.decision
    person = decision.principal.type is PrincipalType.HUMAN
    said = "signed for it"
    if decision.kind is Kind.GENERATE:
        said = "signed that AI wrote it"
        if where and where.changed_by:
            said += f" and {printable(where.changed_by)} changed it, or the reverse,"
    elif decision.kind is Kind.ACCEPT and not person:
        said = f"recorded how it came in ({decision.details.get('how', 'unknown')}, {_state(decision).value})"
    return f"{decision.principal.id} ({decision.principal.type.value}) {said} on {decision.observed_at}"


def _state(decision: Decision) -> State:
    return State(decision.details.get("state", State.UNKNOWN))


def _person(decision: Decision) -> str | None:
    """A person speaks for nobody else; a tool or a service may say for whom it acted."""
    who = decision.principal
    return who.id if who.type is PrincipalType.HUMAN else who.on_behalf_of


def _acceptance(answer: Vouched) -> Acceptance:
    """A countersign is explicit by what it is; an acceptance says itself how it came about."""
    decision = answer.decision
    how = How.HUMAN_EXPLICIT if decision.kind is Kind.COUNTERSIGN else How(decision.details.get("how", How.UNKNOWN))
    if how is How.HUMAN_EXPLICIT and decision.principal.type is not PrincipalType.HUMAN and not _reports(answer):
        how = How.UNKNOWN  # only a person can say that a person did it
    service = decision.principal.type is PrincipalType.SERVICE
    return Acceptance(
        how=how,
        state=_state(decision),
        by=_person(decision) or (None if service else decision.principal.id),
        at=decision.observed_at,
        grade=answer.grade,
    )


def _reports(answer: Vouched) -> bool:
    """True for a service that the ledger vouches for, and that says in whose name and on whose word it speaks."""
    who, source = answer.decision.principal, answer.decision.details.get("source")
    return not answer.doubt and who.type is PrincipalType.SERVICE and bool(who.on_behalf_of and source)
