"""The environment a command is started in tries to redirect git, to run a program, or to write a file.

By design the caller's own choices are honoured: where to stop looking for a repository, a push's quarantine of objects,
further object folders, and which configuration files git reads. Everything else that begins with GIT_ is dropped, and
what is honoured still cannot run a program or change an answer.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from attacks.hostile import Trap, ask_everything, lines, project, truth
from builders import RepoBuilder
from e2e.asking import ask, ask_here

PROGRAMS = (
    "GIT_EXTERNAL_DIFF",
    "GIT_SSH",
    "GIT_SSH_COMMAND",
    "GIT_ASKPASS",
    "SSH_ASKPASS",
    "GIT_PAGER",
    "PAGER",
    "GIT_EDITOR",
    "GIT_SEQUENCE_EDITOR",
    "GIT_PROXY_COMMAND",
    "GIT_PROXY_SSL_CERT",
)


def test_no_program_that_the_environment_names_for_git_runs(repo: RepoBuilder, tmp_path: Path) -> None:
    expected, trap = truth(project(repo)), Trap(tmp_path)
    env = dict.fromkeys(PROGRAMS, os.fspath(trap.program))
    ask_everything(repo, **env)
    assert lines(repo, "--no-cache", **env) == expected
    assert not trap.sprung


def test_git_is_never_led_to_another_repository(
    repo: RepoBuilder, new_repo: Callable[..., RepoBuilder], tmp_path: Path
) -> None:
    expected = truth(project(repo))
    other = new_repo("other")
    other.commit({"theirs.py": "x\n"})
    env = {
        "GIT_DIR": os.fspath(other.git_dir),
        "GIT_WORK_TREE": os.fspath(other.root),
        "GIT_COMMON_DIR": os.fspath(other.git_dir),
        "GIT_INDEX_FILE": os.fspath(tmp_path / "index"),
        "GIT_NAMESPACE": "evil",
        "GIT_PREFIX": "src/",
        "GIT_SHALLOW_FILE": os.fspath(tmp_path / "shallow"),
        "GIT_GRAFT_FILE": os.fspath(tmp_path / "grafts"),
        "GIT_REPLACE_REF_BASE": "refs/heads/",
        "GIT_DEFAULT_HASH": "sha256",
        "GIT_IMPLICIT_WORK_TREE": "0",
    }
    (tmp_path / "shallow").write_text(repo.commits[-1] + "\n")
    (tmp_path / "grafts").write_text(repo.commits[-1] + "\n")
    assert lines(repo, "--no-cache", **env) == expected
    ask_everything(repo, **env)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("GIT_DIFF_OPTS", "-u9"),
        ("GIT_LITERAL_PATHSPECS", "0"),
        ("GIT_ICASE_PATHSPECS", "1"),
        ("GIT_GLOB_PATHSPECS", "1"),
        ("GIT_NOTES_REF", "refs/heads/main"),
        ("GIT_NO_REPLACE_OBJECTS", ""),
        ("GIT_ATTR_SOURCE", "HEAD"),
        ("GIT_FLUSH", "0"),
    ],
)
def test_no_setting_of_the_environment_changes_an_answer(repo: RepoBuilder, name: str, value: str) -> None:
    expected = truth(project(repo))
    assert lines(repo, "--no-cache", **{name: value}) == expected


def test_git_writes_no_trace_of_what_is_asked(repo: RepoBuilder, tmp_path: Path) -> None:
    project(repo)
    names = ("GIT_TRACE", "GIT_TRACE2", "GIT_TRACE2_EVENT", "GIT_TRACE2_PERF", "GIT_TRACE_PACKET", "GIT_TRACE_SETUP")
    ask_everything(repo, **{name: os.fspath(tmp_path / name) for name in names})
    assert [name for name in names if (tmp_path / name).exists()] == []


def test_configuration_handed_down_by_another_git_is_dropped(repo: RepoBuilder, tmp_path: Path) -> None:
    """`git -c` hands its settings to what it starts; a hook of somebody else's git is not the caller's choice."""
    expected, trap = truth(project(repo)), Trap(tmp_path)
    given = f"'core.fsmonitor'='{trap.program}' 'blame.ignorerevsfile'='{tmp_path / 'none'}'"
    assert lines(repo, "--no-cache", GIT_CONFIG_PARAMETERS=given) == expected
    assert not trap.sprung


def test_the_callers_configuration_is_read_and_what_is_pinned_stays_pinned(repo: RepoBuilder, tmp_path: Path) -> None:
    """`safe.directory` has to come from somewhere; the same door lets in nothing that runs or changes an answer."""
    expected, trap = truth(project(repo)), Trap(tmp_path)
    settings = {
        "core.fsmonitor": os.fspath(trap.program),
        "core.hooksPath": os.fspath(tmp_path),
        "diff.external": os.fspath(trap.program),
        "diff.algorithm": "patience",
        "diff.renames": "false",
        "blame.ignoreRevsFile": "nothing",
        "core.useReplaceRefs": "true",
        "protocol.allow": "always",
    }
    env = {"GIT_CONFIG_COUNT": str(len(settings))}
    for at, (key, value) in enumerate(settings.items()):
        env |= {f"GIT_CONFIG_KEY_{at}": key, f"GIT_CONFIG_VALUE_{at}": value}
    assert lines(repo, "--no-cache", **env) == expected
    ask_everything(repo, **env)
    assert not trap.sprung
    said = ask_here("lines", cwd=repo.root, GIT_CONFIG_GLOBAL=os.fspath(tmp_path / "broken"), GIT_CONFIG_COUNT="x")
    assert (said.code, "[git-failed]" in said.err) == (3, True)


def test_further_object_folders_and_a_push_in_quarantine_are_honoured(repo: RepoBuilder, tmp_path: Path) -> None:
    expected = truth(project(repo))
    objects = repo.git_dir / "objects"
    objects.rename(tmp_path / "moved")
    objects.mkdir()
    assert lines(repo, "--no-cache", GIT_ALTERNATE_OBJECT_DIRECTORIES=os.fspath(tmp_path / "moved")) == expected
    assert lines(repo, "--no-cache", GIT_OBJECT_DIRECTORY=os.fspath(tmp_path / "moved")) == expected
    assert ask_here("lines", cwd=repo.root).code != 0


def test_looking_for_a_repository_stops_where_the_caller_says(repo: RepoBuilder) -> None:
    project(repo)
    below = repo.root / "src"
    assert ask_here("lines", cwd=below).code == 0
    assert ask_here("lines", cwd=below, GIT_CEILING_DIRECTORIES=os.fspath(repo.root)).code == 2


def test_no_plugin_is_loaded_from_the_repository(repo: RepoBuilder, tmp_path: Path) -> None:
    """The folder asked about is never a place to import from, not even with plugins allowed."""
    mark = tmp_path / "executed"
    code = f"open({os.fspath(mark)!r}, 'w')\n"
    names = ("click", "yaml", "rich", "json", "answerable", "sitecustomize", "usercustomize", "evil")
    project(repo)
    repo.commit({f"{name}.py": code for name in names})
    repo.commit({"evil.dist-info/entry_points.txt": "[answerable.provenance]\nevil = evil:read\n"})
    repo.commit({"evil.dist-info/METADATA": "Metadata-Version: 2.1\nName: evil\nVersion: 1\n"})
    repo.checkout()
    for command in ("lines", "scan"):
        said = ask("-C", os.fspath(repo.root), command, cwd=tmp_path, ANSWERABLE_PLUGINS="1")
        assert said.code == 0
    assert not mark.exists()
