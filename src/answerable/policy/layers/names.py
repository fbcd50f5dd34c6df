"""Patterns of names of code: which of them a use of a file is, in linear time whatever they say.

`os.system` means that name and all that is below it; `*` any text, and `*.execute` that last part of any name, or the
name alone. A pattern that ends in `()` means calls of exactly that name. Parts are joined by dots; `::` and `->` are
read as dots. A name that only the running program knows (`os.?`) is one of all that could be meant.

A name of a file is made of words of the file. So a file that does not have the words of a pattern need not be read.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache

from answerable.policy.layers.code.uses import UNKNOWN, How, Use, Uses

_TELLING = (How.CALLS, How.IMPORTS, How.NAMES)
_MOST_KNOWN = 20_000  # names whose answer is kept: the files of a repository use the same again and again
_BETWEEN = re.compile(r"[./]")
_WORD = re.compile(r"[\w$]+")
_SPACED = bytes(at if _WORD.fullmatch(chr(at)) else ord(" ") for at in range(128)) + bytes(128)
_CALLED = re.compile(r"(?<![\w$])([\w$]++)\s*+\(")
_WHOLE = re.compile(r"(?<![\w$*])[\w$]+(?![\w$*])")  # a word of a pattern that must be one of the text
_PIECES = re.compile(r"[^*./]+")
IMPORTED = "import:"  # begins a pattern that means what is imported, and not the same word elsewhere


_Words = tuple[frozenset[str], tuple[str, ...], str]  # words and parts of words of a pattern, and what must be called


class _Name:
    """A name of several parts, taken apart."""

    __slots__ = ("above", "last", "parts")

    def __init__(self, name: str) -> None:
        self.above = [name[: found.start()] for found in _BETWEEN.finditer(name)]
        self.parts = frozenset(_BETWEEN.split(name))
        self.last = name[len(self.above[-1]) + 1 :]


_taken_apart = lru_cache(maxsize=_MOST_KNOWN)(_Name)


class Names:
    """Patterns, ready to be asked."""

    def __init__(self, patterns: Iterable[str]) -> None:
        self._exact: set[str] = set()
        self._imported: set[str] = set()
        self._parts: set[str] = set()
        self._called: set[str] = set()
        self._called_parts: set[str] = set()
        self._beginnings: set[str] = set()
        self._words: dict[str, list[_Words]] = {}  # by a word that the text must have; empty where none is known
        others: list[str] = []
        for pattern in patterns:
            self._take(_plain(pattern), others)
        self._telling = frozenset(self._words) - {""}
        self._others = re.compile("|".join(others), re.DOTALL) if others else None
        self._known: dict[How, dict[str, bool]] = {how: {} for how in How}

    def _take(self, pattern: str, others: list[str]) -> None:
        pattern, call = pattern.removesuffix("()"), pattern.endswith("()")
        name = pattern.removeprefix(IMPORTED)
        last = name[2:] if name.startswith("*.") else ""
        if "*" not in name:
            exact = self._imported if pattern != name else self._called if call else self._exact
            exact.add(name)
            self._beginnings.update(name[: found.start()] for found in _BETWEEN.finditer(name))
        elif last and not _BETWEEN.search(last) and "*" not in last:
            (self._called_parts if call else self._parts).add(last)
        else:
            others.append(_regex(name, call))
            head = name.partition("*")[0]
            self._beginnings.update(head[: found.start()] for found in _BETWEEN.finditer(head))
        whole = frozenset(_WHOLE.findall(name))
        pieces = tuple(piece for piece in _PIECES.findall(name) if piece not in whole)
        called = _BETWEEN.split(name)[-1] if call and "*" not in name else ""
        telling = max(whole, key=lambda word: (len(word), word), default="")
        self._words.setdefault(telling, []).append((whole, pieces, called))

    def first(self, uses: Uses, *ways: How) -> Use | None:
        """A use that a pattern means: a call rather than an import, that rather than another, and the first of those.

        Args:
            uses: What a file uses.
            ways: Only uses in one of these ways; in any where there is none.
        """
        for how in _TELLING:
            if ways and how not in ways:
                continue
            known = self._known[how]
            if len(known) > _MOST_KNOWN:
                known.clear()
            first: tuple[int, str] | None = None
            for name, line in uses.of(how).items():
                meant = known.get(name)
                if meant is None:
                    meant = known[name] = self.means(how, name)
                if meant and (first is None or line < first[0]):
                    first = line, name
            if first:
                return Use(how, first[1], first[0])
        return None

    def means(self, how: How, name: str) -> bool:
        """True where a pattern means a name that is used in this way."""
        if name in self._exact:
            return True
        if "." not in name and "/" not in name:
            return self._means_alone(how, name)
        named = _taken_apart(name)
        if not self._exact.isdisjoint(named.above) or not self._parts.isdisjoint(named.parts):
            return True
        if how is How.CALLS and (name in self._called or named.last in self._called_parts):
            return True
        if how is How.IMPORTS and (name in self._imported or not self._imported.isdisjoint(named.above)):
            return True
        if named.last == UNKNOWN and named.above[-1] in self._beginnings:
            return True
        return self._is_another(how, name)

    def _means_alone(self, how: How, name: str) -> bool:
        """The same of a name of one part, as most are."""
        if name in self._parts or (how is How.CALLS and (name in self._called or name in self._called_parts)):
            return True
        return (how is How.IMPORTS and name in self._imported) or self._is_another(how, name)

    def _is_another(self, how: How, name: str) -> bool:
        return self._others is not None and bool(self._others.fullmatch(f"{name}()" if how is How.CALLS else name))

    def mentioned(self, words: frozenset[str], text: str, called: frozenset[str] | None = None) -> bool:
        """False where no pattern can mean anything in a file, for its words are not in the text of it.

        Args:
            words: All words of the file.
            text: Its text.
            called: Words that are followed by a bracket; where they are given, a call must be one of them.
        """
        return any(
            whole <= words and all(piece in text for piece in pieces) and (called is None or not call or call in called)
            for word in ("", *(self._telling & words))
            for whole, pieces, call in self._words.get(word, ())
        )

    def dynamic(self, words: frozenset[str]) -> bool:
        """True where the file has the words of what stands before a last part that is only known when it runs."""
        return any(words.issuperset(_WHOLE.findall(beginning)) for beginning in self._beginnings)


@lru_cache(maxsize=256)
def compiled(patterns: tuple[str, ...]) -> Names:
    """Patterns, made ready once."""
    return Names(patterns)


def _plain(pattern: str) -> str:
    return pattern.replace("::", ".").replace("->", ".")


def _regex(name: str, call: bool) -> str:
    """Each text between stars at its first fit but the last, so that nothing is tried twice."""
    anywhere = name.startswith("*.")
    pieces = [re.escape(piece) for piece in (name[2:] if anywhere else name).split("*")]
    last = r"\(\)" if call else r"(?:[./].*|(?:\(\))?)"
    if len(pieces) == 1:
        body = pieces[0]
    else:
        middle = "".join(f"(?>.*?{piece})" for piece in pieces[1:-1])
        body = f"{pieces[0]}{middle}.*{pieces[-1]}"
    return f"(?:.*[./])?{body}{last}" if anywhere else f"{body}{last}"


def words_of(text: str) -> frozenset[str]:
    """The words of a text."""
    if text.isascii():  # three times as fast
        return frozenset(text.encode().translate(_SPACED).decode().split())
    return frozenset(_WORD.findall(text))


def called_of(text: str) -> frozenset[str]:
    """The words of a text that a bracket follows."""
    return frozenset(_CALLED.findall(text))
