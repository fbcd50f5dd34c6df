"""Owners files of every shape, for properties: all that the file can say, in any combination."""

from __future__ import annotations

from datetime import date

from hypothesis import strategies as st

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
    Template,
)

_IDS = st.from_regex(r"[a-z][a-z0-9._-]{0,8}", fullmatch=True).filter(lambda text: text != "cover")
_TEXTS = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=20).filter(str.strip)
_PATTERNS = st.from_regex(r"/?[a-z*][a-z0-9*._ -]{0,6}(?:/[a-z*]{1,4}){0,2}/?", fullmatch=True)
_MAILS = st.from_regex(r"[a-z]{1,6}@[a-z]{1,6}\.example", fullmatch=True)
_LOGINS = st.from_regex(r"[a-z][a-z0-9-]{0,6}", fullmatch=True)
_TIMES = st.sampled_from(["00:00", "09:30", "17:00", "23:59"])
_PLACES = st.sampled_from(["EU", "US-CA", "night"])
_SEVERITIES = st.lists(st.sampled_from(["low", "critical"]), max_size=2, unique=True).map(
    lambda given: tuple(word for word in ("low", "critical") if word in given)
)


def _some(each: st.SearchStrategy[str]) -> st.SearchStrategy[tuple[str, ...]]:
    return st.lists(each, max_size=3, unique=True).map(tuple)


@st.composite
def owners(draw: st.DrawFn) -> Owners:
    """Any owners that a file can say."""
    ids = draw(st.lists(_IDS, min_size=4, max_size=8, unique=True))
    people, teams = ids[: len(ids) // 2], ids[len(ids) // 2 :]
    names = st.sampled_from(ids)
    return Owners(
        people=tuple(
            Member(
                id=one, name=draw(_TEXTS), git=draw(_some(_MAILS)), forge=draw(_some(_LOGINS)),
                sso=draw(st.none() | _TEXTS), pagerduty=draw(st.none() | st.just(f"P{at}")),
                contact=draw(st.none() | _TEXTS), until=draw(st.none() | st.dates(date(2000, 1, 1), date(2099, 1, 1))),
            )
            for at, one in enumerate(people)
        ),
        teams=tuple(
            Team(
                id=one, name=draw(_TEXTS), members=draw(_some(st.sampled_from(people))),
                parent=draw(st.none() | st.sampled_from(teams)), forge=draw(_some(_LOGINS.map(lambda t: f"org/{t}"))),
                contact=draw(st.none() | _TEXTS),
            )
            for one in teams
        ),
        services=tuple(draw(_services(one, names)) for one in draw(st.lists(_IDS, max_size=3, unique=True))),
        paths=tuple(
            PathRule(pattern=draw(_PATTERNS), owners=draw(_some(names))) for _ in range(draw(st.integers(0, 4)))
        ),
    )  # fmt: skip


@st.composite
def _services(draw: st.DrawFn, named: str, names: st.SearchStrategy[str]) -> Service:
    steps = draw(st.lists(st.integers(0, 500), max_size=3))
    outside = draw(st.none() | names)
    template = st.builds(Template, text=_TEXTS, severity=_SEVERITIES, jurisdiction=_some(_PLACES), audience=_TEXTS)
    cover = st.builds(
        Cover, region=_PLACES, timezone=st.sampled_from(["UTC", "Europe/Stockholm"]), who=names, start=_TIMES,
        end=_TIMES | st.just("24:00"),
        days=st.lists(st.sampled_from(DAYS), min_size=1, unique=True).map(
            lambda given: tuple(day for day in DAYS if day in given)
        ),
    )  # fmt: skip
    clock = st.builds(
        Clock, jurisdiction=_PLACES, to=_TEXTS, within=st.integers(0, 100), regulation=st.none() | _TEXTS,
        severity=_SEVERITIES, who=st.none() | names,
    )  # fmt: skip
    return Service(
        id=named,
        name=draw(_TEXTS),
        owner=draw(names),
        paths=draw(_some(_PATTERNS)),
        tier=draw(st.none() | st.integers(0, 4)),
        jurisdictions=draw(_some(_PLACES)),
        links=draw(st.dictionaries(_IDS, st.just("https://x.example/y"), max_size=2).map(lambda d: tuple(d.items()))),
        duties=Duties(
            response=draw(st.none() | names),
            communication=outside,
            templates=tuple(draw(st.lists(template, max_size=2))) if outside else (),
            escalation=tuple(
                Step(notify=draw(_some(names | st.just("cover")).filter(bool)), after=after) for after in sorted(steps)
            ),
            fallback=draw(st.none() | names),
            cover=tuple(draw(st.lists(cover, max_size=2))),
            clocks=tuple(draw(st.lists(clock, max_size=2))),
        ),
    )
