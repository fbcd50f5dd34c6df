"""Puts rulings into words for an agent: what is refused and why, what is allowed instead, what the change will need.

The words are one line each, without control characters, and short: an agent reads them at every edit.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from answerable.capture.payload.model import Answer, Decision
from answerable.errors import AnswerableError
from answerable.policy.guard import Refusal, Ruling, Told
from answerable.policy.model import Policy
from answerable.policy.outputs.harmless import shown, visible

MOST = 3  # refusals, or files with what they need, that are told one by one
MOST_CHARACTERS = 2000
_GATE = "The gate judges the change as a whole later, and refuses what it cannot judge."


def answer_of(rulings: Sequence[tuple[Ruling, Policy]], agent: str | None) -> Answer:
    """One answer of all rulings: the strictest decision, and everything that led to it.

    Args:
        rulings: Each with the policy that it is of.
        agent: The agent's name.
    """
    decision = max((ruling.decision for ruling, _ in rulings), key=lambda one: one.strength, default=Decision.ALLOW)
    reasons = [words for ruling, policy in rulings for words in _reasons(ruling, policy, agent)]
    context = [words for ruling, policy in rulings for words in _context(ruling, policy, agent)]
    return Answer(decision, _line(reasons), _line(context))


def fault(error: Exception) -> Answer:
    """What is said where the guard itself failed: a person decides.

    It does not deny, for then a fault in the policy would keep an agent from mending just that, and a fault of ours
    would end all work; it does not allow in silence, for then whoever breaks the policy is free.
    """
    if isinstance(error, AnswerableError):
        said = f"{error.message.rstrip('.')}" + (f" (next: {error.hint})" if error.hint else "")
    else:
        said = f"an internal fault, {type(error).__name__}"
    return Answer(Decision.ASK, visible(f"The policy could not be asked about this: {said}. {_GATE}", MOST_CHARACTERS))


def _reasons(ruling: Ruling, policy: Policy, agent: str | None) -> Iterable[str]:
    ordered = sorted(ruling.refusals, key=lambda one: -one.decision.strength)
    for refusal in ordered[:MOST]:
        yield _refused(refusal)
    if len(ordered) > MOST:
        yield f"And {len(ordered) - MOST} more."
    if ordered:
        yield f"Policy: {policy.source}."
        if ruling.free:
            yield f"Nothing forbids {agent or 'this tool'} in the layers: {', '.join(ruling.free)}."


def _refused(refusal: Refusal) -> str:
    where = f"{shown(refusal.path)} " if refusal.path is not None else ""
    layer = f"is in the trust layer {refusal.layer} ({refusal.because}): " if refusal.layer else ": " if where else ""
    rule = f" (rule {refusal.rule})" if refusal.rule else ""
    return f"{where}{layer}{refusal.what}{rule}. Instead: {refusal.instead}.".replace(" : ", ": ")


def _context(ruling: Ruling, policy: Policy, agent: str | None) -> Iterable[str]:
    by_path: dict[tuple[bytes, str], list[Told]] = {}
    for one in ruling.told:
        by_path.setdefault((one.path, one.layer), []).append(one)
    for (path, layer), told in list(by_path.items())[:MOST]:
        where = f"{shown(path)} is in the trust layer {layer}." if layer else f"{shown(path)}:"
        yield " ".join([where, *(_told(one) for one in told)])
    if len(by_path) > MOST:
        yield f"And {len(by_path) - MOST} more files."
    if by_path:
        yield f"Policy: {policy.source}."
    elif ruling.free and not ruling.refusals:
        named = agent or "this tool"
        yield (
            f"What a command changes is not looked at beforehand; the policy lets {named} change files in these layers"
            f" only, and the gate judges it: {', '.join(ruling.free)}."
        )


def _told(told: Told) -> str:
    given = f", if {'; '.join(told.conditions)}" if told.conditions else ""
    rule = f" (rule {told.rule})" if told.rule else ""
    if not told.refuses:
        return f"A change there will need: {'; '.join(told.asks)}{given}{rule}."
    when = (
        "The policy only reports now; once it is enforced this is refused" if told.reports else "The gate refuses this"
    )
    return f"{when}{given}: {told.refuses}{rule}."


def _line(parts: Iterable[str]) -> str:
    return visible(" ".join(dict.fromkeys(parts)), MOST_CHARACTERS)
