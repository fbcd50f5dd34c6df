"""A change that is judged among many has the verdict that the gate gives it alone, whatever its history holds."""

from __future__ import annotations

import json
from contextlib import closing
from datetime import date
from pathlib import Path
from random import Random

import pytest

from answerable.domain.grade import Grade
from answerable.domain.verdict import Outcome, Verdict
from answerable.git.repository import Repository
from answerable.policy.change.span import span_of
from answerable.policy.file.find import policy_at
from answerable.policy.file.source import PATH, load
from answerable.policy.gate import gate
from answerable.policy.history import reading
from answerable.policy.history.line import Entered, entered
from answerable.policy.history.replay import Replay
from answerable.policy.model import Policy
from builders import RepoBuilder, random_history
from policy.gating import ADA, AUTH, BO, CLAUDE, REVIEWED

DAY = date(2026, 1, 1)
STRICT = load(
    b"""version: 1
layers:
  - {name: critical, paths: ["*a*"]}
  - {name: standard}
  - {name: peripheral, paths: ["*b*"]}
rules:
  - name: reviewed
    match: {layers: [critical], origins: [ai]}
    require: {reviewers: {humans: 2, owners: true}, grade: declared}
  - name: signed
    match: {layers: [critical, standard], min_lines: 2}
    require: {countersign: true}
    action: Warn
waivers:
  - {rule: signed, paths: ["*c*"], who: ada, why: moving, until: "2026-12-31"}
""",
    "strict",
)


def both(
    repo: RepoBuilder, policy: Policy | None = None, *, head: str = "main", base: str | None = None
) -> list[tuple[Entered, Verdict, Verdict]]:
    """Every change of a line with the verdict among many and the one alone."""
    with Repository(repo.root) as repository:
        tip = repo.resolve(head)
        changes = entered(repository, repo.resolve(base) if base else None, tip)
        with closing(Replay(repository, tip, policy, None, DAY)) as replay:
            many = list(replay.judge(changes))
        return [
            (each.entered, each.verdict, gate(repository, each.entered.base, each.entered.head, policy, today=DAY))
            for each in many
        ]


def assert_alike(found: list[tuple[Entered, Verdict, Verdict]], but: frozenset[str] = frozenset()) -> None:
    for change, many, alone in found:
        assert many == alone or change.head in but, change.head


def misjudged(repo: RepoBuilder) -> frozenset[str]:
    """Changes in which git lists commits that their base has already, because clocks were wrong."""
    found = set()
    with Repository(repo.root) as repository:
        for change in entered(repository, None, repo.resolve("main")):
            listed = set(span_of(repository, change.base, change.head).commits)
            more = listed - {sha for sha, _ in change.commits}
            assert len(listed) - len(more) == len(change.commits)
            for sha in more:
                assert change.base
                repo.git("merge-base", "--is-ancestor", sha, change.base)
                found.add(change.head)
    return frozenset(found)


def test_changes_of_random_histories_are_judged_alike(tmp_path: Path, seed: int) -> None:
    repo = random_history(seed + 90_000, tmp_path / "r", commits=40)
    rng = Random(seed)
    notes = rng.sample(repo.commits, 5)
    for sha in notes:
        repo.note("refs/notes/ai", sha, "a.py\n  abc 1-3\n---\n{}", fanout=rng.choice((0, 1)))
    found = both(repo, STRICT)
    assert_alike(found, misjudged(repo))
    assert sum(len(change.commits) for change, _, _ in found) == len(repo.git("rev-list", "main").split())


def test_small_batches_read_what_one_large_one_reads(
    tmp_path: Path, seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reading, "BATCH", 3)
    monkeypatch.setattr(reading.batches, "__defaults__", (3,))
    repo = random_history(seed + 91_000, tmp_path / "r", commits=25)
    assert_alike(both(repo, STRICT), misjudged(repo))


