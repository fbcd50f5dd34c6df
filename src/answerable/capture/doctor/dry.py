"""A dry edit and a dry commit, in a repository that is made for them and then removed.

Each agent's own command gets what its host would give it, before and after a file is written; then git commits with the
hooks that it would run in the repository which is asked about. What arrives is what counts: events in the spool, and
after the commit the note that says whose each file's lines are. Hooks of others in the same folder run, too, as they
do at every commit; those that can refuse a commit are left out.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from answerable.capture.doctor.payloads import Dry, payload
from answerable.capture.drain import drain
from answerable.capture.event import Damaged, Event, Kind, read
from answerable.capture.lines.hand import Kind as Whose
from answerable.capture.note_read import read_back
from answerable.git.notes import Notes
from answerable.git.repository import Repository

SECONDS = 20.0  # that one command may take
_PATIENCE = 15.0  # seconds until what a git hook began must have come
_GRACE = 2.0  # seconds in which a hook has started it
_NOTES = "refs/notes/ai"
_KEPT = frozenset({"GIT_CONFIG_GLOBAL", "GIT_CONFIG_SYSTEM", "GIT_CONFIG_NOSYSTEM", "GIT_EXEC_PATH"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Ran:
    """What a command did: `why` it recorded nothing, or nothing that is of use; empty where it did."""

    why: str = ""
    milliseconds: int = 0


class Scratch:
    """A repository for dry edits.

    Args:
        root: An empty folder.
        environment: In which commands run.
    """

    def __init__(self, root: Path, environment: Mapping[str, str]) -> None:
        self.root = root
        state = {"XDG_STATE_HOME": os.fspath(root.with_name("state"))}  # what goes wrong here is not the person's
        kept = {name: value for name, value in environment.items() if not name.startswith("GIT_") or name in _KEPT}
        self._environment = kept | state | {"GIT_DEFAULT_REF_FORMAT": "files"}
        self._edits = 0
        self._run("git", "init", "--quiet", "--template=", "-b", "main", os.fspath(root))
        self._run("git", *self._as_us(), "commit", "--quiet", "--no-verify", "--allow-empty", "-m", "A beginning")
        self._git = root / ".git"
        self._spool = self._git / "answerable" / "capture" / "main" / "spool"

    def edit(self, agent: str, words: tuple[str, ...]) -> tuple[str, Ran]:
        """Let an agent write one file, with its command before and after; the file, and what came of it.

        Args:
            agent: Its canonical name.
            words: The command.
        """
        self._edits += 1
        path = f"dry-{self._edits}.txt"
        dry = Dry(self.root, path, f"written by {agent}, {self._edits}\n", f"dry-{self._edits}", f"call-{self._edits}")
        before, began = self._names(), time.monotonic()
        why = self._feed(words, payload(agent, dry, after=False))
        (self.root / path).write_text(dry.text)
        why = why or self._feed(words, payload(agent, dry, after=True))
        took = round((time.monotonic() - began) * 500)
        return path, Ran(why=why or self._lacks(agent, path, self._names() - before), milliseconds=took)

    def commit(self, hooks: Path | None) -> str:
        """Commit all with git's hooks, and wait for what they do; why nothing came of it, or empty.

        Args:
            hooks: The folder from which git takes hooks; None: whatever is configured.
        """
        named = ("-c", f"core.hooksPath={hooks}") if hooks else ()
        self._run("git", "add", "--all")
        try:
            self._run("git", *named, *self._as_us(), "commit", "--quiet", "--no-verify", "-m", "A dry edit", hooks=True)
        except (OSError, subprocess.SubprocessError, ValueError) as error:
            self._run("git", *self._as_us(), "commit", "--quiet", "--no-verify", "--allow-empty", "-m", "A dry edit")
            return f"git could not commit with its hooks: {_said(error)}"
        return self._waited(self._spool.parent)

    def _waited(self, folder: Path) -> str:
        """Wait until what a hook started has ended; why nothing came of it, or empty."""
        began = time.monotonic()
        while (waited := time.monotonic() - began) < _PATIENCE:
            started = (folder / "drain.pid").exists()
            if self._noted() and not started:
                return ""
            if (folder / "no-program").exists():
                return "after the commit the hook ran, but the program that it starts is not where it was"
            if not started and waited > _GRACE:
                return "after the commit nothing took in what was recorded"
            time.sleep(0.05)
        return "what was recorded was not taken in in time after the commit"

    def told(self) -> dict[str, tuple[str, ...]]:
        """Whose each file's lines are after the commit, by the tools' names; what no hook took in is taken in now."""
        with Repository(self.root) as repository:
            drain(repository)
            head = repository.resolve("HEAD")
            noted = read_back(Notes(repository.git, repository.objects, _NOTES).of(head) or b"")
        found: dict[str, tuple[str, ...]] = {}
        for path, told in noted.files.items():
            hands = [hand for _, hand in told if hand is not None and hand.kind is Whose.AGENT]
            sessions = [noted.sessions.get(hand.session or "") for hand in hands]
            found[os.fsdecode(path)] = tuple(dict.fromkeys(session.tool for session in sessions if session))
        return found

    def _noted(self) -> bool:
        return (self._git / _NOTES).exists() or b" refs/notes/ai\n" in _bytes(self._git / "packed-refs")

    def _lacks(self, agent: str, path: str, names: set[str]) -> str:
        """What the events of one edit lack."""
        try:
            root = os.fsencode(self.root.resolve())
            events = [read((self._spool / name).read_bytes(), root) for name in sorted(names)]
        except (Damaged, OSError) as error:
            return f"what arrived cannot be read: {error}"
        if not events:
            fault = _bytes(self.root.with_name("state") / "answerable" / "journal").decode("utf-8", "replace")
            return f"no event arrived{': ' + fault.strip()[-300:] if fault.strip() else ''}"
        return _short_of(agent, path, events)

    def _feed(self, words: tuple[str, ...], data: bytes) -> str:
        """Run a command as a host does; why it did not run, or empty."""
        try:
            done = subprocess.run(
                words,
                cwd=self.root,
                env=self._environment,
                input=data,
                capture_output=True,
                timeout=SECONDS,
                check=False,
            )
        except (OSError, subprocess.SubprocessError, ValueError) as error:
            return f"its command cannot be run: {_said(error)}"
        last = done.stderr.decode("utf-8", "replace").strip().rpartition("\n")[2]
        return f"its command ended with {done.returncode}: {last[:300]}" if done.returncode else ""

    def _names(self) -> set[str]:
        return {path.name for path in self._spool.glob("*.json")}

    def _run(self, *words: str, hooks: bool = False) -> None:
        quiet = (
            {}
            if hooks
            else {"GIT_CONFIG_COUNT": "1", "GIT_CONFIG_KEY_0": "core.hooksPath", "GIT_CONFIG_VALUE_0": "/dev/null"}
        )
        where = self.root if self.root.is_dir() else self.root.parent
        subprocess.run(
            words, cwd=where, env=self._environment | quiet, capture_output=True, timeout=SECONDS, check=True,
            stdin=subprocess.DEVNULL,
        )  # fmt: skip

    @staticmethod
    def _as_us() -> tuple[str, ...]:
        """Nobody's commit, signed by nobody."""
        name = ("-c", "user.name=Answerable", "-c", "user.email=answerable@localhost")
        return (*name, "-c", "commit.gpgSign=false", "-c", "core.fsmonitor=false")


