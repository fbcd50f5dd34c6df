"""What the tests of rules share: facts that are made up, and what one rule says of them."""

from __future__ import annotations

from datetime import date
from typing import Any

from answerable.domain.grade import Grade
from answerable.domain.layer import Placed, TrustLayer
from answerable.domain.line_origin import LineOrigin
from answerable.domain.origin import Origin
from answerable.policy.change.approvals import Approvals, Approver
from answerable.policy.change.facts import LineFacts, What
from answerable.policy.file.source import load
from answerable.policy.judge.evaluate import Inputs, Judged, Place, evaluate
from policy.gating import LAYERS

HEAD = "1" * 40
DAY = date(2026, 6, 1)
PATH = b"src/auth/a.py"
ONE = "{name: r, match: {layers: [critical], origins: [ai]}, require: {reviewers: {humans: 1}}}"
WAIVER = 'waivers:\n  - {{rule: r, who: ada@example.com, why: legacy, until: "{until}", paths: ["{path}"]}}\n'


def fact(start: int = 1, end: int = 1, *, path: bytes = PATH, what: What = What.ADDED, **origin: Any) -> LineFacts:
    more = {key: origin.pop(key) for key in ("countersigned", "old_path", "weight") if key in origin}
    lines = LineOrigin(start=start, end=end, **origin)
    return LineFacts(path=path, start=start, end=end, what=what, lines=lines, **more)


def ai(start: int = 1, end: int = 1, **more: Any) -> LineFacts:
    return fact(start, end, **{"origin": Origin.AI, "grade": Grade.DECLARED, **more})


def by(*people: str, teams: tuple[str, ...] = ()) -> Approvals:
    return Approvals(counted=tuple(Approver(by=who, names=frozenset({who}), teams=teams) for who in people))


def judged(rule: str, *facts: LineFacts, extra: str = "", layer: str = "critical", **more: Any) -> Judged:
    """What one rule, given as YAML in braces, says."""
    policy = load(f"{LAYERS}rules:\n  - {rule}\n{extra}".encode(), "policy.yaml")
    placed = Placed(layer=TrustLayer(name=layer, rank=0), because="the test says so")
    places: dict[bytes, Place] = {one.path: Place(placed=placed) for one in facts} | more.pop("places", {})
    return evaluate(policy, Inputs(head=HEAD, facts=facts, places=places, today=DAY, **more))
