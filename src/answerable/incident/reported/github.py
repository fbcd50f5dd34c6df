"""GitHub's events about deployments: what a status says of the deployment that it is of.

Format: the webhook events `deployment` and `deployment_status`, docs.github.com/webhooks. Only a success says that
something runs; a failure does not say what runs after it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from answerable.domain.deployment import State
from answerable.errors import DecisionInvalid
from answerable.incident.reported.model import Found, Passed, Report, event_name, hexes, member, moment, word

_STATES = {"success": State.ACTIVE, "inactive": State.SUPERSEDED}
_PASSED = ("pending", "queued", "in_progress", "waiting", "error", "failure")


def is_one(found: Mapping[str, Any]) -> bool:
    """True for an event about a deployment."""
    return isinstance(found.get("deployment"), Mapping)


def read(found: Mapping[str, Any]) -> Found:
    """What an event says.

    Raises:
        DecisionInvalid: it is not as its format has it.
    """
    deployment, status = found["deployment"], found.get("deployment_status")
    if not isinstance(status, Mapping):
        return Passed(why="a deployment was asked for; whether it succeeded is told by its deployment_status")
    said = status.get("state")
    if said in _PASSED:
        return Passed(why=f"deployment_status.state is {said}: it does not say that something runs")
    if said not in _STATES:
        raise DecisionInvalid(f"deployment_status.state {said!r} is not known", hint="GitHub says success, inactive, …")
    sha = deployment.get("sha")
    if not any(True for length in (40, 64) for _ in hexes([sha], length)):
        raise DecisionInvalid("deployment.sha is no commit id", hint="give the event as GitHub sent it")
    environment = word(status.get("environment") or deployment.get("environment"), "deployment.environment")
    if environment is None:
        raise DecisionInvalid("deployment.environment is missing", hint="give the event as GitHub sent it")
    numbers = [deployment.get("id"), status.get("id")]
    if not all(isinstance(number, int) and not isinstance(number, bool) for number in numbers):
        raise DecisionInvalid("deployment.id and deployment_status.id are missing", hint="they name the event")
    where = word(member(found, "repository", "full_name"), "repository.full_name") or ""
    return Report(
        source="GitHub deployment_status",
        name=event_name("github", where, *map(str, numbers)),
        revisions=(sha,),
        environment=environment,
        state=_STATES[said],
        at=moment(status.get("created_at"), "deployment_status.created_at"),
        deployment=f"github:{where}#{numbers[0]}",
    )
