"""Signs what the recorder decided and puts it where it is kept: the notes first, then the ledger that trusts it.

A commit that has a record of this recorder gets no second one: that is looked at, and the signature with it, while the
notes are locked, so that whoever is killed and begins again doubles nothing. What the ledger could not take is owed to
it: the commits are named in a file before it is asked, and a later drain brings what their notes hold.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

from answerable.capture.recorder import Recorder, is_trusted
from answerable.capture.recording.pending import OWED
from answerable.capture.recording.snapshots import write
from answerable.capture.recording.spool import journal
from answerable.domain.decision import Decision, Kind
from answerable.errors import AnswerableError, LedgerMissing
from answerable.git.record import extend, read_lines
from answerable.git.repository import Repository
from answerable.ledger.envelope import Envelope, check_signatures, decode, sign
from answerable.ledger.place import has_ledger, ledger_place
from answerable.ledger.statement import read_statement

MOST_REPLACED = 64  # decisions that one can name
_FIRST = frozenset({Kind.GENERATE, Kind.ATTEST})

Decide = Callable[[], Sequence[Decision]]


class Signing:
    """What one recorder signs in one work tree.

    Args:
        repository: Where.
        folder: Where capture keeps what belongs to the work tree.
        recorder: Who signs.
    """

    def __init__(self, repository: Repository, folder: Path, recorder: Recorder) -> None:
        self._repository = repository
        self._folder = folder
        self.recorder = recorder
        self._unpaid: dict[str, None] = {}  # commits whose records the ledger may lack, if the file cannot be written
        self._owed_file = folder / os.fsdecode(OWED)

    def keep(self, wanted: Mapping[str, Decide]) -> int:
        """Sign what is decided about commits that have no record yet, and keep it; return how many were new.

        Args:
            wanted: What to sign, by commit; asked only where it is needed.

        Raises:
            GitFailed: the notes could not be written.
        """

        def lines(sha: str, present: Sequence[bytes]) -> Iterable[bytes]:
            if any(one.kind in _FIRST for one, _ in self._mine(sha, present)):
                return ()
            return self._signed(wanted[sha]())

        return self._add(wanted, lines)

    def correct(self, wanted: Mapping[str, Decide]) -> int:
        """Sign how lines came in where that is another account than the last one, and let it take its place.

        Args:
            wanted: All that is now known of how a commit's lines came in, by commit.

        Raises:
            GitFailed: the notes could not be written.
        """

        def lines(sha: str, present: Sequence[bytes]) -> Iterable[bytes]:
            told = [one for one, _ in self._mine(sha, present) if one.kind is Kind.ACCEPT]
            gone = {name for one in told for name in one.supersedes}
            last = [one for one in told if one.decision_id not in gone]
            new = wanted[sha]()
            if not last or len(last) > MOST_REPLACED or _accounts(last) == _accounts(new):
                return ()
            names = tuple(sorted(one.decision_id for one in last))
            return self._signed(replace(one, supersedes=names) for one in new)

        return self._add(wanted, lines)

    def settle(self) -> bool:
        """Bring the ledger what is owed to it; False where something still is."""
        owed = self._owed()
        if not owed:
            return True
        try:
            self._append(owed)
        except (AnswerableError, OSError) as error:
            self._journal(f"the ledger lacks the records of {len(owed)} commits: {error}")
            with suppress(OSError):
                os.utime(self._owed_file)  # it is tried again, but not at once
            return False
        self._unpaid.clear()
        self._owed_file.unlink(missing_ok=True)
        return True

    def _add(self, wanted: Mapping[str, Decide], lines: Callable[[str, Sequence[bytes]], Iterable[bytes]]) -> int:
        if not wanted:
            return 0
        added = extend(self._repository, wanted, lines)
        if has_ledger(self._repository.common_dir):
            self._unpaid = dict.fromkeys([*self._owed(), *wanted])
            if not write(os.fsencode(self._owed_file), "\n".join(self._unpaid).encode()):
                self._journal("what the ledger may lack could not be noted")
        return added

    def _signed(self, decided: Iterable[Decision]) -> Iterator[bytes]:
        for decision in decided:
            try:
                yield sign(decision, [self.recorder.signer]).encode()
            except AnswerableError as error:
                self._journal(f"{decision.kind.value} about {_about(decision)} was not signed: {error}")

    def _mine(self, sha: str, present: Iterable[bytes]) -> Iterator[tuple[Decision, Envelope]]:
        """What this recorder signed about a commit. A forged line, or one about another commit, is none of it."""
        key = self.recorder.public
        for line in present:
            if key.fingerprint.encode() not in line.replace(b"\\/", b"/"):
                continue
            try:
                envelope = decode(line)
                decision = read_statement(envelope.payload)
                signed = check_signatures(envelope, decision.kind, {key.fingerprint: key})
            except AnswerableError:
                continue
            if signed and _about(decision) == sha:
                yield decision, envelope

    def _owed(self) -> list[str]:
        try:
            noted = self._owed_file.read_text("ascii").split()
        except (OSError, UnicodeDecodeError):
            noted = []
        return list(dict.fromkeys([*noted, *self._unpaid]))

    def _append(self, shas: Iterable[str]) -> None:
        from answerable.ledger.log import Ledger  # it loads the database

        try:
            ledger = Ledger(ledger_place(self._repository.common_dir))
        except LedgerMissing:
            return
        with ledger:
            if not is_trusted(ledger, self.recorder):
                return
            mine = [one for sha in shas for one in self._mine(sha, read_lines(self._repository, sha))]
            ordered = [envelope for _, envelope in sorted(mine, key=_order)]
            self._put(ledger.append, ordered)
            ledger.seal()

    def _put(self, append: Callable[[Sequence[Envelope]], object], envelopes: Sequence[Envelope]) -> None:
        """All at once; where one of them is refused, each for itself, and the refused one is left out."""
        from answerable.errors import (
            DecisionConflict,
            DecisionInvalid,
            DecisionTooLarge,
            KeyUntrusted,
            SecretFound,
            SignatureInvalid,
        )

        refused = (DecisionConflict, DecisionInvalid, DecisionTooLarge, KeyUntrusted, SecretFound, SignatureInvalid)
        try:
            if envelopes:
                append(envelopes)
        except refused as error:
            if len(envelopes) == 1:
                self._journal(f"the ledger refused a record: {error}")
                return
            middle = len(envelopes) // 2
            self._put(append, envelopes[:middle])
            self._put(append, envelopes[middle:])

    def _journal(self, what: str) -> None:
        journal(os.fsencode(self._folder), what)


def _about(decision: Decision) -> str:
    return decision.subjects[0].digest.get("gitCommit", "") if decision.subjects else ""


def _accounts(told: Sequence[Decision]) -> list[bytes]:
    """What decisions say, whenever and under whichever id."""
    return sorted(json.dumps([one.details, one.agent and one.agent.session], sort_keys=True).encode() for one in told)


def _order(one: tuple[Decision, Envelope]) -> tuple[str, str]:
    return one[0].observed_at, one[0].decision_id
