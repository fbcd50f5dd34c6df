"""Tells which files commits renamed, as git pairs them: what was known of a file is known of it under its new name."""

from __future__ import annotations

from collections.abc import Sequence

from answerable.git.changes import Step
from answerable.git.paired import paired
from answerable.git.program import Git


def renames(git: Git, walk: Sequence[Step]) -> dict[str, dict[bytes, bytes]]:
    """The name before of each renamed file, by its new one, for each commit with one parent.

    Args:
        git: Where to ask.
        walk: Commits with their parents.
    """
    plain = [step for step in walk if len(step.parents) == 1]
    found = zip(plain, paired(git, plain), strict=True) if plain else ()
    return {step.commit.decode(): dict(_pairs(fields or [])) for step, fields in found}


def _pairs(fields: Sequence[bytes]) -> list[tuple[bytes, bytes]]:
    found, at = [], 0
    while at < len(fields):
        if fields[at].rpartition(b" ")[2][:1] == b"R":
            found.append((fields[at + 2], fields[at + 1]))
            at += 1
        at += 2
    return found
