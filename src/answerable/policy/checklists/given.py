"""Who answered which question about which hunk: signed, or in a comment on the exact head; and whose answers count.

A signed answer counts for the lines that it was signed over, wherever in the change it was signed, as long as they
stand unchanged at the head. A comment counts on the head alone, and only as whoever made it left it. Neither counts
from anybody who had a part in making the change, nor from a bot. The newest word of a person on a question is theirs;
where people differ, a no stands.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

from answerable.domain.decision import Kind, PrincipalType
from answerable.policy.change.approvals import count
from answerable.policy.change.authors import Authors
from answerable.policy.change.context import Approval, Comment
from answerable.policy.change.emergency import parsed
from answerable.provenance.decisions import Vouched, current
from answerable.review import answered
from answerable.review.answers import Word
from answerable.review.answers import read as read_answers
from answerable.review.checklist.hunk import Hunk

Key = tuple[str, str]  # a hunk and a question
_LONG_AGO = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """What one person or account answered at one moment."""

    by: Approval  # who, as approvals name them, and what they looked at
    words: Mapping[Key, Word]
    objection: str | None = None  # why it does not count, whoever it is


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What counts: of each question about each hunk who said what last."""

    words: Mapping[Key, Mapping[str, Word]] = field(default_factory=dict)
    refused: tuple[tuple[str, str], ...] = ()


def answers_in(found: Iterable[Vouched], comments: Iterable[Comment]) -> bool:
    """False where there is no answer at all, whoever gave it and to whatever: then nothing need be worked out."""
    return any(answered.read(one.decision) for one in found) or any(read_answers(c.body).answers for c in comments)


def signed(found: Iterable[Vouched], hunks: Sequence[Hunk], head: str) -> Iterator[Given]:
    """The answers in signed decisions that the ledger's keys vouch for.

    Args:
        found: Decisions about commits of the change.
        hunks: Those of the change.
        head: Full id.
    """
    by_id = {hunk.id: hunk for hunk in hunks}
    every = {one.decision.decision_id: one for one in found}
    for one in current(list(every.values())):
        decision = one.decision
        if decision.kind is not Kind.REVIEW or one.doubt:
            continue
        words = {
            (each.hunk, question): word
            for each in answered.read(decision)
            if (hunk := by_id.get(each.hunk)) is not None and each.covers(hunk)
            for question, word in each.words.items()
        }
        if words:
            kind = decision.principal.type.value if decision.principal.type is PrincipalType.HUMAN else "agent"
            who = Approval(by=decision.principal.id, sha=head, kind=kind, at=decision.observed_at)
            yield Given(by=who, words=words)


def commented(comments: Iterable[Comment], hunks: Sequence[Hunk], head: str) -> Iterator[Given]:
    """The answers in comments.

    Args:
        comments: All that the forge knows.
        hunks: Those of the change.
        head: Full id of the commit that they must be on.
    """
    known = {hunk.id for hunk in hunks}
    for comment in comments:
        sheet = read_answers(comment.body)
        words = {(a.hunk, a.question): a.word for a in sheet.answers if a.hunk in known}
        if not words:
            continue
        told = {*sheet.heads, *([comment.sha] if comment.sha else [])}
        why = None
        if told != {head}:
            other = next((sha[:12] for sha in sorted(told - {head})), "no commit")
            why = f"answered on {other}, not on the head {head[:12]}"
        if comment.edited_by and comment.edited_by.strip().lower() != comment.by.lower():
            why = f"did not write the comment as it is now: {comment.edited_by} changed it"
        who = Approval(by=comment.by, sha=head, kind=comment.kind, at=comment.at, identities=comment.identities)
        yield Given(by=who, words=words, objection=why)


def counted(given: Iterable[Given], head: str, authors: Authors) -> Said:
    """Part the answers that count from those that do not.

    Args:
        given: All answers.
        head: Full id.
        authors: Who made the change.
    """
    words: dict[Key, dict[str, Word]] = {}
    refused: list[tuple[str, str]] = []
    people: list[tuple[str, frozenset[str]]] = []
    for one in sorted(given, key=_when):
        found = count([one.by], head, authors)
        if one.objection or not found.counted:
            refused.append((one.by.by, one.objection or found.refused[0][1]))
            continue
        mine = found.counted[0].names
        name = next((name for name, known in people if authors.people.same(known, mine)), None)
        if name is None:
            name = one.by.by
            people.append((name, mine))
        for key, word in one.words.items():
            words.setdefault(key, {})[name] = word
    return Said(words=words, refused=tuple(dict.fromkeys(refused)))


def _when(given: Given) -> datetime:
    """What says no moment comes first: whatever does is newer."""
    return parsed(given.by.at or "") or _LONG_AGO
