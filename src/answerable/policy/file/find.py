"""Finds the policy that is in force at a commit: the file in that commit, and nothing else.

A file in the work tree is not read, a link is not followed, and what stands in the place of the file without being
one is an error: only a commit in which there is nothing at all has the preset `starter`, which reports and fails
nothing.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import lru_cache
from typing import NoReturn

from answerable.errors import PolicyUnevaluable
from answerable.git.repository import Repository
from answerable.policy.file.source import PATH, load, preset
from answerable.policy.model import Mode, Policy

_FOLDER, _NAME = (part.encode() for part in PATH.split("/"))
_FOLDER_MODES = (b"40000", b"040000")
_FILE_MODES = (b"100644", b"100755", b"100664")
_WHAT = {b"120000": "a link", b"160000": "a submodule", b"40000": "a folder"}
_MISTAKEN = frozenset({b"policy.yml", b"policy.json", b"policy.toml"})


def policy_at(repository: Repository, commit: str) -> Policy:
    """The policy in force at a commit: for a change, ask with its base.

    Args:
        repository: Where.
        commit: Full commit id.

    Raises:
        PolicyInvalid: the file there has a fault.
        PolicyUnevaluable: what is there is no file, or this clone does not hold it.
    """
    data = policy_bytes(repository, commit)
    if data is None:
        source = f"preset starter, for there is no {PATH} at {commit[:12]}"
        return replace(preset("starter"), mode=Mode.REPORT, preset="starter", source=source)
    return replace(_loaded(data), source=f"{PATH} at {commit[:12]}")


def policy_bytes(repository: Repository, commit: str) -> bytes | None:
    """The bytes of the policy file in a commit, or None where there is none; raises as `policy_at`."""
    folder = _entry(repository, commit, f"{commit}^{{tree}}", _FOLDER)
    if folder is None:
        return None
    if folder[0] not in _FOLDER_MODES:
        _no_file(".answerable", folder[0], commit, "a folder")
    file = _entry(repository, commit, folder[1], _NAME)
    if file is None:
        return None
    if file[0] not in _FILE_MODES:
        _no_file(PATH, file[0], commit, "a file")
    data = repository.objects.blob(file[1])
    if data is None:
        _missing(commit)
    return data


@lru_cache(maxsize=32)
def _loaded(data: bytes) -> Policy:
    """A history is judged by few policies: each is read once."""
    return load(data, PATH)


def _entry(repository: Repository, commit: str, tree: str, name: bytes) -> tuple[bytes, str] | None:
    """Mode and id of what has a name in a tree; a name that only looks like it is an error."""
    found = repository.objects.get(tree)
    if found is None or found.kind != "tree":
        _missing(commit)
    wanted = None
    for mode, entry, oid in _entries(found.data, 32 if repository.object_format == "sha256" else 20):
        if entry == name:
            wanted = (mode, oid)
        elif entry.lower() == name or (name == _NAME and entry.lower() in _MISTAKEN):
            shown = entry.decode("utf-8", "replace")
            hint = f"rename it to {PATH}, so that it counts, or remove it"
            raise PolicyUnevaluable(f"{shown} at {commit[:12]} looks like the policy, but is not read", hint=hint)
    return wanted


def _entries(data: bytes, width: int) -> Iterator[tuple[bytes, bytes, str]]:
    at = 0
    while at < len(data):
        space = data.index(b" ", at)
        end = data.index(b"\0", space)
        yield data[at:space], data[space + 1 : end], data[end + 1 : end + 1 + width].hex()
        at = end + 1 + width


def _no_file(path: str, mode: bytes, commit: str, needed: str) -> NoReturn:
    what = _WHAT.get(mode, "a file" if mode in _FILE_MODES else "something else")
    hint = f"put {needed} there: nothing else is followed"
    raise PolicyUnevaluable(f"{path} at {commit[:12]} is {what}, not {needed}", hint=hint)


def _missing(commit: str) -> NoReturn:
    hint = "fetch what is missing: git fetch --refetch, or git fetch --unshallow"
    raise PolicyUnevaluable(f"this clone does not hold the policy of {commit[:12]}", hint=hint)
