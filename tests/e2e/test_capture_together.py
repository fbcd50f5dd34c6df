"""Several agents in one work tree at once: each line is whose it is, and nothing is lost."""

import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from e2e.agents import SCRIPTS, Agent
from e2e.working import Desk

UNKNOWN = "unknown none"


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    desk = Desk(tmp_path / "repo")
    desk.types("app.py", "first_old_line = 1\n\n\nsecond_old_line = 2\n\n\nthird_old_line = 3\n")
    desk.commit("Before")
    return desk


def ai(agent: Agent) -> str:
    return f"ai recorded {agent.tool}"


def after(desk: Desk, path: str = "app.py") -> list[str]:
    desk.commit()
    desk.drain()
    return desk.origins(path)


def test_two_agents_take_turns_in_one_file(desk: Desk) -> None:
    one, two = Agent(desk.root, "claude-code"), Agent(desk.root, "codex", "session-2")
    one.edits("app.py", "second_old_line = 2\n", "second_old_line = 2\nadded_by_claude = 1\n")
    two.edits("app.py", "added_by_claude = 1\n", "added_by_claude = 1\nadded_by_codex = 2\n")
    one.edits("app.py", "added_by_codex = 2\n", "added_by_codex = 2\nadded_again_by_claude = 3\n")
    told = [UNKNOWN] * 4 + [ai(one), ai(two), ai(one)] + [UNKNOWN] * 3
    assert after(desk) == told


def test_two_agents_at_once_in_one_file(desk: Desk) -> None:
    one, two = Agent(desk.root, "gemini-cli"), Agent(desk.root, "cursor", "session-2")
    uses = [
        one.use(path="app.py", old="first_old_line = 1", new="first_line_by_gemini = 1"),
        two.use(path="app.py", old="third_old_line = 3", new="third_line_by_cursor = 3"),
    ]
    one.fires("Pre", uses[0])
    two.fires("Pre", uses[1])
    for use in uses:
        desk.types("app.py", (desk.root / "app.py").read_text().replace(str(use.old), use.new))
    two.fires("Post", uses[1])
    one.fires("Post", uses[0])
    assert after(desk) == [ai(one), *[UNKNOWN] * 5, ai(two)]


def test_two_agents_in_two_files_do_not_disturb_each_other(desk: Desk) -> None:
    one, two = Agent(desk.root, "kiro"), Agent(desk.root, "amp", "session-2")
    use = one.use(path="one.py", new="written_by_kiro = 1\n")
    one.fires("Pre", use)
    two.writes("two.py", "written_by_amp = 2\n")
    desk.types("two.py", "written_by_amp = 2\ntyped_by_hand = 3\n")
    desk.types("one.py", "written_by_kiro = 1\n")
    one.fires("Post", use)
    assert after(desk, "one.py") == [ai(one)]
    assert desk.origins("two.py") == [ai(two), "human recorded"]


def test_one_agents_shell_runs_while_another_edits(desk: Desk) -> None:
    one, two = Agent(desk.root, "codex"), Agent(desk.root, "cline", "session-2")
    two.writes("two.py", "written_by_cline = 2\n")
    shell = one.use(command="sed -i s/x/y/ two.py")
    one.fires("Pre", shell)
    more = "written_by_cline = 2\nand_more_by_cline = 3"
    two.edits("two.py", "written_by_cline = 2", more, also=lambda now: now + "x = 1\n")
    one.fires("Post", shell)
    assert after(desk, "two.py") == [ai(two), ai(two), UNKNOWN]


def test_two_sessions_of_one_agent_are_told_apart(desk: Desk) -> None:
    one, two = Agent(desk.root), Agent(desk.root, session="session-2")
    one.edits("app.py", "first_old_line = 1", "first_line_changed = 1")
    two.edits("app.py", "third_old_line = 3", "third_line_changed = 3")
    desk.commit()
    desk.drain()
    note = desk.git("notes", "--ref=ai", "show", "HEAD")
    rows = [row.split() for row in note.split("\n---\n")[0].splitlines()[1:]]
    assert sorted(ranges for _, ranges in rows) == ["1", "7"]
    assert len({key.split("::")[0] for key, _ in rows}) == 2


def test_eight_agents_at_once_and_nothing_is_lost(desk: Desk) -> None:
    """Each edits a file of its own, one that all share, and runs a command; the hooks are eight processes at a time."""
    names = [name for name in SCRIPTS if name not in ("copilot", "cline", "kiro", "gemini-cli")]  # these name no call
    agents = [Agent(desk.root, name, f"session-{n}") for n, name in enumerate(names)]
    desk.types("shared.py", "".join(f"place_for_{agent.name.replace('-', '_')} = 0\n" for agent in agents))
    desk.commit()
    held = threading.Lock()  # as their hosts write: a part of the file at a time, without losing another's

    def work(agent: Agent) -> None:
        own, place = f"{agent.name}.py", agent.name.replace("-", "_")
        agent.writes(own, f"first_line_of_{place} = 1\n")
        use = agent.use(path="shared.py", old=f"place_for_{place} = 0", new=f"taken_by_{place} = {len(place)}")
        agent.fires("Pre", use)
        with held:
            desk.types("shared.py", (desk.root / "shared.py").read_text().replace(str(use.old), use.new))
        agent.fires("Post", use)
        for n in range(3):
            agent.edits(
                own, f"first_line_of_{place} = 1\n", f"first_line_of_{place} = 1\nanother_of_{place}_{n} = {n}\n"
            )

    with ThreadPoolExecutor(8) as pool:
        for done in [pool.submit(work, agent) for agent in agents]:
            done.result()
    spool = desk.root / ".git/answerable/capture/main/spool"
    assert [int(path.stem) for path in sorted(spool.iterdir())] == [*range(1, len([*spool.iterdir()]) + 1)]
    sha = desk.commit()
    done = desk.drain()
    assert done.damaged == 0
    assert str(done.complete[sha].recorder) == "on"
    assert not [
        (path, span, hand) for path, told in done.commits[sha].items() for span, hand in told if not hand.session
    ]
    for agent in agents:
        assert desk.origins(f"{agent.name}.py") == [ai(agent)] * 4, agent.name
    assert desk.origins("shared.py") == [*map(ai, agents)]
