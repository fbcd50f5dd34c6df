"""What the reader must know of a language; a module a language says it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from answerable.policy.layers.kinds import Touch

if TYPE_CHECKING:
    from tree_sitter import Node


MOST_TAIL = 40


class Binding(NamedTuple):
    """That a name of a file stands for another one.

    `local` is None where the file only mentions the other, and `*` where all that is below it can be meant without
    naming it. `imported`: it comes from elsewhere; otherwise it is a name for a name of this file.
    """

    local: str | None
    name: str
    imported: bool = True


class Reading:
    """What a module of a language may ask about a file."""

    def __init__(self, content: bytes, language: Language) -> None:
        self.content = content
        self._language = language

    def text(self, node: Node | None) -> str:
        """The text of a node; empty for none."""
        return self.content[node.start_byte : node.end_byte].decode("utf-8", "replace") if node is not None else ""

    def tail(self, node: Node | None) -> str:
        """The end of the text of a node, which can be as long as the file."""
        if node is None:
            return ""
        return self.content[max(node.start_byte, node.end_byte - MOST_TAIL) : node.end_byte].decode("utf-8", "replace")

    def literal(self, node: Node | None) -> str | None:
        """The value of a string that the file writes out, joined where it is written in parts; None: of no other."""
        parts: list[str] = []
        waiting = [node] if node is not None else []
        while waiting and len(parts) < 100:
            one = waiting.pop()
            if one.type in self._language.contents:
                parts.append(self.text(one))
            elif one.type in self._language.literals:
                waiting.extend(reversed(one.named_children))
            else:
                return None
        return "".join(parts) if node is not None and not waiting else None

    def name(self, node: Node | None) -> str:
        """The name that an expression writes, its parts joined by dots; `?` for a part that is no name."""
        from answerable.policy.layers.code.dotted import dotted

        return dotted(self, self._language, node)


def child_of(node: Node | None, at: int) -> Node | None:
    """A named child by its place, from the end where it is negative; None where there is none."""
    if node is None or not node.named_child_count:
        return None
    place = at if at >= 0 else node.named_child_count + at
    return node.named_child(place) if 0 <= place < node.named_child_count else None


def nothing(_node: Node, _reading: Reading) -> Iterable[Binding]:
    """Bindings of a language that has none."""
    return ()


def ordinary(_node: Node, _reading: Reading) -> tuple[Node | None, str] | str | None:
    """For a language in which no expression names something in its own way."""
    return None


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Language:
    """A language.

    The query has captures by these names: `import` (given to `bind`), `call` (what is called), `name` (an expression
    of several parts), `id` (a name of one part, unless it is also a `member`), `member` (the last part of an
    expression), `text` (the content of a string), `flag` (a setting, which is a name as it is written), `raw` (code
    that the grammar leaves as text).
    """

    name: str
    grammar: Callable[[], object]
    query: str
    members: Mapping[str, tuple[str, str]]  # by type of node: the fields of what stands before and of the last part
    through: Mapping[str, str] = field(default_factory=dict)  # by type: the field that has the name
    names: frozenset[str]  # types that are one part
    contents: frozenset[str]  # types that are the content of a string
    literals: frozenset[str]  # types that are made of strings and nothing else
    bind: Callable[[Node, Reading], Iterable[Binding]] = nothing
    special: Callable[[Node, Reading], tuple[Node | None, str] | str | None] = ordinary
    prepare: Callable[[bytes], bytes | None] = bytes
    folds: re.Pattern[bytes] | None = None  # found in files whose names may be put together from texts
    renames: bool = True  # False: what is included keeps its name, so that an error in a file hides none from its text
    dynamic: bool = False  # a last part of a name may be known only when the program runs, without such a sign
    touches: Mapping[Touch, str]
