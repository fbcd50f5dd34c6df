"""A team that gates changes, records the verdicts, releases artifacts, and asks whether they may be deployed."""

from __future__ import annotations

import os
from pathlib import Path

from builders import RepoBuilder
from e2e.asking import Said, ask_here
from e2e.ledgers import Someone, Team
from policy.gating import ADA, AUTH, REVIEWED

IMAGE = "sha256:" + "a1" * 32
OTHER = "sha256:" + "b2" * 32
EMERGENCY = "emergency: {who: [bo@example.com], review_within: 24h}\n"


class Releasing(Team):
    """Ada writes, Bo reviews, one service gates and another releases; each key may do only that.

    The policy is on the first commit of the main line; HEAD is a change by Ada of a critical file.
    """

    def __init__(self, repo: RepoBuilder, folder: Path, policy: str = REVIEWED) -> None:
        super().__init__(repo, folder)
        self.bo = self.add("bo")
        self.gatekeeper = self.add("gatekeeper", "--type", "service", "--kind", "gate")
        self.builder = self.add("builder", "--type", "service", "--kind", "release", "--kind", "deploy")
        self.base = repo.commit({".answerable/policy.yaml": policy, AUTH: "a\nb\n"}, author=("Root", "r@example.com"))
        self.head = repo.commit({AUTH: "a\nb\nc\n"}, author=ADA)
        repo.checkout()

    def gate(self, revisions: str = "", *options: str, by: Someone | None = None) -> Said:
        """Judge a change and record the verdict."""
        signing = (by or self.gatekeeper).signing
        kind = () if by else ("--as", "service")
        return self.run("gate", revisions or f"{self.base}..{self.head}", "--record", *kind, *signing, *options)

    def release(self, image: str = IMAGE, revision: str = "HEAD", *options: str, by: Someone | None = None) -> str:
        """Record what an artifact was made of; gives the id of the decision."""
        kind = () if by else ("--as", "service")
        done = self.done("record", "release", image, revision, *kind, *options, *(by or self.builder).signing)
        name = done["decision_id"]
        assert isinstance(name, str)
        return name

    def ready(self) -> None:
        """Everything is as it should be: reviewed, gated and released."""
        self.review(self.bo)
        assert self.gate().code == 0
        self.release()

    def ask(self, image: str = IMAGE, *options: str) -> Said:
        """Whether an artifact may be deployed."""
        return ask_here("-C", os.fspath(self.root), "gate", "--artifact", image, *options, cwd=self.root)

    def told(self, image: str = IMAGE, *options: str) -> tuple[int, str, str]:
        """The exit, the verdict, and why."""
        said = self.ask(image, *options, "--format", "json")
        found = said.json
        reasons = [row["message"] for row in found["findings"] if row["rule"] == "artifact"]
        problem = [found["problem"]["message"]] if found["problem"] else []
        return said.code, found["verdict"], "; ".join([*problem, *reasons])


def let_pass(repo: RepoBuilder, folder: Path) -> Releasing:
    """A team whose change passed as an emergency that Bo declared, with its verdict recorded."""
    policy = REVIEWED.replace("    match:", "    emergency: allowed\n    match:") + EMERGENCY
    team = Releasing(repo, folder, policy)
    team.record(team.bo, "override", team.head, "--emergency", "--rationale", "nobody can log in")
    assert team.gate().code == 0
    return team
