"""The lines of a change that somebody can sign for: of each AI-origin hunk what they have not signed for yet."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from answerable.domain.origin import Origin
from answerable.git.repository import Repository
from answerable.git.tree import entry_at
from answerable.policy.change.line_facts import LineFacts
from answerable.policy.checklists.open import Checklists
from answerable.provenance.decisions import digest_of_lines
from answerable.review.checklist.hunk import Hunk, words
from answerable.review.countersign import Blob, Portion, Run

_KEPT = 16  # files


@dataclass(frozen=True, slots=True, kw_only=True)
class Unsigned:
    """Portions in the order of paths and lines, and how many lines the person has signed for before."""

    portions: tuple[Portion, ...] = ()
    signed: int = 0

    @property
    def lines(self) -> int:
        """How many lines there are to sign for."""
        return sum(portion.count for portion in self.portions)


def unsigned(
    head: str,
    facts: Sequence[LineFacts],
    lists: Checklists,
    blob: Blob,
    *,
    by: str | None = None,
    wanted: Callable[[Hunk], bool] = lambda _: True,
    origins: Collection[Origin] = (),
) -> Unsigned:
    """What is left to sign for.

    Args:
        head: Full id of the change's newest commit.
        facts: What the change brings in, in the order of paths and lines.
        lists: Its hunks, with what is asked about each.
        blob: Reads files.
        by: Who signs; None: nobody has signed anything yet.
        wanted: Which hunks count.
        origins: Lines of which origins count; all where empty.
    """
    portions: list[Portion] = []
    signed = 0
    of_path: dict[bytes, list[LineFacts]] = {}
    for fact in facts:
        of_path.setdefault(fact.path, []).append(fact)
    for each in lists.all:
        hunk = each.asked.hunk
        if not wanted(hunk):
            continue
        inside = [f for f in of_path[hunk.path] if hunk.start <= f.start <= f.end <= hunk.end]
        inside = [fact for fact in inside if not origins or _origin(fact) in origins]
        signed += sum(fact.count for fact in inside if by in fact.countersigned)
        for run in _runs([fact for fact in inside if by not in fact.countersigned]):
            cut = _cut(hunk, run, blob(head, hunk.path))
            portions.append(Portion(hunk=cut, runs=tuple(map(_run, run)), questions=each.asked.questions))
    return Unsigned(portions=tuple(portions), signed=signed)


def blobs(repository: Repository) -> Blob:
    """Reads files of commits; a few are kept, for the same ones are asked for again and again."""

    @lru_cache(maxsize=_KEPT)
    def read(commit: str, path: bytes) -> bytes | None:
        found = entry_at(repository.objects, commit, path)
        return found.data if found and found.kind == "blob" else None

    return read


def _runs(facts: Sequence[LineFacts]) -> Iterator[list[LineFacts]]:
    run: list[LineFacts] = []
    for fact in facts:
        if run and run[-1].end + 1 != fact.start:
            yield run
            run = []
        run.append(fact)
    if run:
        yield run


def _cut(hunk: Hunk, run: Sequence[LineFacts], content: bytes | None) -> Hunk:
    """The hunk, or the part of it that the lines are."""
    start, end = run[0].start, run[-1].end
    if (start, end) == (hunk.start, hunk.end):
        return hunk
    agents = [fact.lines.agent for fact in run if fact.lines.agent]
    return replace(
        hunk, start=start, end=end, number=0, digest=digest_of_lines(content, start, end) or "",
        origins=words(_origin(fact).value for fact in run), grades=words(fact.lines.grade.word for fact in run),
        tools=words(f"{agent.tool}{f' ({agent.model})' if agent.model else ''}" for agent in agents),
        commits=words(fact.commit for fact in run),
    )  # fmt: skip


def _run(fact: LineFacts) -> Run:
    return Run(
        path=fact.path, start=fact.start, end=fact.end, origin=_origin(fact), agent=fact.lines.agent,
        commit=fact.commit, commit_path=fact.wrote_path or b"", commit_start=fact.wrote_start,
    )  # fmt: skip


def _origin(fact: LineFacts) -> Origin:
    """That a person wrote lines, and nobody signed it, is not known."""
    return Origin.UNKNOWN if fact.lines.origin is Origin.HUMAN else fact.lines.origin
