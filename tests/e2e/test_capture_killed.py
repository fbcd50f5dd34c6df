"""A drain that is killed at any moment at which it touches the disk or starts git: the next one ends the same."""

from __future__ import annotations

import random
import shutil
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from e2e.ledgers import run
from e2e.recording import RecordedDesk

# It dies without a word, as by SIGKILL: no handler runs, nothing is flushed. What it does before is counted.
DIES = """
import os, sys
from pathlib import Path
from answerable.capture.drain import drain
from answerable.git.repository import Repository
root, at, log = Path(sys.argv[1]), int(sys.argv[2]), sys.argv[3]
seen = 0
WATCHED = {"os.rename", "os.remove", "os.mkdir", "os.link", "os.utime", "subprocess.Popen", "sqlite3.connect"}
def touches(event, given):
    global seen
    writes = event == "open" and isinstance(given[2], int) and given[2] & (os.O_WRONLY | os.O_RDWR)
    if event in WATCHED or writes:
        seen += 1
        if seen == at:
            os._exit(9)
with Repository(root) as repository:
    sys.addaudithook(touches)
    drain(repository)
print(seen)
"""


def _drains(root: Path, at: int) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", DIES, str(root), str(at), "x"]
    return subprocess.run(command, capture_output=True, text=True, check=False)


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> RecordedDesk:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    desk = RecordedDesk(tmp_path / "repo")
    desk.transcript = tmp_path / "said.jsonl"
    desk.transcript.write_text("{}\n")
    desk.writes("first.py", "first_of_these = 1\n")
    desk.commit()
    desk.drain()
    desk.writes("app.py", "timeout_seconds = 30\nretries = 5\n")
    desk.types("app.py", "# settings, by hand\ntimeout_seconds = 45\nretries = 5\n")
    desk.commit()
    desk.types("by_hand.py", "typed_by_hand = True\n")
    desk.commit()
    desk.git("commit", "-q", "--amend", "-m", "Said better")
    return desk


def _facts(desk: RecordedDesk) -> dict[str, object]:
    shas = desk.git("rev-list", "HEAD").split()
    return {
        "origins": [desk.origins(path) for path in ("first.py", "app.py", "by_hand.py")],
        "signed": [Counter(one.kind for one in desk.signed(sha)) for sha in shas],
        "kept": [Counter(one.kind for one in desk.kept(sha)) for sha in shas],
        "notes": [desk.git("notes", "--ref=ai", "show", sha, check=False) for sha in shas],
    }


def test_wherever_it_dies_the_next_drain_ends_the_same(desk: RecordedDesk, tmp_path: Path, seed: int) -> None:
    saved = tmp_path / "saved"
    shutil.copytree(desk.root, saved, symlinks=True)
    whole = _drains(desk.root, 0)
    assert whole.returncode == 0, whole.stderr
    steps, expected = int(whole.stdout), _facts(desk)
    assert steps > 20
    shutil.rmtree(desk.root)
    shutil.copytree(saved, desk.root, symlinks=True)
    chance = random.Random(seed)
    for at in sorted(chance.sample(range(1, steps + 1), 3)):
        died = _drains(desk.root, at)
        assert died.returncode in (0, 9), died.stderr
    desk.drain()
    assert _facts(desk) == expected
    for sha in desk.git("rev-list", "HEAD").split():
        assert {one.decision_id for one in desk.kept(sha)} == {one.decision_id for one in desk.signed(sha)}
    assert list((desk.home / "spool").iterdir()) == []
    assert run("ledger", "verify", cwd=desk.root).code == 0
