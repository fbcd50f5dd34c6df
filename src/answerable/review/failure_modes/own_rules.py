"""The rules that look at the change, not at the shape of a file: secrets, tests, silenced checks, dependencies."""

from __future__ import annotations

from dataclasses import dataclass

from answerable.domain.level import Level
from answerable.review.failure_modes.touched import Fault, Touched
from answerable.review.sarif.results import cleaned

_MOST = 300  # characters of what comes from the repository


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnRule:
    """One of them: its name, how bad what it finds is, what it says, and why it is known of AI-written code."""

    name: str
    mode: str
    level: Level
    message: str
    known: str

    def fault(self, file: Touched, start: int = 0, end: int = 0, more: str = "") -> Fault:
        """What it found; new with the change."""
        message = f"{self.message}: {cleaned(more, _MOST)}" if more else self.message
        return Fault(
            rule=self.name, level=self.level, path=file.path, start=start, end=end or start, message=message
        )  # fmt: skip


SECRET = OwnRule(
    name="copied-secret",
    mode="copied-secret",
    level=Level.ERROR,
    message="what looks like a key or a password stands in the code",
    known="What was in a prompt, a file or an answer is put where it makes the program run.",
)
SILENCED = OwnRule(
    name="silenced-check",
    mode="disabled-verification",
    level=Level.NOTE,
    message="a comment keeps a check quiet",
    known="A comment that silences a check is the shortest way to a green run.",
)
SILENCED_SECURITY = OwnRule(
    name="silenced-security-check",
    mode="disabled-verification",
    level=Level.WARNING,
    message="a comment keeps a check of security quiet",
    known=SILENCED.known,
)
REMOVED_TEST = OwnRule(
    name="removed-test",
    mode="removed-tests",
    level=Level.WARNING,
    message="tests are gone while the code that they are about changes",
    known="Told to make tests pass, models take out those that do not.",
)
WEAKENED_TEST = OwnRule(
    name="weakened-test",
    mode="removed-tests",
    level=Level.WARNING,
    message="a test holds the code to less than before",
    known=REMOVED_TEST.known,
)
SKIPPED_TEST = OwnRule(
    name="skipped-test",
    mode="removed-tests",
    level=Level.WARNING,
    message="a test is marked so that it does not run, or may fail",
    known=REMOVED_TEST.known,
)
EMPTY_ASSERTION = OwnRule(
    name="empty-assertion",
    mode="removed-tests",
    level=Level.WARNING,
    message="an assertion holds whatever the code does",
    known="A test that is asked for is written so that it passes.",
)
MISSPELLED = OwnRule(
    name="misspelled-dependency",
    mode="invented-dependency",
    level=Level.ERROR,
    message="a package is one letter away from one that is in wide use",
    known="Models write names of packages from memory; others register what they often get wrong (arXiv 2406.10279).",
)
UNRESOLVED = OwnRule(
    name="unresolved-dependency",
    mode="invented-dependency",
    level=Level.WARNING,
    message="a package is declared that the lock file beside it does not know",
    known=MISSPELLED.known,
)
UNDECLARED = OwnRule(
    name="undeclared-import",
    mode="invented-dependency",
    level=Level.WARNING,
    message="what is imported is neither of the language, nor declared, nor in the repository",
    known=MISSPELLED.known,
)
UNREAD = OwnRule(
    name="not-looked-at",
    mode="not-looked-at",
    level=Level.WARNING,
    message="the file is too large to be looked at",
    known="A change that is too large to be looked at is not known to be good.",
)
OWN_RULES = {
    rule.name: rule
    for rule in (
        *(SECRET, SILENCED, SILENCED_SECURITY, REMOVED_TEST, WEAKENED_TEST, SKIPPED_TEST, EMPTY_ASSERTION),
        *(MISSPELLED, UNRESOLVED, UNDECLARED, UNREAD),
    )
}
