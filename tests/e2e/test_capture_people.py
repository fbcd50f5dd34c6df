"""A person and an agent at one file: saves, undoes, copies, moves, renames, formats. The origin of every line."""

import os
import subprocess
from pathlib import Path

import pytest

from e2e.agents import Agent, put
from e2e.working import Desk

AI, HUMAN, MIXED, UNKNOWN = "ai recorded claude-code", "human recorded", "mixed recorded claude-code", "unknown none"
OLD = "import os\n\n\ndef main():\n    run_it_all()\n"


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    desk = Desk(tmp_path / "repo")
    desk.types("app.py", OLD)
    desk.commit("Before")
    return desk


@pytest.fixture
def agent(desk: Desk) -> Agent:
    return Agent(desk.root)


def after(desk: Desk, path: str = "app.py") -> list[str]:
    """Commit all, drain, and say who wrote each line."""
    desk.commit()
    desk.drain()
    return desk.origins(path)


def text(desk: Desk, path: str = "app.py") -> str:
    return (desk.root / path).read_bytes().decode()


def test_ada_types_before_any_hook_was_seen(desk: Desk, agent: Agent) -> None:
    desk.types("app.py", OLD + "typed_before = anything\n")
    agent.edits("app.py", "run_it_all()", "start_it_all()")
    assert after(desk) == [UNKNOWN] * 4 + [AI, UNKNOWN]


def test_ada_types_after_the_last_edit(desk: Desk, agent: Agent) -> None:
    agent.edits("app.py", "run_it_all()", "start_it_all()")
    desk.types("app.py", text(desk) + "\n\ndef by_hand():\n    return typed\n")
    assert after(desk) == [UNKNOWN] * 4 + [AI] + [HUMAN] * 4


def test_ada_types_between_two_edits_of_the_same_file(desk: Desk, agent: Agent) -> None:
    agent.edits("app.py", "run_it_all()", "start_it_all()")
    desk.types("app.py", text(desk) + "typed_by_hand = True\n")
    agent.edits("app.py", "typed_by_hand = True\n", "typed_by_hand = True\nadded_by_agent = True\n")
    desk.types("app.py", text(desk) + "typed_later = True\n")
    assert after(desk) == [UNKNOWN] * 4 + [AI, HUMAN, AI, HUMAN]


def test_ada_saves_while_the_agent_waits_to_be_allowed(desk: Desk, agent: Agent) -> None:
    agent.edits("app.py", "run_it_all()", "start_it_all()", also=lambda now: now + "typed_meanwhile = True\n")
    assert after(desk) == [UNKNOWN] * 4 + [AI, UNKNOWN]


def test_ada_saves_another_file_while_the_agent_edits_this_one(desk: Desk, agent: Agent) -> None:
    agent.writes("other.py", "written_first = 1\n")
    use = agent.use(path="app.py", old="run_it_all()", new="start_it_all()")
    agent.fires("Pre", use)
    desk.types("other.py", "written_first = 1\ntyped_meanwhile = 2\n")
    desk.types("app.py", text(desk).replace("run_it_all()", "start_it_all()"))
    agent.fires("Post", use)
    assert after(desk) == [UNKNOWN] * 4 + [AI]
    assert desk.origins("other.py") == [AI, HUMAN]


def test_ada_undoes_what_the_agent_did(desk: Desk, agent: Agent) -> None:
    agent.edits("app.py", "run_it_all()", "start_it_all()")
    agent.edits("app.py", "import os\n", "import os\nimport sys\n")
    desk.git("checkout", "-q", "--", "app.py")
    desk.types("app.py", text(desk) + "typed_by_hand = True\n")
    assert after(desk) == [UNKNOWN] * 5 + [HUMAN]


def test_ada_undoes_and_redoes_in_her_editor(desk: Desk, agent: Agent) -> None:
    agent.edits("app.py", "run_it_all()\n", "start_it_all()\n    and_wait_for_it()\n")
    done = text(desk)
    desk.types("app.py", OLD)
    agent.looks("app.py")
    desk.types("app.py", done)
    assert after(desk) == [UNKNOWN] * 6


def test_ada_takes_out_a_part_of_what_the_agent_wrote(desk: Desk, agent: Agent) -> None:
    agent.writes("new.py", "first_line = 1\nsecond_line = 2\nthird_line = 3\n")
    desk.types("new.py", "first_line = 1\nthird_line = 3\n")
    assert after(desk, "new.py") == [AI, AI]


