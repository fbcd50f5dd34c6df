"""`answerable gate`: does a change pass, and if not, what is owed by whom."""

from __future__ import annotations

import os
import sys
import time
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from answerable.cli import step_summary
from answerable.cli.ledger.place import ledger_options, open_ledger
from answerable.cli.options import format_option, opened, print_json
from answerable.cli.revision import range_of
from answerable.cli.signing_options import signing_options
from answerable.domain.verdict import Outcome, Verdict
from answerable.errors import AnswerableError, ContextInvalid, PolicyInvalid, RevisionNotFound
from answerable.git.repository import Repository
from answerable.policy.outputs import OUTPUTS

if TYPE_CHECKING:
    from answerable.policy.model import Policy

EXITS = {Outcome.PASS: 0, Outcome.FAIL: 1, Outcome.ERROR: 3}
FORMATS = ("text", "json", *(name for name in OUTPUTS if name not in ("text", "json")))


@click.command("gate")
@click.argument("revisions", metavar="[RANGE]", required=False)
@click.option("--artifact", metavar="DIGEST", help="Instead of a RANGE: what the ledger says of an artifact, sha256:…")
@click.option("--environment", metavar="NAME", help="Where the artifact is to go; told beside the verdict.")
@click.option("--vkey", "vkeys", multiple=True, metavar="KEY", help="For an artifact: the key of the ledger's log.")
@click.option(
    "--older",
    multiple=True,
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="For an artifact: a checkpoint of the ledger that was seen before.",
)
@click.option(
    "--policy",
    "policy",
    metavar="FILE|REV",
    help="Judge by this file, or by this commit's policy, not the base's.",
)
@click.option(
    "--context", "context", metavar="FILE", help="What the forge knows of the change, as JSON; - for standard input."
)
@click.option("--change", metavar="ID", help="The change that the context must be of.")
@click.option("--target", metavar="BRANCH", help="The branch that the context must be about.")
@click.option(
    "--organisation", type=click.Path(path_type=Path), metavar="FILE", help="The policy above that of the repository."
)
@click.option(
    "--findings",
    multiple=True,
    type=click.Path(path_type=Path),
    metavar="SARIF",
    help="What an analyser found on the head, as SARIF 2.1.0; once for each report.",
)
@click.option("--failure-modes", is_flag=True, help="Look for failure modes known of AI-written code, too.")
@click.option("--report-only", is_flag=True, help="Show the verdict, and end with 0 whatever it is.")
@click.option("--record", is_flag=True, help="Sign the verdict and append it to the ledger.")
@signing_options
@ledger_options
@format_option(*FORMATS)
@click.pass_obj
def command(folder: Path, /, **given: Any) -> int:
    """Judge the change RANGE (BASE..HEAD) by the policy of its base.

    With --artifact, say what was recorded of the revision that an artifact was made of: the verdict is shown as it was,
    with what has happened since. The whole ledger is verified first, and the policy in force must be the same.

    Ends with 0 where it passes, with 1 where it does not, and with 3 where that could not be evaluated.
    """
    began = time.monotonic()
    with opened(folder, settled=True) as repository:
        verdict = judge(repository, given)
        if given["record"]:
            took = round((time.monotonic() - began) * 1000)
            verdict = _recorded(repository, verdict, given, took)
    try:
        _print(verdict, given["form"], round((time.monotonic() - began) * 1000))
        sys.stdout.flush()
    except BrokenPipeError:  # whoever read it reads no more: that is no reason to pass
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return 0 if given["report_only"] else EXITS[verdict.outcome]


