"""Somebody who may change a folder or a repository tries to weaken what stands above: each time it fails closed."""

from __future__ import annotations

import json
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from answerable.errors import PolicyUnevaluable
from answerable.git.repository import Repository
from answerable.policy.file import find
from answerable.policy.file.find import policy_at, with_folders
from answerable.policy.file.source import PATH
from answerable.policy.rule import Authority
from builders import Content, RepoBuilder
from builders.entries import link, submodule
from e2e.asking import Said, ask_here
from policy.gating import AUTH, CLAUDE, LAYERS, REVIEWED

CI = "version: 1\nrules: [{name: ci, require: {checks: [ci]}}]\n"
ROOT = ("Root", "root@example.com")


def gated(repo: RepoBuilder, *args: str, **environment: str) -> Said:
    return ask_here("gate", "base..main", "--format", "json", *args, cwd=repo.root, **environment)


def started(repo: RepoBuilder, files: Mapping[str, Content]) -> None:
    repo.commit({AUTH: "a\n", "web/a.py": "x\n", "web/api/b.py": "y\n", **files}, author=ROOT)
    repo.git("branch", "base", "main")


def failing(said: Said) -> set[tuple[str, str]]:
    return {(f["rule"], f["path"]) for f in said.json["findings"] if f["severity"] == "error"}


@pytest.fixture
def above(tmp_path: Path) -> Path:
    file = tmp_path / "organisation.yaml"
    file.write_text(REVIEWED)
    return file


def test_the_policy_of_a_folder_is_read_from_the_base_and_holds_below_it(repo: RepoBuilder) -> None:
    started(repo, {PATH: LAYERS, f"web/{PATH}": CI})
    repo.commit({f"web/{PATH}": "version: 1\n", "web/api/b.py": "z\n", AUTH: "b\n"}, message=f"x\n\n{CLAUDE}")
    said = gated(repo)
    assert said.code == 1
    assert failing(said) == {("ci", "web/api/b.py"), ("ci", f"web/{PATH}")}
    assert any(f"edits web/{PATH}" in note for note in said.json["notes"])


def test_the_organisation_is_above_whatever_the_repository_says(repo: RepoBuilder, above: Path) -> None:
    started(repo, {PATH: "version: 1\nmode: report\nlayers: [{name: standard}, {name: peripheral, paths: [/src/]}]\n"})
    repo.commit({AUTH: "b\n"}, message=f"x\n\n{CLAUDE}")
    assert gated(repo).code == 0
    for said in (
        gated(repo, "--organisation", str(above)),
        gated(repo, ANSWERABLE_ORGANISATION_POLICY=str(above)),
        gated(repo, "--policy", "main", ANSWERABLE_ORGANISATION_POLICY=str(above)),
    ):
        assert (said.code, failing(said)) == (1, {("reviewed", AUTH)})
        assert str(above) in said.json["policy"]["source"]


def test_a_repository_without_a_policy_has_that_of_the_organisation(repo: RepoBuilder, above: Path) -> None:
    started(repo, {})
    repo.commit({AUTH: "b\n"}, message=f"x\n\n{CLAUDE}")
    assert failing(gated(repo, "--organisation", str(above))) == {("reviewed", AUTH)}


def test_a_waiver_of_the_organisations_rule_is_an_error_with_its_place(repo: RepoBuilder, above: Path) -> None:
    waiver = "waivers: [{rule: reviewed, who: a, why: b, until: 2099-01-01}]\n"
    started(repo, {PATH: f"version: 1\n{waiver}"})
    repo.commit({AUTH: "b\n"})
    said = gated(repo, "--organisation", str(above))
    assert said.code == 3
    assert f"{PATH}:2:11: the rule reviewed of {above} cannot be waived here" in said.json["problem"]["message"]


@pytest.mark.parametrize("content", [None, "version: 1\nrulez: []\n"])
def test_an_organisations_policy_that_cannot_be_read_is_an_error(
    repo: RepoBuilder, tmp_path: Path, content: str | None
) -> None:
    file = tmp_path / "organisation.yaml"
    if content:
        file.write_text(content)
    started(repo, {PATH: LAYERS})
    repo.commit({AUTH: "b\n"})
    assert gated(repo, "--organisation", str(file)).code == 3
    assert gated(repo, ANSWERABLE_ORGANISATION_POLICY=str(file)).code == 3


