"""The incidents of a clone, one JSON document a file under `.git/answerable/incidents/`, written whole or not at all.

The ledger holds the decisions (opened, linked, closed); a file here holds the answer that was given then, which the
ledger commits to. Files are for their owner alone. None holds the trace: only a salted commitment to it.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

from answerable.errors import IncidentUnknown, LedgerUnwritable
from answerable.git.links import leads_away
from answerable.git.repository import Repository

ID = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}-[0-9a-f]{6}")
_MOST_BYTES = 64 * 1024 * 1024


class Incidents:
    """The incidents that a clone keeps.

    Args:
        repository: Where.
    """

    def __init__(self, repository: Repository) -> None:
        self.folder = repository.common_dir / "answerable" / "incidents"

    def ids(self) -> list[str]:
        """Every id, the oldest first."""
        with suppress(OSError):
            return sorted(file.stem for file in self.folder.glob("*.json") if ID.fullmatch(file.stem))
        return []

    def all(self) -> Iterator[dict[str, Any]]:
        """Every document that can be read, the oldest first."""
        for name in self.ids():
            with suppress(IncidentUnknown):
                yield self.load(name)

    def load(self, name: str) -> dict[str, Any]:
        """One document.

        Raises:
            IncidentUnknown: there is none, or it cannot be read.
        """
        data = self._read(name) if ID.fullmatch(name) else None
        try:
            found = json.loads(data) if data is not None else None
        except (ValueError, RecursionError):
            found = None
        if not isinstance(found, dict) or found.get("id") != name:
            known = self.ids()[-3:]
            hint = f"the newest here are {', '.join(known)}" if known else "open one: answerable incident open < trace"
            raise IncidentUnknown(f"no incident {name[:60]!r} is kept in this clone", hint=hint)
        return found

    def save(self, found: dict[str, Any]) -> Path:
        """Keep a document, in place of an older one of its id.

        Raises:
            LedgerUnwritable: it cannot be written.
        """
        file = self.folder / f"{found['id']}.json"
        self._write(file, json.dumps(found, indent=1, sort_keys=True))
        return file

    def keep_salt(self, name: str, commitment: str, salt: bytes) -> None:
        """Keep the salt of a commitment beside an incident: whoever has the content, too, can show that it is it.

        Raises:
            LedgerUnwritable: it cannot be written.
        """
        self._write(self.folder / f"{name}.salt", json.dumps({"sha256": commitment, "salt": salt.hex()}))

    def _write(self, file: Path, words: str) -> None:
        """Write a file whole; nobody else may read it."""
        draft = self.folder / f".{file.name}.{os.getpid()}"
        try:
            if leads_away(self.folder.parent, self.folder.name):
                raise LedgerUnwritable(f"{self.folder} is a link, which is not followed", hint="put the folder there")
            self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW, 0o600), "w") as out:
                out.write(words)
                out.flush()
                os.fsync(out.fileno())
            draft.replace(file)
        except OSError as error:
            with suppress(OSError):
                draft.unlink()
            hint = "make the folder writable, or free some space"
            raise LedgerUnwritable(f"cannot keep the incident in {file}: {error.strerror}", hint=hint) from error

    def _read(self, name: str) -> bytes | None:
        file = self.folder / f"{name}.json"
        if leads_away(self.folder, file.name):
            return None
        try:
            with file.open("rb") as opened:
                return opened.read(_MOST_BYTES)
        except OSError:
            return None
