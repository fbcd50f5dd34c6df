"""`answerable demo`: the same everywhere, quick, and gone afterwards."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from answerable.demo import shop, story
from answerable.git.build import Builder, Change, Planned, contents
from builders import RepoBuilder
from e2e.asking import ask

HEAD = "62df9cff080bc7f4bd0ee783d9d5000046a1663e"


@pytest.fixture
def quiet(tmp_path: Path) -> dict[str, str]:
    """An environment whose temporary folder is ours to look into."""
    (tmp_path / "tmp").mkdir()
    return {"TMPDIR": os.fspath(tmp_path / "tmp")}


def test_it_tells_of_a_scan_an_incident_and_what_is_missing_and_leaves_nothing(
    tmp_path: Path, quiet: dict[str, str]
) -> None:
    began = time.monotonic()
    said = ask("demo", cwd=tmp_path, **quiet)
    assert (said.code, said.err) == (0, "")
    assert time.monotonic() - began < 15  # 0.5 s where nothing else runs
    told = [
        "$ answerable scan",
        "26 commits (3 merges)",
        "KeyError",
        "$ answerable for - < incident.log",
        "3. What is missing",
    ]
    places = [said.out.index(words) for words in told]
    assert places == sorted(places)
    assert (
        "Look first at shop/auth/sessions.py:29. AI wrote this line (claude-code, claude-opus-4-7, recorded). "
        "Ada Marlow committed it on 2026-04-14; Grace Okafor merged it on 2026-04-15 (change #9). "
        "Owner: identity. Call Ada Marlow (+44 7700 900123)."
    ) in said.out
    last = ["  answerable scan", "  answerable for PATH:LINE", "  answerable test"]
    assert said.out.splitlines()[-3:] == last
    assert list((tmp_path / "tmp").iterdir()) == []


def test_as_json_it_is_one_document(tmp_path: Path, quiet: dict[str, str]) -> None:
    document = ask("demo", "--format", "json", cwd=tmp_path, **quiet).json
    assert document["schema"] == "answerable/demo/v1"
    assert document["folder"] is None
    assert document["scan"]["schema"] == "answerable/scan/v1"
    assert document["scan"]["commits"]["total"] == len(story.PLAN)
    assert [(s["origin"], s["grade"]) for s in document["answer"]["spans"]] == [
        ("ai", "recorded"),
        ("human", "declared"),
        ("unknown", "none"),
    ]
    assert [(s["origin"], s["grade"]) for s in document["stripped"]["spans"]] == [("unknown", "none")]
    assert list((tmp_path / "tmp").iterdir()) == []


def test_kept_it_can_be_asked_further(tmp_path: Path) -> None:
    said = ask("demo", "--keep", "my shop", cwd=tmp_path)
    kept = tmp_path / "my shop"
    assert f"answerable -C '{kept}'" in said.out
    repo = RepoBuilder.at(kept)
    assert repo.git("status", "--porcelain") == b""
    assert repo.git("fsck", "--strict") == b""
    tools = {
        target: [
            s["agent"]["tool"] if s["agent"] else None
            for s in ask("for", target, "--format=json", cwd=kept).json["spans"]
        ]
        for target in ("shop/pricing/discounts.py", "shop/pricing/coupons.py", "change:11", "web/cart.ts")
    }
    assert tools == {
        "shop/pricing/discounts.py": ["codex"],
        "shop/pricing/coupons.py": ["codex"],
        "change:11": ["claude-code", "claude-code"],
        "web/cart.ts": [None],
    }


@pytest.mark.parametrize("what", ["a full folder", "a file"])
def test_it_is_kept_in_an_empty_folder_only(tmp_path: Path, what: str) -> None:
    place = tmp_path / "place"
    if what == "a file":
        place.write_text("mine")
    else:
        place.mkdir()
        (place / "mine").write_text("mine")
    said = ask("demo", "--keep", "place", "--format", "json", cwd=tmp_path)
    assert (said.code, said.json["code"]) == (2, "usage")
    assert "empty folder" in said.json["message"]


def test_the_ids_of_its_commits_are_the_same_on_every_machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    config = tmp_path / "gitconfig"
    hooks = tmp_path / "hooks"
    hooks.mkdir()
    (hooks / "post-checkout").write_text("#!/bin/sh\nexit 1\n")
    (hooks / "post-checkout").chmod(0o755)
    config.write_text(
        f"[init]\n  defaultBranch = trunk\n  templateDir = {hooks}\n  defaultObjectFormat = sha256\n"
        f"[core]\n  hooksPath = {hooks}\n  autocrlf = true\n  bare = true\n"
        "[commit]\n  gpgSign = true\n"
        "[user]\n  name = Somebody\n  useConfigOnly = true\n[i18n]\n  commitEncoding = latin1\n"
    )
    for name, value in {
        "GIT_CONFIG_GLOBAL": os.fspath(config),
        "GIT_DIR": "/nowhere",
        "GIT_AUTHOR_DATE": "1 +0000",
        "GIT_DEFAULT_HASH": "sha256",
        "TZ": "Asia/Kolkata",
    }.items():
        monkeypatch.setenv(name, value)
    where = tmp_path / "shop"
    where.mkdir()
    built = shop.build(where)
    assert built.commits["release-1.1"] == HEAD
    assert (where / ".git" / "HEAD").read_text() == "ref: refs/heads/main\n"
    assert (where / "shop" / "__init__.py").read_bytes() == b'__version__ = "1.1"\n'


def test_the_incident_names_the_lines_that_are_there(tmp_path: Path) -> None:
    built = shop.build(tmp_path)
    for row, below in zip(built.incident.splitlines(), built.incident.splitlines()[1:], strict=False):
        if row.startswith('  File "/srv/larkspur/'):
            path, line = row.split('"')[1].removeprefix("/srv/larkspur/"), int(row.split("line ")[1].split(",")[0])
            assert (tmp_path / path).read_text().splitlines()[line - 1].strip() == below.strip()


def test_an_interrupt_leaves_nothing_behind(tmp_path: Path, quiet: dict[str, str]) -> None:
    script = "import answerable.cli.demo_ as d, time; from answerable.cli.start import main; built = d.build\n"
    script += "def slow(folder): built(folder); print('built', flush=True); time.sleep(60)\nd.build = slow; main()"
    source = os.fspath(Path(shop.__file__).parents[2])
    process = subprocess.Popen(
        [sys.executable, "-c", script, "demo"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env={**os.environ, **quiet, "PYTHONPATH": source},
    )
    assert process.stdout is not None
    assert process.stdout.readline() == b"built\n"
    assert list((tmp_path / "tmp").iterdir()) != []
    process.send_signal(signal.SIGINT)
    _, err = process.communicate(timeout=30)
    assert (process.returncode, err.strip()) == (130, b"")
    assert list((tmp_path / "tmp").iterdir()) == []


# -- the builder -----------------------------------------------------------------------------------------------------


def planned(name: str, files: dict[str, str | Change | None], *parents: str, first: bool = False) -> Planned:
    above = () if first else parents or None
    return Planned(
        name=name, author=story.ADA, when="2026-01-01T10:00:00+05:30", message=f"{name}\n", files=files, parents=above
    )


def test_a_merge_takes_what_its_branch_changed_and_keeps_what_main_did() -> None:
    plan = [
        planned("start", {"a": "1\n2\n", "b": "b\n", "gone": "x\n"}, first=True),
        planned("branch", {"a": Change(old="1", new="one")}),
        planned("main", {"b": "B\n", "gone": None}, "start"),
        planned("merge", {"c": "c\n"}, "main", "branch"),
    ]
    assert contents(plan)["merge"] == {"a": "one\n2\n", "b": "B\n", "c": "c\n"}


def test_a_change_must_meet_its_text_exactly_once() -> None:
    for text in ("", "1 1"):
        with pytest.raises(ValueError, match="not exactly once"):
            contents([planned("start", {"a": text}, first=True), planned("next", {"a": Change(old="1", new="2")})])


def test_what_was_planned_is_what_git_shows(tmp_path: Path) -> None:
    plan = [
        planned("start", {"größe.txt": "é\n", "dir/a": ""}, first=True),
        planned("alone", {"x": "x\n"}, first=True),
        Planned(
            name="both",
            author=story.ADA,
            when="2026-01-02T00:00:00+00:00",
            message="Both\n\nbody\n",
            parents=("start", "alone"),
            tag="v1",
        ),
    ]
    found = Builder(tmp_path).commit(plan)
    repo = RepoBuilder.at(tmp_path)
    assert repo.git("rev-parse", "main", "v1^{commit}").decode().split() == [found["both"]] * 2
    assert repo.git("log", "-1", "--format=%P|%an|%aI|%B", "main").decode().strip() == (
        f"{found['start']} {found['alone']}|Ada Marlow|2026-01-02T00:00:00+00:00|Both\n\nbody"
    )
    assert repo.git("log", "-1", "--format=%aI|%P", found["alone"]).decode().strip() == "2026-01-01T10:00:00+05:30|"
    assert set(repo.files("main")) == {"größe.txt".encode(), b"dir/a", b"x"}
