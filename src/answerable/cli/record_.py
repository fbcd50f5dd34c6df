"""`answerable record`: signs a decision and puts it into the ledger."""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path
from typing import Any

import click

from answerable.cli.ledger.place import ledger_options, maybe_repository, place_of
from answerable.cli.options import FORMATS, clean, format_option, print_json
from answerable.cli.signing import principal, signers, signing_options
from answerable.domain.agent import Agent
from answerable.domain.decision import Commitment, Decision, Emergency, Kind, Principal, Subject, new_id, now
from answerable.errors import DecisionInvalid, LedgerMissing, LineOutOfRange, NotARepository, PathNotFound
from answerable.git.record import add_lines
from answerable.git.repository import Repository
from answerable.ledger.envelope import Envelope, sign
from answerable.ledger.log import Ledger, subject_of
from answerable.ledger.vault import Vault
from answerable.provenance.decisions import digest_of_lines

_DIGEST = re.compile(r"(sha256|gitCommit|gitTree|gitBlob):([0-9a-f]{40,64})")
_LINES = re.compile(r"(.+):([0-9]{1,9})(?:-([0-9]{1,9}))?", re.DOTALL)
_KINDS = [kind.value for kind in Kind if kind not in (Kind.KEY, Kind.REDACT)]


@click.command("record")
@click.argument("kind", type=click.Choice(_KINDS))
@click.argument("subjects", nargs=-1, metavar="[SUBJECT]…")
@click.option("--rationale", metavar="TEXT", help="Why, in words.")
@click.option("--details", metavar="JSON", help="Members that the kind defines: JSON, or @FILE.")
@click.option("--lines", multiple=True, metavar="PATH:A-B", help="Lines it is about, as they are at the first SUBJECT.")
@click.option("--how", metavar="WORD", help="Of an acceptance: human_explicit, standing_grant, automatic, unknown.")
@click.option("--state", metavar="WORD", help="Of an acceptance: as_is, modified, unknown.")
@click.option("--tool", metavar="NAME", help="The agent that wrote the lines, for example claude-code.")
@click.option("--model", metavar="NAME", help="Its model.")
@click.option("--session", metavar="ID", help="Its session.")
@click.option("--on-behalf-of", metavar="ID", help="The person for whom an agent or a service acts.")
@click.option("--author", "authors", multiple=True, metavar="ID", help="Who made what it is about.")
@click.option("--context", multiple=True, metavar="NAME=FILE", help="Content to commit to and keep encrypted.")
@click.option("--supersedes", multiple=True, metavar="ID", help="A decision that this one corrects.")
@click.option("--emergency", is_flag=True, help="Normal rules were set aside.")
@click.option("--review-due", metavar="TIME", help="By when an emergency must be looked at, RFC 3339.")
@click.option("--vantage", metavar="WORD", help="From where it was observed, for example ci.")
@click.option("--no-note", is_flag=True, help="Do not let it travel in the notes of the commit.")
@click.option(
    "-o", "--output", type=click.Path(path_type=Path), help="Write the signed decision here and append nothing."
)
@signing_options
@ledger_options
@format_option(*FORMATS)
@click.pass_obj
def command(folder: Path, /, **given: Any) -> None:
    """Sign a decision of KIND about each SUBJECT and append it to the ledger.

    A SUBJECT is a revision (HEAD by default), or a digest such as sha256:… for an artifact.
    """
    with maybe_repository(folder) as repository:
        subjects = tuple(_subject(repository, text) for text in given["subjects"] or _head(repository))
        found = signers(repository, given["keys"])
        who = principal(repository, found[0], given["kind_of"], given["who"])
        if given["on_behalf_of"]:
            who = Principal(type=who.type, id=who.id, key=who.key, on_behalf_of=given["on_behalf_of"])
        ledger = _ledger(repository, given)
        try:
            decision = _decision(repository, ledger, subjects, who, given)
            envelope = sign(decision, found, subject_for_none=subject_of(ledger.origin) if ledger else None)
            _keep(repository, ledger, decision, envelope, given)
        finally:
            if ledger:
                ledger.close()


def _head(repository: Repository | None) -> list[str]:
    return ["HEAD"] if repository else []


def _ledger(repository: Repository | None, given: dict[str, Any]) -> Ledger | None:
    try:
        return Ledger(place_of(repository, given["place"]), given["log_key"])
    except LedgerMissing:
        if given["output"] is None or given["context"]:
            raise
        return None


def _subject(repository: Repository | None, text: str) -> Subject:
    digest = _DIGEST.fullmatch(text)
    if digest:
        return Subject(digest={digest[1]: digest[2]})
    if repository is None:
        hint = "run it inside a clone, or give a digest such as sha256:…"
        raise NotARepository(f"{text} names a revision, and there is no repository here", hint=hint)
    return Subject(name=text, digest={"gitCommit": repository.resolve(text)})


