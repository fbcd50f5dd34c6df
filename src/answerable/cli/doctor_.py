"""`answerable doctor`: proves by a dry edit and a dry commit that what was installed records."""

from __future__ import annotations

import os
import time
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from answerable.cli.options import FORMATS, clean, format_option, opened, print_json

if TYPE_CHECKING:
    from answerable.capture.doctor.check import Check

_SIGNS = {"ok": "ok", "warning": "look", "fault": "FAULT"}


@click.command("doctor")
@format_option(*FORMATS)
@click.pass_obj
def command(folder: Path, form: str) -> int:
    """See whether what was installed records, and what it rests on.

    Each agent's settings are asked for the command in them, which is run as its host would run it, around a dry edit in
    a repository made for that; then git commits there with the hooks of this one. Nothing here is changed. A command
    that is more than the recorder is not run. Ends with 1 where something is not recorded.
    """
    from answerable.capture.doctor.examine import examine
    from answerable.capture.install.command import Program
    from answerable.capture.install.model import Machine

    began = time.monotonic()
    with opened(folder) as repository:
        checks = examine(repository, Machine(home=Path.home(), environment=os.environ, program=Program.here()))
        found = document(checks, repository.root, round((time.monotonic() - began) * 1000))
    if form == "json":
        print_json(found)
    else:
        _say(checks)
    return 0 if found["ok"] else 1


def document(checks: Sequence[Check], root: Path, elapsed_ms: int) -> dict[str, Any]:
    """What was found, as `answerable/doctor/v1`."""
    return {
        "schema": "answerable/doctor/v1",
        "ok": not any(check.state == "fault" for check in checks),
        "root": os.fspath(root),
        "checks": [
            {
                "id": check.id,
                "about": check.about,
                "state": check.state.value,
                "message": check.message,
                "remedy": check.remedy,
            }
            for check in checks
        ],
        "elapsed_ms": elapsed_ms,
    }


def _say(checks: Sequence[Check]) -> None:
    for check in checks:
        about = f"{clean(check.about)}: " if check.about else ""
        click.echo(f"{_SIGNS[check.state]:<5}  {check.id:<9}  {about}{clean(check.message)}")
        if check.remedy and check.state != "ok":
            click.echo(f"{'':<5}  {'':<9}  {clean(check.remedy)}")
    faults, looks = (sum(check.state == state for check in checks) for state in ("fault", "warning"))
    said = f"{_many(faults, 'fault')}, {_many(looks, 'thing')} to look at"
    click.echo("\neverything records" if not faults and not looks else f"\n{said}")


def _many(number: int, what: str) -> str:
    return f"{number:,} {what}{'' if number == 1 else 's'}"