def test_every_commit_is_in_the_range_that_the_gate_walks(tmp_path: Path, seed: int) -> None:
    repo = random_history(seed + 92_000, tmp_path / "r", commits=40)
    but = misjudged(repo)
    with Repository(repo.root) as repository:
        for change in entered(repository, None, repo.resolve("main")):
            if change.base and change.head not in but:
                span = span_of(repository, change.base, change.head)
                assert span.commits == tuple(sha for sha, _ in change.commits)
                assert (span.base, span.bases, span.merges) == (change.base, (change.base,), change.merges)


def test_a_sha256_repository_is_judged_alike(tmp_path: Path) -> None:
    assert_alike(both(random_history(7, tmp_path / "r", commits=20, object_format="sha256"), STRICT))


def test_the_branch_that_a_merge_names_speaks_for_its_own_commits_alone(repo: RepoBuilder) -> None:
    repo.commit({PATH: REVIEWED, AUTH: "1\n"}, author=BO)
    repo.commit({AUTH: "1\n2\n"}, branch="topic", author=ADA)
    repo.commit({"x": "1\n"}, author=BO)
    repo.merge("topic", message="Merge branch 'claude/fix-login-x7Kq2'\n")
    repo.commit({AUTH: "1\n2\n3\n"}, author=ADA)
    repo.commit({"y": "1\n"}, branch="late", author=BO)
    repo.merge("main", branch="late", message="Merge branch 'claude/other-x7Kq2' into late\n")
    repo.merge("late", message="Merge branch 'late'\n", author=BO)
    repo.commit({"z": "1\n", AUTH: "1\n2\n3\n4\n"}, branch="last", author=ADA)
    repo.commit({"w": "1\n"}, branch="side", author=BO)
    repo.merge("side", branch="last", message="Merge branch 'claude/side-x7Kq2' into last\n", author=BO)
    repo.merge("last", message="Merge branch 'last'\n", author=BO)
    found = both(repo)
    assert_alike(found)
    grades = {f.grade.word for _, many, _ in found for f in many.findings if f.grade is not None}
    assert grades == {"none", "inferred"}


def test_agent_traces_are_those_of_each_head(repo: RepoBuilder) -> None:
    repo.commit({PATH: REVIEWED, AUTH: "1\n"}, author=BO)
    first = repo.commit({AUTH: "1\n2\n"}, author=ADA)
    talk = {"contributor": {"type": "ai"}, "ranges": [{"start_line": 1, "end_line": 9}]}
    files = [{"path": AUTH, "conversations": [talk]}]
    record = json.dumps({"version": "1.0", "vcs": {"type": "git", "revision": first}, "files": files})
    traced = repo.commit({".agent-trace/a.jsonl": record, AUTH: "1\n2\n3\n"}, author=ADA)
    repo.commit({".agent-trace/b": "x", AUTH: "1\n2\n3\n4\n"}, author=ADA)
    repo.commit({".agent-trace/a.jsonl": None, AUTH: "1\n2\n3\n4\n5\n"}, author=ADA)
    found = both(repo)
    assert_alike(found)
    declared = {change.head for change, many, _ in found for f in many.findings if f.grade is Grade.DECLARED}
    assert declared == {traced}


def test_each_change_has_the_policy_and_the_owners_of_its_base(repo: RepoBuilder) -> None:
    owned = REVIEWED.replace("reviewers: {humans: 1}", "reviewers: {owners: true}")
    repo.commit({AUTH: "1\n"}, author=BO)
    repo.commit({PATH: REVIEWED, AUTH: "1\n2\n"}, author=BO)
    repo.commit({"CODEOWNERS": "* @bo\n", AUTH: "1\n2\n3\n"}, f"Do\n\n{CLAUDE}\n", author=ADA)
    repo.commit({PATH: owned, AUTH: "1\n2\n3\n4\n"}, author=ADA)
    repo.commit({"CODEOWNERS": "* @cy\n", AUTH: "1\n2\n3\n4\n5\n"}, author=ADA)
    repo.commit({"CODEOWNERS": None, AUTH: "1\n"}, author=ADA)
    repo.commit({AUTH: "1\n2\n"}, author=ADA)
    found = both(repo)
    assert_alike(found)
    assert {name for _, many, _ in found for owed in many.obligations for name in owed.who} == {"@bo", "@cy"}
    with Repository(repo.root) as repository:
        newest = policy_at(repository, repo.resolve("main"))
    assert_alike(both(repo, newest))