def test_ada_copies_an_agents_function_to_another_file(desk: Desk, agent: Agent) -> None:
    agent.writes("new.py", "def made_by_the_agent():\n    return something_long_enough\n")
    agent.looks("app.py")
    desk.types("app.py", OLD + "\n\n" + text(desk, "new.py") + "typed_by_hand = True\n")
    assert after(desk) == [UNKNOWN] * 5 + [HUMAN] * 2 + [UNKNOWN] * 2 + [HUMAN]
    assert desk.origins("new.py") == [AI, AI]


def test_ada_moves_an_agents_function_and_indents_it(desk: Desk, agent: Agent) -> None:
    agent.writes("new.py", "def made_by_agent():\n    return long_enough\n\n\nkept_in_place = 1\nkept_as_well = 2\n")
    desk.types(
        "new.py",
        "kept_in_place = 1\nkept_as_well = 2\n\n\nclass Typed:\n    def made_by_agent():\n        return long_enough\n",
    )
    assert after(desk, "new.py") == [AI, AI, HUMAN, HUMAN, HUMAN, AI, AI]


def test_ada_changes_a_word_of_an_agents_line_and_the_agent_one_of_hers(desk: Desk, agent: Agent) -> None:
    agent.writes("new.py", "timeout_in_seconds = 30\nretries_at_most = 5\n")
    desk.types("new.py", "timeout_in_seconds = 45\nretries_at_most = 5\nmine_alone_it_is = True\n")
    agent.edits("new.py", "mine_alone_it_is = True", "mine_alone_it_is = False")
    assert after(desk, "new.py") == [MIXED, AI, MIXED]


def test_the_agent_changes_a_committed_line(desk: Desk, agent: Agent) -> None:
    agent.edits("app.py", "def main():", "def main(arguments):")
    assert after(desk) == [UNKNOWN] * 3 + [AI, UNKNOWN]


def test_ada_changes_a_committed_line_of_which_nobody_knows_the_writer(desk: Desk, agent: Agent) -> None:
    agent.looks("app.py")
    desk.types("app.py", OLD.replace("def main():", "def main(arguments):"))
    assert after(desk) == [UNKNOWN] * 5


def test_the_agent_writes_over_a_file_with_adas_lines_in_it(desk: Desk, agent: Agent) -> None:
    agent.writes("new.py", "written_by_agent = 1\n")
    desk.types("new.py", "written_by_agent = 1\n\n\ndef by_hand():\n    return typed(this)\n")
    agent.writes("new.py", "# a heading\nwritten_by_agent = 1\n\n\ndef by_hand():\n    return typed(this)\n")
    assert after(desk, "new.py") == [AI, AI, HUMAN, HUMAN, HUMAN, HUMAN]


def test_a_formatter_on_save_moves_and_takes_nothing(desk: Desk, agent: Agent) -> None:
    agent.writes("new.py", 'value = call(first, "second", third)\n')
    desk.types("new.py", 'value = call(first, "second", third)\nmine = typed("by", "hand", and_long_enough)\n')
    formatted = "value = call(\n    first,\n    'second',\n    third,\n)\n"
    desk.types("new.py", formatted + "mine = typed(\n    'by',\n    'hand',\n    and_long_enough,\n)\n")
    assert after(desk, "new.py") == [AI] * 5 + [HUMAN] * 5


def test_a_formatter_before_the_commit_moves_and_takes_nothing(desk: Desk, agent: Agent) -> None:
    hook = desk.root / ".git/hooks/pre-commit"
    put(hook, '#!/bin/sh\nsed -i "s/\'/\\"/g; s/^  *\\(.*\\)/    \\1/" new.py && git add new.py\n')
    hook.chmod(0o755)
    agent.writes("new.py", "def made():\n  return 'from the agent'\n")
    desk.types("new.py", text(desk, "new.py") + "\n\ndef typed():\n  return 'by hand it was'\n")
    assert after(desk, "new.py") == [AI, AI, HUMAN, HUMAN, HUMAN, HUMAN]
    assert '"by hand it was"' in text(desk, "new.py")


def test_a_part_of_a_file_is_committed_and_then_the_rest(desk: Desk, agent: Agent) -> None:
    agent.writes("new.py", "first_of_agent = 1\n")
    desk.git("add", "-A")
    desk.types("new.py", "first_of_agent = 1\ntyped_by_hand = 2\n")
    agent.edits("new.py", "typed_by_hand = 2\n", "typed_by_hand = 2\nlast_of_agent = 3\n")
    desk.git("commit", "-qm", "A part")
    desk.drain()
    assert desk.origins("new.py")[:1] == [AI]
    assert after(desk, "new.py") == [AI, HUMAN, AI]


