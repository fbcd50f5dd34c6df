"""A frame is mapped to paths of one tree, or to none: a file name alone never makes another's code ours.

What is enough, from the strongest to the weakest (the score says which, the words say why):

====  =========================================================================================
1.0   a configured mapping leads to a path of the tree; or the printed path is that path
0.9   the printed path ends with the whole path in the tree; a JVM package and file agree in full
0.8   the whole printed path (below the folder of deployment or the host) ends a path in the tree
0.6   an installed copy: all that stands below site-packages ends a path at a source root; or the folder is
      named for a package that the tree publishes (npm, gem, crate), and has the file there
0.5+  the last two components or more agree, or it is a file at the root of the tree
0.4+  Kotlin and Scala: the package without its first parts, below a source root
0.3   a bare name, printed as such, of which the tree has only one
====  =========================================================================================

Code of others (a runtime's, a dependency's) counts only where the tree holds it under the same folder.
Upper and lower case are told apart except, as the last resort, for paths from Windows. Candidates with one
score are ambiguous, and all of them are given in a fixed order. Pure: asks no file system.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, replace

from answerable.domain.frame import Frame
from answerable.incident.frames.paths import Written, take_apart, words
from answerable.incident.packages import Packages, installed

MOST = 50  # paths that agree equally; more than these are no answer
WEAK = 0.4  # below it a candidate is ranked after every better one
_REMEMBERED = 10_000

_JVM = frozenset(("java", "kotlin", "scala", "groovy", "clojure"))
_LENIENT = frozenset(("kotlin", "scala"))
_SOURCE_ROOTS = words("src lib kotlin java scala python main test common commonMain jvmMain app")
_LIBRARIES = re.compile(
    r"(?:javax?|jdk|sun|kotlinx?|androidx?|scala|groovy|clojure|reactor|okhttp3|retrofit2"
    r"|io\.(?:ktor|netty|reactivex)|com\.(?:sun|google|android|intellij|fasterxml)|ch\.qos"
    r"|org\.(?:springframework|apache|junit|gradle|jetbrains|hibernate|slf4j))\."
)
_GO_STANDARD = words(
    "archive bufio bytes cmp compress container context crypto database debug embed encoding errors expvar "
    "flag fmt go hash html image index internal io iter log maps math mime net os path plugin reflect regexp "
    "runtime slices sort strconv strings sync syscall testing text time unicode unique unsafe weak"
)
_TEST_FOLDERS = words("test tests __tests__ spec specs testdata fixtures __mocks__ e2e")
_OTHERS_FOLDERS = words("vendor third_party third-party node_modules external _vendor site-packages")
_TEST_FILE = re.compile(r"^test_|^conftest\.py$|_(?:test|spec)\.\w+$|[.-](?:test|spec)\.\w+$|Tests?\.(?:java|kt|cs)$")


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A path of the tree that a frame may mean; `score` is in (0, 1], `why` is for a person."""

    path: bytes
    score: float
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Located:
    """A frame with its candidates, the best first."""

    frame: Frame
    candidates: tuple[Candidate, ...]


