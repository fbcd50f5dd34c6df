"""What `owners check` says of hours is what `owners resolve` does in them; no file that can be read stops a check."""

from __future__ import annotations

from datetime import date, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from answerable.domain.fault import Position
from answerable.ownership.check import uncovered
from answerable.ownership.check.asked import Asked
from answerable.ownership.check.cover import year_of
from answerable.ownership.check.files import Files
from answerable.ownership.check.run import look
from answerable.ownership.codeowners import Dialect, parse
from answerable.ownership.directory import Directory
from answerable.ownership.escalation import Walk
from answerable.ownership.model import (
    DAYS,
    Clock,
    Cover,
    Duties,
    Member,
    Owners,
    PathRule,
    Service,
    Step,
    Team,
)
from ownership.check.looked import NOW, TREE, seen

AT = Position(3, 7)
names = st.sampled_from(["ada", "bo", "eve", "team", "crew", "nobody"])
days = st.none() | st.dates(date(2026, 11, 1), date(2027, 12, 1)) | st.sampled_from([date(2026, 11, 25), date.max])
clocks = st.sampled_from(["00:00", "02:30", "09:00", "17:00", "24:00"])
hours = st.builds(
    Cover,
    region=st.sampled_from(["a", "b"]),
    timezone=st.sampled_from(["UTC", "Europe/Stockholm", "America/New_York", "Nowhere/At_All"]),
    who=names,
    days=st.lists(st.sampled_from(DAYS), min_size=1, unique=True).map(tuple),
    start=clocks,
    end=clocks,
    position=st.just(AT),
)
some = st.lists(names, max_size=3).map(tuple)
members = st.builds(
    Member, id=st.just("x"), name=st.just("X"), git=st.sampled_from([(), ("ada@larkspur.example",)]), until=days,
    position=st.just(AT),
)  # fmt: skip
steps = st.builds(
    Step, notify=st.lists(names | st.just("cover"), min_size=1, max_size=3).map(tuple), after=st.integers(0, 60),
    position=st.just(AT),
)  # fmt: skip
reports = st.builds(Clock, jurisdiction=st.just("EU"), to=st.just("x"), within=st.just(1), who=names)
duties = st.builds(
    Duties, response=st.none() | names, communication=st.none() | names, fallback=st.none() | names,
    escalation=st.lists(steps, max_size=3).map(tuple), cover=st.lists(hours, max_size=3).map(tuple),
    clocks=st.lists(reports, max_size=2).map(tuple),
)  # fmt: skip
patterns = st.sampled_from(["*", "/shop/", "/shop/pay/card.py", "docs/*", "/none"])
services = st.builds(
    Service, id=st.sampled_from(["s1", "s2", "s3"]), name=st.just("S"), owner=names, duties=duties,
    paths=st.lists(patterns, max_size=2).map(tuple), tier=st.none() | st.integers(0, 4), position=st.just(AT),
)  # fmt: skip
owners_files = st.builds(
    Owners,
    people=st.tuples(members, members, members).map(
        lambda three: tuple(
            Member(id=name, name=name, git=one.git, until=one.until, position=AT)
            for name, one in zip(("ada", "bo", "eve"), three, strict=True)
        )
    ),
    teams=st.tuples(some, some, st.none() | names, st.none() | names).map(
        lambda four: (
            Team(id="team", name="T", members=four[0], parent=four[2], position=AT),
            Team(id="crew", name="C", members=four[1], parent=four[3], position=AT),
        )
    ),
    services=st.lists(services, max_size=3, unique_by=lambda one: one.id).map(tuple),
    paths=st.lists(st.builds(PathRule, pattern=patterns, owners=some, position=st.just(AT)), max_size=3).map(tuple),
    source=st.just("owners.yaml"),
)
codeowners = st.none() | st.lists(
    st.sampled_from(["* @ada", "/shop/ @org/team", "docs/* eve@x.example", "/none/", "!x @a", "[Docs] @bo", "x y"])
).map("\n".join)


def asked(owners: Owners, rules: str | None = None, dialect: Dialect = Dialect.GITHUB, *seen_there: str) -> Asked:
    found = parse(rules.encode(), dialect) if rules is not None else None
    activity = seen(*seen_there) if seen_there else None
    return Asked(owners=owners, codeowners=found, source="CODEOWNERS", files=TREE, at=NOW, activity=activity)


@settings(max_examples=150)
@given(
    owners=owners_files, rules=codeowners, dialect=st.sampled_from(Dialect), seen_there=st.sampled_from([(), ("bo",)])
)
def test_no_file_that_can_be_read_stops_a_check(
    owners: Owners, rules: str | None, dialect: Dialect, seen_there: tuple[str, ...]
) -> None:
    whole = asked(owners, rules, dialect, *seen_there)
    years = uncovered.years(whole)
    found = look(whole, Files(whole), years)
    assert found == look(whole, Files(whole), years)
    for one in found:
        assert one.what
        assert one.remedy
        assert one.position.line >= 1
        assert "\n" not in one.what


@settings(max_examples=100)
@given(owners=owners_files, minute=st.integers(0, 300 * 1440))
def test_an_hour_is_told_as_open_exactly_where_resolve_finds_nobody_for_it(owners: Owners, minute: int) -> None:
    whole, at = asked(owners), NOW + timedelta(minutes=minute)
    for service in owners.services:
        if not service.duties.cover:
            continue
        calling = Duties(cover=service.duties.cover, escalation=(Step(notify=("cover",)),))
        calls = Walk(Directory(owners), calling, (), at).calls
        year = uncovered.years(whole)[service.id]
        told = year_of(service.duties.cover, whole.until, at.replace(second=0), days=1)
        assert any(call.people for call in calls) == (not any(gap.start <= at < gap.end for gap in told.gaps))
        assert year.seconds + year.open_seconds == 366 * 86_400


@given(owners=owners_files, offset=st.integers(0, 400))
def test_somebody_is_there_for_a_name_until_the_day_that_is_told(owners: Owners, offset: int) -> None:
    whole = asked(owners)
    day = NOW.date() + timedelta(days=offset)
    for name in ("ada", "team", "crew"):
        until = whole.until(name)
        assert bool(whole.directory.here(name, day)[0]) == (until is not None and day <= until)
