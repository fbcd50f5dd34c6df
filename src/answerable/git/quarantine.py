"""A git directory of our own over a repository's objects: what runs here cannot see the repository's configuration.

The quarantine borrows the object store as an alternate, so its config, attributes, hooks, remotes, replace refs and
grafts do not exist for git. It also holds synthetic trees: two flat trees that pair any blobs with any others let one
`git diff-tree` do all wanted diffs, and only those.
"""

from __future__ import annotations

import os
import zlib
from collections.abc import Sequence
from functools import cached_property
from pathlib import Path
from types import TracebackType

from answerable.git.program import Git, quoted_alternates

TREE = "40000"
_MEMORY = "/dev/shm"  # noqa: S108 - sticky as /tmp is; a folder of ours has a name that nobody can know
_ROOM = 256 << 20
# glibc gives every large blob back to the kernel and asks for it again: a third of the time of a long diff
_TUNABLES = "glibc.malloc.mmap_threshold=1073741824:glibc.malloc.trim_threshold=1073741824"


class Quarantine:
    """A temporary bare repository whose objects are another's; close it to remove it."""

    def __init__(self, *, objects: Sequence[Path], object_format: str, shallow: bytes) -> None:
        self.folder = _new_folder()
        self._format = object_format
        self._objects = self.folder / "objects"
        try:
            self._write_repository(shallow)
            self.git = self._git(objects)
        except BaseException:  # an interrupt leaves nothing behind, either
            self.close()
            raise

    def _write_repository(self, shallow: bytes) -> None:
        self._objects.mkdir()
        (self.folder / "refs").mkdir()
        (self.folder / "HEAD").write_text("ref: refs/heads/none\n")
        version, extra = ("1", "[extensions]\nobjectFormat = sha256\n") if self._format == "sha256" else ("0", "")
        (self.folder / "config").write_text(f"[core]\nrepositoryformatversion = {version}\nbare = true\n{extra}")
        if shallow:
            (self.folder / "shallow").write_bytes(shallow)

    def _git(self, objects: Sequence[Path]) -> Git:
        given = os.environ.get("GIT_ALTERNATE_OBJECT_DIRECTORIES")  # the caller's own
        borrowed = [quoted_alternates(objects), *([given] if given else [])]
        env = {
            "GIT_OBJECT_DIRECTORY": str(self._objects),
            "GIT_ALTERNATE_OBJECT_DIRECTORIES": os.pathsep.join(borrowed),
            "GIT_CONFIG_GLOBAL": os.devnull,
            "GLIBC_TUNABLES": _TUNABLES,
        }
        return Git([f"--git-dir={self.folder}", "-c", "core.deltaBaseCacheLimit=64m"], env)

    def write_tree(self, entries: Sequence[tuple[str, bytes, str]]) -> str:
        """Store a tree of (mode, name, object id) and return its id."""
        order = sorted(entries, key=lambda e: e[1] + (b"/" if e[0] == TREE else b""))
        body = b"".join(mode.encode() + b" " + name + b"\0" + bytes.fromhex(oid) for mode, name, oid in order)
        return self._write(b"tree", body)

    @cached_property
    def empty_blob(self) -> str:
        """The id of the empty blob, which this quarantine then holds."""
        return self.write_blob(b"")

    def write_blob(self, data: bytes) -> str:
        """Store a blob and return its id."""
        return self._write(b"blob", data)

    def _write(self, kind: bytes, body: bytes) -> str:
        import hashlib  # a question about one line writes nothing

        data = b"%s %d\0" % (kind, len(body)) + body
        oid = hashlib.new(self._format, data, usedforsecurity=False).hexdigest()
        target = self._objects / oid[:2] / oid[2:]
        if not target.exists():
            target.parent.mkdir(exist_ok=True)
            target.write_bytes(zlib.compress(data, 1))
        return oid

    def write_nested_tree(self, files: Sequence[tuple[str, bytes, str]]) -> str:
        """Store (mode, path, object id) as a tree of trees and return the id of the root."""
        here: list[tuple[str, bytes, str]] = []
        below: dict[bytes, list[tuple[str, bytes, str]]] = {}
        for mode, path, oid in files:
            head, slash, rest = path.partition(b"/")
            if slash:
                below.setdefault(head, []).append((mode, rest, oid))
            else:
                here.append((mode, path, oid))
        here.extend((TREE, name, self.write_nested_tree(inside)) for name, inside in below.items())
        return self.write_tree(here)

    def close(self) -> None:
        """Remove the quarantine from disk."""
        import shutil

        shutil.rmtree(self.folder, ignore_errors=True)

    def __enter__(self) -> Quarantine:
        return self

    def __exit__(self, kind: type[BaseException] | None, value: BaseException | None, tb: TracebackType | None) -> None:
        self.close()


def _new_folder() -> Path:
    """A folder of our own, as `tempfile.mkdtemp` makes them, which takes longer to load than all of this to run."""
    base = next((os.environ[name] for name in ("TMPDIR", "TEMP", "TMP") if os.environ.get(name)), None)
    while True:
        folder = Path(base or _in_memory() or "/tmp") / f"answerable-{os.urandom(8).hex()}"  # noqa: S108
        try:
            folder.mkdir(mode=0o700)
        except FileExistsError:
            continue
        except OSError:
            import tempfile

            return Path(tempfile.mkdtemp(prefix="answerable-"))
        return folder


def _in_memory() -> str | None:
    """Where files are held in memory, with room for a long history: some disks take a millisecond for a folder."""
    try:
        room = os.statvfs(_MEMORY)
    except (AttributeError, OSError):
        return None
    return _MEMORY if room.f_bavail * room.f_frsize >= _ROOM and os.access(_MEMORY, os.W_OK | os.X_OK) else None