class Locator:
    """Maps frames to the paths of one tree; build it once a tree.

    Args:
        paths: Every path of the tree, as git names it.
        mappings: Pairs (stack root, source root): a printed path that starts with the first is the second
        followed by
            the rest. The longest stack root that leads to a path of the tree wins; of equals, the first
            given.
        packages: Says which packages the tree publishes; asked at most once, and only where a frame lies in one.
    """

    def __init__(
        self,
        paths: Collection[bytes],
        mappings: Sequence[tuple[str, str]] = (),
        packages: Callable[[], Packages] | None = None,
    ) -> None:
        self._packages = packages
        self._published: Packages | None = None
        self._names = {p.decode("utf-8", "surrogateescape"): p for p in paths}
        self._suffixes = _Suffixes(self._names)
        self._caseless: _Suffixes | None = None
        self._mappings = sorted(mappings, key=lambda m: -len(m[0]))
        self._known: dict[tuple[str, str, str | None], tuple[Candidate, ...]] = {}

    def locate(self, frame: Frame) -> list[Candidate]:
        """The paths a frame may mean.

        Args:
            frame: A frame as parsed.

        Returns:
            Candidates, the best first; empty where the frame is outside this tree or cannot be told from
            that.
        """
        named = frame.language in _JVM or frame.language == "go"
        key = (frame.language, frame.path, frame.function if named else None)
        found = self._known.get(key)
        if found is None:
            if len(self._known) >= _REMEMBERED:
                self._known.clear()
            found = self._known[key] = tuple(self._search(frame))
        return list(found)

    def _search(self, frame: Frame) -> list[Candidate]:
        package = _package(frame) if frame.language in _JVM and "/" not in frame.path else None
        written = take_apart("/".join((*package, frame.path)) if package is not None else frame.path)
        if not written.parts or "\0" in frame.path:
            return []
        mapped = self._mapped(frame.path, written)
        if mapped:
            return mapped
        if package is not None:
            return _sorted(self._jvm(frame, written.parts))
        if frame.language == "go" and _is_go_standard(frame, written):
            return [c for c in self._matches(self._suffixes, written) if c.score == 1.0]
        found = self._matches(self._suffixes, written)
        if not found and written.windows:
            found = self._matches_caseless(written)
        return _sorted(found)

    def _mapped(self, given: str, written: Written) -> list[Candidate]:
        forms = (given, given.replace("\\", "/"), "/".join(written.parts))
        for root, source in self._mappings:
            for form in forms:
                if form.startswith(root):
                    path = "/".join(take_apart(source + form[len(root) :]).parts)
                    if path in self._names:
                        return [self._candidate(path, 1.0, f"the mapping {root} to {source or 'the root'}")]
        return []

    def _matches(self, index: _Suffixes, written: Written) -> list[Candidate]:
        count, paths = index.longest(written.parts)
        if written.foreign is not None and count < len(written.parts) - written.foreign:
            return self._installed(index, written)
        shown = written.relative
        if count == 1:
            return self._single(index, written, paths)
        found = []
        for path in paths:
            size = path.count("/") + 1
            if size == count:
                exact = not written.absolute and len(written.parts) == count
                score, why = (1.0, "the path itself") if exact else (0.9, "the whole path in the tree")
            elif count >= len(shown):
                score, why = 0.8, "the whole path printed"
            else:
                score, why = 0.5 + 0.05 * min(count - 2, 3), f"the last {count} components"
            found.append(self._candidate(path, score, why))
        return found

    def _single(self, index: _Suffixes, written: Written, paths: list[str]) -> list[Candidate]:
        """Only the file name agrees: a file at the root, or a bare name of which there is one."""
        name = written.parts[-1]
        if name in index.paths:
            exact = not written.absolute and len(written.parts) == 1
            score, why = (1.0, "the path itself") if exact else (0.5, "a file at the root of the tree")
            return [self._candidate(index.paths[name], score, why)]
        if len(written.relative) == 1 and len(paths) == 1:
            return [self._candidate(paths[0], 0.3, "the only file of that name")]
        return []

    def _installed(self, index: _Suffixes, written: Written) -> list[Candidate]:
        """Our own package, installed: what stands below site-packages is the whole of what was packaged."""
        ours = self._ours(written)
        if ours:
            return ours
        if written.foreign is None or not written.parts[written.foreign].endswith("-packages"):
            return []
        below = written.parts[written.foreign + 1 :]
        count, paths = index.longest(below)
        if len(below) < 2 or count < len(below):
            return []
        return [self._candidate(path, 0.6, "an installed copy") for path in paths if _at_source_root(path, count)]

    def _ours(self, written: Written) -> list[Candidate]:
        """The file of a package that the tree publishes."""
        found = installed(written.parts, written.foreign) if written.foreign is not None and self._packages else None
        if found is None or self._packages is None:
            return []
        if self._published is None:
            self._published = self._packages()
        name, below = found
        paths = ["/".join((*([folder] if folder else []), *below)) for folder in self._published.get(name, ())]
        what = f"an installed copy of {name.partition(':')[2]}"
        return [self._candidate(path, 0.6, what) for path in paths if path in self._names]

    def _matches_caseless(self, written: Written) -> list[Candidate]:
        if self._caseless is None:
            self._caseless = _Suffixes(self._names, fold=True)
        folded = replace(written, parts=tuple(p.lower() for p in written.parts))
        return [
            replace(c, score=round(c.score * 0.8, 3), why=c.why + ", but for upper and lower case")
            for c in self._matches(self._caseless, folded)
        ]

    def _jvm(self, frame: Frame, wanted: tuple[str, ...]) -> list[Candidate]:
        count, paths = self._suffixes.longest(wanted)
        if count == len(wanted) > 1:
            return [self._candidate(p, 0.9, "the package and the file") for p in paths]
        if len(wanted) == 1:
            rooted = [p for p in paths if _at_source_root(p, 1)] if len(paths) > 1 else paths
            return [self._candidate(p, 0.3, "the file of a class without a package") for p in rooted]
        if frame.language not in _LENIENT or _LIBRARIES.match(frame.function or ""):
            return []
        score = 0.4 + 0.05 * min(count - 1, 1)
        return [
            self._candidate(p, score, "the file below a source root, its package cut short")
            for p in paths
            if _at_source_root(p, count)
        ]

    def _candidate(self, path: str, score: float, why: str) -> Candidate:
        return Candidate(path=self._names[path], score=score, why=why)


