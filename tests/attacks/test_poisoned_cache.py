"""An archive ships `.git/answerable/`, or a link in its place.

Defended: bringing a cache in with a commit; damage; running code; a snapshot or a store that makes no sense. Not
defended: a snapshot with a right checksum and wrong commits. A cache in `.git` is trusted as much as `.git/config`, and
`--no-cache` does without (SECURITY.md, docs/explanation/cache.md).
"""

from __future__ import annotations

import os
import shutil
import sqlite3
import struct
from contextlib import closing
from pathlib import Path

import pytest

from answerable.git.attribution.snapshot import load, save
from answerable.git.attribution.store import VERSION
from attacks.hostile import lines, project, truth
from builders import RepoBuilder
from e2e.asking import ask_here

STORE = f"attribution-v{VERSION}.sqlite"


def folder(repo: RepoBuilder) -> Path:
    return repo.git_dir / "answerable"


def poison(repo: RepoBuilder) -> None:
    """Give every line to the root commit, under a checksum that is right."""
    snapshot = folder(repo) / "snapshot"
    found = load(snapshot)
    assert found is not None
    root = found.origins[0]._replace(commit=repo.commits[0].encode())
    found.origins = [root for _ in found.origins]
    save(found, snapshot)


def test_a_snapshot_that_lies_is_believed_until_told_not_to(repo: RepoBuilder) -> None:
    """Not defended, and said so: the cache is worth what `.git` is worth."""
    expected = truth(project(repo))
    assert lines(repo) == expected
    poison(repo)
    assert {line.sha for line in lines(repo)[b"src/a.py"]} == {repo.commits[0]}
    assert lines(repo, "--no-cache") == expected
    security = (Path(__file__).parents[2] / "SECURITY.md").read_text()
    assert "the cache holds no code" in security
    assert "trusted exactly as much as the rest of `.git`" in security
    assert "--no-cache" in security


def test_a_snapshot_that_lies_raises_no_line_to_human(repo: RepoBuilder) -> None:
    project(repo)
    lines(repo)
    poison(repo)
    assert {span["origin"] for span in ask_here("lines", cwd=repo.root).documents} == {"unknown"}


def test_a_snapshot_that_makes_no_sense_is_none(repo: RepoBuilder) -> None:
    expected = truth(project(repo))
    lines(repo)
    found = load(folder(repo) / "snapshot")
    assert found is not None
    for file in found.files.values():
        file.runs[0] = len(found.origins)
    save(found, folder(repo) / "snapshot")  # under a checksum that is right
    assert lines(repo) == expected


def test_for_and_test_never_ask_the_cache(repo: RepoBuilder) -> None:
    project(repo)
    lines(repo)
    before = ask_here("for", "src/a.py:1", "--format", "json", cwd=repo.root).json["spans"]
    poison(repo)
    assert ask_here("for", "src/a.py:1", "--format", "json", cwd=repo.root).json["spans"] == before


def test_a_cache_in_the_tree_or_beside_it_is_no_cache(repo: RepoBuilder) -> None:
    expected = truth(project(repo))
    lines(repo)
    poison(repo)
    shipped = {f"{where}/{file.name}": file.read_bytes() for where in ("answerable", ".answerable", "src")
               for file in folder(repo).iterdir()}  # fmt: skip
    for file in folder(repo).iterdir():
        file.unlink()
    repo.commit(shipped)
    repo.checkout()
    found = lines(repo)
    assert {path: of for path, of in found.items() if path in expected} == expected


def test_rows_of_a_store_with_wrong_checksums_are_not_there(repo: RepoBuilder) -> None:
    expected = truth(project(repo))
    lines(repo)
    (folder(repo) / "snapshot").unlink()
    forged = struct.pack("4I", 0, 0, 0, 1)  # one line added on top, whatever the versions
    with closing(sqlite3.connect(folder(repo) / STORE)) as store:
        rows = store.execute("SELECT pair, hunks FROM hunks").fetchall()
        store.executemany("UPDATE hunks SET hunks = ? WHERE pair = ?", [(h[:4] + forged, p) for p, h in rows])
        store.execute("UPDATE renames SET source = CAST(substr(source, 1, 4) || 'src/side.py' AS BLOB)")
        store.commit()
    assert rows
    assert lines(repo) == expected


