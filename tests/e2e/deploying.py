"""A team whose pipeline deploys: three revisions of one file, a line of each."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from builders import RepoBuilder
from e2e.ledgers import Someone, Team
from e2e.shape import GRADES, SHA, TIME

IMAGE = "sha256:" + "c3" * 32
OTHER = "sha256:" + "d4" * 32
CLAUDE = "Co-Authored-By: Claude <noreply@anthropic.com>\n"

RUNNING: dict[str, Any] = {
    "environment": str,
    "revision": SHA,
    "since": TIME,
    "state": "active|unreported",
    "service": (str, None),
    "region": (str, None),
    "jurisdiction": (str, None),
    "cohort": (str, None),
    "wave": (str, None),
    "percent": (int, None),
    "devices": (int, None),
    "artifact": (str, None),
    "but_not": [dict],
    "grade": GRADES,
    "decision": str,
}


class Deploying(Team):
    """`one`, `two` and `three` are revisions, each with one line more of `shop.py`; all are on the main line.

    The pipeline's key may release and deploy.
    """

    def __init__(self, repo: RepoBuilder, folder: Path) -> None:
        super().__init__(repo, folder)
        self.pipeline = self.add("pipeline", "--type", "service", "--kind", "deploy", "--kind", "release")
        self.one = repo.commit({"shop.py": "first\n"}, message=f"one\n\n{CLAUDE}")
        self.two = repo.commit({"shop.py": "first\nsecond\n"}, message=f"two\n\n{CLAUDE}")
        self.three = repo.commit({"shop.py": "first\nsecond\nthird\n"}, message=f"three\n\n{CLAUDE}")
        repo.checkout()

    def deploy(self, revision: str, *options: str, by: Someone | None = None, environment: str = "production") -> str:
        """Record a deployment; gives the id of the decision."""
        kind = () if by else ("--as", "service")
        who = by or self.pipeline
        done = self.done("record", "deploy", revision, "--environment", environment, *kind, *options, *who.signing)
        name = done["decision_id"]
        assert isinstance(name, str)
        return name

    def answer(self, line: int, *options: str) -> dict[str, Any]:
        """The whole answer for a line."""
        return self.done("for", f"shop.py:{line}", *options)

    def sixth(self, line: int, *options: str) -> dict[str, Any]:
        """The sixth question of a line."""
        questions: list[dict[str, Any]] = self.answer(line, *options)["questions"]
        return next(one for one in questions if one["id"] == "running")

    def running(self, line: int, *options: str) -> list[tuple[str, str, str, str]]:
        """Where a line runs: environment and region or cohort, in which revision by its name, state and grade."""
        names = {self.one: "one", self.two: "two", self.three: "three"}
        return sorted(
            (
                " ".join(filter(None, (one["environment"], one["region"], one["cohort"]))),
                names.get(one["revision"], one["revision"]),
                one["state"],
                one["grade"],
            )
            for span in self.answer(line, *options)["spans"]
            for one in span["running"]
        )
