"""Rewrites that are harder to follow: interrupted, joined, in other work trees, with notes that others wrote."""

from __future__ import annotations

import json
from pathlib import Path

from e2e.asking import ask_here
from e2e.test_carry import AGENTS, AI, BASE, UNKNOWN, WORKED, bos, note, work
from e2e.test_carry import desk as desk
from e2e.working import Desk

DECLARED = "human declared"


def topic(desk: Desk) -> Desk:
    """Bo's clone at the branch `topic`, of which only the notes are there."""
    work(desk)
    desk.git("checkout", "-q", "main")
    bo = bos(desk)
    bo.git("checkout", "-q", "-B", "topic", "origin/topic")
    return bo


def test_notes_of_several_commits_that_git_joined_are_numbered_anew(desk: Desk) -> None:
    bo = topic(desk)
    bo.git("config", "notes.rewriteRef", "refs/notes/*")
    bo.git("config", "notes.rewriteMode", "concatenate")
    bo.git("-c", "sequence.editor=sed -i 2s/pick/squash/", "-c", "core.editor=true", "rebase", "-qi", "HEAD~2")
    assert bo.git("notes", "--ref=ai", "show", "HEAD").count("authorship/3.0.0") == 2
    bo.drain()
    assert bo.git("notes", "--ref=ai", "show", "HEAD").count("authorship/3.0.0") == 1
    assert bo.origins("app.py") == WORKED


def test_a_copied_note_of_lines_that_are_gone_is_taken_back(desk: Desk) -> None:
    bo = topic(desk)
    bo.git("config", "notes.rewriteRef", "refs/notes/*")
    bo.git("checkout", "-q", "--detach", "HEAD~1")
    bo.types("app.py", "an_other_line = instead(of)\nall_of = them\nand_more = 1\n")
    bo.git("commit", "-qa", "--amend", "--no-edit")
    bo.drain()
    assert AI not in bo.origins("app.py")
    assert note(bo)["base_commit_sha"] == bo.git("rev-parse", "HEAD")


def test_a_rebase_that_is_drained_while_it_is_interrupted(desk: Desk) -> None:
    bo = topic(desk)
    bo.types("third.py", "something_else = 1\n")
    bo.commit("Third")
    bo.git("-c", "sequence.editor=sed -i 2s/pick/edit/", "rebase", "-qi", "HEAD~3", check=False)
    bo.drain()
    bo.writes("app.py", (bo.root / "app.py").read_text() + "bos_agent_adds = this(line)\n", session="session-bo")
    bo.git("add", "-A")
    bo.git("commit", "-q", "--amend", "--no-edit")
    bo.drain()
    bo.git("-c", "core.editor=true", "rebase", "--continue")
    bo.drain()
    assert bo.git("log", "-1", "--format=%s") == "Third"
    assert bo.origins("app.py") == [*WORKED, AI]


def test_rebased_onto_another_branch_without_some_commits(desk: Desk) -> None:
    bo = topic(desk)
    bo.git("checkout", "-q", "-b", "base", "origin/main")
    bo.types("base.py", "another_base = 1\n")
    bo.commit("Another base")
    bo.git("checkout", "-q", "topic")
    bo.types("third.py", "something_else = 1\n")
    bo.commit("Third")
    bo.git("rebase", "-q", "--onto", "base", "origin/main", "topic")
    bo.drain()
    assert bo.origins("app.py") == WORKED


def test_several_commits_picked_at_once_and_one_is_left_out(desk: Desk) -> None:
    bo = topic(desk)
    bo.git("checkout", "-q", "-B", "main", "origin/main")
    bo.git("cherry-pick", "topic~2..topic")
    bo.drain()
    assert bo.origins("app.py") == WORKED
    bo.git("checkout", "-q", "-B", "main", "origin/main")
    bo.git("cherry-pick", "-X", "theirs", "topic", check=False)
    bo.git("checkout", "--theirs", "app.py", check=False)
    bo.git("add", "-A")
    bo.git("-c", "core.editor=true", "cherry-pick", "--continue", check=False)
    bo.drain()
    found = bo.origins("app.py")
    assert found[-1] == WORKED[-1]
    assert found[1:3] in ([AI, AI], WORKED[3:5])


def test_amended_in_another_work_tree(desk: Desk) -> None:
    bo = topic(desk)
    bo.git("checkout", "-q", "main")
    bo.git("worktree", "add", "-q", "../side", "topic")
    side = Desk(bo.root.parent / "side")
    side.fires("PreToolUse", "Read", "seen.py", call="begin")
    side.drain()
    side.git("commit", "-q", "--amend", "-m", "Said better")
    side.drain()
    assert side.origins("app.py") == WORKED


