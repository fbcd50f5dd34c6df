"""The gatherer: every source once, the same answer one by one and in bulk, and nothing broken stops it."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest

from answerable.domain.evidence import Reading
from answerable.errors import EvidenceUnreadable
from answerable.git.commits import read_commit
from answerable.git.repository import Repository
from answerable.provenance.gather import Gatherer
from builders import RepoBuilder

CODEX = "Co-authored-by: Codex <noreply@openai.com>\n"
SESSION = "s_0123456789abcd"


def note(sha: str, path: str = "a") -> str:
    record = {"agent_id": {"tool": "claude", "id": "1", "model": "m"}}
    meta = {"schema_version": "authorship/3.0.0", "base_commit_sha": sha, "sessions": {SESSION: record}}
    return f"{path}\n  {SESSION}::t_0123456789abcd 1\n---\n{json.dumps(meta)}"


def record(revision: str, version: str = "0.1.0") -> str:
    ranges = [{"start_line": 1, "end_line": 1, "content_hash": "h"}]
    conversations = [{"contributor": {"type": "ai"}, "ranges": ranges}]
    files = [{"path": "a", "conversations": conversations}]
    return json.dumps({"version": version, "vcs": {"type": "git", "revision": revision}, "files": files})


@pytest.fixture
def opened(repo: RepoBuilder) -> Iterator[Repository]:
    with Repository(repo.root) as repository:
        yield repository


def gather(opened: Repository, sha: str, *, bulk: bool = False, head: str = "HEAD", **files: bytes) -> Reading:
    gatherer = Gatherer(opened, opened.resolve(head), files)
    if bulk:
        gatherer.prepare(opened.git.run("rev-list", "--all", "--merges").decode().split())
    commit = read_commit(opened.objects, sha)
    assert commit is not None
    return gatherer.reading(commit)


def sources(reading: Reading) -> list[tuple[str, str]]:
    return sorted((claim.evidence.source, claim.grade.word) for claim in reading.claims)


@pytest.mark.parametrize("bulk", [False, True], ids=["one by one", "in bulk"])
def test_every_source_is_heard_and_keeps_its_grade(repo: RepoBuilder, opened: Repository, bulk: bool) -> None:
    message = f"Do it\n\nEntire-Checkpoint: 0123456789ab\nEntire-Agent: Codex\n{CODEX}"
    sha = repo.commit({"a": "1\n"}, message, author=("Codex", "codex@openai.com"))
    repo.note("ai", sha, note(sha))
    repo.note("agent-trace", sha, record(sha))
    meta = {"01/23456789ab/metadata.json": json.dumps({"session_id": "s", "agent": "Codex"})}
    repo.commit(meta, branch="entire/checkpoints/v1", parents=[])
    repo.commit({".agent-trace/x.json": record(sha)})
    assert sources(gather(opened, sha, bulk=bulk)) == [
        ("agent-trace", "recorded"),
        ("agent-trace", "recorded"),
        ("author", "inferred"),
        ("committer", "inferred"),
        ("entire", "declared"),
        ("entire", "declared"),
        ("git-ai", "recorded"),
        ("trailer", "declared"),
    ]


@pytest.mark.parametrize("bulk", [False, True], ids=["one by one", "in bulk"])
@pytest.mark.parametrize("fanout", [0, 1, 2])
def test_notes_are_found_under_every_fan_out(repo: RepoBuilder, opened: Repository, bulk: bool, fanout: int) -> None:
    sha = repo.commit({"a": "1\n"})
    repo.note("ai", sha, note(sha), fanout=fanout)
    assert sources(gather(opened, sha, bulk=bulk)) == [("git-ai", "recorded")]


def test_the_same_note_under_two_refs_is_one_piece_of_evidence(repo: RepoBuilder, opened: Repository) -> None:
    sha = repo.commit({"a": "1\n"})
    repo.note("ai", sha, note(sha))
    repo.note("ai-remote/origin", sha, note(sha))
    assert len(gather(opened, sha).claims) == 1
    repo.note("ai-remote/fork", sha, note(sha, "b"))
    assert len(gather(opened, sha).claims) == 2


def test_a_note_from_before_notes_is_found_under_its_ref(repo: RepoBuilder, opened: Repository) -> None:
    sha = repo.commit({"a": "1\n"})
    repo.git("update-ref", f"refs/ai/authorship/{sha}", repo.write("blob", note(sha).encode()))
    assert sources(gather(opened, sha)) == [("git-ai", "recorded")]


def test_a_branch_speaks_of_what_its_merge_brought_and_of_nothing_else(repo: RepoBuilder, opened: Repository) -> None:
    base = repo.commit({"a": "1\n"})
    inner = repo.commit({"b": "1\n"}, branch="codex/x", parents=["main"])
    last = repo.commit({"b": "2\n"}, branch="codex/x")
    other = repo.commit({"a": "2\n"})
    merge = repo.merge("codex/x", message="Merge branch 'codex/x'\n")
    found = {sha: sources(gather(opened, sha, bulk=True)) for sha in (base, inner, last, other, merge)}
    assert found == {base: [], inner: [("branch", "inferred")], last: [("branch", "inferred")], other: [], merge: []}


def test_a_merge_the_caller_knows_is_enough(repo: RepoBuilder, opened: Repository) -> None:
    repo.commit({"a": "1\n"})
    sha = repo.commit({"b": "1\n"}, branch="claude/x", parents=["main"])
    merge = repo.merge("claude/x", message="Merge pull request #1 from org/claude/x\n")
    gatherer = Gatherer(opened, opened.resolve("HEAD"))
    commit, brought = read_commit(opened.objects, sha), read_commit(opened.objects, merge)
    assert commit is not None
    assert sources(gatherer.reading(commit, brought)) == [("branch", "inferred")]


def test_a_record_of_the_reference_tool_is_about_the_child_and_says_so(repo: RepoBuilder, opened: Repository) -> None:
    parent = repo.commit({"a": "1\n"})
    child = repo.commit({"a": "2\n"})
    repo.commit({".agent-trace/traces.jsonl": record(parent, "1.0") + "\n"})
    assert sources(gather(opened, parent)) == []
    reading = gather(opened, child)
    assert sources(reading) == [("agent-trace", "declared")]
    assert [defect.kind for defect in reading.defects] == ["revision-before-commit"]


def test_a_strict_and_a_loose_record_in_one_file_each_count_where_they_hold(
    repo: RepoBuilder, opened: Repository
) -> None:
    parent = repo.commit({"a": "1\n"})
    child = repo.commit({"a": "2\n"})
    repo.commit({".agent-trace/t.jsonl": f"{record(parent)}\n{record(parent, '1.0')}\n"})
    assert sources(gather(opened, parent)) == [("agent-trace", "recorded")]
    assert sources(gather(opened, child)) == [("agent-trace", "declared")]


def test_evidence_is_read_at_the_commit_asked_about(repo: RepoBuilder, opened: Repository) -> None:
    sha = repo.commit({"a": "1\n"})
    repo.commit({".agent-trace/t.json": record(sha)})
    assert sources(gather(opened, sha, head="HEAD~1")) == []
    assert sources(gather(opened, sha)) == [("agent-trace", "recorded")]


@pytest.mark.parametrize("data", [b"", b"\0\xff", b"---\n", b"---\n[]", b"a\n  s_x 1\n---\n{", b"{" * 5000])
def test_a_broken_note_is_a_defect_and_hides_nothing(repo: RepoBuilder, opened: Repository, data: bytes) -> None:
    sha = repo.commit({"a": "1\n"}, f"Do it\n\n{CODEX}")
    repo.note("ai", sha, data)
    reading = gather(opened, sha)
    assert ("trailer", "declared") in sources(reading)
    assert any(defect.kind == "unreadable" for defect in reading.defects)


def test_a_broken_record_in_the_tree_is_a_defect_of_the_whole(repo: RepoBuilder, opened: Repository) -> None:
    repo.commit({"a": "1\n", ".agent-trace/broken.json": "{", ".agent-trace/sub/also.jsonl": "\xff"})
    gatherer = Gatherer(opened, opened.resolve("HEAD"))
    assert {defect.kind for defect in gatherer.defects} == {"unreadable"}


def test_a_broken_file_that_was_given_is_an_error(repo: RepoBuilder, opened: Repository) -> None:
    sha = repo.commit({"a": "1\n"})
    with pytest.raises(EvidenceUnreadable, match="holds no Agent Trace record"):
        gather(opened, sha, given=b"nonsense")
    partly = gather(opened, sha, given=f"nonsense\n{record(sha)}\n".encode())
    assert sources(partly) == [("agent-trace", "recorded")]


def test_a_person_is_never_claimed_from_an_author_alone(repo: RepoBuilder, opened: Repository) -> None:
    sha = repo.commit({"a": "1\n"}, "Written by hand, all of it\n", author=("Claude Dupont", "claude@dupont.fr"))
    assert gather(opened, sha) == Reading()


def test_notes_that_annotate_anything_are_listed_with_their_blobs(repo: RepoBuilder, opened: Repository) -> None:
    sha = repo.commit({"a": "1\n"})
    repo.note("ai", sha, note(sha))
    repo.note("agent-trace", sha, record(sha))
    found = Gatherer(opened, opened.resolve("HEAD")).annotated()
    assert [(commit, [ref for ref, _ in where]) for commit, where in found.items()] == [(sha, ["refs/notes/ai"])]
