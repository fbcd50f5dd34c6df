"""Who git takes the person at the keyboard for, and the key it is told to sign with."""

from __future__ import annotations

from typing import NamedTuple

from answerable.git.repository import Repository


class Identity(NamedTuple):
    """As configured; None where nothing is. `signing_key` is set only where git signs with SSH keys."""

    name: str | None
    email: str | None
    signing_key: str | None


def identity(repository: Repository) -> Identity:
    """Read the configuration that git would use here: that of the machine, the person and the repository."""
    _, out, _ = repository.git.attempt("config", "-z", "--list")
    found: dict[str, str] = {}
    for row in out.decode("utf-8", "replace").split("\0"):
        key, _, value = row.partition("\n")
        found[key] = value
    signing = found.get("user.signingkey") if found.get("gpg.format") == "ssh" else None
    return Identity(found.get("user.name") or None, found.get("user.email") or None, signing or None)
