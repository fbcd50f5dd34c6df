"""Random days of a team, with every rewrite that git knows: nobody's line is ever called another's."""

from __future__ import annotations

from pathlib import Path

from e2e.rewriting import Team


def test_nobodys_line_is_called_anothers_whatever_is_rewritten(tmp_path: Path, seed: int) -> None:
    team = Team(tmp_path, seed)
    team.live(14)
    team.judge()