@contextmanager
def scratch(environment: Mapping[str, str]) -> Iterator[Scratch]:
    """A repository for dry edits, removed afterwards.

    Args:
        environment: In which commands run.

    Raises:
        OSError: there is no room for it.
        subprocess.SubprocessError: git cannot make it.
    """
    folder = Path(tempfile.mkdtemp(prefix="answerable-doctor-"))
    try:
        yield Scratch(folder.resolve() / "repository", environment)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _short_of(agent: str, path: str, events: list[Event]) -> str:
    kinds = [event.kind for event in events]
    if Kind.BEFORE not in kinds or Kind.AFTER not in kinds:
        return f"of an event before and one after the edit there arrived: {', '.join(kinds)}"
    for event in events:
        if event.agent != agent:
            return f"the event is taken for one of {event.agent}"
        seen = next((seen for seen in event.paths if seen.path == os.fsencode(path)), None)
        if seen is None or seen.skipped:
            return f"the event says nothing of the file{': ' + str(seen.skipped) if seen else ''}"
    return ""


def _said(error: Exception) -> str:
    if isinstance(error, subprocess.CalledProcessError):
        last = error.stderr.decode("utf-8", "replace").strip().rpartition("\n")[2]
        return f"it ended with {error.returncode}: {last[:300]}"
    if isinstance(error, subprocess.TimeoutExpired):
        return f"it took more than {SECONDS:.0f} seconds"
    return str(error.strerror if isinstance(error, OSError) and error.strerror else error)[:300]


def _bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError:
        return b""
