"""Has the pattern of an incident come back: does what came in since break the rule that its review set?

The rule is a line of the review, not of the policy: it is judged beside the policy of the head, whether that has taken
it in or not, and it counts alone.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from answerable.errors import PolicyInvalid
from answerable.git.repository import Repository
from answerable.policy.file.find import organisation_policy, policy_bytes
from answerable.policy.file.source import PATH
from answerable.policy.history.line import entered
from answerable.policy.history.pool import Terms, weighed
from answerable.policy.learn.insert import NEW, inserted
from answerable.strict_yaml.nodes import Mapping as MappingNode
from answerable.strict_yaml.nodes import Node, Scalar, Unreadable, compose
from answerable.strict_yaml.nodes import Sequence as SequenceNode
from answerable.strict_yaml.writing import block

_NAME = "pattern-of-the-incident"


@dataclass(frozen=True, slots=True, kw_only=True)
class Again:
    """A change that the pattern refuses."""

    head: str
    subject: str
    reasons: tuple[str, ...]


def written(rule: Mapping[str, object]) -> str:
    """A rule as a review keeps it."""
    return "\n".join(block(rule)) + "\n"


def again(
    repository: Repository, head: str, since: str, pattern: str, *, limit: int, organisation: Path | None = None
) -> tuple[list[Again], int]:
    """The changes since a commit that the pattern refuses as they came in, and how many were judged.

    Args:
        repository: Where.
        head: Full id of the newest commit of the line.
        since: Full id of a commit: what it has already is left out.
        pattern: As `written` made it.
        limit: How many of the newest changes at most.
        organisation: The file of the policy above.

    Raises:
        PolicyInvalid: the pattern is no rule of the policy any more.
    """
    rule = {**_rule(pattern), "name": _NAME, "action": "Deny"}
    above = organisation_policy(organisation)
    data = policy_bytes(repository, head)
    made = inserted(data.decode("utf-8") if data is not None else NEW, rule, above)
    if made is None:
        hint = f"put the pattern into {PATH} as a rule, and watch it with the gate"
        raise PolicyInvalid("the pattern cannot be judged beside this policy", hint=hint)
    changes = entered(repository, since, head, limit)
    today = datetime.now(UTC).date()
    terms = Terms(head=head, policy=made[1], organisation=organisation, today=today, enforce=True)
    found = []
    for _, change in weighed(repository, changes, terms) if changes else ():
        if any(hit.rule == _NAME and hit.refused for hit in change.hits):
            told = tuple(reason.message for reason in change.reasons if reason.rule == _NAME)
            found.append(Again(head=change.head, subject=change.subject, reasons=told))
    return found, len(changes)


def _rule(pattern: str) -> dict[str, object]:
    try:
        found = _value(compose(pattern.encode(), "the pattern", begin="write a rule"))
    except Unreadable as error:
        raise PolicyInvalid(f"the pattern of the review: {error.fault.message}", hint=error.fault.fix) from error
    if not isinstance(found, dict):
        raise PolicyInvalid("the pattern of the review is no rule", hint="set it again: answerable incident review")
    return found


def _value(node: Node) -> object:
    if isinstance(node, MappingNode):
        return {key.text: _value(value) for key, value in node.pairs}
    if isinstance(node, SequenceNode):
        return tuple(_value(item) for item in node.items)
    if isinstance(node, Scalar) and not node.style and node.text in ("true", "false"):
        return node.text == "true"
    if isinstance(node, Scalar) and not node.style and node.text.isascii() and node.text.isdigit():
        return int(node.text)
    return node.text if isinstance(node, Scalar) else ""
