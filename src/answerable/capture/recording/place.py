"""Finds the repository of a path, its HEAD and what git is in the middle of, by reading files: git is never run."""

import os

_LONGEST = 1 << 20  # bytes that are read of one of git's small files
_PACKED = 64 << 20
_OPERATIONS = (
    (b"rebase-merge", "rebase"),
    (b"rebase-apply", "rebase"),
    (b"MERGE_HEAD", "merge"),
    (b"CHERRY_PICK_HEAD", "cherry-pick"),
    (b"REVERT_HEAD", "revert"),
)
_HEX = b"0123456789abcdef"


class Place:
    """A work tree: its root, its own git directory, the one that all work trees share, and its name there."""

    __slots__ = ("common", "git", "name", "root")

    def __init__(self, root: bytes, git: bytes, common: bytes, name: bytes) -> None:
        self.root, self.git, self.common, self.name = root, git, common, name

    @property
    def folder(self) -> bytes:
        """Where capture keeps what belongs to this work tree."""
        return os.path.join(self.common, b"answerable", b"capture", self.name)


def find(folder: bytes) -> Place | None:
    """The work tree that a folder is in; None where it is in none, or in one that is another user's.

    Args:
        folder: Absolute, without links.
    """
    while True:
        place = _at(folder)
        if place:
            return place
        above = os.path.dirname(folder)
        if above == folder:
            return None
        folder = above


def head(place: Place) -> str | None:
    """The commit that HEAD names; None where there is none yet, or refs are kept in a form that is not files."""
    said = small(os.path.join(place.git, b"HEAD")).rstrip()
    for _ in range(5):
        if not said.startswith(b"ref: "):
            return said.decode() if len(said) in (40, 64) and not said.strip(_HEX) else None
        name = said[5:].strip()
        if not name.startswith(b"refs/") or b".." in name:
            return None
        said = (
            small(os.path.join(place.git, name)).rstrip()
            or small(os.path.join(place.common, name)).rstrip()
            or _packed(place.common, name)
        )
    return None


def doing(place: Place) -> str | None:
    """What git is in the middle of here; None where it is nothing."""
    for name, operation in _OPERATIONS:
        if os.path.lexists(os.path.join(place.git, name)):
            if operation == "rebase" and os.path.lexists(os.path.join(place.git, name, b"applying")):
                return "am"
            return operation
    return None


def small(path: bytes, most: int = _LONGEST) -> bytes:
    """What a small file holds; nothing where it cannot be read or is larger."""
    try:
        handle = os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK)
    except OSError:
        return b""
    try:
        found = b""
        while len(found) <= most:
            block = os.read(handle, most + 1 - len(found))
            if not block:
                return found
            found += block
    except OSError:
        return b""
    finally:
        os.close(handle)
    return b""


def _at(folder: bytes) -> Place | None:
    git = os.path.join(folder, b".git")
    try:
        about = os.stat(git)
    except OSError:
        return None
    if about.st_mode & 0o170000 == 0o100000:
        said = small(git)
        if not said.startswith(b"gitdir: "):
            return None
        git = os.path.normpath(os.path.join(folder, said[8:].rstrip(b"\r\n")))
        try:
            about = os.stat(git)
        except OSError:
            return None
    if about.st_uid != os.geteuid() or not os.path.lexists(os.path.join(git, b"HEAD")):
        return None
    pointer = small(os.path.join(git, b"commondir")).rstrip(b"\r\n")
    if not pointer:
        return Place(folder, git, git, b"main")
    common = os.path.normpath(os.path.join(git, pointer))
    name = os.path.basename(git)
    return Place(folder, git, common, name if name != b"main" else b"main.worktree")


def _packed(common: bytes, name: bytes) -> bytes:
    whole = b"\n" + small(os.path.join(common, b"packed-refs"), _PACKED)
    at = whole.find(b" " + name + b"\n")
    return whole[whole.rfind(b"\n", 0, at) + 1 : at] if at >= 0 else b""
