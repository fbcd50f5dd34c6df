"""Turns blamed pieces of files into spans that carry all the repository shows about them."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from functools import cached_property
from pathlib import Path

from answerable.domain.answer import Behind, Delivery, Span
from answerable.domain.commit import Commit
from answerable.domain.line_origin import LineOrigin
from answerable.errors import BinaryFile, ContentMissing, LineOutOfRange
from answerable.git.attribution.pieces import BINARY_LOOK, End, Piece
from answerable.git.attribution.snapshot import Attribution
from answerable.git.blame import Blame
from answerable.git.changes import GITLINK
from answerable.git.repository import Repository
from answerable.git.tree import entry_at, list_tree
from answerable.incident.people import mapped
from answerable.incident.records import Records
from answerable.provenance.combine import combine

Lines = tuple[int, int]


class Blamer:
    """Finds who wrote lines, at the records' head, with several files under way at once.

    Args:
        records: At the revision.
        attribution: Of its whole tree, where that is known anyway: then git is not asked.
    """

    def __init__(self, records: Records, attribution: Attribution | None = None) -> None:
        self._records = records
        self._repository = records.repository
        self._attribution = attribution

    def spans(self, wanted: Sequence[tuple[bytes, Lines | None]]) -> Iterator[list[Span]]:
        """Yield the spans of each (path, 1-based inclusive lines or None for all), in the order given.

        Raises:
            BinaryFile: a file without lines.
            LineOutOfRange: lines that the file has not.
        """
        for path, lines in wanted:
            self.check(path, lines)
        width = os.cpu_count() or 1
        for at in range(0, len(wanted), width):
            batch = wanted[at : at + width]
            running = [None if self._knows(path) else self._blame(path, lines) for path, lines in batch]
            self._records.prepare(path for path, _ in batch)
            for (path, lines), blame in zip(batch, running, strict=True):
                pieces = self._known(path, lines) if blame is None else blame.pieces(self._repository.boundary)
                pieces = self._slowly(path, lines) if pieces is None else pieces
                yield list(self._behind(path, spans_of(self._records, path, pieces)))

    def _knows(self, path: bytes) -> bool:
        return self._attribution is not None and path in self._attribution.files

    def _known(self, path: bytes, lines: Lines | None) -> list[Piece]:
        """From the attribution; of a file without lines there are none."""
        if self._attribution is None or not self._knows(path):
            return []
        return [piece for piece in (_cut(p, lines) for p in self._attribution.pieces(path)) if piece.count > 0]

    def check(self, path: bytes, lines: Lines | None) -> int:
        """How many lines the file has; raises where the ones asked for are not there."""
        count = line_count(self._repository, self._records.head, path)
        if lines and not 1 <= lines[0] <= lines[1] <= count:
            name = path.decode("utf-8", "replace")
            asked = f"{lines[0]}-{lines[1]}" if lines[0] != lines[1] else f"{lines[0]}"
            hint = f"give lines from 1 to {count}, the smaller first" if count else "the file is empty"
            raise LineOutOfRange(f"{name} has {count} lines; asked for {asked}", hint=hint)
        return count

    def _blame(self, path: bytes, lines: Lines | None, ignore: Path | None = None) -> Blame | None:
        if lines is None and not line_count(self._repository, self._records.head, path):
            return None
        early = (
            self._records.early.blames.pop((self._records.head, path, lines), None) if lines and not ignore else None
        )
        return early or Blame(self._repository.quarantine.git, self._records.head, path, lines, ignore)

    @cached_property
    def _ignored(self) -> Path:
        file = self._repository.quarantine.folder / "ignored"
        file.write_text("".join(f"{sha}\n" for sha in sorted(self._records.ignored)))
        return file

    def _slowly(self, path: bytes, lines: Lines | None) -> list[Piece]:
        """The same from our own walk, which survives missing objects."""
        from answerable.git.attribution.engine import Engine  # rarely needed, and slow to load

        pieces = Engine(self._repository).attribute(self._records.head, [path]).pieces(path)
        return [piece for piece in (_cut(p, lines) for p in pieces) if piece.count > 0]

    def _behind(self, path: bytes, spans: Iterable[Span]) -> Iterator[Span]:
        for span in spans:
            ignored = self._ignored if span.commit in self._records.ignored else None
            blame = self._blame(path, (span.start, span.end), ignored) if ignored else None
            pieces = (blame.pieces(self._repository.boundary) if blame else None) or []
            origin = pieces[0].origin if pieces else None
            commit = self._records.commit(origin.commit.decode()) if origin else None
            if commit is None or origin is None or commit.sha == span.commit:
                yield span
                continue
            author = mapped(commit.author, self._records.mailmap)
            seen = Behind(commit=commit.sha, path=origin.path, start=pieces[0].orig_start, author=author)
            yield replace(span, behind=seen)


def spans_of(records: Records, path: bytes, pieces: Iterable[Piece]) -> list[Span]:
    """Spans of one file from blamed pieces, split where the evidence differs and joined where nothing does."""
    pieces = list(pieces)
    shas = [p.origin.commit.decode() for p in pieces if p.origin.end is End.BEGUN]
    records.load(shas)
    records.land(shas)
    found: list[Span] = []
    for piece in pieces:
        for span in _spans(records, path, piece):
            if found and _continues(found[-1], span):
                found[-1] = replace(found[-1], end=span.end)
            else:
                found.append(span)
    return found


def line_count(repository: Repository, commit: str, path: bytes) -> int:
    """How many lines a file has at a commit.

    Raises:
        BinaryFile: it has none to speak of.
        ContentMissing: its content is not here.
    """
    name = path.decode("utf-8", "replace")
    found = entry_at(repository.objects, commit, path)
    data = found.data if found and found.kind == "blob" else None
    if data is None:
        entry = next(iter(list_tree(repository.git, commit, path)), None)
        if entry is None or entry.mode == GITLINK:
            raise BinaryFile(f"{name} is a submodule", hint="ask inside the submodule's own repository")
        data = repository.objects.blob(entry.oid)
    if data is None:
        hint = "fetch it: git fetch --refetch --no-filter"
        raise ContentMissing(f"the content of {name} is not in this clone", hint=hint)
    if b"\0" in data[:BINARY_LOOK]:
        raise BinaryFile(f"{name} is binary, it has no lines", hint="ask for the commit that changed it instead")
    return data.count(b"\n") + (data != b"" and not data.endswith(b"\n"))


def _spans(records: Records, path: bytes, piece: Piece) -> Iterator[Span]:
    end = piece.start + piece.count - 1
    common = Span(
        path=path, start=piece.start, end=end, commit=None, orig_path=piece.origin.path, orig_start=piece.orig_start,
        lines=LineOrigin(), owner=records.owner(path), placed=records.placed(path),
    )  # fmt: skip
    commit = records.commit(piece.origin.commit.decode()) if piece.origin.end is End.BEGUN else None
    if commit is None:
        yield replace(common, boundary=(piece.origin.end or End.MISSING).name.lower())
        return
    common = replace(
        common, commit=commit.sha, author=mapped(commit.author, records.mailmap),
        committer=mapped(commit.committer, records.mailmap), committed_at=commit.committed_at, subject=commit.subject,
        review=records.review(commit), delivery=_delivery(records, commit),
        whereabouts=records.whereabouts(commit.sha),
    )  # fmt: skip
    merge = records.merge(commit)
    reading = records.gatherer.reading(commit, merge if merge is not commit else None)
    offset = piece.start - piece.orig_start
    for origin in combine(reading.claims, piece.origin.path, piece.orig_start, piece.orig_start + piece.count - 1):
        first, last = origin.start + offset, origin.end + offset
        yield replace(common, start=first, end=last, orig_start=origin.start, lines=origin)


def _delivery(records: Records, commit: Commit) -> Delivery:
    merge = records.merge(commit)
    by = mapped(merge.author, records.mailmap) if merge else None
    return replace(records.delivery(commit), merged_by=by)


def _continues(before: Span, after: Span) -> bool:
    joined = before.end + 1 == after.start and before.orig_start + after.start - before.start == after.orig_start
    alike = before.commit == after.commit and before.boundary == after.boundary and before.orig_path == after.orig_path
    return joined and alike and before.lines.at(0, 0) == after.lines.at(0, 0)


def _cut(piece: Piece, lines: Lines | None) -> Piece:
    if lines is None:
        return piece
    start, end = max(piece.start, lines[0]), min(piece.start + piece.count - 1, lines[1])
    return piece._replace(start=start, count=end - start + 1, orig_start=piece.orig_start + start - piece.start)
