"""The tags of a repository by date, annotated ones with the commit they stand for."""

from __future__ import annotations

from answerable.git.repository import Repository

Tag = tuple[int, str, str]  # seconds since 1970, commit id, name


def read_tags(repository: Repository) -> list[Tag]:
    """Every tag, the oldest first."""
    fields = "%(creatordate:unix) %(objectname) %(*objectname) %(refname:strip=2)"
    out = repository.git.run("for-each-ref", f"--format={fields}", "refs/tags/")
    return sorted(filter(None, map(_tag, out.decode("utf-8", "replace").splitlines())))


def _tag(line: str) -> Tag | None:
    parts = line.split(" ", 3)
    if len(parts) != 4 or not parts[0].lstrip("-").isdigit():
        return None
    return int(parts[0]), parts[2] or parts[1], parts[3]
