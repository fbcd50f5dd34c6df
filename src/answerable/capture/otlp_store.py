"""Keeps what agents' telemetry says of who let a tool call through: one row a decision, none twice, bounded, 0600.

`answerable collect` writes it and the drain reads it. It holds names and ids alone: no prompt, no argument, no path. It
is the agent's own word, and whoever can write here can say anything: it never shows that a person reviewed code.

Where one call was decided more than once, the weakest of what was said holds, so that nothing that is added later
makes more of it; a refusal beside a consent is `unknown`. The sources name all of them.
"""

from __future__ import annotations

import os
import re
import sqlite3
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from types import TracebackType

from answerable.domain.acceptance import How
from answerable.ledger import secrets

MOST_ROWS = 200_000
_NAME = re.compile(r"[!-~]{1,500}")
_SOURCE = re.compile(r"[ -~]{1,200}")
_WEAKEST = (How.UNKNOWN, How.AUTOMATIC, How.STANDING_GRANT, How.HUMAN_EXPLICIT)
_SCHEMA = """
create table if not exists decided (
    number integer primary key autoincrement, agent text not null, session text not null, call text not null,
    how text not null, source text not null, at integer not null, modified integer, received integer not null,
    unique (session, call, agent, how, source)
) strict
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Decided:
    """What was said of one call: by which act it was let through, and in the agent's own words.

    `source` reads ``tool_decision:accept,user_permanent``; several are parted by ``; ``.
    """

    how: How
    source: str
    at: int  # nanoseconds since 1970, by the agent's clock
    agent: str  # canonical name, such as `claude-code`
    session: str
    call: str  # the tool's call id; where none is told, the digest of its input (`ToolUse.digest`), or `file_call`
    modified: bool | None = None  # a person changed the proposal before it was let through; None: not said


def of(session: str, call: str, *, agent: str | None = None) -> Decided | None:
    """What is known of one call; None where nothing was told, or nothing can be read.

    Args:
        session: The agent's session.
        call: Its call id, or the digest of the tool's input.
        agent: Only what this agent told.
    """
    with Decisions() as known:
        return known.of(session, call, agent=agent)


def file_call(head: str, path: str) -> str:
    """What stands for the call where an agent tells only which file was let through (Copilot in VS Code).

    Args:
        head: The commit that HEAD was at.
        path: The file, from the root of the repository; it cannot be read out of the result.
    """
    return "file:" + sha256(f"{head}\0{path}".encode("utf-8", "surrogateescape")).hexdigest()


def stamp() -> int:
    """Something that grows where decisions were added; 0 where there are none. It costs two looks at files."""
    path, found = place(), 0
    for name in (path, path.with_name(path.name + "-wal")):
        try:
            found = max(found, name.stat().st_mtime_ns)
        except OSError:
            continue
    return found


def place() -> Path:
    """Where they are kept: below the user's state folder."""
    state = os.environ.get("XDG_STATE_HOME") or Path("~/.local/state").expanduser()
    return Path(state) / "answerable" / "acceptance.sqlite"


