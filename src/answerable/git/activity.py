"""Who was seen in the history of a repository in its last days: whether, never how often or how much.

Authors and committers count, by the names that `.mailmap` gives them, and people whom trailers of commits name. Where
nothing was committed for long, nobody's silence says anything: what counts are the days before the newest commit.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from answerable.git.program import git_date
from answerable.git.repository import Repository

_REFS = ("--branches", "--remotes", "--tags")
_FORMAT = "--format=%aE%x00%cE%x00%ae%x00%ce%x00%(trailers:only,unfold)"
_MAIL = re.compile(r"<([^<>\s]{3,320})>")


@dataclass(frozen=True, slots=True, kw_only=True)
class Activity:
    """Everybody seen from `since` to `newest`, by mail address in lower case."""

    newest: datetime | None  # of the newest commit up to the moment asked about; None: there is none
    since: datetime | None
    seen: frozenset[str]

    def of(self, addresses: Iterable[str]) -> bool:
        """True where one of these addresses was seen."""
        return any(address.lower() in self.seen for address in addresses)


def activity(repository: Repository, commit: str, at: datetime, days: int) -> Activity:
    """Who was seen in the days before a moment, or before the newest commit where that is older.

    Args:
        repository: Where; all its branches and tags count.
        commit: Full id of a commit that counts, too.
        at: The moment, with its zone. A commit that claims to be younger does not count.
        days: How many.
    """
    git, until = repository.quarantine.git, f"--until={git_date(int(at.timestamp()))}"
    newest = git.run("log", "-1", until, "--format=%ct", *_REFS, commit, "--").decode("ascii").strip()
    if not newest:
        return Activity(newest=None, since=None, seen=frozenset())
    last = datetime.fromtimestamp(max(0, min(int(newest), int(at.timestamp()))), UTC)
    since = max(last - timedelta(days=days), datetime.fromtimestamp(0, UTC))
    limits = (f"--since={git_date(int(since.timestamp()))}", until)
    out = git.run("log", *limits, "-z", _FORMAT, *_REFS, commit, "--").decode("utf-8", "replace")
    addresses = (word for word in out.split("\0") if "@" in word)
    seen = {each.lower() for word in addresses for each in (_MAIL.findall(word) if "<" in word else [word])}
    return Activity(newest=last, since=since, seen=frozenset(seen))