def test_a_store_with_triggers_and_views_in_it_is_no_trouble(repo: RepoBuilder, tmp_path: Path) -> None:
    expected = truth(project(repo))
    folder(repo).mkdir()
    with closing(sqlite3.connect(folder(repo) / STORE)) as store:
        store.execute("CREATE TABLE hunks (pair BLOB PRIMARY KEY, hunks BLOB NOT NULL)")
        store.execute("CREATE TRIGGER evil AFTER INSERT ON hunks BEGIN UPDATE hunks SET hunks = x'00'; END")
        store.execute("CREATE VIEW renames AS SELECT pair AS question, load_extension('evil') AS source FROM hunks")
        store.commit()
    assert lines(repo) == expected
    assert lines(repo) == expected


@pytest.mark.parametrize("kind", ["file", "fifo", "socket folder", "unreadable", "dangling"])
def test_a_cache_that_cannot_be_one_costs_time_and_nothing_else(repo: RepoBuilder, kind: str) -> None:
    expected = truth(project(repo))
    cache = folder(repo)
    if kind == "file":
        cache.write_text("no folder")
    elif kind == "dangling":
        cache.symlink_to("nowhere")
    else:
        cache.mkdir()
    if kind == "fifo":
        os.mkfifo(cache / STORE)
    if kind == "socket folder":
        (cache / STORE).mkdir()
        (cache / "snapshot").mkdir()
    if kind == "unreadable":
        cache.chmod(0o500)
    assert lines(repo) == expected
    assert ask_here("scan", cwd=repo.root).code == 0


def test_a_file_that_a_link_in_the_cache_points_at_is_not_written_over(repo: RepoBuilder, tmp_path: Path) -> None:
    expected = truth(project(repo))
    precious = tmp_path / "precious"
    precious.write_text("precious\n" * 1000)
    folder(repo).mkdir()
    (folder(repo) / "snapshot").symlink_to(precious)
    (folder(repo) / STORE).symlink_to(precious)
    assert lines(repo) == expected
    assert lines(repo) == expected
    assert precious.read_text() == "precious\n" * 1000


PLACES = (".", STORE, f"{STORE}-wal", f"{STORE}-shm", f"{STORE}-journal", "snapshot")


@pytest.mark.parametrize("there", [True, False], ids=["to something", "to nothing yet"])
@pytest.mark.parametrize("name", PLACES)
def test_nothing_is_kept_or_read_through_a_link(repo: RepoBuilder, tmp_path: Path, name: str, there: bool) -> None:
    expected = truth(project(repo))
    lines(repo)
    poison(repo)
    away = tmp_path / "away"
    place = away if name == "." else away / name
    if there:
        folder(repo).rename(away)  # a snapshot that would be believed, and a store that would be filled
    else:
        away.mkdir()
        shutil.rmtree(folder(repo))
        place = away / "new"
    before = {file.name: file.read_bytes() for file in away.iterdir()}
    if name != ".":
        folder(repo).mkdir()
    (folder(repo) / name if name != "." else folder(repo)).symlink_to(place)
    assert lines(repo) == expected
    assert ask_here("scan", cwd=repo.root).code == 0
    assert {file.name: file.read_bytes() for file in away.iterdir()} == before


def test_no_draft_of_a_snapshot_is_written_through_a_link(repo: RepoBuilder, tmp_path: Path) -> None:
    lines(project(repo))
    snapshot = folder(repo) / "snapshot"
    found, precious = load(snapshot), tmp_path / "precious"
    assert found is not None
    (folder(repo) / f".snapshot.{os.getpid()}").symlink_to(precious)
    save(found, snapshot)
    assert not precious.exists()
    assert load(snapshot) == found


def test_links_above_the_cache_are_gits_own_and_stop_nothing(repo: RepoBuilder, tmp_path: Path) -> None:
    """Git allows a `.git` that is a link, and a linked worktree has a file in its place."""
    expected = truth(project(repo))
    real = repo.git_dir.rename(tmp_path / "real")
    repo.git_dir.symlink_to(real)
    assert lines(repo) == expected
    assert {"snapshot", STORE} <= {file.name for file in (real / "answerable").iterdir()}
    shutil.rmtree(real / "answerable")
    tree = repo.worktree()
    assert lines(tree) == expected
    assert {"snapshot", STORE} <= {file.name for file in (real / "answerable").iterdir()}
