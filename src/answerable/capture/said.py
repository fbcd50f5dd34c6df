"""Commits to what people and agents said to each other, without keeping it: SHA-256 of a random salt and the words.

Only the salt stays, in a file of the clone that its owner alone may read, with which part of which transcript it was:
who has the transcript can show later what was said, nobody else can even guess. Where a person sets
`answerable.keepPrompts`, an encrypted copy goes to the vault of their ledger, unless it holds a secret.
"""

from __future__ import annotations

import json
import os
import stat
from collections.abc import Callable
from contextlib import suppress
from functools import cached_property
from hashlib import sha256
from pathlib import Path
from typing import BinaryIO

from answerable.domain.decision import Commitment
from answerable.errors import AnswerableError, SecretFound
from answerable.git.repository import Repository
from answerable.ledger.place import has_ledger, ledger_place
from answerable.ledger.vault import SALT_SIZE, Vault

NAME = "transcript"
SETTING = "answerable.keepPrompts"
MOST_BYTES = 256 << 20  # of one part
MOST_KEPT = 4 << 20  # of a copy in the vault
_BLOCK = 1 << 20


class Saying:
    """Commits to parts of transcripts.

    Args:
        repository: Where.
        done: How many bytes of each session's transcript were committed to before; it is changed.
        who: Whose words they are: what is kept of them can be erased together.
        warn: Is told why no copy was kept.
    """

    def __init__(
        self,
        repository: Repository,
        done: dict[str, int],
        who: str,
        warn: Callable[[str], None] = lambda _: None,
    ) -> None:
        self._repository = repository
        self._folder = repository.common_dir / "answerable" / "said"
        self._done = done
        self._who = who
        self._warn = warn

    def of(self, session: str, path: str) -> list[Commitment]:
        """A commitment to what was added to a session's transcript since the last one; none where nothing was.

        Args:
            session: Its id.
            path: The transcript, lines of JSON to which lines are added.
        """
        found = _open(path)
        if found is None:
            return []
        with found as file:
            size = os.fstat(file.fileno()).st_size
            begins = self._done.get(session, 0)
            begins = 0 if begins > size else begins  # it was begun anew
            ends = _whole(file, begins, min(size, begins + MOST_BYTES))
            made = self._made(file, begins, ends, session, path) if ends > begins else None
        if made is None:
            return []
        self._done[session] = ends
        return [made]

    def _made(self, file: BinaryIO, begins: int, ends: int, session: str, path: str) -> Commitment | None:
        if ends - begins <= MOST_KEPT and self._wanted and has_ledger(self._repository.common_dir):
            file.seek(begins)
            try:
                return self._kept(file.read(ends - begins))
            except SecretFound:
                self._warn("no copy of a transcript was kept: it holds what looks like a secret")
            except (AnswerableError, OSError) as error:
                self._warn(f"no copy of a transcript was kept: {error}")
        salt = os.urandom(SALT_SIZE)
        made = _commitment(file, begins, ends, salt)
        part = {"v": 1, "salt": salt.hex(), "session": session, "file": path, "from": begins, "to": ends}
        return Commitment(name=NAME, sha256=made) if self._write(made, part) else None

    @cached_property
    def _wanted(self) -> bool:
        """Whether the person asked for encrypted copies."""
        code, out, _ = self._repository.git.attempt("config", "--type=bool", "--get", SETTING)
        return code == 0 and out.strip() == b"true"

    def _kept(self, content: bytes) -> Commitment:
        from answerable.ledger.log import Ledger  # it loads the database

        with Ledger(ledger_place(self._repository.common_dir)) as ledger:
            return Vault(ledger.store).keep(self._who, NAME, content)

    def _write(self, name: str, part: dict[str, object]) -> bool:
        """Keep the salt; a commitment whose salt is lost would be worth nothing, so it is on the disk first."""
        file = self._folder / f"{name}.json"
        try:
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600), "wb") as out:
                out.write(json.dumps(part, sort_keys=True).encode())
                out.flush()
                os.fsync(out.fileno())
        except OSError as error:
            with suppress(OSError):
                file.unlink(missing_ok=True)
            self._warn(f"nothing is committed to of a transcript: {error.strerror}")
            return False
        return True


def check(record: Path, transcript: Path) -> bool:
    """Whether a transcript still holds what was committed to.

    Args:
        record: The file with the salt, named after the commitment.
        transcript: The transcript.

    Raises:
        OSError: one of them cannot be read.
        ValueError: the record is none.
    """
    part = json.loads(record.read_bytes())
    with transcript.open("rb") as file:
        made = _commitment(file, int(part["from"]), int(part["to"]), bytes.fromhex(part["salt"]))
    return made == record.stem


def _open(path: str) -> BinaryIO | None:
    try:
        handle = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    except (OSError, ValueError):
        return None
    if not stat.S_ISREG(os.fstat(handle).st_mode):
        os.close(handle)
        return None
    return os.fdopen(handle, "rb")


def _whole(file: BinaryIO, begins: int, ends: int) -> int:
    """Where the last whole line ends: the agent may be writing one."""
    at = ends
    while at > begins:
        start = max(begins, at - _BLOCK)
        file.seek(start)
        found = file.read(at - start).rfind(b"\n")
        if found >= 0:
            return start + found + 1
        at = start
    return begins


def _commitment(file: BinaryIO, begins: int, ends: int, salt: bytes) -> str:
    made = sha256(salt)
    file.seek(begins)
    left = ends - begins
    while left > 0 and (block := file.read(min(left, _BLOCK))):
        made.update(block)
        left -= len(block)
    return made.hexdigest()
