"""Trust layers in scan, recall and for: those of the policy at the revision, as `policy explain` tells them."""

from __future__ import annotations

import json
from typing import Any

import pytest

from answerable.cli import layers
from answerable.policy.file.find import ENVIRONMENT
from answerable.policy.file.source import PATH
from builders import RepoBuilder
from e2e.asking import ask_here

CLAUDE = "Do\n\nCo-Authored-By: Claude Opus 4.7 <noreply@anthropic.com>\n"
POLICY = """version: 1
layers:
  - {name: vital, paths: ["/core/"], calls: [engine.*.start]}
  - {name: rest}
"""
STARTS = "import engine\nengine.main.start()\n"
FILES = {"core/a.py": "1\n2\n", "web/b.py": STARTS, "web/c.py": "1\n"}


@pytest.fixture
def layered(repo: RepoBuilder) -> RepoBuilder:
    """One file that is vital by its path, one by its code, and one that is not; all by a tool."""
    repo.commit({**FILES, ".answerable/policy.yaml": POLICY}, CLAUDE)
    return repo


def told(repo: RepoBuilder, *arguments: str) -> dict[str, Any]:
    said = ask_here(*arguments, "--format", "json", cwd=repo.root)
    assert said.code == 0, said.out + said.err
    return said.json


def explained(repo: RepoBuilder, path: str) -> str:
    name = told(repo, "policy", "explain", path)["layer"]["name"]
    assert isinstance(name, str)
    return name


def replaced(repo: RepoBuilder, policy: str | None) -> None:
    repo.commit({".answerable/policy.yaml": policy, "web/d.py": "1\n"}, CLAUDE)


def recalled(repo: RepoBuilder, *arguments: str) -> dict[str, str | None]:
    return {span["path"]: span["layer"] for span in told(repo, "recall", *arguments)["spans"]}


def test_every_command_tells_the_layer_that_the_policy_explains(layered: RepoBuilder) -> None:
    expected = {path: explained(layered, path) for path in FILES}
    assert expected == {"core/a.py": "vital", "web/b.py": "vital", "web/c.py": "rest"}
    found = recalled(layered)
    assert {path: found[path] for path in FILES} == expected
    for path, layer in expected.items():
        for target in (path, f"{path}:1"):
            assert {span["layer"] for span in told(layered, "for", target)["spans"]} == {layer}


def test_scan_counts_added_lines_by_layer_and_misses_none(layered: RepoBuilder) -> None:
    lines = told(layered, "scan")["lines"]
    assert lines["by_layer"] == {"vital": 4, "rest": 1 + POLICY.count("\n")}
    assert list(lines["by_layer"]) == ["vital", "rest"], "the most severe first"
    assert sum(lines["by_layer"].values()) == lines["added"]


def test_scan_says_where_it_went_by_the_names_of_many_files_alone(layered: RepoBuilder) -> None:
    layered.commit({f"web/{n}.py": STARTS for n in range(100)}, CLAUDE)
    found = told(layered, "scan")
    assert found["lines"]["by_layer"]["vital"] == 2, "names tell of core alone"
    (gap,) = [gap for gap in found["gaps"] if gap["id"] == "layers-by-name"]
    assert gap["count"] == gap["of"] == found["lines"]["added"]
    one = told(layered, "scan", "HEAD~1..HEAD")
    assert one["lines"]["by_layer"] == {"vital": 200}
    assert "layers-by-name" not in {gap["id"] for gap in one["gaps"]}


def test_recall_narrows_to_a_layer_and_counts_each(layered: RepoBuilder) -> None:
    whole = told(layered, "recall")
    assert whole["by_layer"]["vital"] == 4
    assert sum(whole["by_layer"].values()) == whole["lines"]
    vital = told(layered, "recall", "--layer", "vital")
    assert {span["path"] for span in vital["spans"]} == {"core/a.py", "web/b.py"}
    assert (vital["lines"], vital["by_layer"]) == (4, {"vital": 4})
    assert sum(vital["by_tool"].values()) == 4
    assert recalled(layered, "--layer", "vital", "--tool", "codex") == {}


def test_the_layers_are_those_of_the_revision_asked_about(layered: RepoBuilder) -> None:
    replaced(layered, POLICY.replace("/core/", "/web/c.py"))
    assert recalled(layered)["core/a.py"] == "rest"
    assert recalled(layered, "--rev", "HEAD~1")["core/a.py"] == "vital"
    before = told(layered, "for", "core/a.py:1", "--at", "HEAD~1")["spans"]
    assert [span["layer"] for span in before] == ["vital"]
    assert told(layered, "scan", "HEAD~1")["lines"]["by_layer"]["vital"] == 4


