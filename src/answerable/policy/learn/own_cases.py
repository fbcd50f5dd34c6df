"""The cases that a repository holds its policy to, run on a changed one: what a new rule breaks is told with it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import PurePosixPath

from answerable.errors import AnswerableError
from answerable.git.repository import Repository
from answerable.git.tree import list_tree
from answerable.policy.cases import run
from answerable.policy.file.read_case import ENDING, load
from answerable.policy.file.source import PATH
from answerable.policy.model import Policy

_FOLDER = PurePosixPath(PATH).parent
Files = Sequence[tuple[str, bytes]]


def case_files(repository: Repository, commit: str) -> Files:
    """The files of cases beside the policy of a commit, by name."""
    found = []
    for entry in list_tree(repository.git, commit, str(_FOLDER).encode()):
        name = entry.path.decode("utf-8", "replace")
        data = repository.objects.blob(entry.oid) if name.endswith(ENDING) else None
        if data is not None and PurePosixPath(name).parent == _FOLDER:
            found.append((name, data))
    return found


def broken(files: Files, before: Policy, after: Policy) -> tuple[tuple[str, ...], int]:
    """The names of cases that end as expected by one policy and not by another, and how many there are.

    Args:
        files: As `case_files` gives them; what cannot be read is passed over, as it says nothing about the rule.
        before: The policy as it is.
        after: The policy with a rule more.
    """
    names: list[str] = []
    count = 0
    for name, data in files:
        try:
            old, new = run(before, load(data, name, before)), run(after, load(data, name, after))
        except AnswerableError:
            continue
        count += len(old)
        names += [b.case.name for a, b in zip(old, new, strict=True) if not a.differences and b.differences]
    return tuple(names), count
