"""The options of `answerable record deploy`: where something was put into use, and of how much of it that is known."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC
from pathlib import Path
from typing import Any, TypeVar

import click

from answerable.cli.revision import moment
from answerable.domain.decision import EvidenceRef, Kind, Subject
from answerable.errors import DecisionInvalid, UsageError
from answerable.git.commits import when

F = TypeVar("F", bound=Callable[..., Any])

PLACE = ("environment", "service", "region", "jurisdiction", "cohort", "wave")
FIGURES = ("percent", "devices", "reported")
STATES = ("active", "rolled_back", "superseded", "removed", "unreported")
_EXAMPLE = "for example: answerable record deploy HEAD --environment production --region eu-north-1"


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A decision to be signed: what it is about, and what it says beyond the options."""

    name: str
    subjects: tuple[Subject, ...]
    given: dict[str, Any] = field(default_factory=dict)
    evidence: tuple[EvidenceRef, ...] = ()


def deploy_options(function: F) -> F:
    """The place, the figures and the artifact of a deployment."""
    for option in (
        click.option(
            "--from", "source", type=click.Path(path_type=Path), metavar="FILE",
            help="Of a deploy or a release: what another system reports of it; - for standard input.",
        ),
        click.option("--at", metavar="TIME", help="Of a deploy: when it happened, where that is not now."),
        click.option("--reported", type=click.IntRange(0), help="Of a deploy: how many devices said that it is done."),
        click.option("--devices", type=click.IntRange(0), help="Of a deploy: how many devices the place has."),
        click.option("--percent", type=click.IntRange(0, 100), help="Of a deploy: how much of the place runs it now."),
        click.option("--wave", metavar="NAME", help="Of a deploy: in which wave of a rollout."),
        click.option("--cohort", metavar="NAME", help="Of a deploy: to which devices."),
        click.option("--jurisdiction", metavar="NAME", help="Of a deploy: under which law, for example EU."),
        click.option("--region", metavar="NAME", help="Of a deploy: in which region, for example eu-north-1."),
        click.option("--service", metavar="NAME", help="Of a deploy: which of the repository's services."),
        click.option("--environment", metavar="NAME", help="Of a deploy: where to, for example production."),
        click.option("--artifact", "artifacts", multiple=True, metavar="DIGEST", help="What was built: sha256:…."),
    ):  # fmt: skip
        function = option(function)
    return function


def deploy_details(given: dict[str, Any]) -> dict[str, Any]:
    """What the options say of a deployment.

    Raises:
        DecisionInvalid: they contradict each other.
        UsageError: they are of a deployment, and the decision is none.
    """
    found = {name: given[name] for name in (*PLACE, *FIGURES) if given.get(name) is not None}
    if given.get("deployment"):
        found["deployment"] = given["deployment"]
    if given.get("at"):
        found["at"] = when(int(moment(given["at"]).astimezone(UTC).timestamp()))
    if not found:
        return {}
    if Kind(given["kind"]) is not Kind.DEPLOY:
        name = next(iter(found))
        raise UsageError(f"--{name} is of a deploy, not of {given['kind']}", hint=_EXAMPLE)
    if "environment" not in found:
        raise DecisionInvalid("a deployment is to an environment", hint=f"name it: --environment NAME; {_EXAMPLE}")
    _hold(found, given.get("state"))
    return found


def artifacts_of(given: dict[str, Any]) -> Sequence[Subject]:
    """The artifacts named, as subjects.

    Raises:
        DecisionInvalid: one is no digest.
    """
    found = []
    for text in given.get("artifacts") or ():
        algorithm, colon, digest = text.rpartition("@")[2].partition(":")
        if algorithm != "sha256" or not colon or len(digest) != 64 or set(digest) - set("0123456789abcdef"):
            hint = "write sha256: and 64 lower-case hex digits, as a registry names an image"
            raise DecisionInvalid(f"{text!r} is no digest of an artifact", hint=hint)
        name = text.rpartition("@")[0] or None
        found.append(Subject(name=name, digest={"sha256": digest}))
    return found


def _hold(found: dict[str, Any], state: str | None) -> None:
    if state is not None and state not in STATES:
        raise DecisionInvalid(f"{state!r} is no state of a deployment", hint=f"it is one of {', '.join(STATES)}")
    if found.get("reported", 0) > found.get("devices", found.get("reported", 0)):
        raise DecisionInvalid("more devices reported than there are", hint="--devices is how many the place has")
    if "reported" in found and "devices" not in found:
        raise DecisionInvalid("how many devices are waited for is not said", hint="give it, too: --devices N")
    if state in ("rolled_back", "superseded", "removed") and "percent" in found:
        hint = "record what is left as active: --percent N"
        raise DecisionInvalid(f"--percent is how much runs; what is {state} does not", hint=hint)
