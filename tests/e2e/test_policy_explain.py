"""`answerable policy explain` as a person uses it: the layer, the reason, the rules, the waivers."""

from __future__ import annotations

import os

import pytest

from answerable.policy.file.source import PATH
from builders import RepoBuilder
from e2e.asking import ask, ask_here

POLICY = """\
version: 1
layers:
  - {name: critical, purpose: money, paths: [/pay/], touches: [process]}
  - {name: standard}
rules:
  - {name: eyes, match: {layers: [critical], origins: [ai]}, require: {reviewers: {humans: 2}}, message: look}
  - {name: people, match: {origins: [human]}, action: Warn}
waivers:
  - {rule: eyes, paths: [/pay/old/], who: ada, why: moving away, until: "9999-12-31"}
  - {rule: eyes, paths: [/pay/old/], who: bo, why: once, until: "2020-01-01"}
"""
CLAUDE = "Co-Authored-By: Claude <noreply@anthropic.com>\n"


@pytest.fixture
def shop(repo: RepoBuilder) -> RepoBuilder:
    repo.commit({PATH: POLICY, "pay/old/a.py": "one\n", "lib/run.py": "import subprocess\n", "lib/b.py": "x\n"})
    repo.commit({"pay/old/a.py": "one\ntwo\n"}, f"Add a line\n\n{CLAUDE}")
    return repo


def test_a_path_is_explained_with_its_layer_its_rules_and_its_waivers(shop: RepoBuilder) -> None:
    said = ask("policy", "explain", "pay/old/a.py", cwd=shop.root)
    assert said.code == 0
    assert said.out == (
        "pay/old/a.py\n"
        "  layer   critical: the path matches /pay/\n"
        "          money\n"
        f"  policy  {PATH} at {shop.commits[-1][:12]}\n"
        "\n"
        "rules that would be about it\n"
        "  eyes  Deny\n"
        "    asks for approval by 2 independent people\n"
        "    if origin ai or unknown\n"
        "    waived until 9999-12-31 by ada: moving away\n"
        "  people  Warn\n"
        "    asks for no such lines at all\n"
        "    if origin human\n"
        "  a waiver of eyes by bo is over since 2020-01-01\n"
    )


def test_a_line_is_explained_by_what_is_known_of_it(shop: RepoBuilder) -> None:
    said = ask_here("policy", "explain", "pay/old/a.py:2", "--format", "json", cwd=shop.root)
    assert said.code == 0
    found = said.json
    assert (found["line"], found["origin"], found["grade"]) == (2, "ai", "declared")
    assert [rule["name"] for rule in found["rules"]] == ["eyes"]
    assert found["rules"][0]["asks"] == ["approval by 2 independent people"]
    assert found["rules"][0]["waivers"] == [{"rule": "eyes", "who": "ada", "why": "moving away", "until": "9999-12-31"}]
    assert [waiver["who"] for waiver in found["expired"]] == ["bo"]
    assert "line    ai, declared" in ask_here("policy", "explain", "pay/old/a.py:2", cwd=shop.root).out


def test_what_the_content_touches_is_the_reason(shop: RepoBuilder) -> None:
    said = ask_here("policy", "explain", "lib/run.py", "--format", "json", cwd=shop.root)
    assert said.json["layer"] == {"name": "critical", "rank": 0, "purpose": "money"}
    assert said.json["because"] == "line 1 imports subprocess, which touches process"


def test_a_path_that_is_not_there_is_explained_by_its_name(shop: RepoBuilder) -> None:
    said = ask_here("policy", "explain", "pay/new.py", cwd=shop.root)
    assert said.code == 0
    assert said.out.startswith("pay/new.py  (not there: its name alone counts)\n  layer   critical")
    assert ask_here("policy", "explain", "pay/new.py", "--format", "json", cwd=shop.root).json["there"] is False


def test_a_path_is_read_from_the_folder_one_is_in(shop: RepoBuilder) -> None:
    shop.checkout()
    said = ask_here("policy", "explain", "a.py", "--format", "json", cwd=shop.root / "pay" / "old")
    assert said.json["path"] == "pay/old/a.py"


def test_the_policy_is_that_of_the_commit_or_of_a_file_that_is_named(shop: RepoBuilder) -> None:
    shop.checkout()
    (shop.root / PATH).write_text("version: 1\n")
    (shop.root / "other.yaml").write_text("version: 1\nlayers: [{name: top, paths: [/lib/]}, {name: rest}]\n")
    mine = ask_here("policy", "explain", "lib/b.py", "--format", "json", cwd=shop.root).json
    other = ask_here("policy", "explain", "lib/b.py", "--policy", "other.yaml", "--format", "json", cwd=shop.root).json
    assert (mine["layer"]["name"], other["layer"]["name"]) == ("standard", "top")
    assert other["policy"]["source"] == "other.yaml"
    old = ask_here("policy", "explain", "lib/b.py", "--rev", "HEAD~1", "--format", "json", cwd=shop.root).json
    assert shop.commits[0][:12] in old["policy"]["source"]


@pytest.mark.parametrize(
    ("given", "code", "words"),
    [
        ("pay/old/a.py:9", "line-out-of-range", "2 lines"),
        ("pay/none.py:1", "path-not-found", "no file pay/none.py"),
        ("../outside.py", "path-not-found", "no path of the repository"),
        ("", "path-not-found", "no path of the repository"),
    ],
)
def test_what_cannot_be_explained_is_said(shop: RepoBuilder, given: str, code: str, words: str) -> None:
    said = ask_here("policy", "explain", given, cwd=shop.root)
    assert said.code == 2
    assert f"[{code}]" in said.err
    assert words in said.err


def test_a_fault_in_the_policy_is_named_with_its_place(shop: RepoBuilder) -> None:
    shop.commit({PATH: "version: 1\nrulez: []\n"})
    said = ask_here("policy", "explain", "a.py", "--format", "json", cwd=shop.root)
    assert (said.code, said.json["code"]) == (2, "policy-invalid")
    assert f"{PATH}:2:1: " in said.json["message"]
    assert said.json["hint"] == "did you mean rules?"


def test_a_name_of_any_bytes_is_explained_and_harmless(shop: RepoBuilder) -> None:
    shop.commit({b"pay/\xff\x1b[31m.py": "x\n"})
    said = ask_here("policy", "explain", b"pay/\xff\x1b[31m.py", cwd=shop.root)
    assert said.code == 0
    assert "\x1b" not in said.out
    told = ask_here("policy", "explain", b"pay/\xff\x1b[31m.py", "--format", "json", cwd=shop.root)
    assert os.fsencode(told.json["path"]) == b"pay/\xff\x1b[31m.py"
