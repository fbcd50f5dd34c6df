"""`answerable incident open`: from a stack trace or an alert to the full answer."""

from __future__ import annotations

import sys
import time
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from answerable.cli.incident.output import FORMATS, output_option, show
from answerable.cli.incident.render import render_first, render_rest
from answerable.cli.layers import LayersInForce
from answerable.cli.ledger.place import ledger_options
from answerable.cli.options import format_option, opened
from answerable.cli.revision import moment
from answerable.cli.signing_options import signing_options
from answerable.errors import AlertInvalid
from answerable.git.commits import when
from answerable.git.repository import Repository

if TYPE_CHECKING:
    from answerable.domain.layer import Places
    from answerable.incident.open.model import Incident
    from answerable.incident.open.opening import Wish

SEVERITIES = ("low", "medium", "high", "critical")


@click.command("open")
@click.argument("file", type=click.Path(path_type=Path), required=False)
@click.option("--at", "revision", metavar="REV", help="The revision that ran, where you know it.")
@click.option("--release", metavar="NAME", help="The release that ran: a tag, a version or a commit.")
@click.option("--environment", metavar="NAME", help="Where it failed, to find the revision that was deployed there.")
@click.option("--cohort", metavar="NAME", help="Of which devices.")
@click.option("--severity", type=click.Choice(SEVERITIES), help="How bad it is; decides which clocks run.")
@click.option("--failed", metavar="TIME", help="When it failed, RFC 3339; else what the alert says.")
@click.option("--aware", metavar="TIME", help="When somebody became aware, from which clocks run; now by default.")
@click.option("--title", metavar="TEXT", help="What to call it.")
@click.option("--no-blast", is_flag=True, help="Leave out how far the session and the model reach.")
@click.option("--no-record", is_flag=True, help="Only answer: keep nothing.")
@click.option("--record", "required", is_flag=True, help="Fail where the ledger does not take the decision.")
@click.option("--keep-trace", is_flag=True, help="Keep the input, encrypted, beside the ledger.")
@output_option
@signing_options
@ledger_options
@format_option(*FORMATS)
@click.pass_obj
def command(folder: Path, /, **given: Any) -> None:
    """Open an incident from FILE, or from standard input: a stack trace, a log, or the JSON of an alert.

    Alerts of Sentry, PagerDuty (V3 webhook) and Prometheus Alertmanager are understood. The answer is about the
    revision that ran: the one given, else the release that is named, else what was deployed, else the newest tag before
    it failed; which one is said.

    The answer is kept in the clone and its decision in the ledger, where there is one. Of the input only a salted
    commitment is kept. Secrets are taken out before anything is written.
    """
    began = time.monotonic()
    data = _read(given["file"])
    from answerable.incident.alerts import read_alert  # slow to load: git is asked meanwhile

    alert, wish = read_alert(data), _wish(given)
    progressive = given["form"] == "text" and given["output"] is None
    with opened(folder, settled=True) as repository:
        from answerable.incident.deployments import Deployments
        from answerable.incident.open.document import document
        from answerable.incident.open.opening import Opening

        def told(incident: Incident) -> dict[str, Any]:
            return document(incident, round((time.monotonic() - began) * 1000))

        head = repository.resolve("HEAD")
        with closing(Deployments(repository)) as deployed, closing(Opening(repository, head, _places, deployed)) as one:
            incident = one.open(alert, wish, wide=False)
            if progressive:  # at night nobody waits for what is only needed afterwards
                render_first(told(incident))
                sys.stdout.flush()
            incident = incident if given["no_blast"] else one.widened(incident)
        found = told(incident)
        if not given["no_record"]:
            _keep(repository, found, data, given)
    if progressive:
        render_rest(found)
    else:
        show(found, given["form"], given["output"])


def _read(file: Path | None) -> bytes:
    from answerable.incident.alerts import MOST_BYTES

    if file is None or str(file) == "-":
        return sys.stdin.buffer.read(MOST_BYTES + 1)
    try:
        with file.open("rb") as source:
            return source.read(MOST_BYTES + 1)
    except OSError as error:
        raise AlertInvalid(f"cannot read {file}: {error.strerror}", hint="name a file that is there") from error


def _wish(given: dict[str, Any]) -> Wish:
    from answerable.incident.open.opening import Wish
    from answerable.ledger import secrets

    if given["title"]:
        secrets.refuse(given["title"], "the title")
    return Wish(
        revision=given["revision"],
        release=given["release"],
        environment=given["environment"],
        cohort=given["cohort"],
        severity=given["severity"],
        title=given["title"],
        failed_at=_moment(given["failed"]),
        aware_at=_moment(given["aware"]),
    )


def _moment(text: str | None) -> str | None:
    return when(int(moment(text).timestamp())) if text else None


def _places(repository: Repository, commit: str) -> Places:
    return LayersInForce(repository, commit)


def _keep(repository: Repository, found: dict[str, Any], data: bytes, given: dict[str, Any]) -> None:
    """Put the decision into the ledger and the document into the clone; say in it what became of both."""
    from answerable.cli.incident.record import decide
    from answerable.domain.decision import Commitment, Decision, Principal
    from answerable.incident.decided import opened as opens
    from answerable.incident.store import Incidents
    from answerable.ledger.vault import commit

    salt, digest = commit(data)

    def make(who: Principal, kept: tuple[Commitment, ...]) -> Decision:
        return opens(found, who, kept or (Commitment(name="trace", sha256=digest),))

    name = str(found["id"])
    kept, decision = decide(
        repository, given, make, ("trace", data) if given["keep_trace"] else None, f"incident:{name}"
    )
    committed = decision.context[0].sha256 if decision else digest
    found["record"] = {**kept.document, "trace": committed}
    incidents = Incidents(repository)
    incidents.save(found)
    if committed == digest:
        incidents.keep_salt(name, digest, salt)
