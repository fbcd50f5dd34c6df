"""What a change brings in: every line that it adds, once, as it stands at its head, with where it came from.

Added is what `git diff` of base and head shows as added, renames paired: a line that a merge puts in by its own hand,
or that a revert brings back, is in it too. Where the range did not write such a line, nobody is known to have: its
origin is `unknown`. What has no lines (a removal, a binary file, another mode) is a fact of its own. Nothing outside
the paths that changed is looked at, and what is not here to be read is an error, never a silence.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from answerable.domain.commit import Commit
from answerable.domain.line_origin import LineOrigin
from answerable.errors import PolicyUnevaluable
from answerable.git.attribution.engine import Engine
from answerable.git.attribution.hunks import Pair
from answerable.git.attribution.pieces import BINARY_LOOK, End, Piece
from answerable.git.attribution.snapshot import Attribution
from answerable.git.attribution.store import Held
from answerable.git.changes import GITLINK, Record
from answerable.git.repository import Repository
from answerable.policy.change.line_facts import LineFacts, What
from answerable.policy.change.lines import MOST, hunks_of, steps, wrote
from answerable.policy.change.paths import MISSING, PathChange, changes
from answerable.policy.change.wrote import Evidence, Pieces
from answerable.provenance.gather import Gatherer

__all__ = ["LineFacts", "PathChange", "Read", "What", "changes", "facts", "pairs_of"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Read:
    """What is read of a change already, as when many are read at once.

    `hunks` are those of `pairs_of` its paths; `lines` attributes them at the head, as from its bases on.
    """

    hunks: Mapping[Pair, bytes]
    lines: Attribution


def facts(
    repository: Repository,
    base: str | None,
    head: str,
    gatherer: Gatherer,
    *,
    bases: Sequence[str] = (),
    changed: Sequence[PathChange] | None = None,
    commits: Mapping[str, Commit] | None = None,
    read: Read | None = None,
    history: Iterator[Record] | None = None,
    store: Held | None = None,
) -> list[LineFacts]:
    """Everything that a change brings in, in the order of paths and lines.

    Args:
        repository: Where.
        base: Full id of the commit that the change begins at; None: at nothing.
        head: Full id of the commit that it ends at.
        gatherer: Reads evidence; it need not be prepared.
        bases: All commits that the range leaves out, where there are several; `base` by default.
        changed: What `changes` says, where it is known already.
        commits: All commits of the range, children before parents, where they are read already.
        read: Its lines, where they are read already.
        history: What each of the commits did, where it is asked already.
        store: Hunks that are known already.

    Raises:
        PolicyUnevaluable: objects or history that it takes are not in this clone.
    """
    found = changes(repository, base, head) if changed is None else changed
    pairs = pairs_of(repository, found)
    store = Held() if store is None else store
    wanted = dict.fromkeys(pair for pair in pairs.values() if pair[0] != pair[1])
    spans = _added(repository, pairs, read.hunks if read else hunks_of(repository, wanted, store))
    files = {change.path: change.new for change in found if change in spans and spans[change].added}
    if read or not files:
        lines = read.lines if read else Attribution(head)
    elif commits and len(commits) <= MOST:
        lines = wrote(repository, head, files, steps(commits.values()), store, history)
    else:
        lines = Engine(repository).attribute(head, files, bases or ([base] if base else []))
    pieces = Pieces(lines if files else None)
    evidence = Evidence(repository, gatherer, pieces.commits, commits or {})
    told = [fact for c in found for fact in _of_path(repository, c, spans.get(c), pieces, evidence)]
    signed = [part for fact in told for part in evidence.signed_at(head, fact)]
    return sorted(signed, key=lambda fact: (fact.path, fact.start, fact.end))


@dataclass(frozen=True, slots=True)
class _Spans:
    """The lines of one path: added ones, how many went, and the file's length; 1-based inclusive."""

    added: list[tuple[int, int]]
    removed: int
    pure: int  # how many went where none came
    total: int


def pairs_of(repository: Repository, found: Sequence[PathChange]) -> dict[PathChange, Pair]:
    """The blobs to compare for each path that has any lines: submodules have none."""
    empty = repository.quarantine.empty_blob.encode()
    pairs: dict[PathChange, Pair] = {}
    for change in found:
        old = change.old if change.continues or change.status == b"D" else empty
        new = change.new if change.status != b"D" else empty
        if GITLINK not in ((change.old_mode if old is not empty else b""), change.new_mode):
            pairs[change] = (old, new)
    return pairs


