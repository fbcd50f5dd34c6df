"""Puts the recorder into one file: twice is as once, and what a person wrote stays.

Before a file is written it is remembered what was there, by its digest, and what of it is ours. So whatever interrupts
this, `take_out` gives back what was there.
"""

from __future__ import annotations

import json
import os
from dataclasses import replace
from pathlib import Path

from answerable.capture.install import claude_format, files, settings
from answerable.capture.install.command import SCRIPT, Program
from answerable.capture.install.files import Found, Refused, digest
from answerable.capture.install.installed import Change, Installed
from answerable.capture.install.jsonc import Unreadable
from answerable.capture.install.model import KEPT, Target
from answerable.capture.install.outcome import Outcome, State, Where

MARK = "Made by `answerable init`"
OWN = "answerable-recorder"  # in the names of files that are ours alone


def put(target: Target, installed: Installed, where: Where) -> Outcome:
    """Put the recorder into a file, as far as it is not there.

    Raises:
        SettingsUnwritable: what is done cannot be remembered.
    """
    try:
        found = _found(target, where)
        old = installed.changes.get(os.fspath(found.path))
        if target.chains:
            return _chained(target, found, old, installed)
        return _written(target, found, old, installed)
    except (Refused, Unreadable) as error:
        why = str(error) if isinstance(error, Refused) else f"it cannot be read as its agent reads it: {error}"
        return Outcome(agent=target.agent, path=target.path, state=State.REFUSED, why=why, by_hand=by_hand(target))


def by_hand(target: Target) -> str:
    """What a person would add to a settings file that is not touched; nothing for a file of our own."""
    if not target.entries:
        return ""
    text = claude_format.document(dict(target.defaults), target.entries)
    here, anywhere = (program.line(target.agent) for program in (Program.here(), Program((SCRIPT,))))
    return text.replace(json.dumps(here)[1:-1], json.dumps(anywhere)[1:-1])


def is_ours(found: Found, old: Change | None) -> bool:
    """Whether a whole file is one that we made."""
    if found.data is None:
        return False
    if old and old.after == found.digest:
        return True
    text = found.data.decode("utf-8", "replace")
    return MARK in text or (OWN in found.path.name and settings.runs_ours(text))


def kept(path: Path) -> Path:
    """Where a script is kept that ours runs afterwards."""
    return path.with_name(path.name + KEPT)


def text_of(found: Found) -> str:
    """What a file holds, as text.

    Raises:
        Refused: it is no UTF-8.
    """
    try:
        return (found.data or b"").decode()
    except UnicodeDecodeError as error:
        raise Refused("it is no UTF-8") from error


def _found(target: Target, where: Where) -> Found:
    found = files.look(target.path, where.within)
    if found.data is not None and where.shared(found.path):
        raise Refused("it is committed, and the change would be everyone's")
    return found


def _written(target: Target, found: Found, old: Change | None, installed: Installed) -> Outcome:
    base = _base(target, found, old)
    text, change = _wanted(target, found, base)
    data = text.encode()
    if old:
        before = digest(base) if old.before else old.before
        change = replace(change, folders=old.folders or change.folders, before=before)
    if (
        found.data is not None
        and target.content is None
        and settings.same(text_of(found), text, comments=target.comments)
    ):
        if old is None:  # by whoever it was put there, it is taken out as ours
            installed.put(replace(change, after="", added=[]))
        return _outcome(target, same=True)
    same = data == found.data
    if not same or change != old:
        installed.put(change)
    if not same:
        files.write(found, data)
    return _outcome(target, same=same, new=base is None)


def _base(target: Target, found: Found, old: Change | None) -> bytes | None:
    """What a file holds without what is ours; None where it would not be there.

    Raises:
        Refused: it is another file.
        Unreadable: it is no JSON document.
    """
    if found.data is None:
        return None
    if target.content is not None:
        if is_ours(found, old):
            return None
        raise Refused("another file is there")
    text = text_of(found)
    if old and old.after == found.digest:
        text = settings.restored(text, old.added)
    elif settings.has_ours(text, comments=target.comments):
        made = [tuple(path) for path in old.made] if old else []
        text = settings.stripped(text, old.defaults if old else {}, made, comments=target.comments)
    gone = old is not None and old.before is None and settings.is_empty(text, comments=target.comments)
    return None if gone else text.encode()


def _wanted(target: Target, found: Found, base: bytes | None) -> tuple[str, Change]:
    """What a file is to hold, and the change that makes it so."""
    change = _change(target, found, "whole", before=digest(base))
    if target.content is not None:
        return target.content, replace(change, after=str(digest(target.content.encode())))
    before = (base or b"").decode()
    missing = settings.missing(before, target.entries, comments=target.comments)
    merged = settings.merged(before, dict(target.defaults), target.entries, comments=target.comments)
    there = settings.value(before, comments=target.comments)
    return merged.text, replace(
        change,
        form="json",
        defaults={key: said for key, said in target.defaults.items() if key not in there},
        after=str(digest(merged.text.encode())),
        added=[list(span) for span in merged.added],
        made=[list(path) for path in missing],
    )


def _chained(target: Target, found: Found, old: Change | None, installed: Installed) -> Outcome:
    """A script takes the place of what is there, which it runs afterwards."""
    data, beside = (target.content or "").encode(), kept(found.path)
    ours = is_ours(found, old)
    if old and found.data == data:
        return _outcome(target, same=True)
    again = old is not None and (ours or (found.data is None and beside.exists()))
    before = old.before if old and again else found.digest
    moves = found.data is not None and not ours
    if moves and beside.exists():
        raise Refused(f"{beside.name} is there already, beside it")
    change = _change(target, found, "chain", before=before)
    installed.put(replace(change, after=str(digest(data)), folders=old.folders if old else change.folders))
    if moves:
        try:
            found.path.rename(beside)
        except OSError as error:
            raise Refused(f"it cannot be moved to {beside.name}: {error.strerror}") from error
    files.write(found if ours else replace(found, data=None, mode=None), data, 0o755)
    return _outcome(target, same=False, new=before is None)


def _change(target: Target, found: Found, form: str, *, before: str | None) -> Change:
    return Change(
        path=os.fspath(found.path),
        agent=target.agent,
        form=form,
        before=before,
        after="",
        comments=target.comments,
        folders=files.missing(found.path),
    )


def _outcome(target: Target, *, same: bool, new: bool = False) -> Outcome:
    state = State.UNCHANGED if same else State.INSTALLED
    return Outcome(agent=target.agent, path=target.path, state=state, note=target.note, new=new)
