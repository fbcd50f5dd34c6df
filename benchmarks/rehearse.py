"""Claims: a drill on the demo takes less than 3 seconds from cold, and an owners file as big as any is checked in 5.

The file has 2,000 people, 500 teams, 1,000 services with hours in three regions each, and 2,000 rules; beside it are a
CODEOWNERS file of 3,000 rules and a tree of 100,000 files. The hours are those of a whole year, in five zones.
"""

from __future__ import annotations

import random
import subprocess
import sys
import tempfile
from datetime import UTC, datetime
from pathlib import Path

from _measure import CLEAN, best, say, seconds
from answerable.demo.shop import build
from answerable.ownership.check import uncovered
from answerable.ownership.check.asked import Asked
from answerable.ownership.check.files import Files
from answerable.ownership.check.run import look
from answerable.ownership.codeowners import Dialect, parse
from answerable.ownership.file.read import load

DRILL, CHECK = 3.0, 5.0  # seconds
ZONES = ("Europe/Stockholm", "America/New_York", "Asia/Tokyo", "Australia/Sydney", "Asia/Kolkata")
NOW = datetime(2026, 11, 25, 12, tzinfo=UTC)


def drill(folder: Path) -> None:
    """A drill on a repository, in a process of its own, without what was kept."""
    command = (sys.executable, "-m", "answerable", "-C", str(folder), "owners", "drill", "--seed", "1", "--no-cache")
    subprocess.run(command, stdout=subprocess.DEVNULL, check=True, env=CLEAN)


def service(number: int) -> str:
    """One with hours in three regions."""
    hours = ", ".join(
        f"{{region: r{n}, timezone: {ZONES[(number + n) % 5]}, days: [mon, tue, wed, thu, fri], "
        f'start: "08:00", end: "{16 + number % 3}:30", who: t{(number + n) % 500}}}'
        for n in range(3)
    )
    steps = f"[{{notify: [cover]}}, {{notify: [t{number % 500}], after: 15}}]"
    duties = f"{{communication: {{who: p1}}, escalation: {steps}, cover: [{hours}]}}"
    return f"  - {{name: s{number}, paths: [/src/s{number}/], owner: t{number % 500}, duties: {duties}}}\n"


def owners_file() -> bytes:
    """The file; a third of the people leave within three years."""
    pick = random.Random(1)  # the same in each run
    leave = [f", until: {2027 + n % 3}-0{1 + n % 9}-15" if n % 3 == 0 else "" for n in range(2000)]
    people = "".join(f"  p{n}: {{name: P, git: [p{n}@x.example]{leave[n]}}}\n" for n in range(2000))
    members = [", ".join(f"p{pick.randrange(2000)}" for _ in range(6)) for _ in range(500)]
    teams = "".join(f"  t{n}: {{members: [{some}]}}\n" for n, some in enumerate(members))
    services = "".join(map(service, range(1000)))
    rules = "".join(f"  - {{match: /lib/d{n}/, owners: [t{n % 500}]}}\n" for n in range(2000))
    return f"version: 1\npeople:\n{people}teams:\n{teams}services:\n{services}paths:\n{rules}".encode()


def check(file: bytes, beside: bytes, files: list[bytes]) -> int:
    """Read both files and look through them; how much is found."""
    owners, asked = load(file, "owners.yaml"), parse(beside, Dialect.GITHUB)
    whole = Asked(owners=owners, codeowners=asked, source="CODEOWNERS", files=files, at=NOW)
    return len(look(whole, Files(whole), uncovered.years(whole)))


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as name:
        shop = build(Path(name)).folder
        took = best(lambda: drill(shop), 3)
    say("a drill on the demo", "-", took, DRILL, want=f"< {DRILL:.0f} s", met=took < DRILL)

    tree = [f"src/s{n % 1000}/{n}".encode() if n % 2 else f"lib/d{n % 2500}/{n}".encode() for n in range(100_000)]
    rules = "".join(f"/src/s{n}/ @x/t{n}\n" for n in range(3000)).encode()
    took = seconds(lambda: check(owners_file(), rules, tree))
    say("100,000 files checked, 1,000 services", "-", took, CHECK, want=f"< {CHECK:.0f} s", met=took < CHECK)
