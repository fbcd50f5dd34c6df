"""Guarantees: a change is found by what merges and squashes say of themselves, never by a mention of its number."""

from __future__ import annotations

from answerable.domain.commit import Commit
from answerable.git.commits import read_commits
from answerable.git.repository import Repository
from answerable.review import message

_MOST = 5_000  # commits that mention a number; the newest count


def find(repository: Repository, head: str, number: str) -> list[Commit]:
    """The commits in the history of `head` that are a change, the newest first; empty where none says so.

    Args:
        repository: Where.
        head: Full commit id.
        number: Digits, as a forge counts its changes.

    Returns:
        The merge that brought it in, alone; else its squashed commit; else the run of commits that name it.
    """
    pattern = f"([#!/]|Merged PR ){number}([^0-9]|$)"
    flags = ("--format=%H", f"--max-count={_MOST}", "-E", f"--grep={pattern}")
    out = repository.quarantine.git.run("log", "--no-show-signature", "--no-color", *flags, head)
    named = [
        commit
        for commit in read_commits(repository.objects, out.decode("ascii").split())
        if message.read(commit).change in (f"#{number}", f"!{number}")
    ]
    merges = [commit for commit in named if commit.is_merge]
    return merges[-1:] or _run(named)


def _run(named: list[Commit]) -> list[Commit]:
    """The oldest commit and those directly above it: later ones of the number are picked or mention it."""
    run = named[-1:]
    for commit in reversed(named[:-1]):
        if commit.parents[:1] != (run[0].sha,):
            break
        run.insert(0, commit)
    return run
