"""Where the commands of `answerable policy` find a policy: a file, or the file in a commit."""

from __future__ import annotations

from pathlib import Path

from answerable.errors import PolicyInvalid, PolicyUnevaluable
from answerable.git.links import leads_away
from answerable.git.repository import Repository
from answerable.policy.file.find import policy_bytes
from answerable.policy.file.source import PATH
from answerable.strict_yaml.nodes import MOST_BYTES


def of_the_work_tree(repository: Repository) -> Path | None:
    """The policy file that is being edited, or None where there is none.

    Raises:
        PolicyUnevaluable: a link lies in its place.
    """
    file = repository.root / PATH
    if repository.bare or not repository.at_home:
        return None
    if leads_away(file.parent, file.name):
        raise PolicyUnevaluable(f"{PATH} is reached by a link, which is not followed", hint="put the file itself there")
    return file if file.is_file() else None


def read_file(file: Path) -> bytes:
    """The bytes of a file, as many as a policy can have and one more.

    Raises:
        PolicyInvalid: it cannot be read.
    """
    try:
        with file.open("rb") as opened:
            return opened.read(MOST_BYTES + 1)
    except OSError as error:
        hint = f"name a policy file, or a revision whose {PATH} is meant"
        raise PolicyInvalid(f"cannot read {file}: {error.strerror}", hint=hint) from error


def read_commit(repository: Repository, revision: str) -> tuple[bytes | None, str]:
    """The bytes of the policy in a commit, or None, and how to call it."""
    commit = repository.resolve(revision)
    return policy_bytes(repository, commit), f"{PATH} at {commit[:12]}"
