"""What a signal is: a share or a quantity, its numerator and denominator, how sure it is, and what it cannot show.

The interval says between what the value would likely lie for other changes made in the same way (95 %). Lines of one
change are not independent of each other, so the change is the unit, not the line: the ratio of two sums over changes,
with the variance of its linear form (Cochran, Sampling Techniques, 6.3); where nothing varies, Wilson's interval.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

Z = 1.96  # two-sided, 95 %
Pair = tuple[float, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class Definition:
    """A signal before it is measured.

    `of` gives what a change, or a rehearsal, adds to numerator and denominator, or None where the signal is not about
    it. The unit is `share` (0 to 1) or `ms`; a quantity is told as the median, with the mean as numerator over
    denominator.
    """

    name: str
    meaning: str
    formula: str
    limits: str
    of: Callable[[Any], Pair | None]
    unit: str = "share"
    better: str = "high"


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """A signal with its numbers; `value` and the interval are None where there is nothing to measure."""

    definition: Definition
    numerator: float
    denominator: float
    changes: int  # how many changes, or rehearsals, it is about
    value: float | None
    low: float | None = None
    high: float | None = None


def measure(definition: Definition, changes: Iterable[Any]) -> Measured:
    """Measure one signal over some changes, or rehearsals."""
    pairs = [pair for change in changes if (pair := definition.of(change)) is not None]
    above, below = math.fsum(y for y, _ in pairs), math.fsum(x for _, x in pairs)
    value = low = high = None
    if below:
        if definition.unit == "share":
            value = above / below
            low, high = interval(pairs)
        else:
            value = _median([y / x for y, x in pairs if x])
    return Measured(
        definition=definition,
        numerator=_whole(above),
        denominator=_whole(below),
        changes=len(pairs),
        value=_rounded(value),
        low=_rounded(low),
        high=_rounded(high),
    )


def interval(pairs: Sequence[Pair]) -> tuple[float, float] | tuple[None, None]:
    """Between what a share would likely lie, at 95 %; nothing is said of fewer than two changes.

    Args:
        pairs: Numerator and denominator of each change.
    """
    counted = [pair for pair in pairs if pair[1]]
    many = len(counted)
    if many < 2:
        return None, None
    above, below = math.fsum(y for y, _ in counted), math.fsum(x for _, x in counted)
    share = above / below
    spread = math.fsum((y - share * x) ** 2 for y, x in counted)
    error = math.sqrt(many / (many - 1) * spread) / below
    if error == 0:
        return wilson(share, many)
    return max(0.0, share - Z * error), min(1.0, share + Z * error)


def wilson(share: float, many: int) -> tuple[float, float]:
    """Wilson's score interval (J. Am. Stat. Assoc. 22, 1927) of a share of so many."""
    middle = (share + Z**2 / (2 * many)) / (1 + Z**2 / many)
    reach = Z / (1 + Z**2 / many) * math.sqrt(share * (1 - share) / many + Z**2 / (4 * many**2))
    return max(0.0, middle - reach), min(1.0, middle + reach)


def _median(values: Sequence[float]) -> float | None:
    ordered, half = sorted(values), len(values) // 2
    if not ordered:
        return None
    return ordered[half] if len(ordered) % 2 else (ordered[half - 1] + ordered[half]) / 2


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 4)


def _whole(value: float) -> float:
    return int(value) if value == int(value) else round(value, 4)