def test_policies_of_folders_join_in(repo: RepoBuilder) -> None:
    inner = "version: 1\nrules: [{name: inner, match: {origins: [ai]}, require: {countersign: true}}]\n"
    repo.commit({PATH: REVIEWED, AUTH: "1\n", "lib/a": "1\n"}, author=BO)
    repo.commit({f"lib/{PATH}": inner, "lib/a": "1\n2\n"}, author=ADA)
    repo.commit({"lib/a": "1\n2\n3\n", "x": "1\n"}, author=ADA)
    for policy in (None, "newest"):
        with Repository(repo.root) as repository:
            given = policy_at(repository, repo.resolve("main")) if policy else None
        found = both(repo, given)
        assert_alike(found)
        assert any(finding.rule == "inner" for _, many, _ in found for finding in many.findings)


def test_what_cannot_be_judged_is_an_error_for_that_change_alone(repo: RepoBuilder) -> None:
    repo.commit({AUTH: "1\n"}, author=BO)
    repo.commit({PATH: "version: 1\nrulez: []\n"}, author=BO)
    repo.commit({AUTH: "1\n2\n"}, author=BO)
    repo.commit({PATH: REVIEWED}, author=BO)
    repo.commit({AUTH: "1\n2\n3\n"}, author=BO)
    found = both(repo)
    assert_alike(found)
    assert [many.outcome for _, many, _ in found] == [
        Outcome.FAIL, Outcome.ERROR, Outcome.ERROR, Outcome.PASS, Outcome.PASS,
    ]  # fmt: skip


def test_content_that_is_not_here_is_an_error_as_the_gate_says_it(repo: RepoBuilder) -> None:
    repo.commit({PATH: REVIEWED, AUTH: "1\n"}, author=BO)
    repo.commit({AUTH: "1\n2\n"}, author=BO)
    repo.commit({"x": "1\n"}, author=BO)
    partial = repo.partial_clone()
    found = both(partial, STRICT, head="HEAD")
    assert_alike(found)
    assert Outcome.ERROR in {many.outcome for _, many, _ in found}


def test_the_edge_of_a_shallow_clone_inside_a_branch_is_an_error_as_the_gate_says_it(repo: RepoBuilder) -> None:
    repo.commit({AUTH: "1\n"}, author=BO)
    for at in range(4):
        repo.commit({"t": f"{at}\n"}, branch="topic", author=BO)
    repo.commit({"x": "1\n"}, author=BO)
    repo.merge("topic", author=BO)
    repo.commit({"y": "1\n"}, author=BO)
    shallow = repo.shallow_clone(3)
    with Repository(shallow.root) as repository:
        tip = shallow.resolve("HEAD")
        changes = entered(repository, None, tip, 2)
        with closing(Replay(repository, tip, STRICT, None, DAY)) as replay:
            many = [each.verdict for each in replay.judge(changes)]
        alone = [gate(repository, each.base, each.head, STRICT, today=DAY) for each in changes]
    assert many == alone
    assert [verdict.outcome for verdict in many] == [Outcome.PASS, Outcome.ERROR]


def test_renames_within_a_change_are_those_of_git_diff(repo: RepoBuilder) -> None:
    text = "".join(f"{n}\n" for n in range(30))
    repo.commit({"a1": text, "a2": text.replace("7", "x"), "b": "1\n"}, author=BO)
    repo.commit({"a1": None, "a2": None, "c1": text + "new\n", "c2": text + "other\n", "c3": text}, author=ADA)
    repo.commit({"c1": None, "d": text + "new\nmore\n"}, branch="topic", author=ADA)
    repo.commit({"d": text + "new\nmore\nlast\n"}, branch="topic", author=ADA)
    repo.commit({"b": "1\n2\n"}, author=BO)
    repo.merge("topic", author=BO)
    assert_alike(both(repo, STRICT))
