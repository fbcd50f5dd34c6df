"""`answerable review answer`: signs a reviewer's answers to the checklists of a change."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from answerable.cli.ledger.place import ledger_options, open_ledger
from answerable.cli.options import FORMATS, clean, format_option, opened, print_json
from answerable.cli.review.change import Reviewed, change_of, read_bytes
from answerable.cli.signing_options import signing_options
from answerable.errors import AnswersInvalid

if TYPE_CHECKING:
    from answerable.domain.decision import Commitment, Decision, Principal
    from answerable.git.repository import Repository
    from answerable.ledger.vault import Vault
    from answerable.review.answered import Part
    from answerable.review.answers import Sheet

_VERDICTS = ("commented", "approved", "changes_requested")
_SHOWN = 20


@click.command("answer")
@click.argument("revisions", metavar="RANGE")
@click.option("--file", "file", metavar="FILE", default="-", show_default=True, help="The answered sheet.")
@click.option(
    "--verdict",
    type=click.Choice(_VERDICTS),
    default=_VERDICTS[0],
    show_default=True,
    help="What you conclude on the change as a whole.",
)
@click.option("--open-text", is_flag=True, help="Put what you wrote besides yes and no into the decision itself.")
@click.option("--no-note", is_flag=True, help="Do not let it travel in the notes of the commit.")
@click.option(
    "--organisation", type=click.Path(path_type=Path), metavar="FILE", help="The policy above that of the repository."
)
@signing_options
@ledger_options
@format_option(*FORMATS)
@click.pass_obj
def command(folder: Path, /, **given: Any) -> int:
    """Sign the answers in a sheet, or in a comment that holds one, about the change RANGE (BASE..HEAD).

    Each is bound to the exact lines of its hunk. What you write besides yes, no or n/a stays encrypted beside the
    ledger, where it can be erased. Ends with 1 where an answer is no.
    """
    with opened(folder, settled=True) as repository:
        change = change_of(repository, given["revisions"], None, given["organisation"])
        sheet = _sheet(change, given["file"])
        decisions, indexes = _append(repository, change, sheet, given)
        after = change_of(repository, given["revisions"], None, given["organisation"])
    told = document(after, sheet, decisions, indexes)
    print_json(told) if given["form"] == "json" else _say(after, sheet, told)
    return 1 if any(answer.word == "no" for answer in sheet.answers) else 0


def _sheet(change: Reviewed, file: str) -> Sheet:
    """The answers, each of a question that is asked.

    Raises:
        AnswersInvalid: one of them is none, or is about other lines.
    """
    from answerable.review.answers import read

    sheet = read(read_bytes(file, "the answers").decode("utf-8", "replace"))
    asked = {each.asked.hunk.id: {question.id for question in each.asked.questions} for each in change.checklists.all}
    wrong = [(problem.line, problem.what) for problem in sheet.problems]
    for answer in sheet.answers:
        if answer.hunk not in asked:
            wrong.append((answer.line, f"no hunk of this change is {answer.hunk}: its lines changed since"))
        elif answer.question not in asked[answer.hunk]:
            wrong.append((answer.line, f"{answer.question} is not asked of the hunk {answer.hunk}"))
    hint = f"print the sheet anew: answerable review checklist {change.base[:12]}..{change.head[:12]} --format markdown"
    if others := [head for head in sheet.heads if head != change.head]:
        raise AnswersInvalid(f"the sheet is of {others[0][:12]}, not of the head {change.head[:12]}", hint=hint)
    if wrong:
        told = "; ".join(f"line {line}: {what}" for line, what in sorted(wrong)[:_SHOWN])
        raise AnswersInvalid(f"these answers cannot be taken: {told}", hint=hint)
    if not sheet.answers:
        raise AnswersInvalid("there is no answer in it", hint=f"tick a box and write yes, no or n/a; {hint}")
    return sheet


def _append(
    repository: Repository, change: Reviewed, sheet: Sheet, given: dict[str, Any]
) -> tuple[list[Decision], list[int]]:
    """Sign and keep all of it or nothing."""
    from answerable.cli.signing import principal, signers
    from answerable.git.record import add_lines
    from answerable.ledger.envelope import sign
    from answerable.ledger.vault import Vault

    found = signers(repository, given["keys"])
    who = principal(repository, found[0], given["kind_of"], given["who"])
    kept: list[Commitment] = []
    with open_ledger(repository, given["place"], given["log_key"]) as ledger:
        vault = Vault(ledger.store)
        try:
            decisions = [_decision(part, who, _keep(vault, who, part, kept)) for part in _parts(change, sheet, given)]
            envelopes = [sign(decision, found) for decision in decisions]
            indexes = list(ledger.append(envelopes))
        except BaseException:
            vault.erase([content.sha256 for content in kept])
            raise
        ledger.seal()
    if not given["no_note"]:
        add_lines(repository, {change.head: [envelope.encode() for envelope in envelopes]})
    return decisions, indexes


def _parts(change: Reviewed, sheet: Sheet, given: dict[str, Any]) -> Iterator[Part]:
    from answerable.review.answered import parts

    asked = [each.asked for each in change.checklists.all]
    return parts(change.head, asked, sheet.answers, verdict=given["verdict"], openly=given["open_text"])


def _keep(vault: Vault, who: Principal, part: Part, kept: list[Commitment]) -> tuple[Commitment, ...]:
    """Content is noted before anything else can go wrong, so that what no decision commits to is erased again."""
    from answerable.review.answered import CONTENT

    if part.texts is None:
        return ()
    kept.append(vault.keep(who.on_behalf_of or who.id, CONTENT, part.texts))
    return (kept[-1],)


def _decision(part: Part, who: Principal, context: tuple[Commitment, ...]) -> Decision:
    from answerable.domain.decision import Decision, Kind, new_id, now

    return Decision(
        decision_id=new_id(),
        kind=Kind.REVIEW,
        subjects=part.subjects,
        principal=who,
        observed_at=now(),
        context=context,
        details=part.details,
    )


def document(change: Reviewed, sheet: Sheet, decisions: Sequence[Decision], indexes: Sequence[int]) -> dict[str, Any]:
    """What was recorded, and what is open after it, as `answerable/review-answered/v1`."""
    words = Counter(answer.word.value for answer in sheet.answers)
    lists = change.checklists
    left = [(each.asked.hunk.id, sorted(each.asked.open)) for each in lists.all if each.asked.open]
    return {
        "schema": "answerable/review-answered/v1",
        "range": {"base": change.base, "head": change.head},
        "decisions": [decision.decision_id for decision in decisions],
        "indexes": list(indexes),
        "answers": {word: words[word] for word in ("yes", "no", "not_applicable")},
        "open": [{"hunk": hunk, "questions": names} for hunk, names in left],
        "refused": [{"by": by, "why": why} for by, why in lists.refused],
    }


def _say(change: Reviewed, sheet: Sheet, told: dict[str, Any]) -> None:
    """The same for a person."""
    words = ", ".join(f"{count} {word.replace('_', ' ')}" for word, count in told["answers"].items() if count)
    click.echo(f"{words}: entry {', '.join(map(str, told['indexes']))} of the ledger")
    for answer in sheet.answers:
        if answer.word == "no":
            click.echo(f"  no to {answer.question} of the hunk {answer.hunk}: a finding where answers are asked for")
    for by, why in change.checklists.refused:
        click.echo(f"  the answers of {clean(by)} do not count: {clean(by)} {clean(why)}")
    for left in told["open"]:
        click.echo(f"  open of the hunk {left['hunk']}: {', '.join(left['questions'])}")
