"""The page of checklists: every question, read off the data; and the documents of the commands of reviews."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from types import SimpleNamespace
from typing import Any, cast

from reference_policy import key_paths

from answerable.cli.review import answer_, checklist_, depth_
from answerable.cli.review.change import Reviewed
from answerable.domain.decision import Decision
from answerable.domain.origin import Origin
from answerable.policy.checklists import hunks, own
from answerable.policy.checklists.open import Checklist, Checklists
from answerable.policy.layers.kinds import Kind, Touch
from answerable.review.answers import Answer, Sheet, Word
from answerable.review.checklist.hunk import Hunk
from answerable.review.checklist.question import MOST_ID, MOST_TEXT, Question, When
from answerable.review.checklist.questions import TOPICS, shipped
from answerable.review.checklist.sheet import Asked
from answerable.review.depth import Depth, File, Seen

Rows = Callable[[Sequence[str], list[tuple[str, ...]]], str]

_TITLES = {
    "files": "Questions about kinds of files",
    "touches": "Questions about what code touches",
    "languages": "Questions that depend on the language",
    "general": "General questions",
}
_BELOW = {"": own.KEYS, "questions[]": own.QUESTION_KEYS, "questions[].when": own.WHEN_KEYS}
_VALUES: dict[str, Sequence[str]] = {
    "questions[].when.kinds": [str(kind) for kind in Kind],
    "questions[].when.touches": [str(touch) for touch in Touch],
    "questions[].when.languages": hunks.LANGUAGES,
    "questions[].when.origins": [origin.value for origin in Origin if origin is not Origin.HUMAN],
}


def keys() -> Iterator[str]:
    """Every key of a file of questions, by its path."""
    return key_paths(_BELOW)


def sections(words: Mapping[str, Any], rows: Rows) -> list[str]:
    """The sections of the page.

    Args:
        words: What the code cannot say.
        rows: Writes a table.
    """
    told = [(f"`{key}`", words["checklist"][key] + _one_of(key)) for key in keys()]
    limits = f"At most {own.MOST_QUESTIONS} questions, {MOST_ID} characters in an id and {MOST_TEXT} in a text."
    own_page = f"## Your own questions\n\n{words['intro']['checklist-own']}\n{rows(('key', 'meaning'), told)}\n{limits}"
    return [*(_topic(topic, rows) for topic in TOPICS), own_page]


def _topic(topic: str, rows: Rows) -> str:
    cells = [(f"`{q.id}`", q.text, q.why, _when(topic, q.when)) for q in shipped() if _of(q) == topic]
    return f"## {_TITLES[topic]}\n\n{rows(('id', 'question', 'why', 'asked of'), cells)}"


def _of(question: Question) -> str:
    when = question.when
    return "files" if when.kinds else "touches" if when.touches else "languages" if when.languages else "general"


def _when(topic: str, when: When) -> str:
    told = {"files": when.kinds, "touches": when.touches, "languages": when.languages}.get(topic, ())
    parts = [", ".join(f"`{word}`" for word in told)] if told else ["any code" if when.code else "any file"]
    parts += (
        [f"in the {when.ranks} most severe layers" if when.ranks > 1 else "in the most severe layer"]
        if when.ranks
        else []
    )
    return ", ".join(parts)


def _one_of(key: str) -> str:
    return f" Of {', '.join(f'`{value}`' for value in _VALUES[key])}." if key in _VALUES else ""


def review_documents() -> dict[str, list[dict[str, Any]]]:
    """Documents of the commands of `answerable review`, by the command."""
    full, bare = _change(full=True), _change(full=False)
    answer = Answer(hunk="NAME", question="NAME", word=Word.YES)
    decision = cast("Decision", SimpleNamespace(decision_id="NAME"))
    measured = Depth(time=0.5, checklist=0.5, opened=0.5, remarks=0.5, reviewers=0.5)
    seen = Seen(files=[File(lines=1, ai_lines=1)], approvals=1, asked=1)
    return {
        "review checklist": [checklist_.document(full, 1), checklist_.document(bare, 1)],
        "review answer": [answer_.document(full, Sheet(answers=(answer,)), [decision], [1])],
        "review depth": [
            depth_.document(full, seen, measured, 1),
            depth_.document(full, Seen(files=seen.files), Depth(), 1),
        ],
    }


def _change(*, full: bool) -> Reviewed:
    hunk = Hunk(
        path=b"NAME", start=1, end=1, digest="NAME", layer="NAME", language="NAME" if full else None,
        kinds=frozenset({"NAME"}), touches=frozenset({"NAME"}), origins=("NAME",), grades=("NAME",), tools=("NAME",),
        commits=("NAME",),
    )  # fmt: skip
    question = Question(id="NAME", text="NAME", why="NAME")
    words = {"NAME": {"NAME": Word.YES}}
    lists = Checklists(all=(Checklist(asked=Asked.of(hunk, [question]), words=words),), refused=(("NAME", "NAME"),))
    policy = SimpleNamespace(digest="NAME", source="NAME")
    return cast("Reviewed", SimpleNamespace(base="NAME", head="NAME", policy=policy, checklists=lists))