def judge(repository: Repository, given: dict[str, Any]) -> Verdict:
    """The verdict on what was asked.

    Raises:
        UsageError: the range names nothing here.
    """
    if given["artifact"] is not None:
        from answerable.cli.gate_artifact import judge_artifact

        return judge_artifact(repository, given)
    if ".." not in (given["revisions"] or ""):
        hint = "give where the change begins and ends: answerable gate main..HEAD"
        raise RevisionNotFound(f"{given['revisions'] or ''!r} is no range", hint=hint)
    left, _, right = given["revisions"].partition("..")
    base, head = range_of(repository, f"{left}..{right.removeprefix('.')}")
    from answerable.policy.gate import gate, unevaluable

    above = given["organisation"]
    try:
        policy = policy_named(repository, given["policy"], above) if given["policy"] else None
        context = _context(given["context"]) if given["context"] else None
    except AnswerableError as error:
        return unevaluable(repository, base, head, error)
    return gate(
        repository,
        base,
        head,
        policy,
        context,
        change=given["change"],
        target=given["target"],
        organisation=above,
        findings=given["findings"],
        failure_modes=given["failure_modes"],
    )


def policy_named(repository: Repository, named: str, above: Path | None) -> Policy:
    """A policy that takes the place of the base's, and says so; that of the organisation stays above it."""
    from answerable.policy.file.find import organisation_policy, policy_at
    from answerable.policy.file.source import load

    given = "(given by --policy, not the base's)"
    commit, file = repository.try_resolve(named), Path(named)
    if commit and file.exists():  # a change could bring a file with the name of a branch
        hint = f"write ./{named} for the file, or the full name of the ref"
        raise PolicyInvalid(f"--policy {named} names a file and a commit", hint=hint)
    if commit:
        found = policy_at(repository, commit, above)
        return replace(found, source=f"{found.source} {given}")
    try:
        data = file.read_bytes()
    except OSError as error:
        hint = "name a policy file, or a commit whose policy to take"
        raise PolicyInvalid(f"--policy {named} is no file that can be read, and no commit", hint=hint) from error
    return replace(load(data, named, organisation_policy(above)), source=f"{named} {given}")


def _context(named: str) -> bytes:
    try:
        return sys.stdin.buffer.read() if named == "-" else Path(named).read_bytes()
    except OSError as error:
        hint = "name a file with what the forge knows of the change"
        raise ContextInvalid(f"cannot read the context {named}: {error.strerror}", hint=hint) from error


def _recorded(repository: Repository, verdict: Verdict, given: dict[str, Any], took: int) -> Verdict:
    """The verdict once it is in the ledger; one that could not be kept does not pass."""
    try:
        index = _append(repository, verdict, given, took)
    except AnswerableError as error:
        problem = f"the verdict ({verdict.outcome.value}) could not be recorded: {error.message}"
        return replace(verdict, outcome=Outcome.ERROR, problem=problem, remedy=error.hint)
    return replace(verdict, notes=(*verdict.notes, f"recorded as entry {index} of the ledger"))


def _append(repository: Repository, verdict: Verdict, given: dict[str, Any], took: int) -> int:
    from answerable.cli.signing import principal, signers
    from answerable.ledger.envelope import sign
    from answerable.ledger.vault import Vault
    from answerable.policy import stored

    found = signers(repository, given["keys"])
    who = principal(repository, found[0], given["kind_of"], given["who"])
    with open_ledger(repository, given["place"], given["log_key"]) as ledger:
        kept = Vault(ledger.store).keep(who.id, stored.CONTENT, stored.content(verdict))
        try:
            decided = stored.decision(verdict, who, (kept,), elapsed_ms=took)
            index = ledger.append([sign(decided, found)])[0]
        except BaseException:
            ledger.store.erase_contents([kept.sha256])
            raise
        ledger.seal()
    return index


def _print(verdict: Verdict, form: str, elapsed_ms: int) -> None:
    if form == "json":
        from answerable.policy.outputs.json import document

        print_json(document(verdict, elapsed_ms))
    elif form == "text":
        from answerable.policy.outputs.text import render

        click.echo(render(verdict), nl=False)
    else:
        click.echo(OUTPUTS[form](verdict), nl=False)
        if form == "github":
            step_summary.append(verdict)
