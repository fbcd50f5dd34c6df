"""What replaying asks of git and of the snapshots. A snapshot that is not what its digest says is not there."""

from __future__ import annotations

import hashlib
from functools import lru_cache
from pathlib import Path

from answerable.capture.replay import Sources
from answerable.git.repository import Repository


class GitSources:
    """The sources of one work tree.

    Args:
        repository: The work tree's.
        snapshots: Where contents are kept.
    """

    def __init__(self, repository: Repository, snapshots: Path) -> None:
        self._repository = repository
        self._snapshots = snapshots
        self.all = Sources(content=self.content, base=lru_cache(256)(self.base), restored=self.restored)

    def content(self, digest: str) -> bytes | None:
        """A snapshot."""
        try:
            data = (self._snapshots / digest[:2] / digest).read_bytes()
        except OSError:
            return None
        return data if hashlib.sha256(data).hexdigest() == digest else None

    def base(self, head: str | None, path: bytes) -> bytes | None:
        """A file as a commit has it."""
        found = self._repository.objects.get(head.encode() + b":" + path) if head else None
        return found.data if found and found.kind == "blob" else None

    def restored(self, content: bytes, since: int) -> bool:
        """Whether git had a content before a moment: it was checked out then, not typed; a staged one is younger.

        Git touches an object that is added again, but not its folder, which is as old as the newest object in it.
        """
        make = hashlib.sha1 if self._repository.object_format == "sha1" else hashlib.sha256
        oid = make(b"blob %d\0" % len(content) + content).hexdigest()
        folder = self._repository.common_dir / "objects" / oid[:2]
        try:
            added = (folder / oid[2:]).stat().st_mtime_ns
            return min(added, folder.stat().st_mtime_ns) < since
        except OSError:
            return self._repository.objects.get(oid) is not None
