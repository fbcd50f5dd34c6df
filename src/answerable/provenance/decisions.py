"""Reads signed decisions as evidence: from the ledger, and from the notes in which they travel.

A decision says something only about lines that are still what it was signed over: the digest of the lines is compared
with the file as the commit left it. What the ledger holds and vouches for is `recorded`, and `attested` where a person
answers for it. What only travels in a note is worth what a trailer is worth: `declared`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from hashlib import sha256

from answerable.domain.acceptance import Acceptance, How, State
from answerable.domain.decision import Decision, Kind, PrincipalType
from answerable.domain.evidence import Claim, Defect, Evidence, Reading
from answerable.domain.grade import Grade
from answerable.domain.origin import Origin
from answerable.domain.ranges import Ranges

SOURCE = "decision"
DEFECTS = {
    "decision-malformed": "a line of a note is no decision",
    "decision-moved": "a decision in the note of a commit that it is not about",
    "decision-untrusted": "a decision in the ledger that its keys do not vouch for",
    "decision-not-in-ledger": "a decision that is in a note only: nothing vouches for its key",
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
    current = _current(list(found))
    defects = [_doubtful(one) for one in current if one.doubt]
    pieces = []
    for one in current:
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


def _current(found: Sequence[Vouched]) -> list[Vouched]:
    """Without those that a later decision of the same kind, as well vouched for, replaces."""
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
    kept: dict[bytes, list[tuple[int, int]]] = {}
    changed = []
    for row in rows:
        path = str(row["path"]).encode("utf-8", "surrogateescape")
        span = (int(row["start"]), int(row["end"]))
        if digest_of_lines(blob(path), *span) == row["digest"]:
            kept.setdefault(path, []).append(span)
        else:
            kind = "decision-lines-changed"
            detail = f"{row['path']}:{span[0]}-{span[1]} is not what was signed"
            changed.append(Defect(kind=kind, ref=one.ref, detail=detail))
    return [_Piece(one, path, Ranges.of(spans)) for path, spans in kept.items()], changed


def digest_of_lines(data: bytes | None, start: int, end: int) -> str | None:
    """The digest that binds a decision to lines of a file: SHA-256 over them as they stand, line ends included.

    Args:
        data: The file; None gives None.
        start: 1-based.
        end: Inclusive; past the end of the file gives None.
    """
    lines = (data or b"").split(b"\n")
    count = len(lines) - (lines[-1] == b"")
    if data is None or not 1 <= start <= end <= count:
        return None
    text = b"\n".join(lines[start - 1 : end]) + (b"\n" if end < len(lines) else b"")
    return f"sha256:{sha256(text).hexdigest()}"


def _claims(pieces: Sequence[_Piece]) -> Iterator[Claim]:
    """Each account of generation, split where somebody answered for it; and answers for what nobody accounted for."""
    made = [piece for piece in pieces if piece.one.decision.kind is Kind.GENERATE]
    answers = [piece for piece in pieces if piece.one.decision.kind in _ANSWERING]
    for piece in made:
        rest = piece.lines
        for answer in answers:
            both = _common(piece, answer)
            if both is None:
                continue
            grade = _together(piece.one, answer.one)
            yield _claim(piece.one, both, grade, answer.one)
            rest = rest - both.lines if rest is not None and both.lines is not None else Ranges()
        if rest is None or rest:
            yield _claim(piece.one, _Piece(piece.one, piece.path, rest), piece.one.grade)
    for answer in answers:
        rest = answer.lines
        for piece in made:
            both = _common(piece, answer)
            if both is not None:
                rest = rest - both.lines if rest is not None and both.lines is not None else Ranges()
        if rest is None or rest:
            yield _claim(answer.one, _Piece(answer.one, answer.path, rest), answer.one.grade, answer.one)


def _together(made: Vouched, answer: Vouched) -> Grade:
    """An account of a tool becomes attested by a person who answers for it, if the ledger vouches for both."""
    if made.doubt or answer.doubt:
        return made.grade
    return max(made.grade, answer.grade)


def _common(one: _Piece, other: _Piece) -> _Piece | None:
    if one.path is None or other.path is None:
        narrow = other if one.path is None else one
        return _Piece(one.one, narrow.path, narrow.lines)
    if one.path != other.path or one.lines is None or other.lines is None:
        return None
    both = one.lines & other.lines
    return _Piece(one.one, one.path, both) if both else None


def _claim(one: Vouched, where: _Piece, grade: Grade, answer: Vouched | None = None) -> Claim:
    decision = one.decision
    who = f"{decision.principal.id} ({decision.principal.type.value})"
    said = "signed that AI wrote it" if decision.kind is Kind.GENERATE else "signed for it"
    return Claim(
        origin=Origin.AI,
        grade=grade,
        evidence=Evidence(source=SOURCE, ref=one.ref, grade=grade, claim=f"{who} {said} on {decision.observed_at}"),
        agent=decision.agent,
        person=decision.principal.on_behalf_of or _human(decision),
        acceptance=_acceptance(answer) if answer else None,
        path=where.path,
        lines=where.lines,
    )


def _human(decision: Decision) -> str | None:
    return decision.principal.id if decision.principal.type is PrincipalType.HUMAN else None


def _acceptance(answer: Vouched) -> Acceptance:
    """A countersign is explicit by what it is; an acceptance says itself how it came about."""
    decision = answer.decision
    how = How.HUMAN_EXPLICIT if decision.kind is Kind.COUNTERSIGN else How(decision.details.get("how", How.UNKNOWN))
    if how is How.HUMAN_EXPLICIT and decision.principal.type is not PrincipalType.HUMAN:
        how = How.UNKNOWN  # only a person can say that a person did it
    return Acceptance(
        how=how,
        state=State(decision.details.get("state", State.UNKNOWN)),
        by=decision.principal.on_behalf_of or decision.principal.id,
        at=decision.observed_at,
        grade=answer.grade,
    )
