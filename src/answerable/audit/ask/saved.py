"""Saved questions: asked by name with their words filled in, or as the sentence that people say.

A sentence is compared without regard to case, punctuation and articles; what stands for a word is taken from it and
quoted, so that nothing in a sentence can become a part of the language.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from pathlib import Path

from answerable.errors import QuestionInvalid
from answerable.strict_yaml.nodes import Unreadable, compose
from answerable.strict_yaml.reading import Notes, instead

PATH = ".answerable/questions.yaml"
_HOLE = re.compile(r"\{([a-z]+)\}")
_QUARTER = re.compile(r"q([1-4])(?:\s+(?:of\s+)?([0-9]{4}))?|([0-9]{4})\s*-?\s*q([1-4])", re.IGNORECASE)
_NOISE = re.compile(r"[?!.,;]+(?=\s|$)|\b(?:the|a|an)\b", re.IGNORECASE)
_WORD = r"(\"[^\"]{1,200}\"|'[^']{1,200}'|[\w./:@-]{1,200}(?: [0-9]{4})?)"


@dataclass(frozen=True, slots=True, kw_only=True)
class Saved:
    """A question with holes: its name, the sentence that people say, and the question itself."""

    name: str
    says: str
    ask: str

    @property
    def holes(self) -> tuple[str, ...]:
        """What has to be filled in, in order."""
        return tuple(dict.fromkeys(_HOLE.findall(self.ask)))

    def filled(self, words: Mapping[str, str], now: datetime) -> str:
        """The question with its words.

        Raises:
            QuestionInvalid: one is missing.
        """
        missing = [hole for hole in self.holes if hole not in words]
        if missing:
            hint = f"give it: {' '.join(f'--set {hole}=…' for hole in missing)}"
            raise QuestionInvalid(f"the question {self.name} needs {', '.join(missing)}", hint=hint)
        return _HOLE.sub(lambda hole: _quoted(hole[1], words[hole[1]], now), self.ask)


def read(data: bytes, file: str) -> tuple[Saved, ...]:
    """Read a file of questions.

    Raises:
        QuestionInvalid: with line and column of the first fault.
    """
    notes = Notes(file)
    try:
        keys = notes.keys(compose(data, file), "a file of questions", "version", "questions", needs=("version",))
    except Unreadable as error:
        raise QuestionInvalid(f"{error.fault.where}: {error.fault.message}", hint=error.fault.fix) from None
    found = []
    for node in notes.each(keys["questions"], "questions", lambda item: item) if "questions" in keys else ():
        of = notes.keys(node, "a question", "name", "says", "ask", needs=("name", "says", "ask"))
        texts = {key: notes.text(value, key) for key, value in of.items() if key != "name"}
        if len(of) == len(("name", "says", "ask")):
            found.append(Saved(name=notes.name(of["name"], "the name of a question"), **texts))
    if notes.faults:
        first = notes.faults[0]
        raise QuestionInvalid(f"{first.where}: {first.message}", hint=first.fix)
    return tuple(found)


@lru_cache
def shipped() -> tuple[Saved, ...]:
    """The questions that come with the program."""
    return read(Path(__file__).with_name("questions.yaml").read_bytes(), "questions.yaml")


def named(name: str, every: Sequence[Saved]) -> Saved:
    """A saved question by its name.

    Raises:
        QuestionInvalid: there is none.
    """
    found = next((one for one in reversed(every) if one.name == name), None)
    if found is None:
        raise QuestionInvalid(f"no saved question is called {name!r}", hint=instead(name, [one.name for one in every]))
    return found


def said(sentence: str, every: Sequence[Saved]) -> tuple[Saved, dict[str, str]] | None:
    """The saved question that a sentence says, with its words; or None."""
    plain = _plain(sentence)
    for one in reversed(every):
        found = _sentence(one.says).fullmatch(plain)
        if found:
            return one, {name: word.strip("\"'") for name, word in found.groupdict().items()}
    return None


@lru_cache(maxsize=256)
def _sentence(says: str) -> re.Pattern[str]:
    parts = _HOLE.split(_plain(says))
    pattern = "".join(re.escape(part) if at % 2 == 0 else f"(?P<{part}>{_WORD[1:-1]})" for at, part in enumerate(parts))
    return re.compile(pattern, re.IGNORECASE)


def _plain(sentence: str) -> str:
    return " ".join(_NOISE.sub(" ", sentence).split())


def _quoted(hole: str, word: str, now: datetime) -> str:
    quarter = _QUARTER.fullmatch(word.strip()) if hole == "period" else None
    if quarter:
        number = int(quarter[1] or quarter[4])
        year = quarter[2] or quarter[3]
        begun = number <= (now.month + 2) // 3
        return f"{year or (now.year if begun else now.year - 1)}-Q{number}"
    escaped = word.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
