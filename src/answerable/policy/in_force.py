"""Finds the policy that work which is not yet a change will be judged by: that of the branch it is to go into.

It is read from a commit that the remote has, never from a file of the work tree or from the branch that is worked on,
as far as that can be told: whoever edits a file cannot first edit the policy about it. Without a remote the commit that
is checked out is all there is. Where nobody wrote a policy, that is found out without loading what reads one.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from answerable.git.repository import Repository

if TYPE_CHECKING:
    from answerable.policy.model import Policy

BRANCHES = ("refs/remotes/origin/HEAD", "refs/remotes/origin/main", "refs/remotes/origin/master")
"""Where the branch that work is to go into may be; the first that is there counts, else what is followed, else HEAD."""

ORGANISATION = "ANSWERABLE_ORGANISATION_POLICY"  # as `file.find` reads it
_FOLDER = b".answerable"


def base_of_work(repository: Repository) -> str | None:
    """The commit whose policy counts; None where there is no commit."""
    found = next((commit for name in BRANCHES if (commit := repository.try_resolve(name))), None)
    return found or _followed(repository) or repository.try_resolve("HEAD")


def policy_for(repository: Repository, paths: Sequence[bytes]) -> Policy | None:
    """The policy in force for some paths, or None where nobody wrote one.

    Args:
        repository: Where.
        paths: From the top of its tree; policies of folders that hold them are in it.

    Raises:
        PolicyInvalid: a file has a fault.
        PolicyUnevaluable: what is there is no file, or this clone does not hold it.
    """
    commit = base_of_work(repository)
    organised = bool(os.environ.get(ORGANISATION))
    if not organised and (commit is None or not _may_be_written(repository, commit, paths)):
        return None
    from answerable.policy.file.find import organisation_policy, policy_at, policy_bytes, with_folders
    from answerable.policy.rule import Authority

    if commit is None:
        return organisation_policy()
    written = organised or policy_bytes(repository, commit) is not None
    found = with_folders(repository, policy_at(repository, commit), paths)
    return found if written or any(rule.authority is Authority.FOLDER for rule in found.rules) else None


def _followed(repository: Repository) -> str | None:
    """The commit of the branch that the one checked out follows."""
    code, out, _ = repository.git.attempt("rev-parse", "--verify", "--quiet", "@{upstream}^{commit}")
    return out.strip().decode("ascii", "replace") if code == 0 else None


def _may_be_written(repository: Repository, commit: str, paths: Iterable[bytes]) -> bool:
    """False where no folder above the paths holds anything that is nearly called as the folder of a policy."""
    folders = {b""} | {path[:at] for path in paths for at in range(len(path)) if path[at : at + 1] == b"/"}
    for folder in folders:
        tree = repository.objects.get(commit.encode() + b":" + folder)
        if tree is None and not folder:
            return True  # not in this clone: what reads the policy says so
        if tree is not None and tree.kind == "tree" and _FOLDER in tree.data.lower():
            return True
    return False
