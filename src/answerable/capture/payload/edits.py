"""Finds in the input of an editing tool which files it changes, and what comes in, whatever its agent calls that.

Only keys that mean a path are read as one. Texts that are written are never searched for paths, except patches.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from answerable.capture.payload import patch
from answerable.capture.payload.kinds import words
from answerable.capture.payload.model import Edit, Payload
from answerable.errors import PayloadInvalid

MOST = 1000  # files in one tool use
_DEEPEST = 4

_PATHS = words(
    "filepath path notebookpath targetfile targetfilepath filename relativepath absolutepath relativeworkspacepath "
    "file uri fileuri fspath newpath newfilepath newuri destination destinationpath dest targetpath target to "
    "files paths filepaths filenames uris editedfilepaths willeditfilepaths"
)
_LEFT = words("oldpath oldfilepath olduri source sourcepath src from")  # paths that something leaves
_NEW = words(
    "content contents filetext newstring newstr newtext newsource newcontent newcode replacement replacewith "
    "insertedtext inserttext text code codeedit newlines insert"
)
_OLD = words("oldstring oldstr oldtext oldcontent oldcode search")
_WHOLE = words("content contents filetext newcontent")
_PATCHES = words("patch patchtext input command cmd diff")


def edits_in(value: Payload) -> tuple[Edit, ...]:
    """What the input of an editing tool says.

    Raises:
        PayloadInvalid: it names more files than can be looked at.
    """
    return _few([*_own(value, None, 0), *_patched(value)])


def patched_in(value: Payload) -> tuple[Edit, ...]:
    """The same of a tool that takes commands: only where one of them holds a patch."""
    return _few(list(_patched(value)))


def _few(found: list[Edit]) -> tuple[Edit, ...]:
    if len(found) > MOST:
        raise PayloadInvalid(f"one tool use names more than {MOST} files", hint="change fewer files at a time")
    said = {edit.path for edit in found if not _bare(edit)}
    return tuple(edit for edit in dict.fromkeys(found) if not (_bare(edit) and edit.path in said))


def _bare(edit: Edit) -> bool:
    """True where nothing but the path is said."""
    return edit == Edit(edit.path)


def _own(value: Payload, above: str | None, depth: int) -> Iterator[Edit]:
    keyed = {_plain(key): item for key, item in value.items() if isinstance(key, str)}
    paths = [path for key, item in keyed.items() if key in _PATHS for path in _texts(item)]
    left = [path for key, item in keyed.items() if key in _LEFT for path in _texts(item)]
    new = [text for key, item in keyed.items() if key in _NEW for text in _written(item)]
    old = [text for key, item in keyed.items() if key in _OLD for text in _written(item)]
    whole = bool(new) and not old and any(key in _WHOLE and isinstance(item, str) for key, item in keyed.items())
    said = Edit("", new="\n".join(new) if new else None, old="\n".join(old) if old else None, whole=whole)
    at = paths or ([above] if above and (new or old) else [])
    for path in at:
        yield said._replace(path=path, moved_from=left[0] if left else None)
    for path in paths[:1]:
        for text in (text for key, item in keyed.items() if key == "diff" for text in _texts(item)):
            yield from (Edit(path, old=gone, new=came) for gone, came in patch.replaced(text))
    for path in left:
        yield Edit(path, gone=bool(paths))
    if depth < _DEEPEST:
        for child in _children(value):
            yield from _own(child, paths[0] if paths else above, depth + 1)


def _children(value: Payload) -> Iterator[Payload]:
    for item in value.values():
        for child in item if isinstance(item, list) else [item]:
            if isinstance(child, dict):
                yield child


def _patched(value: Payload) -> Iterator[Edit]:
    for key, item in value.items():
        plain = _plain(key)
        for text in _written(item) if plain in _PATCHES else ():
            if patch.has_patch(text) or (plain in ("patch", "diff", "patchtext") and "+++ " in text):
                yield from patch.edits_of(text)


def _texts(value: Any) -> list[str]:
    if isinstance(value, dict):  # `{"fsPath": …}`: its own keys are read with the children
        return []
    return [item for item in (value if isinstance(value, list) else [value]) if isinstance(item, str) and item]


def _written(value: Any) -> list[str]:
    """A text, or the texts of a list, as a command with its arguments or a text in lines."""
    return [item for item in (value if isinstance(value, list) else [value]) if isinstance(item, str)]


def _plain(key: str) -> str:
    return key.replace("_", "").replace("-", "").lower()
