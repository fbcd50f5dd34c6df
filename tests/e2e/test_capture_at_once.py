"""Several work trees, drains and ledger writers at once: nothing is lost, nothing doubled."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from answerable.capture import hook
from answerable.domain.decision import Kind
from capture.claude import payload
from e2e.ledgers import run
from e2e.recording import RecordedDesk
from e2e.working import ADA, Desk

DRAIN = """
import sys
from pathlib import Path
from answerable.capture.drain import drain
from answerable.git.repository import Repository
with Repository(Path(sys.argv[1])) as repository:
    print(drain(repository).signed)
"""
TREES = 4


@pytest.fixture(autouse=True)
def _own_state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))


def _drains(*roots: Path) -> None:
    """A drain in each of these, all at once, as processes of their own."""
    started = [
        subprocess.Popen([sys.executable, "-c", DRAIN, str(root)], stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        for root in roots
    ]
    for one in started:
        _, err = one.communicate(timeout=120)
        assert one.returncode == 0, err.decode()


def test_drains_of_many_work_trees_at_once_sign_each_commit_once(tmp_path: Path) -> None:
    desk = RecordedDesk(tmp_path / "repo")
    desk.git("commit", "-q", "--allow-empty", "-m", "Begin")
    trees: list[Desk] = []
    for n in range(TREES):
        desk.git("worktree", "add", "-q", f"../tree{n}", "-b", f"branch{n}")
        trees.append(Desk(tmp_path / f"tree{n}"))
    shas = []
    for n, tree in enumerate(trees):
        for k in range(2):
            tree.writes(f"file{n}.py", f"made_in_{n} = {k}\n" * (k + 1), session=f"session-{n}")
            shas.append(tree.commit(f"Work {n} {k}"))
    _drains(*(tree.root for tree in trees), *(tree.root for tree in trees))
    for sha in shas:
        assert [one.kind for one in desk.signed(sha)].count(Kind.GENERATE) == 1, desk.journal
        assert {one.decision_id for one in desk.kept(sha)} == {one.decision_id for one in desk.signed(sha)}
    assert run("ledger", "verify", cwd=desk.root).code == 0


def test_eight_agents_in_one_work_tree_and_drains_meanwhile_lose_nothing(tmp_path: Path) -> None:
    desk = RecordedDesk(tmp_path / "repo")
    desk.git("commit", "-q", "--allow-empty", "-m", "Begin")
    command = [sys.executable, "-S", "-I", str(hook.__file__), "claude-code"]

    def fires(n: int, event: str, text: str) -> subprocess.Popen[bytes]:
        given = {"session": f"session-{n}", "call": f"call-{n}", "content": text}
        said = payload(desk.root, event, "Write", str(desk.root / f"f{n}.py"), **given)
        process = subprocess.Popen(command, cwd=desk.root, stdin=subprocess.PIPE, env={**os.environ, **ADA})
        assert process.stdin is not None
        process.stdin.write(said)
        process.stdin.close()
        return process

    texts = {n: f"written_by_agent_{n} = {n}\n" for n in range(8)}
    for event in ("PreToolUse", "PostToolUse"):
        started = [fires(n, event, text) for n, text in texts.items()]
        if event == "PreToolUse":
            _drains(desk.root)
        assert [one.wait(60) for one in started] == [0] * 8
        for n, text in texts.items():
            desk.types(f"f{n}.py", text)
    desk.commit()
    _drains(desk.root, desk.root, desk.root)
    made = [one for one in desk.signed() if one.kind is Kind.GENERATE]
    assert {one.agent.session: one.details["lines"][0]["path"] for one in made if one.agent} == {
        f"session-{n}": f"f{n}.py" for n in range(8)
    }
    assert len(made) == 8
    assert {one.decision_id for one in desk.kept()} == {one.decision_id for one in desk.signed()}
