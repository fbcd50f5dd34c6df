"""Explains a path before there is a change: its layer and why, the rules that would be about it, and their waivers."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from answerable.domain.grade import Grade
from answerable.domain.layer import Placed
from answerable.domain.line_origin import LineOrigin
from answerable.domain.origin import Origin
from answerable.policy.layers.place import Layers
from answerable.policy.model import Policy
from answerable.policy.paths import Paths
from answerable.policy.rule import Match, Rule, named
from answerable.policy.waiver import Waiver


@dataclass(frozen=True, slots=True, kw_only=True)
class Applying:
    """A rule that would be about the path, and the waivers that keep it from failing there today."""

    rule: Rule
    waivers: tuple[Waiver, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Explained:
    """What a policy says of a path, or of a line of it."""

    path: bytes
    placed: Placed
    rules: tuple[Applying, ...]
    expired: tuple[Waiver, ...] = ()  # waivers that would matter and are over


def explain(
    policy: Policy, path: bytes, content: bytes | None, today: date, line: LineOrigin | None = None
) -> Explained:
    """Explain a path.

    Args:
        policy: The policy in force.
        path: A path of the tree, which need not be there.
        content: Its bytes where it is there.
        today: On which day waivers are judged.
        line: What is known of one of its lines; then only rules that would be about this line are told.
    """
    placed = Layers(policy).place(path, content)
    rules = tuple(rule for rule in policy.rules if _about(rule.match, placed, path, line))
    waivers = [w for w in policy.waivers if not w.paths or Paths(w.paths).first(path) is not None]
    told = tuple(
        Applying(rule=rule, waivers=tuple(w for w in waivers if w.rule == rule.name and w.holds(today)))
        for rule in rules
    )
    names = {rule.name for rule in rules}
    expired = tuple(w for w in waivers if w.rule in names and not w.holds(today))
    return Explained(path=path, placed=placed, rules=told, expired=expired)


def _about(match: Match, placed: Placed, path: bytes, line: LineOrigin | None) -> bool:
    if match.layers and placed.layer.name not in match.layers:
        return False
    if match.paths and Paths(match.paths).first(path) is None:
        return False
    return line is None or _of_the_line(match, line)


def _of_the_line(match: Match, line: LineOrigin) -> bool:
    agent = line.agent
    unsigned = line.origin is Origin.HUMAN and line.grade is not Grade.ATTESTED  # it helps only where it is signed
    return (
        (not match.origins or line.origin in match.origins or (unsigned and Origin.UNKNOWN in match.origins))
        and (not match.grades or line.grade in match.grades)
        and (not match.tools or named(agent.tool if agent else None, match.tools))
        and (not match.models or named(agent.model if agent else None, match.models))
    )
