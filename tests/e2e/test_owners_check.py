"""`answerable owners check`: in a real repository it finds what would not hold, says where, and then ends with 1."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path
from typing import Any

import pytest

from answerable.demo import shop
from builders import RepoBuilder
from e2e.asking import ask, ask_here
from e2e.shape import wrong

CHECK = ("owners", "check", "--format", "json")
SHARE = {"value": (float, None), "lines": int, "owned": int, "named": int, "escalates": int}
GAP = {"start": str, "end": str, "opens": str, "closes": str, "times": int, "minutes": int}
DOCUMENT: dict[str, Any] = {
    "schema": "answerable/owners-check/v1",
    "ok": bool,
    "commit": (str, None),
    "at": str,
    "owners": ({"source": str, "digest": str}, None),
    "codeowners": (str, None),
    "counts": {"error": int, "warning": int, "note": int},
    "findings": [
        {
            "kind": str, "severity": str, "file": str, "line": int, "column": int, "about": str, "what": str,
            "remedy": str, "files": int, "gaps": [GAP],
        }
    ],
    "hours": [
        {
            "service": str, "start": str, "end": str, "minutes": int, "covered": int,
            "by_region": [{"region": str, "minutes": int}],
        }
    ],
    "files": {"total": int, "unowned": int},
    "coverage": ({"weighed": SHARE, "ai": SHARE, "every": SHARE, "by_layer": [{"layer": str, **SHARE}]}, None),
    "notes": [str],
    "elapsed_ms": int,
}  # fmt: skip
OWNERS = """\
version: 1
people:
  ada: {name: Ada, git: [ada@example.com]}
  bo: {name: Bo, git: [bo@example.com]}
services:
  - name: pay
    paths: [/pay/]
    owner: ada
    tier: 0
    duties: {communication: {who: bo}, escalation: [{notify: [ada]}, {notify: [bo], after: 15}]}
