"""Nodes to typed values: each reader takes exactly one type, and what it does not take becomes a fault with a fix.

All faults of a file are found in one reading: a reader that finds one notes it and gives a harmless value.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection
from datetime import date
from enum import Enum
from functools import partial
from typing import TypeVar

from answerable.domain.fault import Fault, Position
from answerable.strict_yaml.nodes import Mapping, Node, Scalar, Sequence

D = TypeVar("D")
T = TypeVar("T")
E = TypeVar("E", bound=Enum)

MOST_FAULTS = 100
MOST_PATTERN = 1024  # characters

_NAME = re.compile(r"[a-z0-9][a-z0-9._-]{0,63}")

# What YAML 1.1 or 1.2 readers take for something other than a text where it is not quoted.
_NO_TEXT = re.compile(
    r"|~|null|true|false|yes|no|on|off|y|n|[-+]?(?:[0-9][0-9_]*)(?:\.[0-9_]*)?(?:e[-+]?[0-9]+)?|[-+]?\.[0-9]+"
    r"|0x[0-9a-f_]+|0o?[0-7_]+|0b[01_]+|[-+]?\.(?:inf|nan)|<<|=",
    re.IGNORECASE,
)


class Notes:
    """The faults of one file, and where they are."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.faults: list[Fault] = []

    def add(self, at: Position, message: str, fix: str | Callable[[], str]) -> None:
        """Note one; after a hundred nobody reads on, and a file of nothing else would take its time."""
        if len(self.faults) < MOST_FAULTS:
            fix = fix if isinstance(fix, str) else fix()
            self.faults.append(Fault(file=self.file, position=at, message=message, fix=fix))

    def keys(self, node: Node, what: str, *known: str, needs: tuple[str, ...] = ()) -> dict[str, Node]:
        """The values of a mapping by key; keys that are unknown, and needed ones that are missing, are faults."""
        if not isinstance(node, Mapping):
            self.add(node.at, f"{what} must be a mapping", f"write `{known[0]}: …`")
            return {}
        found = {}
        for key, value in node.pairs:
            if key.text in known:
                found[key.text] = value
            else:
                self.add(key.at, f"{what} has no key {_short(key.text)}", partial(instead, key.text, known))
        for needed in needs:
            if needed not in found:
                self.add(node.at, f"{what} needs {needed}", f"add `{needed}: …`")
        return found

    def text(self, node: Node, what: str) -> str:
        """A text that is not empty."""
        if not isinstance(node, Scalar):
            self.add(node.at, f"{what} must be a text", "write one text, not a list or a mapping")
        elif not node.style and not means_text(node.text):
            shown = node.text[:80]
            self.add(node.at, f"{what} must be a text, and {shown or 'nothing'} is none", f'write "{shown}" in quotes')
        elif not node.text.strip():
            self.add(node.at, f"{what} is empty", "write something there, or remove the key")
        else:
            return node.text
        return ""

    def texts(self, node: Node, what: str) -> tuple[str, ...]:
        """A list of texts."""
        return self.each(node, what, lambda item: self.text(item, f"an entry of {what}"))

    def each(self, node: Node, what: str, read: Callable[[Node], T]) -> tuple[T, ...]:
        """A list, each item read in one way."""
        if isinstance(node, Sequence):
            return tuple(read(item) for item in node.items)
        self.add(node.at, f"{what} must be a list", "write `[…]`, or one entry a line with `- ` before it")
        return ()

    def number(self, node: Node, what: str, most: int) -> int:
        """A whole number from 0 to `most`."""
        if isinstance(node, Scalar) and not node.style and re.fullmatch("0|[1-9][0-9]{0,8}", node.text):
            number = int(node.text)
            if number <= most:
                return number
        self.add(node.at, f"{what} must be a whole number from 0 to {most}", "write for example 1")
        return 0

    def truth(self, node: Node, what: str) -> bool:
        """`true` or `false`."""
        if isinstance(node, Scalar) and not node.style and node.text in ("true", "false"):
            return node.text == "true"
        self.add(node.at, f"{what} must be true or false", "write true or false, without quotes")
        return False

    def day(self, node: Node, what: str) -> date:
        """A date, quoted or not."""
        if isinstance(node, Scalar) and re.fullmatch("[0-9]{4}-[0-9]{2}-[0-9]{2}", node.text):
            try:
                return date.fromisoformat(node.text)
            except ValueError:
                pass
        self.add(node.at, f"{what} must be a date", 'write it as "2026-12-31"')
        return date.max

    def one(self, node: Node, what: str, words: dict[str, T], default: D) -> T | D:
        """One of some words."""
        text = node.text if isinstance(node, Scalar) else ""
        if text in words:
            return words[text]
        message = f"{what} cannot be {_short(text)}" if text else f"{what} must be a word"
        self.add(node.at, message, partial(instead, text, words))
        return default

    def some(self, node: Node, what: str, words: dict[str, T]) -> tuple[T, ...]:
        """A list of some words, each once, in the order of `words`."""
        nothing: T | None = None
        chosen = self.each(node, what, lambda item: self.one(item, f"an entry of {what}", words, nothing))
        return tuple(value for value in words.values() if value in chosen)

    def name(self, node: Node | None, what: str) -> str:
        """A name that other parts of the file can use."""
        name = self.text(node, what) if node is not None else ""
        if node is not None and name and not _NAME.fullmatch(name):
            fix = "take up to 64 small letters, digits, dots, dashes and underscores"
            self.add(node.at, f"{what} cannot be {name[:80]!r}", fix)
        return name

    def patterns(self, node: Node | None) -> tuple[str, ...]:
        """A list of patterns with the meaning of CODEOWNERS; none where there is no node."""
        return self.each(node, "paths", self._pattern) if node is not None else ()

    def _pattern(self, node: Node) -> str:
        pattern = self.text(node, "a path")
        if pattern.startswith(("!", "\\#")):
            self.add(node.at, f"the pattern {pattern[:80]} cannot work", "name what is meant; `unless` takes paths out")
        elif len(pattern) > MOST_PATTERN:
            message = f"the pattern has {len(pattern)} characters; {MOST_PATTERN} is the most"
            self.add(node.at, message, "make it shorter")
        return pattern


def means_text(plain: str) -> bool:
    """True where every reader of YAML takes it for a text although it is not quoted."""
    return not _NO_TEXT.fullmatch(plain)


def words_of(kind: type[E]) -> dict[str, E]:
    """The members of an enumeration by how they are spelled."""
    return {str(member.value): member for member in kind}


def _short(text: str) -> str:
    return repr(text if len(text) <= 80 else f"{text[:80]}…")


def instead(word: str, known: Collection[str]) -> str:
    """What to write instead of a word that is not known."""
    if not known:
        return "there is none yet: write that first"
    from difflib import get_close_matches  # only where there is a fault

    close = get_close_matches(word[:64], known, 1)
    return f"did you mean {close[0]}?" if close else f"take one of: {', '.join(known)}"
