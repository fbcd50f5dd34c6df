"""`answerable audit`: what a regulator, a customer or an auditor asks, answered from the facts."""

from __future__ import annotations

import click

from answerable.cli.lazy import Lazy

COMMANDS = {
    "attest": "what was verified about a revision, as an SLSA verification summary",
    "sbom": "a bill of materials that says which parts AI wrote: CycloneDX or SPDX",
    "pack": "the evidence of a period in one file, which a stranger verifies offline",
    "verify": "check an evidence pack: its rows, samples, proofs, keys and signature",
    "controls": "what the facts make of the controls of SOC 2, NIST, FedRAMP, PCI DSS and others",
    "signals": "what governance reaches and what it costs, over a period, with intervals",
    "ask": "who approved what, without whom, when: questions over changes, decisions and deployments",
}


@click.group("audit", cls=Lazy, commands_of="answerable.cli.audit", table=COMMANDS)
def command() -> None:
    """What happened in a period: measured, asked, and held against what controls ask for."""
