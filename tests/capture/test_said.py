"""Commitments to what was said: they bind, they tell nothing, and whatever the file is, nothing breaks."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from answerable.capture import said
from answerable.capture.said import Saying, check
from answerable.git.repository import Repository
from builders import RepoBuilder


@pytest.fixture
def repository(repo: RepoBuilder) -> Iterator[Repository]:
    with Repository(repo.root) as found:
        yield found


def _folder(repository: Repository) -> Path:
    return repository.common_dir / "answerable/said"


def test_equal_words_have_other_commitments_each_time(repository: Repository, tmp_path: Path) -> None:
    file = tmp_path / "x.jsonl"
    file.write_text("yes\n")
    (one,) = Saying(repository, {}, "ada").of("s", str(file))
    (two,) = Saying(repository, {}, "ada").of("s", str(file))
    assert one.sha256 != two.sha256
    for made in (one, two):
        assert check(_folder(repository) / f"{made.sha256}.json", file)
    salts = [json.loads(path.read_text())["salt"] for path in _folder(repository).iterdir()]
    assert len(set(salts)) == 2
    assert all(len(salt) == 64 for salt in salts)


def test_each_session_goes_on_where_it_was_and_begins_anew_where_its_file_did(
    repository: Repository, tmp_path: Path
) -> None:
    file, done = tmp_path / "x.jsonl", dict[str, int]()
    saying = Saying(repository, done, "ada")
    file.write_text("one\ntwo\nthr")
    assert len(saying.of("s", str(file))) == 1
    assert done == {"s": 8}
    assert saying.of("s", str(file)) == []
    assert len(saying.of("t", str(file))) == 1
    file.write_text("new\n")
    assert len(saying.of("s", str(file))) == 1
    assert done == {"s": 4, "t": 8}
    file.write_text("")
    assert saying.of("s", str(file)) == []


@given(parts=st.lists(st.binary(min_size=1, max_size=20), min_size=1, max_size=8))
def test_what_is_committed_to_ends_with_a_line(parts: list[bytes]) -> None:
    import io

    data = b"".join(parts)
    found = said._whole(io.BytesIO(data), 0, len(data))
    assert found == data.rfind(b"\n") + 1


def test_a_line_longer_than_a_block_is_waited_for(repository: Repository, tmp_path: Path) -> None:
    file, done = tmp_path / "x.jsonl", dict[str, int]()
    file.write_bytes(b"a\n" + b"x" * (3 << 20))
    Saying(repository, done, "ada").of("s", str(file))
    assert done == {"s": 2}


@pytest.mark.parametrize("what", ["none", "folder", "pipe", "empty", "zero"])
def test_what_is_no_transcript_is_passed_over(repository: Repository, tmp_path: Path, what: str) -> None:
    file = tmp_path / "x.jsonl"
    if what == "folder":
        file.mkdir()
    elif what == "pipe":
        os.mkfifo(file)
    elif what == "empty":
        file.touch()
    name = "a\0b" if what == "zero" else str(file)
    assert Saying(repository, {}, "ada").of("s", name) == []
    assert not _folder(repository).exists()


def test_without_a_place_for_the_salt_nothing_is_committed_to(repository: Repository, tmp_path: Path) -> None:
    file, told, done = tmp_path / "x.jsonl", list[str](), dict[str, int]()
    file.write_text("yes\n")
    (repository.common_dir / "answerable").mkdir()
    _folder(repository).write_text("in the way")
    assert Saying(repository, done, "ada", told.append).of("s", str(file)) == []
    assert done == {}
    assert len(told) == 1


def test_without_a_ledger_no_copy_is_kept(repository: Repository, tmp_path: Path) -> None:
    file = tmp_path / "x.jsonl"
    file.write_text("yes\n")
    repository.git.run("config", said.SETTING, "true")
    (made,) = Saying(repository, {}, "ada").of("s", str(file))
    assert check(_folder(repository) / f"{made.sha256}.json", file)
    with pytest.raises(FileNotFoundError):
        check(_folder(repository) / "other.json", file)
