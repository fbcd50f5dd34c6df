"""Reads what a person typed after `for`: a path with or without lines, a revision, a range, a change, or a trace."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from enum import StrEnum

from answerable.errors import PathNotFound, RevisionNotFound, TargetInvalid
from answerable.git.repository import Repository
from answerable.git.tree import Entry, entry_at, list_tree
from answerable.incident import changes

_LINES = re.compile(r"(?P<path>.+?):(?P<start>[0-9]{1,9})(?:-(?P<end>[0-9]{1,9}))?", re.DOTALL)
_REVISION = re.compile(r"^[0-9a-f]{7,64}$|[~^][0-9]*$|@\{[^}]*\}$|^(?:refs|origin|upstream)/")


class Kind(StrEnum):
    """What a target is, as the contract names it."""

    LINES = "lines"
    PATH = "path"
    COMMIT = "commit"
    RANGE = "range"
    CHANGE = "change"
    TRACE = "trace"
    INCIDENT = "incident"
    ARTIFACT = "artifact"


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """A target as understood. `lines` is 1-based inclusive; `base` is where a range begins (not part of it)."""

    kind: Kind
    given: str
    path: bytes = b""
    lines: tuple[int, int] | None = None
    commit: str = ""
    base: str = ""


class Reader:
    """Understands targets at one commit.

    Args:
        repository: Where.
        head: Full commit id at which paths are looked up.
    """

    def __init__(self, repository: Repository, head: str) -> None:
        self._repository = repository
        self._head = head

    def read(self, given: str) -> Target:
        """Understand one target.

        Raises:
            PathNotFound: it looks like a path and there is none; the nearest names are offered.
            TargetInvalid: it is empty.
        """
        if not given.strip("\0") or "\0" in given:
            raise TargetInvalid("the target is empty", hint="give a path, PATH:LINE, a revision, A..B or - for a trace")
        if given.startswith(("change:", "pr:")):
            return self._change(given)
        return (
            self._file(given) or self._lines(given) or self._path(given) or self._range(given) or self._revision(given)
        )

    def files(self, text: str) -> list[bytes]:
        """The file, or all files of the folder, that a text names.

        Raises:
            PathNotFound: it names nothing.
        """
        for path in self._candidates(text):
            entries = list_tree(self._repository.git, self._head, *([path] if path != b"." else []))
            if entries:
                return [entry.path for entry in entries]
        raise self._missing(text)

    def _file(self, given: str) -> Target | None:
        """A plain file, seen without starting a process."""
        for path in self._candidates(given):
            found = entry_at(self._repository.objects, self._head, path)
            if found and found.kind == "blob":
                return Target(kind=Kind.PATH, given=given, path=path)
        return None

    def _path(self, given: str) -> Target | None:
        path = self._find(given)
        return Target(kind=Kind.PATH, given=given, path=path) if path else None

    def _lines(self, given: str) -> Target | None:
        found = _LINES.fullmatch(given)
        if found is None:
            return None
        path = self._find(found["path"])
        if path is None:
            raise self._missing(found["path"])
        start = int(found["start"])
        return Target(kind=Kind.LINES, given=given, path=path, lines=(start, int(found["end"] or start)))

    def _range(self, given: str) -> Target | None:
        base, dots, tip = given.partition("..")
        if not dots or not given.strip("."):
            return None
        if self._looks_like_path(given) and not self._repository.try_resolve(tip.lstrip(".") or "HEAD"):
            return None
        symmetric = tip.startswith(".")
        start = self._repository.resolve(base or "HEAD")
        end = self._repository.resolve(tip.removeprefix(".") or "HEAD")
        if symmetric:
            code, out, _ = self._repository.quarantine.git.attempt("merge-base", start, end)
            if code:
                hint = "give a range of two revisions that share history"
                raise RevisionNotFound(f"{base} and {tip[1:]} have no commit in common", hint=hint)
            start = out.decode().strip()
        return Target(kind=Kind.RANGE, given=given, commit=end, base=start)

    def _revision(self, given: str) -> Target:
        sha = self._repository.try_resolve(given)
        if sha is None:
            raise self._missing(given)
        return Target(kind=Kind.COMMIT, given=given, commit=sha)

    def _change(self, given: str) -> Target:
        number = given.partition(":")[2].lstrip("#!")
        if not (number.isascii() and number.isdigit()):
            raise TargetInvalid(f"{given!r} names no change", hint="give its number, for example change:12")
        commits = changes.find(self._repository, self._head, number)
        if not commits:
            hint = "fetch the branch it was merged to, or ask for its commits as A..B"
            raise RevisionNotFound(f"no commit here says that it is change {number}", hint=hint)
        newest, oldest = commits[0], commits[-1]
        if newest.is_merge:
            return Target(kind=Kind.CHANGE, given=given, commit=newest.parents[1], base=newest.parents[0])
        base = oldest.parents[0] if oldest.parents else ""
        return Target(kind=Kind.CHANGE, given=given, commit=newest.sha, base=base)

    def _find(self, text: str) -> bytes | None:
        """The file that a text names, or None; a folder is an error that offers what is in it."""
        for path in self._candidates(text):
            found = entry_at(self._repository.objects, self._head, path) if path != b"." else None
            if found and found.kind == "blob":
                return path
            entries = list_tree(self._repository.git, self._head, path) if path != b"." else []
            if entries and entries[0].path == path:
                return path
            if entries:
                raise PathNotFound(f"{text} is a folder at this revision", hint=_inside(entries))
        return None

    def _candidates(self, text: str) -> list[bytes]:
        """Paths from the root that a text may mean: below the folder the question was asked in, or below the root."""
        raw = text.encode("utf-8", "surrogateescape")
        root = str(self._repository.root).encode("utf-8", "surrogateescape") + b"/"
        if raw.startswith(root):
            return [posixpath.normpath(raw.removeprefix(root))]
        found = [posixpath.normpath(posixpath.join(base, raw)) for base in (self._repository.prefix, b"")]
        return [path for path in dict.fromkeys(found) if not path.startswith((b"../", b"/")) and path != b".."]

    def _looks_like_path(self, given: str) -> bool:
        return "/" in given or given.startswith(".")

    def _missing(self, text: str) -> PathNotFound | RevisionNotFound:
        if _REVISION.search(text):
            hint = "name a branch, tag or commit that exists here; a shallow clone may need: git fetch --unshallow"
            return RevisionNotFound(f"no commit is named {text!r} here", hint=hint)
        paths = [entry.path.decode("utf-8", "replace") for entry in list_tree(self._repository.git, self._head)]
        near = nearest(text, paths)
        hint = f"did you mean {' or '.join(near)}?" if near else "list what is there: git ls-tree -r --name-only HEAD"
        return PathNotFound(f"no path or revision {text!r} at {self._head[:12]}", hint=hint)


def paths_of(repository: Repository, commit: str, given: Collection[str]) -> list[bytes]:
    """The files that paths name at a commit: files themselves, and all files below folders.

    Raises:
        PathNotFound: one of them names nothing.
    """
    reader = Reader(repository, commit)
    return list(dict.fromkeys(path for text in given for path in reader.files(text)))


def nearest(text: str, paths: Collection[str], count: int = 3) -> list[str]:
    """The paths most like a misspelled one: same file name first, then a similar name, then a similar path."""
    import difflib  # only for a name that was not found

    name = posixpath.basename(text)
    same = [path for path in paths if posixpath.basename(path) == name]
    if len(same) < count:
        by_name: Mapping[str, str] = {posixpath.basename(path): path for path in paths}
        same += [by_name[near] for near in difflib.get_close_matches(name, by_name, n=count, cutoff=0.6)]
    if len(same) < count and len(paths) < 20_000:
        same += difflib.get_close_matches(text, paths, n=count, cutoff=0.6)
    return list(dict.fromkeys(same))[:count]


def _inside(entries: Collection[Entry]) -> str:
    names = [entry.path.decode("utf-8", "replace") for entry in list(entries)[:3]]
    return f"ask for a file in it, for example {' or '.join(names)}"
