"""Which commit a command is about."""

from __future__ import annotations

from datetime import UTC, date, datetime

from answerable.errors import RevisionNotFound
from answerable.git.program import git_date
from answerable.git.repository import Repository


def revision_at(repository: Repository, revision: str | None, day: str | None) -> str:
    """The full commit id for `--at` and `--as-of`.

    Args:
        repository: Where.
        revision: Any revision; HEAD by default.
        day: A date or a time (ISO 8601): the newest commit of the main line at its end.

    Raises:
        RevisionNotFound: nothing is there.
    """
    commit = repository.resolve("HEAD" if revision is None else revision)
    if day is None:
        return commit
    seconds = int(moment(day, end=True).timestamp())
    asked = ("rev-list", "--first-parent", "-n1", f"--before={git_date(seconds)}", commit)
    found = repository.quarantine.git.run(*asked).decode().strip()
    if not found:
        raise RevisionNotFound(f"no commit is older than {day}", hint="give a later date")
    return found


def range_of(repository: Repository, given: str | None) -> tuple[str | None, str]:
    """The commits (base or None, head) of ``A..B``, ``A...B`` or a single revision; HEAD by default.

    Raises:
        RevisionNotFound: a side names nothing here, or they share no history.
    """
    base, dots, tip = (given or "HEAD").partition("..")
    if not dots:
        return None, repository.resolve(base)
    start = repository.resolve(base or "HEAD")
    end = repository.resolve(tip.removeprefix(".") or "HEAD")
    if tip.startswith("."):
        code, out, _ = repository.quarantine.git.attempt("merge-base", start, end)
        if code:
            hint = "give a range of two revisions that share history"
            raise RevisionNotFound(f"the sides of {given} have no commit in common", hint=hint)
        start = out.decode().split()[0]
    return start, end


def moment(text: str, *, end: bool = False) -> datetime:
    """A date or time as typed, in UTC where it says no zone.

    Args:
        text: ISO 8601, for example ``2026-03-01`` or ``2026-03-01T12:00:00Z``.
        end: A date alone means its last second instead of its first.
    """
    try:
        found = datetime.fromisoformat(text)
        if end and len(text) == len("2026-03-01"):
            found = datetime.combine(date.fromisoformat(text), datetime.max.time())
    except ValueError as error:
        hint = "write it as 2026-03-01 or 2026-03-01T12:00:00Z"
        raise RevisionNotFound(f"{text!r} is not a date", hint=hint) from error
    return found if found.tzinfo else found.replace(tzinfo=UTC)
