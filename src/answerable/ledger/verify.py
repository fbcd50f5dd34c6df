"""Verifies a whole ledger: every entry, every signature, every checkpoint; alone, without a network or a database.

What is wrong is named, with the index of the entry where there is one. A ledger verifies only if nothing is wrong. What
verification cannot show is that nothing was left out before it was signed, and, without an older checkpoint or a
witness, that the same log was shown to everybody.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from answerable.domain.decision import Decision
from answerable.errors import AnswerableError, ConfigInvalid, DecisionUnsupported, ExtraMissing
from answerable.ledger.checkpoint import Checkpoint, cosignatures, open_checkpoint
from answerable.ledger.envelope import decode
from answerable.ledger.merkle import EMPTY_ROOT, Frontier, leaf_hash, node_hash
from answerable.ledger.place import BY_KIND
from answerable.ledger.source import Source
from answerable.ledger.statement import read_statement
from answerable.ledger.trust import Problem, Trust

AHEAD = timedelta(days=1)  # how far a clock may be ahead of the verifier's
Tick = Callable[[int], None]
Each = Callable[[int, Decision], None]


@dataclass(slots=True, kw_only=True)
class Report:
    """What was found. `size` and `root` are of the entries that are there; `sealed` is the newest checkpoint's size."""

    size: int = 0
    root: bytes = b""
    sealed: int | None = None
    problems: list[Problem] = field(default_factory=list)
    trust: Trust = field(default_factory=Trust)
    witnessed: list[str] = field(default_factory=list)

    @property
    def ok(self) -> bool:
        """True where nothing is wrong."""
        return not self.problems


@dataclass(frozen=True, slots=True, kw_only=True)
class Expected:
    """What the verifier knows from elsewhere.

    `keys` are the log's verifier keys; `older` checkpoints seen before; `witnesses` verifier keys of witnesses, of
    which `need` must have cosigned the newest checkpoint; `now` the verifier's time, UTC.
    """

    keys: Sequence[str]
    older: Sequence[str] = ()
    witnesses: Sequence[str] = ()
    need: int = 0
    now: datetime = field(default_factory=lambda: datetime.now(UTC))


def verify(
    source: Source,
    expected: Expected,
    tick: Tick = lambda _done: None,
    each: Each = lambda _index, _decision: None,
) -> Report:
    """Verify everything that a source holds.

    Args:
        source: Where to read.
        expected: What is known from elsewhere.
        tick: Told how many entries are done.
        each: Given every decision that can be read, in order; the report says whether they may be believed.

    Raises:
        ExtraMissing: A key that signed an entry is of a kind that needs one.
        ConfigInvalid: What such a key is checked with cannot be read.
    """
    return _Verifier(source, expected, tick, each).report()


