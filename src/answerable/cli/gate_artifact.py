"""`answerable gate --artifact`: what the ledger says of an artifact, for whoever is about to put it into use."""

from __future__ import annotations

import re
from contextlib import closing
from typing import TYPE_CHECKING, Any

from answerable.cli.ledger.place import place_of
from answerable.cli.ledger.verified import verified_store
from answerable.cli.ledger.verify_ import own_key
from answerable.domain.verdict import Artifact, Verdict
from answerable.errors import AnswerableError, TargetInvalid, UsageError
from answerable.git.repository import Repository

if TYPE_CHECKING:
    from answerable.policy.model import Policy

_DIGEST = re.compile(r"sha256:([0-9a-f]{64})")
_NOT_ASKED = {
    "revisions": "RANGE",
    "context": "--context",
    "change": "--change",
    "target": "--target",
    "findings": "--findings",
    "failure_modes": "--failure-modes",
}


def judge_artifact(repository: Repository, given: dict[str, Any]) -> Verdict:
    """The verdict on an artifact.

    Raises:
        UsageError: what is given is about no artifact.
    """
    digest = _digest(given)
    artifact = Artifact(digest=f"sha256:{digest}", environment=given["environment"])
    from answerable.policy.artifact.admit import Asked, admit, refused

    policy = None
    try:
        policy = _in_force(repository, given)
        place = place_of(repository, given["place"])
        from answerable.ledger.log import opened_store
        from answerable.ledger.vault import Vault

        with closing(opened_store(place)) as store:
            keys = given["vkeys"] or own_key(store, place, given["log_key"])
            history = verified_store(store, keys, given["older"])
            asked = Asked(digest=digest, policy=policy, environment=given["environment"])
            return admit(repository, history, asked, Vault(store).read)
    except UsageError as error:
        if error.code == "config-invalid":
            raise
        return refused(repository, artifact, error, policy)
    except AnswerableError as error:
        return refused(repository, artifact, error, policy)


def _digest(given: dict[str, Any]) -> str:
    for name, option in _NOT_ASKED.items():
        if given.get(name):
            hint = "ask about the one or the other: the verdict on an artifact is the one that was recorded"
            raise UsageError(f"{option} is not for a verdict on an artifact", hint=hint)
    if given["record"]:
        raise UsageError("--record is not for a verdict on an artifact", hint="it is recorded already")
    found = _DIGEST.fullmatch(given["artifact"])
    if found is None:
        hint = "write sha256: and 64 lower-case hex digits, as a registry names an image"
        raise TargetInvalid(f"{given['artifact']!r} is no digest of an artifact", hint=hint)
    return found[1]


def _in_force(repository: Repository, given: dict[str, Any]) -> Policy:
    """The policy that the artifact must have been judged by: that of HEAD, or the one that is named."""
    from answerable.cli.gate_ import policy_named
    from answerable.policy.file.find import policy_at

    if given["policy"]:
        return policy_named(repository, given["policy"], given["organisation"])
    return policy_at(repository, repository.resolve("HEAD"), given["organisation"])
