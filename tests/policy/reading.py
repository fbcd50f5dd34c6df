"""What the tests of policies share: reading a text, and its faults as editors show them."""

from __future__ import annotations

from dataclasses import replace

from answerable.policy.file.source import load, read
from answerable.policy.model import Policy

NAME = "policy.yaml"


def policy(text: str) -> Policy:
    """A policy that must be sound."""
    return load(text.encode(), NAME)


def faults(text: str | bytes) -> list[str]:
    """The faults of a policy, as `line:column message`."""
    found, told = read(text if isinstance(text, bytes) else text.encode(), NAME)
    assert (found is None) == bool(told)
    return [f"{fault.position.line}:{fault.position.column} {fault.message}" for fault in told]


def fixes(text: str) -> list[str]:
    """What to write instead, for each fault."""
    return [fault.fix for fault in read(text.encode(), NAME)[1]]


def bare(policy: Policy) -> Policy:
    """A policy without where it came from."""
    return replace(policy, preset=None, digest="", source="")
