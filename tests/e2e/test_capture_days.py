"""Random days with real git: agents, a person and a formatter at work, commits, and then rewrites of every kind.

Each line's text is its own, so that whatever git does to it, the model knows who wrote it. Whatever happens, no line of
the person's is called an agent's, and none of an agent's is called the person's.
"""

from __future__ import annotations

import os
import random
from pathlib import Path

from answerable.capture.lines.hand import Hand, Kind
from answerable.capture.recording.hook import record
from answerable.capture.replay import session_id
from capture.claude import payload
from e2e.agents import put
from e2e.working import Desk

WORDS = ("amber", "birch", "cedar", "dusk", "ember", "fjord", "glade", "heath", "islet", "juniper", "kelp", "larch")
VERBS = {"rebase-merge": "rebase", "MERGE_HEAD": "merge", "CHERRY_PICK_HEAD": "cherry-pick", "REVERT_HEAD": "revert"}
MARKS = ("<<<<<<<", "=======", ">>>>>>>", "|||||||")
REWRITES = (
    "amend", "rebase", "fixup", "squash", "merge", "cherry-pick", "revert", "stash", "reset", "mv", "hard", "pick",
)  # fmt: skip
AGENTS = ("one", "two", "three")


class Day(Desk):
    """A day, and who wrote which line of it."""

    def __init__(self, root: Path, seed: int) -> None:
        super().__init__(root)
        self.dice = random.Random(seed)
        self.count = 0
        self.wrote: dict[str, frozenset[str]] = {}
        self.log: list[str] = []
        self.git("config", "merge.conflictStyle", "merge")
        for name in ("a.py", "b.py"):
            self.save(name, [self.fresh("base") for _ in range(12)])
        self.git("add", "-A")
        self.git("commit", "-qm", "Base")
        self.hook("PreToolUse", "Read", "a.py", "one")  # from here on the recorder is on
        self.drain()

    def fresh(self, who: str) -> str:
        self.count += 1
        n = self.count * 7919 % 9973
        words = [WORDS[n * k % 12] for k in (1, 5, 7)]
        text = f"{words[0]}{n} = {words[1]}({words[2]}{n * 31 % 9973})"
        self.wrote[text] = frozenset({who})
        return text

    def names(self) -> list[str]:
        found = sorted(path.name for path in self.root.glob("*.py"))
        if not found:
            self.save("c.py", [self.fresh("Ada")])
        return found or ["c.py"]

    def lines(self, name: str) -> list[str]:
        return (self.root / name).read_text().splitlines()

    def save(self, name: str, lines: list[str]) -> None:
        put(self.root / name, "".join(f"{line}\n" for line in lines))

    def call(self) -> str:
        self.calls += 1
        return f"call-{self.calls}"

    def hook(self, event: str, tool: str, name: str | None, who: str, call: str = "", **given: str) -> None:
        data = payload(self.root, event, tool, name, session=who, call=call or self.call(), **given)
        record("claude-code", data, os.fsencode(self.root))

    def changed(self, name: str, who: str) -> list[str]:
        dice, lines = self.dice, self.lines(name)
        committed = {line.strip() for line in self.git("show", f"HEAD:{name}", check=False).splitlines()}
        for _ in range(dice.randint(1, 3)):
            at, size = dice.randint(0, len(lines)), dice.randint(1, 3)
            deed = dice.choice(["insert", "insert", "replace", "delete", "change"])
            if deed in ("insert", "replace"):
                lines[at : at + (size if deed == "replace" else 0)] = [self.fresh(who) for _ in range(size)]
            elif deed == "delete":
                del lines[at : at + 1]
            elif at < len(lines) and "_" not in lines[at] and lines[at].strip() in self.wrote:
                self.count += 1
                old = lines[at]
                lines[at] = old.replace("(", f"({WORDS[self.count % 12]}_{self.count}_", 1)
                before = self.wrote[old.strip()]
                own = who != "Ada" and old.strip() in committed  # an agent writes the whole line that it changes
                self.wrote[lines[at].strip()] = frozenset({who}) if own else before | {who}
        return lines

    def agent(self) -> None:
        who, name, call = self.dice.choice(AGENTS), self.dice.choice(self.names()), self.call()
        new = self.changed(name, who)
        given = {"content": "".join(f"{line}\n" for line in new)}
        self.hook("PreToolUse", "Write", name, who, call, **given)
        self.save(name, new)
        if self.dice.random() < 0.2:
            self.save(name, [line if self.dice.random() < 0.5 else f"    {line.strip()}" for line in new])
        self.hook("PostToolUse", "Write", name, who, call, **given)

    def shell(self) -> None:
        who, name, call = self.dice.choice(AGENTS), self.dice.choice(self.names()), self.call()
        line = self.fresh(who)
        given = {"command": f"echo '{line}' >> {name}"}
        self.hook("PreToolUse", "Bash", None, who, call, **given)
        self.save(name, [*self.lines(name), line])
        self.hook("PostToolUse", "Bash", None, who, call, **given)

    def person(self) -> None:
        name = self.dice.choice(self.names())
        self.save(name, self.changed(name, "Ada"))
        if self.dice.random() < 0.3:
            self.hook("PreToolUse", "Read", name, "one")

    def commit_some(self) -> None:
        if self.dice.random() < 0.3:
            self.git("add", self.dice.choice(self.names()))
        else:
            self.git("add", "-A")
        self.tried("commit", "-qm", f"Work {self.count}")

    def tried(self, *arguments: str) -> bool:
        """Run git; what ends in a conflict is resolved by keeping all lines, or given up."""
        self.log.append(" ".join(arguments))
        self.git(*arguments, check=False)
        for _ in range(6):
            going = next((name for name in VERBS if (self.root / ".git" / name).exists()), None)
            if going is None:
                return True
            verb = VERBS[going]
            if self.dice.random() < 0.3 or not (self.root / ".git/MERGE_MSG").exists():
                self.git(verb, "--abort", check=False)
                continue
            for name in self.names():
                self.save(name, list(dict.fromkeys(line for line in self.lines(name) if not line.startswith(MARKS))))
            self.git("add", "-A")
            self.git("-c", "core.editor=true", verb, "--continue", check=False)
        self.git("reset", "-q", "--hard", check=False)
        for verb in ("rebase", "merge", "cherry-pick", "revert"):
            self.git(verb, "--abort", check=False)
        return False

    def rewrite(self) -> None:
        deed = self.dice.choice(REWRITES)
        clean = not self.git("status", "--porcelain")
        if deed == "amend":
            self.tried("commit", "-qa", "--amend", "--no-edit")
        elif deed == "stash":
            self.tried("stash", "-q")
            if self.dice.random() < 0.5:
                self.person()
                self.commit_some()
            self.tried("stash", "pop", "-q")
            self.git("checkout", "-q", "--theirs", ".", check=False)
            self.git("reset", "-q", check=False)
        elif deed == "reset":
            self.tried("reset", "-q", self.dice.choice(["--soft", "--mixed"]), "HEAD~1")
        elif deed == "mv":
            name = self.dice.choice(self.names())
            self.tried("mv", name, f"{name[0]}{self.count}.py")
        elif not clean:
            self.git("add", "-A")
            self.git("commit", "-qm", f"Before {deed}")
        elif deed == "hard":
            self.tried("reset", "-q", "--hard", "HEAD~1")
        elif deed == "pick":
            self.tried("cherry-pick", self.dice.choice(self.git("log", "-g", "--format=%H").split()))
        elif deed == "revert":
            self.tried("-c", "core.editor=true", "revert", "--no-edit", f"HEAD~{self.dice.randint(0, 1)}")
        elif deed == "fixup":
            self.person()
            self.git("commit", "-qa", "--fixup", "HEAD~1", check=False)
            self.tried("-c", "sequence.editor=true", "rebase", "-q", "-i", "--autosquash", "HEAD~3")
        else:
            self.branched(deed)

    def branched(self, deed: str) -> None:
        """Work on a branch and on main, which then come together in one way or another."""
        branch = f"side{self.count}"
        self.git("checkout", "-q", "-b", branch)
        for _ in range(self.dice.randint(1, 2)):
            (self.agent if self.dice.random() < 0.5 else self.person)()
            self.commit_some()
        self.git("add", "-A")
        self.git("commit", "-qm", "The rest", check=False)
        self.git("checkout", "-q", "main")
        if self.dice.random() < 0.7:
            self.person()
            self.git("commit", "-qam", "On main", check=False)
        if deed == "rebase":
            self.git("checkout", "-q", branch)
            self.tried("rebase", "-q", "main")
            self.git("checkout", "-q", "main")
            self.tried("merge", "-q", "--ff", branch)
        elif deed == "squash":
            self.tried("merge", "-q", "--squash", branch)
            self.git("checkout", "-q", "--theirs", ".", check=False)
            self.git("add", "-A")
            self.git("commit", "-q", "--no-edit", check=False)
        elif deed == "merge":
            self.tried("merge", "-q", "--no-ff", "--no-edit", branch)
        else:
            self.tried("cherry-pick", f"main..{branch}")

    def judge(self) -> None:
        """Drain, and hold every commit that was told of to the model."""
        for sha, files in self.drain().commits.items():
            for path, told in files.items():
                content = self.git("show", f"{sha}:{path.decode()}").splitlines()
                for (start, end), hand in told:
                    for number in range(start, end + 1):
                        self.hold(content[number - 1], hand, sha)

    def hold(self, line: str, hand: Hand, sha: str) -> None:
        if line.strip() not in self.wrote:
            return
        authors = self.wrote[line.strip()]
        agents, people = authors & set(AGENTS), authors & {"Ada"}
        about = (line, sorted(authors), hand, sha, self.log)
        if hand.kind is Kind.AGENT:
            assert not people, about
            assert hand.session in {session_id("claude-code", who) for who in agents}, about
        elif hand.kind is Kind.PERSON:
            assert not agents, about
            assert "base" not in authors, about
        elif hand.kind is Kind.MIXED:
            assert agents or people, about
        else:
            assert hand.rule, about


