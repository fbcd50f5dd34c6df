"""Random changes to whole trees: what people and tools do to files, and what nobody should."""

from __future__ import annotations

from collections.abc import Callable
from random import Random

from builders.edits import Editor
from builders.entries import LINK, PROGRAM, REGULAR, SUBMODULE, Entry

Tree = dict[bytes, Entry]

# Names that sort around "/" and NUL, need quoting, are not UTF-8, differ in case only, or look like options.
_NAMES = (
    *(b"a", b"a.b", b"a-b", b"a0", b"A", b"main.py", b"util.py", b"x.c", b"index.js", b"README"),
    *("größe.txt".encode(), b"caf\xe9.txt", b'quo"te', b"tab\there", b"new\nline", b"back\\slash"),
    *(b" lead", b"trail ", b"-dash", b"--", b"HEAD", b"*", b":(top)", b".gitattributes"),
)
_FOLDERS = (b"", b"", b"", b"a/", b"src/", b"src/deep/er/", b"lib/", b"a.b/", b"\xff\xfe/", b"sp ace/")
_ENOUGH = 7  # files; in a larger tree each has too little past
_ATTRIBUTES = (b"* -diff\n", b"* binary\n", b"*.py diff=python\n", b"* -text\n", b"* text eol=crlf\n")


