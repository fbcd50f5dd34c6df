"""What an agent's shell does to files, named or not, with a person beside it. Commands are really run."""

from pathlib import Path

import pytest

from e2e.agents import Agent, put
from e2e.working import Desk

AI, HUMAN, MIXED, UNKNOWN = "ai recorded claude-code", "human recorded", "mixed recorded claude-code", "unknown none"


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    desk = Desk(tmp_path / "repo")
    desk.types("app.py", "first_old_line = 1\nsecond_old_line = 2\n")
    desk.types("lib.py", "only_old_line = 1\n")
    desk.commit("Before")
    return desk


@pytest.fixture
def agent(desk: Desk) -> Agent:
    return Agent(desk.root)


def after(desk: Desk, path: str) -> list[str]:
    """Commit all, drain, and say who wrote each line."""
    desk.commit()
    desk.drain()
    return desk.origins(path)


def test_a_new_file_from_a_text_in_the_command(desk: Desk, agent: Agent) -> None:
    agent.runs("cat > src.py <<'EOF'\nmade_by_shell = 1\nand_more = 2\nEOF")
    desk.types("src.py", "made_by_shell = 1\nand_more = 2\ntyped_by_hand = 3\n")
    assert after(desk, "src.py") == [AI, AI, HUMAN]


def test_lines_added_to_a_file_of_which_adas_are_not_committed(desk: Desk, agent: Agent) -> None:
    desk.types("mine.py", "typed_by_hand = 1\n")
    agent.runs("echo added_by_shell = 2 >> mine.py")
    assert after(desk, "mine.py") == [UNKNOWN, AI]


def test_a_committed_file_that_no_hook_had_seen(desk: Desk, agent: Agent) -> None:
    agent.runs("sed -i 's/second_old_line = 2/second_line_by_shell = 22/' app.py; echo third_line = 3 >> app.py")
    assert after(desk, "app.py") == [UNKNOWN, AI, AI]


def test_several_files_in_folders_at_once(desk: Desk, agent: Agent) -> None:
    agent.runs("mkdir -p pkg/sub && cd pkg && echo one_of_them = 1 > one.py && echo two_of_them = 2 > sub/two.py")
    desk.commit()
    desk.drain()
    assert desk.origins("pkg/one.py") == [AI]
    assert desk.origins("pkg/sub/two.py") == [AI]


def test_a_program_in_the_command_that_writes(desk: Desk, agent: Agent) -> None:
    agent.runs("python3 -c \"open('made.py', 'w').write('made_by_program = 1\\n')\"")
    assert after(desk, "made.py") == [AI]


def test_a_file_of_ada_that_the_agent_moves_stays_hers(desk: Desk, agent: Agent) -> None:
    agent.writes("one.py", "written_by_agent_first = 1\n")
    desk.types("one.py", "written_by_agent_first = 1\ntyped_by_hand_then = 2\n")
    agent.runs("mv one.py two.py")
    assert after(desk, "two.py") == [AI, HUMAN]


def test_a_copy_by_the_agent_is_whose_it_was(desk: Desk, agent: Agent) -> None:
    agent.writes("one.py", "written_by_agent_first = 1\n")
    desk.types("one.py", "written_by_agent_first = 1\ntyped_by_hand_then = 2\n")
    agent.runs("cp one.py two.py")
    assert after(desk, "two.py") == [AI, HUMAN]
    assert desk.origins("one.py") == [AI, HUMAN]


def test_what_the_agent_takes_back_from_git_is_nobodys_new_line(desk: Desk, agent: Agent) -> None:
    agent.edits("app.py", "second_old_line = 2", "second_line_by_agent = 22")
    agent.runs("git checkout -- app.py && echo added_by_shell = 3 >> app.py")
    assert after(desk, "app.py") == [UNKNOWN, UNKNOWN, AI]


def test_a_patch_that_the_agent_applies(desk: Desk, agent: Agent) -> None:
    diff = (
        "--- a/app.py\n+++ b/app.py\n@@ -1,2 +1,3 @@\n first_old_line = 1\n+added_by_patch = 3\n second_old_line = 2\n"
    )
    agent.runs(f"git apply <<'EOF'\n{diff}EOF")
    assert after(desk, "app.py") == [UNKNOWN, AI, UNKNOWN]


def test_ada_saves_while_a_long_command_runs(desk: Desk, agent: Agent) -> None:
    agent.writes("one.py", "written_by_agent_first = 1\n")
    typed = "written_by_agent_first = 1\ntyped_meanwhile = 2\n"
    agent.runs("true", meanwhile=lambda: (desk.types("one.py", typed), wait(desk)))
    assert after(desk, "one.py") == [AI, UNKNOWN]


def test_a_command_that_goes_on_in_the_background(desk: Desk, agent: Agent) -> None:
    agent.writes("one.py", "written_by_agent_first = 1\n")
    agent.runs("(sleep 0 ; echo from_the_background = 2 >> one.py) & wait")
    assert after(desk, "one.py") == [AI, UNKNOWN]


def test_a_generator_writes_over_what_ada_made_before(desk: Desk, agent: Agent) -> None:
    put(desk.root / "Makefile", "all:\n\t@sed -i 's/^/# /' *.txt\n")
    desk.commit()
    agent.writes("one.py", "written_by_agent_first = 1\n")
    desk.commit()
    desk.drain()
    desk.types("typed.txt", "typed by hand it was\n")
    agent.runs("make")
    assert after(desk, "typed.txt") == [UNKNOWN]


