"""Spans: every line once, in order, with the commit that `git blame` names and the evidence that holds for it."""

from __future__ import annotations

import json
from contextlib import closing
from pathlib import Path

from answerable.domain.answer import Span
from answerable.git.repository import Repository
from answerable.incident.answer import Answerer
from builders import RepoBuilder, random_history

CLAUDE = "Co-Authored-By: Claude <noreply@anthropic.com>\n"


def spans_of(root: Path, target: str) -> tuple[Span, ...]:
    with Repository(root) as repository, closing(Answerer(repository, repository.resolve("HEAD"))) as answerer:
        return answerer.answer(target).spans


def test_every_line_is_in_one_span_with_the_commit_git_blame_names(tmp_path: Path, seed: int) -> None:
    repo = random_history(seed, tmp_path / "history", 15)
    with Repository(repo.root) as repository:
        head = repository.resolve("HEAD")
        with closing(Answerer(repository, head)) as answerer:
            for path in sorted(p for p, (mode, _) in repo.files(head).items() if mode in (b"100644", b"100755"))[:6]:
                blamed = repo.blame(head, path)
                if b"\0" in repo.git("cat-file", "blob", f"{head}:".encode() + path):
                    continue
                found = answerer.answer(path.decode("utf-8", "surrogateescape")).spans
                lines = [
                    (span.commit, span.orig_path, span.orig_start + at)
                    for span in found
                    for at in range(span.end - span.start + 1)
                ]
                assert lines == [(line.sha, line.orig_path, line.orig_line) for line in blamed]
                assert [span.start for span in found][1:] == [span.end + 1 for span in found][:-1]


def test_neighbours_of_one_commit_and_evidence_are_one_span(repo: RepoBuilder) -> None:
    repo.commit({"a": "1\n2\n3\n4\n"}, f"Do it\n\n{CLAUDE}")
    (span,) = spans_of(repo.root, "a")
    assert (span.start, span.end, span.lines.origin) == (1, 4, "ai")


def test_one_commit_is_split_where_its_evidence_differs(repo: RepoBuilder) -> None:
    sha = repo.commit({"a": "1\n2\n3\n4\n"})
    record = {"agent_id": {"tool": "cursor", "id": "1", "model": "m"}}
    meta = {"schema_version": "authorship/3.0.0", "base_commit_sha": sha, "sessions": {"s_0123456789abcd": record}}
    repo.note("ai", sha, f"a\n  s_0123456789abcd::t_0123456789abcd 2,4\n---\n{json.dumps(meta)}")
    assert [(s.start, s.end, s.lines.origin.value) for s in spans_of(repo.root, "a")] == [
        (1, 1, "unknown"),
        (2, 2, "ai"),
        (3, 3, "unknown"),
        (4, 4, "ai"),
    ]
    assert [(s.start, s.end, s.orig_start) for s in spans_of(repo.root, "a:2-3")] == [(2, 2, 2), (3, 3, 3)]


def test_a_renamed_file_keeps_where_its_lines_came_from(repo: RepoBuilder) -> None:
    text = "".join(f"{n}\n" for n in range(20))
    repo.commit({"old": text})
    repo.commit({"old": None, "new": "first\n" + text})
    first, rest = spans_of(repo.root, "new")
    assert (first.orig_path, rest.orig_path, rest.start, rest.orig_start) == (b"new", b"old", 2, 1)


def test_a_mapped_name_is_shown_by_its_map_and_the_message_stays_as_it_is(repo: RepoBuilder) -> None:
    repo.commit(
        {"a": "1\n", ".mailmap": "Ada Lovelace <ada@example.com> <old@example.com>\n"}, author=("A", "old@example.com")
    )
    (span,) = spans_of(repo.root, "a")
    assert str(span.author) == str(span.committer) == "Ada Lovelace <ada@example.com>"


def test_a_formatting_commit_is_named_and_what_stands_behind_it_too(repo: RepoBuilder) -> None:
    repo.commit({"a": "one\n"}, author=("Bo", "bo@example.com"))
    repo.commit({"a": "  one\n"}, "Reformat\n")
    repo.commit({".git-blame-ignore-revs": f"# style\n{repo.commits[1]}  # all of it\nnonsense\n"})
    (span,) = spans_of(repo.root, "a")
    assert span.commit == repo.commits[1]
    assert span.behind is not None
    assert (span.behind.commit, span.behind.author.name, span.behind.start) == (repo.commits[0], "Bo", 1)


def test_a_release_is_the_oldest_tag_that_holds_the_commit(repo: RepoBuilder) -> None:
    base = repo.commit({"a": "1\n"})
    repo.commit({"b": "b\n"}, branch="stable", parents=[base])
    wanted = repo.commit({"a": "1\n2\n"})
    for at in range(8):  # more tags of a branch that has not got it than are asked about
        repo.commit({"b": f"{at}\n"}, branch="stable")
        repo.tag(f"v1.0.{at}", "stable")
    repo.commit({"c": "c\n"})
    repo.tag("v2.0", "main", message="two")
    repo.commit({"c": "d\n"})
    repo.tag("v2.1", "main")
    found = spans_of(repo.root, "a:2")[0]
    assert (found.commit, found.delivery.release) == (wanted, "v2.0")
    assert spans_of(repo.root, "c")[0].delivery.release == "v2.1"


def test_a_commit_inside_a_merge_inside_a_merge_is_delivered_by_the_outer_one(repo: RepoBuilder) -> None:
    repo.commit({"a": "1\n"})
    repo.commit({"x": "1\n"}, branch="inner", parents=["main"])
    repo.commit({"y": "1\n"}, branch="outer", parents=["main"])
    repo.merge("inner", branch="outer", message="Merge branch 'inner' into outer\n")
    repo.commit({"a": "2\n"})
    merge = repo.merge("outer", message="Merge pull request #5 from org/outer\n", author=("Bo", "bo@example.com"))
    delivery = spans_of(repo.root, "x")[0].delivery
    assert (delivery.merge, delivery.change, str(delivery.merged_by)) == (merge, "#5", "Bo <bo@example.com>")
    assert spans_of(repo.root, "a")[0].delivery.merge is None


def test_the_last_line_without_a_line_end_counts(repo: RepoBuilder) -> None:
    repo.commit({"a": "1\n2", "crlf": "1\r\n2\r\n", "cr": "1\r2\r3"})
    assert [spans_of(repo.root, name)[-1].end for name in ("a", "crlf", "cr")] == [2, 2, 1]
