"""One repository: where it is, what kind it is, and the revisions and objects in it.

Everything that depends on configuration or refs asks the repository; everything that depends on objects alone runs in
a quarantine that cannot see the repository's configuration.
"""

from __future__ import annotations

import os
from contextlib import suppress
from functools import cached_property
from pathlib import Path
from types import TracebackType

from answerable.errors import EmptyRepository, NotARepository, RevisionNotFound
from answerable.git.notes import listing, refs_below
from answerable.git.objects import Objects
from answerable.git.plain import plain
from answerable.git.plain_refs import plain_refs
from answerable.git.program import Git, failure
from answerable.git.quarantine import Quarantine

_ASKED = ("rev-parse", "--is-bare-repository", "--is-shallow-repository", "--show-object-format")
_FOLDERS = ("--absolute-git-dir", "--show-prefix")


class Repository:
    """An open repository; use it as a context manager so that its processes and its quarantine end with it.

    Args:
        folder: Any folder inside a work tree, or a bare repository.

    Raises:
        NotARepository: the folder is not inside one.
        RepositoryUntrusted: it belongs to somebody else and git refuses it.
    """

    def __init__(self, folder: Path) -> None:
        self.git = Git(["-C", str(folder)])
        self.objects = Objects(self.git)
        self._plain = False
        self.objects.start()  # together with the question below: nearly everything reads an object
        try:
            found = plain(folder)
            if found:
                self._plain = True
                self.git_dir, self.bare, self.shallow = found
                self.object_format, self.prefix = "sha1", b""
                self.root = self.git_dir if self.bare else self.git_dir.parent
            else:
                self._find(folder)
        except BaseException:
            self.objects.close()
            raise
        if self.partial:
            self.objects.close()
            self.objects = self.reader()

    def _find(self, folder: Path) -> None:
        code, out, err = self.git.attempt(*_ASKED, *_FOLDERS)
        lines = out.split(b"\n")
        if code or len(lines) < 6:
            if code == 0 or any(words in err for words in (b"not a git repository", b"cannot change to")):
                hint = "run it inside a clone, or name one with: answerable -C FOLDER …"
                raise NotARepository(f"{folder} is not inside a git repository", hint=hint)
            raise failure(_ASKED, err)
        self.bare, self.shallow = lines[0] == b"true", lines[1] == b"true"
        self.object_format = lines[2].decode()
        git_dir, self.prefix = lines[3:5]
        if len(lines) > 6:  # a folder's name holds an end of a line: ask for one thing at a time
            git_dir, self.prefix = (self.git.run("rev-parse", asked)[:-1] for asked in _FOLDERS)
        self.git_dir = Path(os.fsdecode(git_dir))
        self.root = self.git_dir if self.bare else _above(folder.resolve(), self.prefix)

    @cached_property
    def common_dir(self) -> Path:
        """The git directory that all worktrees share: objects and refs live here."""
        pointer = self.git_dir / "commondir"
        if not pointer.is_file():
            return self.git_dir
        return (self.git_dir / os.fsdecode(pointer.read_bytes().partition(b"\0")[0].rstrip(b"\n"))).resolve()

    @cached_property
    def at_home(self) -> bool:
        """True where the root is the folder whose `.git` leads here, and no other that `core.worktree` names."""
        pointer = self.root / ".git"
        with suppress(OSError):
            if pointer.is_file():
                pointer = self.root / os.fsdecode(pointer.read_bytes().removeprefix(b"gitdir: ").rstrip(b"\n"))
            return not self.bare and pointer.samefile(self.git_dir)
        return False

    @cached_property
    def partial(self) -> bool:
        """True where a clone was told to leave objects out, which git would fetch when it misses one."""
        return any((self.common_dir / "objects" / "pack").glob("*.promisor"))

    def reader(self) -> Objects:
        """A reader of objects with a process of its own."""
        return Objects(self.git, self.quarantine.git if self.partial else None)

    @cached_property
    def quarantine(self) -> Quarantine:
        """A clean git directory over the same objects; made on first use, removed by `close`."""
        pushed = os.environ.get("GIT_OBJECT_DIRECTORY")
        folders = [self.common_dir / "objects", *([Path(pushed)] if pushed else [])]
        return Quarantine(objects=folders, object_format=self.object_format, shallow=self._shallow_file)

    @cached_property
    def boundary(self) -> frozenset[str]:
        """Commits at which a shallow clone ends: what they seem to have added came from before them."""
        return frozenset(self._shallow_file.decode("ascii", "replace").split())

    @cached_property
    def rewrites(self) -> bool:
        """True where replace refs or grafts would show another history than the objects hold; they are ignored."""
        grafts = self.common_dir / "info" / "grafts"
        return grafts.is_file() or bool(self.git.run("for-each-ref", "--count=1", "refs/replace/"))

    def refs(self, *prefixes: str) -> dict[str, str]:
        """Full ref names that are or lie below these prefixes, with the ids they point at, in name order."""
        known = plain_refs(os.fspath(self.git_dir), prefixes) if self._plain else None
        return refs_below(self.git, *prefixes) if known is None else known

    def ahead_of_refs(self, *prefixes: str) -> None:
        """Start reading what `refs` will be asked, where that takes git."""
        if not self._plain or plain_refs(os.fspath(self.git_dir), prefixes) is None:
            self.git.ahead(*listing(*prefixes))

    @property
    def null_oid(self) -> str:
        """The id that stands for no object, as long as the repository's hash."""
        return "0" * (64 if self.object_format == "sha256" else 40)

    def resolve(self, revision: str) -> str:
        """Return the commit id that a revision names.

        Raises:
            RevisionNotFound: it names nothing here, or something that is not a commit.
            EmptyRepository: there is no commit at all.
        """
        found = self.try_resolve(revision)
        if found:
            return found
        if self.try_resolve("HEAD") is None and not self.git.run("for-each-ref", "--count=1"):
            raise EmptyRepository("the repository has no commit yet", hint="commit something, then ask again")
        hint = "name a branch, tag or commit that exists here; a shallow clone may need: git fetch --unshallow"
        raise RevisionNotFound(f"no commit is named {revision!r} in {self.root}", hint=hint)

    def try_resolve(self, revision: str) -> str | None:
        """Like `resolve`, with None where nothing is found."""
        found = self.objects.get(f"{revision}^{{commit}}")
        return found.oid if found and found.kind == "commit" else None

    def close(self) -> None:
        """End every process and remove the quarantine."""
        self.objects.end()  # while the quarantine is removed
        if "quarantine" in self.__dict__:
            self.quarantine.close()
            del self.__dict__["quarantine"]
        self.objects.close()

    def __enter__(self) -> Repository:
        return self

    def __exit__(self, kind: type[BaseException] | None, value: BaseException | None, tb: TracebackType | None) -> None:
        self.close()

    @cached_property
    def _shallow_file(self) -> bytes:
        path = self.common_dir / "shallow"
        return path.read_bytes() if self.shallow and path.is_file() else b""


def _above(folder: Path, prefix: bytes) -> Path:
    """The folder that many levels up: the root of the work tree."""
    levels = prefix.rstrip(b"/").count(b"/") + 1 if prefix else 0
    return folder.parents[levels - 1] if levels else folder
