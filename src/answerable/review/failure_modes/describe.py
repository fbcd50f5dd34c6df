"""What each rule of failure modes says, and why it is known of AI-written code."""

from __future__ import annotations

from answerable.review.failure_modes.own_rules import OWN_RULES
from answerable.review.failure_modes.rule_files import rule_files


def described() -> dict[str, tuple[str, str]]:
    """For each rule by name: what it says, and why it is known."""
    files = {rule.name: (rule.message, rule.known) for rule in rule_files().values()}
    return {**files, **{rule.name: (rule.message, rule.known) for rule in OWN_RULES.values()}}
