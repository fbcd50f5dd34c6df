"""`answerable for`: every bad input has its own code, message, hint and exit code, and is never a traceback."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from builders import RepoBuilder, link, submodule
from e2e.asking import Said, ask


@pytest.fixture
def project(repo: RepoBuilder) -> RepoBuilder:
    repo.commit(
        {
            "src/session.py": "one\ntwo\n",
            "src/sessions.py": "one\n",
            "docs/guide.md": "read\n",
            "empty.txt": "",
            "logo.png": b"\x89PNG\0\0",
            "vendor/lib": submodule("1" * 40),
        }
    )
    return repo


def refused(cwd: Path, *arguments: str | bytes, feed: str | bytes = b"", **env: str) -> tuple[int, str, str, str]:
    """Exit code, error code, message and hint: as JSON on standard output, and in words on standard error."""
    found = ask("for", *arguments, "--format", "json", cwd=cwd, feed=feed, **env)
    error = found.json
    assert error["schema"] == "answerable/error/v1"
    assert set(error) == {"schema", "code", "message", "hint"}
    words: Said = ask("for", *arguments, cwd=cwd, feed=feed, **env)
    assert words.code == found.code
    assert words.out == ""
    assert f"[{error['code']}]" in words.err
    assert error["hint"]
    return found.code, error["code"], error["message"], error["hint"]


def test_a_misspelled_path_offers_the_nearest_names(project: RepoBuilder) -> None:
    exit_code, code, message, hint = refused(project.root, "src/sesion.py")
    assert (exit_code, code) == (2, "path-not-found")
    assert "'src/sesion.py'" in message
    assert "src/session.py" in hint
    assert "src/sessions.py" in hint


def test_a_path_in_the_wrong_folder_offers_the_right_one(project: RepoBuilder) -> None:
    assert "docs/guide.md" in refused(project.root, "guide.md:3")[3]


def test_a_path_unlike_any_other_says_how_to_list_them(project: RepoBuilder) -> None:
    assert "git ls-tree" in refused(project.root, "zzz/qqq.xyz")[3]


def test_a_path_that_was_not_there_yet_is_not_found_at_that_revision(project: RepoBuilder) -> None:
    project.commit({"new.py": "x\n"})
    exit_code, code, message, _ = refused(project.root, "new.py", "--at", "HEAD~1")
    assert (exit_code, code) == (2, "path-not-found")
    assert project.commits[0][:12] in message


def test_a_folder_offers_files_in_it(project: RepoBuilder) -> None:
    exit_code, code, message, hint = refused(project.root, "src")
    assert (exit_code, code) == (2, "path-not-found")
    assert "folder" in message
    assert "src/session.py" in hint


@pytest.mark.parametrize("lines", ["3", "2-3", "0", "0-1", "2-1", "999999999"])
def test_lines_that_are_not_there_say_how_many_there_are(project: RepoBuilder, lines: str) -> None:
    exit_code, code, message, hint = refused(project.root, f"src/session.py:{lines}")
    assert (exit_code, code) == (2, "line-out-of-range")
    assert "src/session.py has 2 lines" in message
    assert "from 1 to 2" in hint


def test_a_line_of_an_empty_file_is_out_of_range_and_the_file_itself_is_not(project: RepoBuilder) -> None:
    assert refused(project.root, "empty.txt:1")[1] == "line-out-of-range"
    assert ask("for", "empty.txt", "--format", "json", cwd=project.root).json["spans"] == []


def test_outside_a_repository_there_is_nothing_to_ask(tmp_path: Path) -> None:
    exit_code, code, message, hint = refused(tmp_path, "a.py", GIT_CEILING_DIRECTORIES=os.fspath(tmp_path.parent))
    assert (exit_code, code) == (2, "not-a-repository")
    assert "not inside a git repository" in message
    assert "-C" in hint


def test_a_repository_without_a_commit_is_empty(repo: RepoBuilder) -> None:
    assert refused(repo.root, "a.py")[:2] == (2, "repository-empty")


@pytest.mark.parametrize("revision", ["nothing", "HEAD~99", "--help", "a\nb", "deadbeef", ""])
def test_a_bad_revision_is_named(project: RepoBuilder, revision: str) -> None:
    assert refused(project.root, "src/session.py", f"--at={revision}")[:2] == (2, "revision-not-found")


@pytest.mark.parametrize("target", ["deadbeef", "HEAD~99", "main@{5}x..HEAD", "HEAD..nothing", "origin/none"])
def test_a_target_that_looks_like_a_revision_is_no_misspelled_path(project: RepoBuilder, target: str) -> None:
    exit_code, code, _, hint = refused(project.root, target)
    assert (exit_code, code) == (2, "revision-not-found")
    assert "exists here" in hint


@pytest.mark.parametrize("day", ["yesterday", "2026-13-01", "0"])
def test_a_date_that_is_none_says_how_to_write_one(project: RepoBuilder, day: str) -> None:
    exit_code, code, _, hint = refused(project.root, "src/session.py", "--as-of", day)
    assert (exit_code, code) == (2, "revision-not-found")
    assert "2026-03-01" in hint


@pytest.mark.parametrize("target", ["logo.png", "logo.png:1"])
def test_a_binary_file_has_no_lines(project: RepoBuilder, target: str) -> None:
    exit_code, code, message, _ = refused(project.root, target)
    assert (exit_code, code) == (2, "binary-file")
    assert "logo.png is binary" in message


def test_a_submodule_has_its_own_repository(project: RepoBuilder) -> None:
    exit_code, code, message, hint = refused(project.root, "vendor/lib")
    assert (exit_code, code) == (2, "binary-file")
    assert "submodule" in message
    assert "own repository" in hint


def test_a_link_is_answered_as_the_one_line_git_keeps_of_it(project: RepoBuilder) -> None:
    project.commit({"link.py": link("src/session.py")})
    (span,) = ask("for", "link.py", "--format", "json", cwd=project.root).json["spans"]
    assert (span["start"], span["end"], span["commit"]) == (1, 1, project.commits[-1])


FOREIGN = (
    'Traceback (most recent call last):\n  File "/usr/lib/python3/json/decoder.py", line 3, in decode\nValueError\n'
)


def test_a_trace_without_a_frame_of_ours_says_how_many_there_were(project: RepoBuilder) -> None:
    exit_code, code, message, hint = refused(project.root, "-", feed=FOREIGN)
    assert (exit_code, code) == (2, "trace-no-frame")
    assert "1 frame" in message
    assert "code_mappings" in hint


@pytest.mark.parametrize("feed", ["", "all is well\n", b"\0\xff\xfe" * 100])
def test_input_that_is_no_trace_is_told_apart_from_one_of_others(project: RepoBuilder, feed: str | bytes) -> None:
    exit_code, code, message, hint = refused(project.root, "-", feed=feed)
    assert (exit_code, code) == (2, "trace-no-frame")
    assert "names no place" in message
    assert "src/app.py:12" in hint


def test_an_evidence_file_that_is_not_there_could_not_be_evaluated(project: RepoBuilder, tmp_path: Path) -> None:
    for name in ("nothing.json", "."):
        exit_code, code, message, _ = refused(project.root, "src/session.py", "--evidence", os.fspath(tmp_path / name))
        assert (exit_code, code) == (3, "evidence-unreadable")
        assert "cannot read" in message


@pytest.mark.parametrize("content", ["", "not json", '{"files": 3}', "[]", '{"a": 1}\n{"b": 2}\n'])
def test_an_evidence_file_that_holds_no_record_could_not_be_evaluated(
    project: RepoBuilder, tmp_path: Path, content: str
) -> None:
    file = tmp_path / "trace.json"
    file.write_text(content)
    exit_code, code, message, hint = refused(project.root, "src/session.py", "--evidence", os.fspath(file))
    assert (exit_code, code) == (3, "evidence-unreadable")
    assert "holds no Agent Trace record" in message
    assert "JSON" in hint


@pytest.mark.parametrize(("target", "what"), [("artifact:sha256:" + "0" * 64, "artifact")])
def test_what_nobody_recorded_yet_says_so(project: RepoBuilder, target: str, what: str) -> None:
    exit_code, code, message, _ = refused(project.root, target)
    assert (exit_code, code) == (2, "target-unsupported")
    assert what in message


@pytest.mark.parametrize("target", ["incident:7", "incident:", "incident:../../x", "incident:2026-01-01-abcdef"])
def test_an_incident_that_nobody_opened_is_unknown(project: RepoBuilder, target: str) -> None:
    exit_code, code, _, hint = refused(project.root, target)
    assert (exit_code, code) == (2, "incident-unknown")
    assert "answerable incident open" in hint


@pytest.mark.parametrize("target", ["change:", "change:x", "pr:12a", "change:١٢"])
def test_a_change_without_a_number_is_no_target(project: RepoBuilder, target: str) -> None:
    assert refused(project.root, target)[:2] == (2, "target-invalid")


def test_a_change_that_nothing_mentions_says_how_else_to_ask(project: RepoBuilder) -> None:
    exit_code, code, _, hint = refused(project.root, "change:404")
    assert (exit_code, code) == (2, "revision-not-found")
    assert "A..B" in hint


def test_an_empty_target_is_none(project: RepoBuilder) -> None:
    assert refused(project.root, "")[:2] == (2, "target-invalid")


@pytest.mark.parametrize("arguments", [[], ["a", "--nonsense"], ["a", "--format", "xml"]])
def test_a_misused_command_is_a_usage_error(project: RepoBuilder, arguments: list[str]) -> None:
    said = ask("for", *arguments, cwd=project.root)
    assert (said.code, said.out) == (2, "")
    assert "[usage]" in said.err


def test_a_note_nobody_can_read_is_a_defect_and_stops_nothing(project: RepoBuilder) -> None:
    project.note("ai", "HEAD", b"\0\xff not a note")
    document = ask("for", "src/session.py:1", "--format", "json", cwd=project.root).json
    assert document["spans"][0]["origin"] == "unknown"
    assert {"no-divider", "unreadable"} <= {defect["kind"] for defect in document["defects"]}
    out = ask("for", "src/session.py:1", cwd=project.root).out
    assert "defect of the evidence unreadable in refs/notes/ai" in out


def test_a_shallow_clone_is_told_what_to_fetch_and_is_never_given_a_wrong_commit(project: RepoBuilder) -> None:
    project.commit({"src/session.py": "one\ntwo\nthree\n"})
    clone = project.shallow_clone(1)
    document = ask("for", "src/session.py:1", "--format", "json", cwd=clone.root).json
    (span,) = document["spans"]
    assert (span["commit"], span["boundary"], span["origin"]) == (None, "shallow", "unknown")
    assert document["questions"][0]["remedy"] == "git fetch --unshallow"
    assert "The history of this line is not in this clone." in ask("for", "src/session.py:1", cwd=clone.root).out


def test_a_file_whose_content_is_not_here_cannot_be_evaluated(repo: RepoBuilder) -> None:
    repo.commit({"a.py": "1\n2\n"})
    said = ask("for", "a.py:1", "--format", "json", cwd=repo.partial_clone().root)
    assert (said.code, said.json["code"]) == (3, "content-missing")
    assert said.json["hint"] == "fetch it: git fetch --refetch --no-filter"
