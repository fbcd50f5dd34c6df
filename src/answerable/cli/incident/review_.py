"""`answerable incident review`: what contributed, what will be done by whom and when, which rule would have helped."""

from __future__ import annotations

import time
from contextlib import closing
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from answerable.cli.ledger.place import ledger_options
from answerable.cli.options import clean, format_option, opened, print_json
from answerable.cli.progress import progress
from answerable.cli.signing_options import signing_options
from answerable.domain.decision import Commitment, Decision, Principal, now
from answerable.errors import TargetInvalid, UsageError
from answerable.git.repository import Repository
from answerable.incident.learn import reviewed
from answerable.incident.store import Incidents

if TYPE_CHECKING:
    from collections.abc import Sequence

    from answerable.incident.szz import Introduced
    from answerable.policy.learn.measure import Measured

SCHEMA = "answerable/incident-review/v1"
_MOST_SHOWN = 3
_MOST_LEADS = 3


@click.command("review")
@click.argument("name", metavar="ID")
@click.option("--contributed", multiple=True, metavar="WHAT", help="A decision's id, a commit, or a sentence.")
@click.option("--action", "actions", multiple=True, metavar="TEXT", help="What will be done.")
@click.option("--owner", "owners", multiple=True, metavar="WHO", help="Who will do it: one for each --action.")
@click.option("--due", "dues", multiple=True, metavar="DATE", help="By which day: one for each --action.")
@click.option("--done", multiple=True, metavar="ITEM", help="The id of an action item that is done.")
@click.option("--propose", is_flag=True, help="Measure rules that would have stopped it over what has come in.")
@click.option("--changes", type=click.IntRange(min=1), default=400, show_default=True, help="How many of the newest.")
@click.option("--pattern", metavar="RULE", help="The proposed rule that says what must not come back.")
@click.option("--record", "required", is_flag=True, help="Fail where the ledger does not take the decision.")
@signing_options
@ledger_options
@format_option("text", "json")
@click.pass_obj
def command(folder: Path, /, **given: Any) -> None:
    """Review the incident ID: record what contributed and what will be done, and propose rules.

    It looks at decisions and at what the surroundings allowed, not at people. What is recorded is one signed decision
    about the incident. Proposed rules come as a diff of the policy, each with what it would have stopped besides;
    nothing is written to the policy.
    """
    began = time.monotonic()
    actions = _actions(given)
    with opened(folder, settled=True) as repository:
        kept = Incidents(repository)
        found = kept.load(given["name"].removeprefix("incident:"))
        measured: list[Measured] = []
        notes: list[str] = []
        leads = _leads(repository, found)
        if given["propose"] or given["pattern"]:
            measured, notes = _proposals(repository, found, leads, given["changes"])
        pattern = _pattern(measured, given["pattern"])
        if given["contributed"] or actions or given["done"] or pattern:
            _record(repository, found, given, actions, pattern)
            kept.save(found)
    elapsed = round((time.monotonic() - began) * 1000)
    if given["form"] == "json":
        print_json(document(found, leads, measured, notes, elapsed))
    else:
        _render(found, leads, measured, notes)


def document(
    found: dict[str, Any], leads: Sequence[Introduced], measured: list[Measured], notes: list[str], elapsed_ms: int
) -> dict[str, Any]:
    """A review as `answerable/incident-review/v1`."""
    today = date.fromisoformat(now()[:10])
    causes, said = reviewed.causes(found)
    return {
        "schema": SCHEMA,
        "id": found["id"],
        "title": found["title"],
        "state": found["state"],
        "causes": {"commits": causes, "said": said},
        "leads": [
            {"commit": one.commit, "score": one.score,
             "parts": [{"name": n, "value": v, "weight": w, "why": why} for n, v, w, why in one.parts]}
            for one in leads
        ],
        "contributing": reviewed.contributing(found),
        "actions": [
            {"id": item.id, "what": item.what, "owner": item.owner, "due": item.due.isoformat(),
             "done_at": item.done_at, "overdue": item.overdue(today)}
            for item in reviewed.items(found)
        ],
        "pattern": reviewed.pattern(found),
        "proposals": [
            {"rule": each.proposal.name, "why": each.proposal.why, "says": each.says, "stopped_it": each.stopped_it,
             "asked_it": each.asked_it, "others": each.others, "others_stopped": each.stopped, "of": each.of,
                "cases": each.cases,
                "broken": list(each.broken),
             "diff": each.diff}
            for each in measured
        ],
        "notes": notes,
        "record": found["history"][-1]["record"] if found["history"] else None,
        "elapsed_ms": elapsed_ms,
    }  # fmt: skip


