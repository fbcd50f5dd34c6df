"""A commit as evidence: who wrote it, who committed it, when, and what the message says."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """A name and mail address exactly as a commit carries them, or as .mailmap maps them."""

    name: str
    email: str

    def __str__(self) -> str:
        return f"{self.name} <{self.email}>"


@dataclass(frozen=True, slots=True, kw_only=True)
class Commit:
    """One commit. Times are RFC 3339 UTC; `message` is decoded leniently, no byte is fatal."""

    sha: str
    parents: tuple[str, ...]
    author: Person
    authored_at: str
    committer: Person
    committed_at: str
    message: str

    @property
    def subject(self) -> str:
        """The first line of the message."""
        return self.message.lstrip("\n").split("\n", 1)[0].strip()

    @property
    def is_merge(self) -> bool:
        """True with more than one parent."""
        return len(self.parents) > 1
