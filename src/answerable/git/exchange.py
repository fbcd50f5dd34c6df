"""Lets notes travel: fetched with each remote, merged without conflict, pushed so that no other's are lost.

Notes of decisions are sets of lines: two on one commit become one that has all lines of both. A note of git-ai cannot
be put together of two, so the one that is here stays, as git-ai itself has it; what a recorder signed is in the
decisions. Only these two refs and settings of our names are touched.
"""

from __future__ import annotations

import random
import time

from answerable.errors import GitFailed, RepositoryUntrusted
from answerable.git.notes import refs_below
from answerable.git.program import Git, failure
from answerable.git.record import NOTES, REMOTE_NOTES, alone, as_us
from answerable.git.repository import Repository

LINES = "refs/notes/ai"
STRATEGIES = {NOTES: "cat_sort_uniq", LINES: "ours"}
_TRIES = 60
_PAUSE = 0.05  # seconds that the next try may wait at most, for each one before it
# nothing but these refs, whatever is configured
_FETCHING = ("--quiet", "--no-tags", "--no-prune", "--no-recurse-submodules", "--no-write-fetch-head")
_PUSHING = ("--quiet", "--no-verify", "--no-follow-tags", "--no-recurse-submodules", "--no-signed")
_RACE = (b"fetch first", b"non-fast-forward", b"stale info", b"cannot lock ref", b"failed to update ref",
         b"incorrect old value", b"reference already exists", b"failed to lock")  # fmt: skip


def configure(repository: Repository) -> list[str]:
    """Let notes be fetched with each remote and be merged without conflict; return the settings that were new."""
    return [f"{key}={value}" for key, value in _wanted(repository) if _set(repository.git, key, value)]


def unconfigured(repository: Repository) -> list[str]:
    """The settings that `configure` would add."""
    return [f"{key}={value}" for key, value in _wanted(repository) if not _is_set(repository.git, key, value)]


def sync(repository: Repository, remote: str, until: float | None = None) -> int:
    """Take a remote's notes in and push ours, until both have the same; return how many tries it took.

    Args:
        repository: Where.
        remote: Name of a remote.
        until: When to give up, as `time.monotonic` tells the time.

    Raises:
        GitFailed: there is no such remote, it cannot be reached, or it refuses.
    """
    if remote not in _remotes(repository.git):
        hint = "see which there are: git remote -v; add one: git remote add NAME ADDRESS"
        raise GitFailed(f"{remote} is no remote of this repository", hint=hint)
    git = repository.git.online()
    for tries in range(1, _TRIES + 1):
        code, _, err = git.attempt("fetch", *_FETCHING, "--end-of-options", remote, *_specs(remote))
        if code:
            raise _unreachable("fetch", remote, err)
        merge(repository, remote)
        wanted = _ours(repository)
        if not wanted or _pushed(repository, git, remote, wanted):
            return tries
        pause = random.uniform(0, _PAUSE * tries)  # noqa: S311 - so that two do not meet again
        if until is not None and time.monotonic() + pause > until:
            break
        time.sleep(pause)
    raise GitFailed(f"the notes of {remote} changed again and again", hint="try again: answerable ledger sync")


def push(repository: Repository, remote: str, until: float) -> int:
    """Push notes that a remote does not have, as far as is known here; the network is asked only where there are any.

    Args:
        repository: Where.
        remote: Name of a remote; nothing is pushed where there is none of that name.
        until: When to give up, as `time.monotonic` tells the time.

    Returns:
        How many refs were pushed.

    Raises:
        GitFailed: it cannot be reached, or it refuses.
    """
    refs = refs_below(repository.git, *STRATEGIES, f"{REMOTE_NOTES}/")
    wanted = {ref: refs[ref] for ref in STRATEGIES if ref in refs and refs.get(_theirs(remote, ref)) != refs[ref]}
    if not wanted or remote not in _remotes(repository.git):
        return 0
    if not _pushed(repository, repository.git.online(), remote, wanted):
        sync(repository, remote, until)
    return len(wanted)


def merge(repository: Repository, remote: str) -> None:
    """Take in what was fetched of a remote's notes.

    Raises:
        GitFailed: it is no history of notes.
    """
    with alone(repository):
        refs = refs_below(repository.git, *STRATEGIES, f"{REMOTE_NOTES}/")
        for ref, strategy in STRATEGIES.items():
            theirs = _theirs(remote, ref)
            if theirs not in refs or refs[theirs] == refs.get(ref):
                continue
            if ref not in refs:
                repository.git.run("update-ref", ref, theirs, repository.null_oid)
            else:
                as_us(repository.git).run("notes", f"--ref={ref}", "merge", "--quiet", "-s", strategy, theirs)


def fetched(repository: Repository) -> list[str]:
    """The remotes whose notes were fetched some time."""
    below = f"{REMOTE_NOTES}/"
    names = [name.removeprefix(below) for name in refs_below(repository.git, below)]
    ends = tuple("/" + _short(ref) for ref in STRATEGIES)
    return sorted({name.rpartition("/")[0] for name in names if name.endswith(ends)})


def _pushed(repository: Repository, git: Git, remote: str, wanted: dict[str, str]) -> bool:
    """Push refs as they are; False where the remote has something that is not in them."""
    specs = [f"{oid}:{ref}" for ref, oid in wanted.items()]
    code, _, err = git.attempt("push", *_PUSHING, "--end-of-options", remote, *specs)
    if code == 0:
        for ref, oid in wanted.items():
            repository.git.attempt("update-ref", _theirs(remote, ref), oid)
        return True
    if any(words in err for words in _RACE):
        return False
    raise _unreachable("push", remote, err)


def _ours(repository: Repository) -> dict[str, str]:
    return {ref: oid for ref, oid in refs_below(repository.git, *STRATEGIES).items() if ref in STRATEGIES}


def _remotes(git: Git) -> list[str]:
    return git.run("remote").decode("utf-8", "surrogateescape").splitlines()


def _specs(remote: str) -> list[str]:
    """What is fetched: patterns, because git fetch fails where a ref that is named in full is not there yet."""
    return [f"+{ref}*:{_theirs(remote, ref)}*" for ref in STRATEGIES]


def _theirs(remote: str, ref: str) -> str:
    return f"{REMOTE_NOTES}/{remote}/{_short(ref)}"


def _short(ref: str) -> str:
    return ref.rpartition("/")[2]


def _unreachable(verb: str, remote: str, err: bytes) -> GitFailed | RepositoryUntrusted:
    said = failure((verb,), err)
    if isinstance(said, RepositoryUntrusted):
        return said
    return GitFailed(said.message, hint=f"see that git itself reaches it, and may push: git ls-remote {remote}")


def _wanted(repository: Repository) -> list[tuple[str, str]]:
    wanted = [(f"notes.{_short(ref)}.mergeStrategy", strategy) for ref, strategy in STRATEGIES.items()]
    return wanted + [(f"remote.{name}.fetch", spec) for name in _remotes(repository.git) for spec in _specs(name)]


def _is_set(git: Git, key: str, value: str) -> bool:
    return value.encode() in git.attempt("config", "--local", "-z", "--get-all", key)[1].split(b"\0")


def _set(git: Git, key: str, value: str) -> bool:
    """Add a value to the repository's configuration; False where it is there."""
    if _is_set(git, key, value):
        return False
    git.run("config", "--local", "--add", key, value)
    return True
