"""`answerable policy check`: every fault of a policy, with line, column and what to write instead."""

from __future__ import annotations

import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import click

from answerable.cli.options import FORMATS, clean, format_option, opened, print_json
from answerable.cli.policy.place import of_the_work_tree, read_commit, read_file
from answerable.errors import PolicyInvalid
from answerable.policy.fault import Fault
from answerable.policy.file.dump import dump
from answerable.policy.file.source import PATH, preset, read
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
    policy, faults = read(data, name) if data is not None else (replace(preset("starter"), preset="starter"), ())
    elapsed = round((time.monotonic() - began) * 1000)
    if form == "json":
        print_json(document(policy, faults, name, elapsed))
    elif policy is not None and whole:
        click.echo(dump(policy), nl=False)
    elif policy is not None:
        _render(policy, name, there=data is not None)
    else:
        for fault in faults:
            click.echo(f"{clean(fault.where)}: {clean(fault.message)}\n  {clean(fault.fix)}")
        click.echo(f"\n{len(faults)} {'fault' if len(faults) == 1 else 'faults'} in {clean(name)}")
    return PolicyInvalid.exit_code if faults else 0


def document(policy: Policy | None, faults: tuple[Fault, ...], name: str, elapsed_ms: int) -> dict[str, Any]:
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
        "faults": [
            {"file": f.file, "line": f.position.line, "column": f.position.column, "message": f.message, "fix": f.fix}
            for f in faults
        ],
        "elapsed_ms": elapsed_ms,
    }


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
