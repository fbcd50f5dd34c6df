"""Adds lines to the end of a text file of git's, such as `info/exclude`, so that they can be taken out again."""

from __future__ import annotations

import os
from pathlib import Path

from answerable.capture.install import files
from answerable.capture.install.files import Refused, digest
from answerable.capture.install.installed import Change, Installed
from answerable.capture.install.outcome import Outcome, State

_AGENT = "git"


def add_lines(path: Path, lines: list[str], installed: Installed) -> Outcome:
    """Add lines, those that are there already excepted.

    Raises:
        SettingsUnwritable: what is done cannot be remembered.
    """
    try:
        found = files.look(path)
        text = (found.data or b"").decode("utf-8", "surrogateescape")
        new = [line for line in lines if line not in text.splitlines()]
        if not new:
            return Outcome(agent=_AGENT, path=path, state=State.UNCHANGED)
        old = installed.changes.get(os.fspath(found.path))
        same = old if old and old.after == found.digest else None
        more = ("\n" if text and not text.endswith("\n") else "") + "".join(f"{line}\n" for line in new)
        data = (text + more).encode("utf-8", "surrogateescape")
        change = Change(
            path=os.fspath(found.path),
            agent=_AGENT,
            form="lines",
            before=same.before if same else found.digest,
            after=str(digest(data)),
            added=[*(same.added if same else []), [len(text), len(text) + len(more)]],
            lines=[*(old.lines if old else []), *new],
            folders=old.folders if old else files.missing(found.path),
        )
        installed.put(change)
        files.write(found, data)
    except Refused as error:
        return Outcome(agent=_AGENT, path=path, state=State.REFUSED, why=str(error))
    return Outcome(agent=_AGENT, path=path, state=State.INSTALLED)
