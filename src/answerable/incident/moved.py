"""Whether `git blame -w -M -C` could lead past the commit that wrote lines: told from objects, without asking git.

Git passes lines on to the commit before only where they stand there, white space aside: in the same file, or, if they
have more than 19 letters and digits, elsewhere in it (`-M`), or, if they have more than 39, in another file that the
commit changed (`-C`). The counts are git's own (blame.h: BLAME_DEFAULT_MOVE_SCORE, BLAME_DEFAULT_COPY_SCORE). So where
no line of a span stands in any of these files before the commit, nothing can be passed on, and git need not be asked.
Lines that are blank, or that repeat in their file, are always asked about.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from answerable.domain.answer import Span
from answerable.git.repository import Repository

COPY_SCORE = 40
_MOST_FILES = 60  # changed by one commit: with more, git is asked
_MOST_BYTES = 2 * 1024 * 1024
Entries = dict[bytes, tuple[bytes, bytes]]  # name to mode and id


def may_have_moved(repository: Repository, span: Span) -> bool:
    """False only where the commit of a span wrote its lines itself."""
    if span.commit is None:
        return False
    text = _text(repository, span)
    parents = _parents(repository, span.commit)
    if text is None or parents is None:
        return True  # an object is not here: git says what it can
    lines = text[span.orig_start - 1 : span.orig_start + span.end - span.start]
    bare = Counter(map(_bare, text))
    wanted = set(map(_bare, lines))
    if b"" in wanted or any(bare[line] > 1 for line in wanted):
        return True  # where lines repeat, how git pairs them depends on what it ignores
    score = 1 + sum(chr(byte).isalnum() for line in lines for byte in line if byte < 128)
    return any(_stands(repository, span, parent, wanted, wide=score > COPY_SCORE) for parent in parents)


def _stands(repository: Repository, span: Span, parent: str, wanted: set[bytes], *, wide: bool) -> bool:
    before = repository.objects.get(parent.encode() + b":" + span.orig_path)
    if before is not None and before.kind == "blob" and _holds(before.data, wanted):
        return True
    renamed = before is None  # it may have had another name, under which it is among what the commit changed
    if not (wide or renamed) or span.commit is None:
        return False
    changed = list(_changed(repository, f"{parent}^{{tree}}", f"{span.commit}^{{tree}}", _MOST_FILES + 1))
    if len(changed) > _MOST_FILES:
        return True
    blobs = (repository.objects.get(oid.hex()) for oid in changed)
    return any(blob is None or _holds(blob.data, wanted) for blob in blobs)


def _holds(data: bytes, wanted: set[bytes]) -> bool:
    if len(data) > _MOST_BYTES:
        return True
    return not wanted.isdisjoint(map(_bare, data.split(b"\n")))


def _bare(line: bytes) -> bytes:
    """A line without any white space, as `-w` compares it."""
    return b"".join(line.split())


def _text(repository: Repository, span: Span) -> list[bytes] | None:
    """The file as the commit left it, line by line."""
    found = repository.objects.get(f"{span.commit}:".encode() + span.orig_path)
    return found.data.split(b"\n") if found is not None and found.kind == "blob" else None


def _parents(repository: Repository, commit: str) -> list[str] | None:
    found = repository.objects.get(commit)
    if found is None or found.kind != "commit":
        return None
    rows = found.data.partition(b"\n\n")[0].split(b"\n")
    return [row[7:].decode("ascii", "replace") for row in rows if row.startswith(b"parent ")]


def _changed(repository: Repository, before: str, after: str, most: int) -> Iterator[bytes]:
    """The ids of blobs that the tree before has and the one after has not in their place, the first so many."""
    waiting = [(before, after)]
    count = 0
    while waiting and count < most:
        one, other = (_entries(repository, name) for name in waiting.pop())
        for name, (mode, oid) in one.items():
            there = other.get(name)
            if there is not None and there[1] == oid:
                continue
            if mode == b"40000":
                inside = there[1].hex() if there is not None and there[0] == b"40000" else ""
                waiting.append((oid.hex(), inside))
            elif mode.startswith(b"10"):
                count += 1
                yield oid


def _entries(repository: Repository, name: str) -> Entries:
    """The entries of a tree; none where it is not here."""
    found = repository.objects.get(name) if name else None
    if found is None or found.kind != "tree":
        return {}
    size, data, at = len(repository.null_oid) // 2, found.data, 0
    entries: Entries = {}
    while at < len(data):
        space, end = data.find(b" ", at), data.find(b"\0", at)
        if not at < space < end:
            break  # no tree that git writes
        entries[data[space + 1 : end]] = (data[at:space], data[end + 1 : end + 1 + size])
        at = end + 1 + size
    return entries
