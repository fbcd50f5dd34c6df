"""Looks at what the recorder of a repository rests on: its key, the ledger's trust, HEAD's log, how notes travel."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

from answerable.capture.doctor.check import Check, fault, ok, warning
from answerable.capture.recorder import Recorder, is_trusted
from answerable.errors import AnswerableError, LedgerMissing
from answerable.git.exchange import STRATEGIES
from answerable.git.repository import Repository
from answerable.ledger.place import ledger_place

_INIT = "answerable init"
_OFF = Path("answerable") / "capture" / "off"


def standing(repository: Repository) -> Iterator[Check]:
    """All looks at one repository.

    Args:
        repository: Which; it is only read.
    """
    recorder = None
    try:
        recorder = Recorder.load(repository)
    except AnswerableError as error:
        yield fault("recorder", error.message, error.hint)
    else:
        yield _recorder(repository, recorder)
    yield _ledger(repository, recorder)
    yield _log_of_head(repository)
    yield from _notes(repository)
    if (repository.common_dir / "ai").is_dir():
        yield ok("git-ai", "git-ai writes the notes here; answerable adds decisions alone")


def _recorder(repository: Repository, recorder: Recorder | None) -> Check:
    if os.path.lexists(repository.common_dir / _OFF):
        return warning("recorder", "it is switched off in this repository", f"rm {repository.common_dir / _OFF}")
    if recorder is None:
        return warning("recorder", "it has no key here, so what it sees is in notes, and not signed", _INIT)
    return ok("recorder", f"{recorder.id} signs with {recorder.public.fingerprint}")


def _ledger(repository: Repository, recorder: Recorder | None) -> Check:
    from answerable.ledger.log import Ledger  # it loads the database

    where = ledger_place(repository.common_dir)
    try:
        with Ledger(where) as ledger:
            trusted = recorder is not None and is_trusted(ledger, recorder)
            size = ledger.size
    except LedgerMissing:
        return warning("ledger", "there is none, so what the recorder signs is recorded, and not attested", _INIT)
    except AnswerableError as error:
        return fault("ledger", error.message, error.hint)
    if trusted:
        return ok("ledger", f"it has {size:,} entries and trusts the recorder")
    if recorder is None:
        return ok("ledger", f"it has {size:,} entries")
    return fault("ledger", "it does not trust the recorder, so it takes nothing that it signs", _INIT)


def _log_of_head(repository: Repository) -> Check:
    """Commits are found in HEAD's log."""
    git = repository.git
    if git.attempt("config", "--get", "extensions.refStorage")[1].strip() == b"reftable":
        return fault(
            "head-log",
            "refs are kept as a reftable, in which commits are not found",
            "git refs migrate --ref-format=files",
        )
    said = git.attempt("config", "--type=bool-or-str", "--get", "core.logAllRefUpdates")[1].strip()
    if said == b"false":
        step = "git config core.logAllRefUpdates true"
        return fault("head-log", "git keeps no log of HEAD, so no commit is found (core.logAllRefUpdates)", step)
    if repository.try_resolve("HEAD") and not (repository.git_dir / "logs" / "HEAD").is_file():
        return warning("head-log", "there is no log of HEAD yet: commits count from the next one", None)
    return ok("head-log", "git keeps the log of HEAD, in which commits are found")


def _notes(repository: Repository) -> Iterator[Check]:
    git = repository.git
    wrong = [
        ref for ref, strategy in STRATEGIES.items()
        if git.attempt("config", "--get", f"notes.{ref.removeprefix('refs/notes/')}.mergeStrategy")[1].strip()
        != strategy.encode()
    ]  # fmt: skip
    if wrong:
        yield warning("notes", f"how {' and '.join(wrong)} are merged is not set", _INIT)
    remotes = git.attempt("remote")[1].decode("utf-8", "surrogateescape").split()
    lacks = {remote: _not_fetched(repository, remote) for remote in remotes}
    for remote, refs in lacks.items():
        if refs:
            yield warning("notes", f"{' and '.join(refs)} are not fetched", _INIT, remote)
    if not wrong and not any(lacks.values()):
        said = f"fetched with {', '.join(remotes)}" if remotes else "there is no remote"
        yield ok("notes", f"they are merged without conflict; {said}")


def _not_fetched(repository: Repository, remote: str) -> list[str]:
    _, out, _ = repository.git.attempt("config", "-z", "--get-all", f"remote.{remote}.fetch")
    return [ref for ref in STRATEGIES if ref.encode() not in out]
