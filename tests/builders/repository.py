"""`RepoBuilder`: a real git repository, written quickly and the same on every machine.

Commits are written as objects directly, so any bytes are possible in paths, messages and names, and any
number of parents. Dates advance by a minute a commit from a fixed start. Git runs in an environment of its
own.
"""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Literal, Self

from builders.blame import BlamedLine, parse_blame
from builders.entries import Content, as_bytes, as_entry
from builders.objects import ObjectWriter, Snapshot, is_submodule, place

START = 1_700_000_000
ADA = ("Ada", "ada@example.com")

Identity = tuple[str | bytes, str | bytes]
When = int | str
Files = Mapping[str, Content] | Mapping[bytes, Content] | Mapping[str | bytes, Content]


class RepoBuilder:
    """A git repository under construction, on the branch ``main``.

    Args:
        root: The folder to make it in, created if needed: the working tree, or the bare repository itself.
        object_format: ``sha1`` or ``sha256``.
        bare: Without a working tree.

    Attributes:
        root: The folder, as given.
        git_dir: Its git folder (a linked working tree has one of its own).
        commits: Ids of all commits made through this builder, in the order of their making.
    """

    def __init__(self, root: Path, object_format: Literal["sha1", "sha256"] = "sha1", *, bare: bool = False) -> None:
        root.mkdir(parents=True, exist_ok=True)
        options = ["--bare"] if bare else []
        init = ["init", "--quiet", "--template=", f"--object-format={object_format}", "-b", "main", *options]
        _run(root, init)
        self._open(root, object_format, root if bare else root / ".git")

    @classmethod
    def at(cls, root: Path) -> Self:
        """Open a repository that exists: a clone, a linked working tree, a fixture."""
        found = _run(root, ["rev-parse", "--path-format=absolute", "--git-dir", "--git-common-dir"]).out
        git_dir, common = (Path(os.fsdecode(line)) for line in found.splitlines())
        self = cls.__new__(cls)
        self._open(root, _text(_run(root, ["rev-parse", "--show-object-format"]).out), git_dir, common)
        return self

    def _open(self, root: Path, object_format: str, git_dir: Path, common: Path | None = None) -> None:
        self.root = root
        self.git_dir = git_dir
        self.object_format = object_format
        self.commits: list[str] = []
        self._common = common or git_dir
        self._objects = ObjectWriter(
            self._common / "objects",
            object_format,
            lambda pack: self.git("index-pack", "--stdin", feed=pack),
        )
        self._snapshots: dict[str, Snapshot] = {}
        self._tips: dict[str, str] = {}
        self._bulk = False
        self._clock = START

    # -- writing ---------------------------------------------------------------------------------------------

    def commit(
        self,
        files: Files | None = None,
        message: str | bytes = "change\n",
        *,
        author: Identity = ADA,
        committer: Identity | None = None,
        when: When | None = None,
        authored: When | None = None,
        parents: Sequence[str] | None = None,
        branch: str = "main",
        tree_of: str | None = None,
        headers: Sequence[tuple[str, bytes]] = (),
    ) -> str:
        """Write a commit, move the branch to it and return its id; the working tree waits for `checkout`.

        Args:
            files: What changes against the tree it starts from; None as a value removes a path.
            message: Written exactly as given.
            author: Name and mail address.
            committer: The same as the author, unless given.
            when: Commit date: seconds, or git's raw form ``"1700000000 +0200"``. Default: a minute later.
            authored: Author date; the commit date unless given.
            parents: Revisions. None: the tip of the branch, or of ``main`` for a new branch. ``[]``: a root.
            branch: Its short name, or a full name under ``refs/``.
            tree_of: The commit whose tree it starts from: by default the first parent, empty for a root.
            headers: More headers before the message, for example ``("encoding", b"latin-1")``.
        """
        ref = branch if branch.startswith("refs/") else f"refs/heads/{branch}"
        above = self._parents(ref) if parents is None else [self.resolve(p) for p in parents]
        start = self.resolve(tree_of) if tree_of else (above[0] if above else None)
        snapshot = self._changed(dict(self._snapshot(start)) if start else {}, files or {})
        self._clock += 60
        date = self._clock if when is None else when
        rows = [b"tree " + self._objects.add_tree(snapshot).encode()]
        rows += [b"parent " + parent.encode() for parent in above]
        rows.append(b"author " + _signature(author, date if authored is None else authored))
        rows.append(b"committer " + _signature(committer or author, date))
        rows += [key.encode() + b" " + value.replace(b"\n", b"\n ") for key, value in headers]
        sha = self._objects.add("commit", b"\n".join(rows) + b"\n\n" + as_bytes(message))
        self._snapshots[sha] = snapshot
        self.commits.append(sha)
        self._move(ref, sha)
        return sha

    def merge(
        self,
        *others: str,
        branch: str = "main",
        files: Files | None = None,
        message: str | bytes = "merge\n",
        strategy: Literal["merge", "ours", "theirs"] = "merge",
        when: When | None = None,
        author: Identity = ADA,
    ) -> str:
        """Merge revisions into a branch: two parents or, with several `others`, an octopus.

        `files` are laid over the result: a resolution, or an evil merge that adds what no parent has. Raises
        an AssertionError if a path conflicts and `files` does not resolve it.
        """
        ours = self.resolve(branch)
        theirs = [self.resolve(o) for o in others]
        start = {"ours": ours, "theirs": theirs[-1]}.get(strategy) or self._merged(ours, theirs, files or {})
        return self.commit(
            files, message, parents=[ours, *theirs], branch=branch, tree_of=start, when=when, author=author
        )

    def tag(self, name: str, rev: str = "HEAD", message: str | bytes | None = None) -> str:
        """Tag a revision, annotated if there is a message; returns what the tag points at."""
        sha = self.resolve(rev)
        if message is not None:
            head = f"object {sha}\ntype commit\ntag {name}\n".encode()
            head += b"tagger " + _signature(ADA, self._clock)
            sha = self.write("tag", head + b"\n\n" + as_bytes(message))
        self._move(f"refs/tags/{name}", sha)
        return sha

    def note(self, ref: str, rev: str, data: bytes | str | None, *, fanout: int = 0, author: Identity = ADA) -> str:
        """Set (None: remove) the note of a revision under ``refs/notes/<ref>``; returns the notes commit."""
        full = ref if ref.startswith("refs/") else f"refs/notes/{ref}"
        path = self.resolve(rev)
        for depth in range(fanout):
            cut = 3 * depth + 2
            path = f"{path[:cut]}/{path[cut:]}"
        tip = self._tip(full)
        return self.commit({path: data}, "notes\n", author=author, branch=full, parents=[tip] if tip else [])

    def write(self, kind: Literal["blob", "tree", "commit", "tag"], data: bytes) -> str:
        """Write any object, well-formed or not, and return its id."""
        name = self._objects.add(kind, data)
        if not self._bulk:
            self._objects.flush()
        return name

    def point(self, ref: str, rev: str) -> None:
        """Set a full ref name, for example ``refs/remotes/origin/main``, to a revision."""
        self._move(ref, self.resolve(rev))

    @contextmanager
    def bulk(self) -> Iterator[None]:
        """Write many commits at once, as one pack. Git sees none of it before the block ends."""
        self._bulk = True
        try:
            yield
        finally:
            self._bulk = False
            self._objects.flush()
            tips, self._tips = self._tips, {}
            for ref, sha in tips.items():
                self._write_ref(ref, sha)

    # -- asking git ------------------------------------------------------------------------------------------

    def git(self, *args: str | bytes, feed: bytes = b"", check: bool = True) -> bytes:
        """Run git in the repository and return its output; an AssertionError with git's words if it fails."""
        return _run(self.root, args, feed=feed, check=check).out

    def resolve(self, rev: str) -> str:
        """The commit id a revision names."""
        if rev in self._snapshots:
            return rev
        return self._tip(f"refs/heads/{rev}") or _text(self.git("rev-parse", "--verify", f"{rev}^{{commit}}"))

    def files(self, rev: str = "HEAD") -> Snapshot:
        """All paths of a revision: path to (mode, object id)."""
        rows = self.git("ls-tree", "-r", "-z", "--full-tree", self.resolve(rev)).split(b"\0")[:-1]
        found: Snapshot = {}
        for row in rows:
            about, _, path = row.partition(b"\t")
            mode, _kind, name = about.split(b" ")
            found[path] = (mode, name.decode())
        return found

    def blame(self, rev: str, path: str | bytes, *options: str) -> list[BlamedLine]:
        """What `git blame` says of each line, with its default options unless others are given."""
        options = ("--no-textconv", "--line-porcelain", *options)
        return parse_blame(self.git("blame", *options, self.resolve(rev), "--", as_bytes(path)))

    # -- other views of it -----------------------------------------------------------------------------------

    def checkout(self, rev: str = "main") -> None:
        """Make the working tree and HEAD what a revision says."""
        self.git("checkout", "--quiet", "--force", rev)

    def shallow_clone(self, depth: int, to: Path | None = None) -> RepoBuilder:
        """A clone that holds the last `depth` commits only."""
        return self._clone(to, "shallow", f"--depth={depth}")

    def partial_clone(self, to: Path | None = None, spec: str = "blob:none") -> RepoBuilder:
        """A clone without the objects that a filter leaves out; nothing is checked out."""
        self.git("config", "uploadpack.allowFilter", "true")
        return self._clone(to, "partial", f"--filter={spec}", "--no-checkout")

    def clone(self, to: Path | None = None, *options: str) -> RepoBuilder:
        """A full clone."""
        return self._clone(to, "clone", *options)

    def worktree(self, rev: str = "HEAD", to: Path | None = None) -> RepoBuilder:
        """A linked working tree with a detached HEAD at a revision."""
        where = to or self.root.with_name(f"{self.root.name}-worktree")
        self.git("worktree", "add", "--quiet", "--detach", os.fspath(where), self.resolve(rev))
        return RepoBuilder.at(where)

    def _clone(self, to: Path | None, word: str, *options: str) -> RepoBuilder:
        where = to or self.root.with_name(f"{self.root.name}-{word}")
        self.git("clone", "--quiet", *options, self.root.resolve().as_uri(), os.fspath(where))
        return RepoBuilder.at(where)

    # -- inside ----------------------------------------------------------------------------------------------

    def _parents(self, ref: str) -> list[str]:
        tip = self._tip(ref) or (self._tip("refs/heads/main") if ref.startswith("refs/heads/") else None)
        return [tip] if tip else []

    def _snapshot(self, sha: str) -> Snapshot:
        if sha not in self._snapshots:
            self._snapshots[sha] = self.files(sha)
        return self._snapshots[sha]

    def _changed(self, start: Snapshot, files: Files) -> Snapshot:
        named = {as_bytes(path): content for path, content in files.items()}
        for path in [p for p, content in named.items() if content is None]:
            start.pop(path, None)
        for path, content in named.items():
            if content is not None:
                entry = as_entry(content)
                link = is_submodule(entry.mode)
                name = entry.data.decode() if link else self._objects.add("blob", entry.data)
                place(start, path, entry.mode, name)
        return start

    def _merged(self, ours: str, theirs: list[str], files: Files) -> str:
        resolved = {as_bytes(path) for path in files}
        at = ours
        for other in theirs:
            args = ["merge-tree", "--write-tree", "--name-only", "--no-messages", "-z", at, other]
            done = _run(self.root, args, check=False)
            tree, *conflicts = done.out.rstrip(b"\0").split(b"\0")
            if done.code > 1 or not set(conflicts) <= resolved:
                raise AssertionError(f"cannot merge {other}: conflicts in {conflicts} {done.err!r}")
            half = f"tree {_text(tree)}\nparent {at}\nparent {other}\n".encode()
            who = _signature(ADA, START)
            at = self.write("commit", half + b"author " + who + b"\ncommitter " + who + b"\n\nhalf\n")
        return at

    def _tip(self, ref: str) -> str | None:
        if ref in self._tips:
            return self._tips[ref]
        if (file := self._common / ref).is_file():
            return file.read_text().strip()
        if not (self._common / "packed-refs").exists():
            return None
        return _text(self.git("rev-parse", "--verify", "--quiet", ref, check=False)) or None

    def _move(self, ref: str, sha: str) -> None:
        if self._bulk:
            self._tips[ref] = sha
            return
        self._objects.flush()
        self._write_ref(ref, sha)

    def _write_ref(self, ref: str, sha: str) -> None:
        file = self._common / ref
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(sha + "\n")


