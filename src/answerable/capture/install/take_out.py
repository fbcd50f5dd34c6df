"""Takes the recorder out of a file: byte for byte as it was; where a person changed it since, only our entries go."""

from __future__ import annotations

import os
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from answerable.capture.install import files, settings
from answerable.capture.install.files import Found, Refused
from answerable.capture.install.installed import Change, Installed
from answerable.capture.install.jsonc import Unreadable
from answerable.capture.install.outcome import Outcome, State, Where
from answerable.capture.install.put import is_ours, kept, text_of

_AGAIN = "it was changed since; take out by hand what runs answerable-hook"


def take_out(change: Change, installed: Installed, where: Where) -> Outcome:
    """Undo a change, or what is left of it.

    Raises:
        SettingsUnwritable: that it is undone cannot be remembered.
    """
    path = Path(change.path)
    with suppress(OSError):
        files.part_of(path).unlink(missing_ok=True)  # of a run that was killed
    try:
        state = _UNDONE[change.form](files.look(path, where.within), change)
    except (Refused, Unreadable) as error:
        return Outcome(agent=change.agent, path=path, state=State.REFUSED, why=str(error))
    if state is State.RESTORED:
        files.remove_folders(folder for folder in change.folders if _inside(folder, where.within))
    installed.drop(change.path)
    return Outcome(agent=change.agent, path=path, state=state)


def _inside(folder: str, within: Path | None) -> bool:
    return within is None or Path(os.path.normpath(folder)).is_relative_to(within)


def _json(found: Found, change: Change) -> State:
    if found.data is None or found.digest == change.before:
        return State.RESTORED
    text = text_of(found)
    if found.digest == change.after:
        state, left = State.RESTORED, settings.restored(text, change.added)
    elif settings.has_ours(text, comments=change.comments):
        made = [tuple(path) for path in change.made]
        state, left = State.CLEANED, settings.stripped(text, change.defaults, made, comments=change.comments)
    else:
        return State.CLEANED
    if change.before is None and settings.is_empty(left, comments=change.comments):
        files.remove(found)
        return State.RESTORED
    files.write(found, left.encode())
    return state


def _whole(found: Found, change: Change) -> State:
    if found.data is not None and found.digest != change.after:
        raise Refused(_AGAIN)
    files.remove(found)
    return State.RESTORED


def _chain(found: Found, change: Change) -> State:
    beside = kept(found.path)
    if found.data is not None and not is_ours(found, change):
        if found.digest == change.before and not beside.exists():
            return State.RESTORED
        raise Refused(_AGAIN)
    try:
        if beside.exists():
            beside.replace(found.path)
            return State.RESTORED
    except OSError as error:
        raise Refused(f"{beside.name} cannot be put back: {error.strerror}") from error
    files.remove(found)
    return State.RESTORED


def _lines(found: Found, change: Change) -> State:
    if found.data is None or found.digest == change.before:
        return State.RESTORED
    text = found.data.decode("utf-8", "surrogateescape")
    exact = found.digest == change.after
    if exact:
        left = settings.restored(text, change.added)
    else:
        left = "".join(row for row in text.splitlines(keepends=True) if row.rstrip("\r\n") not in change.lines)
    if not left and change.before is None:
        files.remove(found)
    else:
        files.write(found, left.encode("utf-8", "surrogateescape"))
    return State.RESTORED if exact else State.CLEANED


_UNDONE: dict[str, Callable[[Found, Change], State]] = {
    "json": _json,
    "whole": _whole,
    "chain": _chain,
    "lines": _lines,
}