def _added(
    repository: Repository, pairs: Mapping[PathChange, Pair], hunks: Mapping[Pair, bytes]
) -> dict[PathChange, _Spans]:
    """The lines of each path that has any: binary files have none."""
    empty = repository.quarantine.empty_blob.encode()
    lengths = _lengths(repository, [c for c, (old, _) in pairs.items() if c.status == b"R" and old != empty])
    spans = {}
    for change, pair in pairs.items():
        packed = hunks.get(pair) if pair[0] != pair[1] else b""
        if packed is None:
            name = change.path.decode("utf-8", "replace")
            raise PolicyUnevaluable(f"the content of {name} is not in this clone", hint=MISSING)
        spans[change] = _read(memoryview(packed).cast("I"), lengths.get(change, 0))
    return spans


def _read(numbers: memoryview[int], total: int) -> _Spans:
    added, removed, pure = [], 0, 0
    for at in range(0, len(numbers), 4):
        gone, start, count = numbers[at + 1], numbers[at + 2], numbers[at + 3]
        removed += gone
        pure += gone if not count else 0
        if count:
            added.append((start + 1, start + count))
    return _Spans(added, removed, pure, total)


def _lengths(repository: Repository, renamed: Sequence[PathChange]) -> dict[PathChange, int]:
    """How many lines renamed files have; none for binary ones."""
    found = {}
    for change in renamed:
        data = repository.objects.blob(change.new.decode())
        if data is None:
            raise PolicyUnevaluable("the content of a renamed file is not in this clone", hint=MISSING)
        found[change] = 0 if b"\0" in data[:BINARY_LOOK] else data.count(b"\n") + (data[-1:] not in (b"", b"\n"))
    return found


def _weight(repository: Repository, change: PathChange) -> int:
    """How many lines a file would have if it had any: bytes that hide them count no less."""
    whole = change.status in (b"A", b"M", b"T") and change.new_mode != GITLINK and change.new != change.old
    return (repository.objects.blob(change.new.decode()) or b"").count(b"\n") if whole else 0


def _of_path(
    repository: Repository, change: PathChange, spans: _Spans | None, pieces: Pieces, evidence: Evidence
) -> Iterator[LineFacts]:
    old = change.old_path if change.old_path != change.path else None
    told = False
    if spans:
        for piece in pieces.of(change.path, spans.added):
            told = True
            yield from _of_piece(change.path, old, piece, evidence)
        for start, end in _between(spans.added, spans.total) if old else ():
            told = True
            yield _plain(change, What.MOVED, f"stood in {_name(change.old_path)} before", start, end)
        if spans.pure or (spans.removed and not told):
            told = True
            gone = spans.pure or spans.removed
            yield replace(_plain(change, What.REMOVED, f"{gone} lines removed"), weight=gone)
    remoded = change.status in (b"M", b"T") and change.old_mode != change.new_mode
    if not told or remoded or change.status == b"R":
        weight = 0 if told else _weight(repository, change)
        yield replace(_plain(change, What.CHANGED, _without_lines(change)), weight=weight)


def _of_piece(path: bytes, old: bytes | None, piece: Piece, evidence: Evidence) -> Iterator[LineFacts]:
    if piece.origin.end is not End.BEGUN:
        end = piece.start + piece.count - 1
        because = "older than the range: a merge or a revert of the range brought it back"
        yield LineFacts(
            path=path, start=piece.start, end=end, what=What.ADDED, lines=LineOrigin(start=piece.start, end=end),
            old_path=old, because=because,
        )  # fmt: skip
        return
    shift = piece.start - piece.orig_start
    for part, who in evidence.of(piece):
        lines = part.at(part.start + shift, part.end + shift)
        yield LineFacts(
            path=path, start=lines.start, end=lines.end, what=What.ADDED, lines=lines, old_path=old,
            commit=piece.origin.commit.decode(), countersigned=who,
            wrote_path=piece.origin.path, wrote_start=part.start,
        )  # fmt: skip


def _plain(change: PathChange, what: What, because: str, start: int = 0, end: int = 0) -> LineFacts:
    old = change.old_path if change.old_path != change.path else None
    lines = LineOrigin(start=start, end=end)
    return LineFacts(path=change.path, start=start, end=end, what=what, lines=lines, old_path=old, because=because)


def _between(added: Sequence[tuple[int, int]], total: int) -> Iterator[tuple[int, int]]:
    """The lines of a file that were not added."""
    here = 1
    for start, end in [*added, (total + 1, total)]:
        if here < start:
            yield here, start - 1
        here = end + 1


def _without_lines(change: PathChange) -> str:
    if GITLINK in (change.old_mode, change.new_mode):
        return "a submodule"
    if change.status == b"R" and change.old_mode == change.new_mode:
        return f"renamed from {_name(change.old_path)}"
    if change.old_mode != change.new_mode and change.status in (b"M", b"R", b"T"):
        return f"mode {change.old_mode.decode()} became {change.new_mode.decode()}"
    return {b"A": "a new file without lines", b"D": "the file is removed"}.get(change.status, "a file without lines")


def _name(path: bytes) -> str:
    return path.decode("utf-8", "replace")
