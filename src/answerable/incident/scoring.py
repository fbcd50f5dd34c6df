"""A score from its parts, always the same for the same facts: values from 0 to 1, each with its weight and its reason.

The score is the mean of the values by weight. A part that nothing is known about stays out of the mean, so that not
knowing neither accuses nor excuses; it is not shown either.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime

Part = tuple[str, float, float, str]  # name, value from 0 to 1, weight, why

_HALF = 90.0  # days after which the value of recency is a half


def part(name: str, value: float, weight: float, why: str) -> Part:
    """One part, its value rounded as it is shown: what is shown adds up to the score."""
    return name, round(min(max(value, 0.0), 1.0), 3), weight, why


def total(parts: Iterable[Part]) -> float:
    """The mean of the values by weight; 0 without any."""
    weighed = [(value, weight) for _, value, weight, _ in parts]
    whole = sum(weight for _, weight in weighed)
    return round(sum(value * weight for value, weight in weighed) / whole, 4) if whole else 0.0


def recency(moment: datetime, at: datetime, weight: float) -> Part:
    """How shortly before a moment something came in: 1 at the moment, a half after 90 days."""
    days = (moment - at).total_seconds() / 86_400
    if days < 0:
        return part("recency", 0.0, weight, "it came in after that moment")
    age = f"{days:.0f} days" if days >= 1 else "less than a day"
    return part("recency", 0.5 ** (days / _HALF), weight, f"it came in {age} before")


def moment_of(text: str | None) -> datetime | None:
    """A moment written as RFC 3339, or None where it is none."""
    try:
        found = datetime.fromisoformat(text) if text else None
    except ValueError:
        return None
    return found if found is None or found.tzinfo else found.replace(tzinfo=UTC)