def test_a_policy_of_a_folder_changes_no_layer_and_no_fault_in_it_does(layered: RepoBuilder) -> None:
    before = recalled(layered)
    layered.commit({"web/.answerable/policy.yaml": "rules: ["})
    assert recalled(layered) == before


def test_without_a_policy_scan_and_recall_have_the_default_layers(repo: RepoBuilder) -> None:
    repo.commit({"src/auth/login.py": "1\n", "docs/a.md": "1\n"}, CLAUDE)
    assert recalled(repo) == {"src/auth/login.py": "critical", "docs/a.md": "peripheral"}
    assert told(repo, "scan")["lines"]["by_layer"] == {"critical": 1, "peripheral": 1}
    spans = told(repo, "for", "src/auth/login.py:1")["spans"]
    assert [span["layer"] for span in spans] == [None], "no policy is read for a line where none is declared"


def test_a_change_that_only_removes_is_in_no_layer_and_no_gap(layered: RepoBuilder) -> None:
    layered.commit({"web/c.py": None})
    found = told(layered, "scan", "HEAD~1..HEAD")
    assert found["lines"]["by_layer"] == {}
    assert "layers-unknown" not in {gap["id"] for gap in found["gaps"]}


@pytest.mark.parametrize("policy", ["rules: [", "version: 1\nlayer: []\n"])
def test_a_fault_in_the_policy_is_told_and_stops_no_answer(layered: RepoBuilder, policy: str) -> None:
    replaced(layered, policy)
    found = told(layered, "recall")
    assert {span["layer"] for span in found["spans"]} == {None}
    assert ".answerable/policy.yaml:" in next(gap for gap in found["gaps"] if gap["id"] == "layers-unknown")["message"]
    counted = told(layered, "scan")
    assert counted["lines"]["by_layer"] == {}
    gap = next(gap for gap in counted["gaps"] if gap["id"] == "layers-unknown")
    assert gap["count"] == counted["lines"]["added"]
    answer = told(layered, "for", "core/a.py:1")
    assert [span["layer"] for span in answer["spans"]] == [None]
    assert any(".answerable/policy.yaml:" in note for note in answer["notes"])


def test_a_recall_of_a_layer_by_a_policy_with_a_fault_is_an_error_and_not_empty(layered: RepoBuilder) -> None:
    replaced(layered, "rules: [")
    said = ask_here("recall", "--layer", "vital", "--format", "json", cwd=layered.root)
    assert (said.code, said.json["code"]) == (2, "policy-invalid")


def test_a_layer_that_the_policy_has_not_is_told_with_those_that_it_has(layered: RepoBuilder) -> None:
    said = ask_here("recall", "--layer", "critical", "--format", "json", cwd=layered.root)
    assert (said.code, said.json["code"]) == (2, "target-unsupported")
    assert "vital, rest" in said.json["hint"]


def test_a_change_is_told_with_the_layers_of_its_files(layered: RepoBuilder) -> None:
    spans = told(layered, "for", "HEAD")["spans"]
    assert {span["path"]: span["layer"] for span in spans}["web/b.py"] == "vital"


def test_people_read_the_layer_and_the_reason(layered: RepoBuilder) -> None:
    said = ask_here("for", "core/a.py:1", cwd=layered.root)
    assert "vital (the path matches /core/)" in said.out
    assert "lines by layer" in ask_here("scan", cwd=layered.root).out
    assert "by layer" in ask_here("recall", cwd=layered.root).out


def test_the_policy_of_an_organisation_counts_where_the_repository_has_none(repo: RepoBuilder) -> None:
    repo.commit({"core/a.py": "1\n"}, CLAUDE)
    above = repo.root.parent / "above.yaml"
    above.write_text(POLICY)
    said = ask_here("for", "core/a.py:1", "--format", "json", cwd=repo.root, ANSWERABLE_ORGANISATION_POLICY=str(above))
    assert [span["layer"] for span in json.loads(said.out)["spans"]] == ["vital"]


def test_a_policy_is_looked_for_where_the_gate_finds_it() -> None:
    """The command for a line repeats two names, so as not to load the reader of policies."""
    assert layers._PATH.decode() == PATH
    assert layers._ORGANISATION == ENVIRONMENT
