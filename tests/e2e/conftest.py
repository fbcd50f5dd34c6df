"""A repository with a ledger, begun once for each test that asks for it."""

from __future__ import annotations

from pathlib import Path

import pytest

from builders import RepoBuilder
from e2e.ledgers import Team


@pytest.fixture
def team(repo: RepoBuilder, tmp_path: Path) -> Team:
    """Ada, her repository and its ledger."""
    return Team(repo, tmp_path)