def test_adas_lines_are_staged_before_the_agents_come(desk: Desk, agent: Agent) -> None:
    agent.looks("app.py")
    desk.types("app.py", OLD + "typed_by_hand = True\n")
    desk.git("add", "-A")
    agent.edits("app.py", "typed_by_hand = True\n", "typed_by_hand = True\nadded_by_agent = True\n")
    desk.git("commit", "-qm", "Only hers")
    desk.drain()
    assert desk.git("show", "HEAD:app.py").endswith("typed_by_hand = True")
    assert after(desk) == [UNKNOWN] * 5 + [HUMAN, AI]


def test_a_file_that_the_agent_wrote_is_renamed_by_ada_before_the_commit(desk: Desk, agent: Agent) -> None:
    agent.writes("new.py", "def made_by_the_agent():\n    return something\n")
    (desk.root / "new.py").rename(desk.root / "named.py")
    assert after(desk, "named.py") == [AI, AI]


def test_a_file_is_renamed_and_changed_in_one_commit(desk: Desk, agent: Agent) -> None:
    agent.writes("new.py", "".join(f"line_of_the_agent_{n} = {n}\n" for n in range(8)))
    desk.commit()
    desk.drain()
    desk.git("mv", "new.py", "named.py")
    desk.types("named.py", text(desk, "named.py") + "typed_by_hand = True\n")
    assert after(desk, "named.py") == [AI] * 8 + [HUMAN]


def test_a_file_with_lines_of_both_that_no_commit_has_is_renamed_and_changed(desk: Desk, agent: Agent) -> None:
    desk.types("long.py", "".join(f"old_line_number_{n} = {n}\n" for n in range(20)))
    desk.commit()
    agent.edits("long.py", "old_line_number_3 = 3\n", "old_line_number_3 = 3\nadded_by_the_agent = 3\n")
    desk.git("mv", "long.py", "moved.py")
    desk.types("moved.py", text(desk, "moved.py") + "typed_by_hand = True\n")
    assert after(desk, "moved.py") == [UNKNOWN] * 4 + [AI] + [UNKNOWN] * 16 + [HUMAN]


def test_a_renamed_file_is_changed_by_the_agent(desk: Desk, agent: Agent) -> None:
    agent.writes("new.py", "def made_by_the_agent():\n    return something\n")
    desk.types("new.py", text(desk, "new.py") + "typed_by_hand = True\n")
    agent.looks("new.py")
    desk.git("add", "-A")
    desk.git("mv", "new.py", "named.py")
    agent.edits("named.py", "return something\n", "return something\n\n\nADDED_BY_AGENT = 1\n")
    assert after(desk, "named.py") == [AI] * 5 + [HUMAN]


def test_a_renamed_file_is_changed_by_ada_and_then_by_the_agent(desk: Desk, agent: Agent) -> None:
    desk.types("long.py", "".join(f"old_line_number_{n} = {n}\n" for n in range(20)))
    desk.commit()
    agent.edits("long.py", "old_line_number_3 = 3\n", "old_line_number_3 = 3\nadded_by_the_agent = 3\n")
    desk.git("mv", "long.py", "moved.py")
    desk.types("moved.py", text(desk, "moved.py") + "typed_by_hand = True\n")
    agent.edits("moved.py", "old_line_number_9 = 9\n", "old_line_number_9 = 9\nadded_later_by_it = 9\n")
    told = [UNKNOWN] * 4 + [AI] + [UNKNOWN] * 6 + [AI] + [UNKNOWN] * 10 + [HUMAN]
    assert after(desk, "moved.py") == told


def test_crlf_and_no_last_line_end(desk: Desk, agent: Agent) -> None:
    desk.git("config", "core.autocrlf", "false")
    put(desk.root / "dos.py", "first_line = 1\r\nsecond_line = 2\r\nlast_line = 3")
    desk.commit()
    agent.edits("dos.py", "second_line = 2\r\n", "second_line = 2\r\nadded_by_agent = 4\r\n")
    put(desk.root / "dos.py", text(desk, "dos.py") + "\r\ntyped_by_hand = 5")
    assert after(desk, "dos.py") == [UNKNOWN, UNKNOWN, AI, UNKNOWN, HUMAN]


