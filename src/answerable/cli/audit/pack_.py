"""`answerable audit pack`: the evidence of a period in one file, which a stranger verifies offline."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import click

from answerable.audit.ask.parse import parse
from answerable.audit.ask.question import Question
from answerable.audit.ask.run import selected
from answerable.audit.facts.facts import Facts
from answerable.audit.framework.status import summary
from answerable.audit.tables import COLUMNS, Tables
from answerable.cli.audit.controls_ import frameworks
from answerable.cli.audit.facts import Given, facts_options, gathered
from answerable.cli.ledger.files import write
from answerable.cli.ledger.place import open_ledger, place_of
from answerable.cli.ledger.verify_ import read_checkpoint
from answerable.cli.options import FORMATS, clean, format_option, print_json
from answerable.errors import KeyUnusable, QuestionInvalid, UsageError

Shown = Callable[[Mapping[str, Any]], bool]


@click.command("pack")
@click.option("--framework", "names", multiple=True, metavar="NAME", help="Which controls; all by default.")
@click.option("--nonce", default="", metavar="TEXT", help="What the auditor gave, so that nobody chose the samples.")
@click.option("--sample", type=click.IntRange(0, 1000), default=25, show_default=True, help="How many changes to draw.")
@click.option("--only", metavar="QUESTION", help="Show only these changes, for example to a customer.")
@click.option("--why", default="", metavar="TEXT", help="Why the others are withheld.")
@click.option("--key", "keys", multiple=True, metavar="KEY", help="A key to sign with, that the ledger trusts.")
@click.option("--pdf", is_flag=True, help="Put the report in as a PDF, too; needs the extra `report`.")
@click.option("--fedramp-overview", "overview", metavar="URI", help="Add FedRAMP's documents, for this package.")
@click.option(
    "--significant",
    metavar="QUESTION",
    default="changes where emergency or override",
    show_default=True,
    help="Changes that FedRAMP is told of, one by one.",
)
@click.option("-o", "--output", type=click.Path(path_type=Path), required=True, help="Write the pack here.")
@facts_options
@format_option(*FORMATS)
@click.pass_obj
def command(folder: Path, /, output: Path, names: tuple[str, ...], form: str, **given: Any) -> None:
    """Put the evidence of a period together: every change of the main line, what cannot be explained first, then
    exceptions, emergencies, drawn samples with their proofs, keys, controls and a report.

    The same history, ledger and options give the same bytes. Verify it with: answerable audit verify FILE
    """
    began = time.monotonic()
    with gathered(folder, given, anew=True) as found:
        data, made = _made(found, names, given)
    write(output, data)
    elapsed = round((time.monotonic() - began) * 1000)
    facts = found.facts
    counts = {each.id: summary(of) for each, of in made.assessed}
    if form == "json":
        print_json(document(str(output), len(data), facts, counts, elapsed))
        return
    click.echo(f"{clean(str(output))}: {facts.period.words}, {len(facts.changes):,} changes, {len(data):,} bytes")
    for name, of in counts.items():
        click.echo(f"  {name:<14}" + ", ".join(f"{n} {word.replace('_', ' ')}" for word, n in of.items() if n))
    click.echo(f"verify it: answerable audit verify {clean(str(output))}")


def document(
    file: str, size: int, facts: Facts, counts: Mapping[str, Mapping[str, int]], elapsed_ms: int
) -> dict[str, Any]:
    """What was put together as `answerable/audit-pack/v1`."""
    return {
        "schema": "answerable/audit-pack/v1",
        "file": file,
        "size": size,
        "changes": len(facts.changes),
        "deployments": len(facts.deployments),
        "unexplained": sum(bool(change.unexplained) for change in facts.changes),
        "frameworks": counts,
        "elapsed_ms": elapsed_ms,
    }


def _made(found: Given, names: tuple[str, ...], given: dict[str, Any]) -> tuple[bytes, Any]:
    from answerable.audit.pack.assemble import SIGNED, Asked, assemble
    from answerable.audit.pack.proofs import Sealed
    from answerable.audit.pack.rows import secret_of
    from answerable.audit.pack.signature import signed
    from answerable.audit.pack.told import Forms, told
    from answerable.audit.verifier.archive import archive
    from answerable.cli.signing import signers
    from answerable.ledger.keys import BlobSigner
    from answerable.ledger.log import KEY, read_note

    with ExitStack() as stack:
        sealed, secret, older, older_size = None, b"", None, 0
        if found.facts.ledger.size:
            ledger = stack.enter_context(open_ledger(found.repository, given["place"], given["log_key"]))
            sealed = Sealed(ledger, ledger.checkpoint())
            place = place_of(found.repository, given["place"])
            file = given["log_key"] or (place / KEY if isinstance(place, Path) else None)
            secret = secret_of(file.read_bytes()) if file else b""
        if given["older"] and sealed:
            older = read_checkpoint(given["older"][-1])
            older_size = read_note(older).size
        shown = _shown(found, given["only"])
        if shown and not secret:
            raise UsageError(
                "rows can only be withheld where there is a ledger with its key", hint="give --log-key FILE"
            )
        asked = Asked(
            frameworks=frameworks(found, names), nonce=given["nonce"], sample=given["sample"], secret=secret,
            shown=shown, why=given["why"], older=older, older_size=older_size,
        )  # fmt: skip
        tables = Tables(found.facts, found.decided)
        significant = _about_changes(given["significant"], "--significant")
        forms = Forms(shown=shown, paper=given["pdf"], overview=given["overview"] or "", significant=significant)
        made = assemble(
            found.facts, found.decided(), sealed, asked, lambda assessed: told(found.facts, tables, assessed, forms)
        )
        files = dict(made.files)
        if sealed:
            with_ = [one for one in signers(found.repository, given["keys"]) if isinstance(one, BlobSigner)]
            if not with_:
                raise KeyUnusable("no key here signs a pack", hint="name one that is a file or in the agent: --key KEY")
            files[SIGNED] = signed(made.manifest, with_)
        return archive(files), made


def _shown(found: Given, only: str | None) -> Shown | None:
    """Which rows may be seen: those of a question about changes, and deployments of these."""
    question = _about_changes(only, "--only")
    if question is None:
        return None
    kept = {row["commit"] for row in selected(question, Tables(found.facts, found.decided).of("changes"))}
    return lambda row: row["commit"] in kept if "commit" in row else row["change"] in kept


def _about_changes(text: str | None, option: str) -> Question | None:
    if not text:
        return None
    question = parse(text, COLUMNS)
    if question.table != "changes":
        raise QuestionInvalid(f"{option} is a question about changes", hint="write: changes where …")
    return question
