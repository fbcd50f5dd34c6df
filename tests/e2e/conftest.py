"""A repository with a ledger, begun once for each test that asks for it."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from builders import RepoBuilder
from e2e.ledgers import Team

# `make test` needs no other recorder; `make soak`, and whoever names git-ai's program, does not do without it.
if os.environ.get("ANSWERABLE_PROFILE") != "soak" and "GIT_AI" not in os.environ:
    collect_ignore = ["test_capture_git_ai.py"]


@pytest.fixture
def team(repo: RepoBuilder, tmp_path: Path) -> Team:
    """Ada, her repository and its ledger."""
    return Team(repo, tmp_path)
