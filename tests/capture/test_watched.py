import os
from pathlib import Path

import pytest

from answerable.capture.recording import watched
from answerable.capture.recording.place import Place, find
from answerable.capture.recording.spool import Spool
from answerable.capture.replay import was_watched
from answerable.capture.scan import scan
from answerable.git.repository import Repository
from e2e.working import Desk


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    desk = Desk(tmp_path / "repo")
    for name in ("a.py", "src/b.py", "src/deep/c.py"):
        desk.types(name, "old_line = 1\n")
    desk.types(".gitignore", "ignored/\n*.env\n")
    desk.commit()
    desk.types("ignored/x.bin", "1\n")
    desk.types("my.env", "1\n")
    return desk


def watch(desk: Desk, *seen: bytes) -> Place:
    place = find(os.fsencode(desk.root))
    assert place
    with Repository(desk.root) as repository:
        found = scan(repository, seen)
    Path(os.fsdecode(place.folder)).mkdir(parents=True, exist_ok=True)
    Spool(place).watch([stamp + b" " + path for path, stamp in found.rows.items()], 0)
    return place


def test_nothing_is_found_where_nothing_changed(desk: Desk) -> None:
    look = watched.look(watch(desk))
    assert (look.paths, look.rows, look.whole) == ([], [], True)


def test_what_is_changed_new_gone_and_in_new_folders_is_found_and_nothing_else(desk: Desk) -> None:
    place = watch(desk)
    desk.types("a.py", "old_line = 1\nnew_line = 2\n")
    desk.types("src/new.py", "1\n")
    desk.types("gen/sub/made.py", "1\n")
    desk.types("ignored/y.bin", "1\n")
    (desk.root / "src/deep/c.py").unlink()
    look = watched.look(place)
    assert sorted(look.paths) == [b"a.py", b"gen/sub/made.py", b"src/deep/c.py", b"src/new.py"]
    assert look.whole
    watched.looked(place.folder, 1, [watched.stamp_of(os.fsencode(desk.root / os.fsdecode(p))) + b" " + p
                                     for p in look.paths] + look.rows)  # fmt: skip
    assert watched.look(place).paths == []
    desk.types("gen/sub/more.py", "1\n")
    assert watched.look(place).paths == [b"gen/sub/more.py"]


def test_what_is_in_a_repository_within_is_its_own(desk: Desk) -> None:
    place = watch(desk)
    Desk(desk.root / "inner").types("theirs.py", "1\n")
    assert watched.look(place).paths == []


def test_where_more_is_new_than_can_be_looked_at_that_is_said(desk: Desk) -> None:
    place = watch(desk)
    for n in range(200):
        desk.types(f"gen/{n}.py", "1\n")
    look = watched.look(place)
    assert len(look.paths) == watched.MOST_NEW
    assert not look.whole


def test_where_more_is_watched_than_there_is_room_that_is_said(desk: Desk) -> None:
    place = watch(desk)
    Spool(place).watch([b"- %d.py" % n for n in range(watched.MOST + 50)], 0)
    assert not watched.look(place).whole
    Spool(place).watch([b"- %d.py" % n for n in range(watched.MOST)], 0)
    assert watched.look(place).whole
    for n in range(watched.MOST + 5):
        watched.looked(place.folder, n, [b"- other-%d.py" % n])
    assert not watched.look(place).whole


def test_what_later_events_looked_at_goes_on_to_be_watched(desk: Desk) -> None:
    place = watch(desk)
    for number in (1, 2, 3):
        watched.looked(place.folder, number, [b"- of-%d.py" % number])
    Spool(place).watch([], 2)
    assert watched.rows(place.folder)[0] == {b"of-3.py": b"-"}


def test_a_folder_is_watched_with_all_that_is_in_it_or_not_at_all(desk: Desk) -> None:
    for n in range(600):
        desk.types(f"many/{n}.py", "1\n")
    desk.git("add", "-A")
    with Repository(desk.root) as repository:
        found = scan(repository, [b"src/b.py"])
    assert found.folders[:2] == [b"", b"src/"]
    assert b"many/" not in found.folders
    assert found.rows[b"many"] == watched.SET_ASIDE
    calm = {"dirty": [], "there": [*map(os.fsdecode, found.others)], "folders": [*map(os.fsdecode, found.folders)]}
    names = (
        "a.py",
        "new/x.py",
        "src/new.py",
        "many/1.py",
        "my.env",
        "ignored/x.bin",
        "src/deep/new/y.py",
        "many/new/z.py",
    )
    told = {name: was_watched(calm, name) for name in names}
    assert told == {
        "a.py": True, "new/x.py": True, "src/new.py": True, "many/1.py": False, "my.env": False,
        "ignored/x.bin": False, "src/deep/new/y.py": True, "many/new/z.py": False,
    }  # fmt: skip


def test_what_was_not_scanned_is_not_known_to_have_been_calm() -> None:
    assert not was_watched({"dirty": []}, "a.py")
    assert not was_watched({"dirty": ["sub/a.py"], "there": [], "folders": ["", "sub/"]}, "sub/a.py")
