"""`answerable policy simulate`: what a policy would have done to a history, before it does anything."""

from __future__ import annotations

import time
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import click

from answerable.cli.options import FORMATS, clean, format_option, opened, print_json, shown
from answerable.cli.progress import progress
from answerable.cli.revision import range_of
from answerable.policy.history.weigh import Reason, Weighed
from answerable.policy.layers.code.kept import cache_folder
from answerable.policy.model import Mode
from answerable.policy.simulate import NOISY, NOISY_FROM, RuleTally, Simulation, most, simulate

_FEW = 10  # changes that are shown as text
_NOT_IN_GIT = "Approvals and checks are not in git: what a rule asks for of them counts as asked for, not as refused."


@click.command("simulate")
@click.argument("revisions", required=False, metavar="[RANGE]")
@click.option("--policy", metavar="FILE|REV", help="Judge by this file, or by this commit's policy.")
@click.option("--each", is_flag=True, help="Judge each change by the policy that was in force when it went in.")
@click.option("--limit", type=click.IntRange(min=1), metavar="N", help="Only the newest N changes.")
@click.option("--assume-approved", is_flag=True, help="Leave out changes that only somebody had to be asked about.")
@click.option("--enforce", is_flag=True, help="Judge as if a policy that only reports enforced its rules.")
@click.option(
    "--organisation", type=click.Path(path_type=Path), metavar="FILE", help="The policy above that of the repository."
)
@click.option("--no-cache", is_flag=True, help="Neither use nor keep what was read of code by earlier simulations.")
@format_option(*FORMATS)
@click.pass_obj
def command(folder: Path, /, **given: Any) -> int:
    """Replay the changes that entered the main line of RANGE (A..B, or all of a revision; HEAD by default).

    Says of each rule of the policy at its right end what it would have stopped, what it would have asked for, and
    whether it is noisy. Nothing is written to the repository. Ends with 0, and with 3 where no change could be judged.
    """
    began = time.monotonic()
    if given["policy"] and given["each"]:
        raise click.UsageError("--policy names one policy, and --each takes that of each change: leave one out")
    found = _simulated(folder, given)
    elapsed = round((time.monotonic() - began) * 1000)
    if given["form"] == "json":
        print_json(document(found, elapsed, assume_approved=given["assume_approved"]))
    else:
        _render(found, elapsed, assume_approved=given["assume_approved"])
    return 3 if found.judged and found.errors == found.judged else 0


def _simulated(folder: Path, given: dict[str, Any]) -> Simulation:
    done = of = 0
    try:
        with opened(folder, settled=True) as repository, progress() as show:

            def tell(stage: str, now: int, all_of_them: int) -> None:
                nonlocal done, of
                done, of = now, all_of_them
                show(stage, now, all_of_them)

            base, head = range_of(repository, given["revisions"])
            policy = None
            if given["policy"]:
                from answerable.cli.gate_ import policy_named

                policy = policy_named(repository, given["policy"], given["organisation"])
            return simulate(
                repository, base, head, policy, each=given["each"], limit=given["limit"], enforce=given["enforce"],
                organisation=given["organisation"], cache=None if given["no_cache"] else cache_folder(), progress=tell,
            )  # fmt: skip
    except KeyboardInterrupt:
        click.echo(f"answerable: interrupted after {done:,} of {of:,} changes; nothing was written", err=True)
        raise


def document(found: Simulation, elapsed_ms: int, *, assume_approved: bool = False) -> dict[str, Any]:
    """A simulation as `answerable/simulation/v1`."""
    policy = found.policy
    return {
        "schema": "answerable/simulation/v1",
        "range": {"base": found.base, "head": found.head},
        "policy": {
            "digest": policy.digest if policy else None,
            "source": policy.source if policy else "each change by the policy of its base",
            "mode": Mode.REPORT.value if found.reports else Mode.ENFORCE.value,
        },
        "day": found.today.isoformat(),
        "assume_approved": assume_approved,
        "changes": {
            "judged": found.judged,
            "pass": found.passed + (found.asked if assume_approved else 0),
            "asked": found.asked,
            "stopped": found.stopped,
            "error": found.errors,
        },
        "approvals": found.approvals,
        "noisy": {"above": NOISY, "from": NOISY_FROM},
        "rules": [_rule(tally, found.judged) for tally in found.rules.values()],
        "failing": [_failing(change) for change in found.failing(assume_approved=assume_approved)],
        "elapsed_ms": elapsed_ms,
    }


def _rule(tally: RuleTally, judged: int) -> dict[str, Any]:
    return {
        "rule": tally.name,
        "action": tally.action,
        "about": tally.about,
        "refused": tally.refused,
        "stopped": tally.stopped,
        "alone": tally.alone,
        "warned": tally.warned,
        "asked": tally.asked,
        "fired": tally.fired,
        "share": round(tally.share(judged), 4),
        "noisy": tally.noisy(judged),
        "lines": tally.lines,
        "approvals": tally.approvals,
        "who": dict(most(tally.who, len(tally.who))),
        "checks": dict(most(tally.checks, len(tally.checks))),
        "waived": {"changes": tally.waived, "lines": tally.waived_lines},
    }


