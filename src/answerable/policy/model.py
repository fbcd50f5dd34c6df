"""A policy as read: frozen, complete and without a fault."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from answerable.domain.layer import TrustLayer
from answerable.policy.emergency import Emergency
from answerable.policy.layer_rule import LayerRule
from answerable.policy.rule import Rule
from answerable.policy.services import Service
from answerable.policy.team import Named, Team
from answerable.policy.waiver import Waiver


class Mode(StrEnum):
    """Whether a finding fails the gate, or everything is only reported."""

    ENFORCE = "enforce"
    REPORT = "report"


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """The whole: layers most severe first (their ranks count from 0), rules in the order in which they are told.

    `digest` is ``sha256:`` and hex over the bytes of the file and of its preset; `source` is where it was read.
    """

    layers: tuple[LayerRule, ...]
    rules: tuple[Rule, ...] = ()
    waivers: tuple[Waiver, ...] = ()
    services: tuple[Service, ...] = ()
    teams: tuple[Team, ...] = ()
    emergency: Emergency | None = None  # the terms of emergencies; None: there are none
    mode: Mode = Mode.ENFORCE
    preset: str | None = None
    digest: str = ""
    source: str = ""
    commit: str | None = field(default=None, compare=False)  # where it was read, if in one: there are those of folders
    above: Policy | None = None  # the policy that this one was joined with, as it is alone
    named: tuple[Named, ...] = field(default=(), compare=False)  # where it names teams and people

    def layer(self, name: str) -> TrustLayer | None:
        """The layer of a name."""
        return next((rule.layer for rule in self.layers if rule.layer.name == name), None)