class _Suffixes:
    """All paths sorted by their components from the last to the first: a suffix is one slice of them."""

    def __init__(self, names: Iterable[str], *, fold: bool = False) -> None:
        self.paths = {(n.lower() if fold else n): n for n in sorted(names, reverse=True)}
        keyed = sorted(("/".join(reversed(p.split("/"))) + "/", n) for p, n in self.paths.items())
        self._keys = [k for k, _ in keyed]
        self._values = [n for _, n in keyed]

    def longest(self, parts: Sequence[str]) -> tuple[int, list[str]]:
        """How many last components agree with any path, and the paths that do (over MOST: none)."""
        low, high, count, prefix = 0, len(self._keys), 0, ""
        for part in reversed(parts):
            prefix += part
            start = bisect_left(self._keys, prefix + "/", low, high)
            end = bisect_left(self._keys, prefix + "0", start, high)  # "0" is the character after "/"
            if start == end:
                break
            low, high, count = start, end, count + 1
            prefix += "/"
        if not count:
            return 0, []
        whole = self._values[low : low + 1] if self._keys[low].count("/") == count else []
        return count, self._values[low:high] if high - low <= MOST else whole


def _package(frame: Frame) -> tuple[str, ...]:
    """`com.acme.Foo$Bar.run` is in the package com, acme."""
    return tuple((frame.function or "").split(".")[:-2])


def _is_go_standard(frame: Frame, written: Written) -> bool:
    """True for a file of Go's own library: the folder is the package, and the package is one of Go's."""
    head, slash, tail = (frame.function or "").rpartition("/")
    package = tuple(f"{head}{slash}{tail.partition('.')[0]}".split("/"))
    folder = written.parts[:-1]
    if package[0] not in _GO_STANDARD or folder[-len(package) :] != package:
        return False
    above = folder[: len(folder) - len(package)]
    return not above or above[-1] == "src"


def _at_source_root(path: str, count: int) -> bool:
    """True where what stands before the last `count` components is nothing or ends in a source root."""
    above = path.split("/")[:-count]
    return not above or above[-1] in _SOURCE_ROOTS


def _peripheral(path: bytes) -> bool:
    """True for tests and vendored code: seldom where the decision lies."""
    *folders, name = path.decode("utf-8", "surrogateescape").split("/")
    return bool(_TEST_FILE.search(name)) or any(f in _TEST_FOLDERS or f in _OTHERS_FOLDERS for f in folders)


def _sorted(candidates: list[Candidate]) -> list[Candidate]:
    def key(c: Candidate) -> tuple[float, bool, int, bytes]:
        return -c.score, _peripheral(c.path), c.path.count(b"/"), c.path

    return sorted(candidates, key=key) if len(candidates) > 1 else candidates


def rank(located: Iterable[Located]) -> list[Located]:
    """Order located frames by how likely the decision to look at lies there.

    Args:
        located: Frames with their candidates; those without any are dropped.

    Returns:
        Code of the tree from where it failed outwards, trace by trace; after it frames whose best candidate
        is weak, then tests and vendored code. A place named twice stands once, at its better rank.
    """

    def key(item: Located) -> tuple[bool, bool, int, int]:
        best = item.candidates[0]
        return _peripheral(best.path), best.score < WEAK, item.frame.trace, item.frame.position

    seen: set[tuple[bytes, int | None]] = set()
    out: list[Located] = []
    for item in sorted((i for i in located if i.candidates), key=key):
        place = (item.candidates[0].path, item.frame.line)
        if place not in seen:
            seen.add(place)
            out.append(item)
    return out
