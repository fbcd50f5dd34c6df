"""A repository that is found without git is the one that git finds, and of whatever else it could be git is asked."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from random import Random

import pytest

from answerable.errors import AnswerableError, GitFailed
from answerable.git import repository as module
from answerable.git.notes import refs_below
from answerable.git.plain import plain
from answerable.git.plain_refs import plain_refs
from answerable.git.program import clean_environment
from answerable.git.repository import Repository
from answerable.provenance.refs import EVIDENCE_REFS
from builders import RepoBuilder

Maker = Callable[..., RepoBuilder]
ABOUT = ("git_dir", "root", "bare", "shallow", "prefix", "object_format", "common_dir", "partial", "boundary")
CONFIG = "[core]\n\trepositoryformatversion = 0\n\tbare = false\n"
ODD = {
    "an include": CONFIG + '[include]\n\tpath = other\n',
    "an include on a condition": CONFIG + '[includeIf "gitdir:/"]\n\tpath = other\n',
    "a work tree elsewhere": CONFIG + "\tworktree = ..\n",
    "an extension": CONFIG + "[extensions]\n\tworktreeConfig = true\n",
    "the other kind": CONFIG.replace("false", "true"),
    "no kind": "[core]\n\trepositoryformatversion = 0\n",
    "both kinds": CONFIG + "\tbare = true\n",
    "a kind without a value": CONFIG.replace(" = false", ""),
    "a kind in a subsection": CONFIG.replace("[core]", '[core "x"]'),
    "a kind elsewhere": "[core]\n\trepositoryformatversion = 0\n[a] b = c\n\tbare = false\n",
    "a kind beside its section": CONFIG.replace("\tbare = false\n", "") + "[core] bare = false\n",
    "a kind in a comment": CONFIG + "# bare = true\n",
    "a line that goes on": CONFIG + "[a]\n\tb = c \\\n\tbare = true\n",
    "a newer format": CONFIG.replace("= 0", "= 1"),
    "another word for no": CONFIG.replace("false", "no"),
    "a fault": CONFIG + "[a\n",
    "much": CONFIG + "#" * (64 << 10),
    "nothing": "",
}  # fmt: skip


def as_git_says(repo: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, object]:
    with monkeypatch.context() as patch:
        patch.setattr(module, "plain", lambda _: None)
        return about(repo)


def about(folder: Path) -> dict[str, object]:
    with Repository(folder) as found:
        return {name: getattr(found, name) for name in ABOUT} | {"head": found.try_resolve("HEAD")}


@pytest.mark.parametrize("name", ["plain", "sp ace", "new\nline", "trail\n", "caf\udce9", "-dash"])
@pytest.mark.parametrize("bare", [False, True])
def test_a_plain_repository_is_the_one_that_git_finds(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, bare: bool
) -> None:
    repo = RepoBuilder(tmp_path / name, bare=bare)
    repo.commit({"a": "1\n"})
    assert plain(repo.root) is not None
    assert about(repo.root) == as_git_says(repo.root, monkeypatch)
    (tmp_path / "link").symlink_to(repo.root)
    assert about(tmp_path / "link") == as_git_says(tmp_path / "link", monkeypatch)
    monkeypatch.chdir(repo.root)
    assert about(Path()) == as_git_says(Path(), monkeypatch)


def test_clones_are_found_as_git_finds_them(repo: RepoBuilder, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for number in range(3):
        repo.commit({"a/b": f"{number}\n"})
    repo.checkout()
    clones = [repo.shallow_clone(1, tmp_path / "s"), repo.partial_clone(tmp_path / "p"), repo.clone(tmp_path / "c")]
    odd = [repo.root / "a", repo.worktree("main").root]
    for root in (repo.root, *odd, *(clone.root for clone in clones)):
        assert about(root) == as_git_says(root, monkeypatch)
    assert [plain(root) for root in odd] == [None, None]


@pytest.mark.parametrize("what", ODD)
def test_of_an_odd_configuration_git_is_asked(repo: RepoBuilder, what: str) -> None:
    (repo.git_dir / "config").write_text(ODD[what])
    assert plain(repo.root) is None


def _as_link(path: Path) -> None:
    path.rename(path.with_name("moved"))
    path.symlink_to(path.with_name("moved"))


@pytest.mark.parametrize("name", [".git", ".git/HEAD", ".git/config"])
def test_a_link_is_nothing_plain(repo: RepoBuilder, name: str) -> None:
    _as_link(repo.root / name)
    assert plain(repo.root) is None


@pytest.mark.parametrize(
    "spoil",
    [
        lambda git_dir: (git_dir / "HEAD").write_text("ref: elsewhere\n"),
        lambda git_dir: (git_dir / "HEAD").unlink(),
        lambda git_dir: (git_dir / "commondir").write_text("..\n"),
        lambda git_dir: (git_dir / "refs").rename(git_dir / "none"),
        lambda git_dir: (git_dir / "config").unlink(),
        lambda git_dir: (git_dir / "config").chmod(0) if os.geteuid() else (git_dir / "config").unlink(),
    ],
)
def test_what_lacks_a_part_is_nothing_plain(repo: RepoBuilder, spoil: Callable[[Path], object]) -> None:
    spoil(repo.git_dir)
    assert plain(repo.root) is None


def test_of_a_repository_of_somebody_else_git_is_asked(repo: RepoBuilder, monkeypatch: pytest.MonkeyPatch) -> None:
    assert plain(repo.root) is not None
    with monkeypatch.context() as patch:
        patch.setenv("SUDO_UID", "1")
        assert plain(repo.root) is None
    mine = os.geteuid()
    monkeypatch.setattr(os, "geteuid", lambda: mine + 1)
    assert plain(repo.root) is None


def test_sha256_is_nothing_plain(new_repo: Maker) -> None:
    assert plain(new_repo("r", object_format="sha256").root) is None


def test_what_git_does_not_accept_is_told_in_its_words(
    new_repo: Maker, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    repo = new_repo("r.git", bare=True)
    sha = repo.commit({"a": "1\n"})
    own = tmp_path / "own"
    own.write_text("[safe]\n\tbareRepository = explicit\n")
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", os.fspath(own))
    clean_environment.cache_clear()
    try:
        with pytest.raises(GitFailed, match="bare repository"), Repository(repo.root) as found:
            found.objects.get(sha)
    finally:
        monkeypatch.undo()
        clean_environment.cache_clear()


REFS = (
    "refs/notes/ai", "refs/notes/answerable", "refs/notes/agent-trace", "refs/notes/ai/deep", "refs/heads/x",
    "refs/notes/ai-remote/origin", "refs/ai/authorship/1", "refs/heads/entire/checkpoints/v1", "refs/remotes/o/x",
    "refs/remotes/o/entire/checkpoints/v1", "refs/entire/checkpoints/1", "refs/notes/other", "refs/notes/ai2",
)  # fmt: skip


def test_refs_that_are_read_are_those_that_git_lists(repo: RepoBuilder, seed: int) -> None:
    rng = Random(seed)
    shas = [repo.commit({"a": f"{at}\n"}) for at in range(3)]
    known = 0
    for _ in range(12):
        ref = rng.choice(REFS[:3] if rng.random() < 0.7 else REFS)
        if rng.random() < 0.3:
            repo.git("update-ref", "-d", ref)
        else:
            repo.git("update-ref", ref, rng.choice(shas), check=False)  # it may stand where another is a folder
        if rng.random() < 0.3:
            repo.git("pack-refs", "--all")
        found = plain_refs(os.fspath(repo.git_dir), EVIDENCE_REFS)
        with Repository(repo.root) as repository:
            listed = refs_below(repository.git, *EVIDENCE_REFS)
            assert repository.refs(*EVIDENCE_REFS) == listed
        known += found is not None
        assert found in (None, listed)
        assert found is None or list(found) == list(listed)
    assert known or seed % 3


@pytest.mark.parametrize("ref", [ref for ref in REFS if "/o/x" not in ref and ref.count("/") > 2])
def test_folders_of_refs_are_left_to_git(repo: RepoBuilder, ref: str) -> None:
    repo.git("update-ref", ref, repo.commit({"a": "1\n"}))
    wanted: dict[str, str] | None = (
        None if ref.startswith(("refs/notes/", "refs/ai/", "refs/entire/", "refs/heads/", "refs/remotes/")) else {}
    )
    assert plain_refs(os.fspath(repo.git_dir), EVIDENCE_REFS) == wanted
    repo.git("pack-refs", "--all")
    assert plain_refs(os.fspath(repo.git_dir), EVIDENCE_REFS) == wanted


def test_a_ref_that_is_no_plain_id_is_left_to_git(repo: RepoBuilder, tmp_path: Path) -> None:
    sha = repo.commit({"a": "1\n"})
    notes = repo.git_dir / "refs" / "notes"
    notes.mkdir()
    for content in ("ref: refs/heads/main\n", "", "x\n", sha, f"{sha}\n\n", sha.upper() + "\n"):
        (notes / "ai").write_text(content)
        assert plain_refs(os.fspath(repo.git_dir), EVIDENCE_REFS) is None
    (notes / "ai").write_text(f"{sha}\n")
    assert plain_refs(os.fspath(repo.git_dir), EVIDENCE_REFS) == {"refs/notes/ai": sha}
    (notes / "ai").unlink()
    (notes / "ai").symlink_to(tmp_path)
    assert plain_refs(os.fspath(repo.git_dir), EVIDENCE_REFS) is None


def test_many_packed_refs_are_left_to_git(repo: RepoBuilder) -> None:
    sha = repo.commit({"a": "1\n"})
    rows = "".join(f"{sha} refs/tags/{at:06}\n" for at in range(20_000))
    (repo.git_dir / "packed-refs").write_text(f"# pack-refs with: peeled fully-peeled sorted \n{rows}")
    assert plain_refs(os.fspath(repo.git_dir), EVIDENCE_REFS) is None


def test_a_folder_that_is_no_repository_is_an_error_and_leaves_no_process(tmp_path: Path) -> None:
    with pytest.raises(AnswerableError):
        Repository(tmp_path)
