"""Findings of analysers over a change: what is new fails where a rule says so, what stands is told, and no more."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from answerable.domain.verdict import Finding, Outcome, Severity, Verdict
from answerable.policy import analysed
from answerable.policy.judge import require_findings
from builders import RepoBuilder
from policy.gating import ADA, AUTH, CLAUDE, LAYERS, failing, policed, verdict
from review.sarif.making import log, place, result, run

RULE = """rules:
  - name: analysed
    match: {layers: [critical], origins: [ai]}
    require:
      findings: %s
"""


def policy(findings: str = "{level: warning}", more: str = "") -> str:
    return LAYERS + RULE % findings + more


@pytest.fixture
def change(repo: RepoBuilder) -> RepoBuilder:
    """Line 3 of a critical file, line 3 of a standard one, on `main`; `main~1` is the base."""
    policed(repo, policy(), **{"lib/a.py": "a\nb\n"})
    repo.commit({AUTH: "a\nb\nc\n", "lib/a.py": "a\nb\nc\n"}, f"Do\n\n{CLAUDE}\n", author=ADA)
    return repo


def judged(repo: RepoBuilder, *results: dict[str, Any], base: str = "main~1", **more: Any) -> Verdict:
    file = repo.root.parent / "found.sarif"
    file.write_bytes(log(run(*results)))
    return verdict(repo, base, findings=[file], **more)


def places(found: Verdict, severity: Severity) -> list[tuple[bytes | None, int | None]]:
    return [(one.path, one.start) for one in found.findings if one.severity is severity]


def only(found: Verdict) -> Finding:
    (one,) = found.findings
    return one


def test_on_an_ai_line_of_a_critical_layer_it_fails_and_is_told_whole(change: RepoBuilder) -> None:
    found = judged(change, result(place(AUTH, 3), level="error", message={"text": "eval of input"}))
    assert found.outcome is Outcome.FAIL
    one = only(found)
    assert (one.rule, one.severity, one.path, one.start, one.end) == ("analysed", Severity.ERROR, AUTH.encode(), 3, 3)
    assert one.message == "Tool R1 (error): eval of input"
    assert one.origin
    assert one.origin.value == "ai"
    assert one.analysed
    assert (one.analysed.tool, one.analysed.rule, one.analysed.level, one.analysed.standing) == (
        *("Tool", "R1", "error"),
        False,
    )
    assert one.remedy


def test_the_same_on_an_untouched_line_is_a_warning(change: RepoBuilder) -> None:
    found = judged(change, result(place(AUTH, 1), level="error"))
    assert found.outcome is Outcome.PASS
    assert places(found, Severity.WARNING) == [(AUTH.encode(), 1)]
    assert only(found).analysed
    assert only(found).analysed.standing  # type: ignore[union-attr]
    assert "the change does not touch" in only(found).message


def test_what_no_rule_is_about_is_counted_and_not_told(change: RepoBuilder) -> None:
    found = judged(change, result(place("lib/a.py", 3)), result(place("lib/a.py", 1)))
    assert (found.outcome, found.findings) == (Outcome.PASS, ())
    assert "findings of Tool: 1 on what the change adds, 1 elsewhere" in found.notes


def test_below_the_level_it_is_neither_new_nor_standing(change: RepoBuilder) -> None:
    found = judged(change, result(place(AUTH, 3), level="note"), result(place(AUTH, 1), level="note"))
    assert (found.outcome, found.findings) == (Outcome.PASS, ())


def test_a_file_that_the_change_leaves_alone_is_told_with_the_origin_of_its_lines(repo: RepoBuilder) -> None:
    policed(repo, policy(), **{"src/auth/old.py": "1\n"})
    repo.commit({"src/auth/old.py": "1\n2\n"}, f"Do\n\n{CLAUDE}\n", author=ADA)
    repo.commit({"lib/a.py": "1\n"}, author=ADA)
    found = judged(repo, result(place("src/auth/old.py", 2)), result(place("src/auth/old.py", 1)))
    told = {one.start: one.origin.value for one in found.findings if one.origin}
    assert told == {1: "unknown", 2: "ai"}
    assert found.outcome is Outcome.PASS


def test_one_on_the_whole_file_is_on_whatever_the_change_does_to_it(change: RepoBuilder) -> None:
    assert judged(change, result(place(AUTH))).outcome is Outcome.FAIL
    change.commit({AUTH: "a\nb\n"}, author=ADA)
    assert judged(change, result(place(AUTH))).outcome is Outcome.FAIL, "lines that went are a change of the file"


def test_one_that_reaches_over_old_and_new_lines_is_new(change: RepoBuilder) -> None:
    assert judged(change, result(place(AUTH, 1, 3))).outcome is Outcome.FAIL
    assert judged(change, result(place(AUTH, 1, 2))).outcome is Outcome.PASS


def test_of_several_places_one_is_enough(change: RepoBuilder) -> None:
    found = judged(change, result(place(AUTH, 1), place(AUTH, 3)))
    assert places(found, Severity.ERROR) == [(AUTH.encode(), 3)]
    assert places(found, Severity.WARNING) == [(AUTH.encode(), 1)]


@pytest.mark.parametrize(
    ("asked", "outcome"),
    [
        ("{level: error}", Outcome.PASS),
        ("{tools: [other]}", Outcome.PASS),
        ("{tools: [TOOL]}", Outcome.FAIL),
        ("{rules: [R2]}", Outcome.PASS),
        ("{rules: ['R*']}", Outcome.FAIL),
        ("{most: 1}", Outcome.FAIL),
        ("{most: 2}", Outcome.PASS),
    ],
)
def test_a_rule_says_which_and_how_many(repo: RepoBuilder, asked: str, outcome: Outcome) -> None:
    policed(repo, policy(asked))
    repo.commit({AUTH: "a\nb\nc\n"}, author=ADA)
    found = judged(repo, result(place(AUTH, 3)), result(place(AUTH, 3), message={"text": "another"}))
    assert found.outcome is outcome
    assert len(failing(found)) == (2 if outcome is Outcome.FAIL else 0)


def test_without_a_report_a_rule_is_met_unless_it_requires_one(repo: RepoBuilder) -> None:
    policed(repo, policy("{required: true, tools: [bandit]}"))
    repo.commit({AUTH: "a\nb\nc\n"}, author=ADA)
    none = verdict(repo, "main~1")
    assert none.outcome is Outcome.FAIL
    assert [(o.kind, o.met, o.have) for o in none.obligations] == [("findings", False, "none was given")]
    other = judged(repo)
    assert other.outcome is Outcome.FAIL
    file = repo.root.parent / "bandit.sarif"
    file.write_bytes(log({**run(), "tool": {"driver": {"name": "Bandit"}}}))
    assert verdict(repo, "main~1", findings=[file]).outcome is Outcome.PASS


def test_a_comment_beside_it_does_not_silence_what_is_new_and_something_elsewhere_does(change: RepoBuilder) -> None:
    silenced = result(place(AUTH, 3), suppressions=[{"kind": "inSource"}])
    found = judged(change, silenced)
    assert found.outcome is Outcome.FAIL
    assert "silenced by a comment beside it" in only(found).message
    assert judged(change, result(place(AUTH, 3), suppressions=[{"kind": "external"}])).outcome is Outcome.PASS
    standing = judged(change, result(place(AUTH, 1), suppressions=[{"kind": "inSource"}]))
    assert (standing.outcome, standing.findings) == (Outcome.PASS, ())


def test_a_waiver_keeps_it_from_failing_and_is_counted_once_for_its_lines(repo: RepoBuilder) -> None:
    waiver = "waivers:\n  - {rule: analysed, paths: [/src/auth/], who: bo, why: known, until: 2999-01-01}\n"
    policed(repo, policy(more=waiver))
    repo.commit({AUTH: "a\nb\nc\n"}, author=ADA)
    found = judged(repo, result(place(AUTH, 3)), result(place(AUTH, 3), message={"text": "another"}))
    assert found.outcome is Outcome.PASS
    assert all(one.waived_by for one in found.findings)
    assert [(waived.lines, waived.holds) for waived in found.waivers] == [(1, True)]


def test_lines_that_only_moved_with_a_file_stand(repo: RepoBuilder) -> None:
    policed(repo, policy(), **{"src/auth/old.py": "".join(f"{n}\n" for n in range(20))})
    repo.commit({"src/auth/old.py": None, "src/auth/new.py": "".join(f"{n}\n" for n in range(20))}, author=ADA)
    found = judged(repo, result(place("src/auth/new.py", 5)))
    assert found.outcome is Outcome.PASS
    assert places(found, Severity.WARNING) == [(b"src/auth/new.py", 5)]


def test_lines_that_moved_into_a_layer_of_more_at_stake_count(repo: RepoBuilder) -> None:
    policed(repo, policy(), **{"lib/old.py": "".join(f"{n}\n" for n in range(20))})
    repo.commit({"lib/old.py": None, "src/auth/new.py": "".join(f"{n}\n" for n in range(20))}, author=ADA)
    assert judged(repo, result(place("src/auth/new.py", 5))).outcome is Outcome.FAIL


def test_no_rule_that_asks_is_said(repo: RepoBuilder) -> None:
    policed(repo)
    repo.commit({AUTH: "a\nb\nc\n"}, author=ADA)
    found = judged(repo, result(place(AUTH, 3)))
    assert "no rule of the policy asks for findings, so none of them counts" in found.notes


def test_the_digest_of_the_inputs_is_of_the_reports_too(change: RepoBuilder) -> None:
    digests = {
        verdict(change, "main~1").inputs_digest,
        judged(change).inputs_digest,
        judged(change, result(place("lib/a.py", 1))).inputs_digest,
    }
    assert len(digests) == 3
    assert judged(change, result(place(AUTH, 3))) == judged(change, result(place(AUTH, 3)))


def test_many_are_told_up_to_a_bound_with_how_many_more(change: RepoBuilder, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(require_findings, "MOST_TOLD", 3)
    monkeypatch.setattr(analysed, "MOST_STANDING", 2)
    new = [result(place(AUTH, 3), message={"text": f"new {n}"}) for n in range(7)]
    old = [result(place(AUTH, 1), message={"text": f"old {n}"}) for n in range(5)]
    found = judged(change, *new, *old)
    assert len(failing(found)) == 4
    assert "4 more findings of analysers" in failing(found)[-1].message
    assert len(places(found, Severity.WARNING)) == 2
    assert any("3 more findings on lines that the change does not touch" in note for note in found.notes)


def test_an_unreadable_report_is_an_error_that_names_it(change: RepoBuilder, tmp_path: Path) -> None:
    (tmp_path / "x.sarif").write_text("{")
    found = verdict(change, "main~1", findings=[tmp_path / "x.sarif"])
    assert (found.outcome, found.findings) == (Outcome.ERROR, ())
    assert found.problem
    assert "x.sarif: line 1, column 2" in found.problem
    assert found.remedy
    many = verdict(change, "main~1", findings=[tmp_path / "x.sarif"] * 51)
    assert many.outcome is Outcome.ERROR
