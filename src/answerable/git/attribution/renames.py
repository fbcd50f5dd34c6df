"""Finds where an added path came from, as `git blame` does: one destination at a time, all deleted paths as sources.

Asking about one destination at a time matters: with several, git lets each source be used once. A single identical
source needs no question; any other goes to one long-running `git diff-tree -M` over two synthetic trees.
"""

from __future__ import annotations

import hashlib
import secrets
import subprocess
from collections.abc import Sequence
from contextlib import suppress

from answerable.git.attribution.store import Store
from answerable.git.changes import Change
from answerable.git.program import output_of
from answerable.git.quarantine import Quarantine

_FLAGS = ("diff-tree", "--stdin", "-r", "-M", "-z", "--raw", "--no-abbrev", "--diff-filter=R")
_REGULAR = b"100"
_MANY = 8


class Renames:
    """Answers rename questions through the store, by itself, or by asking git."""

    def __init__(self, quarantine: Quarantine, store: Store) -> None:
        self._quarantine = quarantine
        self._store = store
        self._process: subprocess.Popen[bytes] | None = None
        self._fresh: dict[bytes, bytes | None] = {}
        self.unsure: set[tuple[bytes, bytes]] = set()  # (commit, added path): blobs are missing
        # a line that is no object id comes back as it is, flushed: the end of an answer, which no path can guess
        self._mark = b"end-" + secrets.token_hex(16).encode() + b"\n"

    def sources(
        self, step: tuple[bytes, bytes], added: Sequence[Change], deleted: Sequence[Change]
    ) -> dict[bytes, Change]:
        """Return {added path: deleted path's change} for those that were renamed.

        Args:
            step: The commit and the parent it is compared with, as hex ids.
            added: Paths that the commit has and the parent has not.
            deleted: Paths that the parent has and the commit has not.
        """
        found: dict[bytes, Change] = {}
        by_path = {change.path: change for change in deleted}
        ask: list[Change] = []
        by_blob: dict[bytes, list[Change]] = {}
        for gone in deleted:
            by_blob.setdefault(gone.old, []).append(gone)
        for change in added:
            same = [d for d in by_blob.get(change.new, ()) if d.old_mode[:3] == change.new_mode[:3]]
            if len(same) == 1:
                found[change.path] = same[0]
            elif same or (change.new_mode.startswith(_REGULAR) and deleted):
                ask.append(change)
        answers = self._answers(step, ask, deleted)
        found.update((path, by_path[source]) for path, source in answers.items() if source in by_path)
        return found

    def close(self) -> None:
        """Keep what was learned and end the process."""
        self._store.add_renames(self._fresh)
        self._fresh = {}
        self._end()

    def _end(self) -> None:
        if self._process and self._process.stdin:
            with suppress(BrokenPipeError):
                self._process.stdin.close()
            output_of(self._process).close()
            self._process.wait()
        self._process = None

    def _answers(
        self, step: tuple[bytes, bytes], ask: Sequence[Change], deleted: Sequence[Change]
    ) -> dict[bytes, bytes | None]:
        keys = {change.path: _key(*step, change.path) for change in ask}
        known = self._store.renames(keys.values()) if keys else {}
        answers = {path: known[key] for path, key in keys.items() if key in known}
        if unknown := [change for change in ask if change.path not in answers]:
            fresh = self._ask_git(unknown, deleted)
            self._fresh.update((keys[path], source) for path, source in fresh.items())
            self.unsure.update((step[0], change.path) for change in unknown if change.path not in fresh)
            answers |= fresh
        return answers

    def _ask_git(self, ask: Sequence[Change], deleted: Sequence[Change]) -> dict[bytes, bytes | None]:
        write = self._quarantine.write_nested_tree
        before = write([(d.old_mode.decode(), d.path, d.old.decode()) for d in deleted])
        answers: dict[bytes, bytes | None] = dict.fromkeys(change.path for change in ask)
        for change in self._hopeful(before, ask):
            after = write([(change.new_mode.decode(), change.path, change.new.decode())])
            tokens = self._compare(before, after)
            if tokens is None:  # nothing to keep: what is missing may be fetched one day
                del answers[change.path]
                continue
            # a rename's raw line ends in R and a score, and two paths follow: source, destination
            at = next((i for i, token in enumerate(tokens) if token[:1] == b":"), None)
            answers[change.path] = tokens[at + 1] if at is not None else None
        return answers

    def _hopeful(self, before: str, ask: Sequence[Change]) -> Sequence[Change]:
        """Leave out destinations that resemble no source at all.

        One look for copies, where sources may be used again, pairs every destination that has any source above the
        threshold. So one that stays alone has none, and need not be asked about by itself.
        """
        if len(ask) < _MANY:
            return ask
        after = self._quarantine.write_nested_tree([(c.new_mode.decode(), c.path, c.new.decode()) for c in ask])
        flags = ("-r", "-C", "-l0", "-z", "--name-status", "--diff-filter=RC")
        code, out, _ = self._quarantine.git.attempt("diff-tree", *flags, before, after)
        paired = set(out.split(b"\0")[2::3])
        return ask if code else [change for change in ask if change.path in paired]

    def _compare(self, before: str, after: str) -> list[bytes] | None:
        if self._process is None or self._process.poll() is not None:
            self._process = self._quarantine.git.popen(*_FLAGS, stdin=subprocess.PIPE)
        stdin, stdout = self._process.stdin, output_of(self._process)
        if stdin is None:  # pragma: no cover - popen piped it
            return None
        answer = bytearray()
        try:
            stdin.write(f"{before} {after}\n".encode() + self._mark)
            stdin.flush()
            while not answer.endswith(self._mark):
                answer += stdout.read1(1 << 16) or _ended()  # type: ignore[attr-defined]
        except BrokenPipeError:  # a blob is missing: git gave up, so nothing can be said
            self._end()
            return None
        return bytes(answer).replace(b"\n:", b"\0:", 1).split(b"\0")


def _ended() -> bytes:
    raise BrokenPipeError


def _key(commit: bytes, parent: bytes, path: bytes) -> bytes:
    return hashlib.sha256(b"\0".join((commit, parent, path))).digest()
