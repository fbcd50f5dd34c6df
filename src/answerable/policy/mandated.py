"""Looks up the mandate for rules that ask for one: that of the base of a change, never the one that it brings."""

from __future__ import annotations

from dataclasses import replace

from answerable.git.repository import Repository
from answerable.policy.judge.evaluate import Inputs
from answerable.policy.model import Policy


def with_mandate(repository: Repository, policy: Policy, inputs: Inputs, base: str | None) -> Inputs:
    """The same with what is known of the mandate, where any rule asks for one.

    Args:
        repository: Where.
        policy: That of the change.
        inputs: What is known besides; signatures count that were made by the end of its day.
        base: The commit whose mandate counts; None: there is none.

    Raises:
        LedgerDamaged: the ledger cannot be read.
    """
    if all(rule.require.mandate is None for rule in policy.rules):
        return inputs
    from answerable.ownership.mandate.find import facts_at  # few policies ask for it
    from answerable.ownership.mandate.standing import last_moment

    return replace(inputs, mandate=facts_at(repository, base, last_moment(inputs.today)))