class _Verifier:
    """One run over one source."""

    def __init__(self, source: Source, expected: Expected, tick: Tick, each: Each) -> None:
        self._source = source
        self._expected = expected
        self._tick = tick
        self._each = each
        self._report = Report()
        self._hashes: list[bytes] = []
        self._ids: dict[str, int] = {}
        self._found: dict[str, list[int]] = {}
        self._roots: dict[int, bytes] = {}

    def report(self) -> Report:
        """Run."""
        own = [found for note in self._source.checkpoints() if (found := self._opened(note, "checkpoint"))]
        older = [found for note in self._expected.older if (found := self._opened(note, "older checkpoint"))]
        kept = self._source.hashes()
        self._read({checkpoint.size for checkpoint in (*own, *older)}, kept)
        self._compare(kept)
        sealed = self._seal(own)
        self._nodes("node-changed" if sealed else "entry-changed")
        self._hold_to(older, own)
        self._witness()
        self._index()
        for index, detail in self._source.faults:
            self._say("unreadable", index, detail)
        self._report.problems.sort(key=lambda problem: (problem.index is None, problem.index or 0))
        return self._report

    def _say(self, kind: str, index: int | None, detail: str) -> None:
        self._report.problems.append(Problem(kind=kind, index=index, detail=detail))

    def _opened(self, note: str, what: str) -> Checkpoint | None:
        try:
            return open_checkpoint(note, self._expected.keys)
        except AnswerableError as error:
            self._say("checkpoint-invalid", None, f"a {what} is not one of this log: {error.message}")
            return None

    def _read(self, sizes: Iterable[int], kept: Sequence[bytes]) -> None:
        frontier, wanted = Frontier(), set(sizes)
        self._roots[0] = frontier.root()
        for index, entry in enumerate(self._source.entries()):
            if entry is None:
                self._say("entry-changed", index, "it is not what was appended, and cannot be given back")
                hashed = kept[index] if index < len(kept) else EMPTY_ROOT
            else:
                hashed = leaf_hash(entry)
                self._entry(index, entry)
            self._hashes.append(hashed)
            frontier.push(hashed)
            if index + 1 in wanted:
                self._roots[index + 1] = frontier.root()
            if index % 512 == 0:
                self._tick(index)
        self._report.size, self._report.root = frontier.size, frontier.root()

    def _entry(self, index: int, leaf: bytes) -> None:
        try:
            envelope = decode(leaf)
            decision = read_statement(envelope.payload)
            problems = self._report.trust.judge(index, decision, envelope)
        except (ExtraMissing, ConfigInvalid):
            raise  # nothing is wrong with the entry: it cannot be judged here
        except DecisionUnsupported as error:
            self._say("decision-unsupported", index, error.message)
            return
        except AnswerableError as error:
            self._say("entry-malformed", index, error.message)
            return
        self._found.setdefault(BY_KIND + decision.kind.value, []).append(index)
        first = self._ids.setdefault(decision.decision_id, index)
        if first != index:
            self._say("entry-duplicated", index, f"the decision {decision.decision_id} is entry {first} already")
        self._report.problems += problems
        self._time(index, decision)
        self._each(index, decision)

    def _time(self, index: int, decision: Decision) -> None:
        claimed = datetime.fromisoformat(decision.observed_at[:19]).replace(tzinfo=UTC)
        if claimed > self._expected.now + AHEAD:
            self._say("clock-ahead", index, f"it claims {decision.observed_at}, which is still to come")

    def _compare(self, kept: Sequence[bytes]) -> None:
        """Name what differs between the entries and the hashes that are kept beside them."""
        if kept == self._hashes or not kept:
            return
        for kind, index, detail in differences(kept, self._hashes):
            self._say(kind, index, detail)

    def _seal(self, own: Sequence[Checkpoint]) -> bool:
        """Hold the entries to the log's own checkpoints, and say between which two of them a change lies."""
        if not own:
            self._say("checkpoint-missing", None, "no checkpoint of this log is there")
        good = 0
        for checkpoint in sorted(own, key=lambda one: one.size):
            self._report.sealed = checkpoint.size
            if checkpoint.size > self._report.size:
                missing = f"{checkpoint.size - self._report.size} entries that a checkpoint covers are not there"
                self._say("entries-missing", self._report.size, missing)
                return False
            if self._roots[checkpoint.size] != checkpoint.root:
                where = f"{good} to {checkpoint.size - 1}"
                self._say("root-mismatch", good, f"entries {where} are not those that the checkpoint seals")
                return False
            good = checkpoint.size
        return True

    def _nodes(self, kind: str) -> None:
        """Name the smallest subtrees whose kept hash is not that of what is below them now."""
        row, level, named = self._hashes, 0, set[int]()
        while len(row) > 1:
            row, level = [node_hash(a, b) for a, b in zip(row[::2], row[1::2], strict=False)], level + 1
            named = {index >> 1 for index in named}
            kept = self._source.nodes(level, len(row))
            if kept is None:
                continue
            for index, now in enumerate(row):
                if index in named or (index < len(kept) and kept[index] == now):
                    continue
                named.add(index)
                first, last = index << level, ((index + 1) << level) - 1
                self._say(kind, first, f"what is kept over entries {first} to {last} does not fit them")

    def _hold_to(self, older: Iterable[Checkpoint], own: Sequence[Checkpoint]) -> None:
        newest = max((checkpoint.size for checkpoint in own), default=self._report.size)
        for checkpoint in older:
            if checkpoint.size > newest or checkpoint.size > self._report.size:
                detail = f"an older checkpoint covers {checkpoint.size} entries, this log has {self._report.size}"
                self._say("log-rolled-back", min(newest, self._report.size), detail)
            elif self._roots[checkpoint.size] != checkpoint.root:
                detail = f"an older checkpoint of {checkpoint.size} entries is of others: history was rewritten"
                self._say("log-forked", None, detail)

    def _index(self) -> None:
        """An index that misses a decision about keys would let a revoked key go on."""
        for digest, indexes in self._found.items():
            listed = self._source.about(digest)
            missed = sorted(set(indexes).difference(listed)) if listed is not None else []
            if missed:
                self._say("index-damaged", missed[0], f"the index of {digest} does not lead to {len(missed)} entries")

    def _witness(self) -> None:
        notes = self._source.checkpoints()
        if not self._expected.witnesses or not notes:
            return
        try:
            found = {name for name, _ in cosignatures(notes[-1], self._expected.witnesses)}
        except AnswerableError as error:
            self._say("witness-invalid", None, error.message)
            return
        self._report.witnessed = sorted(found)
        if len(found) < self._expected.need:
            detail = f"{len(found)} witnesses cosigned the newest checkpoint, {self._expected.need} must"
            self._say("witness-missing", None, detail)


def differences(kept: Sequence[bytes], found: Sequence[bytes]) -> Iterator[tuple[str, int, str]]:
    """Name how entries differ from the leaf hashes that were kept: (problem, index, in words).

    Args:
        kept: The hashes of the entries as they were appended.
        found: The hashes of the entries as they are.
    """
    lost, more = Counter(kept), Counter(found)
    lost.subtract(more)
    wanted, had = {h for h, n in lost.items() if n > 0}, set(kept)
    extra = {h for h, n in lost.items() if n < 0}
    if len(kept) == len(found):
        for index, (was, now) in enumerate(zip(kept, found, strict=True)):
            if was != now:
                moved = now in had and now not in extra
                kind = "entry-reordered" if moved else "entry-duplicated" if now in had else "entry-changed"
                yield kind, index, "another entry stands here" if now in had else "it is not what was appended"
        return
    for index, was in enumerate(kept):
        if was in wanted:
            yield "entry-removed", index, "an entry that was appended is not there"
    seen: Counter[bytes] = Counter()
    for index, now in enumerate(found):
        seen[now] += 1
        if now in extra and seen[now] > Counter(kept)[now]:
            kind = "entry-duplicated" if now in had else "entry-inserted"
            yield kind, index, "an entry stands here that was not appended"
