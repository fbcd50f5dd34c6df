"""Finds the commits that a commit was made from: what git said, its logs, who its author is, what its message names.

Who is in a message is anybody's word: such a commit is only asked whether it has the very lines.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import count

from answerable.capture import reflog
from answerable.capture.carry.patches import Patches
from answerable.capture.carry.source import Rule, Source
from answerable.capture.reflog import Move
from answerable.domain.commit import Commit
from answerable.git.commits import read_commit, read_commits
from answerable.git.repository import Repository

_SQUASHED = re.compile(r"^commit ([0-9a-f]{40}|[0-9a-f]{64})$", re.MULTILINE)
_SQUASH = "Squashed commit of the following:"
_REVERTS = re.compile(r"\bThis reverts commit ([0-9a-f]{40}|[0-9a-f]{64})\b")
_PICKED = re.compile(r"^\(cherry picked from commit ([0-9a-f]{40}|[0-9a-f]{64})\)$", re.MULTILINE)
_RETURNS = re.compile(r"\(finish\): returning to (refs/heads/(?!\.)(?:(?!\.\.)[^\0\s])+)$")
_ID = re.compile(r"[0-9a-f]{40}|[0-9a-f]{64}")
_MOST = 500  # commits of a branch that was rebased or squashed
_STARTS = ("(start)", ": checkout ")


@dataclass(frozen=True, slots=True)
class Given:
    """Sources that somebody names.

    Attributes:
        of: Those that are not below a commit, the newest first.
        whole: Whether each new commit is made of all of them, as a squash is; not one of one.
    """

    of: Callable[[Commit], list[str]]
    whole: bool


class Finder:
    """Finds the sources of commits in one work tree.

    Args:
        repository: The work tree's.
        moves: All moves of HEAD, oldest first.
        pairs: Old and new commits, as git told its hook after a rewrite.
        noted: The commits of which anything is known.
        given: Commits that somebody names as sources, the newest first.
    """

    def __init__(
        self,
        repository: Repository,
        moves: Sequence[Move],
        pairs: Iterable[tuple[str, str]],
        noted: Callable[[], Iterable[str]],
        given: Given | None = None,
    ) -> None:
        self._repository = repository
        self._given = given
        self._patches = Patches(repository)
        self._moves = moves
        self._noted = noted
        self._pairs: dict[str, list[str]] = {}
        for old, new in pairs:
            self._pairs.setdefault(new, []).append(old)

    def of(self, commit: Commit, move: Move | None) -> list[Source]:
        """The sources of a commit, the one that counts most first.

        Args:
            commit: The new one.
            move: How HEAD came to it.
        """
        numbers = count()
        found: dict[str, Source] = {}
        for rule, shas in self._rules(commit, move):
            for sha, chain in self._chained(rule, shas, numbers):
                if sha != commit.sha and sha not in commit.parents:
                    found.setdefault(sha, Source(sha=sha, rule=rule, chain=chain))
        if commit.is_merge:
            for parent in commit.parents:
                found.setdefault(parent, Source(sha=parent, rule=Rule.MERGED, chain=next(numbers)))
        return list(found.values())

    def later(self, move: Move) -> set[str]:
        """The commits that were made here after a move of HEAD."""
        at = max((n for n, one in enumerate(self._moves) if one == move), default=len(self._moves))
        before = {one.new for one in self._moves[: at + 1]}
        return {one.new for one in self._moves[at + 1 :] if one.may_make} - before

    def _rules(self, commit: Commit, move: Move | None) -> Iterator[tuple[Rule, list[str]]]:
        yield Rule.POST_REWRITE, self._pairs.get(commit.sha, [])[::-1]
        if move and self._replaces(commit, move):
            yield Rule.REFLOG, [move.old]
        given = self._given.of(commit) if self._given else []
        yield Rule.PATCH, self._patches.same(commit.sha, given) if given else []
        if self._given and self._given.whole:
            yield Rule.GIVEN, given
        if move is None or move.doing or commit.authored_at != commit.committed_at:
            yield Rule.AUTHORSHIP, self._same_author(commit)
        yield Rule.GIVEN, given
        yield Rule.PICKED, self._here(_PICKED.findall(commit.message))
        yield Rule.REVERTED, [parent for sha in _REVERTS.findall(commit.message)[:1] for parent in self._parents(sha)]
        if _SQUASH in commit.message:
            yield Rule.SQUASHED, self._here(_SQUASHED.findall(commit.message)[:_MOST])
        if move and move.doing == "rebase":
            yield Rule.REBASED, self._rebased(move)
        elif move:
            yield Rule.RESET, self._reset(move)

    def _replaces(self, commit: Commit, move: Move) -> bool:
        """Whether a commit took the place of the one that HEAD was at: an amended, squashed or reworded one."""
        return move.why.startswith(("commit (amend)", "rebase")) and self._parents(move.old) == commit.parents

    def _parents(self, sha: str) -> tuple[str, ...]:
        commit = read_commit(self._repository.objects, sha)
        return commit.parents if commit else ()

    def _here(self, shas: Sequence[str]) -> list[str]:
        return [commit.sha for commit in read_commits(self._repository.objects, dict.fromkeys(shas))] if shas else []

    @cached_property
    def _authors(self) -> Mapping[tuple[str, str, str], list[Commit]]:
        """The commits of which anything is known, by author, mail and time."""
        found: dict[tuple[str, str, str], list[Commit]] = {}
        for one in read_commits(self._repository.objects, self._noted()):
            found.setdefault(_author(one), []).append(one)
        return found

    def _same_author(self, commit: Commit) -> list[str]:
        """The commits with the same author, mail and time; of several those with the same message."""
        same = [one for one in self._authors.get(_author(commit), ()) if one.sha != commit.sha]
        alike = [one for one in same if one.message == commit.message]
        return [one.sha for one in (alike or same)][:_MOST]

    def _rebased(self, move: Move) -> list[str]:
        """The commits that were on the branch before it was rebased, the newest first."""
        at = next((n for n in range(len(self._moves) - 1, -1, -1) if self._moves[n] == move), -1)
        while at >= 0 and not _starts(self._moves[at]):
            at -= 1
        if at < 0:
            return []
        return self._between(self._tip(at), self._moves[at].new)

    def _tip(self, start: int) -> str:
        """The branch as it was before the rebase that began with this move: HEAD need not have been at it."""
        for move in self._moves[start:]:
            branch = _RETURNS.search(move.why)
            if branch:
                moves = reflog.read(self._repository.common_dir, branch[1])
                return next((one.old for one in reversed(moves) if one.new == move.new), self._moves[start].old)
        try:
            file = self._repository.git_dir / "rebase-merge" / "orig-head"
            under_way = file.read_text("ascii", "replace").strip()
        except OSError:
            under_way = ""
        return under_way if _ID.fullmatch(under_way) else self._moves[start].old

    def _reset(self, move: Move) -> list[str]:
        """The commits that HEAD was reset from just before this one was made, the newest first: perhaps of the same."""
        at = self._moves.index(move) - 1 if move in self._moves else -1
        last = at
        while at >= 0 and self._moves[at].why.startswith("reset: "):
            at -= 1
        return self._between(self._moves[at + 1].old, move.old) if at < last else []

    def _between(self, tip: str, base: str) -> list[str]:
        code, out, _ = self._repository.git.attempt("rev-list", "--topo-order", f"--max-count={_MOST}", tip, f"^{base}")
        return out.decode("ascii", "replace").split() if code == 0 else []

    def _chained(self, rule: Rule, shas: Sequence[str], numbers: Iterator[int]) -> Iterator[tuple[str, int]]:
        """Each commit with its chain's number: of commits in a row each is the parent of the one before.

        A squash takes a branch as it ended; what is picked of a branch that is rebased need not be all of it.
        """
        last: str | None = None
        number = next(numbers)
        for sha in shas:
            apart = rule is Rule.REBASED or (rule is Rule.GIVEN and self._given is not None and not self._given.whole)
            stands = last is not None and not apart and sha in self._parents(last)
            if last is not None and rule is not Rule.SQUASHED and not stands:
                number = next(numbers)
            yield sha, number
            last = sha


def _author(commit: Commit) -> tuple[str, str, str]:
    return commit.author.name, commit.author.email, commit.authored_at


def _starts(move: Move) -> bool:
    return move.doing == "rebase" and any(word in move.why for word in _STARTS)
