"""Which commit of a change wrote a line, and what evidence says of the line as that commit left it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from answerable.domain.commit import Commit
from answerable.domain.line_origin import LineOrigin
from answerable.errors import PolicyUnevaluable
from answerable.git.attribution.pieces import End, Origin, Piece
from answerable.git.attribution.snapshot import Attribution
from answerable.git.repository import Repository
from answerable.policy.change.countersigns import Countersigns
from answerable.policy.change.paths import INCOMPLETE, MISSING
from answerable.provenance.gather import Gatherer
from answerable.provenance.origins import Origins

if TYPE_CHECKING:
    from answerable.policy.change.facts import LineFacts

NOBODY = Origin(b"", b"", End.OUTSIDE)


class Pieces:
    """Which commit of the range wrote each line of some files at the head.

    Args:
        found: What attribution says of these files; None where there are none.

    Raises:
        PolicyUnevaluable: history or content that it takes is not in this clone.
    """

    def __init__(self, found: Attribution | None) -> None:
        self._found = found
        ends = {origin.end for origin in self._found.origins} if self._found else set()
        if End.SHALLOW in ends:
            raise PolicyUnevaluable("this clone ends inside the range, so its lines cannot be told", hint=INCOMPLETE)
        if End.MISSING in ends:
            raise PolicyUnevaluable("content of the range is not in this clone", hint=MISSING)

    @property
    def commits(self) -> list[str]:
        """The commits that wrote any of it."""
        wrote = [o.commit.decode() for o in self._found.origins if o.end is End.BEGUN] if self._found else []
        return list(dict.fromkeys(wrote))

    def of(self, path: bytes, spans: Sequence[tuple[int, int]]) -> Iterator[Piece]:
        """The pieces of these lines (ascending), cut to them."""
        known = self._found is not None and path in self._found.files
        pieces = list(self._found.pieces(path)) if self._found and known else []
        at = 0
        for start, end in spans:
            here = start
            while at < len(pieces) and here <= end:
                piece = pieces[at]
                last = min(end, piece.start + piece.count - 1)
                if last >= here:
                    skip = here - piece.start
                    yield piece._replace(start=here, count=last - here + 1, orig_start=piece.orig_start + skip)
                    here = last + 1
                if piece.start + piece.count - 1 > end:
                    break
                at += 1
            if here <= end:  # a file that attribution passed over: nobody is known to have written it
                yield Piece(here, end - here + 1, NOBODY, here)


class Evidence:
    """What evidence says of lines as their commits left them.

    Args:
        repository: Where.
        gatherer: Reads evidence.
        wrote: The commits that wrote any of the lines.
        commits: Commits that are read already.
    """

    def __init__(
        self, repository: Repository, gatherer: Gatherer, wrote: Iterable[str], commits: Mapping[str, Commit]
    ) -> None:
        self._origins = Origins(repository, gatherer)
        unread = []
        for sha in wrote:
            if sha in commits:
                self._origins.take(commits[sha])
            else:
                unread.append(sha)
        if unread:
            self._origins.learn(unread)
        self._countersigns = Countersigns(repository, gatherer)

    def of(self, piece: Piece) -> Iterator[tuple[LineOrigin, tuple[str, ...]]]:
        """Each part with who countersigned it; its lines are numbered as in the commit that wrote it."""
        sha, path = piece.origin.commit.decode(), piece.origin.path
        last = piece.orig_start + piece.count - 1
        for part in self._origins.of(sha, path, piece.orig_start, last):
            for start, end, who in self._countersigns.of(sha, path, part.start, part.end):
                yield part.at(start, end), who

    def signed_at(self, head: str, fact: LineFacts) -> Iterator[LineFacts]:
        """The same, parted by who countersigned the lines as they stand at the head, whoever wrote them."""
        if not fact.start:
            yield fact
            return
        for start, end, who in self._countersigns.of(head, fact.path, fact.start, fact.end):
            if not who and (start, end) == (fact.start, fact.end):
                yield fact
                continue
            signed = tuple(dict.fromkeys((*fact.countersigned, *who)))
            wrote = fact.wrote_start + start - fact.start if fact.wrote_start else 0
            yield replace(
                fact, start=start, end=end, lines=fact.lines.at(start, end), countersigned=signed, wrote_start=wrote
            )
