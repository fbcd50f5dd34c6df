"""Reads the lines of a change with few processes: its hunks once, and from its own commits who wrote which line."""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import closing

from answerable.domain.commit import Commit
from answerable.git.attribution.hunks import Differ, Pair, key_of
from answerable.git.attribution.many import Many
from answerable.git.attribution.pieces import End, Origin
from answerable.git.attribution.snapshot import Attribution, FileLines
from answerable.git.attribution.store import Held
from answerable.git.changes import Change, Record, Step, records
from answerable.git.repository import Repository

MOST = 100  # commits: of more, those that changed none of the paths are better passed over by git


def steps(commits: Iterable[Commit]) -> list[Step]:
    """Commits as history is read by."""
    return [Step(one.sha.encode(), tuple(parent.encode() for parent in one.parents)) for one in commits]


def hunks_of(repository: Repository, pairs: Iterable[Pair], store: Held) -> Mapping[Pair, bytes]:
    """The hunks of pairs of blobs, binary ones without any; those of text are held, since blame makes the same.

    Args:
        repository: Where.
        pairs: Old and new blobs that differ.
        store: Where they are held, and those that are known are found.
    """
    with closing(Differ(repository.quarantine, binary=False)) as differ:
        found = differ.hunks(list(pairs), store)
    store.add_hunks({key_of(pair): packed for pair, packed in found.items() if packed})
    return found


def wrote(
    repository: Repository,
    head: str,
    files: Mapping[bytes, bytes],
    walk: Sequence[Step],
    store: Held,
    history: Iterator[Record] | None = None,
) -> Attribution:
    """Which commit of a range wrote each line of some files at its head.

    Args:
        repository: Where.
        head: Full id.
        files: The files, each with its blob there.
        walk: All commits of the range, children before parents.
        store: Hunks that are known.
        history: What each of the commits did, where it is asked already.
    """
    if not files:
        return Attribution(head)
    with closing(records(repository.quarantine.git, () if history else walk)) as asked:
        told = list(history or asked)
    found = _at_once(repository, head, files, told, store)
    rest = {path: blob for path, blob in files.items() if path not in found.files}
    if rest:
        with closing(Many(repository, store, few=True)) as many:
            many.take(head, rest, told)
            (others,) = many.finish()
        _join(found, others)
    return found


def _at_once(
    repository: Repository, head: str, files: Mapping[bytes, bytes], told: Sequence[Record], store: Held
) -> Attribution:
    """Those files that one commit of a range without merges changed: its hunks say all there is to say of them."""
    found = Attribution(head, [Origin(b"", b"", End.OUTSIDE)])
    if any(record.opaque or len(record.step.parents) != 1 for record in told):
        return found
    touched: dict[bytes, list[tuple[Record, Change]]] = {path: [] for path in files}
    for record in told:
        for path, raw in record.raw:
            if path in files:
                touched[path].append((record, Change.of(path, raw)))
    empty = repository.quarantine.empty_blob.encode()
    for path, changes in touched.items():
        if len(changes) != 1:
            continue
        record, change = changes[0]
        begins = change.status == b"A" and not any(raw.endswith(b"D") for _, raw in record.raw)  # none was renamed
        key = key_of((empty if begins else change.old, change.new))
        packed = store.hunks([key]).get(key)
        if packed is not None and change.new == files[path] and (begins or change.status == b"M"):
            runs = _runs(memoryview(packed).cast("I"), len(found.origins))
            found.origins.append(Origin(record.step.commit, path, End.BEGUN))
            found.files[path] = FileLines(change.new, runs)
    return found


def _runs(numbers: memoryview[int], wrote: int) -> array[int]:
    """The lines of a file up to the last that was written, as attribution gives them."""
    runs, here = array("I"), 0
    for at in range(0, len(numbers), 4):
        old, _, new, news = numbers[at : at + 4]
        if new > here:
            runs.extend((0, old - (new - here), new - here))
        if news:
            runs.extend((wrote, new, news))
        here = new + news
    return runs


def _join(found: Attribution, others: Attribution) -> None:
    """Take in what is said of other files."""
    first = len(found.origins)
    found.origins += others.origins
    found.skipped |= others.skipped
    for path, lines in others.files.items():
        runs = lines.runs[:]
        for at in range(0, len(runs), 3):
            runs[at] += first
        found.files[path] = FileLines(lines.blob, runs)
