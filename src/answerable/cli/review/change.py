"""The change that a command of `answerable review` is about, read as the gate reads it."""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from answerable.cli.revision import range_of
from answerable.errors import ContextInvalid, RevisionNotFound
from answerable.git.repository import Repository

if TYPE_CHECKING:
    from answerable.policy.checklists.open import Checklists
    from answerable.policy.gate import Known
    from answerable.policy.judge.evaluate import Inputs
    from answerable.policy.model import Policy

F = TypeVar("F", bound=Callable[..., Any])


@dataclass(frozen=True, slots=True, kw_only=True)
class Reviewed:
    """A change, the policy of its base, and what reviewers were asked and have answered."""

    policy: Policy
    known: Known
    inputs: Inputs
    checklists: Checklists

    @property
    def base(self) -> str:
        """Where it begins; all zeros: at nothing."""
        return self.known.span.base or "0" * len(self.head)

    @property
    def head(self) -> str:
        """Its newest commit."""
        return self.known.span.head


def change_options(function: F) -> F:
    """`--context` and `--organisation`."""
    for option in (
        click.option(
            "--organisation", type=click.Path(path_type=Path), metavar="FILE",
            help="The policy above that of the repository.",
        ),
        click.option(
            "--context", metavar="FILE", help="What the forge knows of the change, as JSON; - for standard input."
        ),
    ):  # fmt: skip
        function = option(function)
    return function


def change_of(
    repository: Repository, revisions: str, context: str | None = None, organisation: Path | None = None
) -> Reviewed:
    """Read the change ``BASE..HEAD``.

    Raises:
        RevisionNotFound: it is no range.
        ContextInvalid: the context cannot be read, or is that of another change.
        PolicyInvalid: the policy, or the organisation's questions, have a fault.
        PolicyUnevaluable: not all of the change is in this clone.
    """
    if ".." not in revisions:
        hint = "give where the change begins and ends, for example main..HEAD"
        raise RevisionNotFound(f"{revisions!r} is no range", hint=hint)
    left, _, right = revisions.partition("..")
    base, head = range_of(repository, f"{left}..{right.removeprefix('.')}")
    return read_change(repository, base, head, context, organisation)


def read_change(
    repository: Repository, base: str | None, head: str, context: str | None, organisation: Path | None
) -> Reviewed:
    """The same for two commits."""
    from answerable.policy.change import context as contexts
    from answerable.policy.change.span import span_of
    from answerable.policy.checklists.open import Checklists
    from answerable.policy.file.find import organisation_policy, policy_at
    from answerable.policy.file.source import preset
    from answerable.policy.gate import gathered, owners_for

    span = span_of(repository, base, head)
    in_force = policy_at(repository, base, organisation) if base and span.base else organisation_policy(organisation)
    told = contexts.read(read_bytes(context, "the context")) if context else None
    if told:
        told.must_be_of(head)
    today = datetime.now(UTC).date()
    in_force = in_force or preset("starter")
    owners = owners_for(repository, base if span.base else None, in_force)
    policy, known, inputs = gathered(repository, span, in_force, told, owners, today, answers=True)
    return Reviewed(policy=policy, known=known, inputs=inputs, checklists=inputs.checklists or Checklists())


def read_bytes(named: str, what: str) -> bytes:
    """The bytes of a file, or of standard input where it is called `-`.

    Raises:
        ContextInvalid: it cannot be read.
    """
    try:
        return sys.stdin.buffer.read() if named == "-" else Path(named).read_bytes()
    except OSError as error:
        hint = "name a file that can be read, or - for standard input"
        raise ContextInvalid(f"cannot read {what} {named}: {error.strerror}", hint=hint) from error
