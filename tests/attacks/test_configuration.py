"""The repository's own configuration, attributes and hooks try to run a program or to change an answer.

A clone brings no configuration, but an archive, a shared machine and a restored CI cache do. Nothing of it may run, and
every answer is that of `git blame` with its default options.
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from attacks.hostile import Trap, ask_everything, lines, project, truth
from builders import RepoBuilder
from e2e.asking import ask_here

PROGRAMS = (
    "core.fsmonitor",
    "core.pager",
    "pager.blame",
    "core.editor",
    "core.askPass",
    "core.sshCommand",
    "core.gitProxy",
    "core.alternateRefsCommand",
    "diff.external",
    "diff.evil.command",
    "diff.evil.textconv",
    "filter.evil.clean",
    "filter.evil.smudge",
    "filter.evil.process",
    "merge.evil.driver",
    "gpg.program",
    "gpg.ssh.program",
    "credential.helper",
    "uploadpack.packObjectsHook",
    "remote.origin.uploadpack",
    "remote.origin.vcs",
    "sequence.editor",
    "gc.recentObjectsHook",
    "alias.rev-parse",
    "alias.cat-file",
    "alias.blame",
)
ANSWERS = {
    "blame.ignoreRevsFile": ".git/ignored",
    "blame.markIgnoredLines": "true",
    "blame.showRoot": "true",
    "blame.blankBoundary": "true",
    "blame.coloring": "highlightRecent",
    "blame.showEmail": "true",
    "diff.algorithm": "patience",
    "diff.renames": "copies",
    "diff.renameLimit": "1",
    "diff.orderFile": ".git/order",
    "diff.noprefix": "true",
    "diff.mnemonicPrefix": "true",
    "diff.context": "40",
    "diff.interHunkContext": "40",
    "diff.wordRegex": ".",
    "diff.indentHeuristic": "false",
    "diff.ignoreSubmodules": "all",
    "diff.relative": "true",
    "core.quotePath": "true",
    "core.abbrev": "4",
    "core.ignoreCase": "true",
    "core.bigFileThreshold": "1",
    "core.whitespace": "cr-at-eol",
    "core.autocrlf": "true",
    "core.attributesFile": ".git/attributes",
    "core.notesRef": "refs/notes/ai",
    "core.useReplaceRefs": "true",
    "color.ui": "always",
    "color.diff": "always",
    "log.showSignature": "true",
    "log.mailmap": "true",
    "log.follow": "true",
    "log.diffMerges": "off",
    "i18n.logOutputEncoding": "UTF-16",
    "mailmap.blob": "HEAD:src/a.py",
    "mailmap.file": ".git/mailmap",
    "notes.displayRef": "refs/notes/*",
    "tag.sort": "-refname",
    "submodule.recurse": "true",
    "advice.detachedHead": "true",
}
ATTRIBUTES = "* diff=evil filter=evil merge=evil binary eol=crlf ident export-subst working-tree-encoding=UTF-16\n"


def test_no_program_that_configuration_names_ever_runs(repo: RepoBuilder, tmp_path: Path) -> None:
    expected, trap = truth(project(repo)), Trap(tmp_path)
    signed = (("gpgsig", b"-----BEGIN PGP SIGNATURE-----\n\nx\n-----END PGP SIGNATURE-----"),)
    repo.commit({"src/signed.py": "s\n"}, headers=signed)
    repo.commit({"src/signed.py": None, ".gitattributes": ATTRIBUTES})
    (repo.git_dir / "info").mkdir(exist_ok=True)
    (repo.git_dir / "info" / "attributes").write_text(ATTRIBUTES)
    (repo.root / ".gitattributes").write_text(ATTRIBUTES)
    for key in PROGRAMS:
        repo.git("config", key, f"!{trap.program}" if key.startswith("alias.") else os.fspath(trap.program))
    repo.git("config", "log.showSignature", "true")
    (repo.root / "src" / "a.py").write_text("the working tree differs\n")
    ask_everything(repo)
    found = lines(repo, "--no-cache")
    assert not trap.sprung
    del found[b".gitattributes"]
    assert found == expected


def test_the_trap_is_sprung_by_a_git_that_is_not_held_back(repo: RepoBuilder, tmp_path: Path) -> None:
    trap = Trap(tmp_path)
    project(repo)
    repo.git("config", "core.fsmonitor", os.fspath(trap.program))
    repo.git("status", check=False)
    assert trap.sprung


def test_no_hook_runs_wherever_hooks_are_said_to_be(repo: RepoBuilder, tmp_path: Path) -> None:
    project(repo)
    trap = Trap(tmp_path)
    names = ("post-checkout", "post-index-change", "pre-auto-gc", "reference-transaction", "fsmonitor-watchman")
    for folder in (repo.git_dir / "hooks", tmp_path / "elsewhere"):
        folder.mkdir(exist_ok=True)
        for name in names:
            (folder / name).write_bytes(trap.program.read_bytes())
            (folder / name).chmod(0o755)
    ask_everything(repo)
    repo.git("config", "core.hooksPath", os.fspath(tmp_path / "elsewhere"))
    ask_everything(repo)
    assert not trap.sprung


def test_included_and_worktree_configuration_is_held_back_like_the_rest(repo: RepoBuilder, tmp_path: Path) -> None:
    project(repo)
    trap = Trap(tmp_path)
    evil = f"[core]\n\tfsmonitor = {trap.program}\n[diff]\n\texternal = {trap.program}\n"
    (tmp_path / "evil.config").write_text(evil)
    (repo.git_dir / "config.worktree").write_text(evil)
    repo.git("config", "include.path", os.fspath(tmp_path / "evil.config"))
    repo.git("config", "includeIf.gitdir:**.path", os.fspath(tmp_path / "evil.config"))
    repo.git("config", "extensions.worktreeConfig", "true")
    ask_everything(repo)
    assert not trap.sprung


@pytest.fixture
def lying(repo: RepoBuilder) -> RepoBuilder:
    """A repository whose files are ready for every setting of `ANSWERS`."""
    project(repo)
    (repo.git_dir / "ignored").write_text(repo.commits[1] + "\n")
    (repo.git_dir / "order").write_text("src/side.py\n")
    (repo.git_dir / "attributes").write_text("* -text binary\n")
    (repo.git_dir / "mailmap").write_text("Mallory <mallory@example.com> <ada@example.com>\n")
    return repo


def test_no_setting_changes_an_answer(lying: RepoBuilder) -> None:
    expected = truth(lying)
    before = [said.json for said in (ask_here("for", "src/a.py", "--format", "json", cwd=lying.root),)]
    for key, value in ANSWERS.items():
        lying.git("config", key, value)
    assert lines(lying, "--no-cache") == expected
    after = [said.json for said in (ask_here("for", "src/a.py", "--format", "json", cwd=lying.root),)]
    assert [(d["spans"], d["questions"]) for d in after] == [(d["spans"], d["questions"]) for d in before]
    scan = ask_here("scan", "--no-cache", "--format", "json", cwd=lying.root).json
    assert (scan["commits"]["total"], scan["lines"]["added"]) == (5, 12 + 14 + 1 + 1 + 1)


@pytest.mark.parametrize("where", ["elsewhere", "..", "src"])
def test_a_work_tree_that_is_said_to_be_elsewhere_changes_nothing(
    repo: RepoBuilder, tmp_path: Path, where: str
) -> None:
    expected = truth(project(repo))
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere" / "src").mkdir()
    (tmp_path / "elsewhere" / "src" / "a.py").write_text("not this one\n")
    target = tmp_path / where if where == "elsewhere" else (repo.root / where)
    repo.git("config", "core.worktree", os.fspath(target))
    assert lines(repo, "--no-cache") == expected
    (span,) = ask_here("for", "src/a.py:1", "--format", "json", cwd=repo.root).json["spans"]
    assert span["commit"] == repo.commits[1]
