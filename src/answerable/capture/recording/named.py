"""Finds the paths that an agent's payload names: more rather than fewer, for a file too many only costs a look.

What a payload means is said later, by its agent's adapter (`capture.payload`); here only keys that can mean a path, and
patches, are looked at.
"""

MOST = 200  # paths of one event
_DEEPEST = 6
# fmt: off
_KEYS = frozenset((
    "filepath", "path", "notebookpath", "targetfile", "targetfilepath", "filename", "relativepath", "absolutepath",
    "relativeworkspacepath", "file", "uri", "fileuri", "fspath", "newpath", "newfilepath", "newuri", "destination",
    "destinationpath", "dest", "targetpath", "target", "to", "files", "paths", "filepaths", "filenames", "uris",
    "editedfilepaths", "willeditfilepaths", "oldpath", "oldfilepath", "olduri", "source", "sourcepath", "src", "from",
))
# fmt: on
_PATCHES = frozenset(("patch", "patchtext", "input", "command", "cmd", "diff"))
_MARKS = (
    "*** Add File: ",
    "*** Update File: ",
    "*** Delete File: ",
    "*** Move to: ",
    "+++ b/",
    "--- a/",
    "+++ ",
    "--- ",
)


def paths(value: object) -> list[str]:
    """The paths, each once, in the order in which they stand."""
    found: dict[str, None] = {}
    _look(value, found, 0)
    return list(found)[:MOST]


def _look(value: object, found: dict[str, None], depth: int) -> None:
    if depth > _DEEPEST or len(found) > MOST:
        return
    if isinstance(value, list):
        for item in value:
            _look(item, found, depth + 1)
    elif isinstance(value, dict):
        for key, item in value.items():
            plain = key.replace("_", "").replace("-", "").lower()
            for text in item if isinstance(item, list) else [item]:
                if isinstance(text, str):
                    if plain in _KEYS:
                        _add(text, found)
                    elif plain in _PATCHES and ("*** " in text or "+++ " in text):
                        _patched(text, found)
                    elif text[:1] == "{" and depth < 2:
                        _look(_object(text), found, depth + 1)
            if isinstance(item, list | dict):
                _look(item, found, depth + 1)


def _patched(text: str, found: dict[str, None]) -> None:
    for line in text.split("\n"):
        for mark in _MARKS:
            if line.startswith(mark):
                _add(line[len(mark) :].rstrip("\r").split("\t")[0], found)
                break


def _add(text: str, found: dict[str, None]) -> None:
    if text.startswith("file://"):
        text = _unescaped(text[7:])
    if 0 < len(text) < 4096 and "\0" not in text and "\n" not in text:
        found[text] = None


def _unescaped(text: str) -> str:
    """An address without its percent signs."""
    if "%" not in text:
        return text
    from urllib.parse import unquote

    return unquote(text, errors="surrogateescape")


def _object(text: str) -> object:
    from answerable.capture.recording.quick import load

    try:
        return load(text)
    except (ValueError, RecursionError):
        return None
