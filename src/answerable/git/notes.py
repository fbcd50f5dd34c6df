"""Finds the notes of commits: in notes trees of any fan-out, and under refs named by commit."""

from __future__ import annotations

import re
from functools import cached_property

from answerable.git.objects import Objects
from answerable.git.program import Git

_PLACE = re.compile(rb"(?:[0-9a-f]{2}/)*[0-9a-f]+")  # anything else in a notes tree is no note, for git as well


class Notes:
    """The notes under one ref.

    Args:
        git: Where to ask.
        objects: Reads the notes.
        ref: A full ref name, for example ``refs/notes/ai``.
    """

    def __init__(self, git: Git, objects: Objects, ref: str) -> None:
        self._git = git
        self._objects = objects
        self.ref = ref

    @cached_property
    def by_commit(self) -> dict[str, str]:
        """Every annotated object's id with the id of its note's blob."""
        code, out, _ = self._git.attempt("ls-tree", "-r", "-z", "--full-tree", self.ref)
        found: dict[str, str] = {}
        for line in out.split(b"\0")[:-1] if code == 0 else ():
            about, _, path = line.partition(b"\t")
            _, kind, blob = about.split(b" ")
            sha = path.replace(b"/", b"")
            if kind == b"blob" and len(sha) == len(blob) and _PLACE.fullmatch(path):
                found[sha.decode()] = blob.decode()
        return found

    def read_through(self, objects: Objects) -> None:
        """Use another reader, as a forked process must."""
        self._objects = objects

    def of(self, sha: str) -> bytes | None:
        """One commit's note; all of them are not listed for it, but where they are already the list is used."""
        if "by_commit" in self.__dict__:
            blob = self.by_commit.get(sha)
            return self._objects.blob(blob) if blob else None
        for name in (sha, f"{sha[:2]}/{sha[2:]}", f"{sha[:2]}/{sha[2:4]}/{sha[4:]}"):
            found = self._objects.get(f"{self.ref}:{name}")
            if found is not None and found.kind == "blob":
                return found.data
        return None


def listing(*prefixes: str) -> tuple[str, ...]:
    """How git is asked for `refs_below`."""
    return ("for-each-ref", "--format=%(objectname) %(refname)", *prefixes)


def refs_below(git: Git, *prefixes: str) -> dict[str, str]:
    """Full ref names that are or lie below these prefixes, with the ids they point at, in name order."""
    out = git.run(*listing(*prefixes))
    rows = (line.split(b" ", 1) for line in out.splitlines())
    return {name.decode("utf-8", "surrogateescape"): oid.decode() for oid, name in rows}
