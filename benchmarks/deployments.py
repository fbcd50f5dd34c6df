"""Claims: with 5,000 deployments in the ledger, where a line runs costs an answer less than 0.5 seconds.

Counted is what the answer waits for beside everything else: reading the decisions, working out what runs where, and
telling which of it holds a commit. The first reading, which judges every signature, stands beside it: it is done once.
And what runs after 20,000 deployments to 80 places is worked out in less than a second.
"""

from __future__ import annotations

import os
import random
import sys
import tempfile
from contextlib import closing
from pathlib import Path

from _measure import best, git, say, seconds

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests"))

from answerable.domain.decision import Kind, Subject
from answerable.domain.deployment import Event, Place, State
from answerable.domain.rollout import running
from answerable.domain.rollout_recent import recent
from answerable.git.repository import Repository
from answerable.incident.deployments import Deployments
from ledger.people import ADA, begin, decide

COUNT, MANY = int(os.environ.get("DEPLOYMENTS", "5000")), 20_000
MOST, MOST_EVENTS = 0.5, 1.0  # seconds
REGIONS, SERVICES = 20, 2
COMMITS = 50


def repository(folder: Path) -> list[str]:
    """A repository with some commits, the oldest first."""
    folder.mkdir()
    git(folder, "init", "-q", "-b", "main")
    who = ("-c", "user.name=Ada", "-c", "user.email=ada@example.com")
    for number in range(COMMITS):
        git(folder, *who, "commit", "-q", "--allow-empty", "-m", str(number))
    return git(folder, "rev-list", "--reverse", "HEAD").decode().split()


def deployed(folder: Path, commits: list[str]) -> None:
    """A ledger with a deployment an hour, each of a newer commit than the one before, to one of the places."""
    draw = random.Random(1)
    envelopes = [
        decide(
            ADA, Kind.DEPLOY, name=f"{n:08}",
            subjects=(Subject(digest={"gitCommit": commits[n * COMMITS // COUNT]}),),
            details={
                "environment": draw.choice(["production", "staging"]),
                "service": f"s{draw.randrange(SERVICES)}", "region": f"r{draw.randrange(REGIONS)}", "at": moment(n),
            },
        )
        for n in range(COUNT)
    ]  # fmt: skip
    with begin(folder, ADA) as ledger:
        for at in range(0, COUNT, 500):
            ledger.append(envelopes[at : at + 500])


def moment(hour: int) -> str:
    """That many hours after a day."""
    return f"{2020 + hour // 8_064}-{1 + hour // 672 % 12:02}-{1 + hour // 24 % 28:02}T{hour % 24:02}:00:00Z"


def asked(folder: Path, commit: str) -> int:
    """In how many places something runs that holds a commit, as a process of its own finds it."""
    with Repository(folder) as here, closing(Deployments(here)) as found:
        return len(found.of(commit))


def events() -> list[Event]:
    """Deployments to 80 places, one in fifty of them rolled back."""
    draw = random.Random(2)
    return [
        Event(
            revision=f"{draw.randrange(4_000):040x}",
            place=Place(draw.choice(["production", "staging"]), f"s{draw.randrange(2)}", f"r{draw.randrange(REGIONS)}"),
            at=moment(n),
            state=State.ROLLED_BACK if draw.random() < 0.02 else State.ACTIVE,
        )
        for n in range(MANY)
    ]


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as name:
        os.environ["XDG_CACHE_HOME"] = os.fspath(Path(name) / "cache")
        folder = Path(name) / "shop"
        commits = repository(folder)
        deployed(folder / ".git" / "answerable" / "ledger", commits)
        first = seconds(lambda: asked(folder, commits[0]))
        again = best(lambda: asked(folder, commits[0]))
        met = again < MOST
        say(f"{COUNT:,} deployments again, and first", "-", again, first, want=f"< {MOST} s", met=met)
    made = events()
    took = best(lambda: running(recent(made)), 3)
    say(f"what runs after {MANY:,}", "-", took, MOST_EVENTS, want=f"< {MOST_EVENTS:.0f} s", met=took < MOST_EVENTS)
