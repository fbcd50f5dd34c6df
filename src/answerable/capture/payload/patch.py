"""Finds the files that a patch names: `*** Begin Patch` as Codex and others write it, and unified diffs.

What may be a header counts as one: a path too many is looked at, and none is passed over.
"""

from __future__ import annotations

import re

from answerable.capture.payload.model import Edit

BEGIN = "*** Begin Patch"
_ADD, _UPDATE, _DELETE, _MOVE = "*** Add File:", "*** Update File:", "*** Delete File:", "*** Move to:"
_SEARCH, _PARTED, _REPLACE = (re.compile(mark) for mark in (r"[-<]{3,} ?SEARCH>?", r"={3,}", r"[+>]{3,} ?REPLACE>?"))
_RENAMES = {"rename from ": True, "rename to ": False, "copy to ": False}


def has_patch(text: str) -> bool:
    """True where a text holds one."""
    return BEGIN in text or any(mark in text for mark in (_ADD, _UPDATE, _DELETE))


def edits_of(text: str) -> list[Edit]:
    """What a patch of either form does, in its order."""
    return _enveloped(text) if has_patch(text) else _unified(text)


def replaced(text: str) -> list[tuple[str, str]]:
    """What is searched for and what takes its place, of each block `------- SEARCH … ======= … +++++++ REPLACE`."""
    found: list[tuple[str, str]] = []
    old: list[str] | None = None
    new: list[str] | None = None
    for line in text.split("\n"):
        bare = line.strip()
        if new is not None and _REPLACE.fullmatch(bare):
            found.append((_joined(old or []) or "", _joined(new) or ""))
            old = new = None
        elif new is not None:
            new.append(line.removesuffix("\r"))
        elif old is not None and _PARTED.fullmatch(bare):
            new = []
        elif old is not None:
            old.append(line.removesuffix("\r"))
        elif _SEARCH.fullmatch(bare):
            old = []
    return found


def _enveloped(text: str) -> list[Edit]:
    found: list[Edit] = []
    added: list[list[str]] = []
    for line in text.split("\n"):
        mark, path = _header(line)
        if mark == _MOVE and found:
            before = found[-1]
            found[-1] = before._replace(gone=True)
            found.append(Edit(path, moved_from=before.path))
            added.append([])
        elif mark:
            found.append(Edit(path, whole=mark == _ADD, gone=mark == _DELETE))
            added.append([])
        elif found and line.startswith("+"):
            added[-1].append(line[1:].removesuffix("\r"))
    return [edit._replace(new=_joined(lines)) for edit, lines in zip(found, added, strict=True)]


def _header(line: str) -> tuple[str, str]:
    """The mark of a header and its path; both empty where it is none, as in content, which `+` or `-` begins."""
    bare = line.strip()
    for mark in (_ADD, _UPDATE, _DELETE, _MOVE):
        if bare.startswith(mark) and bare[len(mark) :].strip():
            return mark, bare[len(mark) :].strip()
    return "", ""


def _unified(text: str) -> list[Edit]:
    found: dict[str, Edit] = {}
    added: dict[str, list[str]] = {}
    before, path, left = None, "", [0, 0]
    for line in text.split("\n"):
        bare = line.removesuffix("\r")
        if any(left):
            _count(left, bare)
            if bare.startswith("+") and path:
                added.setdefault(path, []).append(bare[1:])
        elif bare.startswith("@@ "):
            left = _lengths(bare)
        elif bare.startswith("--- "):
            before = _named(bare[4:])
        elif bare.startswith("+++ "):
            path = _named(bare[4:]) or before or ""
            if path:
                found[path] = Edit(path, gone=_named(bare[4:]) is None, whole=before is None)
            if before and before != path:
                found.setdefault(before, Edit(before, gone=True))
        else:
            for mark, gone in _RENAMES.items():
                if bare.startswith(mark):
                    moved = bare[len(mark) :].strip()
                    found.setdefault(moved, Edit(moved, gone=gone))
    return [edit._replace(new=_joined(added.get(edit.path, []))) for edit in found.values()]


def _lengths(line: str) -> list[int]:
    """How many lines of either side a hunk has."""
    parts = line.split(" ")[1:3]
    sizes = [part[1:].partition(",")[2] or "1" for part in parts]
    return [int(size) if size.isdecimal() and len(size) < 10 else 0 for size in sizes] if len(sizes) == 2 else [0, 0]


def _count(left: list[int], line: str) -> None:
    for side, marks in ((0, " -"), (1, " +")):
        if left[side] and (line[:1] or " ") in marks:
            left[side] -= 1


def _named(text: str) -> str | None:
    """The path of one side; None for /dev/null."""
    path = text.split("\t")[0].strip().strip('"')
    if path == "/dev/null":
        return None
    return path[2:] if path[:2] in ("a/", "b/") else path


def _joined(lines: list[str]) -> str | None:
    return "\n".join(lines) + "\n" if lines else None
