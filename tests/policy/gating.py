"""What tests of the gate share: a policy, what a forge knows, facts and verdicts of a real repository."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from contextlib import closing
from typing import Any

from answerable.domain.verdict import Finding, Outcome, Severity, Verdict
from answerable.git.repository import Repository
from answerable.policy.change.facts import LineFacts, What, facts
from answerable.policy.gate import gate
from answerable.provenance.gather import Gatherer
from builders import Content, RepoBuilder

CLAUDE = "Co-Authored-By: Claude <noreply@anthropic.com>"
ADA, BO, CY = (("Ada", "ada@example.com"), ("Bo", "bo@example.com"), ("Cy", "cy@example.com"))
LAYERS = """version: 1
layers:
  - {name: critical, paths: ["/src/auth/"]}
  - {name: standard}
  - {name: peripheral, paths: ["/docs/"]}
"""
REVIEWED = (
    LAYERS
    + """rules:
  - name: reviewed
    match: {layers: [critical], origins: [ai]}
    require:
      reviewers: {humans: 1}
"""
)
AUTH = "src/auth/login.py"


def policed(repo: RepoBuilder, policy: str = REVIEWED, **files: Content) -> str:
    """A first commit with a policy and one file of the critical layer, by somebody who has no part in later ones."""
    return repo.commit(
        {".answerable/policy.yaml": policy, AUTH: "a\nb\n", **files}, author=("Root", "root@example.com")
    )


def verdict(repo: RepoBuilder, base: str, head: str = "main", context: bytes | None = None, **more: Any) -> Verdict:
    with Repository(repo.root) as repository:
        return gate(repository, repo.resolve(base), repo.resolve(head), None, context, **more)


def approval(by: str, sha: str, kind: str = "human", **more: Any) -> dict[str, Any]:
    return {"by": by, "sha": sha, "kind": kind, "at": "2026-01-01T00:00:00Z", **more}


def known(*approvals: dict[str, Any], checks: Sequence[dict[str, Any]] = (), **change: Any) -> bytes:
    """What a forge knows of a change, as the gate is given it."""
    return json.dumps({"change": change, "approvals": approvals, "checks": checks, "comments": []}).encode()


def approved(repo: RepoBuilder, base: str, *by: str, head: str = "main") -> Verdict:
    """The verdict where these people approved the head."""
    sha = repo.resolve(head)
    return verdict(repo, base, head, known(*(approval(who, sha) for who in by)))


def all_facts(repo: RepoBuilder, base: str | None, head: str = "main") -> list[LineFacts]:
    tip = repo.resolve(head)
    with Repository(repo.root) as repository, closing(Gatherer(repository, tip)) as gatherer:
        return facts(repository, repo.resolve(base) if base else None, tip, gatherer)


def lines(found: Sequence[LineFacts], what: What = What.ADDED) -> dict[bytes, list[int]]:
    """The numbers of the lines that facts of one kind are about, with every repetition."""
    told: dict[bytes, list[int]] = {}
    for fact in found:
        if fact.what is what and fact.start:
            told.setdefault(fact.path, []).extend(range(fact.start, fact.end + 1))
    return told


def failing(found: Verdict) -> list[Finding]:
    return [finding for finding in found.findings if finding.severity is Severity.ERROR]


def assert_refused(found: Verdict, rule: str = "reviewed") -> None:
    """It fails, by this rule, and says at which lines and what to do."""
    assert found.outcome is Outcome.FAIL, found
    named = [finding for finding in failing(found) if finding.rule == rule]
    assert named, Counter(finding.rule for finding in found.findings)
    assert all(finding.path and finding.message and finding.remedy and finding.evidence for finding in named)
