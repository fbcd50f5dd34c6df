"""What a person signs for, and with which words: as given with the command, or as they say in the terminal."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from answerable.cli.accept.outcome import counted
from answerable.cli.accept.show import whole
from answerable.cli.accept.walk import Chosen, Terminal, walk
from answerable.git.repository import Repository
from answerable.policy.checklists.unsigned import blobs
from answerable.review.countersign import Portion


class Chooser:
    """Shows portions of a change and takes what is said of them.

    Args:
        repository: Where.
        head: Full id of the change's newest commit.
        given: The options of the command.
    """

    def __init__(self, repository: Repository, head: str, given: dict[str, Any]) -> None:
        self._head, self._given = head, given
        self._blob = blobs(repository)
        self._terminal = Terminal(err=given["form"] == "json")

    def show(self, portions: Sequence[Portion]) -> None:
        """All of them, to be read."""
        for portion in portions:
            self._terminal.say([*self._whole(portion), ""])

    def choose(self, portions: Sequence[Portion]) -> list[Chosen]:
        """Those that the person signs for, each with what they say of it."""
        intent: str | None = self._given["intent"]
        if self._given["each"]:
            chosen = walk(portions, self._whole, self._terminal, intent or "")
        else:
            said = self._ask_once(portions) if intent is None else intent
            chosen = [(portion, said) for portion in portions] if said else []
        by_ai = self._given["written_by_ai"]
        return [(portion.written_by_ai() if by_ai else portion, said) for portion, said in chosen]

    def _ask_once(self, portions: Sequence[Portion]) -> str:
        """One statement for all of it; nothing where nothing is to be signed."""
        if not portions:
            return ""
        self.show(portions)
        lines = counted(sum(portion.count for portion in portions), "line")
        self._terminal.say([f"{lines} in {counted(len(portions), 'hunk')}; say nothing, and nothing is signed"])
        return self._terminal.intent("")

    def _whole(self, portion: Portion) -> list[str]:
        return list(whole(portion, self._blob(self._head, portion.hunk.path) or b""))
