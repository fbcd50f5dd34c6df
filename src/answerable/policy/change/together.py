"""Reads the two ends of a change and the history between them with one git, which costs more to start than to ask."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager, nullcontext
from dataclasses import dataclass

from answerable.domain.commit import Commit
from answerable.git.attribution.hunks import key_of
from answerable.git.attribution.store import Held
from answerable.git.changes import Record, Step, records
from answerable.git.patched import MOST as MOST_PATCHED
from answerable.git.patched import Hunks, Patched
from answerable.git.repository import Repository
from answerable.policy.change.lines import MOST, steps
from answerable.policy.change.paths import PathChange, change_of, changes


@dataclass(frozen=True, slots=True, kw_only=True)
class Together:
    """The paths that a change changes, and what each of its commits did, which is read while something else is done.

    `history` is None where it is better asked by itself. `store` learns the hunks of what is read.
    """

    changed: list[PathChange]
    history: Iterator[Record] | None
    store: Held


@contextmanager
def together(
    repository: Repository,
    base: str | None,
    head: str,
    commits: Mapping[str, Commit],
    started: Patched | None = None,
) -> Iterator[Together]:
    """Read a change.

    Args:
        repository: Where.
        base: Full id of the commit that the change begins at; None: at nothing.
        head: Full id of the commit that it ends at.
        commits: All commits of the range, children before parents.
        started: What reads a few commits, where it was started already and perhaps asked; the caller closes it.

    Raises:
        PolicyUnevaluable: objects that it takes are not in this clone.
    """
    if base is None or not 0 < len(commits) <= MOST:
        yield Together(changed=changes(repository, base, head), history=None, store=Held())
        return
    ends, walk, store = _ends(base, head), steps(commits.values()), Held()
    with nullcontext(started) if started else closing(Patched(repository.quarantine)) as patched:
        answer = patched.answer([ends]) if ask(patched, base, head, commits) else None
        if answer is not None:
            (first,), hunks = answer
            _hold(store, hunks)
            history = iter([first]) if walk == [ends] else _history(repository, patched, walk, store)
            yield Together(changed=_changed(repository, base, first), history=history, store=store)
            return
    with closing(records(repository.quarantine.git, [ends, *walk])) as history:
        yield Together(changed=_changed(repository, base, next(history)), history=history, store=store)


def ask(patched: Patched, base: str | None, head: str, commits: Mapping[str, Commit]) -> bool:
    """Ask about a change, once; False where it is better read in another way.

    Args:
        patched: Whom to ask.
        base: Full id of the commit that the change begins at; None: at nothing.
        head: Full id of the commit that it ends at.
        commits: All commits of the range, children before parents.
    """
    few = base is not None and 0 < len(commits) <= MOST_PATCHED
    if few and not patched.asked and not any(commit.is_merge for commit in commits.values()):
        ends, walk = _ends(str(base), head), steps(commits.values())
        patched.ask([ends], *([walk] if walk != [ends] else []))
    return patched.asked


def _ends(base: str, head: str) -> Step:
    return Step(head.encode(), (base.encode(),))


def _changed(repository: Repository, base: str, first: Record) -> list[PathChange]:
    found = [change_of(path, raw) for path, raw in first.raw]
    if first.opaque or {b"A", b"D"} <= {change.status for change in found}:  # there can be renames
        return changes(repository, base, first.step.commit.decode())
    return found


def _history(repository: Repository, patched: Patched, walk: list[Step], store: Held) -> Iterator[Record]:
    answer = patched.answer(walk)
    if answer is None:
        with closing(records(repository.quarantine.git, walk)) as history:
            yield from history
        return
    found, hunks = answer
    _hold(store, hunks)
    yield from found


def _hold(store: Held, hunks: Hunks) -> None:
    """Binary blobs have hunks where they are compared as if they were text, and only there."""
    store.add_hunks({key_of(pair, binary=False): packed for pair, packed in hunks.items()})
    store.add_hunks({key_of(pair): packed for pair, packed in hunks.items() if packed})
