"""The main line of a head: every commit of it with its place and its moment, where clocks disagree held in order."""

from __future__ import annotations

import time
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import NamedTuple

from answerable.audit.period import Period
from answerable.audit.verifier.line import SLACK, believed
from answerable.git.repository import Repository

LAST = 253_402_300_799  # the end of the year 9999, the last that RFC 3339 can write


class Placed(NamedTuple):
    """A commit of the main line; seconds since 1970."""

    sha: str
    said: int  # what the commit says
    at: int  # what is believed: no later than what came after it, and no earlier than what came before

    @property
    def doubtful(self) -> bool:
        """True where the commit's clock cannot have been right."""
        return abs(self.said - self.at) > SLACK


def main_line(repository: Repository, head: str) -> list[Placed]:
    """The first parents of a head, newest first."""
    out = repository.quarantine.git.run("rev-list", "--first-parent", "--timestamp", head).decode("ascii")
    return held([(sha, int(seconds)) for seconds, sha in (line.split() for line in out.splitlines())])


def held(rows: Sequence[tuple[str, int]], now: int | None = None) -> list[Placed]:
    """Commits with the moments that are believed: what came in later is no earlier.

    Args:
        rows: Commits and what they say, newest first.
        now: In seconds since 1970; this moment by default.
    """
    moments = believed([said for _, said in rows], int(time.time()) if now is None else now)
    return [Placed(sha, said, at) for (sha, said), at in zip(rows, moments, strict=True)]


def within(line: Sequence[Placed], period: Period) -> list[Placed]:
    """Those that came in during a period, newest first."""
    start, end = period.start.timestamp(), period.end.timestamp()
    return [one for one in line if start <= one.at < end]


def moment(seconds: int) -> str:
    """RFC 3339 UTC."""
    return datetime.fromtimestamp(max(0, min(seconds, LAST)), UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
