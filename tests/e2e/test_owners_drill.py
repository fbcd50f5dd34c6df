"""`answerable owners drill`: on the demo it takes seconds, it finds out who acknowledges, and its evidence verifies."""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from answerable.demo import shop
from answerable.ledger.place import DATABASE, ledger_place
from builders import RepoBuilder
from e2e.asking import Said, ask, ask_here
from e2e.ledgers import Someone, someone
from incident.drill.pager import acknowledges, pager

DRILL = ("owners", "drill", "--format", "json")
NIGHT = ("--seed", "3", "--at", "2026-12-25T03:00:00Z")
QUICK = ("--wait", "0.2", "--every", "0.05")


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return shop.build(tmp_path_factory.mktemp("shop")).folder


@pytest.fixture
def with_ledger(tmp_path: Path) -> tuple[Path, Someone]:
    """The demo's shop, with a ledger that Ada began."""
    (tmp_path / "shop").mkdir()
    folder = shop.build(tmp_path / "shop").folder
    ada = someone("ada", tmp_path)
    assert ask_here("init", "--no-capture", *ada.signing, cwd=folder).code == 0
    return folder, ada


def drill(folder: Path, *options: str) -> Said:
    return ask_here(*DRILL, *options, cwd=folder, no_proxy="*")


def test_a_dry_run_draws_asks_and_tells_who_would_be_called(demo: Path) -> None:
    said = ask("owners", "drill", *NIGHT, cwd=demo)
    assert (said.code, said.err) == (0, "")
    for words in (
        "shop/auth/limit.py:2  ai, layer critical (one of 60 lines, seed 3)",
        "6 of 6 questions answered",
        "the escalation, for 2026-12-25 03:00 UTC",
        "1. at once: ada: Ada Marlow (+44 7700 900123)",
        "2. after 15 min: identity: Ada Marlow",
        "dry run: Ada Marlow would be called first, after 0 min",
    ):
        assert words in said.out


def test_the_same_seed_is_the_same_drill_and_another_one_is_drawn_without(demo: Path) -> None:
    one, two, other = (drill(demo, *options).json for options in (NIGHT, NIGHT, ()))
    assert (one["line"], one["steps"], one["seed"]) == (two["line"], two["steps"], 3)
    assert other["seed"] != 3
    assert other["line"]["layer"] == "critical"
    assert (one["outcome"], one["dry_run"], one["acknowledged"], one["record"]) == ("reachable", True, None, None)


def test_by_day_another_is_called_first(demo: Path) -> None:
    found = drill(demo, "--seed", "3", "--at", "2026-12-28T11:00:00Z").json
    assert found["steps"][0]["notify"] == [{"target": "identity", "region": "by-day", "people": ["ada", "grace"]}]


def test_who_acknowledges_is_named_with_the_time_that_it_took(demo: Path) -> None:
    heard: list[dict[str, Any]] = []
    with pager(acknowledges("@grace", step=2, asked=1), heard) as url:
        said = drill(demo, *NIGHT, *QUICK, "--webhook", f"{url}/secret")
    found = said.json
    assert said.code == 0
    assert found["outcome"] == "acknowledged"
    answered = found["acknowledged"]
    assert (answered["by"], answered["step"], answered["after"]) == ("grace", 2, 15)
    assert answered["elapsed_ms"] >= found["steps"][0]["waited_ms"] >= 200
    assert [one["called"] for one in found["steps"]] == [True, True]
    assert (found["via"], "secret" in said.out) == ("127.0.0.1", False)
    assert heard[0]["about"]["path"] == "shop/auth/limit.py"


def test_where_nobody_acknowledges_it_ends_with_1_after_every_step(demo: Path) -> None:
    heard: list[dict[str, Any]] = []
    with pager(lambda *_: None, heard) as url:
        said = drill(demo, *NIGHT, *QUICK, "--webhook", url)
    assert (said.code, said.json["outcome"]) == (1, "unacknowledged")
    assert [one["step"] for one in heard if one["event"] == "call"] == [1, 2, 3, 4]


def test_a_stranger_who_acknowledges_is_told_and_counts_for_nothing(demo: Path) -> None:
    with pager(acknowledges("mallory"), []) as url:
        said = drill(demo, *NIGHT, *QUICK, "--webhook", url)
    assert (said.code, said.json["acknowledged"]) == (1, None)
    assert "mallory acknowledges, and is nobody who was called" in said.json["steps"][0]["problems"]


