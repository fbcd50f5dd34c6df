"""Reads commits from their raw objects: any byte in a name or a message is survived, no date is guessed."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime

from answerable.domain.commit import Commit, Person
from answerable.git.objects import GitObject, Objects

_IDENTITY = re.compile(rb"(.*?) ?<([^<>\n]*)>(?: (-?\d+) ([+-]\d{4}))?.*", re.DOTALL)
_LAST_DAY = 253_402_300_799  # the end of the year 9999, the last that RFC 3339 can write
# Python's own, which git does not know: what it shows as text would be hidden, and some take hours for a megabyte.
_NO_CHARSETS = frozenset(("idna", "punycode", "raw-unicode-escape", "undefined", "unicode-escape"))


def read_commits(objects: Objects, shas: Iterable[str]) -> Iterator[Commit]:
    """Yield the commits with these ids, in order; those that are missing or no commits are left out."""
    for found in objects.stream(shas):
        if found is not None and found.kind == "commit":
            yield parse_commit(found)


def read_commit(objects: Objects, sha: str) -> Commit | None:
    """One commit by its id, or None."""
    found = objects.get(sha)
    return parse_commit(found) if found is not None and found.kind == "commit" else None


def parse_commit(found: GitObject) -> Commit:
    """Parse a raw commit object (`git cat-file commit`)."""
    head, _, body = found.data.partition(b"\n\n")
    fields: dict[bytes, bytes] = {}
    parents = []
    for line in head.split(b"\n"):
        key, _, value = line.partition(b" ")
        if key == b"parent":
            parents.append(value.decode("ascii", "replace"))
        elif key:
            fields.setdefault(key, value)
    encoding = fields.get(b"encoding", b"utf-8").decode("ascii", "replace")
    author, authored_at = _identity(fields.get(b"author", b""), encoding)
    committer, committed_at = _identity(fields.get(b"committer", b""), encoding)
    return Commit(
        sha=found.oid,
        parents=tuple(parents),
        author=author,
        authored_at=authored_at,
        committer=committer,
        committed_at=committed_at,
        message=decoded(body, encoding),
    )


def decoded(data: bytes, encoding: str = "utf-8") -> str:
    """Text as its commit declares it, then as UTF-8, then with every unreadable byte replaced."""
    for name in dict.fromkeys((encoding, "utf-8")):
        try:
            if name == "utf-8":
                return data.decode()
            if codecs.lookup(name).name not in _NO_CHARSETS:
                text = data.decode(name)
                text.encode()  # UTF-7 can spell what is no character and cannot be written again
                return text
        except (LookupError, ValueError):
            continue
    return data.decode("utf-8", "replace")


def when(seconds: int) -> str:
    """Seconds since 1970 as RFC 3339 UTC, held inside the years it can write."""
    held = max(0, min(seconds, _LAST_DAY))
    return datetime.fromtimestamp(held, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _identity(raw: bytes, encoding: str) -> tuple[Person, str]:
    found = _IDENTITY.fullmatch(raw)
    if found is None:
        return Person(name=decoded(raw, encoding).strip(), email=""), when(0)
    name, email, seconds, _zone = found.groups()
    person = Person(name=decoded(name, encoding).strip(), email=decoded(email, encoding).strip())
    return person, when(int(seconds)) if seconds and len(seconds) < 20 else when(0)
