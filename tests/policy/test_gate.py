"""The gate on real repositories: whose policy, which range, what is an error, and that a verdict can be told again."""

from __future__ import annotations

from datetime import date

import pytest

from answerable.domain.verdict import Outcome, Severity
from answerable.policy.outputs.json import document
from builders import RepoBuilder, link
from policy.gating import (
    ADA,
    AUTH,
    BO,
    LAYERS,
    REVIEWED,
    approval,
    approved,
    assert_refused,
    failing,
    known,
    policed,
    verdict,
)


def test_a_change_without_approval_fails_and_with_one_passes(repo: RepoBuilder) -> None:
    base = policed(repo)
    head = repo.commit({AUTH: "a\nb\nc\n"}, author=ADA)
    found = verdict(repo, base)
    assert_refused(found)
    assert [(f.path, f.start, f.end) for f in found.findings] == [(AUTH.encode(), 3, 3)]
    assert (found.base, found.head) == (base, head)
    assert approved(repo, base, "bo@example.com").outcome is Outcome.PASS


def test_a_change_elsewhere_passes(repo: RepoBuilder) -> None:
    base = policed(repo)
    repo.commit({"src/other.py": "1\n"}, author=ADA)
    assert verdict(repo, base).outcome is Outcome.PASS


def test_a_repository_without_a_policy_is_only_reported_on(repo: RepoBuilder) -> None:
    base = repo.commit({"auth/login.py": "1\n"})
    repo.commit({"auth/login.py": "1\n2\n"})
    found = verdict(repo, base)
    assert (found.outcome, found.reports) == (Outcome.PASS, True)
    assert found.findings
    assert "starter" in found.policy_source


def test_the_policy_is_that_of_the_branch_and_its_digest_and_place_are_told(repo: RepoBuilder) -> None:
    base = policed(repo)
    repo.commit({AUTH: "a\nb\nc\n", ".answerable/policy.yaml": LAYERS}, author=ADA)
    found = verdict(repo, base)
    assert_refused(found)
    assert base[:12] in found.policy_source
    assert found.policy_digest.startswith("sha256:")
    assert any("edits .answerable/policy.yaml" in note for note in found.notes)


def test_what_the_branch_gained_since_is_not_the_changes(repo: RepoBuilder) -> None:
    policed(repo)
    repo.commit({"docs/a.md": "1\n"}, author=ADA, branch="topic")
    repo.commit({AUTH: "a\nb\nof the branch\n"}, author=BO)
    assert verdict(repo, "main", "topic").outcome is Outcome.PASS
    repo.merge("main", branch="topic", author=ADA)
    assert verdict(repo, "main", "topic").outcome is Outcome.PASS


def test_a_change_from_nothing_is_judged_whole_and_only_reported(repo: RepoBuilder) -> None:
    head = repo.commit({"auth/login.py": "1\n2\n"})
    from answerable.git.repository import Repository
    from answerable.policy.gate import gate

    with Repository(repo.root) as repository:
        for base in (None, repository.null_oid):
            found = gate(repository, base, head)
            assert (found.outcome, found.base, found.reports) == (Outcome.PASS, repository.null_oid, True)
            assert {f.path for f in found.findings} == {b"auth/login.py"}


@pytest.mark.parametrize(
    "policy",
    [
        "version: 2\n",
        "rules: [",
        REVIEWED.replace("humans: 1", "humans: many"),
        REVIEWED + "\nunknown: 1\n",
        "\xff\xfe",
    ],
    ids=["version", "no yaml", "type", "key", "bytes"],
)
def test_a_policy_with_a_fault_is_an_error_that_names_the_place(repo: RepoBuilder, policy: str) -> None:
    base = policed(repo, policy)
    repo.commit({"docs/a": "1\n"}, author=ADA)
    found = verdict(repo, base)
    assert found.outcome is Outcome.ERROR
    assert ".answerable/policy.yaml:" in str(found.problem)
    assert found.remedy


def test_a_link_in_the_place_of_the_policy_is_an_error(repo: RepoBuilder) -> None:
    base = repo.commit({".answerable/policy.yaml": link("other.yaml"), ".answerable/other.yaml": REVIEWED})
    repo.commit({"docs/a": "1\n"})
    assert verdict(repo, base).outcome is Outcome.ERROR


def test_an_expression_that_fails_is_an_error_even_where_another_rule_passes(repo: RepoBuilder) -> None:
    rule = "  - {name: odd, when: '1 / (lines - lines) > 0', require: {reviewers: {humans: 1}}}\n"
    base = policed(repo, REVIEWED + rule)
    repo.commit({"docs/a": "1\n"}, author=ADA)
    found = verdict(repo, base)
    assert found.outcome is Outcome.ERROR
    assert "rule odd" in str(found.problem)


