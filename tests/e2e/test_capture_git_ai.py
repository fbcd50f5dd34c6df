"""The same work recorded by us and by git-ai: whose each line is, and each difference with the rule that explains it.

It needs git-ai's program: `GIT_AI=… make soak`. What this file asserts of git-ai was seen of its version 1.6.24. Where
git runs again before git-ai's service is done, git-ai may lose lines or call an agent's a person's: it gets the time.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from enum import StrEnum
from itertools import count
from pathlib import Path
from typing import NamedTuple

import pytest

from e2e.git_ai import PROGRAM, GitAi, TheirDesk, counted, git_ai, ours, theirs
from e2e.working import Desk

TOP, BOTTOM = "the_first_line = of(all)", "the_last_line = of(all)"
BASE = f"{TOP}\n{BOTTOM}\n"
FIRST, SECOND = "first_of_agents = call(1)", "second_of_agents = call(2)"
BY_HAND = "written_by_hand = call(3)"
AGENT = "claude:session-1"
LOOKS = count()


class Rule(StrEnum):
    """Why we and git-ai differ about a line; the words before the dash are ours, those after it git-ai's."""

    LEFT_OVER = "unknown - human: nobody saw who wrote it; git-ai gives what is left over to who commits"
    OF_BOTH = "mixed - human: a person changed an agent's line; git-ai knows the last of them"
    OF_BOTH_UNSEEN = "mixed - ai: the same, where no plugin told git-ai of the save"
    BESIDE = "human - ai: git-ai stretches an agent's edit over up to three lines beside it that no plugin claimed"
    COMMAND = (
        "unknown - ai: a command that does not name the file ran while it changed; git-ai takes all for the command's"
    )
    FIXED_UP = "ai - unknown: git-ai loses the agents' lines of a commit that a fixup went into"
    REVERTED = "ai - unknown: git-ai does not follow a revert of a revert"

    @property
    def told(self) -> tuple[str, str]:
        """The origin as we tell it, and as git-ai does."""
        we, _, they = self.partition(":")[0].partition(" - ")
        return we, they


class Scene(NamedTuple):
    """One piece of work."""

    work: Callable[[Both], object]
    differs: dict[str, Rule]
    path: str = "app.py"
    plugin: bool = True


class Both:
    """Two equal repositories in which the same is done: ours records in one, git-ai in the other."""

    def __init__(self, folder: Path, service: GitAi, *, plugin: bool) -> None:
        self.service = service
        self.ours = Desk(folder / "ours")
        self.theirs = TheirDesk(folder / "theirs", service, plugin=plugin)
        self.all: tuple[Desk, ...] = (self.ours, self.theirs)
        self.saves("app.py", BASE)
        self.commit("Base")
        self.writes("seen.py", "seen_by_the_recorder = 1\n")
        self.commit("Begin")

    def git(self, *arguments: str) -> None:
        """Git in both."""
        for desk in self.all:
            desk.git(*arguments)

    def saves(self, path: str, text: str) -> None:
        """Ada saves a file."""
        self.ours.types(path, text)
        self.theirs.saves(path, text)

    def adds(self, path: str, text: str) -> None:
        """Ada adds to a file, and an agent reads it."""
        self.saves(path, (self.ours.root / path).read_text() + text)
        self.looks(path)

    def looks(self, path: str) -> None:
        """An agent reads a file."""
        for desk in self.all:
            desk.fires("PreToolUse", "Read", path, call=f"look-{next(LOOKS)}")

    def writes(self, path: str, text: str, **given: str) -> None:
        """An agent writes a file."""
        for desk in self.all:
            desk.writes(path, text, **given)

    def edits(self, path: str, old: str, new: str, **given: str) -> None:
        """An agent changes a part of a file."""
        for desk in self.all:
            desk.edits(path, old, new, **given)

    def commit(self, message: str = "Work") -> None:
        """Ada commits all."""
        for desk in self.all:
            desk.commit(message)

    def settled(self) -> None:
        """Both recorders have done what they do in the background."""
        self.ours.drain()
        self.theirs.settled()


def topic(both: Both) -> None:
    """A branch of two commits: an agent's, and one by hand."""
    both.git("checkout", "-qb", "topic")
    both.writes("app.py", f"{TOP}\n{FIRST}\n{SECOND}\n{BOTTOM}\n")
    both.commit("An agent's")
    both.adds("app.py", BY_HAND + "\n")
    both.commit("By hand")


