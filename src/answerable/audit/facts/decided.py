"""What a ledger says, judged entry by entry; what is wrong with it is told beside it, and never hides the rest.

An entry that the keys do not vouch for is left out of what counts, and stays among the problems. A ledger that does not
verify as a whole still tells what its sound entries say: whoever reads the facts is told that first.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from answerable.domain.decision import Kind
from answerable.ledger.source import Source
from answerable.ledger.trust import Problem, Trust
from answerable.ledger.verify import Expected, verify
from answerable.policy.artifact.history import Entry, History


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """The state of a ledger that facts rest on; size 0 where there is none."""

    origin: str = ""
    size: int = 0
    root: str = ""  # hex, of all entries
    problems: tuple[Problem, ...] = ()
    sealed: int | None = None  # size of the newest checkpoint
    witnessed: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Decided:
    """The decisions of a ledger that count, and the state that they were read in."""

    history: History
    standing: Standing

    def carried(self) -> dict[str, list[str]]:
        """By commit, the commits that it was made of, as signed records of carries say."""
        found: dict[str, list[str]] = {}
        for entry in self.history.of(Kind.ATTEST):
            rows = entry.decision.details.get("carry")
            for row in rows if isinstance(rows, list | tuple) else ():
                new, old = (row.get("to"), row.get("from")) if isinstance(row, Mapping) else (None, None)
                if isinstance(new, str) and isinstance(old, str):
                    found.setdefault(new, []).append(old)
        return found


def decided(
    source: Source | None, keys: Sequence[str], older: Sequence[str] = (), tick: Callable[[int], None] = lambda _n: None
) -> Decided:
    """Read and judge all of a ledger.

    Args:
        source: Where it is; None where there is none.
        keys: Verifier keys of the log.
        older: Checkpoints of it that were seen before.
        tick: Told how many entries are done.
    """
    if source is None:
        return Decided(History((), Trust()), Standing())
    entries: list[Entry] = []
    report = verify(
        source, Expected(keys=keys, older=older), tick, lambda at, decision: entries.append(Entry(at, decision))
    )
    bad = {problem.index for problem in report.problems if problem.index is not None}
    standing = Standing(
        origin=_origin(entries),
        size=report.size,
        root=report.root.hex(),
        problems=tuple(report.problems),
        sealed=report.sealed,
        witnessed=tuple(report.witnessed),
    )
    return Decided(History([entry for entry in entries if entry.index not in bad], report.trust), standing)


def _origin(entries: Sequence[Entry]) -> str:
    """The name of the ledger, which its first entry is about."""
    first = entries[0].decision if entries and entries[0].index == 0 else None
    return (first.subjects[0].name or "") if first and first.subjects else ""
