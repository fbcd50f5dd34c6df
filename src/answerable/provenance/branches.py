"""Guarantees: the branch a merge brought in is read from the merge's message, and a tool's branch is inferred
to be its work.

A branch name proves little (a person may push to it): grade ``inferred``. The claim is about the commits the
merge brought in, so the caller who knows them attaches it to them; it says nothing about the merge commit
itself.
"""

from __future__ import annotations

import re

from answerable.domain.agent import Agent
from answerable.domain.evidence import Claim, Evidence
from answerable.domain.grade import Grade
from answerable.domain.origin import Origin
from answerable.provenance.message import MAX_LINE, shown
from answerable.provenance.table import table

_FORMS = (
    re.compile(r"Merge pull request #\d+ from [^/\s]+/(?P<branch>\S+)"),  # GitHub
    re.compile(r"Merge pull request '.*' \([#!]\d+\) from (?:[^:\s]+:)?(?P<branch>\S+) into \S+"),  # Gitea, Forgejo
    re.compile(r"Merge remote-tracking branch '[^/']+/(?P<branch>[^']+)'(?: .*)?"),  # git
    re.compile(r"Merge branch '(?P<branch>[^']+)'(?: .*)?"),  # git, GitLab
    re.compile(r"Merge branch (?P<branch>[^\s']+) into \S+"),  # git before quoting, and forges that leave it out
    re.compile(r"Merged in (?P<branch>\S+) \(pull request #\d+\)"),  # Bitbucket
)


def branch_of(message: str) -> str | None:
    """The branch that a merge with this message brought in, without owner or remote; None where it does not
    say.

    Args:
        message: The full message of a merge commit as GitHub, GitLab, Gitea, Bitbucket or git word it.
    """
    text = message.lstrip("\n")
    if not text.startswith("Merge"):
        return None
    subject = text.split("\n", 1)[0].strip()
    if len(subject) > MAX_LINE:
        return None
    for form in _FORMS:
        found = form.fullmatch(subject)
        if found is not None:
            return found["branch"]
    return None


def claim_for(branch: str, merge_sha: str) -> Claim | None:
    """The claim a branch name supports about the commits its merge brought in; None for nobody's branch.

    Args:
        branch: As `branch_of` gives it, for example ``claude/fix-login-x7Kq2``.
        merge_sha: The merge commit in which a stranger finds the name.
    """
    for pattern in table().branches:
        if pattern.regex.fullmatch(branch):
            evidence = Evidence(
                source="branch",
                ref=f"commit {merge_sha}",
                grade=Grade.INFERRED,
                claim=f"it came in with the branch “{shown(branch)}”, named as {pattern.tool} names its own",
            )
            return Claim(origin=Origin.AI, grade=Grade.INFERRED, evidence=evidence, agent=Agent(tool=pattern.tool))
    return None
