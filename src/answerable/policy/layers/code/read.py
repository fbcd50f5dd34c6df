"""Reads what code uses, in time in proportion to it and whatever it holds.

The grammar is given a budget that is counted in its own steps, not in seconds, so that every machine comes to the same
result. What the grammar reads only in part is `sound=False`: then the text itself must be looked at as well.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Set
from functools import lru_cache
from typing import TYPE_CHECKING

from answerable.policy.layers.code.language import Binding, Language, Reading
from answerable.policy.layers.code.uses import UNKNOWN, Uses
from answerable.policy.layers.kinds import Touch
from answerable.policy.layers.text_patterns import mentioned

if TYPE_CHECKING:
    from tree_sitter import Language as Grammar
    from tree_sitter import Node, Query, Tree

MOST_STEPS = 20_000  # hundreds of steps of the grammar; sound code of a mebibyte takes 15,000
MOST_OPEN = 300  # brackets `<` that are open at once: what follows could be read in two ways after each
MOST_BINDINGS = 64  # of one name
MOST_MEANT = 20_000  # of all names of a file, where they stand for others
MOST_STARS = 32  # imports of all that is below a name
MOST_TURNS = 8  # names on the way from one to what it stands for
MOST_LETTERS = 200
_CHUNK = 1 << 10  # of the text at a time: predicates of a query ask for it again with each name

_OPENERS = re.compile(rb"[;{}]|[-=]>|<=|>=|<|>")
_PLAIN = re.compile(rb"[A-Za-z_$][\w$]{0,60}(?:\.[A-Za-z_$][\w$]{0,60}){0,11}")
_IN_TEXT = re.compile(rb"([A-Za-z_]\w*(?:(?:::|\.|->)[A-Za-z_]\w*)*)\s*(\(|!)?")
_JOINS = re.compile(rb"[\s+.,&'\"`\\()@$rRbBfFuL]{0,80}")  # what can stand between two parts of one text
_GAP = bytes(10 if byte == 10 else 32 for byte in range(256))


def read(language: Language, content: bytes) -> Uses | None:
    """What a file uses.

    Args:
        language: In which it is written.
        content: Its bytes as `prepare` of the language gives them; any.

    Returns:
        None where the budget does not last.
    """
    tree = _parsed(language, content)
    return _Reader(language, content, tree).uses() if tree is not None else None


def _parsed(language: Language, content: bytes) -> Tree | None:
    """The tree, or None where the budget does not last."""
    from tree_sitter import Parser

    if content.count(b"<") > MOST_OPEN and not _open(content):
        return None
    budget = min(1000 + len(content) // 50, MOST_STEPS)
    steps = 0

    def goes_on(_offset: int, _error: bool) -> bool:  # the grammar stops where this is true
        nonlocal steps
        steps += 1
        return steps > budget

    parser = Parser(_compiled(language)[0])
    try:
        return parser.parse(lambda at, _: content[at : at + _CHUNK], progress_callback=goes_on)
    except ValueError:  # it was stopped
        return None


def _open(content: bytes) -> bool:
    """False where so many `<` are open in one statement that reading would take memory with the square of them."""
    depth = 0
    for found in _OPENERS.finditer(content):
        sign = found[0]
        if sign == b"<":
            depth += 1
            if depth > MOST_OPEN:
                return False
        elif sign == b">":
            depth = max(depth - 1, 0)
        elif len(sign) == 1:
            depth = 0
    return True


@lru_cache(maxsize=32)
def _compiled(language: Language) -> tuple[Grammar, Query]:
    """The grammar and its query, made once."""
    from tree_sitter import Language as Grammar
    from tree_sitter import Query

    grammar = Grammar(language.grammar())
    return grammar, Query(grammar, language.query)


class _Reader:
    """One file: its bindings, then its names by them."""

    def __init__(self, language: Language, content: bytes, tree: Tree) -> None:
        from tree_sitter import QueryCursor

        self._language = language
        self._content = content
        self._reading = Reading(content, language)
        self._root = tree.root_node
        self._found = QueryCursor(_compiled(language)[1]).captures(self._root)  # in no order
        self._ends = [found.start() for found in re.finditer(b"\n", content)]
        self._bound: dict[str, dict[str, None]] = {}
        self._stars: dict[str, None] = {}
        self._sound = not self._root.has_error
        self._resolved: dict[str, tuple[str, ...]] = {}
        self._closed: dict[str, tuple[str, ...]] = {}
        self._left = MOST_MEANT

    def uses(self) -> Uses:
        """What the file uses."""
        imports: dict[str, int] = {}
        for node in self._ordered("import"):
            for binding in self._language.bind(node, self._reading):
                self._bind(binding)
                if binding.imported:
                    self._first(imports, [binding.name], node.start_byte)
        calls: dict[str, int] = {}
        symbols: dict[str, int] = {}
        members = {node.start_byte for node in self._found.get("member", ())}
        self._add(calls, self._found.get("call", ()))
        self._add(symbols, self._found.get("name", ()))
        self._add(symbols, self._found.get("id", ()), members)
        self._from_text(calls, symbols)
        for node in self._ordered("flag"):
            self._first(symbols, ["".join(self._reading.text(node).split())[:MOST_LETTERS]], node.start_byte)
        statement = mentioned(Touch.SQL, self._texts()) if "text" in self._found else None
        return Uses(imports=imports, symbols=symbols, calls=calls, statement=statement, sound=self._sound)

    def _bind(self, binding: Binding) -> None:
        if binding.local == "*":
            if len(self._stars) < MOST_STARS:
                self._stars[binding.name] = None
            else:
                self._sound = self._sound and binding.name in self._stars
        elif binding.local and binding.local != UNKNOWN:
            bound = self._bound.setdefault(binding.local, {})
            if len(bound) < MOST_BINDINGS:
                bound[binding.name] = None
            else:
                self._sound = self._sound and binding.name in bound

    def _ordered(self, capture: str) -> list[Node]:
        """Nodes as they follow each other: as the grammar gives them, the same file would differ."""
        return sorted(self._found.get(capture, ()), key=lambda node: (node.start_byte, node.end_byte))

    def _add(self, found: dict[str, int], nodes: Iterable[Node], but: Set[int] = frozenset()) -> None:
        """Each name at its first place; those that begin at some places left out."""
        for name, at in sorted(self._names(nodes, but).items(), key=lambda one: one[1]):
            self._first(found, self._resolve(name), at[0])

    def _names(self, nodes: Iterable[Node], but: Set[int]) -> dict[str, tuple[int, int]]:
        """Where each name begins and ends first. Of a file almost all are the same few: each is looked at once."""
        content = self._content
        plain: dict[bytes, tuple[int, int]] = {}
        found: dict[str, tuple[int, int]] = {}
        for node in nodes:
            at = start, end = node.start_byte, node.end_byte
            if start in but:
                continue
            written = content[start:end] if end - start < MOST_LETTERS else b""
            if written in plain:
                plain[written] = min(plain[written], at)
            elif _PLAIN.fullmatch(written):
                plain[written] = at
            else:
                name = self._reading.name(node)
                found[name] = min(found.get(name, at), at)
        for written, at in plain.items():
            name = written.decode()
            found[name] = min(found.get(name, at), at)
        return found

    def _first(self, found: dict[str, int], names: Iterable[str], at: int) -> None:
        line = bisect_right(self._ends, at - 1) + 1
        for name in names:
            if line < found.get(name, line + 1):
                found[name] = line

    def _line(self, at: int) -> int:
        return bisect_right(self._ends, at - 1) + 1

    def _resolve(self, name: str) -> tuple[str, ...]:
        """What a name of the file can stand for."""
        known = self._resolved.get(name)
        if known is None:
            known = self._resolved[name] = tuple(dict.fromkeys(self._meant(name)))
        return known

    def _meant(self, name: str) -> Iterator[str]:
        root, dot, rest = name.partition(".")
        if not dot:  # a name of the language may be hidden by one of the file in another branch only
            yield name
        if root not in self._bound:
            yield name
            if root != UNKNOWN:
                yield from (f"{star}.{name}" for star in self._stars)
            return
        for meant in self._stands_for(root):
            self._left -= 1
            if self._left < 0:
                self._sound = False
                return
            yield f"{meant}{dot}{rest}"

    def _stands_for(self, local: str) -> tuple[str, ...]:
        """What a bound name stands for, through others."""
        known = self._closed.get(local)
        if known is not None:
            return known
        found: dict[str, None] = {}
        waiting, seen = [("", local)], {local}
        while waiting and len(found) < MOST_BINDINGS:
            below, one = waiting.pop()
            for other in self._bound[one]:
                found[other + below] = None
                start, dot, rest = other.partition(".")
                if start in self._bound and start not in seen and len(seen) < MOST_TURNS:
                    seen.add(start)
                    waiting.append((f"{dot}{rest}{below}"[:MOST_LETTERS], start))
        self._sound = self._sound and not waiting
        self._closed[local] = tuple(found)
        return self._closed[local]

    def _from_text(self, calls: dict[str, int], symbols: dict[str, int]) -> None:
        """Names in code that the grammar leaves as text, such as the body of a macro."""
        for node in self._ordered("raw"):
            written = self._content[node.start_byte : node.end_byte]
            for found in _IN_TEXT.finditer(written):
                name = found[1].replace(b"::", b".").replace(b"->", b".").decode()[:MOST_LETTERS]
                line = self._line(node.start_byte + found.start())
                for meant in self._resolve(name):
                    symbols.setdefault(meant, line)
                    if found[2]:
                        calls.setdefault(meant, line)

    def _texts(self) -> bytes:
        """The file with all but the contents of its strings blanked, line for line; parts of one text are on one."""
        content, found = self._content, []
        last = 0
        for node in self._ordered("text"):
            start, end = node.start_byte, node.end_byte
            if start < last:
                continue
            gap = content[last:start]
            found.append(b" " * len(gap) if last and _JOINS.fullmatch(gap) else gap.translate(_GAP))
            found.append(content[start:end].replace(b"\n", b" "))
            last = end
        return b"".join(found)
