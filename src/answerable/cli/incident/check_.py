"""`answerable incident check`: has what a closed incident was about come back?"""

from __future__ import annotations

import time
from datetime import date
from pathlib import Path
from typing import Any

import click

from answerable.cli.options import clean, format_option, opened, print_json
from answerable.domain.decision import now
from answerable.errors import AnswerableError
from answerable.git.repository import Repository
from answerable.incident.learn import reviewed
from answerable.incident.learn.came_back import Back, came_back
from answerable.incident.store import Incidents

SCHEMA = "answerable/incident-check/v1"


@click.command("check")
@click.argument("names", nargs=-1, metavar="[ID]…")
@click.option("--at", "revision", default="HEAD", show_default=True, metavar="REV", help="Look at this revision.")
@click.option("--changes", type=click.IntRange(min=1), default=400, show_default=True, help="How many of the newest.")
@format_option("text", "json")
@click.pass_obj
def command(folder: Path, names: tuple[str, ...], revision: str, changes: int, form: str) -> int:
    """Say of each closed incident, or of each ID, whether its pattern has come back.

    Looks for lines that a fix took away and that are there again, for lines that it put in and that are gone, for a
    fix that is not in the history, for changes since that break the rule its review set, and for action items after
    their day. Ends with 1 where anything came back, with 3 where nothing could be told of any, else with 0.
    """
    began = time.monotonic()
    with opened(folder, settled=True) as repository:
        at = repository.resolve(revision)
        kept = Incidents(repository)
        wanted = [kept.load(name.removeprefix("incident:")) for name in names]
        found = wanted or [one for one in kept.all() if one["state"] == "closed"]
        rows = [_row(repository, one, at, changes) for one in found]
    elapsed = round((time.monotonic() - began) * 1000)
    if form == "json":
        print_json(document(rows, at, elapsed))
    else:
        _render(rows)
    if any(row["back"] for row in rows):
        return 1
    return 3 if rows and not any(row["looked_at"] for row in rows) else 0


def document(rows: list[dict[str, Any]], at: str, elapsed_ms: int) -> dict[str, Any]:
    """What was found, as `answerable/incident-check/v1`."""
    return {"schema": SCHEMA, "at": at, "incidents": rows, "elapsed_ms": elapsed_ms}


def _row(repository: Repository, found: dict[str, Any], at: str, changes: int) -> dict[str, Any]:
    again: list[Back] = []
    looked, unknown = 0, []
    fixes = reviewed.fixes(found)
    for fix in fixes:
        if repository.try_resolve(fix) is None:
            unknown.append(f"the fix {fix[:12]} is not in this clone")
            continue
        again += came_back(repository, fix, at)
        looked += 1
    if not fixes:
        unknown.append("no fix is linked: answerable incident link ID fix REV")
    looked += _patterns(repository, found, at, changes, again, unknown)
    today = date.fromisoformat(now()[:10])
    overdue = [item for item in reviewed.items(found) if item.overdue(today)]
    return {
        "id": found["id"],
        "title": found["title"],
        "state": found["state"],
        "back": [back(one) for one in again],
        "overdue": [{"id": i.id, "what": i.what, "owner": i.owner, "due": i.due.isoformat()} for i in overdue],
        "unknown": unknown,
        "looked_at": looked,
    }


def _patterns(
    repository: Repository, found: dict[str, Any], at: str, changes: int, again: list[Back], unknown: list[str]
) -> int:
    """Judge what came in since by the rule of the review; how many rules were judged."""
    pattern = reviewed.pattern(found)
    fixes = [sha for sha in reviewed.fixes(found) if repository.try_resolve(sha)]
    if pattern is None:
        unknown.append("its review set no pattern: answerable incident review ID --propose")
        return 0
    since = fixes[-1] if fixes else str(found["revision"]["commit"])
    from answerable.policy.learn import pattern as watched

    try:
        changed, _ = watched.again(repository, at, since, pattern, limit=changes)
    except AnswerableError as error:
        unknown.append(f"the pattern could not be judged: {error.message}")
        return 0
    for one in changed:
        reason = f": {one.reasons[0]}" if one.reasons else ""
        what = f"{one.head[:12]} {one.subject} breaks the rule that its review set{reason}"
        again.append(Back(kind="pattern", what=what, commit=one.head))
    return 1


def back(one: Back) -> dict[str, Any]:
    """One thing that has come back."""
    return {
        "kind": one.kind,
        "what": one.what,
        "path": one.path.decode("utf-8", "surrogateescape") if one.path is not None else None,
        "line": one.line,
        "commit": one.commit,
    }


def _render(rows: list[dict[str, Any]]) -> None:
    if not rows:
        click.echo("no incident of this clone is closed")
    for row in rows:
        state = "has come back" if row["back"] else "has not come back" if row["looked_at"] else "cannot be told"
        click.echo(f"{row['id']}  {state}: {clean(row['title'])}")
        for one in row["back"]:
            line = f", from line {one['line']}" if one["line"] else ""
            click.echo(f"    {clean(one['what'])}{line}")
        for item in row["overdue"]:
            click.echo(f"    overdue since {item['due']}: {clean(item['what'])} ({clean(item['owner'])})")
        for what in row["unknown"]:
            click.echo(f"    not known: {clean(what)}")
