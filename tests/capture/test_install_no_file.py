"""What is no file is never written as git's configuration: git would put a file in its place."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from answerable.capture.install import config
from answerable.capture.install.files import Refused
from answerable.capture.install.installed import Installed
from answerable.git.program import Git


def test_git_is_not_told_to_write_into_what_is_no_file(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "config")
    git, installed = Git(["-C", os.fspath(tmp_path)]), Installed(tmp_path / "i")
    with pytest.raises(Refused, match="it is no file"), config.watched(tmp_path / "config", installed, git, "--global"):
        pytest.fail("git would have written")
