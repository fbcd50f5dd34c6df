"""What one drain signs: it puts together what is known of each commit, and never stops the notes from being written.

Where there is no recorder nothing is signed. A fault of the recorder or of what it writes to goes to the journal; what
was spooled is taken all the same.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from functools import partial
from hashlib import sha256
from pathlib import Path

from answerable.capture import acceptance
from answerable.capture.acceptance import Accepted
from answerable.capture.decide import About, decisions
from answerable.capture.otlp_store import Decisions
from answerable.capture.recorder import Recorder
from answerable.capture.recording.spool import journal
from answerable.capture.replay import State
from answerable.capture.signing import Decide, Signing
from answerable.capture.walk import Made
from answerable.errors import AnswerableError, GitFailed
from answerable.git.notes import Notes
from answerable.git.repository import Repository

NOTES = "refs/notes/ai"


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

    def sign(self, made: Mapping[str, Made], notes: Mapping[str, bytes]) -> int:
        """Sign what is to be said of commits, and bring the ledger what it lacks; return how many were new.

        Args:
            made: The commits.
            notes: The notes that were to be written for them.

        Raises:
            GitFailed: the notes could not be written.
        """
        try:
            recorder = Recorder.load(self._repository)
        except AnswerableError as error:
            self._journal(f"nothing is signed: {error}")
            return 0
        if recorder is None:
            return 0
        try:
            with Decisions() as telemetry:
                return self._signed(Signing(self._repository, self._folder, recorder), telemetry, made, notes)
        except GitFailed:
            raise
        except (AnswerableError, OSError) as error:
            self._journal(f"not all is signed: {error}")
            return 0

    def _signed(
        self, signing: Signing, telemetry: Decisions, made: Mapping[str, Made], notes: Mapping[str, bytes]
    ) -> int:
        there = Notes(self._repository.git, self._repository.objects, NOTES)
        wanted: dict[str, Decide] = {}
        for sha, one in made.items():
            bound = notes.get(sha) if notes.get(sha) == there.of(sha) else None  # not one that somebody else wrote
            wanted[sha] = partial(decisions, self._about(one, bound, telemetry), signing.recorder)
        signed = signing.keep(wanted)
        signing.settle()
        return signed

    def _about(self, made: Made, note: bytes | None, telemetry: Decisions) -> About:
        calls = self._state.calls

        def accepted(trace: str | None) -> Accepted:
            call = calls.of(trace)
            return acceptance.of(call, telemetry) if call else Accepted()

        return About(
            sha=made.commit.sha,
            at=made.move.at,
            told=made.told,
            complete=made.complete,
            blob=partial(self._file, made.commit.sha),
            sessions=self._state.sessions,
            person=self._state.person,
            accepted=accepted,
            made_here=made.here,
            carried=made.carried,
            note=f"sha256:{sha256(note).hexdigest()}" if note else None,
        )

    def _file(self, sha: str, path: bytes) -> bytes | None:
        found = self._repository.objects.get(sha.encode() + b":" + path)
        return found.data if found and found.kind == "blob" else None

    def _journal(self, what: str) -> None:
        journal(os.fsencode(self._folder), what)