def test_a_clone_that_ends_inside_the_range_is_an_error(repo: RepoBuilder) -> None:
    policed(repo)
    for at in range(5):
        repo.commit({"docs/a": f"{at}\n"}, author=ADA)
    base = repo.commits[0]
    shallow = repo.shallow_clone(2)
    from answerable.git.repository import Repository
    from answerable.policy.gate import gate

    with Repository(shallow.root) as repository:
        found = gate(repository, base, repository.resolve("HEAD"))
    assert found.outcome is Outcome.ERROR
    assert "unshallow" in str(found.remedy)


def test_a_clone_in_which_only_a_side_of_the_range_is_cut_off_is_an_error(repo: RepoBuilder) -> None:
    base = policed(repo)
    for at in range(2):
        cut = repo.commit({"docs/b": f"{at}\n"}, author=BO, branch="side")
    repo.commit({"docs/a": "1\n"}, author=ADA, branch="topic")
    repo.merge("side", branch="topic", author=ADA, strategy="ours")  # no line of the side is left to be asked about
    assert verdict(repo, base, "topic").outcome is Outcome.PASS
    (repo.git_dir / "shallow").write_text(f"{cut}\n")
    found = verdict(repo, base, "topic")
    assert found.outcome is Outcome.ERROR, "who wrote what was cut off is not known"
    assert "ends inside the range" in str(found.problem)


def test_two_histories_without_a_common_commit_are_an_error(repo: RepoBuilder) -> None:
    policed(repo)
    repo.commit({AUTH: "x\n"}, parents=[], branch="other")
    assert verdict(repo, "main", "other").outcome is Outcome.ERROR


def test_content_that_is_not_here_is_an_error(repo: RepoBuilder) -> None:
    base = policed(repo)
    head = repo.commit({AUTH: "a\nb\nc\n"}, author=ADA)
    assert verdict(repo.partial_clone(), base, head).outcome is Outcome.ERROR


def test_a_context_of_another_head_is_an_error(repo: RepoBuilder) -> None:
    base = policed(repo)
    head = repo.commit({AUTH: "a\nb\nc\n"}, author=ADA)
    found = verdict(repo, base, context=known(approval("bo", head), head=base))
    assert found.outcome is Outcome.ERROR
    assert "another change" in str(found.problem)


def test_a_team_an_owner_and_a_check_are_taken_from_where_they_stand(repo: RepoBuilder) -> None:
    rule = "  - {name: more, match: {layers: [critical]}, require: {reviewers: {owners: true}, checks: [ci]}}\n"
    base = policed(repo, REVIEWED + rule, CODEOWNERS="/src/ @bo\n")
    head = repo.commit({AUTH: "a\nb\nc\n", "CODEOWNERS": "* @cy\n"}, author=ADA)
    checks = [{"name": "ci", "conclusion": "success"}]
    good = verdict(repo, base, context=known(approval("bo", head), approval("cy", head), checks=checks))
    assert [f.path for f in failing(good)] == []
    bad = verdict(repo, base, context=known(approval("cy", head), checks=checks))
    assert_refused(bad, "more")


def test_a_waiver_is_held_to_the_day(repo: RepoBuilder) -> None:
    waiver = "waivers:\n  - {rule: reviewed, who: ada@example.com, why: legacy, until: 2026-06-01}\n"
    base = policed(repo, REVIEWED + waiver.replace("2026-06-01", '"2026-06-01"'))
    repo.commit({AUTH: "a\nb\nc\n"}, author=ADA)
    within, after = (verdict(repo, base, today=date(2026, 6, day)) for day in (1, 2))
    assert (within.outcome, after.outcome) == (Outcome.PASS, Outcome.FAIL)
    assert [(f.severity, f.waived_by) for f in within.findings] == [
        (Severity.NOTE, "ada@example.com until 2026-06-01: legacy")
    ]


def test_the_same_inputs_give_the_same_verdict_and_another_approval_another_digest(repo: RepoBuilder) -> None:
    base = policed(repo)
    head = repo.commit({AUTH: "a\nb\nc\n"}, author=ADA)
    day = date(2026, 6, 1)
    one, other = (verdict(repo, base, today=day) for _ in range(2))
    assert one == other
    assert verdict(repo, base, context=known(approval("bo", head)), today=day).inputs_digest != one.inputs_digest


def test_the_document_has_every_key_of_the_contract(repo: RepoBuilder) -> None:
    base = policed(repo)
    repo.commit({AUTH: "a\nb\nc\n"}, author=ADA)
    told = document(verdict(repo, base), 5)
    assert told.keys() >= {
        "schema", "verdict", "range", "policy", "findings", "obligations", "elapsed_ms",
    }  # fmt: skip
    assert told["range"].keys() == {"base", "head"}
    assert told["policy"].keys() >= {"digest", "source"}
    finding = {"rule", "severity", "layer", "path", "start", "end", "origin", "grade", "message", "remedy"}
    assert told["findings"][0].keys() >= finding
    assert told["obligations"][0].keys() >= {"rule", "needs", "have", "who", "met"}
