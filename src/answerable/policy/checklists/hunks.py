"""The AI-origin hunks of a change: runs of adjacent lines at its head that nobody signed to have written by hand.

What is AI, mixed or unknown is in a hunk, and so are lines that moved with their file to where more is at stake. A hunk
ends where other lines begin, so that no line of anybody else is in it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import NoReturn

from answerable.domain.origin import Origin
from answerable.errors import PolicyUnevaluable
from answerable.git.repository import Repository
from answerable.policy.change.facts import LineFacts, What
from answerable.policy.change.paths import MISSING, PathChange
from answerable.policy.judge.evaluate import Place
from answerable.policy.layers.kinds import Touch, kinds_of
from answerable.policy.layers.look import Look
from answerable.policy.layers.touches import touched_by
from answerable.provenance.decisions import digest_of_lines
from answerable.review.checklist.hunk import Hunk, words

_LANGUAGES = {
    "python:PYTHON": "python", "javascript:JAVASCRIPT": "javascript", "javascript:TYPESCRIPT": "typescript",
    "javascript:TSX": "typescript", "java:JAVA": "java", "go:GO": "go", "rust:RUST": "rust", "c:C": "c", "c:CPP": "cpp",
    "csharp:CSHARP": "csharp", "ruby:RUBY": "ruby",
}  # fmt: skip
_ENDINGS = {
    "sql": "sql", "tf": "terraform", "tfvars": "terraform", "hcl": "terraform", "sh": "shell", "bash": "shell",
    "zsh": "shell", "ksh": "shell", "kt": "kotlin", "kts": "kotlin", "php": "php", "phtml": "php", "swift": "swift",
}  # fmt: skip
_OTHER = "other"
LANGUAGES = tuple(dict.fromkeys((*_LANGUAGES.values(), *_ENDINGS.values(), _OTHER)))
"""Every language as questions name it."""


def hunks_of(
    repository: Repository,
    changed: Sequence[PathChange],
    facts: Sequence[LineFacts],
    places: Mapping[bytes, Place],
) -> list[Hunk]:
    """The hunks of a change, in the order of paths and lines.

    Args:
        repository: Where.
        changed: The paths that it changes.
        facts: What it brings in.
        places: The layer of each path.

    Raises:
        PolicyUnevaluable: the content of a file is not in this clone.
    """
    blobs = {change.path: change.new for change in changed}
    runs: dict[bytes, list[list[LineFacts]]] = {}
    for run in _runs(facts, places):
        runs.setdefault(run[0].path, []).append(run)
    return [
        hunk
        for path, mine in runs.items()
        for hunk in _of_file(path, _content(repository, path, blobs[path]), mine, places[path])
    ]


def language_of(look: Look) -> str | None:
    """The language of a file as questions name it; None where it is no code."""
    if look.key is not None:
        return _LANGUAGES[look.key]
    name = look.path.rpartition(b"/")[2].lower().decode("utf-8", "replace")
    ending = name.rpartition(".")[2] if "." in name else ""
    return _ENDINGS.get(ending) or (_OTHER if look.is_code else None)


def _runs(facts: Sequence[LineFacts], places: Mapping[bytes, Place]) -> Iterator[list[LineFacts]]:
    run: list[LineFacts] = []
    for fact in facts:
        if not _asks(fact, places):
            continue
        if run and run[-1].path == fact.path and run[-1].end + 1 == fact.start:
            run.append(fact)
            continue
        if run:
            yield run
        run = [fact]
    if run:
        yield run


def _asks(fact: LineFacts, places: Mapping[bytes, Place]) -> bool:
    came = fact.what is What.ADDED or (fact.what is What.MOVED and places[fact.path].moved)
    return bool(fact.start) and came and not fact.human


def _of_file(path: bytes, content: bytes, runs: Sequence[list[LineFacts]], place: Place) -> Iterator[Hunk]:
    look = Look(path, content)
    language, kinds = language_of(look), frozenset(map(str, kinds_of(path)))
    touches = frozenset(str(found.touch) for found in touched_by(look, tuple(Touch)))
    often: Counter[str] = Counter()
    for run in runs:
        start, end = run[0].start, run[-1].end
        digest = digest_of_lines(content, start, end)
        if digest is None:
            _missing(path)
        yield Hunk(
            path=path, start=start, end=end, digest=digest, number=often[digest],
            layer=place.placed.layer.name, rank=place.placed.layer.rank,
            language=language, kinds=kinds, touches=touches,
            origins=words(_origin(fact) for fact in run), grades=words(fact.lines.grade.word for fact in run),
            tools=words(map(_tool, run)), commits=words(fact.commit for fact in run),
        )  # fmt: skip
        often[digest] += 1


def _origin(fact: LineFacts) -> str:
    """That a person wrote lines, and nobody signed it, is not known."""
    return (Origin.UNKNOWN if fact.lines.origin is Origin.HUMAN else fact.lines.origin).value


def _tool(fact: LineFacts) -> str | None:
    agent = fact.lines.agent
    return f"{agent.tool}{f' ({agent.model})' if agent.model else ''}" if agent else None


def _content(repository: Repository, path: bytes, oid: bytes) -> bytes:
    data = repository.objects.blob(oid.decode())
    if data is None:
        _missing(path)
    return data


def _missing(path: bytes) -> NoReturn:
    name = path.decode("utf-8", "replace")
    raise PolicyUnevaluable(f"the content of {name} is not in this clone", hint=MISSING)