def test_what_came_of_it_is_kept_and_verifies(with_ledger: tuple[Path, Someone]) -> None:
    folder, ada = with_ledger
    with pager(acknowledges("ada"), []) as url:
        said = drill(folder, *NIGHT, *QUICK, "--webhook", url, "--record", *ada.signing)
    assert (said.code, said.err) == (0, "")
    assert said.json["record"]["by"] == ada.id
    assert ask("ledger", "verify", cwd=folder).code == 0
    (entry,) = ask_here("ledger", "show", "--format", "json", cwd=folder).json["entries"][-1:]
    told = entry["statement"]["predicate"]
    assert (told["kind"], told["details"]["source"]) == ("attest", "answerable owners drill")
    assert told["details"]["claim"].startswith("Ada Marlow acknowledged at step 1 (0 min by the file)")
    kept = told["details"]["drill"]
    assert {key: kept[key] for key in ("id", "seed", "line", "acknowledged", "steps")} == {
        key: said.json[key] for key in ("id", "seed", "line", "acknowledged", "steps")
    }
    assert "+44" not in str(entry)
    assert said.json["head"] in [one["digest"].get("gitCommit") for one in entry["statement"]["subject"]]
    named = {one.get("name") for one in entry["statement"]["subject"]}
    assert {".answerable/owners.yaml", f"drill:{said.json['id']}"} <= named


def test_evidence_that_was_touched_verifies_no_more(with_ledger: tuple[Path, Someone]) -> None:
    folder, ada = with_ledger
    assert drill(folder, *NIGHT, "--record", *ada.signing).code == 0
    with closing(sqlite3.connect(Path(ledger_place(folder / ".git")) / DATABASE, isolation_level=None)) as found:
        found.execute("DROP TRIGGER IF EXISTS entries_update")
        (leaf,) = found.execute("SELECT leaf FROM entries ORDER BY idx DESC LIMIT 1").fetchone()
        body = bytes(leaf)
        found.execute("UPDATE entries SET leaf = ? WHERE leaf = ?", (body[:-9] + b"x" + body[-8:], leaf))
    assert ask("ledger", "verify", cwd=folder).code == 1


def test_a_drill_leaves_what_is_said_of_the_commit_as_it_was(with_ledger: tuple[Path, Someone]) -> None:
    folder, ada = with_ledger
    before = ask_here("for", "HEAD", "--format", "json", cwd=folder).json
    assert drill(folder, *NIGHT, "--record", *ada.signing).code == 0
    after = ask_here("for", "HEAD", "--format", "json", cwd=folder).json
    assert {**before, "elapsed_ms": 0} == {**after, "elapsed_ms": 0}


def test_without_a_ledger_nobody_is_called_for_nothing(demo: Path) -> None:
    heard: list[dict[str, Any]] = []
    with pager(acknowledges("ada"), heard) as url:
        said = drill(demo, *NIGHT, "--webhook", url, "--record")
    assert (said.code, said.json["code"], heard) == (3, "ledger-missing", [])


def test_a_key_that_is_not_there_is_told_before_anybody_is_called(with_ledger: tuple[Path, Someone]) -> None:
    folder, _ = with_ledger
    heard: list[dict[str, Any]] = []
    with pager(acknowledges("ada"), heard) as url:
        said = drill(folder, *NIGHT, "--webhook", url, "--record", "--key", os.fspath(folder / "none"))
    assert (said.code, heard) == (3, [])


@pytest.mark.parametrize("url", ["http://pager.example/", "pager", "file:///etc/passwd"])
def test_an_address_that_is_none_is_a_usage_error(demo: Path, url: str) -> None:
    assert drill(demo, "--webhook", url).json["code"] == "usage"


def test_without_an_owners_file_nobody_is_named_and_that_is_a_no(repo: RepoBuilder) -> None:
    repo.commit({"a.py": "one\n"})
    said = drill(repo.root)
    assert (said.code, said.json["outcome"]) == (1, "nobody")
    assert said.json["line"]["note"]


def test_an_owners_file_with_a_fault_is_no_drill(repo: RepoBuilder) -> None:
    repo.commit({"a.py": "one\n", ".answerable/owners.yaml": "version: 2\n"})
    assert drill(repo.root).json["code"] == "owners-invalid"


def test_an_empty_tree_has_nothing_to_draw(repo: RepoBuilder) -> None:
    repo.commit({})
    assert drill(repo.root).json["code"] == "target-unsupported"


def test_an_odd_path_is_told_as_git_quotes_it(repo: RepoBuilder) -> None:
    repo.commit({b"a\x1b[2J\xff.py": "one\n"})
    said = ask_here("owners", "drill", cwd=repo.root)
    assert said.code == 1
    assert "\x1b" not in said.out
