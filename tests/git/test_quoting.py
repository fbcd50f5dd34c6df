"""Paths are read back from git's quotes byte for byte, and nothing that is no quoted path is changed."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from answerable.git.quoting import unquoted
from builders import RepoBuilder

PART = st.binary(min_size=1, max_size=12).filter(lambda part: not {0, ord("/")} & set(part))
ODD = st.text('\\"\a\b\t\n\v\f\r 07ÿé', min_size=1, max_size=8).map(str.encode)
NAMES = st.lists(st.one_of(PART, ODD), min_size=1, max_size=8, unique=True)


@pytest.fixture(scope="module")
def printer(tmp_path_factory: pytest.TempPathFactory) -> RepoBuilder:
    return RepoBuilder(tmp_path_factory.mktemp("quoting"))


def printed(repo: RepoBuilder, paths: list[bytes], setting: str) -> list[bytes]:
    """The names in a tree as git prints them, one a line."""
    blob = repo.write("blob", b"").encode()
    tree = repo.git("mktree", "-z", feed=b"".join(b"100644 blob %s\t%s\0" % (blob, path) for path in paths))
    return repo.git("-c", f"core.quotePath={setting}", "ls-tree", "--name-only", tree.strip()).split(b"\n")[:-1]


@pytest.mark.parametrize("setting", ["true", "false"])
@given(paths=NAMES)
def test_any_path_is_read_back_from_what_git_prints(printer: RepoBuilder, setting: str, paths: list[bytes]) -> None:
    assert sorted(map(unquoted, printed(printer, paths, setting))) == sorted(paths)


def test_a_path_with_folders_is_quoted_as_a_whole(repo: RepoBuilder) -> None:
    paths = [b"a/\xff\xfe/b\n", b'"quoted"/x', b"caf\xc3\xa9/\\", b"plain/file.py", b'end"', b"\x01/\x7f/\x80"]
    repo.commit(dict.fromkeys(paths, "x\n"))
    rows = repo.git("ls-tree", "-r", "--name-only", "main").split(b"\n")[:-1]
    assert sorted(map(unquoted, rows)) == sorted(paths)


def test_a_path_is_read_back_from_what_blame_prints(repo: RepoBuilder) -> None:
    path = b'sp ace/tab\t"\\\xe9\n.py'
    repo.commit({path: "1\n"})
    out = repo.git("blame", "--incremental", "main", "--", path)
    (name,) = [row.removeprefix(b"filename ") for row in out.split(b"\n") if row.startswith(b"filename ")]
    assert unquoted(name) == path


@pytest.mark.parametrize("path", [b"", b"a", b'"', b'a"b', b'"a', b'a"', b"\\n", b"caf\xe9"])
def test_what_is_not_in_quotes_is_left_as_it_is(path: bytes) -> None:
    assert unquoted(path) == path


@given(st.binary(max_size=30))
def test_no_bytes_in_quotes_are_fatal(data: bytes) -> None:
    assert isinstance(unquoted(b'"' + data + b'"'), bytes)
