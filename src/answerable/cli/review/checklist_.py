"""`answerable review checklist`: what reviewers of a change are asked about its AI-origin lines."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from answerable.cli.options import clean, format_option, opened, print_json
from answerable.cli.review.change import Reviewed, change_of, change_options
from answerable.errors import PathNotFound

if TYPE_CHECKING:
    from answerable.policy.checklists.open import Checklist
    from answerable.review.checklist.question import Question

FORMATS = ("text", "json", "markdown")


@click.command("checklist")
@click.argument("revisions", metavar="RANGE")
@change_options
@click.option("--layer", "layers", multiple=True, metavar="NAME", help="Only hunks in this trust layer.")
@click.option("--all", "everything", is_flag=True, help="Show questions that are answered, too.")
@format_option(*FORMATS)
@click.pass_obj
def command(folder: Path, /, **given: Any) -> None:
    """Show the questions about each AI-origin hunk of the change RANGE (BASE..HEAD) that nobody has answered yet.

    The most severe layer comes first. As Markdown they can be answered in a comment or a file: see
    answerable review answer.
    """
    began = time.monotonic()
    with opened(folder, settled=True) as repository:
        change = change_of(repository, given["revisions"], given["context"], given["organisation"])
    change = _within(change, given["layers"])
    if given["form"] == "json":
        print_json(document(change, round((time.monotonic() - began) * 1000)))
    elif given["form"] == "markdown":
        from answerable.review.checklist.sheet import markdown

        asked = (each.asked for each in _by_layer(change))
        click.echo(markdown(change.head, asked, everything=given["everything"]), nl=False)
    else:
        _render(change, everything=given["everything"])


def _within(change: Reviewed, layers: Sequence[str]) -> Reviewed:
    """The change without what is in other layers.

    Raises:
        PathNotFound: the policy has no such layer.
    """
    known = [rule.layer.name for rule in change.policy.layers]
    if unknown := [name for name in layers if name not in known]:
        raise PathNotFound(f"the policy has no layer {unknown[0]}", hint=f"take one of: {', '.join(known)}")
    lists = change.checklists
    kept = tuple(each for each in lists.all if not layers or each.asked.hunk.layer in layers)
    return replace(change, checklists=replace(lists, all=kept))


def _by_layer(change: Reviewed) -> list[Checklist]:
    """The most severe layer first: whoever reads no further has read that."""
    return sorted(change.checklists.all, key=lambda each: each.asked.hunk.rank)


def document(change: Reviewed, elapsed_ms: int) -> dict[str, Any]:
    """The checklists, as `answerable/review-checklist/v1`."""
    lists = change.checklists
    return {
        "schema": "answerable/review-checklist/v1",
        "range": {"base": change.base, "head": change.head},
        "policy": {"digest": change.policy.digest, "source": change.policy.source},
        "hunks": [_hunk(each) for each in lists.all],
        "asked": lists.questions,
        "open": lists.unanswered,
        "refused": [{"by": by, "why": why} for by, why in lists.refused],
        "elapsed_ms": elapsed_ms,
    }


def _hunk(each: Checklist) -> dict[str, Any]:
    hunk = each.asked.hunk
    return {
        "id": hunk.id,
        "path": hunk.path.decode("utf-8", "surrogateescape"),
        "start": hunk.start,
        "end": hunk.end,
        "digest": hunk.digest,
        "layer": hunk.layer,
        "language": hunk.language,
        "kinds": sorted(hunk.kinds),
        "touches": sorted(hunk.touches),
        "origins": list(hunk.origins),
        "grades": list(hunk.grades),
        "tools": list(hunk.tools),
        "commits": list(hunk.commits),
        "questions": [_question(each, question) for question in each.asked.questions],
    }


def _question(each: Checklist, question: Question) -> dict[str, Any]:
    said = each.words.get(question.id, {})
    return {
        "id": question.id,
        "text": question.text,
        "why": question.why,
        "own": question.own,
        "answers": [{"by": by, "answer": word.value} for by, word in said.items()],
    }


def _render(change: Reviewed, *, everything: bool) -> None:
    from answerable.review.checklist.sheet import about, where

    lists = change.checklists
    for each in _by_layer(change):
        asked = each.asked
        if not (everything or asked.open or each.refusals):
            continue
        click.echo(f"{where(asked.hunk)}  hunk {asked.hunk.id}\n  {clean(about(asked.hunk))}")
        for question in asked.questions:
            said = each.words.get(question.id, {})
            if said and not (everything or "no" in said.values()):
                continue
            told = ", ".join(f"{clean(by)}: {word.value.replace('_', ' ')}" for by, word in said.items())
            click.echo(f"  {question.id}: {told or 'open'}\n    {clean(question.text)}\n    {clean(question.why)}")
        click.echo()
    for by, why in lists.refused:
        click.echo(f"the answers of {clean(by)} do not count: {clean(by)} {clean(why)}")
    total, left = lists.questions, lists.unanswered
    if not total:
        click.echo("the change has no AI-origin lines to ask about")
        return
    click.echo(f"{left:,} of {total:,} questions about {len(lists.all):,} hunks are open")
    if left:
        given = f"{change.base[:12]}..{change.head[:12]}"
        click.echo(f"  next: answerable review checklist {given} --format markdown > sheet.md")
        click.echo(f"        answerable review answer {given} --file sheet.md")