def test_a_formatter_that_the_agent_runs_over_adas_lines(desk: Desk, agent: Agent) -> None:
    agent.writes("one.py", "written_by_agent = 'first'\n")
    desk.types("one.py", "written_by_agent = 'first'\ntyped_by_hand = 'second'\n")
    agent.runs('sed -i "s/\'/\\"/g" one.py')
    assert after(desk, "one.py") == [AI, HUMAN]


def test_the_agent_commits_by_itself(desk: Desk, agent: Agent) -> None:
    agent.edits("app.py", "second_old_line = 2", "second_line_by_agent = 22")
    desk.types("app.py", (desk.root / "app.py").read_text() + "typed_by_hand = 3\n")
    agent.runs("git -c user.name=Ada -c user.email=ada@example.com commit -qam 'By the agent'")
    desk.drain()
    assert desk.origins("app.py") == [UNKNOWN, AI, HUMAN]


def test_the_agent_writes_and_commits_in_one_command(desk: Desk, agent: Agent) -> None:
    agent.runs(
        "echo made_by_shell = 1 > made.py && git add made.py && "
        "git -c user.name=Ada -c user.email=ada@example.com commit -qm 'By the agent'"
    )
    desk.drain()
    assert desk.origins("made.py") == [AI]


def test_the_agent_commits_and_writes_on_in_one_command(desk: Desk, agent: Agent) -> None:
    agent.writes("made.py", "made_by_agent = 1\n")
    desk.types("made.py", "made_by_agent = 1\ntyped_by_hand = 2\n")
    agent.runs(
        "echo added_by_shell = 3 >> made.py && git add made.py && "
        "git -c user.name=Ada -c user.email=ada@example.com commit -qm 'By the agent' && echo not_yet = 4 > made.py"
    )
    desk.drain()
    assert desk.origins("made.py") == [AI, HUMAN, UNKNOWN]
    assert after(desk, "made.py") == [AI]


def test_a_command_in_another_folder_and_one_with_its_own(desk: Desk, agent: Agent) -> None:
    desk.types("sub/keep.py", "old_line_there = 1\n")
    desk.commit()
    codex = Agent(desk.root, "codex", "session-2")
    use = codex.use(command="echo added_by_shell = 2 >> keep.py")
    codex.fires("Pre", use)
    put(desk.root / "sub/keep.py", "old_line_there = 1\nadded_by_shell = 2\n")
    codex.fires("Post", use)
    agent.runs("cd sub && echo made_by_shell = 1 > made.py")
    assert after(desk, "sub/keep.py") == [UNKNOWN, UNKNOWN]
    assert desk.origins("sub/made.py") == [AI]


def wait(desk: Desk) -> None:
    """As if the command had taken a minute."""
    for path in sorted((desk.root / ".git/answerable/capture/main/spool").iterdir())[-1:]:
        said = path.read_text()
        at = said.index('"at":') + 5
        put(path, f"{said[:at]}{int(said[at : said.index(',', at)]) - 60 * 10**9}{said[said.index(',', at) :]}")


def test_ada_saves_before_a_command_that_does_not_name_the_file(desk: Desk, agent: Agent) -> None:
    agent.writes("one.py", "written_by_agent_first = 1\n")
    desk.types("one.py", "written_by_agent_first = 1\ntyped_by_hand = 2\n")
    agent.runs("true")
    desk.types("one.py", "written_by_agent_first = 1\ntyped_by_hand = 2\ntyped_after_it = 3\n")
    assert after(desk, "one.py") == [AI, HUMAN, HUMAN]


def test_a_generator_that_names_no_file(desk: Desk, agent: Agent) -> None:
    put(
        desk.root / "Makefile",
        "all:\n\t@mkdir -p gen\n\t@echo made_by_generator = 1 > gen/out.py\n\t@echo x_is = 9 >> lib.py\n",
    )
    desk.commit()
    agent.writes("one.py", "written_by_agent_first = 1\n")
    desk.commit()
    desk.drain()
    agent.runs("make")
    assert after(desk, "gen/out.py") == [UNKNOWN]  # Ada may have saved them just then
    assert desk.origins("lib.py") == [UNKNOWN, UNKNOWN]


def test_a_codemod_over_files_that_no_hook_had_seen(desk: Desk, agent: Agent) -> None:
    agent.writes("one.py", "written_by_agent_first = 1\n")
    desk.commit()
    desk.drain()
    agent.runs("find . -name '*.py' | xargs sed -i 's/only_old_line/only_new_line_of_agent/'")
    assert after(desk, "lib.py") == [AI]


def test_a_file_that_git_ignores_is_never_kept(desk: Desk, agent: Agent) -> None:
    desk.types(".gitignore", "secret.env\n")
    desk.types("secret.env", "PASSWORD=hunter2hunter2\n")
    desk.commit()
    agent.runs("cat secret.env app.py")
    desk.drain()
    agent.runs("cat secret.env app.py")
    desk.drain()
    kept = [path.read_bytes() for path in (desk.root / ".git/answerable").rglob("*") if path.is_file()]
    assert not any(b"hunter2" in one for one in kept)
