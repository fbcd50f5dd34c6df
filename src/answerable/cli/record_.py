"""`answerable record`: signs a decision and puts it into the ledger."""

from __future__ import annotations

import re
from collections.abc import Sequence
from contextlib import nullcontext
from pathlib import Path
from typing import Any

import click

from answerable.cli.deploying import Draft, artifacts_of, deploy_options
from answerable.cli.details import details, details_options
from answerable.cli.ledger.files import write_envelopes
from answerable.cli.ledger.place import ledger_options, maybe_repository, open_ledger
from answerable.cli.options import FORMATS, clean, format_option, print_json
from answerable.cli.signing import here, principal, signers
from answerable.cli.signing_options import signing_options
from answerable.domain.agent import Agent
from answerable.domain.decision import (
    Commitment,
    Decision,
    Emergency,
    Kind,
    Principal,
    PrincipalType,
    Subject,
    new_id,
    now,
)
from answerable.errors import DecisionInvalid, LedgerMissing, NotARepository
from answerable.git.record import add_lines
from answerable.git.repository import Repository
from answerable.ledger.envelope import Envelope, sign
from answerable.ledger.keys import Signer
from answerable.ledger.log import Ledger, subject_of
from answerable.ledger.vault import Vault

_DIGEST = re.compile(r"(sha256|gitCommit|gitTree|gitBlob):([0-9a-f]{40,64})")
_KINDS = [kind.value for kind in Kind if kind not in (Kind.KEY, Kind.REDACT)]


@click.command("record")
@click.argument("kind", type=click.Choice(_KINDS))
@click.argument("subjects", nargs=-1, metavar="[SUBJECT]…")
@click.option("--rationale", metavar="TEXT", help="Why, in words.")
@details_options
@deploy_options
@click.option("--tool", metavar="NAME", help="The agent that wrote the lines, for example claude-code.")
@click.option("--model", metavar="NAME", help="Its model.")
@click.option("--session", metavar="ID", help="Its session.")
@click.option("--on-behalf-of", metavar="ID", help="The person for whom an agent or a service acts.")
@click.option(
    "--author",
    "authors",
    multiple=True,
    metavar="[TYPE:]ID",
    help="Who made what it is about: a person, or agent:ID, service:ID.",
)
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
        artifacts = artifacts_of(given)
        named = given["subjects"] or ([] if artifacts or given["source"] else _head(repository))
        subjects = (*(_subject(repository, text) for text in named), *artifacts)
        found = signers(repository, given["keys"])
        signed_by = here(found) if given["output"] else found
        who = principal(repository, found[0], given["kind_of"], given["who"])
        if given["on_behalf_of"]:
            who = Principal(type=who.type, id=who.id, key=who.key, on_behalf_of=given["on_behalf_of"])
        with _ledger(repository, given) or nullcontext() as ledger:
            for draft in _drafts(repository, subjects, given):
                told = given | draft.given
                if _is_known(ledger, draft):
                    click.echo(f"recorded before: {draft.name}", err=True)
                    continue
                decision, envelope, index = _decide(repository, ledger, draft, who, signed_by, told)
                noted = index is not None and not given["no_note"] and _note(repository, decision, envelope)
                _say(decision, index, given, noted=noted)


def _drafts(repository: Repository | None, subjects: tuple[Subject, ...], given: dict[str, Any]) -> list[Draft]:
    """The decisions to be made: one, or those that a file asks for."""
    if given["source"] is None:
        return [Draft(name=new_id(), subjects=subjects)]
    from answerable.cli.record_from import drafts  # rarely needed

    return drafts(repository, subjects, given)


def _is_known(ledger: Ledger | None, draft: Draft) -> bool:
    return bool(draft.evidence) and ledger is not None and ledger.store.index_of(draft.name) is not None


def _decide(
    repository: Repository | None,
    ledger: Ledger | None,
    draft: Draft,
    who: Principal,
    signed_by: Sequence[Signer],
    given: dict[str, Any],
) -> tuple[Decision, Envelope, int | None]:
    """Sign and keep; content that no decision commits to in the end is not kept."""
    name, kept = draft.name, list[Commitment]()
    try:
        for text in given["context"]:
            kept.append(_commit(ledger, who, text))
        decision = _decision(draft, repository, who, kept, given)
        envelope = sign(decision, signed_by, subject_for_none=subject_of(ledger.origin) if ledger else None)
        return decision, envelope, _keep(ledger, envelope, given)
    except BaseException:
        if ledger and kept and ledger.store.index_of(name) is None:
            ledger.store.erase_contents([content.sha256 for content in kept])
        raise


def _author(text: str) -> Principal:
    kind, colon, name = text.partition(":")
    if colon and kind in list(PrincipalType):
        return Principal(type=PrincipalType(kind), id=name)
    return Principal(type=PrincipalType.HUMAN, id=text)


def _head(repository: Repository | None) -> list[str]:
    return ["HEAD"] if repository else []


def _ledger(repository: Repository | None, given: dict[str, Any]) -> Ledger | None:
    try:
        return open_ledger(repository, given["place"], given["log_key"])
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
    draft: Draft,
    repository: Repository | None,
    who: Principal,
    kept: Sequence[Commitment],
    given: dict[str, Any],
) -> Decision:
    if (given["model"] or given["session"]) and not given["tool"]:
        raise DecisionInvalid("a model and a session are those of a tool", hint="name it, too: --tool NAME")
    agent = given["tool"] and Agent(tool=given["tool"], model=given["model"], session=given["session"])
    return Decision(
        decision_id=draft.name,
        kind=Kind(given["kind"]),
        subjects=draft.subjects,
        principal=who,
        observed_at=now(),
        authored_by=tuple(map(_author, given["authors"])),
        agent=agent,
        context=tuple(kept),
        rationale=given["rationale"],
        emergency=Emergency(declared=True, review_due_by=given["review_due"]) if given["emergency"] else None,
        supersedes=tuple(given["supersedes"]),
        vantage=given["vantage"],
        evidence=draft.evidence,
        details=details(repository, draft.subjects, given),
    )


def _commit(ledger: Ledger | None, who: Principal, text: str) -> Commitment:
    name, equals, file = text.partition("=")
    if not equals or ledger is None:
        raise DecisionInvalid(f"--context {text} names no content", hint="write NAME=FILE")
    try:
        content = Path(file).read_bytes()
    except OSError as error:
        raise DecisionInvalid(f"cannot read {file}: {error.strerror}", hint="name a file that is there") from None
    return Vault(ledger.store).keep(who.on_behalf_of or who.id, name, content)


def _keep(ledger: Ledger | None, envelope: Envelope, given: dict[str, Any]) -> int | None:
    """Append it, or write it to a file."""
    if given["output"] is not None or ledger is None:
        write_envelopes(given["output"], [envelope])
        return None
    index = ledger.append([envelope])[0]
    ledger.seal()
    return index


def _note(repository: Repository | None, decision: Decision, envelope: Envelope) -> bool:
    """Let it travel with the commits that are here."""
    shas = [s.digest["gitCommit"] for s in decision.subjects if "gitCommit" in s.digest]
    here = [sha for sha in shas if repository and repository.try_resolve(sha) == sha]
    if repository and here:
        add_lines(repository, {sha: [envelope.encode()] for sha in here})
    return bool(here)


def _say(decision: Decision, index: int | None, given: dict[str, Any], *, noted: bool) -> None:
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