def _actions(given: dict[str, Any]) -> list[reviewed.Action]:
    what, owners, dues = given["actions"], given["owners"], given["dues"]
    if not len(what) == len(owners) == len(dues):
        hint = "write --action TEXT --owner WHO --due 2027-01-31, once for each item"
        raise UsageError("every --action has one --owner and one --due", hint=hint)
    return [reviewed.Action(what=w, owner=o, due=_day(d)) for w, o, d in zip(what, owners, dues, strict=True)]


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise UsageError(f"{text[:40]!r} is no day", hint="write it as 2027-01-31") from error


def _leads(repository: Repository, found: dict[str, Any]) -> list[Introduced]:
    """Where the fixes lead back to; nothing where people have said what brought it in."""
    fixes = [sha for sha in reviewed.fixes(found) if repository.try_resolve(sha)]
    if reviewed.causes(found)[1] or not fixes:
        return []
    from answerable.incident.records import ignored_at
    from answerable.incident.szz import introducing

    best: dict[str, Introduced] = {}
    for sha in fixes:
        for one in introducing(repository, sha, ignored=ignored_at(repository, sha))[:_MOST_LEADS]:
            if one.commit not in best or best[one.commit].score < one.score:
                best[one.commit] = one
    return sorted(best.values(), key=lambda one: (-one.score, one.commit))[:_MOST_LEADS]


def _proposals(
    repository: Repository, found: dict[str, Any], leads: Sequence[Introduced], limit: int
) -> tuple[list[Measured], list[str]]:
    from answerable.policy.layers.code.kept import cache_folder
    from answerable.policy.learn.measure import measure
    from answerable.policy.learn.propose import propose

    causes, said = reviewed.causes(found)
    causes = [leads[0].commit] if leads else [sha for sha in causes if repository.try_resolve(sha)]
    if not causes:
        return [], ["no commit is known to have brought it in: answerable incident link ID cause REV"]
    spans = [span for sha in causes for span in _spans(repository, found, sha)]
    head = repository.resolve("HEAD")
    rules = propose(found["id"], spans)
    with progress() as tell:
        measured, notes = measure(repository, head, causes, rules, limit=limit, cache=cache_folder(), progress=tell)
    if not said:
        why = "to which its fix leads first" if leads else "which was ranked first"
        notes.append(f"nobody has said what brought it in: this is about {causes[0][:12]}, {why}")
    return measured, notes


def _spans(repository: Repository, found: dict[str, Any], sha: str) -> list[Any]:
    """The lines of a commit that the incident is about; all of its lines where none of its files is named."""
    from answerable.cli.layers import LayersInForce
    from answerable.incident.answer import Answerer

    named = {str(one["path"]).encode("utf-8", "surrogateescape") for one in found["candidates"]}
    with closing(Answerer(repository, sha, places=LayersInForce(repository, sha))) as answerer:
        spans = answerer.change_spans("", sha)
    return [span for span in spans if span.path in named] or spans


