"""Guarantees: a commit whose author or committer is a tool's own account is inferred to be that tool's work.

The account says who made the commit, not who wrote each line, and anybody can set a name: grade ``inferred``,
even where the tool itself writes the name (aider appends `` (aider)``). A person is never a tool by first
name, and a human author is no evidence of human lines: nothing here ever claims ``human``.
"""

from __future__ import annotations

from answerable.domain.agent import Agent
from answerable.domain.commit import Commit, Person
from answerable.domain.evidence import Claim, Evidence, Reading
from answerable.domain.grade import Grade
from answerable.domain.origin import Origin
from answerable.provenance.credit import read_credit
from answerable.provenance.message import shown
from answerable.provenance.table import Hit, identity, table

_NOTHING = Reading()


def read(commit: Commit) -> Reading:
    """What the author and the committer of one commit say about how it came to be."""
    author = tool_behind(commit.author.name, commit.author.email)
    committer = tool_behind(commit.committer.name, commit.committer.email)
    if author is None and committer is None:
        return _NOTHING
    both = (("author", commit.author, author), ("committer", commit.committer, committer))
    return Reading(claims=tuple(_claim(role, person, hit, commit.sha) for role, person, hit in both if hit is not None))


def tool_behind(name: str, email: str) -> Hit | None:
    """The tool an identity belongs to, or None for people, unknown tools and automation that is no AI."""
    hit = identity(name, email)
    if hit is not None:
        return hit
    if name.endswith(")"):
        for suffix, tool in table().suffixes:
            if name.endswith(suffix):
                return Hit(tool=tool, origin=Origin.AI)
    return None


def _claim(role: str, person: Person, hit: Hit, sha: str) -> Claim:
    evidence = Evidence(
        source=role,
        ref=f"commit {sha}",
        grade=Grade.INFERRED,
        claim=f"the {role} is “{shown(str(person))}”, an identity of {hit.tool}",
    )
    agent = Agent(tool=hit.tool, model=read_credit(person.name).model)
    return Claim(origin=hit.origin, grade=Grade.INFERRED, evidence=evidence, agent=agent)
