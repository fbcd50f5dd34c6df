"""Finds the policy that is in force at a commit: the file in that commit, and nothing else.

A file in the work tree is not read, a link is not followed, and what stands in the place of the file without being
one is an error: only a commit in which there is nothing at all has the preset `starter`, which reports and fails
nothing. Above it stands the organisation's policy, where whoever runs the gate names one; below it those of folders.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from dataclasses import replace
from functools import lru_cache
from itertools import groupby
from pathlib import Path
from typing import NoReturn

from answerable.errors import PolicyInvalid, PolicyUnevaluable
from answerable.git.repository import Repository
from answerable.policy.file.source import PATH, load, preset
from answerable.policy.model import Mode, Policy
from answerable.policy.paths import folders_of
from answerable.strict_yaml.nodes import MOST_BYTES

ENVIRONMENT = "ANSWERABLE_ORGANISATION_POLICY"
MOST_FOLDERS = 1000

_FOLDER, _NAME = (part.encode() for part in PATH.split("/"))
_FOLDER_MODES = (b"40000", b"040000")
_FILE_MODES = (b"100644", b"100755", b"100664")
_WHAT = {b"120000": "a link", b"160000": "a submodule", b"40000": "a folder"}
_MISTAKEN = (b".yml", b".json", b".toml")


def policy_at(repository: Repository, commit: str, organisation: Path | None = None) -> Policy:
    """The policy in force at a commit: for a change, ask with its base. Those of folders come `with_folders`.

    Args:
        repository: Where.
        commit: Full commit id.
        organisation: The file of the policy above it; by default the one that the environment names, if any.

    Raises:
        PolicyInvalid: a file has a fault.
        PolicyUnevaluable: what is there is no file, or this clone does not hold it.
    """
    above = organisation_policy(organisation)
    data = policy_bytes(repository, commit)
    if data is None and above is not None:
        source = f"{above.source}, for there is no {PATH} at {commit[:12]}"
        return replace(above, source=source, commit=commit)
    if data is None:
        source = f"preset starter, for there is no {PATH} at {commit[:12]}"
        return replace(preset("starter"), mode=Mode.REPORT, preset="starter", source=source, commit=commit)
    under = f", under {above.source}" if above else ""
    return replace(_loaded(data, above), source=f"{PATH} at {commit[:12]}{under}", commit=commit)


def organisation_policy(file: Path | None = None) -> Policy | None:
    """The policy above those of repositories, or None where there is none; never one that a change brings.

    Args:
        file: Where it is; by default where the environment says.

    Raises:
        PolicyInvalid: it cannot be read, or has a fault.
    """
    named = str(file) if file is not None else os.environ.get(ENVIRONMENT, "")
    if not named:
        return None
    try:
        with Path(named).open("rb") as opened:
            data = opened.read(MOST_BYTES + 1)
    except OSError as error:
        hint = f"name a policy file with --organisation or {ENVIRONMENT}"
        raise PolicyInvalid(f"cannot read the organisation's policy {named}: {error.strerror}", hint=hint) from error
    return _organisation(data, named)


def with_folders(repository: Repository, policy: Policy, paths: Iterable[bytes]) -> Policy:
    """A policy with those of the folders that hold some paths, read at the same commit.

    Only folders above the paths are looked in, never the whole tree.

    Raises:
        PolicyInvalid: one of them has a fault.
        PolicyUnevaluable: what is there is no file, or there are too many of them.
    """
    if policy.commit is None:
        return policy
    commit, trees = policy.commit, _Trees(repository, policy.commit)
    held = sorted({folder for path in paths for folder in folders_of(path)}, key=lambda one: (one.count(b"/"), one))
    trees.ahead(held)
    found = [(folder, tree) for folder in held if (tree := trees.of(folder)) is not None and trees.may_have_one(tree)]
    if len(found) > MOST_FOLDERS:
        hint = "make several changes of it, or put the rules in one policy above these folders"
        raise PolicyUnevaluable(f"the change is below {len(found)} folders with a policy of their own", hint=hint)
    for folder, tree in found:
        data = _bytes_in(repository, commit, tree, folder)
        if data is not None:
            name = folder.decode("utf-8", "surrogateescape")
            policy = replace(load(data, f"{name}/{PATH}", policy, name), commit=commit)
    return policy


def policy_bytes(repository: Repository, commit: str) -> bytes | None:
    """The bytes of the policy file in a commit, or None where there is none; raises as `policy_at`."""
    return _bytes_in(repository, commit, f"{commit}^{{tree}}", b"")


def file_bytes(repository: Repository, commit: str, path: str) -> bytes | None:
    """The bytes of a file beside the policy (`.answerable/NAME.yaml`), found as strictly; raises as `policy_at`."""
    return _bytes_in(repository, commit, f"{commit}^{{tree}}", b"", path.encode())


def _bytes_in(
    repository: Repository, commit: str, tree: str, above: bytes, path: bytes = PATH.encode()
) -> bytes | None:
    name = path.rpartition(b"/")[2]
    at = f"{above.decode('utf-8', 'replace')}/" if above else ""
    folder = _entry(repository, commit, tree, _FOLDER, at)
    if folder is None:
        return None
    if folder[0] not in _FOLDER_MODES:
        _no_file(f"{at}.answerable", folder[0], commit, "a folder")
    file = _entry(repository, commit, folder[1], name, at)
    if file is None:
        return None
    if file[0] not in _FILE_MODES:
        _no_file(f"{at}{path.decode()}", file[0], commit, "a file")
    data = repository.objects.blob(file[1])
    if data is None:
        _missing(commit)
    return data


@lru_cache(maxsize=32)
def _loaded(data: bytes, above: Policy | None) -> Policy:
    """A history is judged by few policies: each is read once."""
    return load(data, PATH, above)


@lru_cache(maxsize=4)
def _organisation(data: bytes, name: str) -> Policy:
    return load(data, name)


class _Trees:
    """The folders of a commit, each read once, from the top down to those that are asked for."""

    def __init__(self, repository: Repository, commit: str) -> None:
        self._repository, self._commit = repository, commit
        self._width = 32 if repository.object_format == "sha256" else 20
        self._known: dict[bytes, str | None] = {b"": f"{commit}^{{tree}}"}
        self._below: dict[str, dict[bytes, str]] = {}

    def of(self, folder: bytes) -> str | None:
        """The tree of a folder, or None where there is none: a link or a submodule is no folder."""
        if folder not in self._known:
            above, _, name = folder.rpartition(b"/")
            tree = self.of(above)
            self._known[folder] = self._inside(tree).get(name) if tree is not None else None
        return self._known[folder]

    def ahead(self, folders: Iterable[bytes]) -> None:
        """Ask for the trees of many folders at once, level by level; those above come first."""
        for _, level in groupby(folders, lambda one: one.count(b"/")):
            self._repository.objects.ahead(tree for folder in level if (tree := self.of(folder)) is not None)

    def may_have_one(self, tree: str) -> bool:
        """False where nothing in it is nearly called as the folder of a policy."""
        return _FOLDER in self._data(tree).lower()

    def _inside(self, tree: str) -> dict[bytes, str]:
        if tree not in self._below:
            entries = _entries(self._data(tree), self._width)
            self._below[tree] = {name: oid for mode, name, oid in entries if mode in _FOLDER_MODES}
        return self._below[tree]

    def _data(self, tree: str) -> bytes:
        found = self._repository.objects.get(tree)
        if found is None or found.kind != "tree":
            _missing(self._commit)
        return found.data


def _entry(repository: Repository, commit: str, tree: str, name: bytes, at: str = "") -> tuple[bytes, str] | None:
    """Mode and id of what has a name in a tree; a name that only looks like it is an error."""
    found = repository.objects.get(tree)
    if found is None or found.kind != "tree":
        _missing(commit)
    wanted = None
    for mode, entry, oid in _entries(found.data, 32 if repository.object_format == "sha256" else 20):
        if entry == name:
            wanted = (mode, oid)
        elif entry.lower() == name or (name != _FOLDER and entry.lower() in _mistaken(name)):
            shown = entry.decode("utf-8", "replace")
            wanted_name = f"{at}{PATH}" if name in (_FOLDER, _NAME) else f"{at}.answerable/{name.decode()}"
            hint = f"rename it to {wanted_name}, so that it counts, or remove it"
            what = name.removesuffix(b".yaml").decode() if name != _FOLDER else "policy"
            raise PolicyUnevaluable(f"{at}{shown} at {commit[:12]} looks like the {what}, but is not read", hint=hint)
    return wanted


def _entries(data: bytes, width: int) -> Iterator[tuple[bytes, bytes, str]]:
    at = 0
    while at < len(data):
        space = data.index(b" ", at)
        end = data.index(b"\0", space)
        yield data[at:space], data[space + 1 : end], data[end + 1 : end + 1 + width].hex()
        at = end + 1 + width


def _mistaken(name: bytes) -> tuple[bytes, ...]:
    """What somebody writes who means a file."""
    return tuple(name.removesuffix(b".yaml") + ending for ending in _MISTAKEN)


def _no_file(path: str, mode: bytes, commit: str, needed: str) -> NoReturn:
    what = _WHAT.get(mode, "a file" if mode in _FILE_MODES else "something else")
    hint = f"put {needed} there: nothing else is followed"
    raise PolicyUnevaluable(f"{path} at {commit[:12]} is {what}, not {needed}", hint=hint)


def _missing(commit: str) -> NoReturn:
    hint = "fetch what is missing: git fetch --refetch, or git fetch --unshallow"
    raise PolicyUnevaluable(f"this clone does not hold the policy of {commit[:12]}", hint=hint)
