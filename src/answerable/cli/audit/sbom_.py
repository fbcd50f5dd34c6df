"""`answerable audit sbom`: a bill of materials that says which parts AI wrote."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import click

from answerable.audit.sbom.bill import Bill, bill
from answerable.cli.ledger.files import write
from answerable.cli.options import cache_option, opened
from answerable.cli.progress import progress
from answerable.errors import PolicyInvalid, PolicyUnevaluable
from answerable.git.attribution.engine import Engine, cache_folder
from answerable.git.repository import Repository
from answerable.ownership.registry import Registry
from answerable.provenance.gather import Gatherer
from answerable.provenance.lines import line_spans, origins_of_tree


@click.command("sbom")
@click.option(
    "--format", "form", type=click.Choice(("cyclonedx", "spdx")), default="cyclonedx", show_default=True,
    help="CycloneDX 1.6, or SPDX 3.0.1.",
)  # fmt: skip
@click.option("--rev", default="HEAD", show_default=True, metavar="REV", help="Of which revision.")
@click.option("--name", help="What the program is called; the name of the folder by default.")
@click.option("-o", "--output", type=click.Path(path_type=Path), help="Write it here.")
@cache_option
@click.pass_obj
def command(folder: Path, form: str, rev: str, name: str | None, output: Path | None, no_cache: bool) -> None:
    """Write a bill of materials with the origin of every file: how many of its lines AI, people, or nobody is known to
    have written, by which models, in which service and trust layer. The same revision gives the same bytes.
    """
    with opened(folder, settled=True) as repository, progress() as show:
        commit = repository.resolve(rev)
        engine = Engine(repository, cache=None if no_cache else cache_folder(repository), progress=show)
        made = _bill(repository, commit, name or repository.root.name, engine)
    if form == "cyclonedx":
        from answerable.audit.sbom.cyclonedx import cyclonedx as written
    else:
        from answerable.audit.sbom.spdx import spdx as written
    data = json.dumps(written(made), indent=1, sort_keys=True).encode() + b"\n"
    if output:
        write(output, data)
    else:
        click.echo(data.decode(), nl=False)


def _bill(repository: Repository, commit: str, name: str, engine: Engine) -> Bill:
    attribution = engine.attribute(commit)
    origins = origins_of_tree(repository, attribution, Gatherer(repository, commit))
    paths = sorted(attribution.files)
    at = datetime.now(UTC)  # who owns a service does not matter here, only which service a path is in
    resolved = Registry(repository, commit).resolve_many(paths, at)
    services = {path: one.service.id for path, one in zip(paths, resolved, strict=True) if one.service}
    return bill(
        repository, commit, name, line_spans(attribution, origins), services, _layers(repository, commit, paths)
    )


def _layers(repository: Repository, commit: str, paths: list[bytes]) -> dict[bytes, str]:
    from answerable.policy.placing import Placing

    try:
        return {path: placed.layer.name for path, placed in Placing(repository, commit)(paths, look=False).items()}
    except (PolicyInvalid, PolicyUnevaluable):
        return {}