class _Done:
    """What a run of git left behind."""

    def __init__(self, code: int, out: bytes, err: bytes) -> None:
        self.code, self.out, self.err = code, out, err


def clean_environment(home: str = os.devnull) -> dict[str, str]:
    """An environment in which git knows nothing of the machine or the person running the tests."""
    return {
        "PATH": os.environ["PATH"],
        "HOME": home,
        "LC_ALL": "C.UTF-8",
        "TZ": "UTC",
        "GIT_CONFIG_NOSYSTEM": "1",
        "GIT_CONFIG_GLOBAL": os.devnull,
        "GIT_ATTR_NOSYSTEM": "1",
        "GIT_TERMINAL_PROMPT": "0",
        "GIT_EDITOR": "true",
        "GIT_AUTHOR_NAME": "Ada",
        "GIT_AUTHOR_EMAIL": "ada@example.com",
        "GIT_AUTHOR_DATE": f"{START} +0000",
        "GIT_COMMITTER_NAME": "Ada",
        "GIT_COMMITTER_EMAIL": "ada@example.com",
        "GIT_COMMITTER_DATE": f"{START} +0000",
    }


def _run(root: Path, args: Sequence[str | bytes], *, feed: bytes = b"", check: bool = True) -> _Done:
    env = clean_environment()
    done = subprocess.run(["git", *args], cwd=root, input=feed, capture_output=True, env=env, check=False)
    if check and done.returncode:
        raise AssertionError(f"git {args} in {root} failed: {done.stderr.decode('utf-8', 'replace')}")
    return _Done(done.returncode, done.stdout, done.stderr)


def _signature(who: Identity, when: When) -> bytes:
    date = f"{when} +0000" if isinstance(when, int) else when
    return b"%s <%s> %s" % (as_bytes(who[0]), as_bytes(who[1]), date.encode())


def _text(out: bytes) -> str:
    return out.decode().strip()
