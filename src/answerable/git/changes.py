"""Which paths each commit changed, from `diff-tree --raw` over many commits at once, without reading a blob.

A merge is shown against its first parent, and with the paths that differ from every parent. A commit whose
trees are missing is opaque: it is reported as such, and reading goes on after it.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator, Sequence
from itertools import chain
from typing import NamedTuple

from answerable.git.program import Git, output_of, spooled

GITLINK = b"160000"
_FLAGS = ("diff-tree", "--stdin", "-r", "-z", "--always", "--raw", "--no-abbrev")
_SCORE = 4  # a rename's raw line ends in R and three digits


class Step(NamedTuple):
    """A commit with its parents, as `rev-list --parents` gives them: hex ids as bytes."""

    commit: bytes
    parents: tuple[bytes, ...]


class Change(NamedTuple):
    """One path against the first parent; a missing side has a null id. `status` is A, D, M or T."""

    path: bytes
    old_mode: bytes
    new_mode: bytes
    old: bytes
    new: bytes
    status: bytes

    @classmethod
    def of(cls, path: bytes, raw: bytes) -> Change:
        """Read git's raw line ``:old_mode new_mode old new status``."""
        old_mode, new_mode, old, new, status = raw[1:].split(b" ")
        return cls(path, old_mode, new_mode, old, new, status[:1])


class Merged(NamedTuple):
    """A path of a merge that differs from every parent: (mode, blob) by parent, null where absent, and its own."""

    parents: tuple[tuple[bytes, bytes], ...]
    mode: bytes
    blob: bytes

    @classmethod
    def of(cls, raw: bytes) -> Merged:
        """Read git's combined line ``::mode mode mode blob blob blob status``."""
        count = len(raw) - len(raw.lstrip(b":"))
        fields = raw[count:].split(b" ")
        modes, blobs = fields[: count + 1], fields[count + 1 : 2 * count + 2]
        return cls(tuple(zip(modes[:-1], blobs[:-1], strict=True)), modes[-1], blobs[-1])


class Record(NamedTuple):
    """What one commit changed: paths with git's raw lines, unread until somebody needs one of them.

    `merged` holds, for a merge, git's combined raw lines of the paths that differ from every parent.
    """

    step: Step
    raw: list[tuple[bytes, bytes]]
    merged: dict[bytes, bytes]
    opaque: bool


def steps(git: Git, *arguments: str) -> list[Step]:
    """The commits of a `rev-list`, children before parents.

    Args:
        git: Where to ask.
        arguments: Commit ids, `^id` and options; never a name from outside.
    """
    out = git.run("rev-list", "--topo-order", "--parents", *arguments)
    return [Step(ids[0], tuple(ids[1:])) for ids in (line.split() for line in out.splitlines())]


def records(
    git: Git, walk: Sequence[Step], paths: Sequence[bytes] = (), *, shards: int = 2, renames: bool = False
) -> Generator[Record, None, None]:
    """Yield one record a commit in the order given, read by several processes at once.

    Args:
        git: Where to ask.
        walk: Commits with their parents.
        paths: Only these paths (literally), or all.
        shards: How many processes read ahead.
        renames: Pair added with deleted paths within a commit, as `git log -M` does.
    """
    pairing = "--find-renames" if renames else "--no-renames"
    size = max(256, -(-len(walk) // shards))
    parts = [walk[at : at + size] for at in range(0, len(walk), size)]
    merges = [step for step in walk if len(step.parents) > 1]
    flags = (pairing, "--root", "--diff-merges=first-parent")
    combined = _ahead(_records(git, merges, paths, "-c", "--no-renames"))
    for stream in [_ahead(_records(git, part, paths, *flags)) for part in parts]:
        for record in stream:
            if len(record.step.parents) > 1:
                merge = next(combined)
                yield Record(record.step, record.raw, dict(merge.raw), record.opaque or merge.opaque)
            else:
                yield record


def _ahead(stream: Iterator[Record]) -> Iterator[Record]:
    """Start the process behind a stream now, so that several read at once."""
    first = next(stream, None)
    return iter(()) if first is None else chain((first,), stream)


def against(git: Git, parent: bytes, commit: bytes) -> list[Change]:
    """All changes between one parent and a commit, which need not be its first."""
    out = git.run("diff-tree", "-r", "-z", "--raw", "--no-renames", "--no-abbrev", parent, commit).split(b"\0")
    return [Change.of(path, raw) for raw, path in zip(out[0::2], out[1::2], strict=False)]


def _records(git: Git, walk: Sequence[Step], paths: Sequence[bytes], *flags: str) -> Iterator[Record]:
    at = 0
    while at < len(walk):
        for record in _read(git, walk[at:], paths, flags):
            yield record
            at += 1
        if at < len(walk):  # git stopped short: this commit's trees, or its parent's, are not here
            yield Record(walk[at], [], {}, opaque=True)
            at += 1


def _read(git: Git, walk: Sequence[Step], paths: Sequence[bytes], flags: Sequence[str]) -> Iterator[Record]:
    with spooled(b" ".join((step.commit, *step.parents)) for step in walk) as feed:
        process = git.popen(*_FLAGS, *flags, "--", *paths, stdin=feed)
    stream = tokens(output_of(process).read1)  # type: ignore[attr-defined]
    try:
        token = next(stream, None)
        for step in walk:
            if token != step.commit:
                return
            raw = []
            token = next(stream, None)
            while token is not None and token[:1] == b":":
                path = next(stream)
                if token[-_SCORE : 1 - _SCORE] == b"R":
                    path = next(stream)  # its source came first
                raw.append((path, token))
                token = next(stream, None)
            if token is None and process.wait() < 0:
                return  # killed: the last record may be cut short (git prints none before it has all of it)
            yield Record(step, raw, {}, opaque=False)
    finally:
        output_of(process).close()
        process.kill()
        process.wait()


def tokens(read: Callable[[int], bytes]) -> Iterator[bytes]:
    """The fields of output that is parted by NUL, as they come; one that is cut short is left out."""
    rest = b""
    while block := read(1 << 20):
        parts = (rest + block).split(b"\0")
        rest = parts.pop()
        yield from parts
