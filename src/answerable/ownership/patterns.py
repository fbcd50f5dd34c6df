"""CODEOWNERS patterns: exact per forge, compiled once, and matched in linear time whatever the pattern says.

A pattern comes from a repository and is not trusted: every wildcard but the last of a segment is taken at
its first fit and never revisited, which is exact for globs and leaves nothing to explode. A pattern also
names where in a path it can match at all, so that thousands of them need not be tried.

GitHub reads patterns as .gitignore does, without `!`, `[ ]` and `\\#`, and with `dir/*` for files of one
folder only. GitLab reads them with Ruby's `File.fnmatch` (DOTMATCH, PATHNAME): nothing is anchored without
a leading slash, a file name is not a folder, `**` is recursive only as a whole component followed by
another, and brackets work.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

_Entry = tuple[int, str, Callable[[str], bool]]
_Buckets = defaultdict[str, list[_Entry]]
_NEVER = re.compile(r"(?!)")
_ANY = "[^/]"


@dataclass(frozen=True, slots=True)
class _Segment:
    """One component of a pattern: its regular expression, and its text where it has no wildcard."""

    regex: str
    literal: str | None
    tail: str  # the text after the last wildcard
    run: str  # the longest text between wildcards


@dataclass(slots=True)
class Glob:
    """A pattern taken apart; `None` among the segments stands for any number of folders."""

    segments: list[_Segment | None]
    descends: bool  # a match of a folder is a match of what it holds
    _compiled: re.Pattern[str] | None = field(default=None)

    def matches(self, path: str) -> bool:
        """True where the pattern names the path."""
        if self._compiled is None:
            self._compiled = self._compile()
        return self._compiled.match(path) is not None

    @property
    def folder(self) -> str:
        """The folders or the file below which alone it can match; empty where it can match anywhere."""
        lead: list[str] = []
        for segment in self.segments:
            if segment is None or segment.literal is None:
                break
            lead.append(segment.literal)
        return "/".join(lead)

    @property
    def literals(self) -> list[str]:
        """Components that a path must have to match."""
        return [s.literal for s in self.segments if s is not None and s.literal is not None]

    @property
    def suffix(self) -> str | None:
        """The ending, from its last dot, that a component of a path must have to match."""
        tails = [s.tail for s in self.segments if s is not None and s.literal is None and "." in s.tail]
        return tails[-1][tails[-1].rindex(".") :] if tails else None

    @property
    def needle(self) -> str:
        """The longest text that a path must contain to match."""
        return max((s.run for s in self.segments if s is not None), key=len, default="")

    def _compile(self) -> re.Pattern[str]:
        groups: list[list[_Segment]] = [[]]
        for segment in self.segments:
            if segment is None:
                groups.append([])
            else:
                groups[-1].append(segment)
        out = "/".join(s.regex for s in groups[0])
        for n, group in enumerate(groups[1:], 1):
            body = "/".join(s.regex for s in group)
            out += "/" if n == 1 and groups[0] else ""
            if n < len(groups) - 1:
                out += f"(?>(?:[^/]+/)*?{body}/)"
            elif group:
                out += f"(?:[^/]+/)*?{body}"
        if groups[-1]:
            out += r"(?:/|\Z)" if self.descends else r"\Z"
        try:
            return re.compile(out, re.DOTALL)
        except (re.error, OverflowError, RecursionError):
            return _NEVER


def github(pattern: str) -> Glob:
    """Read a pattern as GitHub does."""
    parts = pattern.split("/")
    if parts[0] == "" and len(parts) > 1:
        parts = parts[1:]
    elif len(parts) == 1 or (len(parts) == 2 and not parts[1]):
        parts.insert(0, "**")
    if len(parts) > 1 and parts[-1] == "":
        parts[-1] = "**"
    segments = _collapsed(None if p == "**" else _segment(p, brackets=False) for p in parts)
    return Glob(segments, descends=parts[-1] != "*")


def gitlab(pattern: str) -> Glob:
    """Read a pattern, normalised by `gitlab_normal`, as GitLab does."""
    parts = pattern.removeprefix("/").split("/")
    last = len(parts) - 1
    recursive = (p == "**" and n < last for n, p in enumerate(parts))
    segments = [None if deep else _segment(part, brackets=True) for part, deep in zip(parts, recursive, strict=True)]
    return Glob(_collapsed(iter(segments)), descends=False)


def gitlab_normal(pattern: str) -> str:
    """The full form under which GitLab files a pattern: entries with one form are one entry."""
    if pattern == "*":
        return "/**/*"
    pattern = re.sub(r"\\\s+", " ", re.sub(r"\A\\#", "#", pattern))
    if not pattern.startswith("/"):
        pattern = f"/**/{pattern}"
    return f"{pattern}**/*" if pattern.endswith("/") else pattern


def _collapsed(segments: Iterator[_Segment | None]) -> list[_Segment | None]:
    out: list[_Segment | None] = []
    for segment in segments:
        if segment is not None or not out or out[-1] is not None:
            out.append(segment)
    return out


def _segment(text: str, *, brackets: bool) -> _Segment:
    pieces: list[str] = [""]  # between stars
    literal, tail, n = "", "", 0
    runs: list[str] = []
    wild = False
    while n < len(text):
        char = text[n]
        n += 1
        if char == "\\" and n < len(text):
            char, n = text[n], n + 1
        elif char == "*":
            if len(pieces) == 1 or pieces[-1]:
                pieces.append("")
            runs.append(tail)
            wild, tail = True, ""
            continue
        elif char == "?" or (char == "[" and brackets):
            regex, n = (_ANY, n) if char == "?" else _bracket(text, n)
            pieces[-1] += regex
            runs.append(tail)
            wild, tail = True, ""
            continue
        pieces[-1] += re.escape(char)
        literal += char
        tail += char
    return _Segment(_greedless(pieces), None if wild else literal, tail, max(*runs, tail, key=len) if runs else tail)


def _greedless(pieces: Sequence[str]) -> str:
    """Pieces joined by stars: each but the last at its first fit, the last at the end of the segment."""
    if len(pieces) == 1:
        return pieces[0]
    if not any(pieces):
        return f"{_ANY}+"
    middle = "".join(f"(?>{_ANY}*?{piece})" for piece in pieces[1:-1])
    return f"{pieces[0]}{middle}{_ANY}*{pieces[-1]}"


def _bracket(text: str, n: int) -> tuple[str, int]:
    """A character class after its `[`, as Ruby reads it; one that is never closed matches nothing."""
    negated = text[n : n + 1] in ("!", "^")
    n += negated
    members = ""
    while n < len(text) and text[n] != "]":
        first, n = _member(text, n)
        if text[n : n + 1] == "-" and n + 1 < len(text) and text[n + 1] != "]":
            second, n = _member(text, n + 1)
            members += f"{re.escape(first)}-{re.escape(second)}" if first <= second else ""
        else:
            members += re.escape(first)
    if n >= len(text):
        return "(?!)", n
    if not members:
        return (_ANY if negated else "(?!)"), n + 1
    return (f"[^/{members}]" if negated else f"(?!/)[{members}]"), n + 1


def _member(text: str, n: int) -> tuple[str, int]:
    if text[n] == "\\" and n + 1 < len(text):
        n += 1
    return text[n], n + 1


class Index:
    """Globs by where they can match; gives the numbers of those that do match a path, trying few."""

    def __init__(self, globs: Sequence[Glob]) -> None:
        self._folder: _Buckets = defaultdict(list)
        self._segment: _Buckets = defaultdict(list)
        self._suffix: _Buckets = defaultdict(list)
        self._any: list[_Entry] = []
        common = Counter(literal for glob in globs for literal in set(glob.literals))
        for number in range(len(globs) - 1, -1, -1):
            glob = globs[number]
            self._bucket(glob, common).append((number, glob.needle, glob.matches))

    def _bucket(self, glob: Glob, common: Counter[str]) -> list[_Entry]:
        if glob.folder:
            return self._folder[glob.folder]
        if glob.literals:
            return self._segment[min(glob.literals, key=common.__getitem__)]
        return self._suffix[glob.suffix] if glob.suffix is not None else self._any

    def matching(self, path: str) -> Iterator[int]:
        """The numbers of all globs that match, in no order, some more than once."""
        for bucket in self._buckets(path):
            for number, needle, matches in bucket:
                if needle in path and matches(path):
                    yield number

    def last(self, path: str) -> int:
        """The highest number of a glob that matches, or -1."""
        best = -1
        for bucket in self._buckets(path):
            for number, needle, matches in bucket:
                if number <= best:
                    break
                if needle in path and matches(path):
                    best = number
                    break
        return best

    def _buckets(self, path: str) -> list[list[_Entry]]:
        folders, segments, suffixes = self._folder.get, self._segment.get, self._suffix.get
        found = []
        end = -1
        for part in path.split("/"):
            end += len(part) + 1
            if bucket := folders(path[:end]):
                found.append(bucket)
            if bucket := segments(part):
                found.append(bucket)
            dot = part.rfind(".")
            if dot >= 0 and (bucket := suffixes(part[dot:])):
                found.append(bucket)
        found.append(self._any)
        return found
