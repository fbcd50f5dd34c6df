"""`answerable audit verify`: checks an evidence pack as a stranger would."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from answerable.audit.verifier.main import said, verify
from answerable.cli.ledger.verify_ import read_checkpoint
from answerable.cli.options import FORMATS, clean, format_option, print_json
from answerable.errors import PackUnreadable


@click.command("verify")
@click.argument("pack", type=click.Path(path_type=Path))
@click.option("--vkey", default="", metavar="KEY", help="The log's key, from whoever keeps the log.")
@click.option("--repository", default="", metavar="DIR", help="A clone to hold the population against.")
@click.option("--older", type=click.Path(path_type=Path), help="A checkpoint that you have seen before.")
@format_option(*FORMATS)
def command(pack: Path, vkey: str, repository: str, older: Path | None, form: str) -> int:
    """Verify the evidence pack in a file: its rows, samples, proofs, keys and signature, and say what is not checked.

    The pack comes with a file that does the same with nothing installed but `cryptography`: verify_pack.py.
    """
    try:
        report, read = verify(str(pack), vkey, repository, read_checkpoint(older) if older else "")
    except (OSError, ValueError, KeyError) as error:
        raise PackUnreadable(f"cannot read {pack}: {error}", hint="give a file that audit pack wrote") from None
    first = said(read)
    if form == "json":
        print_json(document(report.good, report.bad, report.open, first))
    else:
        _render(report.good, report.bad, report.open, first)
    return 1 if report.bad else 0


def document(good: list[str], bad: list[str], unseen: list[str], first: list[str]) -> dict[str, Any]:
    """What a verification found as `answerable/audit-verify/v1`."""
    return {
        "schema": "answerable/audit-verify/v1",
        "ok": not bad,
        "good": good,
        "problems": bad,
        "unchecked": unseen,
        "said": first,
    }


def _render(good: list[str], bad: list[str], unseen: list[str], first: list[str]) -> None:
    for word, lines, colour in (("WRONG", bad, "red"), ("ok", good, "green"), ("not checked", unseen, "yellow")):
        for line in lines:
            click.echo(f"{click.style(f'{word:<12}', fg=colour)}{clean(line)}")
    for line in first:
        click.echo(f"{'it says':<12}{clean(line)}")
    click.secho("The pack is not what it claims to be." if bad else "Nothing is wrong with what could be checked.")
