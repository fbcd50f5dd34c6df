"""The paths that a change changes, as `git diff` of its base and its head shows them, renames paired."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from answerable.errors import PolicyUnevaluable
from answerable.git.repository import Repository

INCOMPLETE = "fetch the whole history: git fetch --unshallow, or fetch-depth: 0 in CI"
MISSING = "fetch what is missing: git fetch --refetch --no-filter"


@dataclass(frozen=True, slots=True, kw_only=True)
class PathChange:
    """One path of `git diff --raw -M`: hex ids and octal modes, null where a side is missing."""

    path: bytes
    old_path: bytes
    old_mode: bytes
    new_mode: bytes
    old: bytes
    new: bytes
    status: bytes  # A, D, M, R or T

    @property
    def continues(self) -> bool:
        """True where the new side is a version of the old; a link that becomes a file begins anew."""
        return self.status in (b"M", b"R") and self.old_mode[:3] == self.new_mode[:3]


def changes(repository: Repository, base: str | None, head: str) -> list[PathChange]:
    """The paths that differ between two commits, renames paired as `git diff -M` does; base None: all of head."""
    from_tree = base or repository.quarantine.write_tree([])
    asked = ("diff-tree", "-r", "-z", "--raw", "-M", "--no-abbrev", from_tree, head, "--")
    out = told(repository, *asked, goal="compare the base with the head", hint=MISSING)
    return list(parsed(iter(out.split(b"\0")[:-1])))


def commits_told(repository: Repository, *asked: str) -> list[str]:
    """The lines of `git rev-list`; raises as `told`."""
    out = told(repository, "rev-list", *asked, goal="list the commits of the range", hint=INCOMPLETE)
    return out.decode("ascii", "replace").splitlines()


def told(repository: Repository, *asked: str, goal: str, hint: str) -> bytes:
    """What git answers.

    Args:
        repository: Where.
        asked: The command.
        goal: What it is for, in words.
        hint: What to do where git cannot.

    Raises:
        PolicyUnevaluable: git cannot; its last words are in the message.
    """
    code, out, err = repository.quarantine.git.attempt(*asked)
    if code:
        said = err.decode("utf-8", "replace").strip().splitlines()[-1:] or ["it said nothing"]
        raise PolicyUnevaluable(f"git cannot {goal}: {said[0]}", hint=hint)
    return out


def change_of(path: bytes, raw: bytes) -> PathChange:
    """One that is no rename."""
    (found,) = parsed(iter((raw, path)))
    return found


def parsed(tokens: Iterator[bytes]) -> Iterator[PathChange]:
    """Read the fields of `--raw -z`, a rename's two paths included."""
    for raw in tokens:
        old_mode, new_mode, old, new, status = raw[1:].split(b" ")
        path = next(tokens)
        before = path
        if status[:1] == b"R":
            path = next(tokens)
        yield PathChange(
            path=path, old_path=before, old_mode=old_mode, new_mode=new_mode, old=old, new=new, status=status[:1]
        )