def main_goes_on(both: Both, path: str = "other.py", text: str = "main_goes_on = 1\n") -> None:
    """Another commit stands on main."""
    topic(both)
    both.git("checkout", "-q", "main")
    both.saves(path, text)
    both.looks(path)
    both.commit("Main goes on")


def two_sessions(both: Both) -> None:
    both.writes("app.py", "one_of_first = 1\ntwo_of_first = 2\n")
    both.edits("app.py", "one_of_first = 1\n", "one_of_second = 3\n", session="session-2")
    both.commit()


def changed_by_hand(both: Both) -> None:
    both.writes("app.py", "timeout_seconds = 30\nretries = 5\n")
    both.saves("app.py", "# settings, by hand\ntimeout_seconds = 45\nretries = 5\n")
    both.looks("app.py")
    both.commit()


def by_turns(both: Both) -> None:
    both.writes("app.py", "one_of_agents = 1\n")
    both.adds("app.py", "typed_in_between = 2\n")
    both.writes("app.py", "one_of_agents = 1\ntyped_in_between = 2\nagain_of_agents = 3\n")
    both.adds("app.py", "typed_at_last = 4\n")
    both.commit()


def formatted(both: Both) -> None:
    for desk in both.all:
        desk.writes("app.py", 'call(first, "second")\n', formatted="call(\n    first,\n    'second',\n)\n")
    both.commit()


def by_a_command(both: Both) -> None:
    both.writes("app.py", "one_of_agents = 1\n")
    for desk in both.all:
        desk.fires("PreToolUse", "Bash", None, command="make", call="b1")
        desk.types("app.py", "one_of_agents = 1\nby_command = 2\n")
        desk.fires("PostToolUse", "Bash", None, command="make", call="b1")
    both.commit()


def in_parts(both: Both) -> None:
    both.writes("app.py", "one_of_agents = 1\n")
    both.writes("b.py", "two_of_agents = 2\n")
    both.git("add", "b.py")
    both.git("commit", "-qm", "One")
    both.commit("Two")


def amended(both: Both) -> None:
    topic(both)
    both.adds("app.py", "added_while_amending = 1\n")
    both.git("commit", "-qa", "--amend", "--no-edit")


def rebased(both: Both) -> None:
    main_goes_on(both, "app.py", "a_line_above = new(on_main)\n" + BASE)
    both.git("rebase", "-q", "main", "topic")


def squashed_by_rebase(both: Both) -> None:
    topic(both)
    both.git("-c", "sequence.editor=sed -i 2s/pick/squash/", "-c", "core.editor=true", "rebase", "-qi", "HEAD~2")


def fixed_up(both: Both) -> None:
    topic(both)
    both.writes("app.py", f"{TOP}\n{FIRST}\n{SECOND}\nthird_of_agents = call(9)\n{BOTTOM}\n{BY_HAND}\n")
    both.git("commit", "-qa", "--fixup", "HEAD~1")
    both.git("-c", "sequence.editor=true", "rebase", "-qi", "--autosquash", "HEAD~3")


def picked(both: Both) -> None:
    main_goes_on(both)
    both.git("cherry-pick", "topic~1")
    both.git("cherry-pick", "topic")


def merged_as_one(both: Both) -> None:
    topic(both)
    both.git("checkout", "-q", "main")
    both.git("merge", "-q", "--squash", "topic")
    both.git("commit", "-qm", "Squashed")


def merged(both: Both) -> None:
    main_goes_on(both)
    both.git("merge", "-q", "--no-edit", "topic")


def stashed(both: Both) -> None:
    both.writes("app.py", f"{BASE}{FIRST}\n{SECOND}\n")
    both.git("stash", "-q")
    both.git("stash", "pop", "-q")
    both.commit()


def committed_again(both: Both) -> None:
    topic(both)
    both.git("reset", "-q", "--soft", "HEAD~2")
    both.git("commit", "-qm", "Again")


def moved(both: Both) -> None:
    topic(both)
    both.git("mv", "app.py", "moved.py")
    both.git("commit", "-qm", "Moved")


def reverted_twice(both: Both) -> None:
    topic(both)
    both.git("revert", "--no-edit", "HEAD~1")
    both.git("revert", "--no-edit", "HEAD")


