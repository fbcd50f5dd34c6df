"""The policy of a commit is the file in that commit; what only looks like it is an error."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from answerable.errors import PolicyInvalid, PolicyUnevaluable
from answerable.git.repository import Repository
from answerable.policy.file.find import policy_at
from answerable.policy.file.source import PATH
from answerable.policy.model import Mode, Policy
from builders import RepoBuilder

SOUND = "version: 1\nrules: [{name: ours}]\n"


def found(repo: RepoBuilder, rev: str = "main") -> Policy:
    with Repository(repo.root) as repository:
        return policy_at(repository, repository.resolve(rev))


@pytest.mark.parametrize("object_format", ["sha1", "sha256"])
def test_the_file_in_the_commit_is_the_policy(new_repo: Callable[..., RepoBuilder], object_format: str) -> None:
    repo = new_repo(object_format=object_format)
    first = repo.commit({PATH: SOUND, "a.py": "x\n", ".answerable/config.yaml": ""})
    repo.commit({PATH: SOUND.replace("ours", "theirs")})
    assert [rule.name for rule in found(repo, first).rules] == ["ours"]
    assert [rule.name for rule in found(repo).rules] == ["theirs"]
    assert found(repo, first).source == f"{PATH} at {first[:12]}"


def test_where_there_is_none_the_starter_reports_and_fails_nothing(repo: RepoBuilder) -> None:
    repo.commit({"a.py": "x\n", ".answerable/config.yaml": ""})
    policy = found(repo)
    assert (policy.mode, policy.preset) == (Mode.REPORT, "starter")
    assert policy.source.startswith(f"preset starter, for there is no {PATH} at ")


def test_the_work_tree_and_the_index_are_not_read(repo: RepoBuilder) -> None:
    repo.commit({"a.py": "x\n"})
    repo.checkout()
    (repo.root / ".answerable").mkdir()
    (repo.root / PATH).write_text(SOUND)
    repo.git("add", PATH)
    assert found(repo).preset == "starter"


def test_a_fault_in_it_is_an_error_with_its_place(repo: RepoBuilder) -> None:
    repo.commit({PATH: "version: 1\nrulez: []\n"})
    with pytest.raises(PolicyInvalid, match=r"^\.answerable/policy\.yaml:2:1: a policy has no key 'rulez'"):
        found(repo)


@pytest.mark.parametrize("name", ["policy.yml", "Policy.yaml", "policy.YAML", "policy.json"])
def test_a_name_that_is_not_quite_it_is_an_error_rather_than_no_policy(repo: RepoBuilder, name: str) -> None:
    repo.commit({f".answerable/{name}": SOUND})
    with pytest.raises(PolicyUnevaluable, match="looks like the policy, but is not read"):
        found(repo)


def test_a_folder_that_is_not_quite_it_is_an_error_too(repo: RepoBuilder) -> None:
    repo.commit({".Answerable/policy.yaml": SOUND})
    with pytest.raises(PolicyUnevaluable, match="looks like the policy"):
        found(repo)


def test_a_clone_that_does_not_hold_the_file_is_an_error(repo: RepoBuilder) -> None:
    repo.commit({PATH: SOUND})
    repo.commit({PATH: SOUND.replace("ours", "theirs")})
    repo.git("config", "uploadpack.allowFilter", "true")
    clone = repo.partial_clone()
    with pytest.raises(PolicyUnevaluable, match="does not hold the policy"):
        found(clone, "main~1")


def test_a_bare_repository_has_a_policy_as_well(repo: RepoBuilder, new_repo: Callable[..., RepoBuilder]) -> None:
    bare = new_repo("bare", bare=True)
    bare.commit({PATH: SOUND})
    assert [rule.name for rule in found(bare).rules] == ["ours"]
