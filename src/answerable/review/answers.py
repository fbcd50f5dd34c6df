"""Reads a reviewer's answers from Markdown: a comment or a file, with whatever else stands in it.

An answer counts only where a reader sees it as the writer's own word: what is quoted, in a block of code or in a
comment of HTML is none. It stands under the heading of its hunk and begins with yes, no or not applicable; a ticked
box alone says nothing. A question that is answered twice under one hunk is not answered. Any text is read, in time in
proportion to it. Format: docs/how-to/review-ai-lines.md.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from answerable.review.checklist.hunk import ID_LENGTH
from answerable.review.checklist.question import ID, MOST_ID

LARGEST = 256 << 10  # characters of one comment or file
MOST_TEXT = 4000  # characters of one answer
MARK = "answerable checklist"

_HEADING = re.compile(r" {0,3}#{1,6}[ \t]")
_HUNK = re.compile(r"[ \t]hunk[ \t]`?([0-9A-Za-z]{1,80})`?[ \t#]*$")
_ITEM = re.compile(r"( {0,3})[-*+][ \t]+\[([ xX])\][ \t]+`?([^\s`:]{1,200})`?[ \t]*:(?:[ \t]+(.*))?$")
_BULLET = re.compile(r" {0,3}(?:[-*+]|[0-9]{1,9}[.)])[ \t]")
_FENCE = re.compile(r" {0,3}(`{3,}|~{3,})(.*)$")
_WORDS = re.compile(r"(yes|no|n/a|not applicable)(?![\w/-])[\s.,;:\u2013\u2014-]*", re.IGNORECASE)
_HEAD = re.compile(rf"^<!-- {MARK} v1 head=([0-9a-f]{{40}}(?:[0-9a-f]{{24}})?) -->[ \t]*\r?$", re.MULTILINE)


class Word(StrEnum):
    """What an answer says: `yes` is good, `no` is a finding."""

    YES = "yes"
    NO = "no"
    NOT_APPLICABLE = "not_applicable"


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """One answer; `hunk` and `question` are ids as they were written."""

    hunk: str
    question: str
    word: Word
    text: str = ""  # what was said besides
    line: int = 0  # where it stands


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """Something that was meant as an answer and is none."""

    line: int
    what: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """What was read; `heads` are the commits that the text says it is about."""

    answers: tuple[Answer, ...] = ()
    problems: tuple[Problem, ...] = ()
    heads: tuple[str, ...] = ()

    @property
    def is_one(self) -> bool:
        """False where nothing in the text has to do with a checklist."""
        return bool(self.heads or self.answers or self.problems)


def read(text: str) -> Sheet:
    """Read answers from any text; it never fails."""
    if len(text) > LARGEST:
        return Sheet(problems=(Problem(line=1, what=f"the text has more than {LARGEST} characters"),))
    heads = tuple(dict.fromkeys(_HEAD.findall(text)))
    found: list[Answer] = []
    problems: list[Problem] = []
    for said in _said(_visible(text)):
        (found if isinstance(said, Answer) else problems).append(said)  # type: ignore[arg-type]  # each to its own
    often = Counter((answer.hunk, answer.question) for answer in found)
    twice = [answer for answer in found if often[answer.hunk, answer.question] > 1]
    problems += [Problem(line=answer.line, what=f"{answer.question} is answered more than once") for answer in twice]
    kept = tuple(answer for answer in found if often[answer.hunk, answer.question] == 1)
    return Sheet(answers=kept, problems=tuple(sorted(problems, key=lambda each: each.line)), heads=heads)


def _visible(text: str) -> Iterator[tuple[int, str]]:
    """The lines that are the writer's own words as a reader sees them, with their numbers."""
    fence, hidden = "", False
    for number, line in enumerate(text.replace("\r\n", "\n").replace("\r", "\n").split("\n"), 1):
        mark = _FENCE.match(line)
        if fence:
            if mark and mark[1].startswith(fence) and not mark[2].strip():
                fence = ""
            continue
        if not hidden and mark and not (mark[1][0] == "`" and "`" in mark[2]):
            fence = mark[1]
            continue
        shown, hidden = _without_comments(line, hidden=hidden)
        if hidden or shown != line:  # part of the line is hidden: none of it counts
            continue
        yield number, line


def _without_comments(line: str, *, hidden: bool) -> tuple[str, bool]:
    """What of a line is in no comment of HTML, and whether one is open at its end."""
    shown: list[str] = []
    at = 0
    while True:
        if hidden:
            end = line.find("-->", at)
            if end < 0:
                return "".join(shown), True
            at, hidden = end + 3, False
        begin = line.find("<!--", at)
        if begin < 0:
            shown.append(line[at:])
            return "".join(shown), False
        shown.append(line[at:begin])
        at, hidden = begin + 4, True


def _said(lines: Iterator[tuple[int, str]]) -> Iterator[Answer | Problem]:
    """Each answer with the lines that go on with it."""
    hunk: str | None = None
    item: tuple[int, str, list[str]] | None = None  # the line, the question, what is said
    for number, line in lines:
        begun = _ITEM.match(line)
        if item and not begun and (line.startswith("  ") and not _BULLET.match(line)):
            if not line.lstrip().startswith(">"):
                item[2].append(line.strip())
            continue
        if item and hunk is not None:
            yield _answer(hunk, *item)
        item = None
        if _HEADING.match(line):
            named = _HUNK.search(line[-200:])
            hunk = named[1] if named else None
            if named and not re.fullmatch(f"[0-9a-f]{{{ID_LENGTH}}}", named[1]):
                yield Problem(line=number, what=f"{named[1][:80]} is no id of a hunk")
                hunk = None
        elif begun and hunk is not None:
            item = _begun(number, begun)
            if item is None and (begun[4] or "").strip():
                yield Problem(line=number, what=f"{begun[3][:80]} has an answer, but its box is not ticked")
    if item and hunk is not None:
        yield _answer(hunk, *item)


def _begun(number: int, found: re.Match[str]) -> tuple[int, str, list[str]] | None:
    return (number, found[3], [(found[4] or "").strip()]) if found[2] != " " else None


def _answer(hunk: str, line: int, question: str, said: list[str]) -> Answer | Problem:
    if len(question) > MOST_ID or not ID.fullmatch(question):
        return Problem(line=line, what=f"{question[:80]} is no id of a question")
    text = "\n".join(said).strip()
    word = _WORDS.match(text)
    if word is None:
        return Problem(line=line, what=f"{question} says neither yes, no nor not applicable")
    kind = {"yes": Word.YES, "no": Word.NO}.get(word[1].lower(), Word.NOT_APPLICABLE)
    rest = text[word.end() :].strip()
    if len(rest) > MOST_TEXT:
        return Problem(line=line, what=f"the answer to {question} has more than {MOST_TEXT} characters")
    return Answer(hunk=hunk, question=question, word=kind, text=rest, line=line)