class Decisions:
    """Reads, and where it is asked to writes, the decisions of one user; a store that is damaged reads as empty.

    Args:
        path: The file; the user's own where None.
        write: Make it where it is not there; one that is damaged is put aside, and another is begun.

    Raises:
        OSError: it cannot be made, and is to be.
        sqlite3.Error: likewise.
    """

    def __init__(self, path: Path | None = None, *, write: bool = False) -> None:
        self.path = path or place()
        self._database = _made(self.path) if write else _found(self.path)

    def __enter__(self) -> Decisions:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Let the file go."""
        if self._database is not None:
            self._database.close()
            self._database = None

    def of(self, session: str, call: str, *, agent: str | None = None) -> Decided | None:
        """As the function `of`."""
        if agent is None:
            return self._told("session = ? and call = ?", (session, call))
        return self._told("session = ? and call = ? and agent = ?", (session, call, agent))

    def of_file(self, head: str, path: str, *, agent: str = "copilot") -> Decided | None:
        """What is known of all that an agent changed in one file while HEAD was at one commit.

        Args:
            head: The commit.
            path: The file, from the root of the repository.
            agent: The agent; its telemetry names another session than its hooks do.
        """
        return self._told("agent = ? and call = ?", (agent, file_call(head, path)))

    def add(self, decisions: Iterable[Decided]) -> int:
        """Keep decisions, on the disk when this returns; how many were new.

        One whose names are none, or that holds a secret, is not kept.

        Raises:
            sqlite3.Error: it cannot be written.
        """
        rows = [
            (one.agent, one.session, one.call, str(one.how), one.source, one.at, one.modified, time.time_ns())
            for one in decisions
            if _fit(one)
        ]
        if self._database is None or not rows:
            return 0
        with self._database:
            before = self._database.total_changes
            self._database.executemany(
                "insert or ignore into decided (agent, session, call, how, source, at, modified, received)"
                " values (?, ?, ?, ?, ?, ?, ?, ?)", rows,
            )  # fmt: skip
            new = self._database.total_changes - before
            self._database.execute(
                "delete from decided where number <= (select max(number) from decided) - ?", (MOST_ROWS,)
            )
        return new

    def _told(self, where: str, values: tuple[str, ...]) -> Decided | None:
        if self._database is None:
            return None
        what = "select how, source, at, agent, session, call, modified from decided where "
        try:
            rows = self._database.execute(f"{what}{where} order by at, number", values).fetchall()
            return _one([_decided(row) for row in rows])
        except (sqlite3.Error, ValueError):
            return None


def _one(told: Sequence[Decided]) -> Decided | None:
    """What several decisions on one call come to."""
    if not told:
        return None
    hows = {one.how for one in told}
    mixed = How.HUMAN_REJECT in hows and len(hows) > 1
    how = How.UNKNOWN if mixed else min(hows, key=_strength)
    last = told[-1]
    said = [one.modified for one in told if one.modified is not None]
    return Decided(
        how=how, source="; ".join(dict.fromkeys(one.source for one in told)), at=last.at, agent=last.agent,
        session=last.session, call=last.call, modified=any(said) if said else None,
    )  # fmt: skip


def _strength(how: How) -> int:
    return _WEAKEST.index(how) if how in _WEAKEST else len(_WEAKEST)


def _fit(one: Decided) -> bool:
    """True where a decision is made of names, and none of them is a secret."""
    names = (one.agent, one.session, one.call)
    whole = all(map(_NAME.fullmatch, names)) and _SOURCE.fullmatch(one.source) and 0 < one.at < 1 << 63
    return bool(whole) and not any(secrets.find(text) for text in (*names, one.source))


def _decided(row: Sequence[object]) -> Decided:
    how, source, at, agent, session, call, modified = row
    return Decided(
        how=How(str(how)), source=str(source), at=int(str(at)), agent=str(agent), session=str(session), call=str(call),
        modified=None if modified is None else bool(modified),
    )  # fmt: skip


def _found(path: Path) -> sqlite3.Connection | None:
    """The store as it is; None where there is none."""
    try:
        return sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True, timeout=5) if path.is_file() else None
    except (OSError, sqlite3.Error, ValueError):
        return None


def _made(path: Path) -> sqlite3.Connection:
    """The store, made where it is not there or is damaged."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600))
    try:
        return _opened(path)
    except sqlite3.DatabaseError as error:
        if error.sqlite_errorcode not in (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_ERROR):
            raise
        for name in (path, *(path.with_name(path.name + end) for end in ("-wal", "-shm"))):
            if name.exists():
                name.replace(name.with_name(f"{name.name}.damaged"))
        os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600))
        return _opened(path)


def _opened(path: Path) -> sqlite3.Connection:
    found = sqlite3.connect(path, timeout=5, check_same_thread=False)
    try:
        found.execute("pragma journal_mode = wal")
        found.execute("pragma synchronous = full")
        found.execute(_SCHEMA)
        found.execute("create index if not exists by_call on decided (call)")
        found.execute("select number, agent, session, call, how, source, at, modified, received from decided limit 1")
    except BaseException:
        found.close()
        raise
    return found