def _failing(change: Weighed) -> dict[str, Any]:
    return {
        "head": change.head,
        "base": change.base,
        "commits": change.commits,
        "subject": change.subject,
        "verdict": change.outcome.value,
        "left": change.left.value,
        "rules": [hit.rule for hit in change.hits if hit.refused],
        "approvals": change.approvals,
        "reasons": [_reason(reason) for reason in change.reasons],
        "more_reasons": change.more_reasons,
        "problem": {"message": change.problem, "remedy": change.remedy} if change.problem else None,
    }


def _reason(reason: Reason) -> dict[str, Any]:
    return {
        "rule": reason.rule,
        "message": reason.message,
        "findings": reason.findings,
        "lines": reason.lines,
        "path": reason.path.decode("utf-8", "surrogateescape") if reason.path is not None else None,
        "start": reason.start,
        "end": reason.end,
    }


def _render(found: Simulation, elapsed: int, *, assume_approved: bool) -> None:
    policy = found.policy
    what = clean(policy.source) if policy else "the policy of its base, each"
    click.echo(f"{_many(found.judged, 'change')} up to {found.head[:12]}, judged by {what}\n")
    if not found.judged:
        click.echo("nothing entered the line in this range")
        return
    rows = [
        (found.passed, "would have passed as they are"),
        (found.asked, "would have waited for somebody, and passed with what was asked for"),
        (found.stopped, "would have been stopped, whoever approves"),
        (found.errors, "could not be evaluated"),
    ]
    for count, words in rows:
        click.echo(f"  {count:>7,}  {count / found.judged:>6.1%}  {words}")
    click.echo(f"\n  at least {_many(found.approvals, 'approval')} would have been asked for. {_NOT_IN_GIT}")
    if found.reports:
        click.echo("  The policy only reports: it refuses nothing. See what it would refuse with --enforce.")
    _table(found)
    _list(found.failing(assume_approved=assume_approved), assume_approved=assume_approved)
    click.echo(f"\n{elapsed:,} ms. Every change and every reason: --format json")


def _table(found: Simulation) -> None:
    if not found.rules:
        click.echo("\nthe policy has no rules")
        return
    width = max(len("rule"), *(len(name) for name in found.rules))
    click.echo(f"\n  {'rule':<{width}}  action  stops  refuses  only it  asks  warns  waived   lines  fires on")
    for tally in found.rules.values():
        fires = f"{tally.share(found.judged):>6.1%}" + ("  noisy" if tally.noisy(found.judged) else "")
        counts = (
            f"{tally.stopped:>5,}  {tally.refused:>7,}  {tally.alone:>7,}  {tally.asked:>4,}  {tally.warned:>5,}"
            f"  {tally.waived:>6,}  {tally.lines:>6,}"
        )
        click.echo(f"  {clean(tally.name):<{width}}  {tally.action:<6}  {counts}    {fires}".rstrip())
    for tally in found.rules.values():
        asked = [*most(tally.who), *most(tally.checks)]
        if tally.approvals or asked:
            who = _listed(f"{clean(name)} in {count:,}" for name, count in asked)
            told = f": {who}" if who else ""
            click.echo(f"    {clean(tally.name)} asks for {_many(tally.approvals, 'approval')} at least{told}")
    noisy = [tally for tally in found.rules.values() if tally.noisy(found.judged)]
    if noisy:
        click.echo(
            f"  noisy: fires on more than {NOISY:.0%} of the changes; narrow what it matches, or let it only warn"
        )


def _list(changes: list[Weighed], *, assume_approved: bool) -> None:
    if not changes:
        return
    what = "would not have passed with every approval and check" if assume_approved else "would not have passed"
    click.echo(f"\n{_many(len(changes), 'change')} {what}" + (", the newest:" if len(changes) > _FEW else ":"))
    for change in changes[:_FEW]:
        click.echo(f"  {change.head[:12]} {clean(change.subject)[:100]}")
        if change.problem:
            click.echo(f"    could not be evaluated: {clean(change.problem)}")
        for reason in change.reasons[:3]:
            at = f"{shown(reason.path)}:{reason.start}: " if reason.path and reason.start else ""
            at = at or (f"{shown(reason.path)}: " if reason.path else "")
            more = f" ({_many(reason.findings, 'place')})" if reason.findings > 1 else ""
            click.echo(f"    {clean(reason.rule)}: {at}{clean(reason.message)}{more}")
        left = len(change.reasons) + change.more_reasons - 3
        if left > 0:
            click.echo(f"    and {_many(left, 'reason')} more")
    if len(changes) > _FEW:
        click.echo(f"  and {len(changes) - _FEW:,} more")


def _many(count: int, what: str) -> str:
    return f"{count:,} {what}" + ("" if count == 1 else "s")


def _listed(words: Iterable[str]) -> str:
    return ", ".join(words)
