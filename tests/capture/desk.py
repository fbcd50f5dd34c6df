"""A desk without a disk: files change, hooks fire, and the replay is asked who wrote what."""

import json
from hashlib import sha256

from answerable.capture.commit import Committed, File, hands
from answerable.capture.event import Event, read
from answerable.capture.lines.hand import Hand
from answerable.capture.replay import Replay, Sources, State, session_id
from capture.claude import payload

ADA = "Ada <ada@example.com>"
ROOT = b"/repo"
SECOND = 10**9
BASE = b"import os\n\n\ndef main():\n    run()\n"


class Desk:
    """A work tree without a disk: files change, hooks fire, and the replay is asked."""

    def __init__(self, files: dict[bytes, bytes] | None = None) -> None:
        self.head = "a" * 40
        self.commits: dict[str | None, dict[bytes, bytes]] = {self.head: dict(files or {})}
        self.files = dict(files or {})
        self.kept: dict[str, bytes] = {}
        self.in_git: dict[bytes, int] = {}
        self.doing: str | None = None
        self.lose = False
        self.seq, self.at = 0, SECOND
        self.state = State(person=ADA)
        self.replay = Replay(
            self.state,
            Sources(
                content=self.kept.get,
                base=lambda head, path: self.commits.get(head, {}).get(path),
                restored=lambda content, since: self.in_git.get(content, since) < since,
            ),
        )

    def hook(
        self,
        event: str,
        tool: str,
        path: str | None = "a.py",
        *,
        watch: tuple[bytes, ...] = (),
        host="claude-code",
        **given,
    ) -> Event:
        self.seq += 1
        self.at += SECOND // 10
        names = watch or ((path.encode(),) if path else ())
        raw = {
            "v": 1, "seq": self.seq, "at": self.at, "kind": "hook", "host": host, "cwd": "/repo",
            "payload": json.loads(payload("/repo", event, tool, path, **given)),
            "head": self.head, "doing": self.doing, "paths": [self.seen(name) for name in names],
        }  # fmt: skip
        event = read(json.dumps(raw).encode(), ROOT)
        self.replay.feed(event)
        return event

    def seen(self, path: bytes) -> dict:
        content = self.files.get(path)
        digest = None if content is None else sha256(content).hexdigest()
        if digest and not self.lose:
            self.kept[digest] = content
        return {"path": path.decode(), "content": digest, "size": len(content or b""), "skipped": None}

    def write(
        self,
        content: bytes,
        path: bytes = b"a.py",
        *,
        call="w",
        session="s",
        between: bytes | None = None,
        after: bytes | None = None,
    ) -> None:
        """An agent writes a whole file; a person may save in between, and a formatter may run."""
        given = {"content": content.decode(), "call": call + str(self.seq), "session": session}
        self.hook("PreToolUse", "Write", path.decode(), **given)
        if between is not None:
            self.files[path] = between
        self.files[path] = content if after is None else after
        self.hook("PostToolUse", "Write", path.decode(), **given)

    def edit(self, old: bytes, new: bytes, path: bytes = b"a.py", *, session="s", also: bytes = b"") -> None:
        given = {"old_string": old.decode(), "new_string": new.decode(), "call": f"e{self.seq}", "session": session}
        self.hook("PreToolUse", "Edit", path.decode(), **given)
        self.files[path] = self.files[path].replace(old, new, 1) + also
        self.hook("PostToolUse", "Edit", path.decode(), **given)

    def shell(self, command: str, content: bytes, path: bytes = b"a.py", *, lasts: float = 0.5, **given) -> None:
        given = {"command": command, "call": f"b{self.seq}", **given}
        self.hook("PreToolUse", "Bash", None, watch=(path,), **given)
        self.files[path] = content
        self.at += int(lasts * SECOND)
        self.hook("PostToolUse", "Bash", None, watch=(path,), **given)

    def look(self, path: bytes = b"a.py") -> list[str | None]:
        """Whose the lines are, as the state has them."""
        return [*map(word, self.state.files[path].text.hands)]

    def commit(
        self, path: bytes = b"a.py", content: bytes | None = None, *, added=None, parents=None, calm=False
    ) -> list[str]:
        """Whose the lines are that a commit of this file adds; all of its lines unless said otherwise."""
        content = self.files[path] if content is None else content
        added = added or ((1, content.count(b"\n")),)
        commit = Committed(
            sha="b" * 40, parents=parents or (self.head,), seq=self.seq, at=self.at + 1, doing=self.doing
        )
        told = hands(self.replay, commit, File(path=path, content=content, added=added, calm=calm))
        return [word(hand) for (start, end), hand in told for _ in range(start, end + 1)]


def word(hand: Hand | None) -> str | None:
    if hand is None:
        return None
    names = {session_id("claude-code", name): name for name in ("s", "t", "session-1")}
    if hand.kind == "agent":
        return names[hand.session]
    return {"person": "Ada", "mixed": f"{names.get(hand.session)}+Ada"}.get(hand.kind, f"?{hand.rule}")
