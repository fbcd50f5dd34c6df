"""What is kept of a history never changes what is recalled: what comes later is seen, damage is passed over."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from answerable.git.record import annotate
from answerable.git.repository import Repository
from answerable.provenance.speaking import NAME
from builders import RepoBuilder
from e2e.ledgers import Team, run
from policy.gating import ADA, CLAUDE

NOTE = b'%s\n  s_%014d::t_00000000000000 1\n---\n{"schema_version": "authorship/3.0.0", "base_commit_sha": "%s", %s}'
SESSIONS = b'"sessions": {"s_00000000000001": {"agent_id": {"tool": "cursor", "id": "1", "model": "m"}}}'


def recalled(root: Path, *options: str) -> dict[str, Any]:
    said = run("recall", "--format", "json", *options, cwd=root)
    assert said.code == 0, said.err
    found = said.json
    del found["elapsed_ms"]
    return found


def same(root: Path) -> dict[str, Any]:
    """What is recalled, twice with what is kept and once without."""
    anew = recalled(root, "--no-cache")
    assert [recalled(root), recalled(root)] == [anew, anew]
    return anew


def kept(root: Path) -> dict[str, Any]:
    text = (root / ".git/answerable" / NAME).read_bytes().partition(b"\n")[2]
    found: dict[str, Any] = json.loads(text)
    return found


def paths(found: dict[str, Any]) -> set[str]:
    return {span["path"] for span in found["spans"]}


@pytest.fixture
def shop(repo: RepoBuilder) -> RepoBuilder:
    repo.commit({"plain.py": "a\n"}, author=ADA)
    repo.commit({"tool.py": "b\n"}, message=f"Do\n\n{CLAUDE}", author=ADA)
    repo.commit({"later.py": "c\n"}, author=ADA)
    return repo


def test_commits_that_say_nothing_are_read_once(shop: RepoBuilder) -> None:
    assert paths(same(shop.root)) == {"tool.py"}
    assert kept(shop.root)["commits"] == [shop.resolve("main~1")]


def test_a_note_that_comes_later_is_seen(shop: RepoBuilder) -> None:
    same(shop.root)
    sha = shop.resolve("main")
    with Repository(shop.root) as repository:
        annotate(repository, "refs/notes/ai", {sha: NOTE % (b"later.py", 1, sha.encode(), SESSIONS)})
    assert paths(same(shop.root)) == {"tool.py", "later.py"}


def test_a_decision_that_comes_later_is_seen(repo: RepoBuilder, tmp_path: Path) -> None:
    team = Team(repo, tmp_path)
    assert paths(same(team.root)) == set()
    team.record(team.ada, "generate", "HEAD", "--tool", "codex")
    assert paths(same(team.root)) == {"a.py"}
    elsewhere = repo.root.parent / "clone"
    run("ledger", "sync", cwd=team.root)
    assert not elsewhere.exists()


def test_a_branch_of_a_tool_is_told_by_its_merge_alone(repo: RepoBuilder) -> None:
    base = repo.commit({"a.py": "a\n"}, author=ADA)
    repo.commit({"b.py": "b\n"}, author=ADA, parents=[base], branch="side")
    repo.merge("side", message="Merge pull request #3 from org/codex/fix\n\nFix\n", author=ADA)
    assert paths(same(repo.root)) == {"b.py"}
    assert kept(repo.root)["merges"] == [repo.resolve("main")]


def test_another_head_is_another_history(shop: RepoBuilder) -> None:
    same(shop.root)
    shop.commit({"more.py": "d\n"}, message=f"More\n\n{CLAUDE}", author=ADA)
    assert paths(same(shop.root)) == {"tool.py", "more.py"}
    assert paths(recalled(shop.root, "--rev", "main~3")) == set()


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(junk=st.binary(max_size=200), at=st.integers(0, 400))
def test_what_is_damaged_is_passed_over(shop: RepoBuilder, junk: bytes, at: int) -> None:
    right = same(shop.root)
    file = shop.root / ".git/answerable" / NAME
    raw = file.read_bytes()
    file.write_bytes(raw[:at] + junk + raw[at + len(junk) :])
    assert recalled(shop.root) == right


def test_a_link_is_neither_read_nor_written(shop: RepoBuilder, tmp_path: Path) -> None:
    same(shop.root)
    file = shop.root / ".git/answerable" / NAME
    other = tmp_path / "other"
    other.write_bytes(file.read_bytes())
    file.unlink()
    file.symlink_to(other)
    before = other.stat().st_mtime_ns
    assert paths(recalled(shop.root)) == {"tool.py"}
    assert other.stat().st_mtime_ns == before
