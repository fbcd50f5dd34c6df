"""What is known of the mandate at a commit: its file as that commit has it, and the ledger's signatures under it.

A file of the work tree is never read here: whoever asks about a change asks at its base, so no change brings its own.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from answerable.git.program import git_date
from answerable.git.repository import Repository
from answerable.ledger.place import has_ledger, ledger_place
from answerable.ownership.mandate.model import PATH
from answerable.ownership.mandate.standing import Facts
from answerable.ownership.registry import Registry

if TYPE_CHECKING:
    from pathlib import Path

    from answerable.ownership.mandate.signatures import Signature
    from answerable.ownership.model import Member


def mandate_bytes(repository: Repository, commit: str) -> bytes | None:
    """The bytes of the file in a commit, or None where there is none; what is no file has none that can be read."""
    found = repository.objects.get(f"{commit}:{PATH}")
    if found is None:
        return None
    return found.data if found.kind == "blob" else b""


def facts_at(repository: Repository, commit: str | None, at: datetime, place: Path | str | None = None) -> Facts:
    """What is known of the mandate of a commit.

    Args:
        repository: Where.
        commit: Full commit id; None: there is none.
        at: A moment with its zone: signatures made later do not count.
        place: The ledger; the repository's own where None.

    Raises:
        LedgerDamaged: the ledger cannot be read.
    """
    data = mandate_bytes(repository, commit) if commit else None
    if data is None:
        return Facts(at=at, commit=commit)
    from answerable.ownership.mandate.read import read  # YAML is slow to load: only where there is a file

    mandate, faults = read(data, f"{PATH} at {commit[:12]}" if commit else PATH)
    return Facts(
        at=at.astimezone(UTC),
        commit=commit,
        mandate=mandate,
        faults=faults,
        signatures=_signatures(repository, place) if mandate else (),
        aliases=aliases(repository, commit) if mandate else None,
    )


def commit_at(repository: Repository, revision: str, moment: datetime) -> str | None:
    """The last commit of a line before a moment, or None.

    Args:
        repository: Where.
        revision: Its first parents are the line.
        moment: With its zone.

    Raises:
        RevisionNotFound: there is no such revision.
    """
    before = f"--before={git_date(int(moment.timestamp()))}"
    asked = ("rev-list", "--first-parent", "-n1", before, repository.resolve(revision))
    return repository.quarantine.git.run(*asked).decode().strip() or None


def _signatures(repository: Repository, place: Path | str | None) -> tuple[Signature, ...] | None:
    if place is None and not has_ledger(repository.common_dir):
        return None
    from answerable.ledger.log import Ledger  # cryptography is slow to load
    from answerable.ownership.mandate.signatures import signatures

    with Ledger(place or ledger_place(repository.common_dir), readonly=True) as ledger:
        return signatures(ledger)


def aliases(repository: Repository, commit: str | None) -> dict[str, str]:
    """Every name that the owners file has for a person, to one name each: who signs twice is one."""
    owners = Registry(repository, commit).owners
    found: dict[str, str] = {}
    for one in owners.people if owners else ():
        name = min((known for other in _names(one) if (known := found.get(other))), default=one.id.lower())
        found.update(dict.fromkeys(_names(one), name))
    return found


def _names(member: Member) -> tuple[str, ...]:
    names = (member.id, member.sso, *member.git)
    return tuple(name.lower() for name in names if name)
