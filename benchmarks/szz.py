"""Claim: a fix leads back to the commit that its author says brought the fault in, in the top 3 for 70% of them.

Data: public repositories in which messages name that commit. A case is a commit that names exactly one other commit as
the cause of the fault that it fixes, in one of the forms below; nothing of the message reaches the method. Repositories
of the development set were looked at while the method was made; the others were not.

    python benchmarks/szz.py FOLDER [--each 50] [--seed 20261125] [--only NAME] [--show]

FOLDER holds clones as OWNER+NAME/repo. What is left out of the cases is counted and printed.
"""

from __future__ import annotations

import argparse
import json
import random
import re
import subprocess
import sys
import time
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent / "src"))

from answerable.git.repository import Repository
from answerable.incident.szz import introducing
from answerable.incident.szz.suspects import is_minor

DEVELOPMENT = ("DPDK+dpdk", "mpv-player+mpv", "rails+rails", "git+git")
HELD_OUT = (
    "curl+curl", "iproute2+iproute2", "GNOME+gnome-shell", "scylladb+scylladb", "ansible+ansible",
    "tailscale+tailscale", "ghostty-org+ghostty", "sympy+sympy", "mozilla+pdf.js", "scipy+scipy", "pallets+flask",
)  # fmt: skip
_LINE = r"(?:Fixes|Fix|Fixed|Regression from|Regression since|Bug introduced (?:in|by)|Regressed (?:in|by))"
TRAILER = re.compile(rf"^\s*{_LINE}:?\s+(?:commit\s+)?([0-9a-f]{{7,40}})\b(?![-.])", re.I | re.M)
_FAULT = (
    r"(?:bugs?|regress\w*|errors?|leaks?|typos?|crash\w*|problems?|issues?|mistakes?|breakages?|failures?|faults?"
    r"|warnings?|overflows?|races?|segfaults?|oversights?|broken?|mistakenly|accidentally|wrongly|incorrectly"
    r"|erroneously|inadvertently)"
)
_ID = (
    r"(?:(?:my|the|a|recent|previous|in|by|with)\s+){0,2}(?:(?:commit|change|revision|rev)\s+)?"
    r"[\[\"'`(]?([0-9a-f]{7,40})\b(?![-.])"
)
PROSE = re.compile(
    r"(?:\b(?:broken|broke|regression|regressed|regresses|breakage|caused)\s+"
    r"(?:\w+\s+){0,3}?(?:in|by|from|since|with|of|after)\s+"
    rf"|\b{_FAULT}\b[^.;:]{{0,60}}?\bintroduced\s+(?:\w+\s+)?(?:in|by|with|from|since|through)\s+)" + _ID,
    re.I,
)
FOLLOW_UP = re.compile(r"^\s*Follow-?up (?:to|for|from)\s+(?:commit\s+)?([0-9a-f]{7,40})\b", re.I | re.M)
_FIX = re.compile(r"\b(fix|fixes|fixed|bug|regression|crash|leak)\b", re.I)


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """A fix, the commit before it, and the commit that its message names."""

    fix: str
    parent: str
    cause: str
    form: str
    subject: str


def main() -> None:
    """Run it."""
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    arguments.add_argument("folder", type=Path, nargs="?", help="with clones as OWNER+NAME/repo")
    arguments.add_argument("--each", type=int, default=50)
    arguments.add_argument("--seed", type=int, default=20_261_125)
    arguments.add_argument("--only", action="append")
    arguments.add_argument("--show", action="store_true")
    given = arguments.parse_args()
    if given.folder is None:
        print("nothing is measured without a folder of clones of public repositories")
        return
    rows = []
    for name in given.only or (*HELD_OUT, *DEVELOPMENT):
        where = given.folder / name / "repo"
        if where.is_dir():
            rows += run(where, name, given.each, given.seed, show=given.show)
    for label, wanted in (("held out", HELD_OUT), ("development", DEVELOPMENT)):
        print_rates(label, [row for row in rows if row["repository"] in wanted])


def run(where: Path, name: str, each: int, seed: int, *, show: bool) -> list[dict[str, object]]:
    """Ask for the candidates of so many cases of one repository."""
    cases, left = read_cases(where)
    random.Random(seed).shuffle(cases)
    rows: list[dict[str, object]] = []
    with Repository(where) as repository:
        for case in cases:
            if len(rows) >= each:
                break
            reason = unfit(where, case)
            if reason:
                left[reason] += 1
                continue
            began = time.monotonic()
            found = introducing(repository, case.fix, case.parent)
            took = time.monotonic() - began
            place = next((at for at, one in enumerate(found) if one.commit == case.cause), None)
            rows.append(
                {"repository": name, "form": case.form, "place": place, "seconds": took, "shared": shares(where, case),
                 "ghost": ghost(where, case)}
            )  # fmt: skip
            if show and (place is None or place > 2):
                print(f"  miss {case.fix[:12]} ({case.form}) names {case.cause[:12]}, at {place}: {case.subject[:90]}")
    print_rates(name, rows)
    print(f"  left out: {json.dumps(dict(left))}", flush=True)
    return rows


