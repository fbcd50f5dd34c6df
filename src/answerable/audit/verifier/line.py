"""The main line in order: when each commit of it is believed to have come in, where clocks disagree."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence

SLACK = 86_400  # seconds by which clocks may differ without a word


def believed(said: Sequence[int], now: int) -> list[int]:
    """When commits came in, newest first: what came in later is no earlier.

    The clocks of the longest run that agrees with the order are believed, those of the rest are held between its
    neighbours; so a few wrong clocks move nothing but themselves. A clock ahead of `now` is wrong.

    Args:
        said: What the commits say, in seconds since 1970, newest first.
        now: This moment.
    """
    agreed = _agreed(said, now + SLACK)
    floors = [0] * len(said)  # of each, the nearest moment before it that is believed
    floor = 0
    for at in reversed(range(len(said))):
        floor = said[at] if at in agreed else floor
        floors[at] = floor
    found: list[int] = []
    ceiling = max([now + SLACK, *(said[at] for at in agreed)])
    for at, moment in enumerate(said):
        ahead = moment > now + SLACK
        ceiling = min(floors[at] if ahead and not found else max(moment, floors[at]), ceiling)
        found.append(ceiling)
    return found


def _agreed(said: Sequence[int], latest: int) -> set[int]:
    """The places of a longest run of clocks that agree with the order; of several, the one of older commits."""
    tails: list[int] = []  # of a run of each length, the place of its oldest commit
    keys: list[int] = []
    before: dict[int, int] = {}
    for at, moment in enumerate(said):
        if moment > latest:
            continue
        length = bisect_right(keys, -moment)
        before[at] = tails[length - 1] if length else -1
        tails[length : length + 1], keys[length : length + 1] = [at], [-moment]
    found: set[int] = set()
    at = tails[-1] if tails else -1
    while at >= 0:
        found.add(at)
        at = before[at]
    return found
