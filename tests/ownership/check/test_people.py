"""Whoever is named and does not answer is found, by the day; and nobody is ever compared with anybody."""

from __future__ import annotations

import time
from datetime import UTC, datetime

import pytest

from answerable.domain.verdict import Severity
from answerable.ownership.check.finding import Kind
from ownership.check.looked import SOUND, looked, of, seen


def test_a_file_that_holds_is_found_to() -> None:
    assert looked(activity=seen("ada", "grace", "linnea")) == []


@pytest.mark.parametrize(
    ("old", "new", "role", "line"),
    [
        ("members: [linnea]", "members: [linnea, eve]", "a member of web", 8),
        ("owner: pay", "owner: eve", "the owner of payments", 10),
        ("response: pay", "response: eve", "who responds for payments", 10),
        ("{who: linnea}", "{who: eve}", "who speaks for payments", 10),
        ("{notify: [pay], after: 15}", "{notify: [eve], after: 15}", "the step after 15 minutes of payments", 17),
        ("fallback: linnea", "fallback: eve", "the fallback of payments", 10),
        ("timezone: UTC, who: ada", "timezone: UTC, who: eve", "the cover of payments in all", 19),
        ("owners: [web]", "owners: [web, eve]", "the owner of `*`", 21),
        ("{members: [linnea]}", "{members: [linnea], parent: eve}", "the parent of web", 8),
    ],
)
def test_a_person_in_no_directory_is_found_wherever_they_are_named(old: str, new: str, role: str, line: int) -> None:
    assert old in SOUND
    (found,) = of(Kind.UNKNOWN, looked(SOUND.replace(old, new)))
    assert (found.severity, found.about, found.position.line) == (Severity.ERROR, "eve", line)
    assert f"eve is named as {role}," in found.what


def test_who_codeowners_names_is_looked_up_by_login_team_and_address() -> None:
    known = "* @ada @larkspur/pay grace@larkspur.example @any-organisation/web\n"
    assert not of(Kind.UNKNOWN, looked(codeowners=known))
    (found,) = of(Kind.UNKNOWN, looked(codeowners="* @eve\n/docs/ @eve\n"))
    assert (found.severity, found.where, found.about) == (Severity.WARNING, "CODEOWNERS:1:1", "@eve")


def test_without_people_of_its_own_a_file_knows_nobody_to_compare_codeowners_with() -> None:
    assert not of(Kind.UNKNOWN, looked("version: 1\n", "* @eve\n"))


@pytest.mark.parametrize(
    ("parents", "circle"),
    [
        ({"a": "b", "b": "a"}, "a → b → a"),
        ({"a": "a"}, "a → a"),
        ({"x": "a", "a": "b", "b": "c", "c": "a"}, "a → b → c → a"),
    ],
)
def test_teams_that_are_each_others_parents_are_told_once(parents: dict[str, str], circle: str) -> None:
    teams = "".join(f"  {name}: {{members: [ada], parent: {parent}}}\n" for name, parent in parents.items())
    text = f"version: 1\npeople: {{ada: {{name: Ada}}}}\nteams:\n{teams}"
    (found,) = of(Kind.TEAM_CYCLE, looked(text))
    assert found.severity is Severity.ERROR
    assert circle in found.what


def test_a_long_line_of_parents_is_no_circle() -> None:
    teams = "".join(f"  t{n}: {{members: [], parent: t{n + 1}}}\n" for n in range(30))
    text = f"version: 1\npeople: {{ada: {{name: Ada}}}}\nteams:\n{teams}  t30: {{members: [ada]}}\n"
    assert not of(Kind.TEAM_CYCLE, looked(text))


LEAVING = SOUND.replace("git: [linnea@larkspur.example]", "git: [linnea@larkspur.example], until: 2026-12-31")


def test_a_duty_behind_which_nobody_is_left_is_an_error() -> None:
    findings = looked(LEAVING, at=datetime(2027, 1, 1, tzinfo=UTC))
    orphaned = {one.about: one for one in of(Kind.ORPHANED, findings)}
    assert set(orphaned) == {"linnea", "web"}
    assert "linnea left on 2026-12-31" in orphaned["linnea"].what
    assert "who speaks for payments, the fallback of payments" in orphaned["linnea"].what
    assert all(one.severity is Severity.ERROR for one in orphaned.values())
    (left,) = of(Kind.LEFT, findings)
    assert left.what == "linnea left on 2026-12-31, and is still a member of web"


@pytest.mark.parametrize(("month", "day", "told"), [(11, 30, 0), (12, 2, 2), (12, 31, 2)])
def test_who_leaves_soon_is_told_before_and_is_here_on_the_last_day(month: int, day: int, told: int) -> None:
    findings = looked(LEAVING, at=datetime(2026, month, day, 23, tzinfo=UTC))
    assert len(of(Kind.LEFT, findings)) == told
    assert not of(Kind.ORPHANED, findings)


def test_a_team_whose_parent_answers_for_it_is_not_orphaned() -> None:
    text = LEAVING.replace("web: {members: [linnea]}", "web: {members: [linnea], parent: pay}")
    findings = looked(text, at=datetime(2027, 1, 1, tzinfo=UTC))
    assert [one.about for one in of(Kind.ORPHANED, findings)] == ["linnea"]


def test_duties_behind_which_nobody_was_seen_are_told_and_people_beside_others_are_not() -> None:
    found = of(Kind.SILENT, looked(activity=seen("grace")))
    assert {one.about for one in found} == {"linnea", "web", "ada"}  # pay has Grace; Ada alone covers the hours
    assert all(one.severity is Severity.WARNING for one in found)
    assert "since 2026-08-27 (90 days): Linnea Berg" in found[0].what


def test_who_has_no_address_in_git_is_not_silent() -> None:
    text = SOUND.replace(", git: [linnea@larkspur.example]", "")
    assert not of(Kind.SILENT, looked(text, activity=seen("ada", "grace")))


def test_addresses_are_compared_without_regard_to_case() -> None:
    text = SOUND.replace("linnea@larkspur.example", "Linnea@Larkspur.example")
    assert not of(Kind.SILENT, looked(text, activity=seen("ada", "grace", "linnea")))


def test_no_finding_counts_what_anybody_did() -> None:
    told = " ".join(one.what + one.remedy for one in looked(activity=seen()))
    assert "commits" not in told


def test_a_file_of_teams_above_each_other_takes_no_time() -> None:
    teams = "".join(f"  t{n}: {{parent: t{n + 1}}}\n" for n in range(4000))
    rules = "".join(f"  - {{match: /{n}, owners: [t{n}]}}\n" for n in range(2000))
    text = f"version: 1\npeople: {{ada: {{name: Ada}}}}\nteams:\n{teams}  t4000: {{parent: t1}}\npaths:\n{rules}"
    began = time.process_time()
    findings = looked(text)
    assert time.process_time() - began < 20  # 1.5 s; each for each of them would be minutes
    (circle,) = of(Kind.TEAM_CYCLE, findings)
    assert len(circle.what) < 200
    assert max(len(one.what) for one in findings) < 2000


def test_reviewers_who_are_named_by_addresses_alone_can_be_silent_too() -> None:
    rules = "* eve@larkspur.example\n/docs/ @eve eve@larkspur.example\n/shop/ ADA@larkspur.example eve@x.example\n"
    found = of(Kind.SILENT, looked(None, rules, activity=seen("ada")))
    assert [(one.where, one.about) for one in found] == [("CODEOWNERS:1:1", "*")]
