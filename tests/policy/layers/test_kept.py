"""What code uses is kept by content alone, in a folder of the person, and is never more than what reading would say."""

from __future__ import annotations

import os
import sqlite3
from pathlib import Path

import pytest

from answerable.policy.layers.code import kept
from answerable.policy.layers.code.kept import KeptUses, cache_folder
from answerable.policy.layers.code.uses import Uses

KEY = "python:PYTHON"
CODE = b"import os\nos.system('select a from b;')\n"
READ = Uses(imports={"os": 1}, symbols={"x": 3}, calls={"os.system": 2}, statement=(2, "select a from b;"), sound=False)


class Reader:
    """Counts what it reads."""

    def __init__(self, answer: Uses | None = READ) -> None:
        self.read: list[tuple[str, bytes]] = []
        self.answer = answer

    def __call__(self, key: str, content: bytes) -> Uses | None:
        self.read.append((key, content))
        return self.answer


def asked(folder: Path | None, *contents: bytes, key: str = KEY, answer: Uses | None = READ) -> int:
    """How many of these had to be read."""
    reader = Reader(answer)
    uses = KeptUses(folder, reader)
    for content in contents:
        assert uses(key, content) == answer
    uses.close()
    return len(reader.read)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "cache" / "answerable"
    assert asked(made, CODE) == 1
    return made


def file(folder: Path) -> Path:
    return folder / "code-uses.sqlite"


def test_what_was_read_once_is_not_read_again(folder: Path) -> None:
    assert asked(folder, CODE, CODE) == 0


def test_another_content_or_language_is_read(folder: Path) -> None:
    assert asked(folder, CODE + b"\n") == 1
    assert asked(folder, CODE, key="ruby:RUBY") == 1


def test_what_another_version_has_read_is_read_again(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kept, "_version", lambda: b"another")
    assert asked(folder, CODE) == 1


def test_the_version_is_that_of_all_that_reads(folder: Path) -> None:
    assert len(kept._version()) == 32
    assert kept._version() == kept._version.__wrapped__()


def test_what_cannot_be_read_is_not_kept(folder: Path) -> None:
    assert asked(folder, b"x", answer=None) == 1
    assert asked(folder, b"x") == 1


def test_nothing_is_kept_where_no_folder_is_named() -> None:
    assert asked(None, CODE, CODE) == 2


def test_a_folder_that_is_gone_costs_nothing_but_time(folder: Path) -> None:
    for each in folder.iterdir():
        each.unlink()
    folder.rmdir()
    assert asked(folder, CODE) == 1
    assert folder.stat().st_mode & 0o077 == 0


@pytest.mark.parametrize("damage", [b"", b"no database at all " * 100])
def test_a_file_that_is_no_database_is_begun_again(folder: Path, damage: bytes) -> None:
    file(folder).write_bytes(damage)
    assert asked(folder, CODE) == 1
    assert asked(folder, CODE) == 0


@pytest.mark.parametrize("value", [b"", b"x", b"0000null", "text", None])
def test_a_row_that_a_disk_or_a_hand_changed_is_not_there(folder: Path, value: object) -> None:
    with sqlite3.connect(file(folder)) as connection:
        stored = connection.execute("SELECT uses FROM uses").fetchone()[0]
        damaged = stored[:-1] + bytes([stored[-1] ^ 1]) if value is None else value
        connection.execute("UPDATE uses SET uses = ?", (damaged,))
    connection.close()
    assert asked(folder, CODE) == 1


@pytest.mark.parametrize(
    "said",
    [
        b"[]", b"{}", b"7", b"[{},{},{},null]", b"[{},{},{},null,1]", b"[[],{},{},null,true]", b"[" * 5000,
        b'[{"a":"b"},{},{},null,true]', b'[{"a":true},{},{},null,true]', b"[{},{},{},[1],true]", b"[{},{},{},7,true]",
        b'[{},{},{},["a","b"],true]',
    ],
)  # fmt: skip
def test_a_sealed_row_that_says_something_else_is_not_there(folder: Path, said: bytes) -> None:
    import zlib

    with sqlite3.connect(file(folder)) as connection:
        code = connection.execute("SELECT code FROM uses").fetchone()[0]
        connection.execute("UPDATE uses SET uses = ?", (kept._sealed(code, zlib.compress(said)),))
    connection.close()
    assert asked(folder, CODE) == 1


def test_a_row_that_unpacks_without_end_is_not_there(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kept, "_MOST_VALUE", 10)
    assert asked(folder, CODE) == 1


@pytest.mark.parametrize("name", ["", "code-uses.sqlite", "code-uses.sqlite-wal"])
def test_a_link_in_its_place_is_not_followed(folder: Path, tmp_path: Path, name: str) -> None:
    place = folder / name if name else folder
    if place.exists():
        place.rename(tmp_path / "elsewhere")
    place.symlink_to(tmp_path / "elsewhere")
    before = sorted((tmp_path / "elsewhere").iterdir()) if not name else None
    assert asked(folder, CODE) == 1
    assert asked(folder, CODE) == 1
    assert before is None or sorted((tmp_path / "elsewhere").iterdir()) == before


@pytest.mark.parametrize("mode", [0o720, 0o702, 0o777])
def test_a_folder_that_others_can_write_to_is_not_used(folder: Path, mode: int) -> None:
    folder.chmod(mode)
    assert asked(folder, CODE) == 1
    folder.chmod(0o700)
    assert asked(folder, CODE) == 0


def test_a_file_that_others_can_write_to_is_used_only_where_they_cannot_reach_it(folder: Path) -> None:
    file(folder).chmod(0o666)
    assert asked(folder, CODE) == 0
    folder.chmod(0o755)
    assert asked(folder, CODE) == 1


def test_a_folder_of_another_person_is_not_used(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: os.getuid() + 1)
    assert asked(folder, CODE) == 1


def test_a_file_that_has_grown_too_large_is_written_no_more_and_then_begun_again(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(kept, "_AT_A_TIME", 1)
    monkeypatch.setattr(kept, "MOST_BYTES", file(folder).stat().st_size)
    grown = KeptUses(folder, Reader())
    for at in range(2000):
        grown(KEY, b"%d" % at)
    assert file(folder).stat().st_size < kept.MOST_BYTES + (4 << 20)
    grown.close()
    assert file(folder).stat().st_size > kept.MOST_BYTES
    assert asked(folder, CODE) == 1
    assert file(folder).stat().st_size <= kept.MOST_BYTES


def test_two_runs_at_once_lose_nothing(folder: Path) -> None:
    one, two = KeptUses(folder, Reader()), KeptUses(folder, Reader())
    one(KEY, b"1")
    two(KEY, b"2")
    one.close()
    two.close()
    assert asked(folder, CODE, b"1", b"2") == 0


def test_a_database_that_breaks_while_it_is_used_is_done_without(folder: Path) -> None:
    reader = Reader()
    uses = KeptUses(folder, reader)
    assert uses(KEY, CODE) == READ
    assert not reader.read
    assert uses._connection
    uses._connection.execute("DROP TABLE uses")
    assert uses(KEY, CODE) == READ
    assert uses(KEY, b"other") == READ
    uses.close()
    assert len(reader.read) == 2


@pytest.mark.parametrize("named", ["relative", ""])
def test_the_folder_is_the_one_that_the_person_names_or_that_of_its_home(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, named: str
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", named)
    monkeypatch.setenv("HOME", str(tmp_path))
    assert cache_folder() == tmp_path / ".cache" / "answerable"
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "x"))
    assert cache_folder() == tmp_path / "x" / "answerable"
