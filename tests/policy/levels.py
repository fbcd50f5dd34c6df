"""What the tests of policies below others share: an organisation, both policies read together, and what they say."""

from __future__ import annotations

from datetime import date
from typing import Any

from answerable.domain.grade import Grade
from answerable.domain.line_origin import LineOrigin
from answerable.domain.origin import Origin
from answerable.policy.change.approvals import Approvals, Approver
from answerable.policy.change.facts import LineFacts, What
from answerable.policy.file.source import load, read
from answerable.policy.judge.evaluate import Inputs, Judged, Place, evaluate
from answerable.policy.layers.place import Layers
from answerable.policy.model import Policy

HEAD = "1" * 40
DAY = date(2026, 6, 1)
LAYERS = """layers:
  - {name: critical, paths: [/auth/]}
  - {name: sensitive, paths: [/deploy/]}
  - {name: standard}
  - {name: peripheral, paths: [/docs/]}
"""
ORGANISATION = f"""version: 1
{LAYERS}rules:
  - {{name: eyes, match: {{layers: [critical]}}, require: {{reviewers: {{humans: 1}}}}}}
"""


def both(upper: str, lower: str, folder: str = "") -> Policy:
    return load(lower.encode(), "lower.yaml", load(upper.encode(), "upper.yaml"), folder)


def faults(upper: str, lower: str, folder: str = "") -> list[str]:
    _, told = read(lower.encode(), "lower.yaml", load(upper.encode(), "upper.yaml"), folder)
    return [f"{fault.position.line}:{fault.position.column} {fault.message}" for fault in told]


def placed(policy: Policy, facts: tuple[LineFacts, ...]) -> dict[bytes, Place]:
    """As the gate places paths."""
    layers = Layers(policy)
    found = {}
    for one in facts:
        sides = [layers.place(name) for name in (one.path, one.old_path) if name]
        above = [layers.above.place(name) for name in (one.path, one.old_path) if name and layers.above]
        found[one.path] = Place(
            placed=min(sides, key=lambda p: p.layer.rank),
            above=min(above, key=lambda p: p.layer.rank, default=None),
            moved=len({p.layer.rank for p in sides}) > 1 or len({p.layer.rank for p in above}) > 1,
        )
    return found


def judged(policy: Policy, *facts: LineFacts, **more: Any) -> Judged:
    inputs = Inputs(head=HEAD, facts=facts, places=placed(policy, facts), today=DAY, **more)
    return evaluate(policy, inputs)


def fact(path: bytes = b"auth/a.py", count: int = 1, origin: Origin = Origin.AI, **more: Any) -> LineFacts:
    lines = LineOrigin(start=1, end=count, origin=origin, grade=Grade.DECLARED)
    return LineFacts(path=path, start=1, end=count, what=more.pop("what", What.ADDED), lines=lines, **more)


def by(*people: str) -> Approvals:
    return Approvals(counted=tuple(Approver(by=who, names=frozenset({who})) for who in people))


# -- what would loosen --------------------------------------------------------------------------------------------
