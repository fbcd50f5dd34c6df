"""Remembers what was added to a file of git's configuration, so that it is as it was when that is taken out.

Git itself adds to such a file and leaves the head of a section where it takes out the last of it. So what was added is
remembered by where it stands; where someone has changed the file since, each setting is taken out for itself.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from difflib import SequenceMatcher
from pathlib import Path
from typing import Any

from answerable.capture.install import files
from answerable.capture.install.files import Refused, digest
from answerable.capture.install.installed import Installed
from answerable.capture.install.settings import restored
from answerable.git.program import Git

_KEY = "config"
_SETTINGS = "settings"
_LONGEST = 10_000  # bytes that are compared one by one


@contextmanager
def watched(path: Path, installed: Installed, git: Git, scope: str) -> Iterator[None]:
    """While this lasts, whatever is added to the file is remembered; what a run that was killed added goes first.

    Args:
        path: The file.
        installed: What was done before.
        git: To take out settings one by one.
        scope: `--local` or `--global`.

    Raises:
        SettingsUnwritable: it cannot be remembered.
    """
    old = _record(installed)
    if old and old.get("after") is None:
        _unset_all(installed, git, scope)
    before = _read(path)
    if old is None or old.get("after") != digest(before):  # if all ends here, it is known what was not there
        _note(installed, path, before, None)
    try:
        yield
    finally:
        after = _read(path)
        if after != before:
            known = old is not None and old.get("after") == digest(before)
            _note(installed, path, _restored(before, old or {}) if known else before, after)
        elif old is None:
            installed.about.pop(_KEY, None)
            installed.save()
        else:
            installed.about[_KEY] = old
            installed.save()


def _note(installed: Installed, path: Path, before: bytes | None, after: bytes | None) -> None:
    installed.about[_KEY] = {
        "path": str(path),
        "before": digest(before),
        "after": digest(after),
        "added": _added(before or b"", after or b"") if after is not None else None,
        "heads": _heads(before or b""),
    }
    installed.save()


def remember(installed: Installed, settings: list[str]) -> None:
    """Remember settings, each `key=value`, before they are looked for again."""
    known = installed.about.setdefault(_SETTINGS, [])
    installed.about[_SETTINGS] = list(dict.fromkeys([*known, *settings]))
    if not installed.about[_SETTINGS]:
        del installed.about[_SETTINGS]
    installed.save()


def undo(path: Path, installed: Installed, git: Git, scope: str, others: Callable[[], object]) -> list[str]:
    """Take out what was added; return the settings that are gone.

    Args:
        path: The file.
        installed: What was done.
        git: To take out settings one by one.
        scope: `--local` or `--global`.
        others: Takes out what else is in the file; run in between.

    Raises:
        Refused: the file cannot be written.
    """
    before, old = _read(path), _record(installed)
    exact = old is not None and old.get("after") == digest(before) and isinstance(old.get("added"), list)
    wanted = [str(row) for row in installed.about.get(_SETTINGS, [])]
    others()
    if exact and old is not None:
        _write(path, _restored(before, old), gone=old.get("before") is None)
    else:
        _unset_all(installed, git, scope)
    installed.about.pop(_KEY, None)
    installed.about.pop(_SETTINGS, None)
    installed.save()
    return wanted


def _write(path: Path, data: bytes | None, *, gone: bool) -> None:
    found = files.look(path)
    if gone and not data:
        files.remove(found)
    elif data is not None and found.data != data:
        files.write(found, data)


def _unset_all(installed: Installed, git: Git, scope: str) -> None:
    heads = (_record(installed) or {}).get("heads")
    for setting in map(str, installed.about.get(_SETTINGS, [])):
        _unset(git, scope, setting, heads if isinstance(heads, list) else [])


def _unset(git: Git, scope: str, setting: str, heads: list[object]) -> None:
    """Take out a setting, and the head of its section where nothing is left in it and we made it."""
    key, _, value = setting.partition("=")
    git.attempt("config", scope, "--fixed-value", "--unset-all", key, value)
    section = key.rpartition(".")[0]
    head, dot, rest = section.partition(".")
    if f'[{head.lower()} "{rest}"]' in heads or (not rest and f"[{head.lower()}]" in heads):
        return
    begins = os.fsencode(f"{head.lower()}{dot}{rest}.")
    code, out, _ = git.attempt("config", scope, "-z", "--list", "--name-only")
    if code == 0 and not any(name.startswith(begins) for name in out.split(b"\0")):
        git.attempt("config", scope, "--remove-section", section)  # its head is all that is left


def _heads(data: bytes) -> list[str]:
    """The heads of sections, as git writes them."""
    found = re.findall(rb"^\s*\[([\w.-]+)(?:[ \t]+(\"(?:[^\"\\\n]|\\.)*\"))?\]", data, re.MULTILINE)
    return [f"[{name.decode().lower()}{' ' + rest.decode('utf-8', 'replace') if rest else ''}]" for name, rest in found]


def _record(installed: Installed) -> dict[str, Any] | None:
    found = installed.about.get(_KEY)
    return found if isinstance(found, dict) else None


def _added(before: bytes, after: bytes) -> list[list[int]] | None:
    """Where text was added, by characters of Latin-1, which are bytes; None where anything else was done."""
    one, two = before.splitlines(keepends=True), after.splitlines(keepends=True)
    ends = [0]
    for line in two:
        ends.append(ends[-1] + len(line))
    spans = []
    for tag, first, last, start, end in SequenceMatcher(None, one, two, autojunk=False).get_opcodes():
        if tag == "insert":
            spans.append([ends[start], ends[end]])
        elif tag != "equal":  # git puts a line into a line: what follows a section's head goes below
            within = _within(b"".join(one[first:last]), b"".join(two[start:end]))
            if within is None:
                return None
            spans += [[ends[start] + at, ends[start] + to] for at, to in within]
    return spans if _without(after, spans) == before else None


def _within(before: bytes, after: bytes) -> list[tuple[int, int]] | None:
    if len(after) > _LONGEST:
        return None
    codes = SequenceMatcher(None, before, after, autojunk=False).get_opcodes()
    if any(tag not in ("equal", "insert") for tag, *_ in codes):
        return None
    return [(start, end) for tag, _, _, start, end in codes if tag == "insert"]


def _restored(data: bytes | None, old: dict[str, Any]) -> bytes | None:
    added = old.get("added")
    if data is None or not isinstance(added, list):
        return data
    return _without(data, added)


def _without(data: bytes, added: list[list[int]]) -> bytes:
    return restored(data.decode("latin-1"), added).encode("latin-1")


def check(path: Path) -> None:
    """See that a file can be written.

    Raises:
        Refused: it cannot, and why.
    """
    _read(path)
    files.look(path)


def _read(path: Path) -> bytes | None:
    if path.exists() and not path.is_file():  # git puts a file in its place: a device, such as /dev/null, would be gone
        raise Refused("it is no file")
    try:
        return path.read_bytes()
    except FileNotFoundError:
        return None
    except OSError as error:
        raise Refused(f"it cannot be read: {error.strerror}") from error
