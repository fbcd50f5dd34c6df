"""The tags of a repository by date, annotated ones with the commit they stand for."""

from __future__ import annotations

from answerable.git.repository import Repository

Tag = tuple[int, str, str]  # seconds since 1970, commit id, name


_FIELDS = "%(creatordate:unix) %(objectname) %(objecttype) %(type) %(*objectname) %(refname:strip=2)"
TAGS = ("for-each-ref", f"--format={_FIELDS}", "refs/tags/")


def read_tags(repository: Repository) -> list[Tag]:
    """Every tag that stands for a commit, the oldest first."""
    out = repository.git.run(*TAGS)
    # not splitlines: a name may hold any other end of a line
    rows = (_tag(line, repository) for line in out.decode("utf-8", "replace").split("\n"))
    return sorted(tag for tag in rows if tag)


def _tag(line: str, repository: Repository) -> Tag | None:
    parts = line.split(" ", 5)
    if len(parts) != 6 or not parts[0].lstrip("-").isdigit():
        return None
    seconds, oid, kind, points_at, target, name = parts
    if kind == "commit":
        return int(seconds), oid, name
    if points_at == "commit":
        return int(seconds), target, name
    commit = repository.try_resolve(oid) if points_at == "tag" else None
    return (int(seconds), commit, name) if commit else None
