"""The organisation's own questions: `.answerable/checklist.yaml` of a commit, read as strictly as a policy.

For a change that is the commit that its policy is read from, never one that the change brings: no change takes a
question out, or words it more kindly. A file with a fault asks nothing and is an error.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache

from answerable.domain.fault import Fault
from answerable.domain.origin import Origin
from answerable.errors import PolicyInvalid
from answerable.git.repository import Repository
from answerable.policy.checklists.hunks import LANGUAGES
from answerable.policy.checklists.open import PATH as PATH
from answerable.policy.file.combining import unique
from answerable.policy.file.find import file_bytes
from answerable.policy.layers.kinds import Kind, Touch
from answerable.review.checklist.question import ID, MOST_ID, MOST_RANKS, MOST_TEXT, Question, When
from answerable.review.checklist.questions import shipped
from answerable.strict_yaml.nodes import Mapping, Node, Scalar, Unreadable, compose
from answerable.strict_yaml.reading import Notes, words_of

KEYS = ("version", "questions")
QUESTION_KEYS = ("id", "text", "why", "when")
WHEN_KEYS = ("code", "ranks", "layers", "kinds", "unless-kinds", "touches", "languages", "origins")
MOST_QUESTIONS = 200


def own_questions(repository: Repository, commit: str | None) -> tuple[Question, ...]:
    """The questions that a commit has besides those of the program.

    Args:
        repository: Where.
        commit: Full id; None: there is none, and so no question.

    Raises:
        PolicyInvalid: the file has a fault.
        PolicyUnevaluable: what is there is no file, or this clone does not hold it.
    """
    data = file_bytes(repository, commit, PATH) if commit else None
    return _loaded(data) if data is not None else ()


def read(data: bytes, name: str = PATH) -> tuple[tuple[Question, ...], tuple[Fault, ...]]:
    """The questions of a file, or all of its faults in their order: one of the two is empty."""
    notes = Notes(name)
    try:
        node = compose(data, name)
    except Unreadable as error:
        return (), (error.fault,)
    keys = notes.keys(node, "a checklist", *KEYS, needs=KEYS)
    version = keys.get("version")
    if version is not None and (not isinstance(version, Scalar) or version.style or version.text != "1"):
        notes.add(version.at, "this version of the format is not known", "write `version: 1`")
    listed = keys.get("questions")
    items = notes.each(listed, "questions", lambda item: item) if listed is not None else ()
    if listed is not None and len(items) > MOST_QUESTIONS:
        notes.add(listed.at, f"these are {len(items)} questions; {MOST_QUESTIONS} is the most", "leave some out")
        items = ()
    found = tuple(_question(notes, item) for item in items)
    unique(notes, "question", ((q.id, item.at) for q, item in zip(found, items, strict=True)))
    if notes.faults:
        return (), tuple(sorted(notes.faults, key=lambda fault: fault.position))
    return found, ()


@lru_cache(maxsize=32)
def _loaded(data: bytes) -> tuple[Question, ...]:
    found, faults = read(data)
    if faults:
        first, more = faults[0], len(faults) - 1
        also = f" (and {more} more)" if more else ""
        raise PolicyInvalid(f"{first.where}: {first.message}{also}", hint=first.fix)
    return found


def _question(notes: Notes, node: Node) -> Question:
    keys = notes.keys(node, "a question", *QUESTION_KEYS, needs=("id", "text", "why"))
    return Question(
        id=_id(notes, keys.get("id")),
        text=_text(notes, keys.get("text"), "the text of a question"),
        why=_text(notes, keys.get("why"), "why of a question"),
        when=_when(notes, keys["when"]) if "when" in keys else When(),
        own=True,
    )


def _id(notes: Notes, node: Node | None) -> str:
    text = notes.text(node, "the id of a question") if node is not None else ""
    if node is None or not text:
        return ""
    if len(text) > MOST_ID or not ID.fullmatch(text):
        fix = f"write for example `ours.retry-budget`: small letters, digits and dashes, with a dot; {MOST_ID} at most"
        notes.add(node.at, f"the id of a question cannot be {text[:80]!r}", fix)
    elif text in {question.id for question in shipped()}:
        notes.add(node.at, f"the question {text} comes with the program", "take another id for your own")
    return text


def _text(notes: Notes, node: Node | None, what: str) -> str:
    text = " ".join(notes.text(node, what).split()) if node is not None else ""
    if node is not None and len(text) > MOST_TEXT:
        notes.add(node.at, f"{what} has {len(text)} characters; {MOST_TEXT} is the most", "ask one thing")
    return text


def _when(notes: Notes, node: Node) -> When:
    if isinstance(node, Mapping) and not node.pairs:
        notes.add(node.at, "when says nothing", "leave it out: then the question is about all lines")
    keys = notes.keys(node, "when", *WHEN_KEYS)
    return When(
        code=notes.truth(keys["code"], "code") if "code" in keys else False,
        ranks=notes.number(keys["ranks"], "ranks", MOST_RANKS) if "ranks" in keys else None,
        layers=notes.texts(keys["layers"], "layers") if "layers" in keys else (),
        kinds=_words(notes, keys, "kinds", map(str, Kind)),
        unless_kinds=_words(notes, keys, "unless-kinds", map(str, Kind)),
        touches=_words(notes, keys, "touches", map(str, Touch)),
        languages=_words(notes, keys, "languages", LANGUAGES),
        origins=_words(notes, keys, "origins", (w for w in words_of(Origin) if w != Origin.HUMAN)),
    )


def _words(notes: Notes, keys: dict[str, Node], key: str, known: Iterable[str]) -> tuple[str, ...]:
    return notes.some(keys[key], key, {word: word for word in known}) if key in keys else ()
