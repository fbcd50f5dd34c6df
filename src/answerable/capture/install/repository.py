"""Puts the recorder into one repository's work trees, and takes it out of them.

What an agent reads in a repository is kept out of commits: the agent's own local file where it has one, else a new file
that `info/exclude` names. A committed file is never changed, for that would change it for everyone.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path

from answerable.capture.install import files, settings
from answerable.capture.install.files import Refused
from answerable.capture.install.installed import Change, Installed
from answerable.capture.install.jsonc import Unreadable
from answerable.capture.install.lines import add_lines
from answerable.capture.install.model import Agent, Machine, Target
from answerable.capture.install.outcome import Outcome, State, Where
from answerable.capture.install.put import is_ours, put
from answerable.capture.install.registry import AGENTS, USUAL, agent, agents
from answerable.capture.install.take_out import take_out
from answerable.git.program import Git
from answerable.git.repository import Repository


def chosen(root: Path | None, machine: Machine, names: Sequence[str] | None) -> list[Agent]:
    """The agents that are meant: those that are named, else those that are used, else the usual one.

    Raises:
        AgentUnknown: one of the names is none.
    """
    if names is not None:
        return agents(names)
    return [one for one in map(agent, AGENTS) if one.used(root, machine)] or [agent(USUAL)]


def install(
    repository: Repository, machine: Machine, installed: Installed, names: Sequence[str] | None, everywhere: Installed
) -> list[Outcome]:
    """Put the recorder into every work tree.

    Args:
        repository: Whose.
        machine: How the recorder is called, and where a person's settings are.
        installed: What was done here before.
        names: Of agents; None: those that are used.
        everywhere: What was done for all repositories of the person; of that nothing is done twice.

    Raises:
        AgentUnknown: one of the names is none.
        SettingsUnwritable: what is done cannot be remembered.
    """
    outcomes: list[Outcome] = []
    for root in work_trees(repository):
        where = Where(within=root, shared=partial(_is_tracked, root))
        done: dict[Path, Outcome] = {}
        for one in chosen(root, machine, names):
            had = _had(one.NAME, everywhere) if names is None else None
            if had:
                outcomes.append(had)
                continue
            for target in one.repository(root, machine):
                if target.path not in done:
                    done[target.path] = put(target, installed, where)
                    outcomes.append(done[target.path])
                else:
                    outcomes.append(shared(done[target.path], target))
        _exclude(repository, root, [outcome for outcome in done.values() if outcome.new], installed)
    return outcomes


def uninstall(repository: Repository, machine: Machine, installed: Installed) -> list[Outcome]:
    """Take the recorder out of every work tree, and of what else was changed; also what nobody remembers.

    Raises:
        SettingsUnwritable: that it is undone cannot be remembered.
    """
    outcomes = []
    roots = work_trees(repository)
    exclude = repository.common_dir.resolve() / "info" / "exclude"
    for change in reversed(list(installed.changes.values())):  # folders that were made last go first
        path = Path(os.path.normpath(change.path))
        root = next((root for root in roots if path.is_relative_to(root)), None)
        if path == exclude and change.form == "lines":
            root = exclude.parents[1]
        if root is None or (change.form == "lines") is not (path == exclude):
            installed.drop(change.path)  # of a work tree that is gone, or a record that names what is none of ours
            continue
        outcomes.append(take_out(change, installed, Where(within=root)))
    for root in roots:
        outcomes += [take_out(change, installed, Where(within=root)) for change in _forgotten(root, machine, installed)]
    return outcomes


def work_trees(repository: Repository) -> list[Path]:
    """The roots of a repository's work trees that are there, without links; this one first."""
    if repository.bare:
        return []
    here = repository.root.resolve()
    _, out, _ = repository.git.attempt("worktree", "list", "--porcelain", "-z")
    rows = [os.fsdecode(row[9:]) for row in out.split(b"\0") if row.startswith(b"worktree ")]
    others = [Path(row).resolve() for row in rows if os.path.lexists(Path(row) / ".git")]
    return list(dict.fromkeys([here, *others]))


def forgotten(targets: Sequence[Target], installed: Installed, within: Path | None) -> Iterator[Change]:
    """Files that hold what is ours although no one remembers it: a record was lost, or somebody copied it."""
    for target in targets:
        try:
            found = files.look(target.path, within)
            if found.data is None or os.fspath(found.path) in installed.changes:
                continue
            form = "chain" if target.chains else "whole" if target.content is not None else "json"
            if form == "json" and not settings.has_ours(found.data.decode(), comments=target.comments):
                continue
            if form != "json" and not is_ours(found, None):
                continue
        except (Refused, Unreadable, UnicodeDecodeError):
            continue
        yield Change(
            path=os.fspath(found.path),
            agent=target.agent,
            form=form,
            before="",  # something was there, for all that is known
            after=str(found.digest) if form == "whole" else "",
            made=[list(path) for path in _holders(target)],
            defaults=dict(target.defaults),
            comments=target.comments,
        )


def _forgotten(root: Path, machine: Machine, installed: Installed) -> list[Change]:
    targets = [target for name in AGENTS for target in agent(name).repository(root, machine)]
    return list(forgotten(targets, installed, root))


def _holders(target: Target) -> list[tuple[str, ...]]:
    """The objects and arrays in which entries are."""
    return list({entry.path[:depth]: None for entry in target.entries for depth in range(1, len(entry.path) + 1)})


def _had(name: str, everywhere: Installed) -> Outcome | None:
    """What says that an agent has the recorder in all repositories."""
    change = next((change for change in everywhere.changes.values() if change.agent == name), None)
    if change is None:
        return None
    note = "for all repositories (answerable init --user)"
    return Outcome(agent=name, path=Path(change.path), state=State.UNCHANGED, note=note)


def shared(outcome: Outcome, target: Target) -> Outcome:
    """The outcome of a file that two agents read."""
    return Outcome(
        agent=target.agent,
        path=outcome.path,
        state=State.UNCHANGED if outcome.state is State.INSTALLED else outcome.state,
        why=outcome.why,
        note=f"it reads this file of {outcome.agent}, too",
    )


def _exclude(repository: Repository, root: Path, outcomes: Sequence[Outcome], installed: Installed) -> None:
    """Keep new files out of commits, those that are kept out already excepted."""
    paths = [outcome.path.relative_to(root).as_posix() for outcome in outcomes]
    lines = [f"/{_plain(path)}" for path in paths if not _is_ignored(root, path)]
    if lines:
        add_lines(repository.common_dir / "info" / "exclude", lines, installed)


def _plain(path: str) -> str:
    return "".join(f"\\{char}" if char in "\\*?[ #!" else char for char in path)


def _is_ignored(root: Path, path: str) -> bool:
    return _git_at(root).attempt("check-ignore", "-q", "--", path)[0] == 0


def _is_tracked(root: Path, path: Path) -> bool:
    """Whether a file is in the index of its work tree."""
    return bool(_git_at(root).attempt("ls-files", "-z", "--", os.fspath(path.relative_to(root)))[1])


def _git_at(root: Path) -> Git:
    return Git(["-C", os.fspath(root)])