def print_rates(label: str, rows: list[dict[str, object]]) -> None:
    """How often the named commit was first, in the top 3, the top 5, among the candidates."""
    groups = {"all": rows}
    if label in ("held out", "development"):
        for form in ("trailer", "prose", "follow-up"):
            groups[form] = [row for row in rows if row["form"] == form]
        groups["a file in common"] = [row for row in rows if row["shared"]]
        groups["only adds lines"] = [row for row in rows if row["ghost"]]
    for what, some in groups.items():
        if some:
            hits = {n: sum(isinstance(r["place"], int) and r["place"] < n for r in some) for n in (1, 3, 5, 10_000)}
            seconds = sorted(float(str(row["seconds"])) for row in some)
            shown = "  ".join(f"{'any' if n > 5 else f'top {n}'} {hit / len(some):.1%}" for n, hit in hits.items())
            print(f"{label}, {what}: {len(some)} cases  {shown}  median {seconds[len(some) // 2]:.2f} s", flush=True)


def read_cases(where: Path) -> tuple[list[Case], Counter[str]]:
    """Every commit that names exactly one cause, and how many were left out for what."""
    left: Counter[str] = Counter()
    rows = []
    log = git(where, "log", "--no-merges", "--format=%H%x00%P%x00%B%x01").decode("utf-8", "replace")
    for record in log.split("\x01"):
        fields = record.strip("\n").split("\0")
        if len(fields) == 3 and fields[1]:
            found = named(fields[2])
            if found:
                rows.append((fields[0], fields[1].split()[0], fields[2].strip().split("\n")[0], *found))
    names = sorted({name for row in rows for name in row[4]})
    feed = "".join(f"{name}^{{commit}}\n" for name in names).encode()
    answers = git(where, "cat-file", "--batch-check=%(objectname) %(objecttype)", feed=feed).decode().splitlines()
    full = {n: a.split()[0] if a.endswith(" commit") else None for n, a in zip(names, answers, strict=True)}
    cases = []
    for sha, parent, subject, form, ids in rows:
        causes = {full[name] for name in ids}
        cause = next(iter(causes))
        if subject.startswith("Revert") or re.match(r"(fixup|squash)!", subject):
            left["a revert or fixup"] += 1
        elif None in causes or cause is None:
            left["names a commit that is not there"] += 1
        elif len(causes) > 1:
            left["names several"] += 1
        elif form == "follow-up" and not _FIX.search(subject):
            left["a follow-up that does not say it fixes"] += 1
        else:
            cases.append(Case(fix=sha, parent=parent, cause=cause, form=form, subject=subject))
    return cases, left


def named(message: str) -> tuple[str, list[str]] | None:
    """The form in which a message names causes, and their ids as written."""
    trailers, prose = TRAILER.findall(message), PROSE.findall(message.replace("\n", " "))
    follow = FOLLOW_UP.findall(message)
    form = "trailer" if trailers else "prose" if prose else "follow-up"
    return (form, [*trailers, *prose, *follow]) if trailers or prose or follow else None


def unfit(where: Path, case: Case) -> str | None:
    """Why a case says nothing about the method; never asks the method."""
    if len(git(where, "rev-list", "--parents", "-n1", case.cause).split()) > 2:
        return "names a merge"
    if subprocess.run(
        ["git", "-C", where, "merge-base", "--is-ancestor", case.cause, case.parent], check=False
    ).returncode:
        return "names a commit that is not in its history"
    if all(is_minor(path) for path in paths(where, case.fix)):
        return "changes only tests or text"
    return None


def shares(where: Path, case: Case) -> bool:
    """Whether the fix and the named commit changed a file of one name."""
    return not paths(where, case.fix).isdisjoint(paths(where, case.cause))


def ghost(where: Path, case: Case) -> bool:
    """Whether the fix takes no line away."""
    return all(
        row.split(b"\t")[1] in (b"0", b"-")
        for row in git(where, "diff-tree", "-r", "--numstat", case.parent, case.fix).splitlines()
    )


def paths(where: Path, sha: str) -> set[bytes]:
    """The files that a commit changed."""
    return set(git(where, "diff-tree", "--no-commit-id", "-r", "-z", "--root", "--name-only", sha).split(b"\0")) - {b""}


def git(where: Path, *args: str, feed: bytes = b"") -> bytes:
    """What git says."""
    return subprocess.run(["git", "-C", where, *args], input=feed, capture_output=True, check=True).stdout


if __name__ == "__main__":
    main()
