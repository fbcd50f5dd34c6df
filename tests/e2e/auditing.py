"""Branches that are approved, judged, merged, squashed and deployed, and what the audit says of each change."""

from __future__ import annotations

import json
from typing import Any

from e2e.packs import PERIOD
from e2e.releasing import Releasing
from policy.gating import ADA, AUTH, CLAUDE

SAID = {"source": "test", "claim": "it was recorded"}


def changes(team: Releasing, *options: str) -> dict[str, dict[str, Any]]:
    """Every change by its commit, with all that is known of it."""
    from answerable.audit.tables import COLUMNS

    asked = f"changes show {', '.join(COLUMNS['changes'])}"
    said = team.done("audit", "ask", asked, *PERIOD, *options)
    return {row["commit"]: row for row in said["rows"]}


def branch(
    team: Releasing, *texts: str, message: str = f"Work\n\n{CLAUDE}", author: tuple[str, str] = ADA
) -> list[str]:
    """Commits of a branch `work`, each with one more line of a critical file."""
    made, lines = [], "a\nb\nc\n"
    for text in texts:
        lines += f"{text}\n"
        made.append(team.repo.commit({AUTH: lines}, message=message, author=author, branch="work"))
    return made


def judged(team: Releasing, base: str, head: str, *by: Any) -> None:
    """A head that people approved and the gate judged."""
    for who in by:
        team.record(who, "review", head, "--verdict", "approved")
    team.gate(f"{base}..{head}")


def merged(team: Releasing, head: str, **more: Any) -> str:
    sha = team.repo.merge(head, **more)
    team.repo.checkout()
    return sha


def carry(team: Releasing, old: str, new: str, who: Any = None) -> None:
    """Somebody signs that a commit was made of another."""
    rows = {
        "source": "test",
        "claim": "lines came with it",
        "carry": [{"from": old, "to": new, "rule": "told", "kept": [], "dropped": []}],
    }
    team.record(who or team.ada, "attest", new, "--details", json.dumps(rows))


def squashed(team: Releasing, text: str = "a\nb\nc\nd\ne\n") -> str:
    sha = team.repo.commit({AUTH: text}, message=f"All of it (#9)\n\n{CLAUDE}", author=ADA)
    team.repo.checkout()
    return sha


def deploy(team: Releasing, revision: str, *options: str) -> None:
    team.done("record", "deploy", revision, *options, "--as", "service", *team.builder.signing)