"""


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return shop.build(tmp_path_factory.mktemp("shop")).folder


def test_the_demo_shows_an_owner_who_is_everybody_and_nights_that_nobody_covers(demo: Path) -> None:
    said = ask("owners", "check", "--as-of", "2026-11-25", cwd=demo)
    assert (said.code, said.err) == (0, "")
    for words in (
        "warning: over-broad\n  shop is everybody, and owns *: what everybody owns, no one answers for",
        "nobody covers pricing in 6,164 of the next 8,784 hours, mostly from Fri 18:00 Europe/Stockholm to Mon 08:00",
        "who is called then is pricing, 30 minutes later",
        "2026-11-27 17:00 – 2026-11-30 07:00 UTC",
        "2 warnings, 1 note in 21 files",
        "hours of the coming year that are covered\n  sign-in                100.0% (by-day 3,660 h, by-night 5,124 h)",
        "critical                     125     100.0%    100.0%     50.4%",
    ):
        assert words in said.out


def test_the_document_has_the_shape_of_the_contract(demo: Path) -> None:
    said = ask_here(*CHECK, cwd=demo)
    assert wrong(said.json, DOCUMENT) == []
    assert (said.code, said.json["ok"], said.json["owners"]["source"]) == (0, True, ".answerable/owners.yaml")
    layers = [one["layer"] for one in said.json["coverage"]["by_layer"]]
    assert layers == ["critical", "sensitive", "standard", "peripheral"]
    every = said.json["coverage"]
    assert sum(one["lines"] for one in every["by_layer"]) == every["weighed"]["lines"]
    assert every["ai"]["lines"] < every["weighed"]["lines"] < every["every"]["lines"]


def test_a_scan_measures_the_same_of_what_was_added_and_leaves_out_lines_of_people(demo: Path) -> None:
    document = ask_here("scan", "--format", "json", cwd=demo).json
    signal, lines = document["signals"]["ownership_coverage"], document["lines"]
    assert lines["by_origin"]["human"] > 0
    assert signal["denominator"] == lines["added"] - lines["by_origin"]["human"]
    assert signal["numerator"] == signal["denominator"]


def test_an_error_ends_with_1_and_names_its_line(repo: RepoBuilder) -> None:
    repo.commit({"pay/a.py": "1\n", ".answerable/owners.yaml": OWNERS.replace("notify: [bo]", "notify: [eve]")})
    said = ask_here(*CHECK, cwd=repo.root)
    assert (said.code, said.json["ok"]) == (1, False)
    errors = [one for one in said.json["findings"] if one["severity"] == "error"]
    assert [(one["kind"], one["about"], one["line"]) for one in errors] == [
        ("unknown-name", "eve", 10), ("orphaned", ".answerable/", 1),
    ]  # fmt: skip


def test_a_file_that_cannot_be_read_is_a_finding_and_ends_with_1(repo: RepoBuilder) -> None:
    repo.commit({"a": "1\n", ".answerable/owners.yaml": "version: 1\nteams: [x]\n"})
    said = ask_here(*CHECK, cwd=repo.root)
    assert said.code == 1
    worst = said.json["findings"][0]
    assert (worst["kind"], worst["line"], worst["column"]) == ("unreadable", 2, 8)


def test_a_repository_that_says_nothing_is_told_what_to_write_and_is_no_error(repo: RepoBuilder) -> None:
    repo.commit({"a.txt": "1\n"})
    said = ask_here(*CHECK, cwd=repo.root)
    assert [one["kind"] for one in said.json["findings"]] == ["orphaned", "no-duties"]
    assert said.json["coverage"]["weighed"]["value"] == 0.0
    assert wrong(said.json, DOCUMENT) == []


def test_a_service_whose_people_were_not_seen_is_told_from_the_history(repo: RepoBuilder) -> None:
    eve = ("Eve", "eve@example.com")
    repo.commit({"pay/a.py": "1\n", ".answerable/owners.yaml": OWNERS}, author=eve)
    silent = ask_here(*CHECK, cwd=repo.root).json["findings"]
    assert [one["about"] for one in silent if one["kind"] == "silent"] == ["ada", "bo"]
    repo.commit(
        {"b": "2\n"},
        message="More\n\nReviewed-by: Bo <BO@example.com>\n",
        author=eve,
        committer=("Ada", "ada@example.com"),
    )
    assert not [one for one in ask_here(*CHECK, cwd=repo.root).json["findings"] if one["kind"] == "silent"]
    off = ask_here(*CHECK, "--silent", "0", "--no-lines", cwd=repo.root).json
    assert (off["coverage"], [one for one in off["findings"] if one["kind"] == "silent"]) == (None, [])


def test_in_a_shallow_clone_nobody_seems_silent(demo: Path, tmp_path: Path) -> None:
    command = ("git", "clone", "--quiet", "--depth=1", demo.as_uri(), os.fspath(tmp_path / "clone"))
    subprocess.run(command, check=True, capture_output=True)
    found = ask_here(*CHECK, cwd=tmp_path / "clone").json
    assert "silent" not in [one["kind"] for one in found["findings"]]
    assert "shallow" in found["notes"][0]


def test_as_of_a_day_asks_for_the_files_and_the_people_of_that_day(demo: Path) -> None:
    before = ask_here(*CHECK, "--as-of", "2026-03-01", cwd=demo).json
    assert (before["owners"], before["codeowners"]) == (None, ".github/CODEOWNERS")
    assert ask_here(*CHECK, "--as-of", "1969-01-01", cwd=demo).json["code"] == "revision-not-found"
    assert ask_here(*CHECK, "--as-of", "9999-12-31", cwd=demo).json["code"] == "revision-not-found"
    later = ask_here(*CHECK, "--as-of", "2031-06-01", cwd=demo).json
    assert later["hours"][1]["start"] == "2031-06-01T23:59:00Z"


def test_a_second_codeowners_is_told_unless_it_is_the_same(repo: RepoBuilder) -> None:
    repo.commit({"a": "1\n", ".github/CODEOWNERS": "* @ada\n", "docs/CODEOWNERS": "* @bo\n"})
    found = ask_here(*CHECK, cwd=repo.root).json["findings"]
    assert "docs/CODEOWNERS" in [one["file"] for one in found if one["kind"] == "contradictory"]
    repo.commit({"docs/CODEOWNERS": "* @ada\n"})
    assert not [one for one in ask_here(*CHECK, cwd=repo.root).json["findings"] if one["kind"] == "contradictory"]


def test_a_policy_with_a_fault_leaves_layers_out_and_says_so(repo: RepoBuilder) -> None:
    repo.commit({"a": "1\n", ".answerable/policy.yaml": "version: 9\n"})
    said = ask_here(*CHECK, cwd=repo.root)
    assert said.code == 0
    assert "no layer is told" in said.json["notes"][0]


def test_an_empty_repository_of_one_commit_is_checked(repo: RepoBuilder) -> None:
    repo.commit({})
    assert ask_here(*CHECK, cwd=repo.root).json["files"] == {"total": 0, "unowned": 0}


def test_names_out_of_a_file_act_on_no_terminal(repo: RepoBuilder) -> None:
    repo.commit({b"\x1b[2Jx": "1\n", b"docs/CODEOWNERS": "\x1b[2J @ada\n"})
    said = ask_here("owners", "check", cwd=repo.root)
    assert "\x1b[2J" not in said.out