UNSEEN = {TOP: Rule.LEFT_OVER, BOTTOM: Rule.LEFT_OVER}  # saved before any recorder saw the file
SCENES = [
    Scene(topic, UNSEEN),
    Scene(two_sessions, {}),
    Scene(changed_by_hand, {"timeout_seconds = 45": Rule.OF_BOTH}),
    Scene(
        changed_by_hand,
        {"timeout_seconds = 45": Rule.OF_BOTH_UNSEEN, "# settings, by hand": Rule.BESIDE},
        plugin=False,
    ),
    Scene(by_turns, {}),
    Scene(by_turns, {"typed_in_between = 2": Rule.BESIDE, "typed_at_last = 4": Rule.BESIDE}, plugin=False),
    Scene(formatted, {}),
    Scene(by_a_command, {"by_command = 2": Rule.COMMAND}),
    Scene(in_parts, {}),
    Scene(amended, UNSEEN),
    Scene(rebased, UNSEEN),
    Scene(squashed_by_rebase, UNSEEN),
    Scene(fixed_up, {**UNSEEN, **dict.fromkeys((FIRST, SECOND, "third_of_agents = call(9)"), Rule.FIXED_UP)}),
    Scene(picked, UNSEEN),
    Scene(merged_as_one, UNSEEN),
    Scene(merged, UNSEEN),
    Scene(stashed, UNSEEN),
    Scene(committed_again, UNSEEN),
    Scene(moved, UNSEEN, "moved.py"),
    Scene(reverted_twice, {**UNSEEN, FIRST: Rule.REVERTED, SECOND: Rule.REVERTED}),
]


def named(scene: Scene) -> str:
    return scene.work.__name__ + ("" if scene.plugin else "-without-plugin")


@pytest.fixture(scope="module")
def service() -> Iterator[GitAi]:
    assert PROGRAM, "git-ai's program is not there: say where it is with GIT_AI=…, or put it on the PATH"
    with git_ai(PROGRAM) as found:
        yield found


@pytest.fixture
def done(request: pytest.FixtureRequest, tmp_path: Path, service: GitAi) -> Both:
    """A scene that both recorders saw."""
    both = Both(tmp_path, service, plugin=request.param.plugin)
    request.param.work(both)
    both.settled()
    return both


@pytest.mark.parametrize(("scene", "done"), [(one, one) for one in SCENES], ids=map(named, SCENES), indirect=["done"])
def test_whose_each_line_is_and_why_where_they_differ(scene: Scene, done: Both) -> None:
    texts = (done.ours.root / scene.path).read_text().splitlines()
    assert texts == (done.theirs.root / scene.path).read_text().splitlines()
    we, they = ours(done.ours.root, scene.path), ours(done.theirs.root, scene.path)
    found = {text: (a, b) for text, a, b in zip(texts, we, they, strict=True) if a != b}
    assert {text: (a.split()[0], b.split()[0]) for text, (a, b) in found.items()} == {
        text: rule.told for text, rule in scene.differs.items()
    }
    for a, b in found.values():
        assert {*a.split()[1:], *b.split()[1:]} <= {AGENT}

    for root, read in ((done.ours.root, we), (done.theirs.root, they)):
        sessions = theirs(done.service, root, scene.path)
        assert [one and f" {one}" for one in sessions] == [
            f" {one.partition(' ')[2]}" if " " in one else None for one in read
        ], "git-ai's reader and ours see other sessions in the same notes"


def test_git_ai_counts_our_notes_as_we_wrote_them(tmp_path: Path, service: GitAi) -> None:
    both = Both(tmp_path, service, plugin=False)
    both.writes("app.py", f"{BASE}{FIRST}\n{SECOND}\n")
    both.adds("app.py", BY_HAND + "\n")
    for desk in both.all:
        desk.types("other.py", "from_somewhere = 1\n")
        desk.fires("PreToolUse", "Bash", None, command="make", call="b1")
        desk.types("other.py", "from_somewhere = 1\nfrom_elsewhere = 2\n")
        desk.fires("PostToolUse", "Bash", None, command="make", call="b1")
    both.commit()
    both.settled()
    read = [*ours(both.ours.root, "app.py")[2:], *ours(both.ours.root, "other.py")]
    kinds = [one.split()[0] for one in read]
    assert counted(service, both.ours.root) == tuple(map(kinds.count, ("ai", "human", "unknown")))
    assert kinds.count("ai") == 2
    assert kinds.count("human") >= 1
    assert kinds.count("unknown") >= 1


def test_every_rule_explains_some_difference() -> None:
    used = {rule for scene in SCENES for rule in scene.differs.values()}
    assert used == set(Rule)
