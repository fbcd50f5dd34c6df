"""Answers to checklists as members of a signed decision of the kind `review`, and back.

What was asked and answered is bound to the exact lines: path, numbers and digest of each hunk. What somebody wrote
besides yes or no is not in the decision unless it is asked for; the decision holds a commitment to it. A decision that
is not of this shape answers nothing, whatever else it says. Format: docs/reference/decisions.md.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any

from answerable.domain.decision import Decision, Kind, Subject
from answerable.domain.review import CHECKLIST
from answerable.git.quoting import quoted, unquoted
from answerable.review.answers import Answer, Word
from answerable.review.checklist.hunk import ID_LENGTH, Hunk
from answerable.review.checklist.question import ID, MOST_ID, Question
from answerable.review.checklist.sheet import Asked, where

CONTENT = "checklist answers"
MOST_HUNKS = 60  # of one decision: an entry of the ledger is bounded
MOST_ANSWERS = 64  # of one hunk
_DIGEST = re.compile("sha256:[0-9a-f]{64}")
_ID = re.compile(f"[0-9a-f]{{{ID_LENGTH}}}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered:
    """What somebody answered about a hunk, as a decision has it."""

    hunk: str
    path: bytes
    digest: str
    asked: int = 0  # how many questions were put
    words: Mapping[str, Word] = field(default_factory=dict)  # by the id of the question

    def covers(self, hunk: Hunk) -> bool:
        """True where it is about exactly these lines at exactly this path."""
        return (self.hunk, self.path, self.digest) == (hunk.id, hunk.path, hunk.digest)


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """What one decision is to hold: subjects, members of its details, and the texts that it commits to."""

    subjects: tuple[Subject, ...]
    details: Mapping[str, Any]
    texts: bytes | None = None


def parts(
    head: str, asked: Sequence[Asked], answers: Iterable[Answer], *, verdict: str = "commented", openly: bool = False
) -> Iterator[Part]:
    """The decisions that keep answers: one, unless they are about very many hunks.

    Args:
        head: Full id of the commit that was looked at.
        asked: All that was asked.
        answers: All that was answered, of hunks that were asked about.
        verdict: What the reviewer concludes on the change.
        openly: Put the texts into the decisions.
    """
    given: dict[str, list[Answer]] = {}
    for answer in answers:
        given.setdefault(answer.hunk, []).append(answer)
    told = [each for each in asked if each.hunk.id in given]
    for at in range(0, len(told), MOST_HUNKS):
        some = told[at : at + MOST_HUNKS]
        texts = {e.hunk.id: {a.question: a.text for a in given[e.hunk.id] if a.text} for e in some}
        texts = {hunk: said for hunk, said in texts.items() if said}
        rows = [_row(each, given[each.hunk.id], openly=openly) for each in some]
        yield Part(
            subjects=(Subject(digest={"gitCommit": head}), *(_subject(each.hunk) for each in some)),
            details={
                "verdict": verdict,
                "sha": head,
                CHECKLIST: {"version": 1, "questions": digest_of(q for e in some for q in e.questions), "hunks": rows},
            },
            texts=None if openly or not texts else json.dumps(texts, ensure_ascii=False, sort_keys=True).encode(),
        )


def digest_of(questions: Iterable[Question]) -> str:
    """``sha256:`` and hex over the questions as they were put, so that it can be told later what a yes said yes to."""
    asked = {question.id: question.text for question in questions}
    return f"sha256:{sha256(json.dumps(asked, ensure_ascii=True, sort_keys=True).encode()).hexdigest()}"


def read(decision: Decision) -> tuple[Answered, ...]:
    """What a decision answers; nothing where it is none of this shape."""
    told = decision.details.get(CHECKLIST) if decision.kind is Kind.REVIEW else None
    if not isinstance(told, Mapping) or told.get("version") != 1 or not isinstance(told.get("hunks"), list):
        return ()
    return tuple(found for row in told["hunks"][:MOST_HUNKS] if (found := _answered(row)) is not None)


def questions(decision: Decision) -> Iterator[tuple[str, int, frozenset[str]]]:
    """Of each hunk that a decision answers about: its id, how many questions were asked, and which were answered."""
    for each in read(decision):
        yield each.hunk, max(each.asked, len(each.words)), frozenset(each.words)


def _count(row: Mapping[str, Any]) -> int:
    asked = row.get("asked")
    return asked if isinstance(asked, int) and not isinstance(asked, bool) and 0 < asked <= MOST_ANSWERS else 0


def _subject(hunk: Hunk) -> Subject:
    return Subject(name=where(hunk)[-200:], digest={"sha256": hunk.digest.removeprefix("sha256:")})


def _row(each: Asked, answers: Sequence[Answer], *, openly: bool) -> dict[str, Any]:
    hunk = each.hunk
    return {
        "hunk": hunk.id,
        "path": quoted(hunk.path),
        "start": hunk.start,
        "end": hunk.end,
        "digest": hunk.digest,
        "layer": hunk.layer,
        "asked": len(each.questions),
        "answers": [_told(answer, openly=openly) for answer in answers],
    }


def _told(answer: Answer, *, openly: bool) -> dict[str, str]:
    text = {"text": answer.text} if openly and answer.text else {}
    return {"question": answer.question, "answer": answer.word.value, **text}


def _answered(row: object) -> Answered | None:
    """One row, or None where anything in it is not as it is written."""
    if not isinstance(row, Mapping) or not isinstance(row.get("answers"), list):
        return None
    hunk, path, digest = row.get("hunk"), row.get("path"), row.get("digest")
    if not (isinstance(hunk, str) and isinstance(path, str) and isinstance(digest, str)):
        return None
    if not _ID.fullmatch(hunk) or not _DIGEST.fullmatch(digest):
        return None
    words: dict[str, Word] = {}
    for each in row["answers"][: MOST_ANSWERS + 1]:
        question, word = (each.get("question"), each.get("answer")) if isinstance(each, Mapping) else (None, None)
        if not isinstance(question, str) or len(question) > MOST_ID or not ID.fullmatch(question):
            return None
        if word not in list(Word) or question in words:
            return None
        words[question] = Word(word)
    name = unquoted(path.encode("utf-8", "surrogateescape"))
    if len(words) > MOST_ANSWERS:
        return None
    return Answered(hunk=hunk, path=name, digest=digest, asked=_count(row), words=words)