@pytest.mark.parametrize(
    "files",
    [
        {f"web/{PATH}": link("../../x")},
        {"web/.answerable": link("../x")},
        {"web/.answerable": submodule("1" * 40)},
        {"web/.Answerable/policy.yaml": CI},
        {"web/.answerable/policy.yml": CI},
        {"web/.answerable/Policy.yaml": CI},
        {f"web/{PATH}": "version: 1\npreset: starter\n"},
        {f"web/{PATH}": "version: 1\nlayers: []\n"},
        {f"web/api/{PATH}": "rules: {"},
    ],
    ids=["link", "folder a link", "submodule", "folder's case", "yml", "file's case", "preset", "layers", "no yaml"],
)
def test_what_is_no_policy_of_a_folder_is_an_error(repo: RepoBuilder, files: Mapping[str, Content]) -> None:
    started(repo, {PATH: LAYERS, **files})
    repo.commit({"web/api/b.py": "z\n"})
    said = gated(repo)
    assert said.code == 3
    assert "web/" in said.json["problem"]["message"]


def test_a_folder_beside_the_change_is_not_looked_in(repo: RepoBuilder) -> None:
    started(repo, {PATH: LAYERS, f"other/{PATH}": "no: [policy"})
    repo.commit({"web/api/b.py": "z\n"})
    assert gated(repo).code == 0


def test_a_rename_out_of_a_folder_is_judged_by_it(repo: RepoBuilder) -> None:
    long = "".join(f"line {n}\n" for n in range(30))
    started(repo, {PATH: LAYERS, f"web/{PATH}": CI, "web/long.py": long})
    repo.commit({"web/long.py": None, "elsewhere/long.py": f"{long}more\n"}, message=f"x\n\n{CLAUDE}")
    assert {rule for rule, _ in failing(gated(repo))} == {"ci"}


def test_ten_thousand_policies_of_folders_take_no_time_where_they_are_not_touched(repo: RepoBuilder) -> None:
    started(repo, {PATH: LAYERS, **{f"f{n}/{PATH}": CI for n in range(10_000)}})
    repo.commit({"web/api/b.py": "z\n"})
    began = time.process_time()
    with Repository(repo.root) as repository:
        base = repository.resolve("base")
        found = with_folders(repository, policy_at(repository, base), [b"web/api/b.py", b"f7/x"])
        assert [(rule.folder, rule.authority) for rule in found.rules] == [("f7", Authority.FOLDER)]
        with pytest.raises(PolicyUnevaluable, match="below 10000 folders with a policy of their own"):
            with_folders(repository, policy_at(repository, base), [f"f{n}/x".encode() for n in range(10_000)])
    assert time.process_time() - began < 2


def test_many_policies_of_folders_are_read_and_judged_in_proportion(repo: RepoBuilder) -> None:
    count = find.MOST_FOLDERS
    started(repo, {PATH: LAYERS, **{f"f{n}/{PATH}": CI for n in range(count)}})
    repo.commit({f"f{n}/x.py": "x\n" for n in range(count)}, message=f"x\n\n{CLAUDE}")
    began = time.process_time()
    said = gated(repo)
    assert time.process_time() - began < 20
    assert len(failing(said)) == count


def test_odd_names_of_folders_have_policies_as_well(repo: RepoBuilder) -> None:
    names = ["a b", "a*b", "[x]", "ü", "new\nline", "q'\""]
    started(repo, {PATH: LAYERS, **{f"{name}/{PATH}": CI for name in names}})
    repo.commit({f"{name}/x.py": "x\n" for name in names}, message=f"x\n\n{CLAUDE}")
    assert {path for _, path in failing(gated(repo))} == {f"{name}/x.py" for name in names}


def _context(repo: RepoBuilder, **emergency: Any) -> str:
    head = repo.resolve("main")
    change = {"head": head, "emergency": {"by": "ada", "why": "down", "at": "2026-01-01T00:00:00Z", **emergency}}
    (repo.root / "context.json").write_text(json.dumps({"change": change}))
    return "context.json"


URGENT = REVIEWED.replace("  - name: reviewed\n", "  - name: reviewed\n    emergency: allowed\n")


def test_an_emergency_that_only_the_change_speaks_of_passes_nothing(repo: RepoBuilder) -> None:
    started(repo, {PATH: f"{URGENT}emergency: {{who: [ada], review_within: 90d}}\n"})
    repo.commit({AUTH: "b\n"}, message=f"x\n\nEmergency: ada\n{CLAUDE}", author=("ada", "ada@example.com"))
    assert gated(repo).code == 1


@pytest.mark.parametrize(
    "emergency",
    [
        {"at": "yesterday"},
        {"at": "2026-01-01T00:00:00"},
        {"why": " "},
        {"by": ""},
        {"sha": "abc"},
        {"label": "x"},
        {"by": 1},
    ],
)
def test_an_emergency_that_is_told_badly_is_an_error(repo: RepoBuilder, emergency: dict[str, Any]) -> None:
    started(repo, {PATH: f"{URGENT}emergency: {{who: [ada], review_within: 90d}}\n"})
    repo.commit({AUTH: "b\n"}, message=f"x\n\n{CLAUDE}")
    said = gated(repo, "--context", _context(repo, **emergency))
    assert said.code == 3
    assert "change.emergency" in said.json["problem"]["message"]
