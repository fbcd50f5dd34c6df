"""The disk runs full under the recorder: a real one, which takes no privilege where users may have namespaces."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

import answerable
from e2e import full_disk

AI, HUMAN, UNKNOWN = "ai recorded claude-code", "human recorded", "unknown none"
ALONE = ("unshare", "--user", "--map-root-user", "--mount")


def test_what_a_full_disk_kept_from_being_seen_is_nobodys_and_nothing_else_is_lost(tmp_path: Path) -> None:
    paths = os.pathsep.join(os.fspath(Path(one).parents[1]) for one in (answerable.__file__, full_disk.__file__))
    env = {**os.environ, "PYTHONPATH": paths, "XDG_STATE_HOME": str(tmp_path / "state")}
    disk = tmp_path / "disk"
    disk.mkdir()
    try:
        done = subprocess.run(
            [*ALONE, sys.executable, full_disk.__file__, str(disk)], env=env, capture_output=True, check=False
        )
    except FileNotFoundError:
        done = subprocess.CompletedProcess((), full_disk.NO_DISK)
    if done.returncode == full_disk.NO_DISK or b"unshare" in (done.stderr or b""):
        assert os.environ.get("ANSWERABLE_PROFILE") != "soak", "no small disk can be mounted: unshare(1) is refused"
        pytest.skip("no small disk can be mounted here; tests/attacks/test_capture_machine.py limits files instead")
    assert done.returncode == 0, done.stderr.decode()
    found = json.loads(done.stdout)
    assert found["full"] == ["True"], "the drain had no room for its notes"
    assert found["a.py"] == [UNKNOWN, AI, UNKNOWN, AI]
    assert found["b.py"] == [UNKNOWN, AI, HUMAN]
