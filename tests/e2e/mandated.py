"""A repository with a ledger, three people who may sign a mandate, and the mandate on its branch."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from builders import RepoBuilder
from e2e.asking import Said
from e2e.ledgers import Someone, Team

FILE = ".answerable/mandate.md"
POLICY = """\
version: 1
layers: [{name: standard}]
rules: [{name: decided, require: {mandate: true}}]
"""


class Mandated(Team):
    """The same with Lin (legal), Sec (security) and Ada (platform), a mandate that names them, and a rule.

    Attributes:
        base: The commit that has both.
    """

    def __init__(self, repo: RepoBuilder, folder: Path) -> None:
        super().__init__(repo, folder)
        self.lin, self.sec = self.add("lin"), self.add("sec")
        self.people = {"legal": self.lin, "security": self.sec, "platform": self.ada}
        self.base = self.commit({FILE: self.draft(), ".answerable/policy.yaml": POLICY})

    def draft(self, *options: str, **people: Someone) -> str:
        """The text of a mandate by these people; `.answerable/mandate.md` is not written."""
        named = {role: who.id for role, who in (self.people | people).items()}
        signing = [word for role, who in named.items() for word in ("--sign", f"{role}={who}")]
        owned = ("--governance", "platform", "--response", "payments", "--communication", "press", "--standard", "SSDF")
        text: str = self.done("mandate", "draft", *owned, *signing, "-o", "-", *options)["text"]
        return text

    def commit(self, files: dict[str, str | None], message: str = "Change") -> str:
        """Commit files, on top of what is there."""
        sha = self.repo.commit(files, message)
        self.repo.checkout()
        return sha

    def sign(self, role: str, who: Someone | None = None, *options: str) -> Said:
        """Somebody signs in a role."""
        return self.run("mandate", "sign", "--role", role, *(who or self.people[role]).signing, *options)

    def all_sign(self) -> None:
        """Everybody does."""
        for role in self.people:
            said = self.sign(role)
            assert said.code == 0, said.err

    def standing(self, *options: str) -> dict[str, Any]:
        """How the mandate stands."""
        return self.run("mandate", "verify", "--format", "json", *options).json

    def problems(self, *options: str) -> list[str]:
        """What keeps it from being in force."""
        return [problem["kind"] for problem in self.standing(*options)["problems"]]

    def gate(self, head: str = "HEAD", base: str | None = None) -> Said:
        """Judge a change."""
        return self.run("gate", f"{base or self.base}..{head}", "--format", "json")
