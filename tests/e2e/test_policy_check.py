"""`answerable policy check` as a person uses it: sound or not, every fault with its place and what to write instead."""

from __future__ import annotations

from pathlib import Path

import pytest

from answerable.policy.file.source import PATH
from builders import RepoBuilder
from e2e.asking import ask, ask_here

SOUND = """\
version: 1
preset: balanced
rules: [{name: own, match: {layers: [critical]}, when: "lines > 10"}]
waivers: [{rule: own, who: ada, why: moving, until: 2026-12-31}]
"""
FAULTY = "version: 1\nrulez: []\nrules:\n  - {name: a, when: lines > foo}\n"


def test_a_sound_policy_is_told_in_short(repo: RepoBuilder) -> None:
    repo.commit({PATH: SOUND})
    said = ask("policy", "check", "HEAD", cwd=repo.root)
    assert said.code == 0
    assert f"{PATH} at {repo.commits[-1][:12]} is sound" in said.out
    assert "critical > sensitive > standard > peripheral" in said.out
    assert "own (Deny)" in said.out
    assert "own until 2026-12-31 by ada" in said.out


def test_every_fault_is_told_with_line_and_column_and_what_to_write(repo: RepoBuilder) -> None:
    repo.commit({PATH: FAULTY})
    said = ask_here("policy", "check", "HEAD", cwd=repo.root)
    assert said.code == 2
    name = f"{PATH} at {repo.commits[-1][:12]}"
    assert f"{name}:2:1: a policy has no key 'rulez'\n  did you mean rules?\n" in said.out
    assert f"{name}:4:29: when: undeclared reference to 'foo'\n  the variables are origin," in said.out
    assert said.out.endswith(f"2 faults in {name}\n")


def test_without_an_argument_the_work_tree_is_checked_and_else_the_commit(repo: RepoBuilder) -> None:
    repo.commit({PATH: SOUND})
    assert ask_here("policy", "check", cwd=repo.root).out.startswith(f"{PATH} at ")
    repo.checkout()
    (repo.root / PATH).write_text(FAULTY)
    said = ask_here("policy", "check", cwd=repo.root)
    assert said.code == 2
    assert said.out.startswith(f"{PATH}:2:1: ")
    assert ask_here("policy", "check", "HEAD", cwd=repo.root).code == 0


def test_a_file_is_checked_where_there_is_no_repository(tmp_path: Path) -> None:
    (tmp_path / "p.yaml").write_text(FAULTY)
    said = ask_here("policy", "check", "p.yaml", cwd=tmp_path)
    assert said.code == 2
    assert said.out.startswith("p.yaml:2:1: ")


def test_the_document_holds_the_faults_or_what_is_in_force(repo: RepoBuilder) -> None:
    repo.commit({PATH: SOUND, "faulty.yaml": FAULTY})
    repo.checkout()
    said = ask_here("policy", "check", "--format", "json", cwd=repo.root)
    assert said.code == 0
    found = said.json
    assert (found["schema"], found["ok"], found["source"]) == ("answerable/policy-check/v1", True, PATH)
    assert (found["mode"], found["preset"], found["faults"], found["waivers"]) == ("enforce", "balanced", [], 1)
    assert found["rules"][-1] == "own"
    assert found["digest"].startswith("sha256:")
    said = ask_here("policy", "check", "faulty.yaml", "--format", "json", cwd=repo.root)
    assert (said.code, said.json["ok"], said.json["digest"]) == (2, False, None)
    assert said.json["faults"][0] == {
        "file": "faulty.yaml",
        "line": 2,
        "column": 1,
        "message": "a policy has no key 'rulez'",
        "fix": "did you mean rules?",
    }


def test_where_there_is_no_policy_the_starter_is_told(repo: RepoBuilder) -> None:
    repo.commit({"a.py": "x\n"})
    said = ask_here("policy", "check", cwd=repo.root)
    assert said.code == 0
    assert "there is no .answerable/policy.yaml at" in said.out
    assert "the preset starter is in force, which fails nothing" in said.out


def test_the_whole_policy_can_be_printed_and_is_sound_by_itself(repo: RepoBuilder) -> None:
    repo.commit({PATH: SOUND})
    whole = ask_here("policy", "check", "HEAD", "--whole", cwd=repo.root)
    assert whole.code == 0
    assert "preset" not in whole.out
    (repo.root / "whole.yaml").write_text(whole.out)
    said = ask_here("policy", "check", "whole.yaml", "--whole", cwd=repo.root)
    assert (said.code, said.out) == (0, whole.out)


@pytest.mark.parametrize("given", ["nothing.yaml", "no-such-branch"])
def test_what_is_no_file_and_no_revision_is_said(repo: RepoBuilder, given: str) -> None:
    repo.commit({"a.py": "x\n"})
    said = ask_here("policy", "check", given, cwd=repo.root)
    assert said.code == 2
    assert f"no file and no revision is named '{given}'" in said.err
    assert "[policy-invalid]" in said.err


def test_what_a_file_says_cannot_act_on_the_terminal(repo: RepoBuilder) -> None:
    repo.commit({PATH: 'version: 1\n"\\e[31mred\\a": 1\nrules: [{name: "\\e[1m"}]\n'})
    said = ask_here("policy", "check", "HEAD", cwd=repo.root)
    assert said.code == 2
    assert "\x1b" not in said.out
    assert "\x07" not in said.out


def test_a_team_that_nobody_knows_is_told_with_its_place(repo: RepoBuilder) -> None:
    asks = "rules: [{name: r, require: {reviewers: {teams: [web, wep]}}}]\n"
    repo.commit({"CODEOWNERS": "* @acme/web @ada\n", PATH: f"version: 1\n{asks}"})
    said = ask_here("policy", "check", cwd=repo.root)
    assert said.code == 0
    assert f"{PATH} at" in said.out
    assert ":2:54: reviewers.teams of the rule r names wep, whom neither teams nor CODEOWNERS have" in said.out
    told = ask_here("policy", "check", "--format", "json", cwd=repo.root).json
    assert (told["ok"], [(w["line"], w["column"]) for w in told["warnings"]]) == (True, [(2, 54)])
    repo.commit({PATH: f"version: 1\nteams: {{web: [ada]}}\n{asks}"})
    said = ask_here("policy", "check", cwd=repo.root)
    assert said.code == 2
    assert ":3:54: reviewers.teams of the rule r names the team wep, which teams does not define" in said.out
    assert "did you mean web?" in said.out


def test_a_policy_is_checked_with_the_one_above_it(repo: RepoBuilder, tmp_path: Path) -> None:
    above = tmp_path / "above.yaml"
    above.write_text("version: 1\nrules: [{name: eyes, require: {reviewers: {humans: 1}}}]\n")
    loose = "version: 1\nrules: [{name: eyes, match: {origins: [ai]}}]\n"
    repo.commit({PATH: loose, f"web/{PATH}": "version: 1\nlayers: []\n"})
    repo.checkout()
    assert ask_here("policy", "check", cwd=repo.root).code == 0
    said = ask_here("policy", "check", cwd=repo.root, ANSWERABLE_ORGANISATION_POLICY=str(above))
    assert said.code == 2
    assert f"2:9: the rule eyes of {above} can be tightened, not moved: match" in said.out
    said = ask_here("policy", "check", f"web/{PATH}", cwd=repo.root)
    assert said.code == 2
    assert "2:1: the policy of a folder has no key 'layers'" in said.out
