"""What a policy would have done is counted by rule; an approval that is not in git is never a refusal that stood."""

from __future__ import annotations

from datetime import date

import pytest

from answerable.domain.verdict import Outcome
from answerable.git.repository import Repository
from answerable.policy.file.source import PATH, load
from answerable.policy.history import pool
from answerable.policy.simulate import NOISY, NOISY_FROM, RuleTally, Simulation, simulate
from builders import RepoBuilder
from policy.gating import ADA, AUTH, BO, CLAUDE, LAYERS

DAY = date(2026, 1, 1)
POLICY = (
    LAYERS
    + """rules:
  - name: review
    match: {layers: [critical]}
    require: {reviewers: {humans: 2, teams: [security]}}
  - name: evidence
    match: {layers: [critical], origins: [ai]}
    require: {grade: declared, checks: [tests]}
  - name: docs
    match: {layers: [peripheral]}
    require: {countersign: true}
    action: Warn
  - name: never
    match: {paths: ["/nowhere/"]}
    require: {countersign: true}
waivers:
  - {rule: evidence, paths: ["/src/auth/old.py"], who: ada, why: it goes, until: "2026-12-31"}
teams: {security: [bo@example.com]}
"""
)


def run(repo: RepoBuilder, text: str = POLICY, base: str | None = None, **more: object) -> Simulation:
    with Repository(repo.root) as repository:
        tip = repo.resolve("main")
        start = repo.resolve(base) if base else None
        policy = load(text.encode(), "tried")
        return simulate(repository, start, tip, policy, today=DAY, **more)  # type: ignore[arg-type]


def history(repo: RepoBuilder) -> str:
    """Four changes after a first one: undeclared, declared, documentation, and a merge of two commits elsewhere."""
    base = repo.commit({"a": "1\n"}, author=BO)
    repo.commit({AUTH: "1\n2\n"}, "undeclared\n", author=ADA)
    repo.commit({AUTH: "1\n2\n3\n"}, f"declared\n\n{CLAUDE}\n", author=ADA)
    repo.commit({"docs/x": "1\n"}, author=ADA)
    repo.commit({"t": "1\n"}, branch="topic", author=ADA)
    repo.commit({"t": "1\n2\n"}, branch="topic", author=ADA)
    repo.commit({"u": "1\n"}, author=ADA)
    repo.merge("topic", author=BO)
    return base


def test_changes_are_parted_by_what_is_against_them(repo: RepoBuilder) -> None:
    found = run(repo, base=history(repo))
    assert (found.judged, found.passed, found.asked, found.stopped, found.errors) == (5, 3, 1, 1, 0)
    assert [change.subject for change in found.failing()] == ["declared", "undeclared"]
    assert [change.subject for change in found.failing(assume_approved=True)] == ["undeclared"]
    assert [(change.outcome, change.left) for change in found.failing()] == [
        (Outcome.FAIL, Outcome.PASS),
        (Outcome.FAIL, Outcome.FAIL),
    ]


def test_each_rule_says_what_it_stops_asks_and_costs(repo: RepoBuilder) -> None:
    rules = run(repo, base=history(repo)).rules
    review, evidence, docs, never = (rules[name] for name in ("review", "evidence", "docs", "never"))
    assert (review.about, review.refused, review.stopped, review.asked, review.lines) == (2, 2, 0, 2, 3)
    assert (review.approvals, dict(review.who), dict(review.checks)) == (4, {"security": 2}, {})
    assert (evidence.about, evidence.refused, evidence.stopped, evidence.asked) == (2, 2, 1, 2)
    assert (evidence.approvals, dict(evidence.checks)) == (0, {"tests": 2})
    assert (docs.about, docs.refused, docs.stopped, docs.warned, docs.fired) == (1, 0, 0, 1, 1)
    assert never == RuleTally(name="never", action="Deny")


def test_what_one_rule_alone_refuses_is_told(repo: RepoBuilder) -> None:
    base = repo.commit({"a": "1\n"}, author=BO)
    repo.commit({AUTH: "1\n"}, author=ADA)
    alone = POLICY.replace("checks: [tests]", "grade: none").replace("grade: declared, ", "")
    rules = run(repo, alone, base=base).rules
    assert (rules["review"].alone, rules["evidence"].alone) == (1, 0)
    assert run(repo, base=base).rules["review"].alone == 0


def test_reasons_of_a_stopped_change_leave_out_what_reviewers_would_give(repo: RepoBuilder) -> None:
    found = run(repo, base=history(repo))
    asked, stopped = found.failing()
    assert [(r.rule, r.lines, r.path, r.start, r.end) for r in stopped.reasons] == [
        ("evidence", 2, AUTH.encode(), 1, 2)
    ]
    assert "provenance is none" in stopped.reasons[0].message
    assert "approval" not in stopped.reasons[0].message
    assert any("needs 2 independent approvals" in reason.message for reason in asked.reasons)


def test_an_approval_serves_several_rules_so_the_most_that_one_misses_counts(repo: RepoBuilder) -> None:
    base = repo.commit({"a": "1\n"}, author=BO)
    repo.commit({AUTH: "1\n"}, author=ADA)
    more = POLICY.replace(
        "waivers:", "  - {name: own, match: {layers: [critical]}, require: {reviewers: {humans: 1}}}\nwaivers:"
    )
    found = run(repo, more, base=base)
    assert found.approvals == 2
    assert (found.rules["review"].approvals, found.rules["own"].approvals) == (2, 1)


