"""Refs, branches, tags, paths and targets that look like options, patterns or paths out of the repository.

A name is a name: it is never read as an option, a pattern or a command, and what is asked about it is answered.
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from attacks.hostile import CLAUDE, lines, truth
from builders import RepoBuilder
from e2e.asking import ask_here

REFS = (
    "refs/heads/--upload-pack=touch-pwned",
    "refs/heads/-rf",
    "refs/heads/--output=x",
    "refs/tags/--output=x",
    "refs/tags/-n1",
    "refs/tags/--all",
    "refs/tags/HEAD",
    "refs/heads/HEAD",
    "refs/heads/$(touch-pwned)",
    "refs/heads/`id`",
    "refs/heads/a;id",
    "refs/heads/refs/heads/main",
    "refs/notes/--help",
    "refs/notes/ai-remote/--exec=x",
    "refs/ai/authorship/--batch",
    b"refs/ai/authorship/\xff\xfe",
    b"refs/heads/\xff",
    "refs/heads/entire/checkpoints/--version",
    "refs/remotes/--all/main",
    "refs/" + "0" * 40,
)
PATHS = (
    b"--exec=touch",
    b"-rf",
    b"--",
    b"-",
    b":(glob)*",
    b":(exclude)a",
    b":!a",
    b"*",
    b"[a-z]",
    b"?",
    b"HEAD",
    b"main",
    b"HEAD:a",
    b"a..b",
    b"a b",
    b" ",
    b"$(id)",
    b"a\nb",
    b"a\tb",
    b"a\rb",
    b"a\r",
    b'"quoted"',
    b'"\\303\\244"',
    b"back\\slash",
    b"caf\xe9",
    b"\x1b]0;x\x07",
    b"\xe2\x80\xae\xe2\x80\x8b",
    b"\xed\xa0\x80",
    b"~",
    b"C:\\x",
    b"a:1",
    b"a:1-2",
    b"deadbeef",
    b"change:1",
    b"...",
)


def test_refs_that_look_like_options_change_nothing(repo: RepoBuilder) -> None:
    repo.commit({"a.py": "1\n2\n"}, f"One\n\n{CLAUDE}")
    expected = truth(repo)
    for ref in REFS:
        file = Path(os.fsdecode(os.fsencode(repo.git_dir) + b"/" + os.fsencode(ref)))
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(repo.commits[0] + "\n")
    before = sorted(repo.root.rglob("*"))
    assert lines(repo, "--no-cache") == expected
    for command in (("scan", "--no-cache"), ("test",), ("recall", "--no-cache"), ("for", "a.py:1")):
        assert ask_here(*command, cwd=repo.root).code == 0
    assert sorted(repo.root.rglob("*")) == before


@pytest.mark.parametrize("name", ["--output=x", "-rf", "--all"])
def test_a_ref_that_looks_like_an_option_can_be_asked_about(repo: RepoBuilder, name: str) -> None:
    sha = repo.commit({"a.py": "1\n"})
    (repo.git_dir / "refs" / "tags").mkdir(exist_ok=True)
    (repo.git_dir / "refs" / "tags" / name).write_text(sha + "\n")
    assert {span["commit"] for span in ask_here("lines", f"--rev={name}", cwd=repo.root).documents} == {sha}
    document = ask_here("for", "--format", "json", "--", name, cwd=repo.root).json
    assert (document["target"]["kind"], document["spans"][0]["commit"]) == ("commit", sha)


@pytest.mark.parametrize("name", ["--all", "-n1", "--stdin", "^HEAD", "@{-1}"])
def test_an_option_is_no_revision(repo: RepoBuilder, name: str) -> None:
    repo.commit({"a.py": "1\n"})
    for command in (("lines", f"--rev={name}"), ("scan", "--", f"{name}..HEAD")):
        said = ask_here(*command, cwd=repo.root)
        assert (said.code, said.out, "[revision-not-found]" in said.err) == (2, "", True), command


def test_every_path_that_git_can_hold_is_attributed(repo: RepoBuilder) -> None:
    repo.commit(dict.fromkeys(PATHS, b"1\n2\n"))
    repo.commit(dict.fromkeys(PATHS[::2], b"0\n1\n2\n"))
    repo.commit({b"moved/" + path: b"1\n2\n" for path in PATHS[1::2]} | dict.fromkeys(PATHS[1::2]))
    assert lines(repo, "--no-cache") == truth(repo)


def test_every_path_that_git_can_hold_can_be_asked_for(repo: RepoBuilder) -> None:
    sha = repo.commit({path: b"%d\n" % at for at, path in enumerate(PATHS)})
    asked = [path for path in PATHS if path not in (b"-", b"change:1")]  # these mean something else; ./- is a file
    said = ask_here("for", "--format", "json", "--", *(b"./" + path for path in PATHS), cwd=repo.root)
    assert [os.fsencode(d["spans"][0]["path"]) for d in said.documents] == list(PATHS)
    assert {d["spans"][0]["commit"] for d in said.documents} == {sha}
    said = ask_here("for", "--format", "json", "--", *asked, cwd=repo.root)
    assert [os.fsencode(d["spans"][0]["path"]) for d in said.documents] == asked
    found = lines(repo, "--no-cache", "--", *map(os.fsdecode, asked))
    assert set(found) == set(asked)


@pytest.mark.parametrize("target", ["../outside", "/etc/passwd", "src/../../outside", ".."])
def test_no_path_leads_out_of_the_repository(repo: RepoBuilder, tmp_path: Path, target: str) -> None:
    (tmp_path / "outside").write_text("secret\n")
    repo.commit({"a.py": "1\n"})
    for command in (("for", target), ("for", f"{target}:1")):
        said = ask_here(*command, cwd=repo.root)
        assert (said.code, said.out) == (2, "")
        assert "secret" not in said.err


def tree(repo: RepoBuilder, *entries: tuple[bytes, bytes, str]) -> str:
    body = b"".join(mode + b" " + name + b"\0" + bytes.fromhex(oid) for mode, name, oid in entries)
    return repo.write("tree", body)


@pytest.mark.parametrize("name", [b"..", b".git", b"a/b", b"/etc"])
def test_a_tree_that_no_git_would_write_leads_nowhere(repo: RepoBuilder, tmp_path: Path, name: bytes) -> None:
    blob = repo.write("blob", b"1\n2\n")
    inner = tree(repo, (b"100644", b"hooks", blob))
    root = tree(repo, (b"40000", name, inner), (b"100644", b"z.py", blob), (b"100644", b"z.py", blob))
    head = f"tree {root}\nauthor A <a@x> 1 +0000\ncommitter A <a@x> 1 +0000\n\nx\n"
    repo.point("refs/heads/main", repo.write("commit", head.encode()))
    before = sorted(tmp_path.rglob("*"))
    assert ask_here("lines", "--no-cache", cwd=repo.root, TMPDIR=os.fspath(tmp_path)).code == 0
    assert sorted(tmp_path.rglob("*")) == before
