"""`answerable policy check`: every fault of a policy, with line, column and what to write instead."""

from __future__ import annotations

import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import click

from answerable.cli.options import FORMATS, clean, format_option, opened, print_json
from answerable.cli.policy.place import of_the_work_tree, read_commit, read_file
from answerable.domain.fault import Fault
from answerable.errors import AnswerableError, PolicyInvalid
from answerable.ownership.registry import Registry
from answerable.policy.file.dump import dump
from answerable.policy.file.find import organisation_policy
from answerable.policy.file.read_team import unknown_names
from answerable.policy.file.source import PATH, load, preset, read
from answerable.policy.model import Policy


@click.command("check")
@click.argument("given", required=False, metavar="[FILE|REV]")
@click.option("--whole", is_flag=True, help="Print the policy as one file that needs no preset.")
@format_option(*FORMATS)
@click.pass_obj
def command(folder: Path, given: str | None, whole: bool, form: str) -> int:
    """Check the policy in a FILE, or in the commit that a REV names; else the one in the work tree, else in HEAD.

    Ends with 0 where it can be used and with 2 where it has a fault; then every fault is named with its line, its
    column and what to write instead.
    """
    began = time.monotonic()
    data, name = _found(folder, given)
    above, below = policy_above(folder, given)
    policy, faults = (
        read(data, name, above, below) if data is not None else (replace(preset("starter"), preset="starter"), ())
    )
    warnings = _unknown(folder, policy) if policy is not None else ()
    elapsed = round((time.monotonic() - began) * 1000)
    if form == "json":
        print_json(document(policy, faults, name, elapsed, warnings))
    elif policy is not None and whole:
        click.echo(dump(policy), nl=False)
    elif policy is not None:
        _render(policy, name, there=data is not None)
        _tell(warnings)
    else:
        _tell(faults)
        click.echo(f"\n{len(faults)} {'fault' if len(faults) == 1 else 'faults'} in {clean(name)}")
    return PolicyInvalid.exit_code if faults else 0


def document(
    policy: Policy | None, faults: tuple[Fault, ...], name: str, elapsed_ms: int, warnings: tuple[Fault, ...] = ()
) -> dict[str, Any]:
    """What was found, as `answerable/policy-check/v1`."""
    return {
        "schema": "answerable/policy-check/v1",
        "ok": policy is not None,
        "source": name,
        "digest": policy.digest if policy else None,
        "mode": policy.mode if policy else None,
        "preset": policy.preset if policy else None,
        "layers": [rule.layer.name for rule in policy.layers] if policy else [],
        "rules": [rule.name for rule in policy.rules] if policy else [],
        "waivers": len(policy.waivers) if policy else 0,
        "faults": [_fault(fault) for fault in faults],
        "warnings": [_fault(fault) for fault in warnings],
        "elapsed_ms": elapsed_ms,
    }


def _fault(fault: Fault) -> dict[str, Any]:
    at = fault.position
    return {"file": fault.file, "line": at.line, "column": at.column, "message": fault.message, "fix": fault.fix}


def _tell(faults: tuple[Fault, ...]) -> None:
    for fault in faults:
        click.echo(f"{clean(fault.where)}: {clean(fault.message)}\n  {clean(fault.fix)}")


def policy_above(folder: Path, given: str | None) -> tuple[Policy | None, str]:
    """The policy that a file is below, and the folder that it is of: a file `FOLDER/.answerable/policy.yaml`."""
    above = organisation_policy()
    file = folder / given if given is not None else None
    if file is None or not file.is_file():
        return above, ""
    inside = file.resolve()
    try:
        with opened(folder) as repository:
            root = repository.root.resolve()
            there = of_the_work_tree(repository)
    except AnswerableError:
        return above, ""  # a file outside of any repository
    of = inside.parent.parent
    if inside != of / PATH or of == root or not of.is_relative_to(root):
        return above, ""
    over = load(read_file(there), PATH, above) if there else above or preset("starter")
    return over, of.relative_to(root).as_posix()


def _unknown(folder: Path, policy: Policy) -> tuple[Fault, ...]:
    """Teams and people that neither the policy nor CODEOWNERS knows, where there is anything that could know them."""
    try:
        with opened(folder) as repository:
            commit = repository.try_resolve("HEAD")
            registry = Registry(repository, commit) if commit else None
            owners = registry.names if registry else frozenset()
    except AnswerableError:
        owners = frozenset()
    return unknown_names(policy, owners)


def _found(folder: Path, given: str | None) -> tuple[bytes | None, str]:
    """The bytes to check, or None where there is no policy, and how to call them."""
    file = folder / given if given is not None else None
    if file is not None and given is not None and file.is_file():
        return read_file(file), given
    with opened(folder) as repository:
        if given is None:
            there = of_the_work_tree(repository)
            return (read_file(there), PATH) if there else read_commit(repository, "HEAD")
        if repository.try_resolve(given) is None:
            hint = "name a policy file that exists, or a revision"
            raise PolicyInvalid(f"no file and no revision is named {given!r}", hint=hint)
        return read_commit(repository, given)


def _render(policy: Policy, name: str, *, there: bool) -> None:
    what = f"{name} is sound" if there else f"there is no {name}: the preset starter is in force, which fails nothing"
    click.echo(clean(what))
    rows = {
        "mode": policy.mode.value,
        "preset": policy.preset or "-",
        "layers": " > ".join(rule.layer.name for rule in policy.layers),
        "rules": ", ".join(f"{rule.name} ({rule.action})" for rule in policy.rules) or "-",
        "waivers": ", ".join(f"{w.rule} until {w.until} by {w.who}" for w in policy.waivers) or "-",
        "digest": policy.digest,
    }
    for title, words in rows.items():
        click.echo(f"  {title:<8} {clean(words)}")