class Operations:
    """Changes a tree in place, at random."""

    def __init__(self, rng: Random, editor: Editor) -> None:
        self._rng = rng
        self._editor = editor
        self._lost: list[tuple[bytes, Entry]] = []

    def first(self) -> Tree:
        """The tree of a root commit."""
        tree: Tree = {}
        for _ in range(self._rng.choice((1, 3, 5, 7))):
            self.create(tree)
        return tree

    def change(self, tree: Tree) -> None:
        """One to three operations; rarely none, which makes an empty commit."""
        while len(tree) > 3 * _ENOUGH:
            self.delete(tree)
        for _ in range(self._rng.choice((0, 1, 1, 1, 1, 1, 2, 2, 2, 3, 3, 4, 5))):
            self._rng.choices(_OPERATIONS, _WEIGHTS)[0](self, tree)

    def merged(self, ours: Tree, theirs: Tree, *, evil: bool) -> Tree:
        """Two trees in one; where they differ, either side, or the lines of both."""
        rng = self._rng
        tree: Tree = {}
        for path in sorted({*ours, *theirs}):
            sides = [side[path] for side in (ours, theirs) if path in side]
            if len(sides) == 1:
                if rng.random() < 0.9:
                    self._put(tree, path, sides[0])
                continue
            pick = rng.choice(sides)
            mergeable = sides[0] != sides[1] and all(side.mode in _FILES for side in sides)
            if mergeable and rng.random() < 0.85:
                pick = Entry(self._editor.weave(sides[0].data, sides[1].data, evil=evil), pick.mode)
            self._put(tree, path, pick)
        return tree

    # -- operations ------------------------------------------------------------------------------------------

    def edit(self, tree: Tree) -> None:
        """Edit a file."""
        if path := self._file(tree):
            tree[path] = tree[path]._replace(data=self._editor.edit(tree[path].data))

    def create(self, tree: Tree) -> None:
        """Create a file, perhaps over another; in a large tree edit one instead."""
        if len(tree) > _ENOUGH:
            self.edit(tree)
            return
        path = self._path()
        data = self._rng.choice(_ATTRIBUTES) if path.endswith(b".gitattributes") else self._editor.fresh()
        self._put(tree, path, Entry(data))

    def rename(self, tree: Tree) -> None:
        """Rename a file, exactly or with edits, perhaps over another."""
        if path := self._file(tree):
            self._put(tree, self._path(path), self._perhaps_edited(tree.pop(path)))

    def rename_many(self, tree: Tree) -> None:
        """Rename several files at once, among which equal content makes the pairs ambiguous."""
        paths = self._rng.sample(sorted(tree), min(len(tree), 3))
        moved = [tree.pop(path) for path in paths]
        for path, entry in zip(paths, moved, strict=True):
            self._put(tree, self._path(path), self._perhaps_edited(entry))

    def copy(self, tree: Tree) -> None:
        """Copy a file, exactly or with edits; now and then delete the original as well, twice renamed."""
        if path := self._file(tree):
            entry = tree[path]
            for _ in range(self._rng.choice((1, 1, 2))):
                self._put(tree, self._path(path), self._perhaps_edited(entry))
            if self._rng.random() < 0.3:
                tree.pop(path, None)

    def rotate(self, tree: Tree) -> None:
        """Swap the contents of two files, or pass them round three."""
        paths = self._rng.sample(sorted(tree), min(len(tree), self._rng.choice((2, 3))))
        entries = [tree[path] for path in paths]
        for path, entry in zip(paths, entries[1:] + entries[:1], strict=True):
            tree[path] = entry

    def delete(self, tree: Tree) -> None:
        """Delete a file, which may come back later."""
        if len(tree) > 1:
            path = self._rng.choice(sorted(tree))
            self._lost.append((path, tree.pop(path)))

    def restore(self, tree: Tree) -> None:
        """Bring back a deleted file, at its old path or another, as it was or edited."""
        if self._lost:
            path, entry = self._rng.choice(self._lost)
            self._put(tree, self._rng.choice((path, path, self._path())), self._perhaps_edited(entry))

    def move_folder(self, tree: Tree) -> None:
        """Rename a folder with all that is in it, perhaps into itself or over another."""
        folders = sorted({path.rpartition(b"/")[0] for path in tree} - {b""})
        if folders:
            old = self._rng.choice(folders)
            new = self._rng.choice((*(f.rstrip(b"/") for f in _FOLDERS if f), old + b"/in", old + b"2"))
            moved = {path: tree.pop(path) for path in sorted(tree) if path.startswith(old + b"/")}
            for path, entry in moved.items():
                kept = entry if self._rng.random() < 0.7 else self._perhaps_edited(entry)
                self._put(tree, new + path.removeprefix(old), kept)

    def change_mode(self, tree: Tree) -> None:
        """Set or clear the executable bit, with or without an edit."""
        if path := self._file(tree):
            mode = REGULAR if tree[path].mode == PROGRAM else PROGRAM
            data = tree[path].data if self._rng.random() < 0.6 else self._editor.edit(tree[path].data)
            tree[path] = Entry(data, mode)

    def change_type(self, tree: Tree) -> None:
        """Make a file a link with the same bytes, a link a file, or either a submodule."""
        if tree:
            path = self._rng.choice(sorted(tree))
            entry = tree[path]
            if entry.mode == SUBMODULE:
                tree[path] = Entry(self._editor.fresh())
            elif entry.mode == LINK:
                tree[path] = Entry(entry.data, REGULAR)
            elif self._rng.random() < 0.3:
                tree[path] = Entry(b"%040x" % self._rng.getrandbits(160), SUBMODULE)
            else:
                tree[path] = Entry(entry.data.replace(b"\0", b"") or b"target", LINK)

    def change_kind(self, tree: Tree) -> None:
        """Turn a file into a folder that holds it, or a folder into one of its files."""
        path = self._file(tree)
        if path and self._rng.random() < 0.5:
            self._put(tree, path + b"/" + self._rng.choice(_NAMES), self._perhaps_edited(tree.pop(path)))
        elif path and b"/" in path:
            self._put(tree, path.rpartition(b"/")[0], self._perhaps_edited(tree[path]))

    def join(self, tree: Tree) -> None:
        """Move lines between two files: one takes the other's end, or all of it."""
        source, target = self._file(tree), self._file(tree)
        if source and target and source != target:
            whole = tree[source].data
            cut = self._rng.choice((0, whole.find(b"\n", len(whole) // 2) + 1))
            joined = tree[target].data + whole[cut:]
            if len(joined) < 20_000:
                tree[target] = tree[target]._replace(data=joined)
            if cut or self._rng.random() < 0.5:
                tree[source] = tree[source]._replace(data=whole[:cut])
            else:
                tree.pop(source)

    # -- inside ----------------------------------------------------------------------------------------------

    def _file(self, tree: Tree) -> bytes | None:
        files = sorted(path for path, entry in tree.items() if entry.mode in _FILES)
        if len(files) > 2 and self._rng.random() < 0.6:  # come back to some files, so that they grow a past
            files = sorted(files, key=lambda path: len(tree[path].data))[-2:]
        return self._rng.choice(files) if files else None

    def _path(self, near: bytes | None = None) -> bytes:
        rng = self._rng
        folder, name = rng.choice(_FOLDERS), rng.choice(_NAMES)
        if near is not None and rng.random() < 0.6:  # rename detection prefers a pair with one name
            was_folder, slash, was_name = near.rpartition(b"/")
            folder, name = (was_folder + slash, name) if rng.random() < 0.5 else (folder, was_name)
        return folder + name

    def _perhaps_edited(self, entry: Entry) -> Entry:
        if entry.mode not in _FILES or self._rng.random() < 0.4:
            return entry
        for _ in range(self._rng.choice((1, 1, 2, 4))):
            entry = entry._replace(data=self._editor.edit(entry.data))
        return entry

    @staticmethod
    def _put(tree: Tree, path: bytes, entry: Entry) -> None:
        parts = path.split(b"/")
        for depth in range(1, len(parts)):
            tree.pop(b"/".join(parts[:depth]), None)
        for inner in [p for p in tree if p.startswith(path + b"/")]:
            del tree[inner]
        tree[path] = entry


_FILES = (REGULAR, PROGRAM)
_WEIGHTED: dict[Callable[[Operations, Tree], None], int] = {
    Operations.edit: 60,
    Operations.create: 8,
    Operations.rename: 9,
    Operations.rename_many: 4,
    Operations.copy: 6,
    Operations.rotate: 2,
    Operations.delete: 5,
    Operations.restore: 6,
    Operations.move_folder: 5,
    Operations.change_mode: 2,
    Operations.change_type: 2,
    Operations.change_kind: 2,
    Operations.join: 4,
}
_OPERATIONS = tuple(_WEIGHTED)
_WEIGHTS = tuple(_WEIGHTED.values())
