"""Which commits are carried into, and from which."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from answerable.capture.carry.pairs import parse
from answerable.cli.revision import range_of
from answerable.errors import EvidenceUnreadable, UsageError
from answerable.git.repository import Repository


def pairs_of(file: Path | None) -> list[tuple[str, str]]:
    """Old and new commits of a file.

    Raises:
        EvidenceUnreadable: it cannot be read, or holds no pair.
    """
    if file is None:
        return []
    hint = "name the file commit-map that git filter-repo leaves in .git/filter-repo"
    try:
        found = parse(file.read_bytes())
    except OSError as error:
        raise EvidenceUnreadable(f"cannot read {file}: {error.strerror}", hint=hint) from None
    if not found:
        raise EvidenceUnreadable(f"{file} holds no pair of commits", hint=hint)
    return found


def chosen(repository: Repository, given: str | None, pairs: Sequence[tuple[str, str]]) -> list[str]:
    """The commits to carry into, parents first.

    Args:
        repository: Where.
        given: ``A..B``, a revision, or None: all that the pairs name, else HEAD.
        pairs: Old and new commits.

    Raises:
        RevisionNotFound: nothing is named so.
        UsageError: there is no commit.
    """
    if given is None and pairs:
        news = [new for old, new in pairs if new != old and repository.try_resolve(new) == new]
        arguments = ["--no-walk=sorted", *dict.fromkeys(news)] if news else []
    else:
        base, head = range_of(repository, given)
        arguments = [head, f"^{base}"] if base else ["--no-walk", head]
    feed = "".join(f"{argument}\n" for argument in arguments if not argument.startswith("--")).encode()
    flags = [argument for argument in arguments if argument.startswith("--")] or ["--topo-order"]
    git = repository.quarantine.git
    found = git.run("rev-list", "--reverse", *flags, "--stdin", feed=feed).decode().split() if arguments else []
    if not found:
        what = given or "the file of pairs"
        raise UsageError(f"{what} names no commit that is here", hint="give a range, for example: main~3..main")
    return found


def sources_of(repository: Repository, given: Sequence[str]) -> list[list[str]]:
    """What is named as sources, as arguments of `git rev-list`.

    Raises:
        RevisionNotFound: nothing is named so.
    """
    found = []
    for text in given:
        base, head = range_of(repository, text)
        found.append([head, f"^{base}"] if base else [head])
    return found
