"""Which lines before a fix may have carried the fault, and how strongly each is suspected.

Lines that the fix took away or rewrote come first. A fix that only adds lines leaves none of those ("ghost" cases), so
the lines beside and around the place where it adds are suspected, too, the less the further away: the statement
before and after it, the lines that open the blocks it stands in, and lines nearby that speak of the same names as
what was added. Blank lines, lone brackets and comments carry no fault, unless there is nothing else.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from answerable.incident.szz.patch import Hunk, Patch

REMOVED, BEFORE, AFTER, OPENER, NAMED, NEARBY = 1.0, 0.4, 0.3, 0.3, 0.15, 0.02
BESIDE_A_CHANGE = 0.25  # of these weights where the same hunk also takes lines away
REACH = 15  # lines above and below that count for standing there
NEAR = 40  # lines above and below in which names are looked for
MOST_HUNKS = 40  # of one file
_COMMON = 6  # a name on more lines nearby than that says nothing
_MINOR = 0.2

_NAME = re.compile(rb"[A-Za-z_][A-Za-z0-9_]{3,}")
_CODE = re.compile(rb"\w")
_HASH = frozenset(b"py pyi rb sh bash zsh pl pm yml yaml toml cmake ex exs r tf mk ac am in cfg ini conf".split())
_DASH = frozenset(b"sql lua hs elm adb ads".split())
_TEST = re.compile(
    rb"(?:^|/)(?:tests?|specs?|__tests__|testdata|fixtures)/|(?:^|/)test_|[_.-](?:test|spec)s?\.\w+$|^t/"
)
_PROSE = re.compile(rb"\.(?:md|rst|txt|adoc|html|po|pot|svg|[1-9])$|(?:^|/)(?:docs?|doc|documentation|man)/", re.I)
_PROSE_NAME = re.compile(rb"(?:^|/)(?:change(?:log|s)|news|history|release[_-]notes|readme|authors|thanks)[^/]*$", re.I)


@dataclass(frozen=True, slots=True, kw_only=True)
class Suspect:
    """One line before the fix; `weight` is over 0 and at most 1, `why` is for a person."""

    path: bytes
    line: int
    weight: float
    why: str


def suspects(patch: Patch, before: Sequence[bytes]) -> list[Suspect]:
    """The lines of one file, each once with its strongest reason, in their order.

    Args:
        patch: What the fix did to it.
        before: Its lines before the fix.
    """
    factor = _MINOR if is_minor(patch.path) else 1.0
    dull = _dull_test(patch.path)
    found: dict[int, Suspect] = {}
    for hunk in patch.hunks[:MOST_HUNKS]:
        for line, weight, why in _of_hunk(hunk, before, dull):
            if line not in found or found[line].weight < weight * factor:
                found[line] = Suspect(path=patch.path, line=line, weight=round(weight * factor, 4), why=why)
    return [found[line] for line in sorted(found)]


def is_minor(path: bytes) -> bool:
    """True for tests and for text: a fix changes them along with what it fixes."""
    return bool(_TEST.search(path) or _PROSE.search(path) or _PROSE_NAME.search(path))


def says_nothing(path: bytes, line: bytes) -> bool:
    """True for a line of a file that carries no fault: blank, brackets alone, a comment."""
    return _dull_test(path)(line)


def _of_hunk(hunk: Hunk, before: Sequence[bytes], dull: _Dull) -> Iterator[tuple[int, float, str]]:
    count = len(hunk.removed)
    telling = [at for at, text in enumerate(hunk.removed) if not dull(text)]
    for at in telling:
        yield hunk.start + at, REMOVED, "the fix took it away or rewrote it"
    if count and not telling:
        for at in range(count):
            yield hunk.start + at, 0.1, "the fix took it away; it is no code"
    if not telling and hunk.added and all(dull(text) for text in hunk.added):
        return  # only comments or blank lines came
    share = BESIDE_A_CHANGE if telling else 1.0
    above = hunk.start - 1 if count else hunk.start  # the last line that stays above
    below = hunk.start + count if count else hunk.start + 1
    for line, weight, why in _around(hunk, before, above, below, dull):
        yield line, weight * share, why


def _around(
    hunk: Hunk, before: Sequence[bytes], above: int, below: int, dull: _Dull
) -> Iterator[tuple[int, float, str]]:
    for step, line in enumerate(_telling(before, range(above, 0, -1), dull, 2)):
        yield line, BEFORE / (1 + step), "it stands right before what the fix added"
    for step, line in enumerate(_telling(before, range(below, len(before) + 1), dull, 2)):
        yield line, AFTER / (1 + step), "it stands right after what the fix added"
    added = next((text for text in hunk.added if not dull(text)), b"") or _line(before, below)
    for step, line in enumerate(_openers(before, above, added, dull)):
        yield line, OPENER / (1 + step), "it opens the block that the fix changed"
    for line, share in _named(hunk, before, above, below, dull):
        yield line, NAMED * share, "it speaks of what the fix added"
    for line in (*range(max(above - REACH, 1), above + 1), *range(below, min(below + REACH, len(before) + 1))):
        if not dull(_line(before, line)):
            yield line, NEARBY, "it stands near what the fix changed"


def _telling(before: Sequence[bytes], lines: Iterable[int], dull: _Dull, most: int) -> Iterator[int]:
    seen = 0
    for at, line in enumerate(lines):
        if seen == most or at == 12:
            return
        if not dull(_line(before, line)):
            seen += 1
            yield line


def _openers(before: Sequence[bytes], above: int, text: bytes, dull: _Dull) -> Iterator[int]:
    """The lines above that are indented less, and less again: two of them."""
    depth, seen = _depth(text), 0
    for line in range(above, max(above - 400, 0), -1):
        here = _line(before, line)
        if dull(here) or _depth(here) >= depth or here.lstrip().startswith(b"#"):
            continue
        depth, seen = _depth(here), seen + 1
        yield line
        if seen == 2 or depth == 0:
            return


def _named(hunk: Hunk, before: Sequence[bytes], above: int, below: int, dull: _Dull) -> Iterator[tuple[int, float]]:
    """Lines nearby that have a name in common with what was added, the rarer the name the stronger."""
    wanted = {name for text in hunk.added if not dull(text) for name in _NAME.findall(text)}
    near = [*range(max(above - NEAR, 1), above + 1), *range(below, min(below + NEAR, len(before) + 1))]
    by_name: dict[bytes, list[int]] = {}
    for line in near:
        text = _line(before, line)
        if not dull(text):
            for name in wanted.intersection(_NAME.findall(text)):
                by_name.setdefault(name, []).append(line)
    strength: dict[int, float] = {}
    for lines in by_name.values():
        if len(lines) <= _COMMON:
            for line in lines:
                strength[line] = strength.get(line, 0.0) + 1 / len(lines)
    for line, value in strength.items():
        yield line, min(value, 2.0)


class _Dull:
    """True for a line that carries no fault: blank, brackets alone, a comment."""

    def __init__(self, comment: re.Pattern[bytes]) -> None:
        self._comment = comment

    def __call__(self, line: bytes) -> bool:
        text = line.strip()
        return not _CODE.search(text) or text in (b"else", b"end", b"fi", b"done") or bool(self._comment.match(text))


_SLASHES = _Dull(re.compile(rb"//|/\*|\*/|\*(?:\s|$)"))
_HASHES = _Dull(re.compile(rb"#|\"\"\"|'''"))
_DASHES = _Dull(re.compile(rb"--"))


def _dull_test(path: bytes) -> _Dull:
    ending = path.rpartition(b".")[2].lower()
    return (
        _HASHES if ending in _HASH or b"." not in path.rpartition(b"/")[2] else _DASHES if ending in _DASH else _SLASHES
    )


def _line(before: Sequence[bytes], line: int) -> bytes:
    return before[line - 1] if 1 <= line <= len(before) else b""


def _depth(text: bytes) -> int:
    text = text.expandtabs(8)
    return len(text) - len(text.lstrip())
