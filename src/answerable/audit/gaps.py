"""What could not be said about a history, each with how much it concerns and the step that closes it."""

from __future__ import annotations

from dataclasses import dataclass

from answerable.audit.tally import Tally
from answerable.domain.origin import Origin
from answerable.git.notes import refs_below
from answerable.git.repository import Repository
from answerable.ownership.registry import Registry
from answerable.provenance.refs import NOTE_REFS


@dataclass(frozen=True, slots=True, kw_only=True)
class Gap:
    """A named gap. `count` of `of` things (lines, commits) are concerned."""

    id: str
    count: int
    of: int
    message: str
    remedy: str


def gaps(repository: Repository, commit: str, tally: Tally) -> list[Gap]:
    """The gaps in what a repository shows, the largest share first."""
    found = [*_of_lines(tally), *_of_commits(tally), *_of_repository(repository, commit, tally)]
    return sorted(found, key=lambda gap: -gap.count / max(1, gap.of))


def _of_lines(tally: Tally) -> list[Gap]:
    rows = (
        (
            "origin-unknown",
            tally.lines_by_origin[Origin.UNKNOWN.value],
            "lines have no evidence of who or what wrote them; they are treated as AI",
            "keep tools' co-author trailers on, or let a line recorder such as git-ai write notes",
        ),
        (
            "origin-conflict",
            tally.conflicting,
            "lines are claimed for AI by one source and for a person by another",
            "ask about one of them: answerable for PATH:LINE shows both sides",
        ),
        (
            "tool-unnamed",
            tally.nameless,
            "lines of AI origin name no single tool",
            "let the trailer name it: Assisted-by: TOOL:MODEL",
        ),
    )
    return [Gap(id=i, count=n, of=tally.lines, message=m, remedy=r) for i, n, m, r in rows if n]


def _of_commits(tally: Tally) -> list[Gap]:
    plain = tally.commits - tally.merges
    unreviewed = plain - tally.reviewed
    found = []
    if unreviewed:
        message = "commits name no independent reviewer in git"
        remedy = "let merges carry Reviewed-by: trailers; a review only on the forge is lost with the forge"
        found.append(Gap(id="review-unnamed", count=unreviewed, of=plain, message=message, remedy=remedy))
    if tally.unreadable:
        message = "commits could not be read in full: the clone is shallow, or objects are missing"
        remedy = "git fetch --unshallow, or git fetch --refetch --no-filter for a partial clone"
        found.append(Gap(id="history-cut", count=tally.unreadable, of=tally.commits, message=message, remedy=remedy))
    return found


def _of_repository(repository: Repository, commit: str, tally: Tally) -> list[Gap]:
    found = []
    if not refs_below(repository.git, *NOTE_REFS):
        message = "no line-level notes are here; clones do not fetch notes by themselves"
        remedy = "git fetch origin refs/notes/ai:refs/notes/ai"
        found.append(Gap(id="notes-absent", count=1, of=1, message=message, remedy=remedy))
    if not Registry(repository, commit).declared:
        message = "no owner is declared for any path"
        found.append(Gap(id="owners-absent", count=1, of=1, message=message, remedy="add .github/CODEOWNERS"))
    if repository.rewrites:
        message = "refs/replace or grafts rewrite history here; they were ignored"
        remedy = "list them: git replace -l; remove them if nobody can say why they are there"
        found.append(Gap(id="history-replaced", count=1, of=1, message=message, remedy=remedy))
    if tally.defects:
        count = sum(tally.defects.values())
        message = "faults in the evidence itself; what could be read still counts"
        remedy = "see the defects by kind, and docs/reference/defects.md for what each means"
        found.append(Gap(id="evidence-defects", count=count, of=count, message=message, remedy=remedy))
    return found
