"""Remembers what was put where, so that it can be taken out: before it is done, and as digests, not as copies.

    {"v": 1, "changes": [{"path", "agent", "form", "before", "after", …}], "about": {"settings": […], …}}

A record that is damaged counts as none: what is ours is then told by what the files hold.
"""

from __future__ import annotations

import fcntl
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, field, fields
from pathlib import Path
from typing import Any

from answerable.errors import SettingsUnwritable

VERSION = 1
FILE = "installed.json"
_FORMS = ("json", "whole", "chain", "lines")
_HINT = "make the folder writable, or free some space"


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """What was done to one file."""

    path: str
    agent: str
    form: str  # `json`, `whole`, `chain` or `lines`
    before: str | None  # the digest of what was there; None: nothing was
    after: str
    added: list[list[int]] = field(default_factory=list)  # from, up to, in characters
    made: list[list[str]] = field(default_factory=list)  # paths in the JSON that were made
    defaults: dict[str, Any] = field(default_factory=dict)
    comments: bool = False
    folders: list[str] = field(default_factory=list)
    lines: list[str] = field(default_factory=list)


@dataclass(slots=True)
class Installed:
    """The record of one repository, or of a person.

    Attributes:
        file: Where it is kept.
        changes: By path.
        about: What else is remembered, as JSON: git's hooks and settings.
    """

    file: Path
    changes: dict[str, Change] = field(default_factory=dict)
    about: dict[str, Any] = field(default_factory=dict)

    @classmethod
    def load(cls, folder: Path) -> Installed:
        """The record in a folder; an empty one where there is none."""
        found = cls(folder / FILE)
        try:
            said = json.loads(found.file.read_bytes())
        except (OSError, ValueError, RecursionError):
            return found
        if isinstance(said, dict) and said.get("v") == VERSION:
            rows = said.get("changes")
            changes = [_change(row) for row in rows] if isinstance(rows, list) else []
            found.changes = {change.path: change for change in changes if change}
            about = said.get("about")
            found.about = about if isinstance(about, dict) else {}
        return found

    def put(self, change: Change) -> None:
        """Remember a change, for good."""
        self.changes[change.path] = change
        self.save()

    def drop(self, path: str) -> None:
        """Forget a change."""
        if self.changes.pop(path, None):
            self.save()

    def save(self) -> None:
        """Write the record: whole or not at all; it goes where nothing is to be remembered.

        Raises:
            SettingsUnwritable: it cannot be written.
        """
        part = self.file.with_name(f"{FILE}.part")
        try:
            part.unlink(missing_ok=True)  # of a run that was killed; there is one at a time
            if not self.changes and not self.about:
                self.file.unlink(missing_ok=True)
                return
            rows = [asdict(change) for change in self.changes.values()]
            text = json.dumps({"v": VERSION, "changes": rows, "about": self.about}, indent=1)
            with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as out:
                out.write(text + "\n")
            part.replace(self.file)
        except OSError as error:
            with suppress(OSError):
                part.unlink()
            raise SettingsUnwritable(f"cannot write {self.file}: {error.strerror}", hint=_HINT) from error


@contextmanager
def recorded(folder: Path) -> Iterator[Installed]:
    """The record in a folder, by one at a time.

    Raises:
        SettingsUnwritable: the folder cannot be written.
    """
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        lock = os.open(folder / "installed.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600)
    except OSError as error:
        raise SettingsUnwritable(f"cannot write in {folder}: {error.strerror}", hint=_HINT) from error
    try:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield Installed.load(folder)
    finally:
        os.close(lock)


def _change(row: Any) -> Change | None:
    """A change as written; None where it is none."""
    known = {one.name: row[one.name] for one in fields(Change) if isinstance(row, dict) and one.name in row}
    try:
        change = Change(**known)
        texts = (change.path, change.agent, change.form, change.after)
        spans = [(start, end) for start, end in change.added]
        sound = (
            change.form in _FORMS
            and all(isinstance(text, str) for text in texts)
            and all(isinstance(one, int) and one >= 0 for span in spans for one in span)
        )
        names = [name for path in change.made for name in path] + change.folders + change.lines
        return change if sound and all(isinstance(name, str) for name in names) else None
    except (TypeError, ValueError):
        return None
