"""The questions that come with the program: data in `questions/*.toml`, read once, whole or not at all."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import Any

from answerable.review.checklist.question import Question, When

TOPICS = ("files", "touches", "languages", "general")
"""The files, the most specific questions first."""

_KEYS = {"id", "text", "why", "when"}
_LISTS = ("layers", "kinds", "unless_kinds", "touches", "languages", "origins")


@lru_cache(maxsize=1)
def shipped() -> tuple[Question, ...]:
    """All of them, in the order in which they are asked."""
    return tuple(question for topic in TOPICS for question in _topic(topic))


def _topic(name: str) -> Iterator[Question]:
    data = tomllib.loads((Path(__file__).parent / "questions" / f"{name}.toml").read_text("utf-8"))
    exempt = data.get("unless_kinds", [])
    for each in data["question"]:
        if set(each) != _KEYS:
            raise ValueError(f"{name}.toml: {each.get('id')} has not exactly the keys {sorted(_KEYS)}")
        yield Question(id=each["id"], text=each["text"], why=each["why"], when=_when(each["when"], exempt))


def _when(given: dict[str, Any], exempt: list[str]) -> When:
    told: dict[str, Any] = {"unless_kinds": exempt} | given
    members: dict[str, Any] = {key: tuple(value) if key in _LISTS else value for key, value in told.items()}
    return When(**members)
