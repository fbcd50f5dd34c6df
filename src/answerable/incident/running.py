"""The sixth question: where it runs, as recorded; a release that contains it is not said to be a deployment."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from answerable.domain.answer import Question, Span
from answerable.domain.decision import order
from answerable.domain.deployment import Place, Running, State, Whereabouts
from answerable.domain.grade import Grade

_MOST = 3
_DEPLOY = "record each deployment in its pipeline: answerable record deploy REVISION --environment NAME"
_SIGN = "let a key that the ledger trusts for deploy record it: answerable ledger key add FILE --for ID --kind deploy"
_FETCH = "fetch the revisions that run, then ask again: git fetch --all --tags"


def question(spans: Sequence[Span]) -> Question:
    """Where these lines run."""
    known = [span.whereabouts for span in spans if span.whereabouts.recorded]
    if not known:
        return _released(spans)
    places = places_of(known)
    absent = dict.fromkeys(sha for one in known for sha in one.absent)
    gap, remedy = _gap(known, places, len(spans), list(absent))
    if places:
        grade = min(place.grade for place in places)
        return Question(id="running", answer=listed(places), grade=grade, gap=gap, remedy=remedy)
    if absent:
        return Question(id="running", answer=None, gap=gap, remedy=remedy)
    told = known[0]
    count = "the only place" if told.recorded == 1 else f"none of the {told.recorded} places"
    answer = f"nowhere that is recorded: {count} where something runs {'lacks' if told.recorded == 1 else 'has'} it"
    return Question(id="running", answer=answer, grade=told.grade, gap=gap, remedy=remedy)


def _released(spans: Sequence[Span]) -> Question:
    releases = list(dict.fromkeys(span.delivery.release for span in spans if span.delivery.release))
    gap = "no deployment is recorded, so where it runs is not known"
    if not releases:
        return Question(id="running", answer=None, gap=f"{gap}; no release is known to contain it", remedy=_DEPLOY)
    more = f" and {len(releases) - _MOST:,} more" if len(releases) > _MOST else ""
    answer = f"contained in release {'; '.join(releases[:_MOST])}{more}"
    return Question(id="running", answer=answer, grade=Grade.INFERRED, gap=gap, remedy=_DEPLOY)


def _gap(
    known: Sequence[Whereabouts], places: Sequence[Running], spans: int, absent: Sequence[str]
) -> tuple[str | None, str | None]:
    gaps, remedy = [], None
    if len(absent):
        are = "1 revision that runs is" if len(absent) == 1 else f"{len(absent)} revisions that run are"
        gaps.append(f"{are} not in this clone ({', '.join(sha[:12] for sha in absent[:_MOST])})")
        remedy = _FETCH
    if any(place.grade <= Grade.DECLARED for place in places):
        gaps.append("a key that the ledger does not trust says so")
        remedy = remedy or _SIGN
    if (missing := sum(not one.places for one in known) + spans - len(known)) and places:
        gaps.append(f"{missing} of {spans} spans run nowhere that is recorded")
        remedy = remedy or _DEPLOY
    return "; ".join(gaps) or None, remedy


def places_of(known: Iterable[Whereabouts]) -> list[Running]:
    """Everywhere, each place and revision once, the surest and newest first."""
    found = dict.fromkeys(place for one in known for place in one.places)
    newest = sorted(found, key=lambda place: order(place.since), reverse=True)
    return sorted(newest, key=lambda place: place.state is not State.ACTIVE)


def listed(places: Sequence[Running]) -> str:
    """The places in words; what may run there stands after what does."""
    words = [place_words(place) for place in places]
    more = f" and {len(words) - _MOST:,} more" if len(words) > _MOST else ""
    return "; ".join(words[:_MOST]) + more


def place_words(place: Running) -> str:
    """One place: where, how much of it, since when, in which revision."""
    parts = [place.environment]
    if place.service:
        parts.append(f"service {place.service}")
    if place.region or place.jurisdiction:
        law = f" ({place.jurisdiction})" if place.region and place.jurisdiction else ""
        parts.append(f"{place.region or place.jurisdiction}{law}")
    if place.cohort:
        parts.append(f"cohort {place.cohort}")
    if place.wave:
        parts.append(f"wave {place.wave}")
    where = ", ".join(parts) + _but_not(place)
    if place.state is State.UNREPORTED:
        some = f"on up to {place.devices:,} devices that have" if place.devices is not None else "on devices that have"
        return f"{where}: maybe {some} not reported since, {place.revision[:12]}"
    share = f" at most {place.percent}% of it," if place.percent is not None else ""
    return f"{where}:{share} {place.revision[:12]} since {place.since}"


def _but_not(place: Running) -> str:
    """The parts of a place where it is not so, each by what narrows it."""
    parts = [" ".join(_narrowed(place, part).values()) for part in place.but_not]
    more = f" and {len(parts) - _MOST} more" if len(parts) > _MOST else ""
    return f" (not in {', '.join(parts[:_MOST])}{more})" if parts else ""


def _narrowed(place: Running, part: Place) -> dict[str, str]:
    pairs = zip(Place._fields, place.place, part, strict=True)
    return {name: inner for name, outer, inner in pairs if outer is None and inner is not None}


def running_document(place: Running) -> dict[str, object]:
    """One place, as every document gives it."""
    return {
        "environment": place.environment,
        "revision": place.revision,
        "since": place.since,
        "state": place.state.value,
        "service": place.service,
        "region": place.region,
        "jurisdiction": place.jurisdiction,
        "cohort": place.cohort,
        "wave": place.wave,
        "percent": place.percent,
        "devices": place.devices,
        "artifact": place.artifact,
        "but_not": [_narrowed(place, part) for part in place.but_not],
        "grade": place.grade.word,
        "decision": place.decision,
    }
