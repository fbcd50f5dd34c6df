"""`answerable policy test` as a person uses it: each case ok or FAIL with the difference; faults with their place."""

from __future__ import annotations

from pathlib import Path
from xml.etree import ElementTree

import pytest

from answerable.policy.file.source import PATH
from builders import RepoBuilder
from e2e.asking import ask, ask_here
from policy.gating import REVIEWED

CASES = """\
version: 1
cases:
  - name: AI lines wait for a reviewer
    lines: [{path: src/auth/a.py, origin: ai}]
    expect: {verdict: fail, rules: [reviewed], layer: critical}
  - name: elsewhere they do not
    lines: [{path: b.py, origin: ai}]
    expect: {verdict: pass}
"""


@pytest.fixture
def shop(repo: RepoBuilder) -> RepoBuilder:
    repo.commit({PATH: REVIEWED, ".answerable/policy_test.yaml": CASES})
    repo.checkout()
    return repo


def test_cases_beside_the_policy_are_judged_by_it(shop: RepoBuilder) -> None:
    said = ask("policy", "test", cwd=shop.root)
    assert said.code == 0
    assert said.out.splitlines()[:3] == [
        ".answerable/policy_test.yaml, by .answerable/policy.yaml",
        "  ok   AI lines wait for a reviewer",
        "  ok   elsewhere they do not",
    ]
    assert "2 as expected, 0 not" in said.out


def test_a_case_that_differs_says_how_and_ends_with_1(shop: RepoBuilder) -> None:
    (shop.root / ".answerable/policy_test.yaml").write_text(CASES.replace("b.py", "src/auth/b.py"))
    said = ask_here("policy", "test", cwd=shop.root)
    assert said.code == 1
    assert "  FAIL elsewhere they do not\n" in said.out
    assert "verdict: expected pass, found fail by reviewed: needs 1 independent approval, has 0 (line 6)" in said.out
    document = ask_here("policy", "test", "--format", "json", cwd=shop.root).json
    assert (document["ok"], document["passed"], document["failed"]) == (False, 1, 1)
    assert document["files"][0]["cases"][1]["differences"][0]["what"] == "verdict"


def test_a_fault_is_named_with_line_and_column_and_ends_with_2(shop: RepoBuilder) -> None:
    (shop.root / ".answerable/policy_test.yaml").write_text(CASES.replace("origin: ai}", "orign: ai}", 1))
    said = ask_here("policy", "test", cwd=shop.root)
    assert said.code == 2
    assert (
        ".answerable/policy_test.yaml:4:35: an entry of lines has no key 'orign'\n    did you mean origin?" in said.out
    )
    document = ask_here("policy", "test", "--format", "json", cwd=shop.root)
    assert (document.code, document.json["files"][0]["faults"][0]["column"]) == (2, 35)


def test_junit_has_a_case_each_and_is_xml_whatever_names_hold(shop: RepoBuilder) -> None:
    odd = CASES.replace("elsewhere they do not", "'<b>&\"\u202e'").replace("b.py", "src/auth/b.py")
    (shop.root / ".answerable/policy_test.yaml").write_text(odd)
    said = ask("policy", "test", "--format", "junit", cwd=shop.root)
    assert said.code == 1
    suite = ElementTree.fromstring(said.out)
    assert (suite.get("tests"), suite.get("failures"), suite.get("errors")) == ("2", "1", "0")
    assert [case.get("name") for case in suite.iter("testcase")] == ["AI lines wait for a reviewer", '<b>&"\\u202e']
    (shop.root / ".answerable/policy_test.yaml").write_text("version: 1\n")
    broken = ask_here("policy", "test", "--format", "junit", cwd=shop.root)
    assert (broken.code, ElementTree.fromstring(broken.out).get("errors")) == (2, "1")


def test_files_and_folders_can_be_named_and_another_policy_given(shop: RepoBuilder, tmp_path: Path) -> None:
    folder = tmp_path / "elsewhere"
    folder.mkdir()
    (folder / "policy.yaml").write_text(REVIEWED)
    (folder / "a_test.yaml").write_text(CASES)
    (folder / "b_test.yaml").write_text(CASES)
    said = ask_here("policy", "test", str(folder), str(folder / "a_test.yaml"), "--format", "json", cwd=shop.root)
    assert (said.code, said.json["passed"]) == (0, 6)
    shop.commit({PATH: REVIEWED.replace("/src/auth/", "/other/")})
    by_commit = ask_here("policy", "test", "--policy", "HEAD", cwd=shop.root)
    assert by_commit.code == 1
    assert f"policy_test.yaml, by {PATH} at {shop.commits[-1][:12]}\n" in by_commit.out


def test_the_policy_of_a_folder_is_tested_under_the_one_above_it(shop: RepoBuilder) -> None:
    inner = shop.root / "lib" / ".answerable"
    inner.mkdir(parents=True)
    (inner / "policy.yaml").write_text("version: 1\nrules: [{name: inner, require: {countersign: true}}]\n")
    (inner / "policy_test.yaml").write_text(
        "version: 1\ncases:\n  - name: inside\n    lines: [{path: lib/a}]\n    expect: {rules: [inner]}\n"
        "  - name: outside\n    lines: [{path: a}]\n    expect: {not_rules: [inner]}\n"
        "  - name: above\n    lines: [{path: src/auth/a, origin: ai}]\n    expect: {rules: [reviewed]}\n"
    )
    said = ask_here("policy", "test", "lib/.answerable", cwd=shop.root)
    assert said.code == 0, said.out


@pytest.mark.parametrize("arguments", [["nowhere.yaml"], ["src"], ["--policy", "nowhere"]])
def test_what_is_not_there_is_usage(shop: RepoBuilder, arguments: list[str]) -> None:
    (shop.root / "src").mkdir(exist_ok=True)
    said = ask_here("policy", "test", *arguments, "--format", "json", cwd=shop.root)
    assert (said.code, said.json["code"]) == (2, "policy-invalid")
    assert said.json["hint"]


def test_without_cases_it_says_where_to_write_them(repo: RepoBuilder) -> None:
    repo.commit({PATH: REVIEWED})
    said = ask_here("policy", "test", cwd=repo.root)
    assert said.code == 2
    assert "write .answerable/policy_test.yaml" in said.err
