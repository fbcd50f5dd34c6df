"""A repository with a ledger and an owners file, and people who ask and sign."""

from __future__ import annotations

from typing import Any

from answerable.capture.inside import VARIABLES
from e2e.asking import Said, ask_here
from e2e.ledgers import Someone, Team
from ownership.declared import FILE

OWNERS = ".answerable/owners.yaml"
OUTSIDE = dict.fromkeys(VARIABLES, "")


def with_owners(team: Team) -> Team:
    """The same with an owners file, in the work tree too."""
    team.repo.commit({OWNERS: FILE, "shop/checkout/pay.py": "pay\n", "docs/a.md": "a\n"})
    team.repo.checkout()
    return team


def owners(team: Team, *arguments: str, **env: str) -> Said:
    """Run a command of the group, outside of agents."""
    return ask_here("owners", *arguments, cwd=team.root, **OUTSIDE | env)


def sign(team: Team, who: Someone, *more: str, **env: str) -> Said:
    """Somebody signs."""
    return owners(team, "sign", *who.signing, "--format", "json", *more, **env)


def path(team: Team, *more: str, name: str = "shop/checkout/pay.py") -> dict[str, Any]:
    """What one path is resolved to."""
    found = owners(team, "resolve", name, "--format", "json", *more)
    assert found.code in (0, 1), found.out
    (one,) = found.json["paths"]
    assert isinstance(one, dict)
    return one
