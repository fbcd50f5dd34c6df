"""Builds a repository from planned commits: the same ids on every machine, whatever a person's git is set up to do.

Nothing of the person or the machine takes part: no identity, signing key, template, hook, default branch or object
folder; everything comes from the plan.
"""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path

from answerable.domain.commit import Person
from answerable.git.program import Git

BRANCH = "refs/heads/main"


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """Replaces a text that the file before has exactly once."""

    old: str
    new: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Planned:
    """One commit to come. `name` is how others refer to it; times are ISO 8601 with a zone.

    `parents` are names; None: the commit planned before it; empty: a root. `files` holds whole contents, changes of
    what the first parent has, or None for a file that goes. A merge starts from its first parent and takes every file
    that the others changed.
    """

    name: str
    author: Person
    when: str
    message: str
    files: Mapping[str, str | Change | None] = field(default_factory=dict)
    parents: tuple[str, ...] | None = None
    committer: Person | None = None
    tag: str | None = None


class Builder:
    """Makes a repository in an empty folder.

    Args:
        folder: Where the work tree will be.
    """

    def __init__(self, folder: Path) -> None:
        env = {
            "GIT_CONFIG_GLOBAL": os.devnull,
            "GIT_CONFIG_NOSYSTEM": "1",
            "GIT_CONFIG_COUNT": "0",
            "GIT_OBJECT_DIRECTORY": str(folder / ".git" / "objects"),
            "GIT_ALTERNATE_OBJECT_DIRECTORIES": "",
        }
        self._marks = folder / ".git" / "marks"
        self._git = Git(["-C", str(folder)], env)
        self._git.run("init", "--quiet", "--template=", "--object-format=sha1", "--initial-branch=main")

    def commit(self, plan: Sequence[Planned]) -> dict[str, str]:
        """Make all commits, point `main` at the last, check it out, and return the id of each by name."""
        plan = _linked(plan)
        snapshots = contents(plan)
        stream = b"".join(_commit(BRANCH, at, one, snapshots[one.name], plan) for at, one in enumerate(plan, 1))
        found = self._import(stream + b"".join(_tag(at, one) for at, one in enumerate(plan, 1) if one.tag))
        self._git.run("reset", "--quiet", "--hard", "main")
        return {one.name: found[at] for at, one in enumerate(plan, 1)}

    def annotate(self, ref: str, notes: Mapping[str, str], by: Person, when: str) -> None:
        """Write notes, by commit id, under a ref that has none yet."""
        one = Planned(name="notes", author=by, when=when, message="Notes\n", parents=())
        self._import(_commit(ref, 1, one, dict(notes), [one]))

    def _import(self, stream: bytes) -> dict[int, str]:
        self._git.run("fast-import", "--quiet", "--date-format=raw", f"--export-marks={self._marks}", feed=stream)
        rows = (line.split() for line in self._marks.read_text().splitlines())
        found = {int(mark[1:]): sha for mark, sha in rows}
        self._marks.unlink()
        return found


def _linked(plan: Sequence[Planned]) -> list[Planned]:
    """The plan with every parent named."""
    before = [(), *((one.name,) for one in plan)]
    return [replace(one, parents=b) if one.parents is None else one for one, b in zip(plan, before, strict=False)]


def contents(plan: Sequence[Planned]) -> dict[str, dict[str, str]]:
    """Every file of every commit, by its name and the file's path."""
    plan = _linked(plan)
    above: dict[str, list[str]] = {}  # a commit and all its ancestors, the oldest first
    found: dict[str, dict[str, str]] = {}
    for one in plan:
        parents = one.parents or ()
        above[one.name] = [*dict.fromkeys(name for parent in parents for name in above[parent]), one.name]
        files = dict(found[parents[0]]) if parents else {}
        for other in parents[1:]:
            fork = next((name for name in reversed(above[other]) if name in above[parents[0]]), None)
            before = found[fork] if fork else {}
            files |= {path: text for path, text in found[other].items() if before.get(path) != text}
        found[one.name] = _changed(files, one.files)
    return found


def _changed(files: dict[str, str], changes: Mapping[str, str | Change | None]) -> dict[str, str]:
    for path, change in changes.items():
        if change is None:
            del files[path]
        elif isinstance(change, str):
            files[path] = change
        elif files[path].count(change.old) == 1:
            files[path] = files[path].replace(change.old, change.new)
        else:
            raise ValueError(f"{path} has {change.old!r} not exactly once")
    return files


def _commit(ref: str, mark: int, one: Planned, files: Mapping[str, str], plan: Sequence[Planned]) -> bytes:
    marks = {other.name: at for at, other in enumerate(plan, 1)}
    first, *others = one.parents or ("",)
    rows = [
        f"commit {ref}\nmark :{mark}\n",
        f"author {one.author} {_raw(one.when)}\ncommitter {one.committer or one.author} {_raw(one.when)}\n",
        _data(one.message),
        f"from :{marks[first]}\n" if first else "",
        *(f"merge :{marks[other]}\n" for other in others),
        "deleteall\n",
        *(f"M 100644 inline {path}\n{_data(text)}" for path, text in files.items()),
        "\n",
    ]
    # a root in the middle of a stream would otherwise continue the branch
    start = "" if first else f"reset {ref}\n"
    return (start + "".join(rows)).encode()


def _tag(mark: int, one: Planned) -> bytes:
    words = f"tag {one.tag}\nfrom :{mark}\ntagger {one.author} {_raw(one.when)}\n{_data(f'Release {one.tag}{chr(10)}')}"
    return words.encode()


def _data(text: str) -> str:
    return f"data {len(text.encode())}\n{text}\n"


def _raw(when: str) -> str:
    moment = datetime.fromisoformat(when)
    return f"{int(moment.timestamp())} {moment.strftime('%z')}"