def test_a_branch_is_merged_with_a_conflict_and_both_sides_are_kept(desk: Desk) -> None:
    bo = topic(desk)
    bo.git("checkout", "-q", "-B", "main", "origin/main")
    bo.writes("app.py", BASE.replace("\n", "\nbos_agent_adds = this(line)\n", 1), session="session-bo")
    bo.commit("Bo's agent")
    bo.git("merge", "-q", "topic", check=False)
    rows = (bo.root / "app.py").read_text().splitlines(keepends=True)
    bo.types("app.py", "".join(row for row in rows if row[:7] not in ("<<<<<<<", "=======", ">>>>>>>")))
    bo.git("add", "-A")
    bo.git("commit", "-q", "--no-edit")
    bo.drain()
    assert sorted(bo.origins("app.py")) == sorted([*WORKED, AI])


def test_a_note_that_git_ai_wrote_is_carried_as_it_is(desk: Desk) -> None:
    sha = desk.git("rev-parse", "HEAD~1")
    document = {
        "schema_version": "authorship/3.0.0", "git_ai_version": "1.6.7", "base_commit_sha": sha, "prompts": {},
        "humans": {"h_" + "a" * 14: {"author": "Ada <ada@example.com>"}},
        "sessions": {
            "s_" + "b" * 14: {"agent_id": {"tool": "cursor", "id": "x", "model": "m"}, "human_author": "Ada <a@b>"}
        },
    }  # fmt: skip
    body = f"app.py\n  h_{'a' * 14} 2\n  s_{'b' * 14}::t_{'c' * 14} 1\n---\n{json.dumps(document)}"
    desk.git("notes", "--ref=ai", "add", "-m", body, sha)
    assert desk.origins("app.py") == ["ai recorded cursor", DECLARED]
    bo = bos(desk)
    bo.git("checkout", "-q", "--detach", sha)
    bo.git("commit", "-q", "--amend", "-m", "Said better")
    bo.drain()
    assert bo.origins("app.py") == ["ai recorded cursor", DECLARED]
    session = note(bo)["sessions"]["s_" + "b" * 14]
    assert session["human_author"] == "Ada <a@b>"
    assert "custom_attributes" not in session


def test_a_note_that_was_made_for_another_commit_is_not_carried(desk: Desk) -> None:
    work(desk)
    old, new = desk.git("rev-parse", "HEAD~1", "HEAD").split()
    bo = bos(desk)
    said = bo.git("notes", "--ref=ai", "show", old).replace(" 2-3\n", " 5\n")
    assert " 5\n" in said
    bo.git("notes", "--ref=ai", "add", "-f", "-m", said, new)
    bo.git("checkout", "-q", "--detach", new)
    bo.git("commit", "-q", "--amend", "-m", "Said better")
    bo.drain()
    assert bo.origins("app.py")[4] == UNKNOWN


def test_where_git_ai_is_at_work_no_note_is_written(desk: Desk, tmp_path: Path) -> None:
    bo = topic(desk)
    (bo.root / ".git" / "ai").mkdir()
    bo.git("checkout", "-q", "-B", "main", "origin/main")
    bo.git("merge", "-q", "--squash", "topic")
    bo.git("commit", "-qm", "All of it")
    said = ask_here("carry", "--from", "topic", cwd=bo.root)
    assert "0 notes written" in said.out
    assert bo.git("notes", "--ref=ai", "show", "HEAD", check=False) == ""


def test_lines_with_other_ends_and_a_last_one_without(desk: Desk) -> None:
    desk.writes("dos.py", AGENTS.replace("\n", "\r\n").rstrip("\r\n"))
    desk.commit("With CRLF")
    desk.drain()
    bo = bos(desk)
    bo.git("checkout", "-q", "--detach", "origin/main")
    bo.types("dos.py", AGENTS)
    bo.git("commit", "-qa", "--amend", "-m", "With LF")
    bo.drain()
    assert bo.origins("dos.py") == [AI, AI]


def test_a_binary_file_and_one_that_became_a_link(desk: Desk) -> None:
    desk.writes("app.py", BASE + AGENTS)
    (desk.root / "data.bin").write_bytes(b"\0\1\2" * 100)
    desk.commit("With data")
    desk.drain()
    (desk.root / "app.py").unlink()
    (desk.root / "app.py").symlink_to("data.bin")
    desk.git("add", "-A")
    desk.git("commit", "-q", "--amend", "-m", "A link")
    assert list(desk.drain().commits) == [desk.git("rev-parse", "HEAD")]


def test_a_file_that_is_renamed_and_changed_beyond_likeness_keeps_what_it_kept(desk: Desk) -> None:
    desk.writes("new.py", AGENTS + "if ready:\n    go\n")
    desk.commit("A new file")
    desk.drain()
    desk.git("mv", "new.py", "renamed.py")
    desk.types(
        "renamed.py", "".join(f"much_else_{n} = typed({n})\n" for n in range(9)) + AGENTS + "if ready:\n    go\n"
    )
    bo = bos(desk)
    bo.git("checkout", "-q", "--detach", "origin/main")
    bo.git("mv", "new.py", "renamed.py")
    bo.types("renamed.py", (desk.root / "renamed.py").read_text())
    for one in (desk, bo):
        one.commit("Renamed, with much else")
        one.drain()
        assert one.origins("renamed.py")[9:] == [AI] * 4
        assert AI not in one.origins("renamed.py")[:9]
