"""`answerable audit attest`: what was verified about a revision, for deploy gates and customers to check."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import click

from answerable.cli.audit.facts import Given, facts_options, gathered
from answerable.cli.ledger.files import write
from answerable.cli.ledger.place import open_ledger
from answerable.cli.options import clean
from answerable.cli.signing import signers
from answerable.errors import KeyUnusable, LedgerMissing, TargetInvalid

_ARTIFACT = re.compile("sha256:[0-9a-f]{64}")


@click.command("attest")
@click.option("--artifact", metavar="DIGEST", help="The artifact that was made of the revision: sha256:…")
@click.option("--resource", metavar="URI", help="Address of what was verified; the revision itself by default.")
@click.option("--key", "keys", multiple=True, metavar="KEY", help="A key to sign with, that the ledger trusts.")
@click.option("-o", "--output", type=click.Path(path_type=Path), help="Write it here.")
@facts_options
@click.pass_obj
def command(folder: Path, /, artifact: str | None, output: Path | None, **given: Any) -> None:
    """Sign an SLSA verification summary of the change that ends with --rev: passed or not, by which policy, on which
    decisions, with levels of this organisation (ORG_SOURCE_…). It is an in-toto statement in a DSSE envelope.
    """
    if artifact is not None and not _ARTIFACT.fullmatch(artifact):
        raise TargetInvalid(f"{artifact!r} is no digest of an artifact", hint="write sha256: and 64 hex digits")
    with gathered(folder, given, anew=True) as found:
        data, levels = _made(found, artifact, given)
    if output:
        write(output, data)
        click.echo(f"{clean(str(output))}: {', '.join(levels) or 'no level'}")
    else:
        click.echo(data.decode(), nl=False)


def _made(found: Given, artifact: str | None, given: dict[str, Any]) -> tuple[bytes, list[str]]:
    from answerable.audit.attestation import enveloped, summary
    from answerable.ledger.keys import BlobSigner

    facts = found.facts
    if not facts.ledger.size:
        raise LedgerMissing("there is no ledger, so nothing was verified", hint="begin one: answerable init")
    change = next((one for one in facts.changes if one.commit == facts.head), None)
    if change is None:
        hint = "give a period that holds it: --from and --to"
        raise TargetInvalid(f"{facts.head[:12]} did not come in during {facts.period.words}", hint=hint)
    with open_ledger(found.repository, given["place"], given["log_key"]) as ledger:
        leaves = {index: ledger.store.leaf(index) for index in change.decisions}
    resource = given["resource"] or f"gitoid:commit:sha1:{change.commit}"
    statement = summary(change, leaves, facts.ledger.origin, resource, artifact)
    with_ = [one for one in signers(found.repository, given["keys"]) if isinstance(one, BlobSigner)]
    if not with_:
        raise KeyUnusable("no key here signs it", hint="name one that is a file or in the agent: --key KEY")
    return enveloped(statement, with_), statement["predicate"]["verifiedLevels"]
