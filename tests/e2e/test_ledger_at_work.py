"""Every command works in a repository with a ledger, also in forked processes; without one nothing of it is loaded."""

from __future__ import annotations

import os
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

import answerable
from builders import RepoBuilder
from e2e.ledgers import CODE, Team, done

MANY = 410  # commits: more than one process looks at
GRADES = {"attested": 11, "recorded": 10}


@pytest.fixture
def long(team: Team) -> Team:
    """A ledger with an account and an answer for some of many commits."""
    ci = team.add("ci", "--type", "service")
    with team.repo.bulk():
        shas = [team.repo.commit({f"f{number}.py": f"{number}\n"}) for number in range(MANY)]
    for number in range(0, MANY, 20):
        given = ("--lines", f"f{number}.py:1")
        team.record(
            ci, "generate", shas[number], "--as", "service", "--tool", "codex", "--session", f"s{number}", *given
        )
        if number % 40 == 0:
            team.record(team.ada, "accept", shas[number], "--how", "human_explicit", *given)
    return team


def test_a_scan_in_several_processes_reads_the_ledger_in_each(long: Team) -> None:
    found = done("scan", cwd=long.root)
    assert {grade: found["lines"]["by_grade"][grade] for grade in GRADES} == GRADES
    assert found["lines"]["by_tool"] == {"codex": 21}
    assert found["defects"] == {}


def test_lines_and_recall_and_the_provenance_test_read_it_too(long: Team) -> None:
    rows = done("lines", cwd=long.root)["spans"]
    assert Counter(row["grade"] for row in rows if row["tool"] == "codex") == GRADES
    recalled = done("recall", "--tool", "codex", cwd=long.root)
    assert (recalled["lines"], {span["grade"] for span in recalled["spans"]}) == (21, set(GRADES))
    assert done("recall", "--session", "s60", cwd=long.root)["lines"] == 1
    drawn = done("test", "--sample", "60", cwd=long.root)["changes"]
    assert max(change["answered"] for change in drawn) > min(change["answered"] for change in drawn)


def test_a_ledger_elsewhere_is_named_by_the_environment(long: Team) -> None:
    own = long.repo.git_dir / "answerable" / "ledger"
    own.rename(long.root.parent / "moved")
    long.repo.git("update-ref", "-d", "refs/notes/answerable")
    environment = os.environ | {"ANSWERABLE_LEDGER": os.fspath(long.root.parent / "moved"), "PYTHONPATH": source()}
    command = [sys.executable, "-m", "answerable", "for", "f0.py", "--format", "json"]
    done_ = subprocess.run(command, cwd=long.root, env=environment, capture_output=True, text=True, check=True)
    assert '"grade": "attested"' in done_.stdout


def source() -> str:
    return os.fspath(Path(answerable.__file__).parent.parent)


def loaded(repo: RepoBuilder, *arguments: str) -> set[str]:
    """The top-level packages, and ours, that a command leaves loaded."""
    code = (
        "import sys; from answerable.cli.main import run; run(sys.argv[1:]); "
        "print(chr(10) + ' '.join(sys.modules), file=sys.stderr)"
    )
    environment = os.environ | {"PYTHONPATH": source()}
    command = [sys.executable, "-c", code, "-C", os.fspath(repo.root), *arguments]
    end = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
    return set(end.stderr.splitlines()[-1].split())


@pytest.mark.parametrize("command", [("for", "a.py"), ("lines",), ("scan",), ("recall",), ("test",)])
def test_without_a_ledger_no_cryptography_is_loaded(repo: RepoBuilder, command: tuple[str, ...]) -> None:
    repo.commit(CODE, "Do it\n\nCo-Authored-By: Claude <noreply@anthropic.com>\n")
    names = loaded(repo, *command)
    assert "answerable.provenance.gather" in names
    assert names & {"cryptography", "rfc8785", "psycopg", "answerable.ledger.log", "answerable.ledger.keys"} == set()


def test_with_a_ledger_it_is(team: Team) -> None:
    assert {"cryptography", "answerable.ledger.log"} <= loaded(team.repo, "for", "a.py")
    assert "psycopg" not in loaded(team.repo, "for", "a.py")