def _decision(
    repository: Repository | None,
    ledger: Ledger | None,
    subjects: tuple[Subject, ...],
    who: Principal,
    given: dict[str, Any],
) -> Decision:
    agent = given["tool"] and Agent(tool=given["tool"], model=given["model"], session=given["session"])
    return Decision(
        decision_id=new_id(),
        kind=Kind(given["kind"]),
        subjects=subjects,
        principal=who,
        observed_at=now(),
        authored_by=tuple(Principal(type=who.type, id=author) for author in given["authors"]),
        agent=agent,
        context=tuple(_commit(ledger, who, text) for text in given["context"]),
        rationale=given["rationale"],
        emergency=Emergency(declared=True, review_due_by=given["review_due"]) if given["emergency"] else None,
        supersedes=tuple(given["supersedes"]),
        vantage=given["vantage"],
        details=_details(repository, subjects, given),
    )


def _details(repository: Repository | None, subjects: tuple[Subject, ...], given: dict[str, Any]) -> dict[str, Any]:
    text = given["details"] or "{}"
    try:
        details = json.loads(Path(text[1:]).read_text("utf-8") if text.startswith("@") else text)
    except (OSError, ValueError, RecursionError) as error:
        raise DecisionInvalid(
            f"--details is no JSON object: {error}", hint='for example: --details \'{"change":"#12"}\''
        ) from None
    if not isinstance(details, dict):
        raise DecisionInvalid("--details is no JSON object", hint='for example: --details \'{"change":"#12"}\'')
    if given["how"] or given["state"] or given["kind"] == Kind.ACCEPT:
        details["how"] = given["how"] or details.get("how", "unknown")
        details["state"] = given["state"] or details.get("state", "unknown")
    if given["lines"]:
        details["lines"] = [_lines(repository, subjects, text) for text in given["lines"]]
    return details


def _lines(repository: Repository | None, subjects: tuple[Subject, ...], text: str) -> dict[str, Any]:
    found = _LINES.fullmatch(text)
    commit = next((s.digest["gitCommit"] for s in subjects if "gitCommit" in s.digest), None)
    if found is None or commit is None or repository is None:
        raise PathNotFound(
            f"{text} names no lines of a commit", hint="write PATH:LINE or PATH:START-END, and a revision"
        )
    start, end = int(found[2]), int(found[3] or found[2])
    blob = repository.objects.get(commit.encode() + b":" + found[1].encode("utf-8", "surrogateescape"))
    if blob is None or blob.kind != "blob":
        raise PathNotFound(f"{found[1]} is no file at {commit[:12]}", hint="paths are relative to the root")
    digest = digest_of_lines(blob.data, start, end)
    if digest is None:
        raise LineOutOfRange(
            f"{found[1]} has no lines {start} to {end} at {commit[:12]}", hint="give lines that are there"
        )
    return {"path": found[1], "start": start, "end": end, "digest": digest}


def _commit(ledger: Ledger | None, who: Principal, text: str) -> Commitment:
    name, equals, file = text.partition("=")
    if not equals or ledger is None:
        raise DecisionInvalid(f"--context {text} names no content", hint="write NAME=FILE")
    try:
        content = Path(file).read_bytes()
    except OSError as error:
        raise DecisionInvalid(f"cannot read {file}: {error.strerror}", hint="name a file that is there") from None
    return Vault(ledger.store).keep(who.on_behalf_of or who.id, name, content)


def _keep(
    repository: Repository | None, ledger: Ledger | None, decision: Decision, envelope: Envelope, given: dict[str, Any]
) -> None:
    if given["output"] is not None:
        given["output"].write_bytes(envelope.encode() + b"\n")
        index, noted = None, False
    else:
        index = ledger.append([envelope])[0] if ledger else None
        if ledger:
            ledger.seal()
        shas = [s.digest["gitCommit"] for s in decision.subjects if "gitCommit" in s.digest]
        noted = bool(repository and shas and not given["no_note"])
        if noted and repository:
            add_lines(repository, {sha: [envelope.encode()] for sha in shas})
    if given["form"] == "json":
        print_json(
            {
                "schema": "answerable/recorded/v1",
                "decision_id": decision.decision_id,
                "kind": decision.kind.value,
                "index": index,
                "noted": noted,
                "context": [{"name": c.name, "sha256": c.sha256} for c in decision.context],
            }
        )
        return
    where = f"entry {index} of the ledger" if index is not None else f"in {given['output']}"
    click.echo(f"{decision.kind.value} by {clean(decision.principal.id)}: {where}\n  {decision.decision_id}")
    if noted:
        click.echo("  it travels with the commit: answerable ledger sync")
    sys.stdout.flush()