def test_line_ends_that_git_changes_on_the_way_in(desk: Desk, agent: Agent) -> None:
    desk.git("config", "core.autocrlf", "input")
    agent.writes("dos.py", "first_line = 1\r\nsecond_line = 2\r\n")
    put(desk.root / "dos.py", text(desk, "dos.py") + "typed_by_hand = 5\r\n")
    assert after(desk, "dos.py") == [AI, AI, HUMAN]
    assert "\r" not in desk.git("show", "HEAD:dos.py")


def test_bytes_that_are_no_utf8(desk: Desk, agent: Agent) -> None:
    full = desk.root / "latin.txt"
    full.write_bytes("größer als vorher\n".encode("latin-1"))
    desk.commit()
    agent.looks("latin.txt")
    full.write_bytes(full.read_bytes() + "von Hand geändert, später\n".encode("latin-1"))
    agent.runs("printf 'from the agent\\n' >> latin.txt")
    assert after(desk, "latin.txt") == [UNKNOWN, HUMAN, AI]


def test_an_agents_file_is_removed_and_made_again_by_hand(desk: Desk, agent: Agent) -> None:
    agent.writes("new.py", "written_by_the_agent = 1\n")
    agent.runs("rm new.py")
    desk.types("new.py", "typed_by_hand_alone = 2\n")
    assert after(desk, "new.py") == [HUMAN]


def test_an_edit_that_failed_and_one_that_was_denied_leave_nothing(desk: Desk, agent: Agent) -> None:
    agent.looks("app.py")
    for event in ("PostToolUseFailure", "PermissionDenied"):
        given = {"old_string": "run_it_all()", "new_string": "walk()", "call": event}
        desk.fires("PreToolUse", "Edit", "app.py", **given)
        desk.fires(event, "Edit", "app.py", **given)
    desk.types("app.py", OLD + "typed_by_hand = True\n")
    assert after(desk) == [UNKNOWN] * 5 + [HUMAN]


def test_an_agent_that_dies_between_before_and_after(desk: Desk, agent: Agent) -> None:
    agent.writes("new.py", "written_first = 1\n")
    agent.fires("Pre", agent.use(path="new.py", old="written_first = 1", new="written_then = 1"))
    desk.types("new.py", "written_first = 1\nsomebody_wrote_this = 2\n")
    agent.stops()
    agent.looks("new.py")
    desk.types("new.py", text(desk, "new.py") + "typed_by_hand = 3\n")
    assert after(desk, "new.py") == [AI, UNKNOWN, HUMAN]


def test_an_agent_that_dies_tells_nothing_of_other_files(desk: Desk, agent: Agent) -> None:
    agent.writes("new.py", "written_first = 1\n")
    agent.fires("Pre", agent.use(path="app.py", old="run_it_all()", new="walk()"))
    desk.types("new.py", "written_first = 1\ntyped_by_hand = 2\n")
    assert after(desk, "new.py") == [AI, HUMAN]


def test_two_people_at_one_machine_are_told_apart_by_the_notes(desk: Desk, agent: Agent) -> None:
    agent.writes("new.py", "written_by_agent = 1\n")
    desk.types("new.py", text(desk, "new.py") + "typed_by_ada = 2\n")
    first = desk.commit()
    desk.drain()
    desk.git("config", "user.name", "Bob")
    desk.git("config", "user.email", "bob@example.com")
    desk.types("new.py", text(desk, "new.py") + "typed_by_bob = 3\n")
    desk.git("add", "-A")
    env = {**os.environ, "GIT_CONFIG_GLOBAL": os.devnull}
    subprocess.run(["git", "commit", "-qm", "Bob's"], cwd=desk.root, env=env, check=True)
    desk.drain()
    assert desk.origins("new.py") == [AI, HUMAN, HUMAN]
    assert "Ada <ada@example.com>" in desk.git("notes", "--ref=ai", "show", first)
    assert '"author": "Bob <bob@example.com>"' in desk.git("notes", "--ref=ai", "show", "HEAD")


def test_a_file_that_only_ada_ever_touched_while_an_agent_was_at_work_elsewhere(desk: Desk, agent: Agent) -> None:
    agent.writes("new.py", "written_by_agent = 1\n")
    desk.commit()
    desk.drain()
    desk.types("app.py", OLD + "typed_by_hand = True\n")
    agent.writes("new.py", "written_by_agent = 1\nand_more_of_it = 2\n")
    assert after(desk) == [UNKNOWN] * 5 + [HUMAN]
    assert desk.origins("new.py") == [AI, AI]
