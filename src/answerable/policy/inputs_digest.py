"""The digest of what a verdict was made of: two verdicts with one digest and one policy say the same."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence

from answerable.policy.change.facts import LineFacts
from answerable.policy.judge.evaluate import Inputs


def digest(commits: Sequence[str], inputs: Inputs) -> str:
    """``sha256:`` and hex over everything that the verdict depends on besides the policy.

    Args:
        commits: Where the change begins, and its head.
        inputs: What is known of it.
    """
    told: Mapping[str, object] = {
        "range": list(commits),
        "facts": [_told(fact) for fact in inputs.facts],
        "layers": {_text(path): place.placed.layer.name for path, place in inputs.places.items()},
        "approvals": [[a.by, sorted(a.names), list(a.teams)] for a in inputs.approvals.counted],
        "context": inputs.context.digest if inputs.context else None,
        "owners": {_text(path): owner.names if owner else () for path, owner in inputs.owners.items()},
        "today": inputs.today.isoformat(),
        **({"checklists": inputs.checklists.told} if inputs.checklists else {}),
        **({"mandate": inputs.mandate.told} if inputs.mandate else {}),
        "findings": [report.digest for report in inputs.laying.reports],
        "emergencies": [[e.by, e.why, e.at.isoformat(), e.sha, *e.teams] for e in inputs.emergencies],
    }
    data = json.dumps(told, sort_keys=True, ensure_ascii=True, separators=(",", ":")).encode()
    return f"sha256:{hashlib.sha256(data).hexdigest()}"


def _told(fact: LineFacts) -> list[object]:
    lines, agent = fact.lines, fact.lines.agent
    who = [agent.tool, agent.model, agent.session] if agent else []
    how = lines.acceptance.how.value if lines.acceptance else None
    where = [_text(fact.path), fact.start, fact.end, fact.what.value, fact.weight, fact.commit]
    return [*where, lines.origin.value, lines.grade.word, who, how, list(fact.countersigned)]


def _text(path: bytes) -> str:
    return path.decode("utf-8", "surrogateescape")
