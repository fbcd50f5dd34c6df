"""The trailer of a commit names the agents that edited what is committed, and no others."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from answerable.capture.git_hooks.install import install
from answerable.capture.recording.hook import record
from answerable.git.repository import Repository
from capture.claude import payload
from e2e.asking import ask_here
from e2e.working import ADA, Desk

OPUS = "claude-opus-4-8"


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    made = Desk(tmp_path / "repo")
    with Repository(made.root) as repository:
        install(repository, sys.executable)
    made.types("base.py", "base = 1\n")
    made.commit("Begin")
    transcript = tmp_path / "x.jsonl"
    row = {"type": "assistant", "message": {"model": OPUS, "content": []}}
    odd = {"type": "assistant", "message": {"model": "<synthetic>", "content": []}}
    transcript.write_text("".join(json.dumps(each, separators=(",", ":")) + "\n" for each in (row, odd)))
    return made


def writes(desk: Desk, path: str, text: str) -> None:
    """An agent writes a file; its transcript says which model it is."""
    for event in ("PreToolUse", "PostToolUse"):
        said = payload(desk.root, event, "Write", os.fspath(desk.root / path), content=text, call=f"{path}-{len(text)}")
        told = json.loads(said) | {"transcript_path": os.fspath(desk.root.parent / "x.jsonl")}
        assert record("claude-code", json.dumps(told).encode(), os.fsencode(desk.root))
        if event == "PreToolUse":
            desk.types(path, text)


def message(desk: Desk, *arguments: str, editor: str | None = None, staged: str = "-A") -> str:
    """The message of a commit that is made so."""
    desk.git("add", staged)
    environment = {**os.environ, **ADA, **({"GIT_EDITOR": editor} if editor else {})}
    subprocess.run(["git", "commit", "-q", *arguments], cwd=desk.root, env=environment, check=True)
    return desk.git("log", "-1", "--format=%B")


def test_what_an_agent_edited_and_is_staged_is_named_with_its_model(desk: Desk) -> None:
    writes(desk, "app.py", "one_of_these = 1\n")
    assert message(desk, "-m", "Work") == f"Work\n\nAssisted-by: claude-code:{OPUS}"
    assert desk.git("log", "-1", "--format=%(trailers:key=Assisted-by,valueonly)") == f"claude-code:{OPUS}"


def test_what_no_agent_edited_has_none_even_right_after_a_commit_that_has(desk: Desk) -> None:
    writes(desk, "app.py", "one_of_these = 1\n")
    desk.types("notes.txt", "by hand\n")
    assert message(desk, "-m", "Notes", staged="notes.txt") == "Notes"
    assert "Assisted-by" in message(desk, "-m", "Work")
    desk.types("app.py", "one_of_these = 1\nby_hand = 2\n")
    assert message(desk, "-m", "More") == "More"


def test_a_file_that_an_agent_only_read_names_nobody(desk: Desk) -> None:
    for event in ("PreToolUse", "PostToolUse"):
        desk.fires(event, "Read", "base.py", call="r")
    desk.types("base.py", "base = 2\n")
    assert message(desk, "-m", "By hand") == "By hand"


def test_two_agents_are_two_lines_and_one_said_twice_is_one(desk: Desk) -> None:
    writes(desk, "app.py", "one_of_these = 1\n")
    edit = {
        "conversation_id": "c", "hook_event_name": "afterFileEdit", "cursor_version": "3.1", "model": "gpt-5.6",
        "workspace_roots": [os.fspath(desk.root)], "file_path": os.fspath(desk.root / "more.py"), "edits": [],
    }  # fmt: skip
    desk.types("more.py", "two_of_these = 2\n")
    assert record("cursor", json.dumps(edit).encode(), os.fsencode(desk.root))
    said = message(desk, "-m", f"Work\n\nBody\n\nAssisted-by: claude-code:{OPUS}")
    assert said == f"Work\n\nBody\n\nAssisted-by: claude-code:{OPUS}\nAssisted-by: cursor:gpt-5.6"


@pytest.mark.parametrize(
    ("given", "ends"),
    [
        (("-m", "Subject: with a colon"), "Subject: with a colon\n\n"),
        (("-m", "Work", "-m", "A body.\nNote: this is one"), "Work\n\nA body.\nNote: this is one\n\n"),
        (("-sm", "Work"), "Work\n\nSigned-off-by: Ada <ada@example.com>\n"),
        (("-m", "#12 is done"), "#12 is done\n\n"),
        (("-m", "Größe\n\nÄ"), "Größe\n\nÄ\n\n"),
    ],
)
def test_it_stands_where_git_finds_it(desk: Desk, given: tuple[str, ...], ends: str) -> None:
    writes(desk, "app.py", "one_of_these = 1\n")
    assert message(desk, *given) == f"{ends}Assisted-by: claude-code:{OPUS}"
    assert desk.git("log", "-1", "--format=%(trailers:key=Assisted-by,valueonly)") == f"claude-code:{OPUS}"


def test_a_message_that_is_written_in_an_editor_has_it_and_an_empty_one_is_still_empty(desk: Desk) -> None:
    writes(desk, "app.py", "one_of_these = 1\n")
    desk.git("add", "-A")
    before = desk.git("rev-parse", "HEAD")
    assert desk.git("-c", "core.editor=true", "commit", "-q", check=False) == ""
    assert desk.git("rev-parse", "HEAD") == before
    said = message(desk, "-v", editor="sed -i '1s/^/By hand/'")
    assert said == f"By hand\n\nAssisted-by: claude-code:{OPUS}"
    writes(desk, "app.py", "one_of_these = 1\ntwo_of_these = 2\n")
    said = message(desk, "-em", "Begun", editor="sed -i '1s/$/ and ended/'")
    assert said == f"Begun and ended\n\nAssisted-by: claude-code:{OPUS}"
    writes(desk, "app.py", "one_of_these = 1\nthree_of_these = 2\n")
    desk.git("config", "core.commentChar", ";")
    said = message(desk, "-v", "--cleanup=scissors", editor="sed -i '1s/^/# 1 By hand/'")
    assert said == f"# 1 By hand\n\nAssisted-by: claude-code:{OPUS}"


def test_a_persons_choice_turns_it_off(desk: Desk) -> None:
    writes(desk, "app.py", "one_of_these = 1\n")
    assert "Assisted-by" in message(desk, "-m", "Work")
    writes(desk, "app.py", "one_of_these = 1\ntwo_of_these = 2\n")
    desk.git("config", "answerable.trailer", "false")
    assert message(desk, "-m", "Work") == "Work"
    writes(desk, "app.py", "one_of_these = 1\nthree_of_these = 3\n")
    desk.git("config", "answerable.trailer", "true")
    desk.git("add", "-A")
    desk.git("-c", "answerable.trailer=no", "commit", "-qm", "Work")
    assert desk.git("log", "-1", "--format=%B") == "Work"
    writes(desk, "app.py", "one_of_these = 1\nfour_of_these = 4\n")
    assert "Assisted-by" in message(desk, "-m", "Work")


def test_a_choice_in_a_file_that_is_included_counts_when_that_file_changes(desk: Desk, tmp_path: Path) -> None:
    (tmp_path / "more").write_text("[answerable]\n\ttrailer = true\n")
    desk.git("config", "include.path", os.fspath(tmp_path / "more"))
    for turn, (said, has) in enumerate((("true", True), ("false", False), ("true", True))):
        (tmp_path / "more").write_text(f"[answerable]\n\ttrailer = {said}\n")
        writes(desk, "app.py", f"one_of_these = {turn}\n")
        assert ("Assisted-by" in message(desk, "-m", "Work")) is has


def test_what_was_undone_and_typed_anew_names_nobody(desk: Desk) -> None:
    writes(desk, "app.py", "one_of_these = 1\n")
    writes(desk, "base.py", "base = 1\ntwo_of_these = 2\n")
    desk.git("checkout", "-q", "--", "base.py")
    desk.fires("PreToolUse", "Read", "base.py", call="r")
    desk.drain()
    desk.types("base.py", "base = 1\nby_hand_it_was = 3\n")
    assert message(desk, "-m", "By hand", staged="base.py") == "By hand"
    assert "Assisted-by" in message(desk, "-m", "Work")


def test_what_is_left_of_an_agents_edits_after_a_part_of_them_is_committed_is_named(desk: Desk) -> None:
    writes(desk, "app.py", "one_of_these = 1\n")
    writes(desk, "more.py", "two_of_these = 2\n")
    assert "Assisted-by" in message(desk, "-m", "One", staged="app.py")
    desk.drain()
    assert "Assisted-by" in message(desk, "-m", "Two")


def test_who_passes_the_hooks_passes_this_one_too(desk: Desk) -> None:
    writes(desk, "app.py", "one_of_these = 1\n")
    assert message(desk, "--no-verify", "-m", "Work") == "Work"
    assert desk.origins("app.py") == ["ai recorded claude-code"]


def test_merges_and_picks_keep_their_own_words(desk: Desk) -> None:
    desk.git("checkout", "-qb", "side")
    desk.types("side.py", "side = 1\n")
    pick = desk.commit("Side")
    desk.git("checkout", "-q", "main")
    writes(desk, "app.py", "one_of_these = 1\n")
    desk.git("cherry-pick", pick)
    assert desk.git("log", "-1", "--format=%B") == "Side"


def test_paths_with_spaces_and_stars_are_matched_as_they_are(desk: Desk) -> None:
    writes(desk, "a *.py", "one_of_these = 1\n")
    desk.types("a b.py", "by hand\n")
    assert message(desk, "-m", "By hand", staged="a b.py") == "By hand"
    assert "Assisted-by" in message(desk, "-m", "Work")


def test_a_path_that_is_a_part_of_another_is_not_that_other(desk: Desk) -> None:
    writes(desk, "app.py", "one_of_these = 1\n")
    desk.types("my_app.py.txt", "by hand\n")
    assert message(desk, "-m", "By hand", staged="my_app.py.txt") == "By hand"


def test_where_a_look_at_what_is_staged_takes_long_it_is_done_without(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    index = desk.root / ".git/index"
    large = index.read_bytes()
    index.write_bytes(large + b"\0" * (4 << 20))
    desk.fires("PreToolUse", "Write", "app.py", content="x = 1\n")
    desk.types("app.py", "x = 1\n")
    desk.fires("PostToolUse", "Write", "app.py", content="x = 1\n")
    index.write_bytes(large)
    assert message(desk, "-m", "Work") == "Work"
    desk.git("reset", "-q", "--soft", "HEAD~")
    desk.git("config", "answerable.trailer", "always")
    assert message(desk, "-m", "Work") == "Work\n\nAssisted-by: claude-code"


@pytest.mark.parametrize("shell", ["dash", "bash"])
def test_any_shell_that_is_sh_does(desk: Desk, shell: str) -> None:
    for hook in (desk.root / ".git/hooks").glob("*"):
        if b"answerable" in hook.read_bytes():
            hook.write_bytes(hook.read_bytes().replace(b"#!/bin/sh\n", f"#!/usr/bin/env {shell}\n".encode(), 1))
    writes(desk, "app.py", "one_of_these = 1\n")
    assert message(desk, "-m", "Work") == f"Work\n\nAssisted-by: claude-code:{OPUS}"


def test_lines_that_a_person_typed_are_theirs_beside_the_trailer_and_unseen_ones_are_unknown(desk: Desk) -> None:
    writes(desk, "app.py", "one_of_these = 1\n")
    desk.types("app.py", "one_of_these = 1\nby_hand_it_was = 2\n")
    writes(desk, "more.py", "two_of_these = 2\n")
    desk.types("unseen.py", "nobody_knows = who\n")
    assert "Assisted-by" in message(desk, "-m", "Work")
    assert desk.origins("app.py") == ["ai recorded claude-code", "human recorded"]
    assert desk.origins("unseen.py") == ["unknown none"]
    said = ask_here("for", "app.py", "--format", "json", cwd=desk.root).json
    assert [span["conflicts"] for span in said["spans"]] == [[], []]
