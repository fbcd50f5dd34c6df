"""Names the commits that another was made from, and how that is known."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Rule(StrEnum):
    """How it is known that a commit was made from another, the strongest first."""

    POST_REWRITE = "post-rewrite"  # git said so to its hook
    GIVEN = "given"  # a person, or a file of git-filter-repo, said so
    REFLOG = "reflog"  # the log of HEAD says so: an amended commit takes the place of the one before
    AUTHORSHIP = "same-authorship"  # author, mail and time are the same, and the commit was not made anew
    PICKED = "cherry-picked-from"  # its message says so
    REVERTED = "reverts"  # its message says so: the lines come back that the reverted commit took out
    SQUASHED = "squash"  # git listed it when it squashed the branch
    MERGED = "merge"  # it is a parent of the merge
    MOVED = "moved"  # it is the parent, and a file of it that is gone became another
    PATCH = "patch-id"  # it makes the same change
    CONTENT = "content"  # it has the same lines, and nothing else speaks for it
    RESET = "reset"  # HEAD was reset from it just before
    REBASED = "rebase"  # it was on the branch that was rebased


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """A commit that another was made from.

    `chain` numbers sources that stand one on another: what the last of them no longer has is not taken from those
    before it.
    """

    sha: str
    rule: Rule
    chain: int
