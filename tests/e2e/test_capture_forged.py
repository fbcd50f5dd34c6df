"""Attacks on what the recorder signs: it vouches for no note that another wrote, and for no commit not made here."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from answerable.capture.note import human_id
from answerable.domain.acceptance import How
from answerable.domain.decision import Kind
from answerable.provenance.bound import NOTES
from e2e.recording import RecordedDesk, tells, worked

ADA = "Ada <ada@example.com>"
AI, UNKNOWN = "ai recorded claude-code", "unknown none"
AGENTS = "one_of_agents = 1\ntwo_of_agents = 2\n"


@pytest.fixture(autouse=True)
def _own_state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))


@pytest.fixture
def desk(tmp_path: Path) -> RecordedDesk:
    return RecordedDesk(tmp_path / "repo")


def forge(desk: RecordedDesk, sha: str, lines: str = "1-2") -> None:
    """A note that says of an agent's lines, in all the words of a recorder, that Ada was seen typing them."""
    who = human_id(ADA)
    meta = {
        "schema_version": "authorship/3.0.0", "base_commit_sha": sha, "prompts": {},
        "humans": {who: {"author": ADA, "custom_attributes": {"answerable.capture": "observed"}}},
    }  # fmt: skip
    desk.git("notes", "--ref=ai", "add", "-f", "-m", f"app.py\n  {who} {lines}\n---\n{json.dumps(meta)}", sha)


def bound(desk: RecordedDesk, revision: str = "HEAD") -> set[str]:
    """The digests of notes that decisions about a commit name."""
    return {str(ref.digest) for one in desk.signed(revision) for ref in one.evidence if ref.uri == NOTES}


def test_a_note_that_is_there_before_the_recorder_wrote_its_own_is_not_signed_for(desk: RecordedDesk) -> None:
    desk.writes("app.py", AGENTS)
    sha = desk.commit()
    forge(desk, sha)
    desk.drain()
    assert desk.signed(kind=Kind.GENERATE), "what the recorder saw is signed all the same"
    assert bound(desk) == set()
    assert not [one for one in desk.origins("app.py") if one.startswith("human recorded")]


def test_its_own_note_is_signed_for(desk: RecordedDesk) -> None:
    worked(desk)
    desk.drain()
    assert len(bound(desk)) == 1


def test_a_record_of_another_commit_that_is_put_beside_one_does_not_keep_it_from_being_signed(
    desk: RecordedDesk,
) -> None:
    old = worked(desk)
    desk.drain()
    desk.writes("more.py", "more_of_agents = 1\n")
    new = desk.commit()
    desk.git("notes", "--ref=answerable", "copy", old, new)
    desk.drain()
    assert [one.subjects[0].digest["gitCommit"] for one in desk.signed(new, Kind.GENERATE)].count(new) == 1


@pytest.mark.parametrize("made", [True, False], ids=["made here", "made elsewhere, and put under HEAD"])
def test_that_no_agent_wrote_a_commit_is_said_of_those_alone_that_were_made_here(
    desk: RecordedDesk, monkeypatch: pytest.MonkeyPatch, *, made: bool
) -> None:
    worked(desk)
    desk.drain()
    if not made:
        monkeypatch.setenv("GIT_COMMITTER_DATE", "2001-02-03T04:05:06Z")
    desk.types("other.py", "written_by_who_knows_whom = 1\n")
    desk.git("add", "-A")
    foreign = desk.git("commit-tree", "-p", "HEAD", "-m", "Elsewhere", desk.git("write-tree"))
    monkeypatch.undo()
    monkeypatch.setenv("XDG_STATE_HOME", str(desk.root.parent / "state"))
    desk.git("update-ref", "-m", "commit: mine", "HEAD", foreign)
    desk.drain()
    assert [one.kind for one in desk.signed(foreign)] == ([Kind.ATTEST] if made else [])


def test_what_an_agent_wrote_before_the_recorder_was_turned_off_is_nobodys_in_a_commit_after(
    desk: RecordedDesk,
) -> None:
    desk.writes("app.py", AGENTS)
    (desk.home.parent / "off").touch()
    desk.commit()
    desk.drain()
    assert desk.origins("app.py") == [UNKNOWN] * 2
    assert desk.git("notes", "--ref=ai", "list", check=False) == ""


def test_telemetry_that_says_nothing_new_of_lines_signs_nothing(desk: RecordedDesk) -> None:
    desk.writes("one.py", "one_of_agents = 1\n")
    desk.writes("two.py", "two_of_agents = 2\n")
    desk.commit()
    desk.drain()
    for number in range(3):
        tells(f"another-{number}", How.AUTOMATIC, "config", at=10 + number)
        desk.drain()
    assert len(desk.signed(kind=Kind.ACCEPT)) == 1
    tells("call-1", How.HUMAN_EXPLICIT, "user_temporary", at=20)
    desk.drain()
    corrected = len(desk.signed(kind=Kind.ACCEPT))
    assert corrected == 3
    for number in range(3):
        tells(f"another-{number}", How.AUTOMATIC, "hook", at=30 + number)
        desk.drain()
    assert len(desk.signed(kind=Kind.ACCEPT)) == corrected, "what was replaced is no account any more"
