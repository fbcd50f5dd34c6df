"""Who is answerable for a path: the deciding entry, the people who are there, who is called when, and what is open."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from answerable.domain.grade import Grade
from answerable.ownership.file.read import load
from answerable.ownership.patterns import github
from answerable.ownership.resolve import NOBODY
from ownership.declared import FILE, NIGHT, WORKING, resolve, resolver

CALLS = "version: 1\npeople: {a: {name: A}, b: {name: B}}\nservices: [{name: s, owner: a, paths: ['*'], duties: %s}]\n"
TEAMS = """\
version: 1
people: {ada: {name: Ada, until: 2026-06-30}, bo: {name: Bo}}
teams: %s
paths: [{match: "*", owners: [one]}]
"""


def calls(duties: str, at: datetime = WORKING) -> list[tuple[int, str]]:
    return [(call.after, call.target) for call in resolve("x", at, CALLS % duties).calls]


def test_a_service_decides_before_a_rule_and_the_last_that_claims_the_path() -> None:
    services = [resolve(path).service for path in ("shop/checkout/a", "x.pay", "y")]
    assert [service.id if service else None for service in services] == ["checkout", "checkout", None]
    found = resolve("shop/checkout/refunds/a.pay")
    assert (found.service.id if found.service else None, found.owner and found.owner.people) == ("refunds", ("grace",))
    assert found.why == (
        "the service refunds claims `/shop/checkout/refunds/`, and is owned by grace: owners.yaml:33",
        "the service checkout matches as well and does not decide: owners.yaml:10",
        "`*` matches as well and does not decide: owners.yaml:35",
    )


def test_what_nobody_owns_on_purpose_is_not_given_to_whoever_owns_the_rest() -> None:
    found = resolve("docs/a.md", codeowners="* @larkspur/web\n")
    assert (found.owner, found.grade, found.response) == (None, Grade.NONE, ())
    assert NOBODY in found.gaps
    assert "`/docs/` is owned by nobody, as is said there: owners.yaml:36" in found.why


def test_everything_that_a_responder_needs_is_there() -> None:
    found = resolve("shop/checkout/a")
    assert [member.id for member in found.response] == ["ada", "grace"]
    assert [member.id for member in found.communication] == ["linnea"]
    assert [(call.after, call.target, call.contact, call.covers) for call in found.calls] == [
        (0, "payments", "#payments", "EMEA"),
        (15, "payments", "#payments", None),
        (40, "grace", None, None),
        (40, "shop", None, None),
        (65, "linnea", None, None),
    ]
    assert (found.clocks[0].within, found.templates[0].audience, found.grade) == (24, "press", Grade.DECLARED)
    assert found.gaps == ()


def test_an_hour_that_nobody_covers_is_a_gap_and_the_next_step_is_called() -> None:
    found = resolve("shop/checkout/a", NIGHT)
    assert [call.after for call in found.calls] == [15, 40, 40, 65]
    assert found.gaps == ("nobody covers wed 02:00 UTC: the step after 0 minutes reaches nobody",)


def test_somebody_who_left_is_not_called_from_the_day_after() -> None:
    for day, there in ((1, ["Linnea Berg"]), (2, [])):
        found = resolve("x", datetime(2027, 1, day, 12, tzinfo=UTC))
        assert [member.name for member in found.response] == there
        assert [member.name for call in found.calls for member in call.people] == there
    assert "nobody of shop is there on 2027-01-02" in found.gaps


def test_the_parent_answers_where_nobody_of_a_team_is_left() -> None:
    text = TEAMS % "{one: {members: [ada], parent: two}, two: {members: [bo]}}"
    assert [member.id for member in resolve("x", datetime(2026, 6, 30, tzinfo=UTC), text).response] == ["ada"]
    found = resolve("x", WORKING, text)
    assert [member.id for member in found.response] == ["bo"]
    assert "nobody of one is there on 2026-11-25: its parent two answers" in found.gaps


@pytest.mark.parametrize(
    ("teams", "gap"),
    [
        ("{one: {parent: one}}", "the teams one are each other's parents"),
        ("{one: {parent: two}, two: {parent: three}, three: {parent: two}}", "the teams two, three are each other's"),
        ("{one: {members: [cy, bo]}}", "cy, a member of one, is in no directory"),
        ("{one: {parent: gone}}", "gone is named, and is no team or person of the file"),
        ("{two: {}}", "one is named, and is no team or person of the file"),
    ],
)
def test_names_that_lead_nowhere_are_gaps_and_never_an_error(teams: str, gap: str) -> None:
    found = resolve("x", WORKING, TEAMS % teams)
    assert any(told.startswith(gap) for told in found.gaps), found.gaps
    assert found.owner is not None


def test_the_fallback_comes_as_long_after_the_last_step_as_that_after_the_one_before() -> None:
    assert calls("{escalation: [{notify: [a]}, {notify: [b], after: 20}], fallback: a}") == [
        (0, "a"),
        (20, "b"),
        (40, "a"),
    ]
    assert calls("{escalation: [{notify: [b], after: 5}], fallback: a}") == [(5, "b"), (20, "a")]
    assert calls("{fallback: b}") == [(0, "a"), (15, "b")]
    assert calls("{response: b}") == [(0, "b")]


def test_two_files_that_disagree_are_both_told_and_the_owners_file_counts_for_the_response() -> None:
    found = resolve("shop/checkout/a", codeowners="* @larkspur/all\n/shop/ @larkspur/web @zoe\n")
    assert found.owner
    assert found.owner.names == ("payments",)
    assert found.why[1] == (
        "the two files disagree: CODEOWNERS:2 names @larkspur/web @zoe, who are asked for review; "
        "for the response payments counts"
    )


@pytest.mark.parametrize("name", ["@larkspur/payments", "@Larkspur/Payments", "@ada", "grace@larkspur.example"])
def test_whoever_is_in_the_team_that_the_other_file_names_agrees_with_it(name: str) -> None:
    assert not any("disagree" in told for told in resolve("shop/checkout/a", codeowners=f"* {name}\n").why)


def test_a_team_without_names_on_the_forge_is_known_there_by_its_id() -> None:
    assert not any("disagree" in told for told in resolve("x", codeowners="* @any/shop\n").why)
    assert any("disagree" in told for told in resolve("shop/checkout/a", codeowners="* @any/payments\n").why)


def test_codeowners_speaks_where_the_owners_file_has_no_entry() -> None:
    text = "version: 1\npeople: {ada: {name: Ada, forge: [ada], contact: here}}\n"
    found = resolve("x", text=text, codeowners="* @ada @larkspur/web\n")
    assert found.owner
    assert found.owner.names == ("@larkspur/web", "@ada")
    assert [(call.target, call.contact) for call in found.calls] == [("ada", "here")]
    assert found.why == ("CODEOWNERS:1 names @larkspur/web @ada: `*`",)


def test_without_an_owners_file_that_is_the_gap() -> None:
    found = resolve("x", text="", codeowners="* @ada\n")
    assert (found.grade, found.calls) == (Grade.DECLARED, ())
    assert found.gaps == ("no escalation path is recorded for it: there is no owners file",)
    assert resolve("x", text="").gaps == (NOBODY,)


_NAMES = st.sampled_from(["a", "b", "c"])
_DEEP = st.lists(_NAMES, min_size=1, max_size=3).map("/".join)
_PATTERNS = st.one_of(
    _DEEP, _DEEP.map(lambda path: f"/{path}/"), st.just("*"), _NAMES.map(lambda n: f"*.{n}"),
    _NAMES.map(lambda n: f"**/{n}/*"),
)  # fmt: skip
_PATHS = st.lists(st.one_of(_NAMES, _NAMES.map(lambda n: f"x.{n}")), min_size=1, max_size=4).map("/".join)


@given(st.lists(st.tuples(_PATTERNS, st.booleans()), max_size=8), st.lists(_PATHS, max_size=8), st.none() | _PATTERNS)
def test_many_entries_decide_as_reading_them_one_by_one_would(
    entries: list[tuple[str, bool]], paths: list[str], asked: str | None
) -> None:
    services = [f"  - {{name: s{n}, owner: o, paths: ['{p}']}}" for n, (p, service) in enumerate(entries) if service]
    rules = [f"  - {{match: '{p}', owners: [r{n}]}}" for n, (p, service) in enumerate(entries) if not service]
    text = "\n".join(
        ["version: 1", *(["services:", *services] if services else []), *(["paths:", *rules] if rules else [])]
    )
    here = resolver(text, asked and f"{asked} @org/asked\n")
    for path, one in zip(paths, here.resolve_many([path.encode() for path in paths], WORKING), strict=True):
        wanted = None
        for kind in (True, False):
            matching = [n for n, (p, service) in enumerate(entries) if service is kind and github(p).matches(path)]
            wanted = wanted or (("o" if kind else f"r{matching[-1]}") if matching else None)
        if wanted is None and asked and github(asked).matches(path):
            wanted = "@org/asked"
        assert (one.owner.names[0] if one.owner else None) == wanted
        assert one.owner == here.owner(path.encode())
        alone = resolver(text, asked and f"{asked} @org/asked\n").resolve(path.encode(), WORKING)
        assert replace(alone, why=()) == replace(one, why=())
        assert alone.why[: len(one.why)] == one.why


@given(st.lists(st.tuples(st.sampled_from("abcd"), st.none() | st.sampled_from("abcd"), st.booleans()), max_size=6))
def test_any_teams_end(rows: list[tuple[str, str | None, bool]]) -> None:
    teams = {name: f"{{members: [{'p' if full else ''}]{f', parent: {up}' if up else ''}}}" for name, up, full in rows}
    told = ", ".join(f"{name}: {team}" for name, team in teams.items())
    text = f"version: 1\npeople: {{p: {{name: P}}}}\nteams: {{{told}}}\npaths: [{{match: '*', owners: [a]}}]\n"
    found = resolve("x", WORKING, text)
    assert found.response or found.gaps
    assert load(text.encode(), "o").teams is not None


def test_what_codeowners_says_of_one_path_is_not_told_of_another() -> None:
    asked = "/a/ @larkspur/web\n/b/ @larkspur/payments\n"
    for text in (FILE, "version: 1\n"):
        here = resolver(text, asked)
        paths = [b"a/x.pay", b"b/x.pay", b"c/x.pay"]
        assert here.resolve_many(paths, WORKING) == [resolver(text, asked).resolve_many([p], WORKING)[0] for p in paths]


def test_what_was_worked_out_for_one_moment_is_not_told_for_another() -> None:
    here = resolver()
    at = [WORKING, NIGHT, WORKING, WORKING + timedelta(days=400)]
    assert [len(here.resolve(b"shop/checkout/a", moment).calls) for moment in at] == [5, 4, 5, 5]