def test_what_is_waived_is_counted_and_refuses_nothing(repo: RepoBuilder) -> None:
    base = repo.commit({"a": "1\n"}, author=BO)
    repo.commit({"src/auth/old.py": "1\n2\n3\n"}, author=ADA)
    evidence = run(repo, base=base).rules["evidence"]
    assert (evidence.about, evidence.refused, evidence.warned, evidence.fired) == (1, 0, 0, 0)
    assert (evidence.waived, evidence.waived_lines) == (1, 3)


@pytest.mark.parametrize(
    ("fired", "judged", "noisy"),
    [
        (NOISY_FROM, 4 * NOISY_FROM - 1, True),
        (NOISY_FROM, 4 * NOISY_FROM, False),
        (NOISY_FROM - 1, 4, False),
        (0, 0, False),
    ],
)
def test_a_rule_is_noisy_where_it_fires_on_more_than_a_quarter_and_often_enough(
    fired: int, judged: int, noisy: bool
) -> None:
    assert NOISY == 0.25
    assert RuleTally(name="a", action="Deny", fired=fired).noisy(judged) is noisy


def test_a_policy_that_only_reports_refuses_nothing_unless_it_is_to_enforce(repo: RepoBuilder) -> None:
    base = history(repo)
    reporting = POLICY.replace("version: 1\n", "version: 1\nmode: report\n")
    found = run(repo, reporting, base=base)
    assert (found.reports, found.passed, found.rules["evidence"].warned) == (True, 5, 2)
    enforced = run(repo, reporting, base=base, enforce=True)
    assert (enforced.reports, enforced.asked, enforced.stopped) == (False, 1, 1)


def test_a_policy_under_another_is_enforced_with_it(repo: RepoBuilder) -> None:
    base = history(repo)
    above = load(POLICY.replace("version: 1\n", "version: 1\nmode: report\n").encode(), "above")
    joined = load(b"version: 1\nmode: report\n", "own", above)
    with Repository(repo.root) as repository:
        tip = repo.resolve("main")
        reported = simulate(repository, repo.resolve(base), tip, joined, today=DAY)
        enforced = simulate(repository, repo.resolve(base), tip, joined, today=DAY, enforce=True)
    assert (reported.asked, reported.stopped, enforced.asked, enforced.stopped) == (0, 0, 1, 1)


def test_the_policy_of_the_head_is_the_one_that_judges_and_each_takes_its_own(repo: RepoBuilder) -> None:
    base = repo.commit({"a": "1\n"}, author=BO)
    repo.commit({AUTH: "1\n"}, author=ADA)
    repo.commit({PATH: POLICY}, author=BO)
    repo.commit({AUTH: "1\n2\n"}, author=ADA)
    with Repository(repo.root) as repository:
        tip, start = repo.resolve("main"), repo.resolve(base)
        by_head = simulate(repository, start, tip, today=DAY)
        by_each = simulate(repository, start, tip, today=DAY, each=True)
    assert (by_head.stopped, by_each.stopped) == (2, 1)
    assert by_head.policy is not None
    assert by_each.policy is None
    assert set(by_each.rules) == {"critical-review", "known-origin", "review", "evidence"}


def test_the_newest_changes_are_those_of_a_limit(repo: RepoBuilder) -> None:
    history(repo)
    assert run(repo, limit=3).failing() == []
    assert [change.subject for change in run(repo, limit=4).failing()] == ["declared"]
    assert run(repo, limit=1).judged == 1


def test_a_range_without_changes_has_none(repo: RepoBuilder) -> None:
    history(repo)
    found = run(repo, base="main")
    assert (found.judged, found.failing(), found.rules["review"].share(found.judged)) == (0, [], 0.0)


def test_processes_count_what_one_counts(repo: RepoBuilder, monkeypatch: pytest.MonkeyPatch) -> None:
    base = history(repo)
    for at in range(20):
        repo.commit({AUTH: f"1\n{at}\n"}, f"{at}\n", author=ADA)
    alone = run(repo, base=base, processes=1)
    monkeypatch.setattr(pool, "MANY", 5)
    monkeypatch.setattr(pool, "_MOST", 3)
    many = run(repo, base=base, processes=3)
    assert many.failing() == alone.failing()
    assert many.rules == alone.rules
    assert (many.judged, many.passed, many.asked, many.stopped) == (25, alone.passed, alone.asked, alone.stopped)


def test_progress_is_told_change_by_change(repo: RepoBuilder) -> None:
    base = history(repo)
    told: list[tuple[str, int, int]] = []
    run(repo, base=base, progress=lambda *one: told.append(one))
    assert told == [("judging changes", at, 5) for at in range(1, 6)]


def test_a_checklist_and_a_report_of_findings_are_asked_for_and_refuse_nothing_for_good(repo: RepoBuilder) -> None:
    base = repo.commit({"a": "1\n"}, author=BO)
    repo.commit({AUTH: "1\n"}, author=ADA)
    rules = "rules:\n  - {name: asked, match: {layers: [critical]}, require: {checklist: true}}\n"
    rules += "  - {name: analysed, match: {layers: [critical]}, require: {findings: {required: true}}}\n"
    found = run(repo, LAYERS + rules, base=base)
    assert (found.asked, found.stopped, found.approvals) == (1, 0, 0)
    assert (found.rules["asked"].refused, found.rules["asked"].asked) == (1, 1)
    assert (found.rules["analysed"].refused, found.rules["analysed"].asked) == (1, 1)
    assert list(found.rules["analysed"].checks) == ["a report of findings"]
