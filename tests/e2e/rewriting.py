"""Two people with recorders, three agents and git's rewrites, against a model that knows who wrote which line."""

from __future__ import annotations

import json
import random
from collections.abc import Callable
from pathlib import Path

from answerable.capture.lines.hand import Hand, Kind
from answerable.capture.note_read import read_back
from e2e.asking import ask_here
from e2e.working import Desk

AGENTS = ("one", "two", "three")
FILES = ("a.py", "b.py")
WORDS = ("amber", "birch", "cedar", "dusk", "ember", "fjord", "glade", "heath", "islet", "juniper", "kelp", "larch")


class Team:
    """Ada's clone and Bo's, which fetch from each other, and the truth: who wrote each line, by its text."""

    def __init__(self, folder: Path, seed: int) -> None:
        self.dice = random.Random(seed)
        self.count = 0
        self.truth: dict[str, frozenset[str]] = {}
        self.said: list[str] = []
        ada = Desk(folder / "ada")
        for name in FILES:
            ada.types(name, "".join(self.fresh("base") for _ in range(5)))
        ada.commit("Base")
        ada.git("clone", "-q", str(ada.root), "../bo")
        bo = Desk(folder / "bo")
        bo.git("config", "user.name", "Bo")
        bo.git("config", "user.email", "bo@example.com")
        self.people = {"Ada": ada, "Bo": bo}
        for who, desk in self.people.items():
            desk.git("checkout", "-q", "-B", who.lower())
            desk.git("config", "rerere.enabled", "false")
            desk.git("config", "advice.graftFileDeprecated", "false")
            desk.fires("PreToolUse", "Read", "a.py", call="begin")
            desk.drain()

    def fresh(self, who: str) -> str:
        """A new line; one in six is too short to be told again by itself."""
        self.count += 1
        n = self.count * 7919 % 9973
        words = [WORDS[n * k % 12] for k in (1, 5, 7)]
        long = f"{words[0]}{n} = {words[1]}({words[2]}{n * 31 % 9973})"
        text = long if self.dice.random() < 0.84 else f"{words[0][:2]}{n}"
        self.truth[text] = frozenset({who})
        return f"{text}\n"

    def changed(self, lines: list[str], who: str) -> list[str]:
        """These lines after somebody worked on them."""
        lines = list(lines)
        for _ in range(self.dice.randint(1, 3)):
            at, size = self.dice.randint(0, len(lines)), self.dice.randint(1, 3)
            gone = size if self.dice.random() < 0.3 else 0
            lines[at : at + gone] = [self.fresh(who) for _ in range(size)]
        return lines

    def live(self, steps: int) -> None:
        """So many steps, and everything drained."""
        deeds: list[Callable[[str, Desk], None]] = [self.agent, self.agent, self.agent, self.person, self.person]
        deeds += [self.commit, self.commit, self.drain, self.fetch]
        deeds += [
            self.amend, self.rebase, self.fold, self.pick, self.revert, self.squash, self.merge, self.stash, self.reset,
            self.rename, self.mail, self.take_over, self.undo, self.pull,
            self.command, self.command, self.shell, self.shell, self.format,
        ]  # fmt: skip
        for _ in range(steps):
            who = self.dice.choice(list(self.people))
            deed = self.dice.choice(deeds)
            self.said.append(f"{who}: {deed.__name__}")
            deed(who, self.people[who])
        for who, desk in self.people.items():
            self.commit(who, desk)
            desk.drain()

    def agent(self, who: str, desk: Desk) -> None:
        """An agent writes a file."""
        name, agent = self.file(desk), self.dice.choice(AGENTS)
        lines = self.changed(self.lines(desk, name), f"{agent}-{who}")
        desk.writes(name, "".join(lines), session=f"{agent}-{who}")

    def person(self, who: str, desk: Desk) -> None:
        """A person saves a file, and somebody may look at it."""
        name = self.file(desk)
        desk.types(name, "".join(self.changed(self.lines(desk, name), who)))
        if self.dice.random() < 0.5:
            self.look(desk, name)

    def shell(self, who: str, desk: Desk) -> None:
        """An agent changes a file by a command."""
        name, agent = self.file(desk), f"{self.dice.choice(AGENTS)}-{who}"
        lines = self.changed(self.lines(desk, name), agent)
        self.count += 1
        given = {"command": f"sed -i {name}", "call": f"shell-{self.count}", "session": agent}
        desk.fires("PreToolUse", "Bash", None, **given)
        desk.types(name, "".join(lines))
        desk.fires("PostToolUse", "Bash", None, **given)

    def command(self, who: str, desk: Desk) -> None:
        """An agent runs git."""
        deed = self.dice.choice(
            [self.take_over, self.squash, self.pick, self.revert, self.merge, self.rebase, self.mail]
        )
        self.commit(who, desk)
        self.count += 1
        given = {"command": f"git {deed.__name__}", "call": f"git-{self.count}", "session": f"one-{who}"}
        desk.fires("PreToolUse", "Bash", None, **given)
        deed(who, desk)
        desk.fires("PostToolUse", "Bash", None, **given)

    def format(self, who: str, desk: Desk) -> None:
        """A formatter indents lines anew."""
        name = self.file(desk)
        lines = [f"    {line.strip()}\n" if self.dice.random() < 0.5 else line for line in self.lines(desk, name)]
        desk.types(name, "".join(lines))

    def commit(self, who: str, desk: Desk) -> None:
        """All that is there."""
        desk.git("add", "-A")
        if desk.git("status", "--porcelain"):
            desk.git("commit", "-qm", f"Work {self.count} of {who}")

    def drain(self, who: str, desk: Desk) -> None:
        """What the background does."""
        desk.drain()

    def fetch(self, who: str, desk: Desk) -> None:
        """Branches and notes of the other."""
        other = next(name for name in self.people if name != who)
        if self.dice.random() < 0.7:
            self.people[other].drain()
        desk.git("fetch", "-q", f"../{other.lower()}", f"+refs/heads/{other.lower()}:refs/remotes/other/branch")
        desk.git("fetch", "-q", f"../{other.lower()}", "+refs/notes/ai:refs/notes/other", check=False)
        if desk.git("rev-parse", "-q", "--verify", "refs/notes/other", check=False):
            desk.git("notes", "--ref=ai", "merge", "-q", "-s", "ours", "refs/notes/other", check=False)

    def amend(self, who: str, desk: Desk) -> None:
        """The last commit is made again, with more or with another message."""
        if self.dice.random() < 0.6:
            self.dice.choice([self.agent, self.person])(who, desk)
        desk.git("commit", "-qa", "--amend", "-m", f"Amended {self.count}", "--allow-empty")

    def rebase(self, who: str, desk: Desk) -> None:
        """Onto the other's branch."""
        self.commit(who, desk)
        if self.other(desk):
            desk.git("rebase", "-q", "other/branch", check=False)
            self.resolve(desk, "rebase")

    def fold(self, who: str, desk: Desk) -> None:
        """The last commits are squashed, fixed up, reordered or dropped."""
        self.commit(who, desk)
        many = min(3, int(desk.git("rev-list", "--count", "--first-parent", "HEAD")) - 1)
        if many < 2:
            return
        edit = self.dice.choice(
            ["2s/pick/squash/", "2s/pick/fixup/", "2,$s/pick/squash/", "1{h;d};2G", "2s/pick/drop/"]
        )
        editors = ("-c", f"sequence.editor=sed -i '{edit}'", "-c", "core.editor=true")
        desk.git(*editors, "rebase", "-qi", f"HEAD~{many}", check=False)
        self.resolve(desk, "rebase")

    def pick(self, who: str, desk: Desk) -> None:
        """A commit of the other's branch."""
        self.commit(who, desk)
        found = self.other(desk)
        if found:
            desk.git("cherry-pick", *self.dice.choice([[], ["-x"], ["-n"]]), self.dice.choice(found), check=False)
            self.resolve(desk, "cherry-pick")

    def revert(self, who: str, desk: Desk) -> None:
        """One of the last commits."""
        self.commit(who, desk)
        if int(desk.git("rev-list", "--count", "HEAD")) > 3:
            desk.git("revert", "--no-edit", f"HEAD~{self.dice.randint(0, 1)}", check=False)
            self.resolve(desk, "revert")

    def squash(self, who: str, desk: Desk) -> None:
        """The other's branch becomes one commit."""
        self.commit(who, desk)
        if self.other(desk):
            desk.git("merge", "-q", "--squash", "other/branch", check=False)
            if desk.git("ls-files", "-u"):
                desk.git("reset", "-q", "--hard")
            elif desk.git("status", "--porcelain"):
                desk.git("commit", "-q", *self.dice.choice([["--no-edit"], ["-m", f"Squashed {self.count}"]]))

    def merge(self, who: str, desk: Desk) -> None:
        """The other's branch."""
        self.commit(who, desk)
        if self.other(desk):
            desk.git("merge", "-q", "--no-edit", *self.dice.choice([[], ["--no-ff"]]), "other/branch", check=False)
            self.resolve(desk, "merge")

    def pull(self, who: str, desk: Desk) -> None:
        """What is the other's becomes ours, as it is."""
        self.commit(who, desk)
        self.fetch(who, desk)
        desk.git("merge", "-q", "--ff-only", "other/branch", check=False)

    def stash(self, who: str, desk: Desk) -> None:
        """Away and back."""
        if desk.git("status", "--porcelain", "-uno"):
            desk.git("stash", "-q")
            self.dice.choice([self.look, lambda *_: None])(desk, self.file(desk))
            desk.git("stash", "pop", "-q")

    def reset(self, who: str, desk: Desk) -> None:
        """The last commits are made one, or are taken back."""
        self.commit(who, desk)
        if int(desk.git("rev-list", "--count", "--first-parent", "HEAD")) > 3:
            desk.git("reset", "-q", self.dice.choice(["--soft", "--soft", "--hard"]), "HEAD~2")

    def undo(self, who: str, desk: Desk) -> None:
        """What was reset or rebased comes back."""
        self.commit(who, desk)
        desk.git("reset", "-q", "--hard", "ORIG_HEAD", check=False)

    def rename(self, who: str, desk: Desk) -> None:
        """A file gets another name, and its commit may be amended."""
        name = self.file(desk)
        self.count += 1
        desk.git("mv", name, f"file{self.count}.py", check=False)

    def mail(self, who: str, desk: Desk) -> None:
        """A commit of the other comes as a patch."""
        self.commit(who, desk)
        found = self.other(desk)
        if found:
            patch = desk.git("format-patch", "-1", "--stdout", self.dice.choice(found))
            self.count += 1
            file = desk.root.parent / f"mail-{self.count}"
            file.write_text(patch + "\n")
            desk.git("am", "-q", "-3", str(file), check=False)
            if (desk.root / ".git/rebase-apply").is_dir():
                desk.git("am", "--abort")

    def take_over(self, who: str, desk: Desk) -> None:
        """A file as the other has it."""
        if self.other(desk):
            names = desk.git("ls-tree", "-r", "--name-only", "other/branch").split()
            if names:
                desk.git("checkout", "other/branch", "--", self.dice.choice(names), check=False)

    def resolve(self, desk: Desk, doing: str) -> None:
        """Conflicts are given up, or both sides are kept."""
        for _ in range(8):
            if not desk.git("ls-files", "-u"):
                break
            if self.dice.random() < 0.4:
                desk.git(doing, "--abort", check=False)
                desk.git("reset", "-q", "--hard")
                return
            for name in {row.split("\t")[1] for row in desk.git("ls-files", "-u").splitlines()}:
                full = desk.root / name
                rows = full.read_text().splitlines(keepends=True) if full.is_file() else []
                kept = [row for row in rows if not row.startswith(("<<<<<<<", "=======", ">>>>>>>", "|||||||"))]
                desk.types(name, "".join(dict.fromkeys(kept)))
            desk.git("add", "-A")
            desk.git("-c", "core.editor=true", doing, "--continue", check=False)
        for name in ("rebase-merge", "MERGE_HEAD", "CHERRY_PICK_HEAD", "REVERT_HEAD"):
            if (desk.root / ".git" / name).exists():
                desk.git(doing, "--abort", check=False)
                desk.git("reset", "-q", "--hard")

    def other(self, desk: Desk) -> list[str]:
        """The commits of the other's branch that are not below ours."""
        out = desk.git("rev-list", "--no-merges", "other/branch", "^HEAD", check=False)
        return out.split()

    def look(self, desk: Desk, name: str) -> None:
        """An agent reads a file."""
        self.count += 1
        desk.fires("PreToolUse", "Read", name, call=f"look-{self.count}")

    def file(self, desk: Desk) -> str:
        """One of the files."""
        names = sorted(path.name for path in desk.root.glob("*.py"))
        return self.dice.choice(names or ["a.py"])

    def lines(self, desk: Desk, name: str) -> list[str]:
        """What a file holds."""
        full = desk.root / name
        return full.read_text().splitlines(keepends=True) if full.is_file() else []

    def judge(self) -> dict[str, int]:
        """Hold what is said of every line to the truth; return how many lines of which kind were told as what."""
        tally: dict[str, int] = {}
        for desk in self.people.values():
            said = ask_here("lines", "--format", "jsonl", cwd=desk.root)
            assert said.code == 0, said.err
            for row in map(json.loads, said.out.splitlines()):
                texts = self.lines(desk, row["path"])
                for step in range(row["end"] - row["start"] + 1):
                    text = texts[row["start"] + step - 1].strip()
                    if text in self.truth:
                        told = self._one(desk, row, step, text)
                        tally[told] = tally.get(told, 0) + 1
        return tally

    def _one(self, desk: Desk, row: dict, step: int, text: str) -> str:
        authors = self.truth[text]
        people, agents = authors & {"Ada", "Bo"}, {one for one in authors if "-" in one}
        about = (text, sorted(authors), row, self.said)
        if row["grade"] in ("none", "inferred"):
            return f"{'agent' if agents else 'person' if people else 'base'} unknown"
        hand, session = self._noted(desk, row["commit"], row["orig_path"], row["orig_start"] + step)
        if row["origin"] == "ai":
            assert agents, about
            assert not people, about
        elif row["origin"] == "human":
            assert not agents, about
            assert "base" not in authors, about
            assert hand is None or (hand.person or "").split(" ")[0] in people, (about, hand)
        elif row["origin"] == "mixed":
            assert agents or people, about
        if session and row["origin"] == "ai":  # a line of both may only be like the agent's
            assert session in agents, (about, session)
        return f"{'agent' if agents else 'person'} {row['origin']}"

    def _noted(self, desk: Desk, commit: str, path: str, line: int) -> tuple[Hand | None, str | None]:
        note = desk.git("notes", "--ref=ai", "show", commit, check=False)
        noted = read_back(note.encode())
        for (start, end), hand in noted.files.get(path.encode(), ()):
            if start <= line <= end:
                known = noted.sessions.get(hand.session or "") if hand.kind is not Kind.PERSON else None
                return hand, known.conversation if known else None
        return None, None