def live(root: Path, seed: int, steps: int) -> dict[str, int]:
    """Live through a day; how often each origin is told of HEAD's lines at its end."""
    day = Day(root, seed)
    for _ in range(steps):
        chance = day.dice.random()
        deed = (
            day.agent if chance < 0.3 else day.shell if chance < 0.37 else day.person if chance < 0.55
            else day.commit_some if chance < 0.75 else day.rewrite
        )  # fmt: skip
        day.log.append(deed.__name__)
        deed()
        if day.dice.random() < 0.3:
            day.judge()
    day.git("add", "-A")
    day.git("commit", "-qm", "The end", check=False)
    day.judge()
    tally: dict[str, int] = {}
    for name in day.names():
        for line, word in zip(day.lines(name), day.origins(name), strict=True):
            authors = day.wrote.get(line.strip(), frozenset())
            origin = word.split()[0]
            if origin == "ai":
                assert "Ada" not in authors, (seed, line, authors, word)
            elif origin == "human":
                assert not authors & set(AGENTS), (seed, line, authors, word)
            whose = "+".join(sorted({"agent" if who in AGENTS else who for who in authors}))
            tally[f"{origin} of {whose}"] = tally.get(f"{origin} of {whose}", 0) + 1
    return tally


def test_whatever_is_rewritten_nobodys_line_is_called_anothers(tmp_path: Path, seed: int) -> None:
    live(tmp_path / "repo", seed, 14)
