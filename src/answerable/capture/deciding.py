"""What one drain signs: it puts together what is known of each commit, and never stops the notes from being written.

Where there is no recorder nothing is signed. A fault of the recorder or of what it writes to goes to the journal; what
was spooled is taken all the same.
"""

from __future__ import annotations

import os
import time
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial
from hashlib import sha256
from pathlib import Path

from answerable.capture import acceptance, decide, late
from answerable.capture.acceptance import Accepted
from answerable.capture.commit import Told
from answerable.capture.completeness import Completeness
from answerable.capture.completeness import Recorder as Stands
from answerable.capture.decide import About, decisions
from answerable.capture.otlp_store import Decisions
from answerable.capture.recorder import Recorder, identity_of
from answerable.capture.recording import pending
from answerable.capture.recording.place import small
from answerable.capture.recording.snapshots import write
from answerable.capture.recording.spool import journal
from answerable.capture.replay import State
from answerable.capture.rows import Row, rows
from answerable.capture.said import Saying
from answerable.capture.signing import Decide, Signing
from answerable.capture.walk import Made
from answerable.domain.decision import Commitment, Decision
from answerable.errors import AnswerableError
from answerable.git.notes import Notes
from answerable.git.repository import Repository
from answerable.provenance.bound import NOTES

_NOTHING = Completeness(recorder=Stands.OFF, first=0, last=0)


class Deciding:
    """Signs for one work tree.

    Args:
        repository: The work tree's.
        folder: Where capture keeps what belongs to it.
        state: What is known.
    """

    def __init__(self, repository: Repository, folder: Path, state: State) -> None:
        self._repository = repository
        self._folder = folder
        self._state = state
        self._stamp = pending.telemetry()  # what comes from here on is for the next drain

    def sign(self, made: Mapping[str, Made], notes: Mapping[str, bytes]) -> int:
        """Sign what is to be said of commits, and bring the ledger what it lacks; return how many were new.

        Args:
            made: The commits.
            notes: The notes that were to be written for them.

        Raises:
            GitFailed: the notes could not be written.
            LedgerUnwritable: nor could what keeps others from writing them meanwhile.
        """
        try:
            recorder = Recorder.load(self._repository)
        except AnswerableError as error:
            self._journal(f"nothing is signed: {error}")
            return 0
        if recorder is None:
            return 0
        with Decisions() as telemetry:
            return self._signed(Signing(self._repository, self._folder, recorder), telemetry, made, notes)

    def _signed(
        self, signing: Signing, telemetry: Decisions, made: Mapping[str, Made], notes: Mapping[str, bytes]
    ) -> int:
        there = Notes(self._repository.git, self._repository.objects, NOTES)
        git_ai = (self._repository.common_dir / "ai").is_dir()  # it writes notes when it likes
        corrected = self._corrected(signing, telemetry) if self._told() else 0
        saying = Saying(self._repository, self._state.committed_to, self._who(signing), self._journal)
        wanted: dict[str, Decide] = {}
        for sha, one in made.items():
            here = there.of(sha)
            bound = here if here == notes.get(sha) else None  # not one that somebody else wrote
            told = one.brought.seen(self._state.calls.of)  # what only a note told is carried, and not vouched for
            about = replace(
                self._about(sha, one.at, told, telemetry),
                complete=one.complete, carried=one.carried, made_here=one.here, note=_digest(bound),
                no_note=here is None and not git_ai,
                context=partial(self._said, saying),
            )  # fmt: skip
            wanted[sha] = partial(decisions, about, signing.recorder)
            late.remember(self._state.late, sha, one.at, self._state.person, rows(told))
        signed = signing.keep(wanted)
        signing.settle()
        late.forget(self._state.late, time.time_ns(), self._state.calls, telemetry)
        self._mark()
        return signed + corrected

    def _who(self, signing: Signing) -> str:
        return identity_of(self._state.person) or signing.recorder.id

    def _said(self, saying: Saying, session: str) -> list[Commitment]:
        path = self._state.transcripts.get(session)
        return saying.of(session, path) if path else []

    def _told(self) -> bool:
        """True where telemetry has told something since it was last asked."""
        return small(os.fsencode(self._folder / os.fsdecode(pending.LATE))) != self._stamp

    def _mark(self) -> None:
        file = self._folder / os.fsdecode(pending.LATE)
        if self._state.late:
            write(os.fsencode(file), self._stamp)
        else:
            file.unlink(missing_ok=True)

    def _corrected(self, signing: Signing, telemetry: Decisions) -> int:
        """Sign what telemetry says by now of how lines of earlier commits came in."""
        wanted: dict[str, Decide] = {}
        for sha, entry in self._state.late.items():
            about = replace(self._about(sha, entry["at"], {}, telemetry), person=entry["person"])
            wanted[sha] = partial(_accepted, about, signing.recorder, late.rows(entry))
        return signing.correct(wanted)

    def _about(self, sha: str, at: int, told: Mapping[bytes, Told], telemetry: Decisions) -> About:
        calls = self._state.calls

        def accepted(row: Row) -> Accepted:
            call = calls.of(row.trace)
            return acceptance.of(call, row.path, telemetry) if call else Accepted()

        return About(
            sha=sha,
            at=at,
            told=told,
            complete=_NOTHING,
            blob=partial(self._file, sha),
            sessions=self._state.sessions,
            person=self._state.person,
            accepted=accepted,
        )

    def _file(self, sha: str, path: bytes) -> bytes | None:
        found = self._repository.objects.get(sha.encode() + b":" + path)
        return found.data if found and found.kind == "blob" else None

    def _journal(self, what: str) -> None:
        journal(os.fsencode(self._folder), what)


def _accepted(about: About, recorder: Recorder, wrote: Sequence[Row]) -> list[Decision]:
    return list(decide.accepted(about, recorder, wrote))


def _digest(note: bytes | None) -> str | None:
    return f"sha256:{sha256(note).hexdigest()}" if note else None