def _pattern(measured: list[Measured], name: str | None) -> str | None:
    if name is None:
        return None
    from answerable.policy.learn.pattern import written

    chosen = next((each for each in measured if each.proposal.name == name), None)
    if chosen is None:
        names = ", ".join(each.proposal.name for each in measured) or "there are none"
        raise TargetInvalid(f"no proposed rule is called {name[:80]!r}", hint=f"choose one of: {names}")
    return written(chosen.proposal.rule)


def _record(
    repository: Repository,
    found: dict[str, Any],
    given: dict[str, Any],
    actions: list[reviewed.Action],
    pattern: str | None,
) -> None:
    from answerable.cli.incident.record import decide
    from answerable.incident.open.safe import safe
    from answerable.ledger import secrets

    known = {item.id for item in reviewed.items(found)}
    for item in given["done"]:
        if item not in known:
            raise TargetInvalid(
                f"no action item {item[:20]!r}", hint=f"the items are {', '.join(sorted(known)) or 'none'}"
            )
    for text in (*given["contributed"], *(word for action in actions for word in (action.what, action.owner))):
        secrets.refuse(text, "the review")
    commits = [sha for text in given["contributed"] if (sha := _commit(repository, text))]

    def make(who: Principal, _kept: tuple[Commitment, ...]) -> Decision:
        return reviewed.reviewed(found["id"], who, given["contributed"], actions, pattern, given["done"], commits)

    done, _ = decide(repository, given, make)
    entry = {
        "action": "reviewed",
        "what": safe(_words(given, actions, pattern)),
        "contributing": [safe(text) for text in given["contributed"]],
        "actions": [{key: safe(text) for key, text in action.document.items()} for action in actions],
        "pattern": pattern,
        "done": list(given["done"]),
    }
    found["history"].append({"at": done.at or now(), "by": done.by, **entry, "record": done.document})


def _commit(repository: Repository, text: str) -> str | None:
    hexadecimal = 7 <= len(text) <= 64 and set(text) <= set("0123456789abcdef")
    return repository.try_resolve(text) if hexadecimal else None


def _words(given: dict[str, Any], actions: list[reviewed.Action], pattern: str | None) -> str:
    parts = [f"{len(given['contributed'])} contributed", f"{len(actions)} to be done"]
    parts += [f"{len(given['done'])} done"] if given["done"] else []
    parts += ["a pattern to watch"] if pattern else []
    return f"reviewed: {', '.join(parts)}"


def _render(found: dict[str, Any], leads: Sequence[Introduced], measured: list[Measured], notes: list[str]) -> None:
    today = date.fromisoformat(now()[:10])
    click.echo(f"incident {found['id']} ({found['state']}): {clean(found['title'])}")
    for what in reviewed.contributing(found):
        click.echo(f"  contributed: {clean(what)}")
    for item in reviewed.items(found):
        state = f"done {item.done_at[:10]}" if item.done_at else "overdue" if item.overdue(today) else "open"
        click.echo(f"  {item.id}  {item.due}  {clean(item.owner)}: {clean(item.what)} ({state})")
    if not reviewed.items(found):
        click.echo("  nothing is to be done yet: --action TEXT --owner WHO --due DATE")
    for lead in leads:
        whys = "; ".join(why for _, _, _, why in lead.parts)
        click.echo(f"  its fix leads to {lead.commit[:12]} ({lead.score:.2f}: {whys})")
    for each in measured[:_MOST_SHOWN]:
        click.echo(f"\n{clean(each.proposal.name)}: {clean(each.proposal.why)}")
        click.echo(f"  {each.says}")
        click.echo("".join(f"  {clean(row)}\n" for row in each.diff.splitlines()), nl=False)
    if len(measured) > _MOST_SHOWN:
        click.echo(f"\n{len(measured) - _MOST_SHOWN} more: --format json")
    for note in notes:
        click.echo(f"note: {clean(note)}")
    record = found["history"][-1]["record"] if found["history"] else None
    if record and record["problem"]:
        click.echo(f"not in the ledger: {record['problem']}", err=True)
