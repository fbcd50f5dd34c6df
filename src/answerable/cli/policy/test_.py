"""`answerable policy test`: the cases that a policy must get right, judged by it."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import click

from answerable.cli.options import clean, format_option, opened, print_json
from answerable.cli.policy.check_ import policy_above
from answerable.cli.policy.place import read_file
from answerable.domain.fault import Fault
from answerable.errors import PolicyInvalid
from answerable.policy.cases import Ended, run
from answerable.policy.file.read_case import ENDING, NAME, read
from answerable.policy.file.source import PATH, load
from answerable.policy.model import Policy

_POLICY = Path(PATH).name


@dataclass(frozen=True, slots=True, kw_only=True)
class Tested:
    """One file of cases: what its policy made of them, or the faults that it has."""

    name: str
    policy: Policy
    ended: Sequence[Ended] = ()
    faults: tuple[Fault, ...] = ()


@click.command("test")
@click.argument("paths", nargs=-1, metavar="[PATH]…")
@click.option("--policy", metavar="FILE|REV", help="Test this file, or this commit's policy, not the one beside them.")
@format_option("text", "json", "junit")
@click.pass_obj
def command(folder: Path, paths: tuple[str, ...], policy: str | None, form: str) -> int:
    """Judge the cases in each PATH, a file or a folder of `*_test.yaml`, by the policy beside them.

    Without a PATH these are `.answerable/*_test.yaml` of the work tree. Ends with 0 where every case is as expected,
    with 1 where one is not, and with 2 where a file has a fault.
    """
    began = time.monotonic()
    tested = [_tested(folder, name, file, policy) for name, file in _files(folder, paths)]
    elapsed = round((time.monotonic() - began) * 1000)
    if form == "json":
        print_json(document(tested, elapsed))
    elif form == "junit":
        click.echo(_junit(tested), nl=False)
    else:
        _render(tested, elapsed)
    if any(each.faults for each in tested):
        return PolicyInvalid.exit_code
    return 1 if any(ended.differences for each in tested for ended in each.ended) else 0


def _files(folder: Path, paths: Sequence[str]) -> list[tuple[str, Path]]:
    """The files of cases, by how they are called."""
    if not paths:
        with opened(folder, settled=True) as repository:
            here = repository.root / Path(PATH).parent
        found = sorted(here.glob(f"*{ENDING}"))
        if not found:
            hint = f"write {Path(PATH).parent / NAME}, or name a file of cases"
            raise PolicyInvalid(f"there is no *{ENDING} in {Path(PATH).parent}", hint=hint)
        return [(str(Path(PATH).parent / file.name), file) for file in found]
    return [each for name in paths for each in _named(folder, name)]


def _named(folder: Path, name: str) -> Iterator[tuple[str, Path]]:
    file = folder / name
    if not file.is_dir():
        yield name, file
        return
    found = sorted(file.glob(f"*{ENDING}"))
    if not found:
        raise PolicyInvalid(f"there is no *{ENDING} in {name}", hint="name a file of cases, or another folder")
    for each in found:
        yield str(Path(name) / each.name), each


def _tested(folder: Path, name: str, file: Path, given: str | None) -> Tested:
    data = read_file(file)
    policy = _policy(folder, name, file, given)
    cases, faults = read(data, name, policy)
    return Tested(name=name, policy=policy, ended=run(policy, cases), faults=faults)


def _policy(folder: Path, name: str, file: Path, given: str | None) -> Policy:
    """The one that is named, the one beside the cases, or that of the work tree."""
    if given is not None:
        from answerable.cli.gate_ import policy_named

        with opened(folder, settled=True) as repository:
            found = policy_named(repository, given, None)
        return replace(found, source=found.source.partition(" (given by ")[0])
    beside = file.with_name(_POLICY)
    if beside.is_file():
        above, below = policy_above(folder, str(beside.resolve()))
        return load(read_file(beside), str(Path(name).with_name(_POLICY)), above, below)
    hint = f"put {_POLICY} beside it, or name one with --policy"
    raise PolicyInvalid(f"there is no policy beside {name}", hint=hint)


def document(tested: Sequence[Tested], elapsed_ms: int) -> dict[str, Any]:
    """What came of it, as `answerable/policy-test/v1`."""
    every = [ended for each in tested for ended in each.ended]
    failed = sum(bool(ended.differences) for ended in every)
    return {
        "schema": "answerable/policy-test/v1",
        "ok": not failed and not any(each.faults for each in tested),
        "passed": len(every) - failed,
        "failed": failed,
        "files": [_file(each) for each in tested],
        "elapsed_ms": elapsed_ms,
    }


def _file(each: Tested) -> dict[str, Any]:
    return {
        "file": each.name,
        "policy": {"source": each.policy.source, "digest": each.policy.digest},
        "cases": [_case(ended) for ended in each.ended],
        "faults": [
            {
                "line": fault.position.line,
                "column": fault.position.column,
                "message": fault.message,
                "fix": fault.fix,
            }
            for fault in each.faults
        ],
    }


def _case(ended: Ended) -> dict[str, Any]:
    return {
        "name": ended.case.name,
        "line": ended.case.position.line,
        "ok": not ended.differences,
        "verdict": ended.verdict.value,
        "findings": [
            {"rule": finding.rule, "severity": finding.severity.value, "message": finding.message}
            for finding in ended.findings
        ],
        "layers": {path: layer for path, layer, _ in ended.layers},
        "differences": [
            {"what": each.what, "expected": each.expected, "found": each.found} for each in ended.differences
        ],
        "problem": ended.problem,
    }


def _render(tested: Sequence[Tested], elapsed: int) -> None:
    for each in tested:
        click.echo(f"{clean(each.name)}, by {clean(each.policy.source)}")
        for fault in each.faults:
            click.echo(f"  {clean(fault.where)}: {clean(fault.message)}\n    {clean(fault.fix)}")
        for ended in each.ended:
            click.echo(f"  {'FAIL' if ended.differences else 'ok  '} {clean(ended.case.name)}")
            for told in _told(ended):
                click.echo(f"         {clean(told)}")
    every = [ended for each in tested for ended in each.ended]
    failed = sum(bool(ended.differences) for ended in every)
    faults = sum(len(each.faults) for each in tested)
    more = f", {faults} {'fault' if faults == 1 else 'faults'}" if faults else ""
    click.echo(f"\n{len(every) - failed} as expected, {failed} not{more}. {elapsed:,} ms")


def _told(ended: Ended) -> Iterator[str]:
    """Each difference, and with it the line of the case and what kept it from being judged."""
    for each in ended.differences:
        yield f"{each.what}: expected {each.expected}, found {each.found} (line {ended.case.position.line})"
    if ended.differences and ended.problem:
        yield f"could not be evaluated: {ended.problem}"


def _junit(tested: Sequence[Tested]) -> str:
    from answerable.policy.outputs.cases import render

    return render(
        [(each.name, ended) for each in tested for ended in each.ended],
        [fault for each in tested for fault in each.faults],
    )
