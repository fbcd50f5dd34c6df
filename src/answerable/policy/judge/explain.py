"""Explains a path before there is a change: its layer and why, the rules that would be about it, and their waivers."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date

from answerable.domain.layer import Placed
from answerable.domain.line_origin import LineOrigin
from answerable.policy.change.facts import LineFacts, What
from answerable.policy.judge.evaluate import Inputs, Place
from answerable.policy.judge.matching import Scene, covers, globs, matches, within
from answerable.policy.layers.place import Layers
from answerable.policy.model import Policy
from answerable.policy.rule import Rule
from answerable.policy.services import Reach, Services
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
    reach: Reach = field(default_factory=Reach)  # what breaks with it


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
    layers = Layers(policy)
    placed = layers.place(path, content)
    above = layers.above.place(path, content) if layers.above else None
    fact = LineFacts(path=path, start=1, end=1, what=What.ADDED, lines=line or LineOrigin(start=1, end=1))
    place = Place(placed=placed, above=above)
    scene = Scene(policy, Inputs(head="", facts=(fact,), places={path: place}, today=today))
    rules = tuple(rule for rule in policy.rules if _about(scene, rule, fact, known=line is not None))
    near = [waiver for waiver in policy.waivers if covers(waiver, fact)]
    told = tuple(
        Applying(rule=rule, waivers=tuple(w for w in near if w.reaches(rule) and w.holds(today))) for rule in rules
    )
    expired = tuple(w for w in near if not w.holds(today) and any(w.reaches(rule) for rule in rules))
    reach = Services(policy.services).of(path)
    return Explained(path=path, placed=placed, rules=told, expired=expired, reach=reach)


def _about(scene: Scene, rule: Rule, fact: LineFacts, *, known: bool) -> bool:
    match = rule.match if known else replace(rule.match, origins=(), grades=(), tools=(), models=())
    return within(rule, globs(match.paths), fact) and any(
        matches(match, fact, view) for view in scene.views(fact, rule)
    )
