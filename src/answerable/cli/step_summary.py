"""Adds a verdict to the summary of a step of GitHub Actions, where there is one; never changes how a command ends."""

from __future__ import annotations

import os

import click

from answerable.domain.verdict import Verdict

VARIABLE = "GITHUB_STEP_SUMMARY"


def append(verdict: Verdict) -> None:
    """Append to the file that `GITHUB_STEP_SUMMARY` names."""
    file = os.environ.get(VARIABLE)
    if not file:
        return
    from answerable.policy.outputs.github import step_summary

    try:
        with open(file, "a", encoding="utf-8") as opened:  # noqa: PTH123 - any name that the variable holds
            opened.write(step_summary(verdict) + "\n")
    except (OSError, ValueError) as error:
        click.echo(f"answerable: the step's summary could not be written: {error}", err=True)
