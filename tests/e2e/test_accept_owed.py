"""Where the notes could not be written after the ledger took a statement, it is brought by whoever runs it again."""

from __future__ import annotations

from pathlib import Path

import pytest

from answerable.cli.accept import owed
from answerable.domain.decision import Kind
from answerable.errors import GitFailed
from answerable.git.record import read_lines
from answerable.git.repository import Repository
from answerable.ledger.envelope import decode
from answerable.ledger.statement import read_statement
from builders import RepoBuilder
from e2e.accepting import Change

INTENT = ("--intent", "Charge a card once.")


@pytest.fixture
def change(repo: RepoBuilder, tmp_path: Path) -> Change:
    return Change(repo, tmp_path)


def noted(change: Change) -> int:
    """How many statements travel with the commits."""
    with Repository(change.root) as repository:
        lines = [line for sha in (change.first, change.head) for line in read_lines(repository, sha)]
    return sum(read_statement(decode(line).payload).kind is Kind.COUNTERSIGN for line in lines)


def fails(change: Change, monkeypatch: pytest.MonkeyPatch, *more: str) -> None:
    """Bo signs, and the notes cannot be written."""

    def refused(*_: object) -> int:
        raise GitFailed("the notes could not be written", hint="look at the disk")

    with monkeypatch.context() as patch:
        patch.setattr(owed, "add_lines", refused)
        said = change.accept(change.range, *INTENT, *more)
    assert said.code == 3, said.out + said.err
    assert noted(change) == 0


def test_what_the_ledger_took_is_noted_by_whoever_runs_it_again_and_signed_once(
    change: Change, monkeypatch: pytest.MonkeyPatch
) -> None:
    fails(change, monkeypatch)
    again = change.accepted(change.range, *INTENT)
    assert again["decisions"] == []
    assert again["lines"]["signed_before"] > 0
    assert again["noted"]
    many = noted(change)
    assert many > 0
    once_more = change.accepted(change.range, *INTENT)
    assert (once_more["noted"], noted(change)) == (False, many)


def test_what_was_to_stay_out_of_the_notes_stays_out(change: Change, monkeypatch: pytest.MonkeyPatch) -> None:
    change.accepted(change.range, *INTENT, "--no-note", "--path", "docs")
    fails(change, monkeypatch, "--path", "src")
    assert not change.accepted(change.range, *INTENT, "--no-note")["noted"]
    assert noted(change) == 0
    change.accepted(change.range, *INTENT)
    assert noted(change) == 2


def test_what_the_ledger_does_not_have_is_brought_into_no_note(change: Change) -> None:
    file = change.root / ".git/answerable/countersigns-owed"
    file.parent.mkdir(exist_ok=True)
    file.write_bytes(b"%s cb1e2f2b-0000-7000-8000-000000000000\n\xff\n%s\n" % (change.head.encode(), b"x" * 99))
    change.accepted(change.range, *INTENT)
    assert noted(change) > 0
    assert not file.exists()
