"""Which revisions hold a commit: told the same by the main line, by a walk and by git, for few commits and for many."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

import pytest

from answerable.git.repository import Repository
from answerable.incident.deployments import Deployments
from answerable.incident.records import Records
from builders import RepoBuilder
from e2e.ledgers import Team


class Branched(Team):
    """A main line with a merge, a release branch that left it, and a deployment of each."""

    def __init__(self, repo: RepoBuilder, folder: Path) -> None:
        super().__init__(repo, folder)
        self.made = [self.sha]
        for n in range(3):
            self.made.append(repo.commit({f"m{n}.py": "x\n"}))
        side = repo.commit({"side.py": "x\n"}, branch="side")
        self.made += [side, repo.commit({"m3.py": "x\n"})]
        merge = repo.commit({"side.py": "x\n"}, parents=[self.made[-1], side])
        fix = repo.commit({"fix.py": "x\n"}, branch="release", parents=[self.made[2]])
        self.made += [merge, fix, repo.commit({"m4.py": "x\n"}), repo.commit({"m5.py": "x\n"})]
        repo.checkout()
        self.running = [self.made[1], self.made[3], fix, merge, self.made[-2]]

    def deploy(self) -> None:
        for n, sha in enumerate(self.running):
            self.done("record", "deploy", sha, "--environment", f"e{n}", *self.ada.signing)


@pytest.fixture
def team(repo: RepoBuilder, tmp_path: Path) -> Branched:
    team = Branched(repo, tmp_path)
    team.deploy()
    return team


def truth(team: Branched, sha: str) -> set[str]:
    return {tip for tip in team.running if sha in team.repo.git("rev-list", tip).decode().split()}


@pytest.mark.parametrize("learned", [False, True])
def test_it_is_what_git_says(team: Branched, learned: bool) -> None:
    with Repository(team.root) as repository, closing(Deployments(repository)) as deployments:
        if learned:
            deployments.learn(team.made)
        for sha in team.made:
            assert {one.revision for one in deployments.of(sha)} == truth(team, sha), sha


@pytest.mark.parametrize("learned", [False, True])
@pytest.mark.parametrize("head", ["HEAD", "release", "HEAD~2"])
def test_it_is_the_same_at_a_head_that_knows_its_main_line(team: Branched, learned: bool, head: str) -> None:
    with Repository(team.root) as repository, closing(Records(repository, repository.resolve(head))) as records:
        if learned:
            records.load(team.made)
            records.land(team.made)
        for sha in team.made:
            found = records.whereabouts(sha)
            assert {one.revision for one in found.places} == truth(team, sha), sha
            assert (found.recorded, found.absent) == (len(team.running), ())


def test_where_nothing_is_recorded_nothing_runs(repo: RepoBuilder, tmp_path: Path) -> None:
    team = Branched(repo, tmp_path)
    with Repository(team.root) as repository, closing(Deployments(repository)) as deployments:
        deployments.learn(team.made)
        assert deployments.of(team.sha) == ()
        assert deployments.whereabouts(team.sha).recorded == 0
