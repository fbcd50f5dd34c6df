"""Which paths commits changed against a parent, renames paired as `git diff -M` does, for many commits at once."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from answerable.git.changes import Step, tokens
from answerable.git.program import Git, output_of, spooled

_FLAGS = ("diff-tree", "--stdin", "-r", "-z", "--always", "--raw", "-M", "--no-abbrev", "--root")


def paired(git: Git, walk: Sequence[Step]) -> Iterator[list[bytes] | None]:
    """Yield for each commit the fields of `--raw -z`, a rename's two paths included; None where objects are missing.

    Args:
        git: Where to ask.
        walk: Commits, each with the one parent that it is compared with, or none.
    """
    at = 0
    while at < len(walk):
        for fields in _read(git, walk[at:]):
            yield fields
            at += 1
        if at < len(walk):  # git stopped short
            yield None
            at += 1


def _read(git: Git, walk: Sequence[Step]) -> Iterator[list[bytes]]:
    with spooled(b" ".join((step.commit, *step.parents)) for step in walk) as feed:
        process = git.popen(*_FLAGS, "--", stdin=feed)
    stream = tokens(output_of(process).read1)  # type: ignore[attr-defined]
    try:
        token = next(stream, None)
        for step in walk:
            if token != step.commit:
                return
            fields: list[bytes] = []
            token = next(stream, None)
            while token is not None and token[:1] == b":":
                both = token.rpartition(b" ")[2][:1] == b"R"
                fields += (token, next(stream), *([next(stream)] if both else []))
                token = next(stream, None)
            if token is None and process.wait():
                return  # it ended early: the last one may be cut short
            yield fields
    finally:
        output_of(process).close()
        process.kill()
        process.wait()
