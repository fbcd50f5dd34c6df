"""Says whose the lines of a commit's files are, as far as this drain or a note knows; asked once for each file.

A line that the commit did not add is None here: its hand is that of the commit that `git blame` names, looked up only
where somebody needs it.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping

from answerable.capture.commit import Told
from answerable.capture.lines.align import align
from answerable.capture.lines.hand import Hand, Text, unknown
from answerable.capture.note_read import Noted, read_back
from answerable.capture.recording.snapshots import MOST_BYTES
from answerable.capture.replay import Session
from answerable.git.blame import Blame
from answerable.git.commits import read_commit
from answerable.git.notes import Notes
from answerable.git.repository import Repository

NOTES = "refs/notes/ai"
_NOT_NOTED = unknown("not-noted")  # the source added the line, and nobody says who wrote it
_OTHER_BASE = unknown("other-base")  # its note was made for another commit: the numbers may be off


class Attributed:
    """What is known of commits.

    Args:
        repository: Where.
        told: What this drain found out already, by commit and path.
    """

    def __init__(self, repository: Repository, told: Mapping[str, Mapping[bytes, Told]]) -> None:
        self._repository = repository
        self._told = told
        self.notes = Notes(repository.git, repository.objects, NOTES)
        self.sessions: dict[str, Session] = {}
        self._noted: dict[str, Noted] = {}
        self._texts: dict[tuple[str, bytes], Text | None] = {}
        self._parents: dict[str, tuple[str, ...]] = {}

    def files(self, sha: str) -> Mapping[bytes, Told]:
        """Whose the lines are that a commit added, by path; nothing where nobody knows."""
        return self._told[sha] if sha in self._told else self._note(sha).files

    def knows(self, sha: str) -> bool:
        """Whether anything is known of whose lines are that a commit added."""
        return bool(self.files(sha))

    def text(self, sha: str, path: bytes) -> Text | None:
        """A file as a commit has it, with whose each line is; None where it is not there, or too large."""
        key = sha, path
        if key not in self._texts:
            content = self.content(sha, path)
            self._texts[key] = None if content is None else self._text(sha, path, content)
        return self._texts[key]

    def content(self, sha: str, path: bytes) -> bytes | None:
        """A file as a commit has it; None where it is not there, or too large."""
        found = self._repository.objects.get(sha.encode() + b":" + path)
        return found.data if found and found.kind == "blob" and len(found.data) <= MOST_BYTES else None

    def blamed(self, sha: str, path: bytes, lines: Collection[int]) -> dict[int, Hand]:
        """Whose lines (1-based) of a commit's file are that the commit did not add itself."""
        git, boundary = self._repository.quarantine.git, self._repository.boundary
        pieces = Blame(git, sha, path, (min(lines), max(lines))).pieces(boundary)
        found = dict.fromkeys(lines, _NOT_NOTED)
        for piece in pieces or ():
            origin = piece.origin.commit.decode()
            whose = _lines(self.files(origin).get(piece.origin.path, ()))
            for step in range(piece.count):
                hand = whose.get(piece.orig_start + step)
                if piece.start + step in found and hand:
                    found[piece.start + step] = self._sound(origin, hand)
        return found

    def parents(self, sha: str) -> tuple[str, ...]:
        """Its parents; none where it is missing."""
        if sha not in self._parents:
            commit = read_commit(self._repository.objects, sha)
            self._parents[sha] = commit.parents if commit else ()
        return self._parents[sha]

    def _note(self, sha: str) -> Noted:
        if sha not in self._noted:
            data = self.notes.of(sha)
            noted = self._noted[sha] = read_back(data) if data else Noted()
            for name, session in noted.sessions.items():
                self.sessions.setdefault(name, session)
        return self._noted[sha]

    def _text(self, sha: str, path: bytes, content: bytes) -> Text:
        bare = Text.of(content)
        whose = _lines(self.files(sha).get(path, ()))
        below = {line for parent in self.parents(sha)[:1] for line in self._kept(parent, path, bare)}
        hands: list[Hand | None] = []
        for number in range(len(bare.lines)):
            hand = whose.get(number + 1)
            if hand is None and number not in below:
                hand = _NOT_NOTED
            hands.append(self._sound(sha, hand) if hand else None)
        return Text(bare.lines, tuple(hands))

    def _kept(self, parent: str, path: bytes, text: Text) -> list[int]:
        """The lines (from 0) that the commit below has as well."""
        content = self.content(parent, path)
        if content is None:
            return []
        blocks = align(Text.of(content).keys, text.keys).blocks
        return [at for block in blocks for at in range(block.new, block.new + block.size)]

    def _sound(self, sha: str, hand: Hand) -> Hand:
        return hand if sha in self._told or self._note(sha).base == sha else _OTHER_BASE


def _lines(told: Told) -> dict[int, Hand]:
    return {line: hand for (start, end), hand in told for line in range(start, end + 1)}
