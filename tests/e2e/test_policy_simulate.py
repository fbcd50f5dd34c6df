"""`answerable policy simulate` as a person uses it: what a policy would have done, and nothing that it cannot know."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from answerable.policy.file.source import PATH
from builders import RepoBuilder
from e2e.asking import ask, ask_here
from policy.gating import ADA, AUTH, BO, CLAUDE, LAYERS

POLICY = (
    LAYERS
    + """rules:
  - name: review
    match: {layers: [critical]}
    require: {reviewers: {teams: [security], humans: 1}}
  - name: evidence
    match: {layers: [critical], origins: [ai]}
    require: {grade: declared}
teams: {security: [bo@example.com]}
"""
)


@pytest.fixture
def shop(repo: RepoBuilder) -> RepoBuilder:
    """Five changes: a policy, one without evidence, one with, one elsewhere, and a merge."""
    repo.commit({PATH: POLICY}, "policy\n", author=BO)
    repo.commit({AUTH: "1\n2\n"}, "undeclared\n", author=ADA)
    repo.commit({AUTH: "1\n2\n3\n"}, f"declared\n\n{CLAUDE}\n", author=ADA)
    repo.commit({"x": "1\n"}, "elsewhere\n", author=ADA)
    repo.commit({"y": "1\n"}, branch="topic", author=ADA)
    repo.merge("topic", message="merged\n", author=BO)
    return repo


def test_the_text_says_how_changes_end_and_what_each_rule_does(shop: RepoBuilder) -> None:
    said = ask("policy", "simulate", cwd=shop.root)
    assert (said.code, said.err) == (0, "")
    rows = [row.strip() for row in said.out.splitlines()]
    assert rows[0].startswith(f"5 changes up to {shop.resolve('main')[:12]}, judged by {PATH} at ")
    assert "3   60.0%  would have passed as they are" in rows
    assert "1   20.0%  would have waited for somebody, and passed with what was asked for" in rows
    assert "1   20.0%  would have been stopped, whoever approves" in rows
    assert "Approvals and checks are not in git" in said.out
    assert [row.split() for row in rows if row.startswith(("review ", "evidence "))][:2] == [
        ["review", "Deny", "0", "2", "1", "2", "0", "0", "3", "40.0%"],
        ["evidence", "Deny", "1", "1", "0", "0", "0", "0", "2", "20.0%"],
    ]
    assert "review asks for 2 approvals at least: security in 2" in rows
    assert f"{shop.commits[1][:12]} undeclared" in rows
    assert any(row.startswith(f"evidence: {AUTH}:1: provenance is none") for row in rows)


def test_the_document_has_every_change_that_does_not_pass_with_its_reasons(shop: RepoBuilder) -> None:
    said = ask_here("policy", "simulate", "--format", "json", cwd=shop.root).json
    assert said["schema"] == "answerable/simulation/v1"
    assert said["changes"] == {"judged": 5, "pass": 3, "asked": 1, "stopped": 1, "error": 0}
    assert [change["subject"] for change in said["failing"]] == ["declared", "undeclared"]
    assert [change["left"] for change in said["failing"]] == ["pass", "fail"]
    assert said["failing"][1]["reasons"][0]["path"] == AUTH
    assert [rule["who"] for rule in said["rules"]] == [{"security": 2}, {}]


def test_with_every_approval_given_only_what_git_shows_is_left(shop: RepoBuilder) -> None:
    said = ask_here("policy", "simulate", "--assume-approved", "--format", "json", cwd=shop.root).json
    assert said["assume_approved"] is True
    assert (said["changes"]["pass"], said["changes"]["asked"]) == (4, 1)
    assert [change["subject"] for change in said["failing"]] == ["undeclared"]
    text = ask_here("policy", "simulate", "--assume-approved", cwd=shop.root).out
    assert "1 change would not have passed with every approval and check" in text


def test_another_policy_can_be_tried_from_a_file_or_a_commit(shop: RepoBuilder, tmp_path: Path) -> None:
    file = tmp_path / "stricter.yaml"
    file.write_text(LAYERS + "rules: [{name: all, require: {countersign: true}}]\n")
    said = ask_here("policy", "simulate", "--policy", os.fspath(file), "--format", "json", cwd=shop.root).json
    assert (said["changes"]["stopped"], said["policy"]["source"]) == (5, f"{file} (given by --policy, not the base's)")
    (rule,) = said["rules"]
    assert (rule["fired"], rule["share"], rule["noisy"]) == (5, 1.0, True)
    shop.commit({PATH: "version: 1\n"}, author=BO)
    by_commit = ask_here("policy", "simulate", "--policy", "HEAD~1", "--format", "json", cwd=shop.root).json
    assert by_commit["changes"]["stopped"] == 1


def test_each_change_can_be_judged_by_the_policy_of_its_own_base(shop: RepoBuilder) -> None:
    shop.commit({PATH: "version: 1\n"}, author=BO)
    assert ask_here("policy", "simulate", "--format", "json", cwd=shop.root).json["changes"]["pass"] == 6
    said = ask_here("policy", "simulate", "--each", "--format", "json", cwd=shop.root).json
    assert said["changes"]["pass"] == 4
    assert said["policy"]["digest"] is None


def test_a_limit_takes_the_newest_and_a_range_leaves_out_the_rest(shop: RepoBuilder) -> None:
    assert (
        ask_here("policy", "simulate", "--limit", "3", "--format", "json", cwd=shop.root).json["changes"]["judged"] == 3
    )
    found = ask_here("policy", "simulate", "HEAD~3..HEAD~1", "--format", "json", cwd=shop.root).json
    assert found["changes"]["judged"] == 2
    assert found["range"] == {"base": shop.resolve("HEAD~3"), "head": shop.resolve("HEAD~1")}


def test_an_empty_range_says_so(shop: RepoBuilder) -> None:
    said = ask_here("policy", "simulate", "HEAD..HEAD", cwd=shop.root)
    assert said.code == 0
    assert "nothing entered the line in this range" in said.out


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["nowhere"], "revision-not-found"),
        (["HEAD..nowhere"], "revision-not-found"),
        (["--limit", "0"], "usage"),
        (["--policy", "HEAD", "--each"], "usage"),
        (["--policy", "no-such-file"], "policy-invalid"),
    ],
)
def test_what_names_nothing_is_usage(shop: RepoBuilder, arguments: list[str], code: str) -> None:
    said = ask_here("policy", "simulate", *arguments, "--format", "json", cwd=shop.root)
    assert said.code == 2
    assert said.json["code"] == code
    assert said.json["hint"]


def test_a_fault_in_the_policy_is_named_with_its_place(shop: RepoBuilder) -> None:
    shop.commit({PATH: "version: 1\nrulez: []\n"}, author=BO)
    said = ask_here("policy", "simulate", cwd=shop.root)
    assert said.code == 2
    assert ":2:1: a policy has no key 'rulez'" in said.err


def test_a_shallow_clone_that_ends_inside_the_range_cannot_be_replayed(shop: RepoBuilder) -> None:
    shallow = shop.shallow_clone(3)
    said = ask_here("policy", "simulate", "--format", "json", cwd=shallow.root)
    assert said.code == 3
    assert said.json["code"] == "policy-unevaluable"
    assert "git fetch --unshallow" in said.json["hint"]
    assert ask_here("policy", "simulate", "--limit", "1", cwd=shallow.root).code == 0


def test_where_no_change_can_be_judged_it_ends_with_3(shop: RepoBuilder, tmp_path: Path) -> None:
    file = tmp_path / "p.yaml"
    file.write_text(LAYERS + "rules: [{name: b, when: 'lines / (lines - lines) == 1'}]\n")
    said = ask_here("policy", "simulate", "--policy", os.fspath(file), "--format", "json", cwd=shop.root)
    assert (said.code, said.json["changes"]["error"]) == (3, 5)
    assert said.json["failing"][0]["problem"]["message"]


def test_names_that_act_on_a_terminal_are_shown_and_do_not(repo: RepoBuilder) -> None:
    odd = b"src/auth/\x1b[31m\xff\n.py"
    repo.commit({PATH: POLICY.replace("name: evidence", "name: evidence")}, author=BO)
    repo.commit({odd: "1\n"}, b"\x1b]0;title\x07 \xe2\x80\xaeodd\n", author=ADA)
    said = ask("policy", "simulate", cwd=repo.root)
    assert said.code == 0
    assert not any(ch in said.out for ch in "\x1b\x07\u202e")
    assert "\\x1b[31m" in said.out
    found = ask("policy", "simulate", "--format", "json", cwd=repo.root)
    assert found.json["failing"][0]["reasons"][0]["path"].encode("utf-8", "surrogateescape") == odd


def test_an_interrupt_leaves_nothing_behind_and_says_how_far_it_came(repo: RepoBuilder, tmp_path: Path) -> None:
    with repo.bulk():
        repo.commit({PATH: POLICY}, author=BO)
        for at in range(700):
            repo.commit({f"f{at % 40}": f"{at}\n" * 50}, author=ADA)
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    before = sorted(repo.root.rglob("*"))
    process = subprocess.Popen(
        [sys.executable, "-m", "answerable", "policy", "simulate"],
        cwd=repo.root, env={**os.environ, "TMPDIR": os.fspath(scratch)}, start_new_session=True,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    )  # fmt: skip
    while not any(scratch.iterdir()) and process.poll() is None:
        pass
    os.killpg(process.pid, signal.SIGINT)
    out, err = process.communicate(timeout=60)
    assert process.returncode == 130, err
    assert out == b""
    assert b"interrupted after" in err
    assert b"nothing was written" in err
    assert b"Traceback" not in err
    assert list(scratch.iterdir()) == []
    assert sorted(repo.root.rglob("*")) == before


def test_what_code_uses_is_kept_for_the_next_run_and_changes_nothing(shop: RepoBuilder, tmp_path: Path) -> None:
    policy = POLICY.replace("  - {name: standard}", "  - {name: sensitive, touches: [process]}\n  - {name: standard}")
    shop.commit({PATH: policy, "run.py": "import os\nos.system('x')\n"})
    shop.commit({"run.py": "import os\nos.system('y')\n"})
    cache = tmp_path / "cache"

    def found(*options: str) -> object:
        said = ask("policy", "simulate", "--format", "json", *options, cwd=shop.root, XDG_CACHE_HOME=str(cache))
        return {key: value for key, value in said.json.items() if key != "elapsed_ms"}

    before = shop.git("status", "--porcelain", "--ignored")
    without = found("--no-cache")
    assert not cache.exists()
    first = found()
    assert [file.name for file in (cache / "answerable").iterdir()] == ["code-uses.sqlite"]
    assert found() == first == without
    (cache / "answerable" / "code-uses.sqlite").write_bytes(b"damaged")
    assert found() == without
    assert shop.git("status", "--porcelain", "--ignored") == before
